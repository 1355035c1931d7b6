//! `cargo xtask diff`: lists the differences between the specs at a git revision and in the working tree that affect
//! users of the crate.

use std::process::{Command, ExitCode};
use std::str;

use anstream::eprintln;
use anyhow::Context as _;
use yunxin_codegen::diagnostics::Severity;
use yunxin_codegen::model::Api;
use yunxin_codegen::tools::compare;
use yunxin_codegen::tools::compare::{Change, Impact, Rule};
use yunxin_codegen::{Sources, yaml};

use crate::lint::INVALID_SPECS;
use crate::repository;

/// Exit code for changes that break code of users.
const BREAKS: u8 = 3;

pub(crate) fn run(revision: &str) -> anyhow::Result<ExitCode> {
    let now = Sources::read(&repository::root().join("spec"), "spec")?;
    let (Some(old), Some(new)) = (read(&specs_at(revision)?, revision), read(&now, "the working tree")) else {
        return Ok(ExitCode::from(INVALID_SPECS));
    };
    let changes = compare::compare(&old, &new);
    for change in &changes {
        println!("{change}");
    }
    println!("{}", summary(&changes, revision));
    let breaks = changes.iter().any(|change| change.impact == Impact::Breaking);
    Ok(if breaks { ExitCode::from(BREAKS) } else { ExitCode::SUCCESS })
}

/// Prints the table of rules.
pub(crate) fn rules() -> ExitCode {
    for rule in Rule::ALL {
        println!("{:<9} {}", rule.impact(), rule.title());
    }
    ExitCode::SUCCESS
}

/// Returns a line with the number of changes by impact.
fn summary(changes: &[Change], revision: &str) -> String {
    let counts: Vec<_> = Impact::ALL
        .iter()
        .map(|impact| (changes.iter().filter(|change| change.impact == *impact).count(), impact))
        .filter(|(count, _)| *count > 0)
        .map(|(count, impact)| format!("{count} {impact}"))
        .collect();
    if counts.is_empty() { format!("nothing changed since {revision}") } else { counts.join(", ") }
}

/// Reads specs for comparison, and prints their problems; `None` if there are errors. `whose`: where the specs are.
fn read(sources: &Sources, whose: &str) -> Option<Api> {
    compare::read(sources)
        .inspect_err(|diagnostics| {
            eprintln!("{}\n", diagnostics.render(sources, true));
            eprintln!("error: {} problems in the specs of {whose}", diagnostics.count(Severity::Error));
        })
        .ok()
}

/// Reads the specs at a git revision.
fn specs_at(revision: &str) -> anyhow::Result<Sources> {
    // Resolved first, so that git does not treat the argument as an option.
    let commit = git(&["rev-parse", "--verify", "--quiet", "--end-of-options", &format!("{revision}^{{commit}}")])
        .map_err(|_| anyhow::anyhow!("`{revision}` is not a revision of this repository"))?;
    let commit = commit.trim();
    let listed = git(&["ls-tree", "-r", "-z", "--name-only", commit, "--", "spec/"])?;
    let mut texts = Vec::new();
    for path in listed.split('\0').filter_map(spec_file) {
        texts.push((path, git(&["show", &format!("{commit}:spec/{path}")])?));
    }
    Ok(Sources::from_texts(texts.iter().map(|(path, text)| (*path, text.as_str()))))
}

/// Returns the path of a spec file without `spec/`; `None` for any other file. Spec files are `spec/common.yaml` and
/// `spec/<product>/<file>.yaml`.
fn spec_file(path: &str) -> Option<&str> {
    let relative = path.strip_prefix("spec/")?;
    if relative == yaml::COMMON {
        return Some(relative);
    }
    let (product, file) = relative.split_once('/')?;
    (file.ends_with(".yaml") && !file.contains('/') && !file.starts_with('.') && !product.starts_with('.'))
        .then_some(relative)
}

/// Runs git and returns its output.
fn git(arguments: &[&str]) -> anyhow::Result<String> {
    let output =
        Command::new("git").args(arguments).current_dir(repository::root()).output().context("cannot run git")?;
    if !output.status.success() {
        anyhow::bail!("`git {}` failed: {}", arguments.join(" "), String::from_utf8_lossy(&output.stderr).trim());
    }
    String::from_utf8(output.stdout)
        .with_context(|| format!("`git {}` printed something else than text", arguments.join(" ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_specs_are_read() {
        assert_eq!(spec_file("spec/im/user.yaml"), Some("im/user.yaml"));
        assert_eq!(spec_file("spec/common.yaml"), Some("common.yaml"));
        for other in ["", "spec/README.md", "spec/x.yaml", "spec/im/NOTES.md", "spec/im/a/b.yaml", "spec/.x/a.yaml"] {
            assert_eq!(spec_file(other), None, "{other}");
        }
    }

    #[test]
    fn revisions_that_do_not_exist_are_named() {
        for revision in ["no-such-revision", "--all", ""] {
            let error = specs_at(revision).unwrap_err().to_string();
            assert!(error.contains("is not a revision"), "{error}");
        }
    }

    #[test]
    fn changes_are_counted() {
        assert_eq!(summary(&[], "main"), "nothing changed since main");
        let change = |rule: Rule| Change { impact: rule.impact(), id: String::new(), text: String::new(), rule };
        let changes = [change(Rule::EndpointAdded), change(Rule::EndpointRemoved), change(Rule::TypeAdded)];
        assert_eq!(summary(&changes, "main"), "1 breaking, 2 addition");
    }
}
