//! Splits JSON into tokens. It knows the grammar and nothing about the meaning of a reply.
//!
//! The text is checked to be UTF-8 at the start, so a string is a slice of it, and only one with escapes is copied.
//!
//! A text that is read to its end is accepted exactly if `serde_json` parses it as a [`Value`]: the same depth, the
//! same range of numbers, no half of a surrogate pair. `tests/json_syntax.rs` and the fuzz target `json` compare the
//! two.

mod escapes;

use serde_json::Value;

pub(crate) use self::escapes::Raw;
use self::escapes::{is_pair, unit};
use crate::wire::integer::{Integer, leading_digits};
use crate::wire::reader::DecodeError;

/// The type of a value, recognised by its first byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Null,
    True,
    False,
    Number,
    Text,
    List,
    Object,
}

/// Removes whitespace around JSON text. JSON knows only these four whitespace characters.
pub(crate) fn trim(mut json: &[u8]) -> &[u8] {
    while let [b' ' | b'\n' | b'\r' | b'\t', rest @ ..] | [rest @ .., b' ' | b'\n' | b'\r' | b'\t'] = json {
        json = rest;
    }
    json
}

/// A number with at most this many bytes and without an exponent is in the range of a double.
const ALWAYS_IN_RANGE_BYTES: usize = 300;

/// Returns whether `serde_json` accepts this number. It rejects 400 digits or `1e999`.
#[cold]
fn is_in_range(number: &str) -> bool {
    serde_json::from_str::<Value>(number).is_ok()
}

/// Reads the tokens of a JSON text one after the other.
pub(crate) struct Lexer<'j> {
    text: &'j str,
    at: usize,
    /// Whether bytes that are not UTF-8 follow the text.
    is_truncated: bool,
}

impl<'j> Lexer<'j> {
    pub(crate) fn new(json: &'j [u8]) -> Self {
        match str::from_utf8(json) {
            Ok(text) => Self::from_text(text),
            Err(error) => {
                let valid = json.get(..error.valid_up_to()).unwrap_or_default();
                Self { text: str::from_utf8(valid).unwrap_or_default(), at: 0, is_truncated: true }
            }
        }
    }

    pub(crate) fn from_text(text: &'j str) -> Self {
        Self { text, at: 0, is_truncated: false }
    }

    /// Skips whitespace and returns the type of the next value, without reading it.
    pub(crate) fn peek(&mut self) -> Result<Kind, DecodeError> {
        match self.skip_whitespace() {
            Some(b'"') => Ok(Kind::Text),
            Some(b'-' | b'0'..=b'9') => Ok(Kind::Number),
            Some(b'{') => Ok(Kind::Object),
            Some(b'[') => Ok(Kind::List),
            Some(b'n') => Ok(Kind::Null),
            Some(b't') => Ok(Kind::True),
            Some(b'f') => Ok(Kind::False),
            _ => Err(self.expected("a value")),
        }
    }

    /// Reads `null`, `true` or `false`, whose first letter was peeked.
    pub(crate) fn literal(&mut self, kind: Kind) -> Result<(), DecodeError> {
        let literal = match kind {
            Kind::Null => "null",
            Kind::True => "true",
            _ => "false",
        };
        let end = self.at + literal.len();
        if self.text.get(self.at..end) != Some(literal) {
            return Err(self.expected(literal));
        }
        self.at = end;
        Ok(())
    }

    /// Reads an integer, whose first byte was peeked. `None`, with nothing read, if it has a fraction or an exponent or
    /// may not fit: then [`number`](Self::number) reads it. Parsing the digits in one pass makes identifiers fast.
    pub(crate) fn integer(&mut self) -> Option<Integer> {
        let rest = self.text.as_bytes().get(self.at..)?;
        let (sign, digits) = match rest {
            [b'-', digits @ ..] => (1, digits),
            digits => (0, digits),
        };
        let (magnitude, count) = leading_digits(digits)?;
        let leads_with_zero = count > 1 && digits.first() == Some(&b'0');
        if leads_with_zero || matches!(digits.get(count), Some(b'.' | b'e' | b'E')) {
            return None;
        }
        self.at += sign + count;
        Some(Integer::new(sign == 1, magnitude))
    }

    /// Reads a number, whose first byte was peeked, and returns it as it is written.
    pub(crate) fn number(&mut self) -> Result<&'j str, DecodeError> {
        let start = self.at;
        if self.byte() == Some(b'-') {
            self.at += 1;
        }
        if self.byte() == Some(b'0') {
            self.at += 1;
        } else {
            self.digits()?;
        }
        if self.byte() == Some(b'.') {
            self.at += 1;
            self.digits()?;
        }
        let has_exponent = matches!(self.byte(), Some(b'e' | b'E'));
        if has_exponent {
            self.at += 1;
            if let Some(b'+' | b'-') = self.byte() {
                self.at += 1;
            }
            self.digits()?;
        }
        let number = self.since(start);
        if (has_exponent || number.len() > ALWAYS_IN_RANGE_BYTES) && !is_in_range(number) {
            return Err(self.syntax_error("a number out of range"));
        }
        Ok(number)
    }

    /// Reads a string, whose opening quote was peeked.
    pub(crate) fn string(&mut self) -> Result<Raw<'j>, DecodeError> {
        let start = self.at + 1;
        let bytes = self.text.as_bytes();
        let mut has_escapes = false;
        self.at = start;
        loop {
            self.at += plain_bytes(bytes.get(self.at..).unwrap_or_default());
            match bytes.get(self.at) {
                Some(b'"') => {
                    let text = self.since(start);
                    self.at += 1;
                    return Ok(Raw::new(text, has_escapes));
                }
                Some(b'\\') => {
                    has_escapes = true;
                    self.escape()?;
                }
                Some(_) => return Err(self.syntax_error("a control character in a string")),
                None => return Err(self.expected("the end of a string")),
            }
        }
    }

    /// Reads the bracket of a list or object, which was peeked. Returns whether there is anything in it; if not, the
    /// closing bracket is read too.
    pub(crate) fn open(&mut self, close: u8) -> bool {
        self.at += 1;
        if self.skip_whitespace() == Some(close) {
            self.at += 1;
            return false;
        }
        true
    }

    /// Reads the comma or closing bracket after an item or member. Returns whether another one follows.
    pub(crate) fn more(&mut self, close: u8) -> Result<bool, DecodeError> {
        match self.skip_whitespace() {
            Some(b',') => {
                self.at += 1;
                Ok(true)
            }
            Some(byte) if byte == close => {
                self.at += 1;
                Ok(false)
            }
            _ => Err(self.expected(if close == b']' { "`,` or `]`" } else { "`,` or `}`" })),
        }
    }

    /// Reads the key of a member and the colon after it.
    pub(crate) fn key(&mut self) -> Result<Raw<'j>, DecodeError> {
        if self.skip_whitespace() != Some(b'"') {
            return Err(self.expected("a key"));
        }
        let key = self.string()?;
        if self.skip_whitespace() != Some(b':') {
            return Err(self.expected("`:`"));
        }
        self.at += 1;
        Ok(key)
    }

    /// Fails if anything but whitespace follows.
    pub(crate) fn end(&mut self) -> Result<(), DecodeError> {
        match self.skip_whitespace() {
            None if !self.is_truncated => Ok(()),
            _ => Err(self.expected("the end")),
        }
    }

    /// Returns the position in the text, in bytes.
    pub(crate) fn position(&self) -> usize {
        self.at
    }

    /// Returns the text from a position up to the current one.
    pub(crate) fn since(&self, start: usize) -> &'j str {
        self.text.get(start..self.at).unwrap_or_default()
    }

    /// Returns the next byte without reading it; `None` at the end.
    fn byte(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    /// Skips whitespace and returns the next byte; `None` at the end.
    fn skip_whitespace(&mut self) -> Option<u8> {
        loop {
            match self.byte() {
                Some(b' ' | b'\n' | b'\r' | b'\t') => self.at += 1,
                other => return other,
            }
        }
    }

    /// Reads one or more digits.
    fn digits(&mut self) -> Result<(), DecodeError> {
        let rest = self.text.as_bytes().get(self.at..).unwrap_or_default();
        let count = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        self.at += count;
        if count == 0 { Err(self.expected("a digit")) } else { Ok(()) }
    }

    /// Reads an escape in a string, from its backslash on.
    fn escape(&mut self) -> Result<(), DecodeError> {
        let rest = self.text.as_bytes().get(self.at + 1..).unwrap_or_default();
        self.at += match rest {
            [b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't', ..] => 2,
            [b'u', digits @ ..] => return self.unicode_escape(digits),
            _ => return Err(self.syntax_error("an escape that JSON does not have")),
        };
        Ok(())
    }

    /// Reads `\u6c49`, or both halves of a surrogate pair. One half alone is an error.
    fn unicode_escape(&mut self, digits: &[u8]) -> Result<(), DecodeError> {
        let Some(first) = unit(digits) else {
            return Err(self.syntax_error("an escape that JSON does not have"));
        };
        if char::from_u32(first).is_some() {
            self.at += 6;
            return Ok(());
        }
        let second = digits.get(4..).and_then(|behind| behind.strip_prefix(b"\\u")).and_then(unit);
        if !second.is_some_and(|second| is_pair(first, second)) {
            return Err(self.syntax_error("half of a surrogate pair in a string"));
        }
        self.at += 12;
        Ok(())
    }

    #[cold]
    fn expected(&self, what: &str) -> DecodeError {
        if self.at < self.text.len() {
            return self.syntax_error(&format!("expected {what}"));
        }
        self.syntax_error(if self.is_truncated { "bytes that are not UTF-8" } else { "it ends too early" })
    }

    #[cold]
    fn syntax_error(&self, what: &str) -> DecodeError {
        let before = self.text.get(..self.at).unwrap_or(self.text);
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
        DecodeError::new(format!("is not JSON: {what} at line {line} column {column}"))
    }
}

/// Returns how many bytes precede the first quote, backslash or control character.
fn plain_bytes(bytes: &[u8]) -> usize {
    let (chunks, rest) = bytes.as_chunks::<8>();
    let mut plain = 0;
    for chunk in chunks {
        let special = special_bytes(u64::from_le_bytes(*chunk));
        if special != 0 {
            // The lowest set bit is correct: false positives of the bit trick are only in higher bytes.
            return plain + (special.trailing_zeros() / 8) as usize;
        }
        plain += 8;
    }
    plain + rest.iter().take_while(|byte| !matches!(byte, b'"' | b'\\' | 0..=0x1f)).count()
}

/// Sets the highest bit of each byte that is a quote, a backslash or a control character.
const fn special_bytes(word: u64) -> u64 {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const HIGHS: u64 = 0x8080_8080_8080_8080;
    let quote = word ^ (ONES * b'"' as u64);
    let backslash = word ^ (ONES * b'\\' as u64);
    let zero_in_quote = quote.wrapping_sub(ONES) & !quote;
    let zero_in_backslash = backslash.wrapping_sub(ONES) & !backslash;
    let control = word.wrapping_sub(ONES * 0x20) & !word;
    (zero_in_quote | zero_in_backslash | control) & HIGHS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_of_plain_bytes_ends_where_a_plain_loop_says() {
        let slow =
            |bytes: &[u8]| bytes.iter().position(|byte| matches!(byte, b'"' | b'\\' | 0..=0x1f)).unwrap_or(bytes.len());
        for byte in 0..=u8::MAX {
            for length in 0..20 {
                for at in 0..length {
                    let mut bytes = vec![b'a'; length];
                    bytes[at] = byte;
                    assert_eq!(plain_bytes(&bytes), slow(&bytes), "{byte} at {at} of {length}");
                    bytes.fill(byte);
                    assert_eq!(plain_bytes(&bytes), slow(&bytes), "{length} times {byte}");
                }
            }
        }
        let mixed: Vec<u8> = (0..4096_u32).map(|number| ((number * 7919) >> 3) as u8 | 0x20).collect();
        for start in 0..mixed.len() {
            assert_eq!(plain_bytes(&mixed[start..]), slow(&mixed[start..]));
        }
    }

    #[test]
    fn strings_numbers_and_literals_follow_the_json_grammar() {
        let string = |text: &str| Lexer::from_text(text).string().map(|raw| raw.unescaped().into_owned()).ok();
        for text in [
            "\"\"",
            r#""\"""#,
            r#""\u0041b\ud83d\ude00\uFFFF""#,
            r#""a\"b\\c\/\b\f\n\r\t""#,
            r#""\u6c49\ud83d\ude00汉""#,
            "\"twelve bytes\"   ",
        ] {
            assert_eq!(string(text), serde_json::from_str(text.trim()).ok(), "{text}");
        }
        for text in [
            "\"",
            "\"a",
            "\"\\",
            r#""\x""#,
            r#""\u12g4""#,
            r#""\u12""#,
            r#""\ud83d""#,
            r#""\ud83d\ud83d""#,
            r#""\ude00\ud83d""#,
            r#""\ud83dx""#,
            "\"a\nb\"",
            "\"\u{1}\"",
        ] {
            assert_eq!(string(text), None, "{text}");
        }
        let number = |text| Lexer::from_text(text).number().ok();
        for text in ["0", "-0", "7", "-12", "1.5", "0.25", "1e3", "1E+3", "-1.5e-3", "18446744073709551615"] {
            assert_eq!(number(text), Some(text));
        }
        for text in ["-", "", ".5", "1.", "1e", "1e+", "-x"] {
            assert_eq!(number(text), None, "{text}");
        }
        assert_eq!(number("01"), Some("0"), "and the rest is no end");
        assert!(Lexer::from_text("nul").literal(Kind::Null).is_err());
        assert!(Lexer::from_text("null").literal(Kind::Null).is_ok());
    }

    #[test]
    fn errors_have_line_and_column() {
        let mut lexer = Lexer::from_text("\n  汉");
        assert_eq!(lexer.peek().unwrap_err().to_string(), "is not JSON: expected a value at line 2 column 3");
        let mut lexer = Lexer::new(b"\"a\xff\"");
        assert_eq!(
            lexer.string().map(drop).unwrap_err().to_string(),
            "is not JSON: bytes that are not UTF-8 at line 1 column 3"
        );
        assert!(Lexer::new(b"\xff").end().is_err());
    }
}
