//! Turns the Yunxin API specs into Rust.
//!
//! Data flows through these stages, each a function from the one before it:
//!
//! 1. [`yaml`]: the YAML files of a spec folder, as text
//! 2. [`document`]: the specs as written; what cannot be read is reported
//! 3. [`check`]: reports every other mistake of a document
//! 4. [`model`]: the API with every name and reference resolved, made from a document without errors
//! 5. [`emit`]: the generated files as a value, a [`FileSet`]
//!
//! Only the caller writes to disk. [`compile`] runs stages 2 to 4; [`diagnostics`] are their reports.
//!
//! | feature | what it adds |
//! |---|---|
//! | `rust` | the emitter of Rust |
//! | `schema` | the JSON schema and the reference of the spec language |
//! | `tools` | comparing two versions of specs, counting what they cover, adding endpoints |

pub mod check;
pub mod diagnostics;
pub mod document;
pub mod emit;
pub mod model;
pub mod naming;
mod parallel;
pub mod primitives;
#[cfg(feature = "tools")]
pub mod tools;
pub mod value;
pub mod yaml;

pub use diagnostics::{Diagnostic, Diagnostics, explain};
pub use emit::FileSet;
pub use yaml::Sources;

/// Result of [`compile`] for specs without errors.
#[derive(Debug)]
pub struct Compiled {
    /// The API, ready for the emitters.
    pub api: model::Api,
    /// Problems that should be fixed but do not stop the build.
    pub warnings: Diagnostics,
}

/// Parses, checks and lowers specs.
///
/// # Errors
/// All problems of all files, errors and warnings, sorted by file and position.
pub fn compile(sources: &Sources) -> Result<Compiled, Diagnostics> {
    let mut diagnostics = Diagnostics::default();
    let document = document::parse(sources, &mut diagnostics);
    check::check(&document, &mut diagnostics);
    if diagnostics.has_errors() {
        return Err(diagnostics);
    }
    Ok(Compiled { api: model::lower(&document), warnings: diagnostics })
}
