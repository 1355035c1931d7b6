//! Tests which values a type accepts: in a spec, in a reply, on the wire.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a failed expectation is the failure of a test")]

mod support;

use serde_json::{Value, json};
use yunxin_codegen::model::{Api, Field};
use yunxin_codegen::value::{Findings, Form, Types};
use yunxin_codegen::{Sources, value};

const STRICT: Form = Form::Wire { lenient: false };
const LENIENT: Form = Form::Wire { lenient: true };

fn fixtures() -> Api {
    support::compiled(&Sources::read(&support::path("fixtures"), "fixtures").unwrap()).api
}

/// A parameter of an endpoint of the product `shared`, written `resource.endpoint.parameter`, and the types of its
/// file.
fn param<'a>(api: &'a Api, path: &str) -> (&'a Types, &'a Field) {
    let names: Vec<_> = path.split('.').collect();
    let [resource, endpoint, name] = names.as_slice() else { panic!("{path}") };
    let product = api.products.iter().find(|product| product.name == "shared").unwrap();
    let resource = product.resources.iter().find(|one| one.name == *resource).unwrap();
    let endpoint = resource.endpoints.iter().find(|one| one.name == *endpoint).unwrap();
    (&resource.types, endpoint.params.iter().find(|param| param.wire_name == *name).unwrap())
}

/// Path and kind of each error, such as `Field("a") Item(1): TooLong`.
fn errors(findings: &Findings<'_>) -> Vec<String> {
    let errors = findings.errors.iter().map(|error| {
        let path: Vec<_> = error.path.iter().map(|segment| format!("{segment:?}")).collect();
        let problem = format!("{:?}", error.problem);
        let kind = problem.split([' ', '{', '(']).next().unwrap();
        if path.is_empty() { kind.to_owned() } else { format!("{}: {kind}", path.join(" ")) }
    });
    errors.collect()
}

#[track_caller]
fn check(path: &str, form: Form, value: &Value, expected: &[&str]) {
    let api = fixtures();
    let (types, field) = param(&api, path);
    assert_eq!(errors(&value::check_json(types, form, field, value)), expected, "{value} {form:?}");
}

#[test]
fn enums_have_names_in_specs_and_values_on_the_wire() {
    for (form, value, expected) in [
        (Form::Spec, json!("female"), &[][..]),
        (Form::Spec, json!(2), &[]),
        (Form::Spec, json!(3), &["Enum"]),
        (Form::Reply, json!("2"), &[]),
        (Form::Reply, json!("female"), &["Enum"]),
        (STRICT, json!(2), &[]),
        (STRICT, json!(3), &[]),
        (STRICT, json!("2"), &["Enum"]),
    ] {
        check("enums.set.gender", form, &value, expected);
    }
    let api = fixtures();
    let (types, field) = param(&api, "enums.set.gender");
    assert_eq!(value::check_json(types, STRICT, field, &json!(3)).warnings.len(), 1, "enums are open");
}

#[test]
fn errors_have_the_path_to_the_part_of_the_value() {
    let tree = json!({ "name": 1, "children": [{ "name": "a", "children": [], "colour": "red" }, {}] });
    let unknown = "Field(\"children\") Item(0) Key(\"colour\"): UnknownField";
    check(
        "objects.save.tree",
        STRICT,
        &tree,
        &[
            "Field(\"name\"): Type",
            unknown,
            "Field(\"children\") Item(1) Field(\"name\"): MissingField",
            "Field(\"children\") Item(1) Field(\"children\"): MissingField",
        ],
    );
    check("objects.save.tree", Form::Reply, &tree, &[unknown]);
    let tree = json!({ "name": "root", "children": [], "colour": "red" });
    check("objects.save.tree", LENIENT, &tree, &[]);
}

#[test]
fn wire_forms_apply_only_on_the_wire() {
    for (form, value, expected) in [
        (Form::Spec, json!(true), &[][..]),
        (Form::Spec, json!(1), &["Type"]),
        (Form::Reply, json!(1), &[]),
        (STRICT, json!(1), &[]),
        (STRICT, json!(true), &["Type"]),
    ] {
        check("bit.set_json.on", form, &value, expected);
    }
}

#[test]
fn text_is_checked_like_json() {
    let api = fixtures();
    for (path, lenient, text, expected) in [
        ("limits.check.text", false, "abc", &[][..]),
        ("limits.check.text", false, "abcd", &["TooLong"]),
        ("limits.check.seconds", false, "60", &[]),
        ("limits.check.seconds", false, "+1", &["Type"]),
        ("limits.check.seconds", false, "61", &["OutOfRange"]),
        ("limits.check.tags", false, "[\"a\",\"b\",\"c\"]", &["TooLong"]),
        ("limits.check.tags", false, "['a']", &["SingleQuotes"]),
        ("limits.check.tags", true, "['a']", &[]),
        ("limits.check.tags", false, "[1]", &["Item(0): Type"]),
        ("limits.check.inner", false, "{\"name\":\"abc\"}", &["Field(\"name\"): TooLong"]),
        ("bit.set.on", false, "true", &["OtherBoolForm"]),
        ("bit.set.on", true, "true", &[]),
    ] {
        let (types, field) = param(&api, path);
        assert_eq!(errors(&value::check_text(types, lenient, field, text)), expected, "{path} {text}");
    }
}

#[test]
fn typed_text_is_read_as_a_value() {
    let api = fixtures();
    for (path, text, expected) in [
        ("limits.check.text", "5", Ok(json!("5"))),
        ("limits.check.seconds", "60", Ok(json!(60))),
        ("limits.check.seconds", "61", Err("OutOfRange")),
        ("limits.check.seconds", "soon", Err("Type")),
        ("limits.check.most", "4.5", Ok(json!(4.5))),
        ("limits.check.tags", "a,b", Ok(json!(["a", "b"]))),
        ("limits.check.tags", "", Ok(json!([]))),
        ("limits.check.tags", "[\"a,b\"]", Ok(json!(["a,b"]))),
        ("limits.check.tags", "a,b,c", Err("TooLong")),
        ("limits.check.counts", "{\"a\":1}", Ok(json!({ "a": 1 }))),
        ("limits.check.counts", "a=1", Err("Type")),
        ("enums.set.gender", "female", Ok(json!("female"))),
        ("enums.set.gender", "2", Ok(json!(2))),
        ("enums.set.gender", "3", Err("Enum")),
        ("enums.set.others", "ios,3ds", Ok(json!(["ios", "3ds"]))),
        ("bit.set.on", "true", Ok(json!(true))),
        ("bit.set.on", "1", Err("Type")),
    ] {
        let (types, field) = param(&api, path);
        let found = value::read_text(types, field, text).map_err(|findings| errors(&findings).join(", "));
        assert_eq!(found, expected.map_err(str::to_owned), "{path} {text}");
    }
}

#[test]
fn files_have_size_limits_and_cannot_be_read_from_text() {
    let api = fixtures();
    let (types, field) = param(&api, "limits.upload.file");
    assert_eq!(errors(&value::check_file(types, field, b"hello")), [""; 0]);
    assert_eq!(errors(&value::check_file(types, field, b"hello!")), ["TooLong"]);
    assert_eq!(errors(&value::check_text(types, false, field, "hello")), ["ExpectedFile"]);
}
