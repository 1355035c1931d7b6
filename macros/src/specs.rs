//! Finds and reads the spec files of a macro call.

use std::env;
use std::path::PathBuf;

use yunxin_codegen::{Sources, yaml};

/// The spec files of one macro call.
pub(crate) struct Specs {
    /// The files. Their paths in messages begin with the path in the macro call.
    pub(crate) sources: Sources,
    /// The folder of the calling crate's `Cargo.toml`.
    root: PathBuf,
}

impl Specs {
    /// Reads the spec files at the path of a macro call. The error is the message of the compile error.
    pub(crate) fn read(given: &str) -> Result<Self, String> {
        let root = env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from).ok_or(
            "CARGO_MANIFEST_DIR is not set, so there is no folder for the path of the specs to start at\n \
             = help: build with cargo",
        )?;
        let shown = given.strip_prefix("./").unwrap_or(given).trim_end_matches('/');
        let path = root.join(shown);
        let sources = if path.is_dir() {
            if !path.join(yaml::PRODUCT).is_file() {
                return Err(not_a_product(given));
            }
            Sources::read_product(&path, shown)
        } else if path.ends_with(yaml::PRODUCT) {
            return Err(only_the_product(given));
        } else if path.is_file() {
            Sources::read_resource(&path, shown)
        } else {
            return Err(missing(given));
        };
        Ok(Self { sources: sources.map_err(|error| error.to_string())?, root })
    }

    /// Returns the absolute paths of the files.
    pub(crate) fn paths(&self) -> impl Iterator<Item = String> {
        self.sources.files().iter().map(|file| self.root.join(&file.path).to_string_lossy().into_owned())
    }
}

fn missing(given: &str) -> String {
    format!("there is no spec at `{given}`\n = help: the path starts at the folder of this crate's Cargo.toml")
}

fn not_a_product(given: &str) -> String {
    format!(
        "the folder `{given}` has no {}, so it is not the folder of a product\n \
         = help: name the folder of one product, or one of the resource files in it",
        yaml::PRODUCT
    )
}

fn only_the_product(given: &str) -> String {
    format!(
        "`{given}` describes a product, but no endpoint\n \
         = help: name its folder, or one of the resource files beside it"
    )
}
