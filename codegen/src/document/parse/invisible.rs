//! Reports invisible characters: they hide the real content of a file, and the Rust compiler rejects some of them.

use serde_yaml::Value;

use crate::diagnostics::{Code, Diagnostic, Diagnostics};
use crate::yaml::{Location, SourceFile, YamlPath, YamlPathSegment};

/// Reports of one file; a file with more of them is no text.
const MOST: usize = 20;

/// Whether a character is invisible, or changes how its neighbours are shown. Line ends, tabs and blanks that are
/// blanks are not meant, nor are the joiners that some scripts and emoji need.
pub(crate) fn is_invisible(letter: char) -> bool {
    match letter {
        '\t' | '\n' => false,
        // Controls, of which a carriage return is fine only in front of a line feed.
        letter if letter.is_control() => true,
        // Soft hyphen, Arabic letter mark, Mongolian vowel separator.
        '\u{ad}' | '\u{61c}' | '\u{180e}' => true,
        // Zero width space, marks of direction; separators that some take for line ends.
        '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}' | '\u{2029}' => true,
        // Embedding and override of direction, invisible operators, isolates.
        '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' => true,
        // Hangul fillers, which are empty letters.
        '\u{115f}' | '\u{1160}' | '\u{3164}' | '\u{ffa0}' => true,
        // Byte order mark, annotations, tags, and what is no character.
        '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}' => true,
        letter => u32::from(letter) & 0xfffe == 0xfffe,
    }
}

/// Such characters in the text of a file.
pub(crate) fn in_text(file: &SourceFile) -> Vec<Diagnostic> {
    let text = &file.text;
    let ends_line = |offset: usize| text.as_bytes().get(offset + 1) == Some(&b'\n');
    text.char_indices()
        .filter(|(offset, letter)| is_invisible(*letter) && !(*letter == '\r' && ends_line(*offset)))
        .take(MOST)
        .map(|(offset, letter)| {
            let span = offset..offset + letter.len_utf8();
            Diagnostic::at_bytes(Code::Invisible, &file.path, span, format!("{} is in the file here", name(letter)))
                .help(match letter {
                    '\r' => "end lines with a line feed, alone or behind a carriage return".to_owned(),
                    '\u{feff}' => "save the file without byte order marks".to_owned(),
                    letter => format!(
                        "remove it; where a value of an example has it, write an escape in double quotes, `\"{}\"`",
                        escape(letter)
                    ),
                })
        })
        .collect()
}

/// Such characters in values that were written with escapes. Examples may have them: they are data.
pub(crate) fn in_values(document: &Value, root: &YamlPath, diagnostics: &mut Diagnostics) {
    walk(document, root, &mut Vec::new(), diagnostics);
}

fn walk(value: &Value, root: &YamlPath, segments: &mut Vec<YamlPathSegment>, diagnostics: &mut Diagnostics) {
    match value {
        Value::String(text) => {
            if let Some(letter) = first(text) {
                diagnostics.push(escaped(letter, place(root, segments).value()));
            }
        }
        Value::Sequence(items) => {
            for (number, item) in items.iter().enumerate() {
                segments.push(number.into());
                walk(item, root, segments, diagnostics);
                segments.pop();
            }
        }
        Value::Mapping(entries) => {
            for (key, item) in entries {
                let key = match key {
                    Value::String(key) if key == "example" && is_entry(segments) => continue,
                    Value::String(key) => key.clone(),
                    Value::Number(code) => code.to_string(),
                    _ => continue,
                };
                let letter = first(&key);
                segments.push(YamlPathSegment::Key(key));
                match letter {
                    Some(letter) => diagnostics.push(escaped(letter, place(root, segments).key())),
                    None => walk(item, root, segments, diagnostics),
                }
                segments.pop();
            }
        }
        Value::Tagged(tagged) => walk(&tagged.value, root, segments, diagnostics),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// Whether these segments lead to an endpoint or event.
fn is_entry(segments: &[YamlPathSegment]) -> bool {
    let [YamlPathSegment::Key(group), YamlPathSegment::Key(_)] = segments else { return false };
    group == "endpoints" || group == "events"
}

fn place(root: &YamlPath, segments: &[YamlPathSegment]) -> YamlPath {
    segments.iter().fold(root.clone(), |at, segment| at.at(segment.clone()))
}

fn first(text: &str) -> Option<char> {
    text.chars().find(|letter| is_invisible(*letter))
}

fn escaped(letter: char, place: Location) -> Diagnostic {
    Diagnostic::new(Code::Invisible, place, format!("this text has {} in it", name(letter)))
        .help("remove it: only values of examples may have such characters, written with an escape")
}

/// Name of a character.
fn name(letter: char) -> String {
    let known = match letter {
        '\0' => "NUL",
        '\r' => "a carriage return without a line feed",
        '\u{ad}' => "a soft hyphen",
        '\u{feff}' => "a byte order mark",
        '\u{200b}' | '\u{2060}' => "a blank without width",
        '\u{2028}' | '\u{2029}' => "a line or paragraph separator",
        '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {
            "a character that changes the direction of text"
        }
        letter if letter.is_control() => "a control character",
        _ => "a character that cannot be seen",
    };
    format!("{known} (U+{:04X})", u32::from(letter))
}

/// As YAML writes it in double quotes.
fn escape(letter: char) -> String {
    match u32::from(letter) {
        code @ 0..=0xff => format!("\\x{code:02X}"),
        code @ 0x100..=0xffff => format!("\\u{code:04X}"),
        code => format!("\\U{code:08X}"),
    }
}
