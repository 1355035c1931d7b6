//! Reads the files of a spec folder as text.

use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::{fs, io};

/// Bytes of the largest file that is read: ten thousands of endpoints. Larger files are not specs.
pub const MAX_BYTES: usize = 16 * 1024 * 1024;

/// The file of a product's folder that describes the product itself.
pub const PRODUCT: &str = "product.yaml";

/// The file above the folders of the products that holds for each of them.
pub const COMMON: &str = "common.yaml";

/// One file of a spec folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceFile {
    /// Path as shown in diagnostics, with `/` between its parts.
    pub path: String,
    /// Folder below the spec folder: the product.
    pub folder: String,
    /// File name without `.yaml`: `product`, or the resource.
    pub stem: String,
    /// Content, without a byte order mark; empty if it cannot be used.
    pub text: String,
    /// Why the content cannot be used.
    pub fault: Option<Fault>,
}

/// Why a file cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The first byte that is not UTF-8, and its offset; the text before it is there.
    NotUtf8 {
        /// Offset in the text.
        offset: usize,
        /// The byte.
        byte: u8,
    },
    /// It is larger than [`MAX_BYTES`].
    TooLarge {
        /// Its size.
        bytes: u64,
    },
    /// It cannot be read, or is a folder that cannot.
    Unreadable {
        /// The message of the operating system.
        cause: String,
    },
    /// Its place or its name is not that of a spec.
    Unexpected,
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
        write!(f, "cannot read {}: {}", self.path.display(), self.cause)
    }
}

impl std::error::Error for ReadError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.cause)
    }
}

impl Sources {
    /// Reads `<folder>/common.yaml` and `<folder>/<product>/*.yaml`. `shown` is put before the paths in
    /// diagnostics, e.g. `spec`.
    ///
    /// Texts beside them (`*.md`), hidden files and other files outside of the product folders are ignored; whatever
    /// else is there becomes a file with a [`Fault`], so that `user.yml` is not silently ignored.
    ///
    /// # Errors
    /// If the spec folder itself cannot be read.
    pub fn read(folder: &Path, shown: &str) -> Result<Self, ReadError> {
        let mut files = Vec::new();
        for entry in sorted_entries(folder)? {
            let name = file_name(&entry);
            if entry.is_dir() {
                if !name.starts_with('.') {
                    let shown = format!("{shown}/{name}");
                    if let Err(error) = read_folder(&entry, &name, &shown, &mut files) {
                        files.push(SourceFile::unreadable(shown, "", &error.cause));
                    }
                }
            } else if name == COMMON {
                files.push(read_file(&entry, "", format!("{shown}/{name}")));
            } else if has_extension(&entry, &["yaml", "yml"]) {
                files.push(SourceFile::unexpected(format!("{shown}/{name}"), ""));
            } else if let Err(cause) = fs::metadata(&entry)
                && !name.starts_with('.')
                && entry.is_symlink()
            {
                // A link that leads nowhere may have led to a product.
                files.push(SourceFile::unreadable(format!("{shown}/{name}"), "", &cause));
            }
        }
        files.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(Self { files })
    }

    /// Reads one product, `<folder>/*.yaml`, as [`read`](Self::read) does, and the common.yaml above its folder if
    /// there is one.
    ///
    /// # Errors
    /// If the folder cannot be read.
    pub fn read_product(folder: &Path, shown: &str) -> Result<Self, ReadError> {
        let mut files = Vec::from_iter(common_above(folder, shown));
        read_folder(folder, &file_name(folder), shown, &mut files)?;
        files.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(Self { files })
    }

    /// Reads one resource, the product.yaml beside it and the common.yaml above them, as if nothing else were there.
    ///
    /// # Errors
    /// If the resource is not there. That there is no product.yaml is no matter of reading.
    pub fn read_resource(file: &Path, shown: &str) -> Result<Self, ReadError> {
        let product = file.parent().map(file_name).unwrap_or_default();
        fs::symlink_metadata(file).map_err(|cause| ReadError { path: file.to_owned(), cause })?;
        let mut files = vec![read_file(file, &product, shown.to_owned())];
        let beside = file.with_file_name(PRODUCT);
        if beside.exists() {
            let shown = match shown.rsplit_once('/') {
                Some((folder, _)) => format!("{folder}/{PRODUCT}"),
                None => PRODUCT.to_owned(),
            };
            files.push(read_file(&beside, &product, shown));
        }
        if let Some(folder) = file.parent() {
            let shown = shown.rsplit_once('/').map_or("", |(folder, _)| folder);
            files.extend(common_above(folder, shown));
        }
        files.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(Self { files })
    }

    /// Specs held in memory: pairs of `product/file.yaml` and text.
    pub fn from_texts<'a>(texts: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let mut files: Vec<_> = texts
            .into_iter()
            .map(|(path, text)| {
                let (folder, file) = path.rsplit_once('/').unwrap_or(("", path));
                SourceFile::new(format!("spec/{path}"), folder, file, text.as_bytes().to_vec())
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
        let at = self.files.binary_search_by(|file| file.path.as_str().cmp(path)).ok()?;
        self.files.get(at)
    }
}

impl SourceFile {
    fn new(path: String, folder: &str, file: &str, bytes: Vec<u8>) -> Self {
        let (mut text, fault) = if bytes.len() > MAX_BYTES {
            (String::new(), Some(Fault::TooLarge { bytes: bytes.len() as u64 }))
        } else {
            match String::from_utf8(bytes) {
                Ok(text) => (text, None),
                Err(error) => {
                    let offset = error.utf8_error().valid_up_to();
                    let byte = error.as_bytes().get(offset).copied().unwrap_or_default();
                    // Later text is replaced, but the offset stays right.
                    (String::from_utf8_lossy(error.as_bytes()).into_owned(), Some(Fault::NotUtf8 { offset, byte }))
                }
            }
        };
        let mut fault = fault;
        if let Some(rest) = text.strip_prefix('\u{feff}') {
            if let Some(Fault::NotUtf8 { offset, .. }) = &mut fault {
                *offset -= '\u{feff}'.len_utf8();
            }
            text = rest.to_owned();
        }
        Self {
            path,
            folder: folder.to_owned(),
            stem: file.strip_suffix(".yaml").unwrap_or(file).to_owned(),
            text,
            fault,
        }
    }

    fn unreadable(path: String, folder: &str, cause: &io::Error) -> Self {
        let fault = Some(Fault::Unreadable { cause: cause.to_string() });
        let name = path.rsplit('/').next().unwrap_or_default().to_owned();
        Self { fault, ..Self::new(path, folder, &name, Vec::new()) }
    }

    fn unexpected(path: String, folder: &str) -> Self {
        let stem = path.rsplit('/').next().unwrap_or_default().to_owned();
        Self { path, folder: folder.to_owned(), stem, text: String::new(), fault: Some(Fault::Unexpected) }
    }
}

/// The common.yaml above a product's folder, which is shown as `shown`. A file of another kind that has this name is
/// left alone: the folder may be anywhere.
fn common_above(folder: &Path, shown: &str) -> Option<SourceFile> {
    let (path, shown) = above(folder, shown).filter(|(path, _)| path.is_file())?;
    let file = read_file(&path, "", shown);
    let is_common = file.fault.is_some() || file.text.lines().any(|line| line.starts_with("common:"));
    is_common.then_some(file)
}

/// Path of the common.yaml above a folder, and how it is shown. None above a folder that is shown without a name.
fn above(folder: &Path, shown: &str) -> Option<(PathBuf, String)> {
    let path = folder.parent()?.join(COMMON);
    match shown.rsplit_once('/') {
        Some((_, "..")) => None,
        Some((parent, _)) => Some((path, format!("{parent}/{COMMON}"))),
        None if matches!(shown, "" | "." | "..") => None,
        None => Some((path, COMMON.to_owned())),
    }
}

/// Reads a product's folder, which is shown as `shown`.
fn read_folder(folder: &Path, product: &str, shown: &str, files: &mut Vec<SourceFile>) -> Result<(), ReadError> {
    for entry in sorted_entries(folder)? {
        let name = file_name(&entry);
        if !name.starts_with('.') && !has_extension(&entry, &["md"]) {
            files.push(read_file(&entry, product, format!("{shown}/{name}")));
        }
    }
    Ok(())
}

/// A file that cannot be read is one with a fault: the others are read all the same.
fn read_file(entry: &Path, product: &str, shown: String) -> SourceFile {
    match try_to_read(entry, product, &shown) {
        Ok(file) => file,
        Err(cause) => SourceFile::unreadable(shown, product, &cause),
    }
}

fn try_to_read(entry: &Path, product: &str, shown: &str) -> io::Result<SourceFile> {
    let about = fs::metadata(entry)?;
    let (shown, name) = (shown.to_owned(), file_name(entry));
    Ok(if !about.is_file() || !has_extension(entry, &["yaml"]) {
        SourceFile::unexpected(shown, product)
    } else if about.len() > MAX_BYTES as u64 {
        let fault = Some(Fault::TooLarge { bytes: about.len() });
        SourceFile { fault, ..SourceFile::new(shown, product, &name, Vec::new()) }
    } else {
        // Never more than that, even if the file grows meanwhile or lies about its size, as those of /proc do.
        let mut bytes = Vec::new();
        fs::File::open(entry)?.take(MAX_BYTES as u64 + 1).read_to_end(&mut bytes)?;
        SourceFile::new(shown, product, &name, bytes)
    })
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

fn has_extension(path: &Path, extensions: &[&str]) -> bool {
    path.extension().is_some_and(|found| extensions.iter().any(|extension| found == *extension))
}

fn file_name(path: &Path) -> String {
    path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned())
}
