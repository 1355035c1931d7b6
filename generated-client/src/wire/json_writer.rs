//! Writes JSON.

use crate::wire::limit::{Checker, Limit};
use crate::wire::text::{Escape, Text, push_bool, push_integer};
use crate::wire::to_wire::ToWire;

/// A type that is written as a JSON object in a request.
pub trait Members {
    /// Writes all members that are not absent.
    fn members(&self, out: &mut Object<'_>);
}

impl<T: Members> Members for Box<T> {
    fn members(&self, out: &mut Object<'_>) {
        (**self).members(out);
    }
}

/// Writes one JSON value.
pub struct JsonWriter<'a> {
    out: &'a mut String,
    checker: &'a mut Checker,
}

impl<'a> JsonWriter<'a> {
    pub(crate) fn new(out: &'a mut String, checker: &'a mut Checker) -> Self {
        Self { out, checker }
    }

    /// Writes `null`.
    pub fn null(&mut self) {
        self.out.push_str("null");
    }

    /// Writes `true` or `false`.
    pub fn bool(&mut self, value: bool) {
        push_bool(self.out, value);
    }

    /// Writes a whole number.
    pub fn integer(&mut self, number: impl Into<i128>) {
        push_integer(self.out, number.into());
    }

    /// Writes a floating-point number. Infinity and NaN, which JSON cannot express, are reported as a problem.
    pub fn float(&mut self, number: f64) {
        match serde_json::Number::from_f64(number) {
            Some(number) => self.out.push_str(&number.to_string()),
            None => {
                self.checker.note("is not a finite number");
                self.null();
            }
        }
    }

    /// Writes a string.
    pub fn str(&mut self, text: &str) {
        push_quoted(self.out, text);
    }

    pub(crate) fn checker(&mut self) -> &mut Checker {
        self.checker
    }

    /// Writes text that already is JSON.
    pub(crate) fn verbatim(&mut self, json: &str) {
        self.out.push_str(json);
    }

    /// Writes an object.
    pub fn object(&mut self, members: impl FnOnce(&mut Object<'_>)) {
        self.out.push('{');
        members(&mut Object { out: self.out, checker: self.checker, first: true });
        self.out.push('}');
    }

    /// Writes the items of a value as a JSON list.
    pub fn list(&mut self, items: &dyn ToWire) {
        self.out.push('[');
        let mut index = 0;
        items.each(&mut |item| {
            if index > 0 {
                self.out.push(',');
            }
            let clean = self.checker.is_clean();
            item.json(self);
            if clean {
                self.checker.inside_item(index);
            }
            index += 1;
        });
        self.out.push(']');
    }

    /// Writes the text of a value as a string.
    pub(crate) fn quoted_text(&mut self, value: &dyn ToWire) {
        let mut text = String::new();
        value.text(&mut Text::new(&mut text, Escape::Plain, self.checker));
        self.str(&text);
    }

    /// Writes the JSON text of a value as a string.
    pub(crate) fn quoted_json(&mut self, value: &dyn ToWire) {
        let mut text = String::new();
        value.json(&mut JsonWriter::new(&mut text, self.checker));
        self.str(&text);
    }
}

/// Writes the members of a JSON object.
pub struct Object<'a> {
    out: &'a mut String,
    checker: &'a mut Checker,
    first: bool,
}

impl<'a> Object<'a> {
    /// Continues an object whose braces the caller writes. `first`: it has no members yet.
    pub(crate) fn resume(out: &'a mut String, checker: &'a mut Checker, first: bool) -> Self {
        Self { out, checker, first }
    }

    /// Returns the checker, for rules that are checked after all members.
    pub(super) fn checker(&mut self) -> &mut Checker {
        self.checker
    }

    /// Adds a member, unless it is absent.
    pub fn member(&mut self, name: &str, value: &dyn ToWire, limits: &[Limit]) {
        if value.is_absent() {
            return;
        }
        let clean = self.checker.is_clean();
        self.checker.check(value, limits);
        if !self.first {
            self.out.push(',');
        }
        self.first = false;
        push_quoted(self.out, name);
        self.out.push(':');
        value.json(&mut JsonWriter::new(self.out, self.checker));
        if clean {
            self.checker.inside_member(name);
        }
    }
}

/// Appends a JSON string. Quotes, backslashes and control characters are escaped, other characters are not.
pub(super) fn push_quoted(out: &mut String, text: &str) {
    out.push('"');
    let mut rest = text;
    while let Some((plain, tail)) = rest
        .bytes()
        .position(|byte| byte < 0x20 || matches!(byte, b'"' | b'\\'))
        .and_then(|at| rest.split_at_checked(at))
    {
        out.push_str(plain);
        let mut tail = tail.chars();
        if let Some(special) = tail.next() {
            push_escaped(out, special);
        }
        rest = tail.as_str();
    }
    out.push_str(rest);
    out.push('"');
}

fn push_escaped(out: &mut String, special: char) {
    match special {
        '"' => out.push_str("\\\""),
        '\\' => out.push_str("\\\\"),
        '\n' => out.push_str("\\n"),
        '\r' => out.push_str("\\r"),
        '\t' => out.push_str("\\t"),
        other => {
            out.push_str("\\u00");
            for shift in [4, 0] {
                let digit = (u32::from(other) >> shift) & 0xf;
                out.push(char::from_digit(digit, 16).unwrap_or('0'));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::wire::json::Json;
    use crate::wire::to_wire::{Bit, Comma, JsonText, Quoted};

    fn json(value: &dyn ToWire) -> String {
        let mut out = String::new();
        value.json(&mut JsonWriter::new(&mut out, &mut Checker::new(true)));
        out
    }

    #[test]
    fn strings_read_back_as_they_were() {
        let all: String = (0_u32..0x250).filter_map(char::from_u32).collect();
        for text in [all.as_str(), "", "\"", "\\\\", "汉\u{1F600}\u{2028}"] {
            let written = json(&text.to_owned());
            assert_eq!(serde_json::from_str::<String>(&written).unwrap(), text, "{written}");
        }
    }

    #[test]
    fn values_are_written_exactly() {
        assert_eq!(json(&i64::MIN), "-9223372036854775808");
        assert_eq!(json(&u64::MAX), "18446744073709551615");
        assert_eq!(json(&1.5_f64), "1.5");
        assert_eq!(json(&vec![Some(1), None]), "[1,null]");
        assert_eq!(json(&Vec::<i64>::new()), "[]");
        assert_eq!(json(&BTreeMap::from([("a\"".to_owned(), true)])), r#"{"a\"":true}"#);
        assert_eq!(json(&Quoted(&7_u64)), r#""7""#);
        assert_eq!(json(&Bit(&true)), "1");
        assert_eq!(json(&Bit(&Some(false))), "0");
        assert_eq!(json(&Comma(&vec![1, 2])), r#""1,2""#);
        assert_eq!(json(&JsonText(&vec!["a".to_owned()])), r#""[\"a\"]""#);
        assert_eq!(json(&Json::from("a")), r#""a""#);
    }

    struct Outer(Vec<Inner>);
    struct Inner(String);

    impl Members for Outer {
        fn members(&self, out: &mut Object<'_>) {
            out.member("absent", &None::<bool>, &[]);
            out.member("inner", &self.0, &[]);
        }
    }

    impl Members for Inner {
        fn members(&self, out: &mut Object<'_>) {
            out.member("name", &self.0, &[Limit::MaxLen(3)]);
        }
    }

    #[test]
    fn a_problem_says_where_it_is() {
        let outer = Outer(vec![Inner("abc".to_owned()), Inner("abcd".to_owned())]);
        let mut out = String::new();
        let mut checker = Checker::new(true);
        outer.json(&mut JsonWriter::new(&mut out, &mut checker));
        assert_eq!(out, r#"{"inner":[{"name":"abc"},{"name":"abcd"}]}"#);
        assert_eq!(checker.into_error().unwrap().parameter, "inner[1].name");
    }
}
