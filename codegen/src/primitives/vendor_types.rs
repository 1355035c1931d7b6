//! What the official pages call types, and what these are called here.

/// Words of the pages in small letters, the type to write, and when to write another.
const WORDS: &[(&[&str], &str, &str)] = &[
    (&["string", "str", "text", "char", "varchar"], "string", "or `id` for text that names something"),
    (
        &["int", "integer", "int32", "short", "byte", "i8", "i16", "u8", "u16"],
        "i32",
        "or `bool` with `wire: bit` for a switch of 0 and 1, or an enum type where few values are known",
    ),
    (
        &["long", "int64", "bigint", "biginteger", "u32", "uint", "uint32"],
        "i64",
        "or `timestamp_ms` or `timestamp_s` for a moment",
    ),
    (&["uint64", "ulong", "unsigned"], "u64", ""),
    (&["float", "double", "decimal", "number", "f32", "bigdecimal"], "f64", "or `i64` for whole numbers"),
    (&["boolean", "bool"], "bool", "with `wire: bit` where it is sent as 0 or 1"),
    (
        &["jsonobject", "object", "obj", "map", "dict", "hashmap"],
        "json",
        "or a type with its fields below `types:`, with `wire: json` in a form",
    ),
    (
        &["jsonarray", "array", "list", "arraylist"],
        "[string]",
        "in quotes, a list of another type likewise; with `wire: json` in a form",
    ),
    (&["any", "jsonvalue", "jsonstring"], "json", ""),
    (&["date", "datetime", "timestamp", "time", "unixtime"], "timestamp_ms", "or `timestamp_s`"),
    (&["bytes", "binary", "blob", "multipartfile", "stream"], "file", "or `base64` for bytes as text"),
    (&["enum"], "i32", "or a type below `types:` with `enum: i32` and `values:`"),
];

/// The type of the spec language for a type name of the official pages, and when to use another.
pub(crate) fn spec_type(word: &str) -> Option<(&'static str, &'static str)> {
    let lower = word.to_lowercase();
    WORDS.iter().find(|(words, ..)| words.contains(&&*lower)).map(|(_, name, note)| (*name, *note))
}

/// Our way to write `String[]`, `List<String>` and `Map<String, Long>`.
pub(crate) fn generic(text: &str) -> Option<String> {
    let text = text.trim();
    if let Some(item) = text.strip_suffix("[]") {
        return Some(format!("[{}]", inner(item)?));
    }
    let (outer, rest) = text.split_once('<')?;
    let arguments = rest.strip_suffix('>')?;
    match outer.trim().to_lowercase().as_str() {
        "list" | "array" | "set" | "arraylist" | "collection" => Some(format!("[{}]", inner(arguments)?)),
        "map" | "hashmap" | "dict" => {
            let (_, value) = arguments.split_once(',')?;
            Some(format!("{{string: {}}}", inner(value)?))
        }
        _ => None,
    }
}

fn inner(text: &str) -> Option<String> {
    let text = text.trim();
    if let Some(found) = generic(text) {
        return Some(found);
    }
    let is_name = !text.is_empty() && text.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_');
    is_name.then(|| spec_type(text).map_or(text, |(name, _)| name).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::primitives::{Scalar, TypeUse};

    #[test]
    fn every_word_is_told_a_type_that_exists() {
        for (words, name, _) in WORDS {
            let ty = TypeUse::parse(name).unwrap();
            assert!(Scalar::named(ty.expr.leaf()).is_some(), "{name}");
            assert!(words.iter().all(|word| *word == word.to_lowercase()), "{words:?}");
        }
        for (word, name) in [
            ("long", "i64"),
            ("int", "i32"),
            ("Integer", "i32"),
            ("String", "string"),
            ("JSONObject", "json"),
            ("JSONArray", "[string]"),
            ("boolean", "bool"),
        ] {
            assert_eq!(spec_type(word).map(|(name, _)| name), Some(name), "{word}");
        }
        assert_eq!(spec_type("Account"), None);
    }

    #[test]
    fn lists_and_maps_of_other_languages_are_rewritten() {
        for (theirs, written) in [
            ("String[]", "[string]"),
            ("List<Long>", "[i64]"),
            ("List<Account>", "[Account]"),
            ("Map<String, Integer>", "{string: i32}"),
            ("List<Map<String,String>>", "[{string: string}]"),
        ] {
            assert_eq!(generic(theirs).as_deref(), Some(written));
            assert!(TypeUse::parse(written).is_ok());
        }
        for other in ["a b", "List<>", "Map<String>", "<x>", "[]", "Foo<Bar>"] {
            assert_eq!(generic(other), None, "{other}");
        }
    }
}
