//! Turns the Yunxin API specs into Rust.
//!
//! The way of the data, each stage a function from the one before it:
//!
//! 1. [`source`]: the YAML files of a spec folder, as text
//! 2. [`parse`]: text -> [`document`], as written; structural mistakes are reported
//! 3. [`check`]: document -> the same document, known to be sound; every other mistake is reported
//! 4. [`lower`]: sound document -> [`model`], with every name and reference resolved
//! 5. [`emit`]: model -> [`FileSet`], the generated files as a value
//!
//! Only the caller writes to disk. [`compile`] runs stages 2 to 4.

pub mod check;
pub mod compare;
pub mod coverage;
mod defaults;
pub mod diagnostic;
pub mod document;
pub mod emit;
mod excerpt;
mod explain;
mod invisible;
mod locate;
pub mod lower;
mod machine;
pub mod model;
pub mod naming;
mod parallel;
pub mod parse;
mod path_template;
pub mod pattern;
pub mod placeholder;
mod rate;
mod render;
pub mod rules;
pub mod scaffold;
#[cfg(feature = "schema")]
pub mod schema;
pub mod source;
pub mod type_expr;
mod unquoted;
pub mod value;
mod vendor_types;
mod yaml_tree;

pub use diagnostic::{Diagnostic, Diagnostics};
pub use emit::FileSet;
pub use explain::explain;
pub use source::Sources;

/// What [`compile`] has to say about specs without errors.
#[derive(Debug)]
pub struct Compiled {
    /// The API, ready for the emitters.
    pub api: model::Api,
    /// Things worth mending that do not stop the build.
    pub warnings: Diagnostics,
}

/// Parses, checks and lowers specs.
///
/// # Errors
/// All problems of all files, errors and warnings, sorted by file and position.
pub fn compile(sources: &Sources) -> Result<Compiled, Diagnostics> {
    let mut found = Diagnostics::default();
    let spec = parse::parse(sources, &mut found);
    let checked = check::check(spec, &mut found);
    match checked {
        Some(checked) if !found.has_errors() => Ok(Compiled { api: lower::lower(&checked), warnings: found }),
        _ => Err(found),
    }
}
