//! Tests generated specs with a valid structure and unusual names, types and limits.

use std::cell::Cell;
use std::fmt::Write as _;

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::{Just, Strategy, any, prop_oneof};
use proptest::sample::select;
use proptest::test_runner::TestCaseError;
use yunxin_codegen::Sources;

use crate::{compile_and_check, runner, support};

/// Names that generated code or its imports use too, and names that differ on the wire only.
const NAMES: &[&str] = &[
    "out",
    "value",
    "client",
    "f",
    "it",
    "item",
    "inner",
    "reply",
    "request",
    "error",
    "default",
    "into",
    "from",
    "some",
    "none",
    "ok",
    "err",
    "vec",
    "string",
    "option",
    "accId",
    "acc-id",
    "AccID",
    "acc.id",
    "X-Other",
    "a",
    "A",
    "aB",
    "a1",
    "iOS",
    "p2pID",
    "HTTPServer2Go",
    "product",
    "types",
    "std",
    "core",
    "yunxin",
    "runtime",
    "prelude",
    "serde",
    "u8",
    "str",
    "usize",
    "main",
    "test",
    "spec",
    "SPEC",
    "PRODUCT",
    "endpoint",
    "params",
    "code",
    "desc",
    "info",
    "data",
    "macro_rules",
    "raw",
    "union_all",
    "matches",
];

/// Names of which Rust or the spec language refuses most.
const BAD_NAMES: &[&str] = &[
    "type", "self", "Self", "crate", "async", "gen", "new", "send", "fmt", "clone", "mod", "super", "dyn", "union",
    "encode", "1a", "_a", "a_", "a-", "a__b", "-", "汉", "", " ", "a b", "r#type", "_",
];

/// Type, what an example of it looks like, and how it is sent in a form.
const TYPES: &[(&str, &str, &str)] = &[
    ("string", "\"x\"", ""),
    ("id", "a", ""),
    ("bool", "true", ""),
    ("bool", "true", "wire: bit"),
    ("i32", "7", ""),
    ("i64", "7", ""),
    ("u64", "7", ""),
    ("f64", "0.5", ""),
    ("timestamp_s", "1700000000", ""),
    ("timestamp_ms", "1700000000000", ""),
    ("duration_s", "7", ""),
    ("duration_h", "7", ""),
    ("json", "{ a: [1, ~] }", ""),
    ("base64", "AAAA", ""),
    ("[string]", "[x]", "wire: json"),
    ("[id]", "[x]", "wire: comma"),
    ("{string: i64}", "{ type: 7 }", "wire: json"),
    ("[[i32]]", "[[7]]", "wire: json"),
    ("Kind", "first", ""),
    ("Thing", "{ id: a }", "wire: json"),
    ("[Thing]", "[{ id: a }]", "wire: json"),
    ("{string: [Thing]}", "{ x: [{ id: a }] }", "wire: json"),
];

/// The last endpoint uses all types, so that none is unused.
const RESOURCE: &str = "\
resource: thing
title: Things
endpoints:
  zz_last:
    title: The last one
    docs: https://doc.example.com/last
    path: /last
    returns: { at: data, type: Thing }
    example: { request: {}, reply: { code: 200, data: { id: a } } }
";

/// Texts that are emitted in comments and literals.
const TEXTS: &[&str] = &[
    "Plain words.",
    "Says \"quoted\" and \\ and `code`.",
    "*/ /* // //! /// #![x]",
    "{} {0} {name} ${x}",
    "```\ncode\n```",
    "\n\n  four\n\n    deep\n",
    "[link](x) <b> & [Self::new] 汉字 👩‍👩‍👧",
    "\"#\"##\"###",
    "a\\nb\\u{0}",
    "- list\n- list\n\n# Head",
    "'",
    "r#\"",
];

/// Texts with characters that are refused everywhere.
const INVISIBLE: &[&str] = &["\u{202e}right to left", "x\r\ny", "\u{0}"];

fn text() -> impl Strategy<Value = &'static str> {
    prop_oneof![50 => select(TEXTS), 1 => select(INVISIBLE)]
}

#[derive(Clone, Debug)]
struct Param {
    name: String,
    of: (&'static str, &'static str, &'static str),
    required: bool,
    limit: &'static str,
    doc: &'static str,
    rust_name: Option<String>,
}

#[derive(Clone, Debug)]
struct Endpoint {
    name: String,
    method: &'static str,
    encoding: &'static str,
    path: &'static str,
    params: Vec<Param>,
    returns: &'static str,
    doc: &'static str,
    title: &'static str,
}

fn name() -> impl Strategy<Value = String> {
    prop_oneof![
        20 => select(NAMES).prop_map(str::to_owned),
        20 => "[a-z]{2,8}(_[a-z][a-z0-9]{0,3})?",
        10 => "[a-z]{1,4}([A-Z][a-z0-9]{0,3}){1,3}",
        1 => "[A-Za-z0-9_.-]{1,10}",
        1 => select(BAD_NAMES).prop_map(str::to_owned),
    ]
}

/// Limits that are valid for a value of this type, and a few that are not.
fn limit(of: &str) -> impl Strategy<Value = &'static str> + use<> {
    let fitting: &'static [&'static str] = match of {
        "string" => &["max_len: 32", "max_bytes: 128", "pattern: '[a-z\"#]+'", "secret: true", "one_of: [x, 'y\"']"],
        "id" => &["max_len: 18446744073709551615", "max_len: 9", "deprecated: 'use \"b\" */'"],
        "i32" | "i64" => &["range: [0, 99]", "range: [~, 8]", "range: [-9223372036854775808, ~]", "one_of: [7, 8]"],
        "u64" | "duration_s" => &["range: [0, 9223372036854775807]", "range: [7, 7]"],
        "f64" => &["range: [0, 1]"],
        list if list.starts_with('[') => &["max_items: 9"],
        _ => &["deprecated: never"],
    };
    prop_oneof![20 => Just(""), 15 => select(fitting), 1 => select(&["nullable: true", "max_items: 0", "range: [9, 1]", "pattern: '('"][..])]
}

fn param() -> impl Strategy<Value = Param> {
    (name(), select(TYPES), any::<bool>(), text(), option::weighted(0.1, name())).prop_flat_map(
        |(name, of, required, doc, rust_name)| {
            limit(of.0).prop_map(move |limit| Param {
                name: name.clone(),
                of,
                required,
                limit,
                doc,
                rust_name: rust_name.clone(),
            })
        },
    )
}

/// Adds the parameters of the path.
fn with_placeholders(mut params: Vec<Param>, path: &str) -> Vec<Param> {
    for name in ["id", "a", "b"] {
        if path.contains(&format!("{{{name}}}")) || path.contains(&format!("{{/{name}}}")) {
            params.retain(|param| param.name != name);
            let required = name != "b";
            params.push(Param { name: name.to_owned(), of: TYPES[1], required, limit: "", doc: "x", rust_name: None });
        }
    }
    params
}

fn endpoint() -> impl Strategy<Value = Endpoint> {
    (
        prop_oneof![9 => "[a-z]{2,6}(_[a-z][a-z0-9]{0,3})?", 1 => name()],
        select(&["POST", "PUT", "GET", "DELETE"][..]),
        select(&["json", "json", "form", "query", "multipart"][..]),
        select(&["", "", "", ".action", "/{id}", "/{a}{/b}"][..]),
        vec(param(), 0..5),
        select(
            &["nothing", "{ at: data, type: Thing }", "{ at: ., type: Thing }", "{ at: data, type: '[Thing]' }"][..],
        ),
        text(),
        text(),
    )
        .prop_map(|(name, method, encoding, path, params, returns, doc, title)| Endpoint {
            name,
            method,
            encoding: if method == "GET" { "query" } else { encoding },
            path,
            params: with_placeholders(params, path),
            returns,
            doc,
            title,
        })
}

fn quoted(text: &str) -> String {
    serde_json::to_string(text).unwrap()
}

fn yaml(endpoints: &[Endpoint], fields: &[Param], values: &[String]) -> String {
    let mut out = RESOURCE.to_owned();
    for Endpoint { name, method, encoding, path, params, returns, doc, title } in endpoints {
        writeln!(out, "  {}:\n    title: {}\n    doc: {}", quoted(name), quoted(title), quoted(doc)).unwrap();
        writeln!(
            out,
            "    docs: https://doc.example.com/x\n    method: {method}\n    path: {}",
            quoted(&format!("/{name}{path}"))
        )
        .unwrap();
        writeln!(out, "    encoding: {encoding}\n    params:").unwrap();
        let mut request = Vec::new();
        for param in params {
            let wire = if *encoding == "json" { "" } else { param.of.2 };
            writeln!(out, "      {}: {{ {} }}", quoted(&param.name), keys(param, wire, "required: true")).unwrap();
            if param.required {
                request.push(format!("{}: {}", quoted(&param.name), param.of.1));
            }
        }
        let reply = match *returns {
            "nothing" => "",
            returns if returns.contains("[") => ", data: [{ id: a }]",
            returns if returns.contains("at: .,") => ", id: a",
            _ => ", data: { id: a }",
        };
        writeln!(out, "    returns: {returns}").unwrap();
        writeln!(out, "    example: {{ request: {{ {} }}, reply: {{ code: 200{reply} }} }}", request.join(", "))
            .unwrap();
    }
    out.push_str("types:\n  Thing:\n    doc: A thing.\n    fields:\n      id: { type: id, doc: Name. }\n");
    for field in fields {
        // Optional, so that the examples above need not have them.
        // A type cannot contain itself, but it can contain a list of itself.
        let of = if field.of.0 == "Thing" { "[Thing]" } else { field.of.0 };
        let optional = Param { of: (of, "", ""), required: false, ..field.clone() };
        let keys = keys(&optional, "", "").replacen(&quoted(of), &quoted(&format!("{of}?")), 1);
        writeln!(out, "      {}: {{ {keys} }}", quoted(&field.name)).unwrap();
    }
    out.push_str("      kind: { type: 'Kind?', doc: Its kind. }\n  Kind:\n    doc: Kinds.\n    enum: i32\n    values:\n      first: 1\n");
    for (number, value) in values.iter().enumerate() {
        writeln!(out, "      {}: {}", quoted(value), number + 2).unwrap();
    }
    out
}

fn keys(param: &Param, wire: &str, required: &str) -> String {
    let mut keys = vec![format!("type: {}", quoted(param.of.0)), format!("doc: {}", quoted(param.doc))];
    let rust_name = param.rust_name.as_ref().map(|name| format!("name: {}", quoted(name))).unwrap_or_default();
    let required = if param.required { required } else { "" };
    keys.extend([param.limit, wire, required, &rust_name].into_iter().filter(|key| !key.is_empty()).map(str::to_owned));
    keys.join(", ")
}

#[test]
fn generated_specs_are_refused_or_generate_valid_rust() {
    let product = support::text(&support::path("bad/product.yaml"));
    let strategy = (
        vec(endpoint(), 1..3),
        vec(param(), 0..4),
        vec(prop_oneof![9 => "[a-z][a-z0-9]{0,6}(_[a-z][a-z0-9]{0,3})?", 1 => name()], 0..3),
    );
    let (accepted, all) = (Cell::new(0), Cell::new(0));
    let outcome = runner(200).run(&strategy, |(endpoints, fields, values)| {
        let text = yaml(&endpoints, &fields, &values);
        let sources =
            Sources::from_texts([("demo/product.yaml", product.as_str()), ("demo/thing.yaml", text.as_str())]);
        let good = compile_and_check(&sources).map_err(|fault| TestCaseError::fail(format!("{fault}\n{text}")))?;
        all.set(all.get() + 1);
        accepted.set(accepted.get() + u32::from(good));
        Ok(())
    });
    outcome.unwrap_or_else(|failure| panic!("{failure}"));
    // If all were refused, the emitter would not be tested.
    assert!(accepted.get() * 3 > all.get(), "{} of {} accepted", accepted.get(), all.get());
}
