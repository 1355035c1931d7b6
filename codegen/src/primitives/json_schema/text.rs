//! Texts of a certain form.

use std::borrow::Cow;
use std::collections::BTreeSet;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde_json::{Value, json};

use crate::naming;

/// Name of the definition whose known names come from the specs themselves.
pub(crate) const ERROR_NAME: &str = "ErrorName";
/// Words with lower-case letters, digits and single `_`.
pub(super) const SNAKE: &str = "^[a-z](_?[a-z0-9])*$";
/// Words without separators, each with a capital letter.
pub(super) const CAMEL: &str = "^[A-Z][A-Za-z0-9]*$";
/// What can be a name on the wire.
pub(super) const WIRE: &str = "^[A-Za-z0-9_.-]*[A-Za-z][A-Za-z0-9_.-]*$";

/// `Name (what it is called): what an editor says of a text that does not match, pattern, words that are taken`
macro_rules! texts {
    ($($(#[doc = $doc:literal])* $name:ident ($title:literal): $complaint:literal, $pattern:expr, $taken:expr;)*) => {$(
        $(#[doc = $doc])*
        #[derive(Debug)]
        pub(crate) struct $name;

        impl JsonSchema for $name {
            fn schema_name() -> Cow<'static, str> {
                stringify!($name).into()
            }

            fn inline_schema() -> bool {
                true
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                form($title, $pattern, $complaint, $taken)
            }
        }
    )*};
}

texts! {
    /// Not blank.
    Text ("text"): "say in a few words what it is", r"\S", Vec::<&str>::new();
    /// A module and a file.
    ModuleName ("name"): "write it in snake case, and not as a Rust keyword", SNAKE, naming::KEYWORDS.to_vec();
    /// A field where the wire name will not do.
    RustName ("name"): "write it in snake case, and not as a Rust keyword", SNAKE, naming::KEYWORDS.to_vec();
    /// A region.
    SnakeName ("name"): "write it in snake case", SNAKE, Vec::<&str>::new();
    /// An endpoint, which becomes a type.
    EndpointName ("name"): "write it in snake case, and not as a type that generated code uses", SNAKE, used_types();
    /// A variant of an enum that is open.
    VariantName ("name"): "write it in snake case", SNAKE, vec!["unlisted", "self"];
    /// A type.
    TypeName ("name"): "write it in camel case, and not as a type that generated code uses", CAMEL,
        naming::USED_TYPES.to_vec();
    /// A parameter, a field, a key.
    WireName ("name"): "names consist of letters, digits and `_`, `-`, `.`", WIRE, Vec::<&str>::new();
    /// A header.
    HeaderName ("header name"): "header names consist of letters, digits and `-`",
        "^[A-Za-z0-9-]+$", Vec::<&str>::new();
    /// Key of a payload.
    PayloadKey ("key"): "write the key that holds the payload, or `.` when its fields are beside the code",
        r"^(\.|[A-Za-z0-9_.-]*[A-Za-z][A-Za-z0-9_.-]*)$", Vec::<&str>::new();
    /// A page.
    Link ("link"): "write the full address of the official page: https://host/path",
        r#"^https://[^/\s<>"]*\.[^/\s<>"]*(/[^\s<>"]*)?$"#, Vec::<&str>::new();
    /// A server.
    Host ("host"): "write `https://host`; a path common to all hosts goes to `base_path`",
        "^https?://[A-Za-z0-9.:-]+$", Vec::<&str>::new();
    /// A path without parameters.
    PlainPath ("path"): "write `/name`, without a `/` at its end", "^/[^?{ ]*[^/?{ ]$", Vec::<&str>::new();
    /// A path, perhaps with parameters.
    EndpointPath ("path"): "write `/name/{parameter}`, without a query",
        r"^(/(?!\.\.?(/|$))([A-Za-z0-9._~-]+|\{[A-Za-z0-9_]+\}))+(\{/[A-Za-z0-9_]+\}|/)?$", Vec::<&str>::new();
    /// A title to search for.
    TitleZh ("title"): "write it on one line, without quotation marks and without blanks around it",
        r#"^[^\s"']([^"'\n]*[^\s"'])?$"#, Vec::<&str>::new();
    /// A span of time that lasts.
    SpanText ("span of time"): "write `60s`, `500ms`, `2m`, `1h` or `7d`",
        "^0*[1-9][0-9]*(ms|s|m|h|d)$", Vec::<&str>::new();
    /// How often an endpoint may be called.
    Rate ("rate"): "write `100/s`, `10/min`, `400/day` or `100 in 5 min`; other words go to `rate_note`",
        r"^0*[1-9][0-9]*(/| in 0*[1-9][0-9]* )(s|min|h|day)( for \S.*)?$", Vec::<&str>::new();
}

fn used_types() -> Vec<String> {
    naming::USED_TYPES.iter().map(|name| naming::field(name)).collect()
}

fn form(title: &str, pattern: &str, complaint: &str, taken: Vec<impl Into<Value>>) -> Schema {
    // Known to VS Code's YAML extension; others say the pattern.
    let mut schema =
        json_schema!({ "$comment": title, "type": "string", "pattern": pattern, "patternErrorMessage": complaint });
    if !taken.is_empty() {
        schema.insert("not".to_owned(), json!({ "enum": Value::from(taken) }));
    }
    schema
}

/// Text that may be anything.
pub(crate) type AnyText = String;

/// A regular expression.
#[derive(Debug)]
pub(crate) struct Regex;

impl JsonSchema for Regex {
    fn schema_name() -> Cow<'static, str> {
        "Regex".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "$comment": "regular expression", "type": "string", "format": "regex" })
    }
}

/// Name of an error in the product's table.
#[derive(Debug)]
pub(crate) struct ErrorName;

impl JsonSchema for ErrorName {
    fn schema_name() -> Cow<'static, str> {
        ERROR_NAME.into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        form("error name", SNAKE, "write the name of an error in the product's table", Vec::<&str>::new())
    }
}

/// Lets editors propose the errors of all products. Which of them a file's own product has, a schema cannot know.
pub(crate) fn complete_errors(error_name: &mut Value, errors: &BTreeSet<&str>) {
    let any = error_name.take();
    *error_name = json!({ "$comment": "error name", "anyOf": [{ "enum": errors }, any] });
}
