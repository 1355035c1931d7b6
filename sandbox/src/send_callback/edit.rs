//! Sets a field of a JSON body without changing other fields or their order.

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use serde_json::value::RawValue;
use yunxin_codegen::value::display;

/// New value of a field.
#[derive(Clone, Debug)]
pub(super) enum NewValue {
    /// Text if the present value is text, otherwise JSON if it can be parsed.
    Text(String),
    /// JSON, regardless of the present value.
    Json(Value),
}

/// Returns the body with a new value at a path.
///
/// # Errors
/// If the path does not exist.
pub(super) fn set(body: &[u8], path: &str, given: &NewValue) -> Result<String, String> {
    let body = str::from_utf8(body).map_err(|_| "the body is not text in UTF-8".to_owned())?;
    put(body, &path.split('.').collect::<Vec<_>>(), given)
}

/// Returns JSON text with a new value at a path.
fn put(json: &str, path: &[&str], given: &NewValue) -> Result<String, String> {
    let Some((segment, rest)) = path.split_first() else { return given.replacing(json) };
    match json.trim_ascii_start().as_bytes().first() {
        Some(b'{') => {
            let mut object: IndexMap<String, Box<RawValue>> = read(json)?;
            let new = match object.get(*segment) {
                Some(old) => put(old.get(), rest, given)?,
                None if rest.is_empty() => given.inserted()?,
                None => return Err(format!("there is no `{}` to set anything in", display::name(segment))),
            };
            object.insert((*segment).to_owned(), read(&new)?);
            write(&object)
        }
        Some(b'[') => {
            let mut list: Vec<Box<RawValue>> = read(json)?;
            let length = list.len();
            let position: usize =
                segment.parse().map_err(|_| format!("`{}` is no position", display::name(segment)))?;
            match list.get_mut(position) {
                Some(item) => *item = read(&put(item.get(), rest, given)?)?,
                None if position == length && rest.is_empty() => list.push(read(&given.inserted()?)?),
                None => return Err(format!("there is no {position} in a list of {length}")),
            }
            write(&list)
        }
        // A string with JSON inside.
        Some(b'"') => write(&put(&read::<String>(json)?, path, given)?),
        _ => Err(format!("there is no `{}` in {}", display::name(segment), display::text(json))),
    }
}

impl NewValue {
    /// Returns the JSON text of the value that replaces an old one.
    fn replacing(&self, old: &str) -> Result<String, String> {
        match self {
            Self::Text(text) if old.trim_ascii_start().starts_with('"') => write(text),
            _ => self.inserted(),
        }
    }

    /// Returns the JSON text of the value where there is no old one.
    fn inserted(&self) -> Result<String, String> {
        match self {
            Self::Text(text) if read::<&RawValue>(text).is_ok() => Ok(text.clone()),
            Self::Text(text) => write(text),
            Self::Json(value) => write(value),
        }
    }
}

fn read<'j, T: Deserialize<'j>>(json: &'j str) -> Result<T, String> {
    serde_json::from_str(json).map_err(|problem| format!("{} is not JSON: {problem}", display::text(json)))
}

fn write(value: &impl Serialize) -> Result<String, String> {
    serde_json::to_string(value).map_err(|problem| problem.to_string())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const BODY: &str = r#"{"z":"1", "a":[{"b":1.50}], "t":"{\"n\":1,\"l\":\"[\\\"x\\\"]\"}", "u":null}"#;

    fn with(path: &str, text: &str) -> Result<String, String> {
        set(BODY.as_bytes(), path, &NewValue::Text(text.to_owned()))
    }

    #[test]
    fn one_value_changes_and_the_rest_stays() {
        let rest = r#""a":[{"b":1.50}],"t":"{\"n\":1,\"l\":\"[\\\"x\\\"]\"}","u":null"#;
        for (path, text, expected) in [
            ("z", "2", format!(r#"{{"z":"2",{rest}}}"#)),
            ("z", "\"{}\"", format!(r#"{{"z":"\"{{}}\"",{rest}}}"#)),
            ("n", "3", format!(r#"{{"z":"1",{rest},"n":3}}"#)),
            ("n", "x", format!(r#"{{"z":"1",{rest},"n":"x"}}"#)),
            ("u", "[1, 2]", format!(r#"{{"z":"1",{rest}}}"#).replace("null", "[1, 2]")),
            ("a.0.b", "1e400", format!(r#"{{"z":"1",{rest}}}"#).replace("1.50", "1e400")),
            ("a.1", "true", format!(r#"{{"z":"1",{rest}}}"#).replace("1.50}]", "1.50},true]")),
            ("t.n", "2", format!(r#"{{"z":"1",{rest}}}"#).replace(":1,", ":2,")),
            ("t.l.0", "y", format!(r#"{{"z":"1",{rest}}}"#).replace("\"x", "\"y")),
            ("t", "{}", r#"{"z":"1","a":[{"b":1.50}],"t":"{}","u":null}"#.to_owned()),
        ] {
            assert_eq!(with(path, text).as_deref(), Ok(expected.as_str()), "{path}={text}");
        }
    }

    #[test]
    fn json_changes_the_kind() {
        let set = |path, value| set(BODY.as_bytes(), path, &NewValue::Json(value)).unwrap();
        assert!(set("z", json!(1)).starts_with(r#"{"z":1,"#));
        assert!(set("z", json!({"y": null})).starts_with(r#"{"z":{"y":null},"#));
    }

    #[test]
    fn what_is_in_the_way_is_said() {
        for (path, words) in [
            ("x.y", "there is no `x` to set anything in"),
            ("z.y", "there is no `y` in `1`"),
            ("a.x", "`x` is no position"),
            ("a.2", "there is no 2 in a list of 1"),
            ("a.0.b.c", "there is no `c` in `1.50`"),
            ("u.x", "there is no `x` in `null`"),
        ] {
            assert_eq!(with(path, "1").unwrap_err(), words);
        }
        let text = NewValue::Text(String::new());
        assert!(set(b"{", "a", &text).unwrap_err().contains("is not JSON"));
        assert!(set(b"\xff", "a", &text).unwrap_err().contains("UTF-8"));
    }
}
