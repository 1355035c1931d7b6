//! Text -> document. Reports what is not YAML or not part of the spec language, and reads everything else.

mod invisible;
mod keys;
mod misplaced;
mod structural;
mod syntax;

use std::collections::BTreeMap;

use indexmap::IndexMap;
use serde_yaml::Value;

use crate::diagnostics::{Code, Diagnostic, Diagnostics, Target, nearest};
use crate::document::{
    Callbacks, CallbacksFile, Common, CommonFile, Document, Endpoint, EndpointHead, EnumValue, EnumValueEntry, Event,
    EventHead, Field, Product, ProductFile, Resource, ResourceFile, Returns, ReturnsEntry, SharedTypes, TypeDef,
    TypeEntry, placeholder,
};
use crate::parallel;
use crate::primitives::{Groups, RawValue, TypeUse};
use crate::yaml::{Fault, SourceFile, Sources, YamlPath, YamlPathSegment};

/// Reads all files.
pub fn parse(sources: &Sources, diagnostics: &mut Diagnostics) -> Document {
    let mut document = Document::default();
    let mut read = Documents::of(sources);
    for file in sources.files().iter().filter(|file| file.fault == Some(Fault::Unexpected)) {
        diagnostics.push(misplaced(file));
    }
    // Folders that cannot be read have no folder.
    for file in sources.files().iter().filter(|file| file.folder.is_empty()) {
        if let Some(fault @ Fault::Unreadable { .. }) = &file.fault {
            diagnostics.push(syntax::unreadable(file, fault));
        }
    }
    document.common = common_file(sources, &mut read, diagnostics);
    for folder in folders(sources) {
        document.products.extend(product_folder(sources, folder, &mut read, diagnostics));
    }
    document
}

fn common_file(sources: &Sources, read: &mut Documents<'_>, diagnostics: &mut Diagnostics) -> Option<CommonFile> {
    let file = specs(sources).find(|file| is_common(file))?;
    let common = structural::read::<Common>(read.take(file, diagnostics)?, &YamlPath::root(&file.path), diagnostics);
    let recovered = !common.is_valid();
    Some(CommonFile { path: file.path.clone(), common: common.any()?, recovered })
}

/// Reads a folder as a product. Its other files are read even where product.yaml has errors, so that one run reports
/// all.
fn product_folder(
    sources: &Sources,
    folder: &str,
    read: &mut Documents<'_>,
    diagnostics: &mut Diagnostics,
) -> Option<ProductFile> {
    let files = || specs(sources).filter(|file| file.folder == folder);
    let named = |stem: &str| files().find(|file| file.stem == stem);
    let resources: Vec<_> = files()
        .filter(|file| !RESERVED.contains(&&*file.stem))
        .filter_map(|file| resource(file, read, diagnostics))
        .collect();
    let shared = named(SHARED).and_then(|file| shared_types(file, read, diagnostics));
    let callbacks = named(CALLBACKS).and_then(|file| callbacks_file(file, read, diagnostics));
    let Some(file) = named(PRODUCT) else {
        diagnostics.push(without_product(folder, files().next()?));
        return None;
    };
    let product = structural::read::<Product>(read.take(file, diagnostics)?, &YamlPath::root(&file.path), diagnostics);
    let recovered = !product.is_valid();
    // Without its defaults it is not known what its endpoints mean.
    let product = product.any().filter(|_| !lost_defaults(&file.path, diagnostics))?;
    Some(ProductFile {
        path: file.path.clone(),
        folder: folder.to_owned(),
        product,
        recovered,
        resources,
        shared,
        callbacks,
    })
}

fn without_product(folder: &str, first: &SourceFile) -> Diagnostic {
    let message = format!("the folder `{folder}` has no product.yaml");
    Diagnostic::new(Code::NoProduct, YamlPath::root(&first.path).value(), message)
        .label("this resource belongs to no product")
        .help(format!("add {} with hosts, reply rule and error table", sibling(&first.path, "product.yaml")))
}

/// Whether the defaults of a product could not be read: they decide where parameters of all its endpoints go.
fn lost_defaults(path: &str, diagnostics: &Diagnostics) -> bool {
    diagnostics.iter().any(|problem| match &problem.target {
        Target::Node(place) => {
            place.path.file == path
                && place.path.segments.first().is_some_and(|segment| *segment == YamlPathSegment::from("defaults"))
        }
        Target::Bytes { .. } => false,
    })
}

/// File of the types that several resources use.
const SHARED: &str = "types";

/// File of a product itself.
const PRODUCT: &str = "product";

/// File of the events of a product.
pub(crate) const CALLBACKS: &str = "callbacks";

/// File of what holds for every product.
const COMMON: &str = "common";

/// Files that are no resources.
const RESERVED: [&str; 3] = [PRODUCT, SHARED, CALLBACKS];

fn specs(sources: &Sources) -> impl Iterator<Item = &SourceFile> {
    let is_lost = |file: &SourceFile| file.folder.is_empty() && matches!(file.fault, Some(Fault::Unreadable { .. }));
    sources.files().iter().filter(move |file| file.fault != Some(Fault::Unexpected) && !is_lost(file))
}

fn folders(sources: &Sources) -> Vec<&str> {
    let products = specs(sources).filter(|file| !is_common(file));
    let mut folders: Vec<_> = products.map(|file| file.folder.as_str()).collect();
    folders.dedup();
    folders
}

/// Whether it is the file above the folders of the products.
fn is_common(file: &SourceFile) -> bool {
    file.folder.is_empty() && file.stem == COMMON
}

fn sibling(path: &str, name: &str) -> String {
    match path.rsplit_once('/') {
        Some((folder, _)) => format!("{folder}/{name}"),
        None => name.to_owned(),
    }
}

fn misplaced(file: &SourceFile) -> Diagnostic {
    let path = &file.path;
    let help = match path.rsplit_once('.') {
        Some((stem, "yml")) if !file.folder.is_empty() => format!("rename it to {stem}.yaml"),
        _ if file.folder.is_empty() => {
            "move it to the folder of its product: spec/<product>/<resource>.yaml".to_owned()
        }
        _ => "a product's folder holds `*.yaml` and `*.md` files and nothing else: move or remove it".to_owned(),
    };
    Diagnostic::at_bytes(Code::FileName, path, 0..0, format!("{path} is not where or what a spec file is")).help(help)
}

/// Files as YAML. Reading them is most of the work, and each is read by itself.
struct Documents<'s>(BTreeMap<&'s str, Result<Value, Vec<Diagnostic>>>);

impl<'s> Documents<'s> {
    fn of(sources: &'s Sources) -> Self {
        let files: Vec<_> = specs(sources).collect();
        let read = parallel::map(&files, 1, |file| syntax::document(file));
        Self(files.into_iter().map(|file| &*file.path).zip(read).collect())
    }

    /// The content of a file, once.
    fn take(&mut self, file: &SourceFile, diagnostics: &mut Diagnostics) -> Option<Value> {
        match self.0.remove(&*file.path)? {
            Ok(value) => {
                placeholder::report(&value, &YamlPath::root(&file.path), diagnostics);
                invisible::in_values(&value, &YamlPath::root(&file.path), diagnostics);
                Some(value)
            }
            Err(problems) => {
                for problem in problems {
                    diagnostics.push(problem);
                }
                None
            }
        }
    }
}

fn resource(file: &SourceFile, read: &mut Documents<'_>, diagnostics: &mut Diagnostics) -> Option<ResourceFile> {
    let root = YamlPath::root(&file.path);
    let mut content = read.take(file, diagnostics)?;
    let misplaced = misplaced::take_out(&mut content, &root, diagnostics);
    let head = structural::read::<Resource>(content, &root, diagnostics);
    let complete = head.is_valid() && !misplaced;
    let mut head = head.any()?;
    if !complete {
        // What was missing or unreadable was reported; its placeholder must not be checked.
        head.resource.clone_from(&file.stem);
        head.docs = None;
    }
    let entries = std::mem::take(&mut head.endpoints);
    let expected = entries.len();
    let endpoints: IndexMap<_, _> = entries
        .into_iter()
        .filter_map(|(name, value)| {
            let at = root.at("endpoints").at(&*name);
            endpoint(value, &at, diagnostics).map(|endpoint| (name, endpoint))
        })
        .collect();
    let types = type_defs(std::mem::take(&mut head.types), &root, diagnostics);
    let incomplete = !complete || endpoints.len() < expected;
    Some(ResourceFile {
        path: file.path.clone(),
        stem: file.stem.clone(),
        resource: head,
        endpoints,
        types,
        incomplete,
    })
}

fn shared_types(file: &SourceFile, read: &mut Documents<'_>, diagnostics: &mut Diagnostics) -> Option<ResourceFile> {
    let root = YamlPath::root(&file.path);
    let mut content = read.take(file, diagnostics)?;
    let misplaced = misplaced::take_out(&mut content, &root, diagnostics);
    let read = structural::read::<SharedTypes>(content, &root, diagnostics);
    let incomplete = !read.is_valid() || misplaced;
    let read = read.any()?;
    Some(ResourceFile {
        incomplete,
        ..without_endpoints(file, read.title, read.doc, read.doc_zh, type_defs(read.types, &root, diagnostics))
    })
}

/// A file of types, as the checks of types see it.
fn without_endpoints(
    file: &SourceFile,
    title: String,
    doc: Option<String>,
    doc_zh: Option<String>,
    types: IndexMap<String, TypeDef>,
) -> ResourceFile {
    ResourceFile {
        path: file.path.clone(),
        stem: file.stem.clone(),
        resource: Resource {
            resource: file.stem.clone(),
            title,
            doc,
            doc_zh,
            docs: None,
            endpoints: IndexMap::new(),
            types: IndexMap::new(),
        },
        endpoints: IndexMap::new(),
        types,
        incomplete: false,
    }
}

fn callbacks_file(file: &SourceFile, read: &mut Documents<'_>, diagnostics: &mut Diagnostics) -> Option<CallbacksFile> {
    let root = YamlPath::root(&file.path);
    let mut content = read.take(file, diagnostics)?;
    let misplaced = misplaced::take_out(&mut content, &root, diagnostics);
    let head = structural::read::<Callbacks>(content, &root, diagnostics);
    let complete = head.is_valid() && !misplaced;
    let mut head = head.any()?;
    if !complete {
        // What was missing or unreadable was reported; its placeholder must not be checked.
        head.callbacks.clone_from(&file.folder);
        head.docs.clear();
    }
    let entries = std::mem::take(&mut head.events);
    let expected = entries.len();
    let events: IndexMap<_, _> = entries
        .into_iter()
        .filter_map(|(name, value)| {
            let at = root.at("events").at(&*name);
            event(value, &at, diagnostics).map(|event| (name, event))
        })
        .collect();
    let types = type_defs(std::mem::take(&mut head.types), &root, diagnostics);
    let incomplete = !complete || events.len() < expected;
    let types = ResourceFile {
        incomplete,
        ..without_endpoints(file, head.title.clone(), head.doc.clone(), head.doc_zh.clone(), types)
    };
    Some(CallbacksFile { head, events, file: types })
}

fn event(value: Value, at: &YamlPath, diagnostics: &mut Diagnostics) -> Option<Event> {
    let head = structural::read::<EventHead>(value, at, diagnostics);
    let complete = head.is_valid();
    let mut head = head.any()?;
    let fields = fields(std::mem::take(&mut head.fields), &at.at("fields"), diagnostics);
    complete.then_some(Event { head, fields })
}

fn type_defs(
    entries: IndexMap<String, Value>,
    root: &YamlPath,
    diagnostics: &mut Diagnostics,
) -> IndexMap<String, TypeDef> {
    entries
        .into_iter()
        .map(|(name, value)| {
            let at = root.at("types").at(&*name);
            let def = type_def(value, &at, diagnostics).unwrap_or(TypeDef::Recovered);
            (name, def)
        })
        .collect()
}

fn endpoint(value: Value, at: &YamlPath, diagnostics: &mut Diagnostics) -> Option<Endpoint> {
    let unwritten = placeholder::is_in(&value);
    let head = structural::read::<EndpointHead>(value, at, diagnostics);
    let complete = head.is_valid();
    let mut head = head.any()?;
    let params = fields(std::mem::take(&mut head.params), &at.at("params"), diagnostics);
    let given = std::mem::take(&mut head.returns);
    // Replaces `returns` if it is missing, which was reported.
    if !complete && given.as_str() == Some(structural::PLACEHOLDER) {
        return None;
    }
    let returns = returns(given, &at.at("returns"), diagnostics)?;
    complete.then_some(Endpoint { head, params, returns, unwritten })
}

fn fields(entries: IndexMap<String, Value>, at: &YamlPath, diagnostics: &mut Diagnostics) -> IndexMap<String, Field> {
    entries
        .into_iter()
        .map(|(name, value)| {
            let at = at.at(&*name);
            let field = match value {
                // `name: string`, `tags: [string]`
                short @ (Value::String(_) | Value::Sequence(_)) => {
                    structural::read::<TypeUse>(short, &at, diagnostics).valid().map(Field::of_type)
                }
                full => structural::read::<Field>(full, &at, diagnostics).valid(),
            };
            (name, field.unwrap_or_else(Field::recovered))
        })
        .collect()
}

fn returns(value: Value, at: &YamlPath, diagnostics: &mut Diagnostics) -> Option<Returns> {
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
        diagnostics.push(problem);
        return None;
    }
    let entry = structural::read::<ReturnsEntry>(value, at, diagnostics).valid()?;
    match (entry.ty, entry.fields) {
        (Some(ty), None) => Some(Returns::Type { at: entry.at, ty }),
        (None, Some(entries)) => {
            Some(Returns::Fields { at: entry.at, fields: fields(entries, &at.at("fields"), diagnostics) })
        }
        (Some(_), Some(_)) => {
            diagnostics.push(
                Diagnostic::new(Code::WrongShape, at.clone().key(), "`returns` has both `type` and `fields`")
                    .help("keep one of them"),
            );
            None
        }
        (None, None) => {
            diagnostics.push(
                Diagnostic::new(Code::MissingKey, at.clone().key(), "`returns` has neither `type` nor `fields`")
                    .help("name a type, list the fields, or write `returns: nothing`"),
            );
            None
        }
    }
}

fn type_def(value: Value, at: &YamlPath, diagnostics: &mut Diagnostics) -> Option<TypeDef> {
    let entry = structural::read::<TypeEntry>(value, at, diagnostics).valid()?;
    match (entry.fields, entry.repr, entry.values) {
        (Some(entries), None, None) if !entry.closed => Some(TypeDef::Object {
            doc: entry.doc,
            doc_zh: entry.doc_zh,
            fields: fields(entries, &at.at("fields"), diagnostics),
            groups: Box::new(entry.groups),
        }),
        (None, Some(repr), Some(values)) if entry.groups == Groups::default() => {
            let expected = values.len();
            let values = enum_values(values, &at.at("values"), diagnostics);
            (values.len() == expected).then_some(TypeDef::Enum {
                doc: entry.doc,
                doc_zh: entry.doc_zh,
                repr,
                values,
                closed: entry.closed,
            })
        }
        _ => {
            diagnostics.push(
                Diagnostic::new(Code::WrongShape, at.clone().key(), "a type is either an object or an enum").help(
                    "an object has `fields:` and perhaps `groups:`; \
                         an enum has `enum: i32` (or `string`), `values:` and perhaps `closed:`",
                ),
            );
            None
        }
    }
}

fn enum_values(
    entries: IndexMap<String, Value>,
    at: &YamlPath,
    diagnostics: &mut Diagnostics,
) -> IndexMap<String, EnumValue> {
    entries
        .into_iter()
        .filter_map(|(name, value)| {
            let at = at.at(&*name);
            let value = match value {
                full @ Value::Mapping(_) => structural::read::<EnumValueEntry>(full, &at, diagnostics)
                    .valid()
                    .map(|entry| EnumValue { raw: entry.value, doc: entry.doc, doc_zh: entry.doc_zh }),
                short => structural::read::<RawValue>(short, &at, diagnostics).valid().map(|raw| EnumValue {
                    raw,
                    doc: None,
                    doc_zh: None,
                }),
            };
            value.map(|value| (name, value))
        })
        .collect()
}
