//! Decodes lists that the server sends in Java's `toString` notation.

use crate::wire::from_wire::{Found, FromWire};
use crate::wire::reader::{DecodeError, Reader};

/// Target for a list that the server sends in Java's `toString` notation: `[alice, bob]`, which is not JSON.
///
/// A list in JSON, and a string with the JSON text of one, are decoded as well. In Java's notation an item with a comma
/// cannot be distinguished from two items.
#[derive(Debug)]
pub struct JavaList<'a, T>(pub &'a mut T);

/// A list of texts, required or optional.
pub trait Texts {
    /// Replaces the list with these items.
    fn fill(&mut self, items: Vec<String>);
}

impl Texts for Vec<String> {
    fn fill(&mut self, items: Vec<String>) {
        *self = items;
    }
}

impl Texts for Option<Vec<String>> {
    fn fill(&mut self, items: Vec<String>) {
        *self = Some(items);
    }
}

impl<T: Texts> FromWire for JavaList<'_, T> {
    fn read(&mut self, reader: &mut Reader<'_>) -> Result<Found, DecodeError> {
        let mut text = String::new();
        let found = reader.text(&mut text)?;
        let text = text.trim();
        if found == Found::Nothing || text.is_empty() || text == "null" {
            return Ok(Found::Nothing);
        }
        self.0.fill(parse_json(text).unwrap_or_else(|| parse_java(text)));
        Ok(Found::Value)
    }

    fn may_be_missing(&self) -> bool {
        true
    }
}

/// Parses a list of JSON strings; `None` if the text is not one.
fn parse_json(text: &str) -> Option<Vec<String>> {
    let is_list = text.strip_prefix('[').is_some_and(|items| items.trim_start().starts_with('"'));
    if !is_list {
        return None;
    }
    let mut items = Vec::new();
    let mut reader = Reader::new(text.as_bytes());
    reader.read(&mut items).and_then(|()| reader.finish()).ok().map(|()| items)
}

/// Returns the items between the brackets, each without the whitespace around it. Empty items are left out.
fn parse_java(text: &str) -> Vec<String> {
    let items = text.strip_prefix('[').unwrap_or(text);
    let items = items.strip_suffix(']').unwrap_or(items);
    items.split(',').map(str::trim).filter(|item| !item.is_empty()).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str) -> Option<Vec<String>> {
        let mut list = None;
        Reader::new(json.as_bytes()).read(&mut JavaList(&mut list)).unwrap();
        list
    }

    fn is(json: &str, items: &[&str]) {
        assert_eq!(read(json).unwrap(), items, "{json}");
    }

    #[test]
    fn the_text_of_java_is_a_list() {
        is(r#""[alice, bob]""#, &["alice", "bob"]);
        is(r#""[alice]""#, &["alice"]);
        is(r#""[]""#, &[]);
        is(r#"" [ alice,bob , 汉 ] ""#, &["alice", "bob", "汉"]);
        is(r#""[007, 1.0, true, {a}]""#, &["007", "1.0", "true", "{a}"]);
        is(r#""alice, bob""#, &["alice", "bob"]);
        is(r#""[alice, bo""#, &["alice", "bo"]);
    }

    #[test]
    fn json_is_one_too() {
        is(r#"["alice","b,ob"]"#, &["alice", "b,ob"]);
        is(r#""[\"alice\", \"b, ob\"]""#, &["alice", "b, ob"]);
        is("[1, 20]", &["1", "20"]);
        is("[]", &[]);
    }

    #[test]
    fn nothing_is_absent() {
        for json in ["null", r#""""#, r#"" ""#, r#""null""#] {
            assert_eq!(read(json), None, "{json}");
        }
    }
}
