//! Why something cannot be added.

use std::fmt;

use crate::diagnostics::{Diagnostic, Target};

/// Why something cannot be added. Files are named by their path below the spec folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ScaffoldError {
    /// A name is not one that can be used.
    Name {
        /// The name.
        name: String,
        /// What it should name.
        what: &'static str,
        /// What is wrong with it.
        problem: &'static str,
    },
    /// A path is not one of an endpoint.
    Path {
        /// The path.
        path: String,
        /// What is wrong with it.
        problem: String,
    },
    /// There is no such product.
    NoProduct(String),
    /// It is there already.
    Exists {
        /// What.
        id: String,
        /// Where.
        file: String,
    },
    /// A file has errors that must be fixed first.
    Broken(String),
    /// The end of the endpoints could not be found in a file.
    NoPlace(String),
    /// The checks are against it.
    Unfit(Vec<Diagnostic>),
}

impl fmt::Display for ScaffoldError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name { name, what, problem } => write!(f, "`{name}` cannot be the name of {what}: {problem}"),
            Self::Path { path, problem } => write!(f, "`{path}` cannot be the path of an endpoint: {problem}"),
            Self::NoProduct(name) => {
                write!(f, "there is no product `{name}`; `cargo xtask new --product {name}` starts one")
            }
            Self::Exists { id, file } => write!(f, "`{id}` is in spec/{file} already"),
            Self::Broken(file) => write!(f, "spec/{file} cannot be read; `cargo xtask lint` says why"),
            Self::NoPlace(file) => write!(
                f,
                "the end of `endpoints:` in spec/{file} was not found: \
                 write it as a mapping with one endpoint below the other"
            ),
            Self::Unfit(complaints) => {
                for (number, complaint) in complaints.iter().enumerate() {
                    f.write_str(if number == 0 { "" } else { "\n" })?;
                    complain(complaint, f)?;
                }
                Ok(())
            }
        }
    }
}

fn complain(complaint: &Diagnostic, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    write!(f, "{}: {}", complaint.code.id(), complaint.message)?;
    if let Some((Target::Node(place), label)) = &complaint.second {
        write!(f, " ({label}: {}, {})", place.path.file, place.path)?;
    }
    match &complaint.help {
        Some(help) => write!(f, "; {help}"),
        None => Ok(()),
    }
}

impl std::error::Error for ScaffoldError {}
