//! `cargo xtask regen`: specs -> files on disk, or a comparison of the two.

use std::{path::Path, process::ExitCode, time::Instant};

use similar::{ChangeTag, TextDiff};
use yunxin_codegen::{emit::rust, model::Api, schema};

use crate::{
    lint::{self, BROKEN},
    repository,
    single::Single,
    swap,
    tree::{Change, Tree},
};

/// Exit code for generated files that do not fit the specs.
pub(crate) const STALE: u8 = 4;

/// Differing lines shown per file.
const LINES_SHOWN: usize = 6;

pub(crate) fn run(check: bool) -> anyhow::Result<ExitCode> {
    let start = Instant::now();
    let Some(compiled) = lint::load()? else { return Ok(ExitCode::from(BROKEN)) };
    let outputs = Outputs::new(&compiled.api)?;
    if check { compare(&outputs) } else { write(&compiled.api, &outputs, start) }
}

/// Whether the generated files fit the specs; prints what does not.
pub(crate) fn is_fresh() -> anyhow::Result<bool> {
    let Some(compiled) = lint::load()? else { return Ok(false) };
    report(&Outputs::new(&compiled.api)?).map(|stale| stale == 0)
}

/// All that is generated.
struct Outputs {
    trees: [Tree; 2],
    singles: [Single; 2],
}

impl Outputs {
    fn new(api: &Api) -> anyhow::Result<Self> {
        let client = repository::root().join("generated-client");
        let specs = repository::root().join("spec");
        Ok(Self {
            trees: [
                Tree::new(client.join("src/generated"), rust::modules(api, rust::Options::CLIENT)),
                Tree::new(client.join("tests/generated"), rust::example_calls(api)),
            ],
            singles: [
                Single::whole(specs.join("schema.json"), schema::text(api)),
                Single::part(specs.join("README.md"), "reference", &schema::reference())?,
            ],
        })
    }

    fn changes(&self) -> anyhow::Result<Vec<(String, Change, &str)>> {
        let mut all = Vec::new();
        for tree in &self.trees {
            for (path, change) in tree.changes()? {
                all.push((shown(&tree.folder().join(&path)), change, tree.wanted(&path)));
            }
        }
        for single in &self.singles {
            all.extend(single.change()?.map(|change| (shown(single.path()), change, single.wanted())));
        }
        Ok(all)
    }
}

fn write(api: &Api, outputs: &Outputs, start: Instant) -> anyhow::Result<ExitCode> {
    let changes = outputs.trees.iter().map(Tree::changes).collect::<anyhow::Result<Vec<_>>>()?;
    let mut stale = Vec::new();
    for single in &outputs.singles {
        if single.change()?.is_some() {
            stale.push(single);
        }
    }
    let listed = outputs.changes()?;
    let trees: Vec<_> = outputs.trees.iter().zip(&changes).collect();
    swap::replace(&trees, &stale, &repository::root().join("target/xtask"))?;
    for (path, change, _) in &listed {
        println!("{:>8} {path}", change.verb());
    }
    let removed = listed.iter().filter(|(_, change, _)| *change == Change::Unexpected).count();
    println!("{}", summary(api, &outputs.trees));
    println!("{} files written, {removed} removed, in {:.0?}", listed.len() - removed, start.elapsed());
    Ok(ExitCode::SUCCESS)
}

fn summary(api: &Api, trees: &[Tree]) -> String {
    let endpoints: usize =
        api.products.iter().flat_map(|product| &product.resources).map(|resource| resource.endpoints.len()).sum();
    let files: usize = trees.iter().map(Tree::len).sum();
    let lines = trees.first().map_or(0, Tree::lines);
    format!(
        "{} products, {endpoints} endpoints, {files} files; {lines} lines of client, {} an endpoint",
        api.products.len(),
        lines / endpoints.max(1)
    )
}

fn compare(outputs: &Outputs) -> anyhow::Result<ExitCode> {
    let stale = report(outputs)?;
    if stale == 0 {
        println!("generated files are fresh");
        return Ok(ExitCode::SUCCESS);
    }
    println!("\n{stale} files do not fit the specs: run `cargo xtask regen` and commit what it writes");
    Ok(ExitCode::from(STALE))
}

/// Prints every file that does not fit; gives their number.
fn report(outputs: &Outputs) -> anyhow::Result<usize> {
    let changes = outputs.changes()?;
    for (path, change, wanted) in &changes {
        match change {
            Change::Missing => println!("   missing {path}"),
            Change::Unexpected => println!("unexpected {path} (no spec names it)"),
            Change::Different(current) => {
                println!(" different {path}");
                print!("{}", first_differences(current, wanted));
            }
        }
    }
    Ok(changes.len())
}

fn shown(path: &Path) -> String {
    path.strip_prefix(repository::root()).unwrap_or(path).display().to_string()
}

fn first_differences(current: &str, wanted: &str) -> String {
    let diff = TextDiff::from_lines(current, wanted);
    let mut out = String::new();
    for change in diff.iter_all_changes().filter(|change| change.tag() != ChangeTag::Equal).take(LINES_SHOWN) {
        let (sign, line) = match change.tag() {
            ChangeTag::Delete => ('-', change.old_index()),
            _ => ('+', change.new_index()),
        };
        out.push_str(&format!(
            "{:>10} {sign} {}",
            line.map_or(0, |line| line + 1),
            change.value().trim_end_matches('\n')
        ));
        out.push('\n');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn differences_name_the_lines() {
        assert_eq!(first_differences("a\nb\nc\n", "a\nB\nc\n"), "         2 - b\n         2 + B\n");
    }
}
