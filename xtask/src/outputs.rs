//! All files that are generated from the specs, and which of them have to be written.

use yunxin_codegen::emit::{rust, schema};
use yunxin_codegen::model::Api;
use yunxin_codegen::tools::coverage;

use crate::coverage::{baseline, table};
use crate::generated_dir::{Change, Changes, GeneratedDir};
use crate::generated_file::{GeneratedFile, Markers};
use crate::{atomic_replace, features, repository, rustfmt};

/// All generated files.
pub(crate) struct Outputs {
    trees: [GeneratedDir; 2],
    singles: [GeneratedFile; 5],
}

/// What has to be done to each file, in the order of `Outputs`.
pub(crate) struct Stale {
    trees: Vec<Changes>,
    singles: Vec<Option<Change>>,
}

impl Outputs {
    pub(crate) fn new(api: &Api) -> anyhow::Result<Self> {
        let client = repository::root().join("generated-client");
        let specs = repository::root().join("spec");
        let coverage = coverage::count(api);
        Ok(Self {
            trees: [
                GeneratedDir::new(
                    client.join("src/generated"),
                    rustfmt::formatted(rust::modules(api, rust::Options::CLIENT))?,
                ),
                GeneratedDir::new(client.join("tests/generated"), rustfmt::formatted(rust::example_calls(api))?),
            ],
            singles: [
                GeneratedFile::whole(specs.join("schema.json"), schema::text(api)),
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

    pub(crate) fn stale(&self) -> anyhow::Result<Stale> {
        Ok(Stale {
            trees: self.trees.iter().map(GeneratedDir::changes).collect::<anyhow::Result<_>>()?,
            singles: self.singles.iter().map(GeneratedFile::change).collect::<anyhow::Result<_>>()?,
        })
    }

    /// Writes all files that are not up to date, or none of them.
    pub(crate) fn write(&self, stale: &Stale) -> anyhow::Result<()> {
        let trees: Vec<_> = self.trees.iter().zip(&stale.trees).collect();
        let singles: Vec<_> = self
            .singles
            .iter()
            .zip(&stale.singles)
            .filter(|(_, change)| change.is_some())
            .map(|(single, _)| single)
            .collect();
        atomic_replace::replace(&trees, &singles, &repository::staging())
    }

    /// Each file that is not up to date: its path in the repository, what has to be done, and the text it should have.
    pub(crate) fn each<'a>(&'a self, stale: &'a Stale) -> impl Iterator<Item = (String, &'a Change, &'a str)> {
        let in_trees = self.trees.iter().zip(&stale.trees).flat_map(|(tree, changes)| {
            changes
                .iter()
                .map(|(path, change)| (repository::shown(&tree.folder().join(path)), change, tree.expected(path)))
        });
        let alone = self.singles.iter().zip(&stale.singles).filter_map(|(single, change)| {
            change.as_ref().map(|change| (repository::shown(single.path()), change, single.expected()))
        });
        in_trees.chain(alone)
    }

    /// Number of all files.
    pub(crate) fn len(&self) -> usize {
        self.trees.iter().map(GeneratedDir::len).sum::<usize>() + self.singles.len()
    }

    /// Number of lines of the generated client, without callbacks.
    pub(crate) fn lines_of_endpoints(&self) -> usize {
        let is_of_endpoint = |path: &str| !path.ends_with("events.rs") && !path.ends_with("/callbacks.rs");
        self.trees.first().map_or(0, |client| client.lines(is_of_endpoint))
    }
}
