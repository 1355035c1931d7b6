//! `cargo xtask regen`: specs -> files on disk, or a comparison of the two.

use std::{collections::BTreeMap, process::ExitCode, time::Instant};

use similar::{ChangeTag, TextDiff};
use yunxin_codegen::{emit::rust, model::Api};

use crate::{
    lint::{self, BROKEN},
    repository, swap,
    tree::{Change, Tree},
};

/// Exit code for generated files that do not fit the specs.
pub(crate) const STALE: u8 = 4;

/// Differing lines shown per file.
const LINES_SHOWN: usize = 6;

pub(crate) fn run(check: bool) -> anyhow::Result<ExitCode> {
    let start = Instant::now();
    let Some(compiled) = lint::load()? else { return Ok(ExitCode::from(BROKEN)) };
    let trees = trees(&compiled.api);
    if check { compare(&trees) } else { write(&compiled.api, &trees, start) }
}

/// Whether the generated files fit the specs; prints what does not.
pub(crate) fn is_fresh() -> anyhow::Result<bool> {
    let Some(compiled) = lint::load()? else { return Ok(false) };
    report(&trees(&compiled.api)).map(|stale| stale == 0)
}

fn trees(api: &Api) -> [Tree; 2] {
    let client = repository::root().join("generated-client");
    [
        Tree::new(client.join("src/generated"), rust::modules(api, rust::Options::CLIENT)),
        Tree::new(client.join("tests/generated"), rust::example_calls(api)),
    ]
}

fn write(api: &Api, trees: &[Tree], start: Instant) -> anyhow::Result<ExitCode> {
    let changes = trees.iter().map(Tree::changes).collect::<anyhow::Result<Vec<_>>>()?;
    swap::replace(&trees.iter().zip(&changes).collect::<Vec<_>>(), &repository::root().join("target/xtask"))?;
    for (tree, changes) in trees.iter().zip(&changes) {
        for (path, change) in changes {
            println!("{:>8} {}", change.verb(), shown(tree, path));
        }
    }
    let all = || changes.iter().flat_map(BTreeMap::values);
    let removed = all().filter(|change| **change == Change::Unexpected).count();
    let written = all().count() - removed;
    println!("{}", summary(api, trees));
    println!("{written} files written, {removed} removed, in {:.0?}", start.elapsed());
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

fn compare(trees: &[Tree]) -> anyhow::Result<ExitCode> {
    let stale = report(trees)?;
    if stale == 0 {
        println!("generated files are fresh");
        return Ok(ExitCode::SUCCESS);
    }
    println!("\n{stale} files do not fit the specs: run `cargo xtask regen` and commit what it writes");
    Ok(ExitCode::from(STALE))
}

/// Prints every file that does not fit; gives their number.
fn report(trees: &[Tree]) -> anyhow::Result<usize> {
    let mut stale = 0;
    for tree in trees {
        for (path, change) in tree.changes()? {
            stale += 1;
            match change {
                Change::Missing => println!("   missing {}", shown(tree, &path)),
                Change::Unexpected => println!("unexpected {} (no spec names it)", shown(tree, &path)),
                Change::Different(current) => {
                    println!(" different {}", shown(tree, &path));
                    print!("{}", first_differences(&current, tree.wanted(&path)));
                }
            }
        }
    }
    Ok(stale)
}

fn shown(tree: &Tree, path: &str) -> String {
    let folder = tree.folder();
    let folder = folder.strip_prefix(repository::root()).unwrap_or(folder);
    format!("{}/{path}", folder.display())
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
