//! Tests properties of any spec: it is refused with a report that points into its files, or gives valid Rust. Nothing
//! panics or hangs.
//!
//! The cases are the same in every run; `PROPTEST_CASES` and `PROPTEST_RNG_SEED` give more or other cases.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a failed expectation is the failure of a test"
)]

#[path = "support/emitted.rs"]
mod emitted;
#[path = "properties/generated.rs"]
mod generated;
#[path = "properties/mutated.rs"]
mod mutated;
#[path = "properties/order.rs"]
mod order;
mod support;

use std::env;
use std::time::{Duration, Instant};

use proptest::test_runner::{Config, RngSeed, TestRunner};
use yunxin_codegen::{Sources, compile};

/// Time limit for a spec of the size of the shipped ones, in a debug build on a busy machine.
const MAX_DURATION: Duration = Duration::from_secs(2);

fn runner(cases: u32) -> TestRunner {
    let mut config = Config { failure_persistence: None, ..Config::default() };
    if env::var_os("PROPTEST_CASES").is_none() {
        config.cases = cases;
    }
    if env::var_os("PROPTEST_RNG_SEED").is_none() {
        config.rng_seed = RngSeed::Fixed(20_240_601);
    }
    TestRunner::new(config)
}

/// Compiles the specs and checks the result. Returns whether they were accepted.
fn compile_and_check(sources: &Sources) -> Result<bool, String> {
    let begin = Instant::now();
    let compiled = compile(sources);
    let (found, accepted) = match &compiled {
        Ok(compiled) => (&compiled.warnings, true),
        Err(found) => (found, false),
    };
    let report = found.render(sources, false);
    let took = begin.elapsed();
    if took > MAX_DURATION {
        return Err(format!("took {took:?}"));
    }
    if !accepted && !found.has_errors() {
        return Err("refused without an error".to_owned());
    }
    for place in report.lines().filter_map(|line| line.trim_start().strip_prefix("--> ")) {
        points_into(sources, place).ok_or_else(|| format!("{place} is no place\n{report}"))?;
    }
    if let Ok(compiled) = &compiled {
        emitted::check(&compiled.api)?;
    }
    Ok(accepted)
}

/// Whether `path:line:column` is a place in one of the files, or the end of a line or file.
fn points_into(sources: &Sources, place: &str) -> Option<()> {
    let mut parts = place.rsplitn(3, ':');
    let column: usize = parts.next()?.parse().ok()?;
    let line: usize = parts.next()?.parse().ok()?;
    let text = &sources.get(parts.next()?)?.text;
    let content = text.split('\n').nth(line.checked_sub(1)?)?;
    (1..=content.chars().count() + 1).contains(&column).then_some(())
}
