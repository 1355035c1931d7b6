//! All that is generated from the specs, and what of it has to be written.

use yunxin_codegen::{
    emit::{rust, schema},
    model::Api,
    tools::coverage,
};

use crate::{
    coverage::{floor, table},
    features, repository,
    single::{Marks, Single},
    swap,
    tree::{Change, Changes, Tree},
};

/// All generated files.
pub(crate) struct Outputs {
    trees: [Tree; 2],
    singles: [Single; 5],
}

/// What the files need, each as its output has it.
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
                Tree::new(client.join("src/generated"), rust::modules(api, rust::Options::CLIENT)),
                Tree::new(client.join("tests/generated"), rust::example_calls(api)),
            ],
            singles: [
                Single::whole(specs.join("schema.json"), schema::text(api)),
                Single::part(specs.join("README.md"), Marks::Markdown("reference"), &schema::reference())?,
                Single::part(
                    repository::root().join("README.md"),
                    Marks::Markdown("coverage"),
                    &table::markdown(api, &coverage),
                )?,
                features::manifest(api)?,
                floor::raised(&coverage)?,
            ],
        })
    }

    pub(crate) fn stale(&self) -> anyhow::Result<Stale> {
        Ok(Stale {
            trees: self.trees.iter().map(Tree::changes).collect::<anyhow::Result<_>>()?,
            singles: self.singles.iter().map(Single::change).collect::<anyhow::Result<_>>()?,
        })
    }

    /// Brings all files up to date, or none.
    pub(crate) fn write(&self, stale: &Stale) -> anyhow::Result<()> {
        let trees: Vec<_> = self.trees.iter().zip(&stale.trees).collect();
        let singles: Vec<_> = self
            .singles
            .iter()
            .zip(&stale.singles)
            .filter(|(_, change)| change.is_some())
            .map(|(single, _)| single)
            .collect();
        swap::replace(&trees, &singles, &repository::scratch())
    }

    /// Each file that needs something: its path in the repository, what it needs, and the text it should have.
    pub(crate) fn each<'a>(&'a self, stale: &'a Stale) -> impl Iterator<Item = (String, &'a Change, &'a str)> {
        let in_trees = self.trees.iter().zip(&stale.trees).flat_map(|(tree, changes)| {
            changes
                .iter()
                .map(|(path, change)| (repository::shown(&tree.folder().join(path)), change, tree.wanted(path)))
        });
        let alone = self.singles.iter().zip(&stale.singles).filter_map(|(single, change)| {
            change.as_ref().map(|change| (repository::shown(single.path()), change, single.wanted()))
        });
        in_trees.chain(alone)
    }

    /// Number of all files.
    pub(crate) fn len(&self) -> usize {
        self.trees.iter().map(Tree::len).sum::<usize>() + self.singles.len()
    }

    /// Lines of the generated client that are not about callbacks.
    pub(crate) fn lines_of_endpoints(&self) -> usize {
        let is_of_endpoint = |path: &str| !path.ends_with("events.rs") && !path.ends_with("/callbacks.rs");
        self.trees.first().map_or(0, |client| client.lines(is_of_endpoint))
    }
}
