//! Tests `spec/schema.json`: it accepts every valid spec, and refuses the invalid ones that a schema can detect.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a failed expectation is the failure of a test")]

mod support;

use std::collections::BTreeSet;
use std::path::PathBuf;

use jsonschema::Validator;
use serde_json::{Map, Value};
use serde_yaml::Value as Yaml;
use yunxin_codegen::Sources;
use yunxin_codegen::emit::schema;

fn shipped_schema() -> Value {
    let specs = Sources::read(&support::path("../../spec"), "spec").unwrap();
    serde_json::from_str(&schema::text(&support::compiled(&specs).api)).unwrap()
}

fn validator() -> Validator {
    jsonschema::draft7::new(&shipped_schema()).unwrap()
}

/// Converts YAML to JSON as editors do: every key is text.
fn json(yaml: Yaml) -> Value {
    match yaml {
        Yaml::Sequence(items) => items.into_iter().map(json).collect(),
        Yaml::Mapping(entries) => {
            let text = |key: Yaml| match key {
                Yaml::String(text) => text,
                other => serde_yaml::to_string(&other).unwrap().trim_end().to_owned(),
            };
            entries.into_iter().map(|(key, value)| (text(key), json(value))).collect::<Map<_, _>>().into()
        }
        Yaml::Tagged(tagged) => json(tagged.value),
        plain => serde_json::to_value(plain).unwrap(),
    }
}

fn validation_errors(validator: &Validator, text: &str) -> Vec<String> {
    match serde_yaml::from_str(text) {
        Ok(yaml) => {
            validator.iter_errors(&json(yaml)).map(|error| format!("{}: {error}", error.instance_path())).collect()
        }
        Err(error) => vec![error.to_string()],
    }
}

#[test]
fn every_good_spec_is_valid() {
    let validator = validator();
    let folders = ["../../spec", "fixtures", "../../examples/private-endpoints/spec"];
    for file in folders.iter().flat_map(|folder| specs_in(folder)) {
        let found = validation_errors(&validator, &support::text(&file));
        assert!(found.is_empty(), "{}:\n{}", file.display(), found.join("\n"));
    }
}

fn specs_in(folder: &str) -> Vec<PathBuf> {
    let folder = support::path(folder);
    let (products, above): (Vec<_>, Vec<_>) =
        support::entries(&folder).into_iter().map(|name| folder.join(name)).partition(|path| path.is_dir());
    let below = products
        .into_iter()
        .flat_map(|product| support::entries(&product).into_iter().map(move |name| product.join(name)));
    above
        .into_iter()
        .chain(below)
        .filter(|path| path.extension().is_some_and(|extension| extension == "yaml"))
        .collect()
}

#[test]
fn every_spec_names_its_schema_for_editors() {
    for file in specs_in("../../spec") {
        let first = support::text(&file).lines().next().unwrap_or_default().to_owned();
        let schema = if file.ends_with("spec/common.yaml") { "schema.json" } else { "../schema.json" };
        assert_eq!(first, format!("# yaml-language-server: $schema={schema}"), "{}", file.display());
    }
}

#[test]
fn every_key_has_a_text_to_show() {
    let schema = shipped_schema();
    for (name, definition) in schema.get("definitions").and_then(Value::as_object).unwrap() {
        let keys = definition.get("properties").and_then(Value::as_object).into_iter().flatten();
        for (key, property) in keys {
            let text = property.get("description").and_then(Value::as_str).unwrap_or_default();
            assert!(text.ends_with('.'), "{name}.{key}: {text:?}");
        }
    }
}

#[test]
fn names_of_errors_are_suggested() {
    let schema = shipped_schema();
    let known = schema.pointer("/definitions/ErrorName/anyOf/0/enum").and_then(Value::as_array).unwrap();
    assert!(known.iter().any(|name| name == "bad_parameter"), "{known:?}");
}

#[test]
fn bad_specs_that_a_schema_can_detect_are_refused() {
    let validator = validator();
    let product = support::text(&support::path("bad/product.yaml"));
    assert_eq!(validation_errors(&validator, &product), Vec::<String>::new());
    let bad = support::path("bad");
    let accepted: BTreeSet<_> = support::entries(&bad)
        .into_iter()
        .filter(|case| bad.join(case).is_dir())
        .filter(|case| {
            let folder = bad.join(case);
            support::entries(&folder)
                .iter()
                .filter(|name| name.ends_with(".yaml"))
                .all(|name| validation_errors(&validator, &support::text(&folder.join(name))).is_empty())
        })
        .collect();
    let expected: BTreeSet<_> = BEYOND_A_SCHEMA.iter().flat_map(|line| line.split(' ')).map(str::to_owned).collect();
    let new: Vec<_> = accepted.difference(&expected).collect();
    let gone: Vec<_> = expected.difference(&accepted).collect();
    assert!(new.is_empty(), "the schema takes what only lint refuses; teach it, or list: {new:#?}");
    assert!(gone.is_empty(), "the schema refuses these, so take them off the list: {gone:#?}");
}

/// Invalid specs that no schema can detect: a schema sees a single file, and can hardly compare two of its values.
const BEYOND_A_SCHEMA: &[&str] = &[
    "E005_closed E007_callbacks E007_product E007_resource E007_stray E008_no_product E009_alias E009_tag",
    "E011_errors E011_event E011_parameters E011_renamed E011_reply E011_shared E011_spelling E011_types",
    "E011_values E013_endpoints E013_resources E014_forgotten E014_spelling E014_synonym E015_escape E020_field",
    "E020_parameter E020_returns E020_shared E020_vendor E021_shared E021_unused E022_circles E022_itself",
    "E023_comma_in_json E023_java_list_sent E023_json_in_json E023_json_in_path E023_json_text E023_list_in_form",
    "E023_list_in_query_and_form E023_text E024_file_in_form E024_flat_text E024_nullable E025_parameter E026_field",
    "E026_parameter E030_placeholder E030_sent_elsewhere E031_not_in_path E032_twice E034_optional_segment",
    "E034_other_file E034_same_file E034_slash E035_required E036_file E036_form_in_json E036_json_in_form",
    "E037_type E038_items_of_items E038_names E038_nothing E038_types E040_range E041_lower_case E044_default",
    "E045_no_default E050_default E050_endpoint E050_rejection E051_of_default E051_table E052_default E052_retry E053_unused E055_same_type E056_no_form",
    "E063_parameter E063_taken E065_lists E071_event E071_field E071_parameter E072_event E072_flat_reply",
    "E072_parameter E072_reply E073_base64 E073_enum E073_java_list E073_json_in_event E073_list E073_number",
    "E073_reply E073_text E074_bytes E074_choices E074_items E074_length E074_one_of_enum E074_range E075_code",
    "E075_empty E075_no_code E075_no_payload E076_group E076_prefers E076_rules E077_secret E080_values",
    "E082_one_of_enum E083_values E091_by_hand E091_skeleton E091_texts E092_fields E092_type",
];
