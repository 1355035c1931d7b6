//! Type expressions as the spec writes them: `string`, `[Account]`, `{string: i64}`, `Gender?`.

use std::fmt;

use serde::{Deserialize, Deserializer, de};

use crate::primitives::vendor_types;

/// A type as written; names are not resolved yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TypeExpr {
    /// A built-in or a named type.
    Name(String),
    /// `[T]`
    List(Box<TypeExpr>),
    /// `{string: T}`
    Map(Box<TypeExpr>),
}

/// A type with or without `?` behind it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TypeUse {
    /// The type without the `?`.
    pub expr: TypeExpr,
    /// Whether `?` stood behind it.
    pub optional: bool,
}

impl TypeExpr {
    /// The one name inside: that of the type itself, or of what it is a list or map of.
    pub fn leaf(&self) -> &str {
        match self {
            Self::Name(name) => name,
            Self::List(inner) | Self::Map(inner) => inner.leaf(),
        }
    }
}

impl fmt::Display for TypeExpr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name(name) => f.write_str(name),
            Self::List(inner) => write!(f, "[{inner}]"),
            Self::Map(inner) => write!(f, "{{string: {inner}}}"),
        }
    }
}

impl TypeUse {
    /// Reads a type expression.
    ///
    /// # Errors
    /// A sentence that says what is wrong with the text.
    pub fn parse(text: &str) -> Result<Self, String> {
        let text = text.trim();
        let (text, optional) = match text.strip_suffix('?') {
            Some(rest) => (rest, true),
            None => (text, false),
        };
        Ok(Self { expr: parse_expr(text, 0)?, optional })
    }
}

/// Lists of lists of lists are a mistake long before they are a problem for the stack.
const MAX_DEPTH: usize = 8;

fn parse_expr(text: &str, depth: usize) -> Result<TypeExpr, String> {
    let text = text.trim();
    if depth > MAX_DEPTH {
        return Err(format!("types may be nested {MAX_DEPTH} deep at most"));
    }
    if let Some(rest) = text.strip_prefix('[') {
        let inner = rest
            .strip_suffix(']')
            .ok_or_else(|| format!("`{text}` opens a list with `[` but does not close it with `]`"))?;
        return Ok(TypeExpr::List(Box::new(parse_expr(inner, depth + 1)?)));
    }
    if let Some(rest) = text.strip_prefix('{') {
        let inner = rest
            .strip_suffix('}')
            .ok_or_else(|| format!("`{text}` opens a map with `{{` but does not close it with `}}`"))?;
        let (key, value) =
            inner.split_once(':').ok_or_else(|| format!("`{text}` is not a map type; write `{{string: T}}`"))?;
        if key.trim() != "string" {
            return Err(format!("keys of a map are `string`, not `{}`", key.trim()));
        }
        return Ok(TypeExpr::Map(Box::new(parse_expr(value, depth + 1)?)));
    }
    if text.ends_with('?') {
        return Err("only a whole type can be optional: put the `?` at the very end".to_owned());
    }
    let mut letters = text.chars();
    let starts_well = letters.next().is_some_and(|first| first.is_ascii_alphabetic());
    if starts_well && letters.all(|letter| letter.is_ascii_alphanumeric() || letter == '_') {
        Ok(TypeExpr::Name(text.to_owned()))
    } else {
        Err(match vendor_types::generic(text) {
            Some(ty) => format!("`{text}` is not a type here; write `\"{ty}\"`"),
            None => format!("`{text}` is not a type; write a name, `[T]` or `{{string: T}}`"),
        })
    }
}

/// YAML reads an unquoted `[string]` as a list and `{string: i64}` as a map: both mean the type of that shape.
impl<'de> Deserialize<'de> for TypeUse {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = serde_yaml::Value::deserialize(deserializer)?;
        let text = flow_text(&value).ok_or_else(|| de::Error::custom("a type is a name, `[T]` or `{string: T}`"))?;
        Self::parse(&text).map_err(de::Error::custom)
    }
}

fn flow_text(value: &serde_yaml::Value) -> Option<String> {
    use serde_yaml::Value;
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Sequence(items) => match items.as_slice() {
            [item] => Some(format!("[{}]", flow_text(item)?)),
            _ => None,
        },
        Value::Mapping(entries) => {
            let mut entries = entries.iter();
            match (entries.next(), entries.next()) {
                (Some((Value::String(key), item)), None) => Some(format!("{{{key}: {}}}", flow_text(item)?)),
                _ => None,
            }
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        match TypeUse::parse(text) {
            Ok(found) => format!("{}{}", found.expr, if found.optional { "?" } else { "" }),
            Err(message) => message,
        }
    }

    #[test]
    fn every_shape() {
        assert_eq!(shown("string"), "string");
        assert_eq!(shown("Gender?"), "Gender?");
        assert_eq!(shown("[ i64 ]"), "[i64]");
        assert_eq!(shown("{string: [Status]}?"), "{string: [Status]}?");
    }

    #[test]
    fn every_mistake() {
        assert!(shown("[i64").contains("does not close"));
        assert!(shown("{string}").contains("write `{string: T}`"));
        assert!(shown("{i64: string}").contains("not `i64`"));
        assert!(shown("[i64?]").contains("very end"));
        assert!(shown("a b").contains("not a type"));
        assert!(shown("").contains("not a type"));
        assert!(shown(&"[".repeat(100_000)).contains("does not close"));
        assert!(shown(&format!("{}i64{}", "[".repeat(20), "]".repeat(20))).contains("at most"));
    }

    #[test]
    fn yaml_flow_forms() {
        let read = |yaml: &str| serde_yaml::from_str::<TypeUse>(yaml).map(|found| found.expr.to_string());
        assert_eq!(read("[string]").unwrap(), "[string]");
        assert_eq!(read("{string: [i64]}").unwrap(), "{string: [i64]}");
        assert!(read("[a, b]").is_err());
    }
}
