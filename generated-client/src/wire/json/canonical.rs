//! Compares JSON texts by a canonical form, in which equal values have equal text.

use crate::wire::json_writer::push_quoted;
use crate::wire::lexer::{Kind, Lexer};
use crate::wire::reader::{DecodeError, MAX_DEPTH};

/// Returns whether two JSON texts are equal except for whitespace, escapes and the order of keys.
pub(super) fn is_equal(one: &str, other: &str) -> bool {
    match (canonical(one), canonical(other)) {
        (Ok(one), Ok(other)) => one == other,
        _ => false,
    }
}

/// Returns the canonical form of a JSON text.
fn canonical(json: &str) -> Result<String, DecodeError> {
    let mut out = String::with_capacity(json.len());
    write(&mut Lexer::from_text(json), 0, &mut out)?;
    Ok(out)
}

/// Writes the canonical form of the next value.
fn write(json: &mut Lexer<'_>, depth: u8, out: &mut String) -> Result<(), DecodeError> {
    if depth > MAX_DEPTH {
        return Err(DecodeError::new("is nested too deep to be compared"));
    }
    match json.peek()? {
        Kind::Null => literal(json, Kind::Null, "null", out),
        Kind::True => literal(json, Kind::True, "true", out),
        Kind::False => literal(json, Kind::False, "false", out),
        Kind::Number => {
            out.push_str(json.number()?);
            Ok(())
        }
        Kind::Text => {
            push_quoted(out, &json.string()?.unescaped());
            Ok(())
        }
        Kind::List => list(json, depth, out),
        Kind::Object => object(json, depth, out),
    }
}

fn literal(json: &mut Lexer<'_>, kind: Kind, text: &str, out: &mut String) -> Result<(), DecodeError> {
    out.push_str(text);
    json.literal(kind)
}

fn list(json: &mut Lexer<'_>, depth: u8, out: &mut String) -> Result<(), DecodeError> {
    out.push('[');
    let mut more = json.open(b']');
    while more {
        write(json, depth + 1, out)?;
        more = json.more(b']')?;
        out.push(',');
    }
    out.push(']');
    Ok(())
}

/// Writes the members sorted by key; those with the same key keep their order.
fn object(json: &mut Lexer<'_>, depth: u8, out: &mut String) -> Result<(), DecodeError> {
    let mut members = Vec::new();
    let mut more = json.open(b'}');
    while more {
        let key = json.key()?.unescaped();
        let mut value = String::new();
        write(json, depth + 1, &mut value)?;
        members.push((key, value));
        more = json.more(b'}')?;
    }
    members.sort_by(|one, other| one.0.cmp(&other.0));
    out.push('{');
    for (key, value) in members {
        push_quoted(out, &key);
        out.extend([":", &value, ","]);
    }
    out.push('}');
    Ok(())
}
