//! Writes values as text, escaped for their position in the request.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::wire::limit::Checker;
use crate::wire::to_wire::ToWire;

/// Characters that are percent-encoded: all but the unreserved ones of RFC 3986. So `|` in a conversation id, `/` and
/// `?` in an account id do not end their path segment.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// How a text is escaped, which depends on its position in the request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Escape {
    /// Without escaping: headers, text parts, limits.
    Plain,
    /// Percent-encoded: a segment of a path, or a name or value of a query.
    Percent,
    /// Form-encoded: a name or value of a form.
    Form,
}

/// Writes the text of one value, with escaping.
pub struct Text<'a> {
    out: &'a mut String,
    escape: Escape,
    checker: &'a mut Checker,
}

impl<'a> Text<'a> {
    pub(crate) fn new(out: &'a mut String, escape: Escape, checker: &'a mut Checker) -> Self {
        Self { out, escape, checker }
    }

    /// Appends text.
    pub fn str(&mut self, text: &str) {
        match self.escape {
            Escape::Plain => self.out.push_str(text),
            Escape::Percent => push_percent(self.out, text),
            Escape::Form => push_form(self.out, text),
        }
    }

    /// Appends a whole number in decimal.
    pub fn integer(&mut self, number: impl Into<i128>) {
        // Digits and the minus sign never need escaping.
        push_integer(self.out, number.into());
    }

    /// Appends `true` or `false`.
    pub fn bool(&mut self, truth: bool) {
        push_bool(self.out, truth);
    }

    /// Appends the JSON text of a value.
    pub fn json(&mut self, value: &dyn ToWire) {
        let mut text = String::new();
        value.json(&mut crate::wire::json_writer::JsonWriter::new(&mut text, self.checker));
        self.str(&text);
    }

    /// Appends the separator of a list. In a query a comma need not be escaped.
    pub(crate) fn comma(&mut self) {
        match self.escape {
            Escape::Form => self.str(","),
            Escape::Plain | Escape::Percent => self.out.push(','),
        }
    }

    pub(crate) fn checker(&mut self) -> &mut Checker {
        self.checker
    }
}

/// Returns the text of a value without escaping.
pub(crate) fn plain(value: &dyn ToWire) -> String {
    let mut text = String::new();
    value.text(&mut Text::new(&mut text, Escape::Plain, &mut Checker::new(false)));
    text
}

/// Appends a whole number in decimal. Most fit into 64 bits, which are divided much faster than 128 bits.
pub(crate) fn push_integer(out: &mut String, number: i128) {
    // Fast path for flags and values of enums.
    if let Ok(digit @ 0..=9) = u8::try_from(number) {
        return out.push(char::from(b'0' + digit));
    }
    let mut digits = itoa::Buffer::new();
    out.push_str(match i64::try_from(number) {
        Ok(number) => digits.format(number),
        Err(_) => digits.format(number),
    });
}

pub(crate) fn push_bool(out: &mut String, truth: bool) {
    out.push_str(if truth { "true" } else { "false" });
}

/// Appends percent-encoded text.
pub(crate) fn push_percent(out: &mut String, text: &str) {
    out.extend(utf8_percent_encode(text, RESERVED));
}

/// Appends form-encoded text.
pub(crate) fn push_form(out: &mut String, text: &str) {
    out.extend(form_urlencoded::byte_serialize(text.as_bytes()));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn path_and_query_values_stay_inside() {
        let mut out = String::new();
        push_percent(&mut out, "a|b/c?d#e%f g~汉");
        assert_eq!(out, "a%7Cb%2Fc%3Fd%23e%25f%20g~%E6%B1%89");
    }

    #[test]
    fn forms_are_escaped_like_the_standard_says() {
        let mut out = String::new();
        push_form(&mut out, "a b&c=d+e\n\"汉\"");
        assert_eq!(out, "a+b%26c%3Dd%2Be%0A%22%E6%B1%89%22");
    }
}
