//! All files that are generated from the specs, and which of them are out of date.

use yunxin_codegen::emit::{rust, schema};
use yunxin_codegen::model::Api;
use yunxin_codegen::tools::coverage;

use crate::coverage::{baseline, table};
use crate::generated_dir::{Change, Changes, GeneratedDir};
use crate::generated_file::{GeneratedFile, Markers};
use crate::{atomic_replace, features, repository, rustfmt};

/// All generated files.
pub(crate) struct Outputs {
    dirs: [GeneratedDir; 2],
    files: [GeneratedFile; 5],
}

/// The required change of each file, in the order of `Outputs`.
pub(crate) struct Stale {
    dirs: Vec<Changes>,
    files: Vec<Option<Change>>,
}

impl Outputs {
    pub(crate) fn new(api: &Api) -> anyhow::Result<Self> {
        let client = repository::root().join("generated-client");
        let specs = repository::root().join("spec");
        let coverage = coverage::count(api);
        Ok(Self {
            dirs: [
                GeneratedDir::new(
                    client.join("src/generated"),
                    rustfmt::formatted(rust::modules(api, rust::Options::CLIENT))?,
                ),
                GeneratedDir::new(client.join("tests/generated"), rustfmt::formatted(rust::example_calls(api))?),
            ],
            files: [
                GeneratedFile::complete(specs.join("schema.json"), schema::text(api)),
                GeneratedFile::part(specs.join("README.md"), Markers::Markdown("reference"), &schema::reference())?,
                GeneratedFile::part(
                    repository::root().join("docs/coverage.md"),
                    Markers::Markdown("coverage"),
                    &table::markdown(api, &coverage),
                )?,
                features::manifest(api)?,
                baseline::ratchet(&coverage)?,
            ],
        })
    }

    /// Compares all files with those on disk.
    pub(crate) fn stale(&self) -> anyhow::Result<Stale> {
        Ok(Stale {
            dirs: self.dirs.iter().map(GeneratedDir::changes).collect::<anyhow::Result<_>>()?,
            files: self.files.iter().map(GeneratedFile::change).collect::<anyhow::Result<_>>()?,
        })
    }

    /// Writes all files that are out of date, or none of them if that fails.
    pub(crate) fn write(&self, stale: &Stale) -> anyhow::Result<()> {
        let dirs: Vec<_> = self.dirs.iter().zip(&stale.dirs).collect();
        let files: Vec<_> =
            self.files.iter().zip(&stale.files).filter(|(_, change)| change.is_some()).map(|(file, _)| file).collect();
        atomic_replace::replace(&dirs, &files, &repository::staging())
    }

    /// Returns each file that is out of date: its path in the repository, the required change, and the expected text.
    pub(crate) fn each<'a>(&'a self, stale: &'a Stale) -> impl Iterator<Item = (String, &'a Change, &'a str)> {
        let in_dirs = self.dirs.iter().zip(&stale.dirs).flat_map(|(dir, changes)| {
            changes
                .iter()
                .map(|(path, change)| (repository::shown(&dir.folder().join(path)), change, dir.expected(path)))
        });
        let single_files = self.files.iter().zip(&stale.files).filter_map(|(file, change)| {
            change.as_ref().map(|change| (repository::shown(file.path()), change, file.expected()))
        });
        in_dirs.chain(single_files)
    }

    /// Returns the number of generated files.
    pub(crate) fn len(&self) -> usize {
        self.dirs.iter().map(GeneratedDir::len).sum::<usize>() + self.files.len()
    }

    /// Returns the number of lines of the generated client, without callbacks.
    pub(crate) fn lines_of_endpoints(&self) -> usize {
        let is_of_endpoint = |path: &str| !path.ends_with("events.rs") && !path.ends_with("/callbacks.rs");
        self.dirs.first().map_or(0, |client| client.lines(is_of_endpoint))
    }
}
