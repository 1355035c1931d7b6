//! Warns about fields of type text whose doc describes a number or JSON.

use super::tokenize;
use crate::diagnostics::{Code, Diagnostic, Diagnostics};
use crate::document::Field;
use crate::primitives::{Scalar, TypeExpr};
use crate::yaml::YamlPath;

/// Words that make "JSON" only a recommendation for text that belongs to the app.
const HEDGES: &[&str] =
    &["any", "best", "else", "free", "may", "mostly", "often", "or", "own", "preferably", "sometimes", "usually"];

/// Words before "JSON" with which the doc describes the text itself.
const JSON_NOUNS: &[&str] = &["array", "document", "list", "map", "object", "string", "text", "value"];

/// Words after "number of" that show that it is not a count: "number of the room", unlike "number of rooms".
const DETERMINERS: &[&str] = &["a", "an", "each", "its", "one", "that", "the", "their", "this", "your"];

/// Units of numbers: "length in seconds".
const UNITS: &[&str] = &["bytes", "hours", "kbps", "milliseconds", "minutes", "ms", "pixels", "seconds"];

/// Checks a field. `is_sent`: requests contain it. In replies JSON inside of text may be declared as text.
pub(super) fn check(name: &str, field: &Field, is_sent: bool, at: &YamlPath, diagnostics: &mut Diagnostics) {
    let is_text = matches!(&field.ty.expr, TypeExpr::Name(name) if Scalar::named(name).is_some_and(Scalar::is_text));
    let Some(doc) = field.doc.as_deref().filter(|_| is_text) else { return };
    // Text with a specific form, according to the spec or the doc.
    let is_shaped = field.pattern.is_some() || !field.one_of.is_empty() || shows_text(doc);
    let words = tokenize::text_words(doc);
    let (what, help) = if is_sent && is_json(&words) {
        ("JSON", "use `json`, or a type when its fields are known, with `wire: json_text` for text inside a JSON body")
    } else if !is_shaped && is_number(doc, &words) {
        (
            "a number",
            "use `i64`, `bool` with `wire: bit`, `timestamp_ms`, `duration_s` and so on; `wire: text` sends it as text",
        )
    } else {
        return;
    };
    diagnostics.push(
        Diagnostic::new(
            Code::UntypedText,
            at.at("type").value(),
            format!("`{name}` is a `{}`, but its doc says that it is {what}", field.ty.expr),
        )
        .second(at.at("doc").value(), "says so")
        .help(help),
    );
}

/// Returns whether the words of a doc describe JSON.
fn is_json(words: &[String]) -> bool {
    let Some(place) = words.iter().position(|word| word == "json") else { return false };
    let is_hedged = words.iter().take(place).any(|word| HEDGES.contains(&word.as_str()));
    let is_noun = words.get(place + 1).is_some_and(|next| JSON_NOUNS.contains(&next.as_str()));
    let is_last = place + 1 == words.len();
    !is_hedged && (is_noun || is_last)
}

/// Returns whether a doc describes a number.
fn is_number(doc: &str, words: &[String]) -> bool {
    let starts_with = |phrase: &[&str]| words.len() > phrase.len() && words.iter().zip(phrase).all(|(a, b)| a == b);
    let counts = starts_with(&["how", "many"])
        || (starts_with(&["number", "of"]) && !words.get(2).is_some_and(|third| DETERMINERS.contains(&third.as_str())));
    let is_time = words.first().is_some_and(|first| first == "timestamp")
        || tokenize::contain(words, &["unix", "time"])
        || tokenize::contain(words, &["since", "1970"]);
    let is_switch = [["0", "or", "1"], ["1", "or", "0"], ["true", "or", "false"]]
        .iter()
        .any(|phrase| tokenize::contain(words, phrase))
        || doc.contains("0/1");
    counts || is_time || is_switch || has_unit(doc)
}

/// Returns whether the doc has a unit at the end of a clause: "in seconds".
fn has_unit(doc: &str) -> bool {
    let clauses = doc.split([',', ';', '.', ':', '(', ')']);
    clauses.map(tokenize::text_words).any(
        |clause| matches!(clause.as_slice(), [.., before, unit] if before == "in" && UNITS.contains(&unit.as_str())),
    )
}

/// Returns whether the doc shows a value in backticks that is not a number.
fn shows_text(doc: &str) -> bool {
    doc.split('`')
        .skip(1)
        .step_by(2)
        .any(|quoted| quoted.parse::<f64>().is_err() && quoted != "true" && quoted != "false")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn says_json(doc: &str) -> bool {
        is_json(&tokenize::text_words(doc))
    }

    fn says_number(doc: &str) -> bool {
        !shows_text(doc) && is_number(doc, &tokenize::text_words(doc))
    }

    #[test]
    fn json_is_told_from_text_of_the_app() {
        for doc in ["JSON object with the rules.", "The latest message as JSON.", "Labels, a JSON array of text."] {
            assert!(says_json(doc), "{doc}");
        }
        for doc in [
            "Free extension, best JSON text.",
            "Custom extension; JSON recommended.",
            "Your own JSON text beside the message.",
            "The text, or JSON text as the kind asks for.",
            "Address that gets a JSON post for every job.",
            "Former JSON properties of the account.",
            "A text.",
        ] {
            assert!(!says_json(doc), "{doc}");
        }
    }

    #[test]
    fn numbers_are_told_from_names_and_formats() {
        for doc in [
            "Number of members.",
            "How many there are.",
            "Timestamp of the change.",
            "When it began, milliseconds since 1970.",
            "Length in seconds; a minute when left out.",
            "`0` or `1`.",
            "Whether to record, 0/1.",
            "Either true or false.",
        ] {
            assert!(says_number(doc), "{doc}");
        }
        for doc in [
            "Number of the room.",
            "Telephone number; abroad with country code, as `+1-xxxxxxxxxx`.",
            "Start in seconds, as `12.5s`.",
            "In pixels of the screen, one after the other.",
            "Account that comes first; valid for 30 seconds.",
            "Name of the room.",
        ] {
            assert!(!says_number(doc), "{doc}");
        }
    }
}
