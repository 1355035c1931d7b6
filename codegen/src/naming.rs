//! What Rust makes of a name. Check and lower both ask here, so they cannot disagree.

use heck::{ToSnakeCase, ToUpperCamelCase};

/// Words that cannot be names of fields and functions without `r#`; `name:` in the spec gives a better one.
pub(crate) const KEYWORDS: &[&str] = &[
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "crate", "do", "dyn", "else",
    "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let", "loop", "macro", "match", "mod",
    "move", "mut", "override", "priv", "pub", "ref", "return", "self", "static", "struct", "super", "trait", "true",
    "try", "type", "typeof", "union", "unsafe", "unsized", "use", "virtual", "where", "while", "yield",
];

/// Setters of these names would hide what every request can do.
pub(crate) const REQUEST_METHODS: &[&str] = &[
    "new",
    "encode",
    "send",
    "send_with_meta",
    "send_blocking",
    "send_with_meta_blocking",
    "prepare",
    "with_timeout",
    "with_request_id",
    "with_deadline",
    "with_retry",
    "with_host",
    "with_header",
    "with_param",
    "with_options",
    "items",
    "items_blocking",
    "pages",
    "pages_blocking",
    "next_page",
    "clone",
    "eq",
    "fmt",
];

/// Types of these names would hide those that generated code uses.
pub(crate) const USED_TYPES: &[&str] = &[
    "BTreeMap",
    "Base64",
    "Bit",
    "Body",
    "FieldVisitor",
    "Clone",
    "Comma",
    "Copy",
    "Debug",
    "Default",
    "Duration",
    "Encoder",
    "Endpoint",
    "Eq",
    "ErrorCode",
    "Fields",
    "File",
    "From",
    "Hours",
    "Into",
    "IntoIterator",
    "Item",
    "Iterator",
    "JavaList",
    "Json",
    "JsonText",
    "Limit",
    "Members",
    "Method",
    "Millis",
    "Nullable",
    "None",
    "Object",
    "Option",
    "Paged",
    "PartialEq",
    "Pattern",
    "Payload",
    "Per",
    "ProductMeta",
    "Quoted",
    "Result",
    "Retry",
    "Secret",
    "Seconds",
    "Self",
    "Signing",
    "Some",
    "EndpointMeta",
    "String",
    "UnixMillis",
    "UnixSeconds",
    "Vec",
    "Condition",
    "ToWire",
];

/// Field, parameter and module names.
pub fn field(name: &str) -> String {
    name.to_snake_case()
}

/// A name without case and punctuation, as people search for it.
pub(crate) fn folded(name: &str) -> String {
    name.chars().filter(char::is_ascii_alphanumeric).map(|letter| letter.to_ascii_lowercase()).collect()
}

/// Type and variant names.
pub fn camel(name: &str) -> String {
    let camel = name.to_upper_camel_case();
    // A name may start with a digit on the wire, not in Rust.
    if camel.starts_with(|first: char| first.is_ascii_digit()) { format!("V{camel}") } else { camel }
}

/// Whether `name` can stand as a field without an escape.
pub fn is_keyword(name: &str) -> bool {
    KEYWORDS.contains(&name)
}

/// Whether a setter of this name would hide a method that requests have.
pub fn is_request_method(name: &str) -> bool {
    REQUEST_METHODS.contains(&name)
}

/// Whether a type of this name would hide one that generated code uses.
pub fn is_used_type(name: &str) -> bool {
    USED_TYPES.contains(&name)
}

/// `create`, `set_member_role`: how endpoints, resources, error names and enum values are written.
pub fn is_snake(name: &str) -> bool {
    let mut letters = name.chars();
    letters.next().is_some_and(|first| first.is_ascii_lowercase())
        && letters.all(|letter| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '_')
        && !name.ends_with('_')
        && !name.contains("__")
}

/// `Account`: how types are written.
pub fn is_camel(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_uppercase())
        && name.chars().all(|letter| letter.is_ascii_alphanumeric())
}

/// `accid`, `kickNotifyExt`, `X-Name`, `user.name`: what can be a name on the wire.
pub fn is_wire_name(name: &str) -> bool {
    !name.is_empty()
        && name.chars().any(|letter| letter.is_ascii_alphabetic())
        && name.chars().all(|letter| letter.is_ascii_alphanumeric() || "_-.".contains(letter))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wire_names_become_fields() {
        for (wire, rust) in [
            ("accid", "accid"),
            ("callerAcc", "caller_acc"),
            ("muteP2P", "mute_p2p"),
            ("p2p_chat_banned", "p2p_chat_banned"),
            ("isHTTPS", "is_https"),
            ("X-Forwarded-For", "x_forwarded_for"),
            ("device_id_list", "device_id_list"),
        ] {
            assert_eq!(field(wire), rust, "{wire}");
        }
    }

    #[test]
    fn names_become_types_and_variants() {
        for (name, rust) in
            [("create", "Create"), ("set_member_role", "SetMemberRole"), ("p2p", "P2p"), ("ios", "Ios"), ("3g", "V3g")]
        {
            assert_eq!(camel(name), rust, "{name}");
        }
    }

    #[test]
    fn odd_names() {
        assert!(is_keyword("type") && !is_keyword("kind"));
        assert!(is_request_method("send") && is_used_type("Vec"));
        assert!(
            is_snake("get_by_cid2") && !is_snake("GetByCid") && !is_snake("a__b") && !is_snake("_a") && !is_snake("")
        );
        assert!(is_camel("Account2") && !is_camel("account") && !is_camel("A_b"));
        assert!(is_wire_name("a-b.c") && !is_wire_name("a b") && !is_wire_name("") && !is_wire_name("1"));
    }
}
