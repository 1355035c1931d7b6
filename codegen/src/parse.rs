//! Text -> document. Reports what is not YAML or not of the language; everything that can be read is read.

mod structural;

use indexmap::IndexMap;
use serde_yaml::Value;

use crate::{
    diagnostic::{Code, Diagnostic, Diagnostics, NodePath, nearest},
    document::{
        Endpoint, EndpointHead, EnumValue, EnumValueEntry, Field, Product, ProductFile, RawValue, Resource,
        ResourceFile, Returns, ReturnsEntry, Spec, TypeDef, TypeEntry,
    },
    source::{SourceFile, Sources},
    type_expr::TypeUse,
};

/// Reads all files.
pub fn parse(sources: &Sources, found: &mut Diagnostics) -> Spec {
    let mut spec = Spec::default();
    for folder in folders(sources) {
        let files = || sources.files().iter().filter(|file| file.folder == folder);
        // Resources are read even when their product is broken, so that one run reports all.
        let resources: Vec<_> =
            files().filter(|file| file.stem != "product").filter_map(|file| resource(file, found)).collect();
        match files().find(|file| file.stem == "product") {
            Some(file) => {
                let root = NodePath::root(&file.path);
                if let Some(product) =
                    document(file, found).and_then(|value| structural::read::<Product>(value, &root, found))
                {
                    spec.products.push(ProductFile {
                        path: file.path.clone(),
                        folder: folder.to_owned(),
                        product,
                        resources,
                    });
                }
            }
            None => {
                if let Some(first) = files().next() {
                    found.push(
                        Diagnostic::new(
                            Code::NoProduct,
                            NodePath::root(&first.path).value(),
                            format!("`{folder}` has no product.yaml"),
                        )
                        .help(format!(
                            "add {}product.yaml with hosts, reply rule and error table",
                            first.path.trim_end_matches(&format!("{}.yaml", first.stem))
                        )),
                    );
                }
            }
        }
    }
    spec
}

fn folders(sources: &Sources) -> Vec<&str> {
    let mut folders: Vec<_> = sources.files().iter().map(|file| file.folder.as_str()).collect();
    folders.dedup();
    folders
}

fn document(file: &SourceFile, found: &mut Diagnostics) -> Option<Value> {
    match serde_yaml::from_str::<Value>(&file.text) {
        Ok(value) => Some(value),
        Err(error) => {
            found.push(structural::syntax(file, &error));
            None
        }
    }
}

fn resource(file: &SourceFile, found: &mut Diagnostics) -> Option<ResourceFile> {
    let root = NodePath::root(&file.path);
    let mut head: Resource = structural::read(document(file, found)?, &root, found)?;
    let entries = std::mem::take(&mut head.endpoints);
    let expected = entries.len();
    let endpoints: IndexMap<_, _> = entries
        .into_iter()
        .filter_map(|(name, value)| {
            let at = root.at("endpoints").at(&*name);
            endpoint(value, &at, found).map(|endpoint| (name, endpoint))
        })
        .collect();
    let types = std::mem::take(&mut head.types)
        .into_iter()
        .map(|(name, value)| {
            let at = root.at("types").at(&*name);
            let def = type_def(value, &at, found).unwrap_or(TypeDef::Broken);
            (name, def)
        })
        .collect();
    let incomplete = endpoints.len() < expected;
    Some(ResourceFile {
        path: file.path.clone(),
        stem: file.stem.clone(),
        resource: head,
        endpoints,
        types,
        incomplete,
    })
}

fn endpoint(value: Value, at: &NodePath, found: &mut Diagnostics) -> Option<Endpoint> {
    let mut head: EndpointHead = structural::read(value, at, found)?;
    let params = fields(std::mem::take(&mut head.params), &at.at("params"), found);
    let returns = returns(std::mem::take(&mut head.returns), &at.at("returns"), found)?;
    Some(Endpoint { head, params, returns })
}

fn fields(entries: IndexMap<String, Value>, at: &NodePath, found: &mut Diagnostics) -> IndexMap<String, Field> {
    entries
        .into_iter()
        .map(|(name, value)| {
            let at = at.at(&*name);
            let field = match value {
                // `name: string`, `tags: [string]`
                short @ (Value::String(_) | Value::Sequence(_)) => {
                    structural::read::<TypeUse>(short, &at, found).map(Field::of_type)
                }
                full => structural::read::<Field>(full, &at, found),
            };
            (name, field.unwrap_or_else(Field::broken))
        })
        .collect()
}

fn returns(value: Value, at: &NodePath, found: &mut Diagnostics) -> Option<Returns> {
    if let Value::String(word) = &value {
        if word == "nothing" {
            return Some(Returns::Nothing);
        }
        let mut problem = Diagnostic::new(
            Code::UnknownWord,
            at.clone().value(),
            format!("`{word}` is not something an endpoint returns"),
        )
        .help("write `nothing`, `{ at: KEY, type: T }` or `{ at: ., fields: {...} }`");
        if nearest(word, ["nothing"]).is_some() {
            problem = problem.label("did you mean `nothing`?");
        }
        found.push(problem);
        return None;
    }
    let entry: ReturnsEntry = structural::read(value, at, found)?;
    match (entry.ty, entry.fields) {
        (Some(ty), None) => Some(Returns::Type { at: entry.at, ty }),
        (None, Some(entries)) => {
            Some(Returns::Fields { at: entry.at, fields: fields(entries, &at.at("fields"), found) })
        }
        (Some(_), Some(_)) => {
            found.push(
                Diagnostic::new(Code::WrongShape, at.clone().key(), "`returns` has both `type` and `fields`")
                    .help("keep one of them"),
            );
            None
        }
        (None, None) => {
            found.push(
                Diagnostic::new(Code::MissingKey, at.clone().key(), "`returns` has neither `type` nor `fields`")
                    .help("name a type, list the fields, or write `returns: nothing`"),
            );
            None
        }
    }
}

fn type_def(value: Value, at: &NodePath, found: &mut Diagnostics) -> Option<TypeDef> {
    let entry: TypeEntry = structural::read(value, at, found)?;
    match (entry.fields, entry.repr, entry.values) {
        (Some(entries), None, None) => {
            Some(TypeDef::Object { doc: entry.doc, fields: fields(entries, &at.at("fields"), found) })
        }
        (None, Some(repr), Some(values)) => {
            Some(TypeDef::Enum { doc: entry.doc, repr, values: enum_values(values, &at.at("values"), found) })
        }
        _ => {
            found.push(
                Diagnostic::new(Code::WrongShape, at.clone().key(), "a type is either an object or an enum")
                    .help("an object has `fields:`, an enum has `enum: i32` (or `string`) and `values:`"),
            );
            None
        }
    }
}

fn enum_values(
    entries: IndexMap<String, Value>,
    at: &NodePath,
    found: &mut Diagnostics,
) -> IndexMap<String, EnumValue> {
    entries
        .into_iter()
        .filter_map(|(name, value)| {
            let at = at.at(&*name);
            let value = match value {
                full @ Value::Mapping(_) => structural::read::<EnumValueEntry>(full, &at, found)
                    .map(|entry| EnumValue { raw: entry.value, doc: entry.doc }),
                short => structural::read::<RawValue>(short, &at, found).map(|raw| EnumValue { raw, doc: None }),
            };
            value.map(|value| (name, value))
        })
        .collect()
}
