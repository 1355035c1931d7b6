//! Strings as they are written between their quotes, and the decoding of their escapes.

use std::borrow::Cow;
use std::str::Chars;

/// A string as it is written between its quotes.
#[derive(Clone, Copy)]
pub(crate) struct Raw<'j> {
    pub(crate) text: &'j str,
    has_escapes: bool,
}

impl<'j> Raw<'j> {
    pub(super) fn new(text: &'j str, has_escapes: bool) -> Self {
        Self { text, has_escapes }
    }

    /// Returns the string with its escapes decoded.
    pub(crate) fn unescaped(self) -> Cow<'j, str> {
        if !self.has_escapes {
            return Cow::Borrowed(self.text);
        }
        let mut text = String::new();
        self.copy_to(&mut text);
        Cow::Owned(text)
    }

    /// Replaces the target with the string, with its escapes decoded.
    pub(crate) fn copy_to(self, target: &mut String) {
        target.clear();
        if !self.has_escapes {
            target.push_str(self.text);
            return;
        }
        target.reserve(self.text.len());
        let mut rest = self.text;
        while let Some((plain, escape)) = rest.split_once('\\') {
            target.push_str(plain);
            let mut letters = escape.chars();
            target.push(match letters.next() {
                Some('b') => '\u{8}',
                Some('f') => '\u{c}',
                Some('n') => '\n',
                Some('r') => '\r',
                Some('t') => '\t',
                Some('u') => code_point(&mut letters),
                Some(itself) => itself,
                None => break,
            });
            rest = letters.as_str();
        }
        target.push_str(rest);
    }
}

/// Decodes the character of `\u6c49`, or of a surrogate pair. The lexer has checked that it is one.
fn code_point(letters: &mut Chars<'_>) -> char {
    let unit =
        |letters: &mut Chars<'_>| letters.take(4).fold(0, |unit, digit| unit * 16 + digit.to_digit(16).unwrap_or(0));
    let first = unit(letters);
    let letter = match char::from_u32(first) {
        Some(letter) => Some(letter),
        None => {
            letters.nth(1);
            decode_pair(first, unit(letters))
        }
    };
    letter.unwrap_or(char::REPLACEMENT_CHARACTER)
}

/// Returns whether two code units are a surrogate pair.
pub(super) fn is_pair(high: u32, low: u32) -> bool {
    (0xd800..0xdc00).contains(&high) && (0xdc00..0xe000).contains(&low)
}

/// Decodes the character of a surrogate pair; `None` if the two code units are not a pair.
fn decode_pair(high: u32, low: u32) -> Option<char> {
    if !is_pair(high, low) {
        return None;
    }
    char::from_u32(0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00))
}

/// Parses the code unit in the four hexadecimal digits at the start of a text; `None` if there are not four.
pub(super) fn unit(text: &[u8]) -> Option<u32> {
    let digits = text.first_chunk::<4>()?;
    digits.iter().try_fold(0, |unit, digit| Some(unit * 16 + char::from(*digit).to_digit(16)?))
}
