//! The spec files as text, before anything is understood.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

/// One YAML file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceFile {
    /// Path as shown in diagnostics, with `/` between its parts.
    pub path: String,
    /// Folder below the spec folder: the product.
    pub folder: String,
    /// File name without `.yaml`: `product`, or the resource.
    pub stem: String,
    /// Content.
    pub text: String,
}

/// All files of a spec folder, sorted by path.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    files: Vec<SourceFile>,
}

/// Why a spec folder could not be read.
#[derive(Debug)]
pub struct ReadError {
    path: PathBuf,
    cause: io::Error,
}

impl std::fmt::Display for ReadError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "cannot read {}", self.path.display())?;
        if self.cause.kind() == io::ErrorKind::InvalidData {
            write!(f, ": it is not UTF-8; save it as UTF-8 text")
        } else {
            write!(f, ": {}", self.cause)
        }
    }
}

impl std::error::Error for ReadError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.cause)
    }
}

impl Sources {
    /// Reads `<folder>/<product>/*.yaml`. `shown` stands in front of the paths in diagnostics, e.g. `spec`.
    ///
    /// # Errors
    /// The first file or folder that cannot be read.
    pub fn read(folder: &Path, shown: &str) -> Result<Self, ReadError> {
        let mut files = Vec::new();
        for product in sorted_entries(folder)? {
            if !product.is_dir() {
                continue;
            }
            let product_name = file_name(&product);
            for file in sorted_entries(&product)? {
                if file.extension().is_none_or(|extension| extension != "yaml") {
                    continue;
                }
                let text = fs::read_to_string(&file).map_err(|cause| ReadError { path: file.clone(), cause })?;
                files.push(SourceFile {
                    path: format!("{shown}/{product_name}/{}", file_name(&file)),
                    folder: product_name.clone(),
                    stem: file.file_stem().map_or_else(String::new, |stem| stem.to_string_lossy().into_owned()),
                    text,
                });
            }
        }
        Ok(Self { files })
    }

    /// Specs held in memory: pairs of `product/file.yaml` and text.
    pub fn from_texts<'a>(texts: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let mut files: Vec<_> = texts
            .into_iter()
            .map(|(path, text)| {
                let (folder, file) = path.rsplit_once('/').unwrap_or(("", path));
                SourceFile {
                    path: format!("spec/{path}"),
                    folder: folder.to_owned(),
                    stem: file.trim_end_matches(".yaml").to_owned(),
                    text: text.to_owned(),
                }
            })
            .collect();
        files.sort_by(|a, b| a.path.cmp(&b.path));
        Self { files }
    }

    /// The files, sorted by path.
    pub fn files(&self) -> &[SourceFile] {
        &self.files
    }

    /// The file shown under this path.
    pub fn get(&self, path: &str) -> Option<&SourceFile> {
        self.files.iter().find(|file| file.path == path)
    }
}

fn sorted_entries(folder: &Path) -> Result<Vec<PathBuf>, ReadError> {
    let wrap = |cause| ReadError { path: folder.to_owned(), cause };
    let mut entries = fs::read_dir(folder)
        .map_err(wrap)?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<io::Result<Vec<_>>>()
        .map_err(wrap)?;
    entries.sort();
    Ok(entries)
}

fn file_name(path: &Path) -> String {
    path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned())
}
