//! `cargo xtask ci` and `cargo xtask test`: the steps of CI.

use std::process::{Command, ExitCode};
use std::time::Instant;

use anyhow::Context as _;
use clap::ValueEnum;

use crate::format::Format;
use crate::lint::INVALID_SPECS;
use crate::{lint, repository};

/// One step of CI.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Step {
    /// Formatting
    Fmt,
    /// Clippy with warnings denied, all targets and features
    Clippy,
    /// The specs without errors and warnings
    Lint,
    /// Generated files fit the specs
    Regen,
    /// No number of the coverage fell
    Coverage,
    /// All tests
    Test,
    /// Documentation with warnings denied
    Doc,
    /// The client with each product alone, with each other feature alone, and with none
    Features,
}

/// Environment variable of insta: what it does with snapshots that differ. `no` keeps them, `always` overwrites them.
pub(crate) const UPDATE: &str = "INSTA_UPDATE";

const ALL_TESTS: [&str; 4] = ["test", "--workspace", "--all-features", "--no-fail-fast"];

/// Features of the client that are not products. Each must compile without any product.
const WITHOUT_PRODUCTS: [&str; 8] = ["axum", "blocking", "callback", "macros", "metrics", "serde", "testing", "token"];

/// Runs one step, or all of them until one fails.
pub(crate) fn run(only: Option<Step>) -> anyhow::Result<ExitCode> {
    let steps = only.as_ref().map_or(Step::value_variants(), std::slice::from_ref);
    for step in steps {
        let start = Instant::now();
        let name = format!("{step:?}").to_lowercase();
        println!("--- {name}");
        if !step.run()? {
            println!("--- {name} failed; `cargo xtask ci {name}` runs it alone");
            return Ok(ExitCode::FAILURE);
        }
        println!("--- {name} passed in {:.1?}", start.elapsed());
    }
    Ok(ExitCode::SUCCESS)
}

impl Step {
    fn run(self) -> anyhow::Result<bool> {
        match self {
            Self::Fmt => cargo(&["fmt", "--all", "--check"], &[]),
            Self::Clippy => cargo(
                &["clippy", "--workspace", "--all-targets", "--all-features", "--quiet", "--", "-D", "warnings"],
                &[],
            ),
            Self::Lint => Ok(lint::run(Format::Human, true)? == ExitCode::SUCCESS),
            Self::Regen => crate::regen::is_fresh(),
            Self::Coverage => crate::coverage::check_baseline(),
            // Snapshots are compared and never written, regardless of the environment.
            Self::Test => cargo(&ALL_TESTS, &[(UPDATE, "no"), ("INSTA_FORCE_PASS", "0")]),
            Self::Doc => cargo(
                &["doc", "--workspace", "--all-features", "--no-deps", "--quiet"],
                &[("RUSTDOCFLAGS", "-D warnings")],
            ),
            Self::Features => features(),
        }
    }
}

/// Runs all unit tests, integration tests and doctests of the workspace. `update` is the value of `INSTA_UPDATE`;
/// `None`: that of the environment. Returns whether they passed.
pub(crate) fn test(update: Option<&str>) -> anyhow::Result<bool> {
    let environment: Vec<_> = update.map(|to| (UPDATE, to)).into_iter().collect();
    cargo(&ALL_TESTS, &environment)
}

/// Compiles the client with each feature alone, and with none. Returns whether that succeeded.
fn features() -> anyhow::Result<bool> {
    let Some(compiled) = lint::load(Format::Human)? else {
        anyhow::bail!("the specs are broken (exit code {INVALID_SPECS} of lint)")
    };
    let products = compiled.api.products.iter().map(|product| product.name.as_str());
    for feature in std::iter::once("").chain(WITHOUT_PRODUCTS).chain(products) {
        // `cargo rustc`, because RUSTFLAGS would cause all dependencies to be compiled again.
        let check = ["rustc", "--package", "yunxin", "--lib", "--profile", "check", "--quiet", "--no-default-features"];
        if !cargo(&[&check[..], &["--features", feature, "--", "-D", "warnings"]].concat(), &[])? {
            println!("the feature `{feature}` does not build alone");
            return Ok(false);
        }
    }
    Ok(true)
}

/// Runs cargo in the repository; returns whether it succeeded.
pub(crate) fn cargo(arguments: &[&str], environment: &[(&str, &str)]) -> anyhow::Result<bool> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let status = Command::new(cargo)
        .args(arguments)
        .envs(environment.iter().copied())
        .current_dir(repository::root())
        .status()
        .with_context(|| format!("cannot run `cargo {}`", arguments.join(" ")))?;
    Ok(status.success())
}
