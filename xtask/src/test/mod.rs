//! `cargo xtask test`: runs all tests, or those of one product or resource.

mod only;
mod snapshots;

use std::env;
use std::ffi::OsString;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use crate::format::Format;
use crate::lint::INVALID_SPECS;
use crate::{ci, lint, regen, repository};
use only::Only;
use snapshots::Snapshots;

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Only the examples of one product or resource, such as `im.user`: their requests, their round trips through the
    /// sandbox, and the code in their docs
    #[arg(long, value_name = "PRODUCT[.RESOURCE]")]
    only: Option<String>,
    /// Accept differences: write the snapshots, and list those that changed
    #[arg(long)]
    accept: bool,
}

pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let Some(compiled) = lint::load(Format::Human)? else { return Ok(ExitCode::from(INVALID_SPECS)) };
    let only = arguments.only.as_deref().map(|name| Only::find(name, &compiled.api)).transpose()?;
    if !regen::is_up_to_date(&compiled.api)? {
        eprintln!("error: the generated code does not fit the specs: run `cargo xtask regen` first");
        return Ok(ExitCode::from(regen::STALE));
    }
    let start = Instant::now();
    let before = Snapshots::read(&repository::root())?;
    let update = update(arguments.accept, env::var_os(ci::UPDATE));
    let passed = match &only {
        None => {
            println!("{ALL}\n");
            ci::test(update)?
        }
        Some(only) => only.run(update)?,
    };
    let changed = Snapshots::read(&repository::root())?.changed_since(&before);
    println!("\n{}", conclusion(arguments, passed, &changed, start.elapsed()));
    Ok(if passed { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

const ALL: &str = "Building everything and running all tests: many minutes on two cores the first time, and some \
                   minutes after that. For one resource there is `cargo xtask test --only im.user`.";

/// Returns the value of INSTA_UPDATE; `None`: that of the environment. Snapshots are written only if an argument or the
/// environment requests it.
fn update(accept: bool, given: Option<OsString>) -> Option<&'static str> {
    match (accept, given) {
        (true, _) => Some("always"),
        (false, Some(given)) if !given.is_empty() => None,
        (false, _) => Some("no"),
    }
}

/// Returns the message after the run: the result and the next step.
fn conclusion(arguments: &Arguments, passed: bool, changed: &[String], took: Duration) -> String {
    let mut lines: Vec<String> = changed.iter().map(|path| format!(" accepted {path}")).collect();
    if !changed.is_empty() {
        lines.push(
            "read what changed with `git diff` and `git status`, and commit it together with the specs".to_owned(),
        );
    } else if arguments.accept {
        lines.push("no snapshot changed".to_owned());
    }
    let verdict = if passed { "passed" } else { "failed" };
    lines.push(format!("tests {verdict} in {took:.0?}"));
    if !passed && !arguments.accept {
        let only = arguments.only.as_ref().map(|name| format!(" --only {name}")).unwrap_or_default();
        lines.push(format!(
            "where a snapshot is new or differs, read the text above; if it is what you meant: \
             `cargo xtask test{only} --accept`"
        ));
    }
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn arguments(only: Option<&str>, accept: bool) -> Arguments {
        Arguments { only: only.map(str::to_owned), accept }
    }

    #[test]
    fn snapshots_are_written_only_for_those_who_ask() {
        assert_eq!(update(false, None), Some("no"));
        assert_eq!(update(false, Some(OsString::new())), Some("no"));
        assert_eq!(update(false, Some("new".into())), None, "the environment asks");
        assert_eq!(update(true, Some("no".into())), Some("always"));
    }

    #[test]
    fn a_failure_tells_how_to_accept() {
        let text = conclusion(&arguments(Some("im.user"), false), false, &[], Duration::from_secs(3));
        assert!(text.contains("failed in 3s") && text.contains("`cargo xtask test --only im.user --accept`"), "{text}");
        let text = conclusion(&arguments(None, false), false, &[], Duration::from_secs(3));
        assert!(text.contains("`cargo xtask test --accept`"), "{text}");
        let text = conclusion(&arguments(None, false), true, &[], Duration::from_secs(3));
        assert_eq!(text, "tests passed in 3s");
    }

    #[test]
    fn what_was_accepted_is_listed() {
        let text = conclusion(&arguments(None, true), true, &["a/b.snap".to_owned()], Duration::from_secs(3));
        assert!(text.starts_with(" accepted a/b.snap\n") && !text.contains("--accept"), "{text}");
        let text = conclusion(&arguments(None, true), false, &[], Duration::from_secs(3));
        assert!(text.starts_with("no snapshot changed\ntests failed"), "{text}");
    }
}
