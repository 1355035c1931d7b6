//! New endpoints and products: what `cargo xtask new` adds to a spec folder, as a value.
//!
//! The result is checked before it is returned: it compiles, and its only warnings are placeholders.

mod error;
mod insert_point;
mod skeleton;

use std::collections::BTreeMap;
use std::ops::Range;

pub use error::ScaffoldError;

use crate::diagnostics::{Code, Diagnostic, Diagnostics, Severity, Target};
use crate::document::{Document, ProductFile};
use crate::model::{PathTemplate, path_template};
use crate::primitives::{Encoding, Method};
use crate::yaml::{Sources, YamlPath};
use crate::{check, document, naming};

/// What a name refers to, as used in messages.
const PRODUCT: &str = "a product";
const RESOURCE: &str = "a resource";
const ENDPOINT: &str = "an endpoint";

/// An endpoint to be added.
#[derive(Clone, Debug)]
pub struct NewEndpoint {
    /// Folder.
    pub product: String,
    /// File.
    pub resource: String,
    /// Key under `endpoints`.
    pub name: String,
    /// The product's default when left out.
    pub method: Option<Method>,
    /// Below the product's base path.
    pub path: String,
    /// The product's default when left out.
    pub encoding: Option<Encoding>,
}

/// A change of one spec file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// File below the spec folder.
    pub path: String,
    /// Whether the file does not exist yet.
    pub creates: bool,
    /// Line of the first thing added, from 1.
    pub line: usize,
    /// Places of the placeholders, in the order of the file.
    pub placeholders: Vec<YamlPath>,
    replaced: Range<usize>,
    text: String,
}

impl Edit {
    /// The file with the change made. `current` is its content, byte order mark included, or empty for a file that is
    /// created.
    pub fn apply(&self, current: &str) -> String {
        let text = current.strip_prefix('\u{feff}').unwrap_or(current);
        let mark = if text.len() < current.len() { "\u{feff}" } else { "" };
        let before = text.get(..self.replaced.start).unwrap_or(text);
        let after = text.get(self.replaced.end..).unwrap_or_default();
        format!("{mark}{before}{}{after}", self.text)
    }
}

/// Adds an endpoint at the end of its resource, and the resource where there is none.
///
/// # Errors
/// Why it cannot be added.
pub fn endpoint(sources: &Sources, wanted: &NewEndpoint) -> Result<Edit, ScaffoldError> {
    for (name, what) in [(&wanted.product, PRODUCT), (&wanted.resource, RESOURCE), (&wanted.name, ENDPOINT)] {
        validate_name(name, what)?;
    }
    let mut texts = Texts::of(sources);
    let before = texts.read();
    let product = product_of(&before, &texts, &wanted.product)?;
    let path = path_of(wanted, product)?;
    let file = format!("{}/{}.yaml", wanted.product, wanted.resource);
    let edit = match texts.written(&file) {
        None => whole(
            &file,
            skeleton::resource(&wanted.resource) + &skeleton::endpoint(wanted, &path, &product.product, 2, 2),
        ),
        Some(text) => {
            before.refuse_existing(wanted, product, &file)?;
            inserted(&file, text, wanted, &path, product)?
        }
    };
    let after = texts.after(&edit);
    if !after.kept(&before, wanted) {
        return Err(ScaffoldError::NoPlace(file));
    }
    finished(edit, &before, &after)
}

/// Starts a product without resources.
///
/// # Errors
/// Why it cannot be added.
pub fn product(sources: &Sources, name: &str) -> Result<Edit, ScaffoldError> {
    validate_name(name, PRODUCT)?;
    let file = format!("{name}/product.yaml");
    let mut texts = Texts::of(sources);
    if texts.by_path.contains_key(&file) {
        return Err(ScaffoldError::Exists { id: name.to_owned(), file });
    }
    let before = texts.read();
    let edit = whole(&file, skeleton::product(name));
    let after = texts.after(&edit);
    finished(edit, &before, &after)
}

fn validate_name(name: &str, what: &'static str) -> Result<(), ScaffoldError> {
    let problem = if !naming::is_snake(name) {
        "names are written in snake case, as `set_member_role`"
    } else if what == RESOURCE && name == "product" {
        "product.yaml describes the product itself"
    } else if what == RESOURCE && name == "types" {
        "types.yaml holds the types of several resources"
    } else if what != ENDPOINT && naming::is_keyword(name) {
        "it becomes a Rust module, and this is a Rust keyword"
    } else {
        return Ok(());
    };
    Err(ScaffoldError::Name { name: name.to_owned(), what, problem })
}

fn product_of<'s>(state: &'s State, texts: &Texts, name: &str) -> Result<&'s ProductFile, ScaffoldError> {
    let file = format!("{name}/product.yaml");
    match state.document.products.iter().find(|product| product.folder == name) {
        Some(product) => Ok(product),
        None if texts.written(&file).is_some() => Err(ScaffoldError::Broken(file)),
        None => Err(ScaffoldError::NoProduct(name.to_owned())),
    }
}

fn path_of(wanted: &NewEndpoint, product: &ProductFile) -> Result<PathTemplate, ScaffoldError> {
    let refuse = |problem| ScaffoldError::Path { path: wanted.path.clone(), problem };
    let base = product.product.base_path.as_deref().unwrap_or_default();
    let below = wanted.path.strip_prefix(base).filter(|rest| !base.is_empty() && rest.starts_with('/'));
    if let Some(below) = below {
        return Err(refuse(format!("every path of this product begins with `{base}` already: write `{below}`")));
    }
    path_template::parse(&wanted.path).map_err(refuse)
}

fn whole(file: &str, text: String) -> Edit {
    Edit { path: file.to_owned(), creates: true, line: 1, placeholders: Vec::new(), replaced: 0..usize::MAX, text }
}

fn inserted(
    file: &str,
    text: &str,
    wanted: &NewEndpoint,
    path: &PathTemplate,
    product: &ProductFile,
) -> Result<Edit, ScaffoldError> {
    let spot = insert_point::end_of_endpoints(text).ok_or_else(|| ScaffoldError::NoPlace(file.to_owned()))?;
    let lines = skeleton::endpoint(wanted, path, &product.product, spot.indent, spot.segment);
    let before = text.get(..spot.replaced.start).unwrap_or_default();
    let line = 1 + before.matches('\n').count() + spot.before.matches('\n').count();
    let text = format!("{}{}", spot.before, lines.replace('\n', spot.line_end));
    Ok(Edit { path: file.to_owned(), creates: false, line, placeholders: Vec::new(), replaced: spot.replaced, text })
}

/// Fails if the checks report an error that they did not report before.
fn finished(edit: Edit, before: &State, after: &State) -> Result<Edit, ScaffoldError> {
    let new: Vec<&Diagnostic> =
        after.all.iter().filter(|problem| !before.all.iter().any(|old| old == *problem)).collect();
    let complaints: Vec<_> =
        new.iter().filter(|problem| problem.code.severity() == Severity::Error).copied().cloned().collect();
    if !complaints.is_empty() {
        return Err(ScaffoldError::Unfit(complaints));
    }
    let placeholders = new.iter().filter(|problem| problem.code == Code::Placeholder);
    let placeholders = placeholders.filter_map(|problem| match &problem.target {
        Target::Node(place) => Some(place.path.clone()),
        Target::Bytes { .. } => None,
    });
    Ok(Edit { placeholders: placeholders.collect(), ..edit })
}

/// The files of a spec folder that can be read, by path below it.
struct Texts {
    by_path: BTreeMap<String, String>,
}

impl Texts {
    fn of(sources: &Sources) -> Self {
        let readable = sources.files().iter().filter(|file| file.fault.is_none());
        Self {
            by_path: readable.map(|file| (format!("{}/{}.yaml", file.folder, file.stem), file.text.clone())).collect(),
        }
    }

    /// The text of a file that exists and is not blank.
    fn written(&self, path: &str) -> Option<&str> {
        self.by_path.get(path).map(String::as_str).filter(|text| !text.trim().is_empty())
    }

    fn after(&mut self, edit: &Edit) -> State {
        let text = self.by_path.entry(edit.path.clone()).or_default();
        *text = edit.apply(if edit.creates { "" } else { text });
        self.read()
    }

    fn read(&self) -> State {
        let sources = Sources::from_texts(self.by_path.iter().map(|(path, text)| (path.as_str(), text.as_str())));
        let mut diagnostics = Diagnostics::default();
        let document = document::parse(&sources, &mut diagnostics);
        let unreadable = diagnostics.clone();
        check::check(&document, &mut diagnostics);
        State { document, unreadable, all: diagnostics }
    }
}

/// A spec folder as read, and its problems.
struct State {
    document: Document,
    /// What could not be read.
    unreadable: Diagnostics,
    /// Everything.
    all: Diagnostics,
}

impl State {
    fn endpoints<'s>(&'s self, wanted: &NewEndpoint) -> Vec<(&'s str, String)> {
        let product = self.document.products.iter().find(|product| product.folder == wanted.product);
        let resources = product.into_iter().flat_map(|product| &product.resources);
        let endpoints =
            resources.filter(|resource| resource.stem == wanted.resource).flat_map(|resource| &resource.endpoints);
        endpoints.map(|(name, endpoint)| (name.as_str(), format!("{endpoint:?}"))).collect()
    }

    /// Whether the resource now has one endpoint more and all others as they were.
    fn kept(&self, before: &Self, wanted: &NewEndpoint) -> bool {
        let all = self.endpoints(wanted);
        all.split_last().is_some_and(|((name, _), others)| *name == wanted.name && *others == before.endpoints(wanted))
    }

    fn refuse_existing(&self, wanted: &NewEndpoint, product: &ProductFile, file: &str) -> Result<(), ScaffoldError> {
        let shown = format!("spec/{file}");
        let broken = self
            .unreadable
            .iter()
            .any(|problem| problem.target.file() == shown && problem.code.severity() == Severity::Error);
        let resource = product.resources.iter().find(|resource| resource.stem == wanted.resource);
        match resource {
            Some(resource) if !broken => match resource.endpoints.get(&wanted.name) {
                Some(_) => Err(ScaffoldError::Exists {
                    id: format!("{}.{}.{}", wanted.product, wanted.resource, wanted.name),
                    file: file.to_owned(),
                }),
                None => Ok(()),
            },
            _ => Err(ScaffoldError::Broken(file.to_owned())),
        }
    }
}

#[cfg(test)]
mod tests;
