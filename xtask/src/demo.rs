//! `cargo xtask demo`: demonstrates the repository from the YAML specs to typed calls against the sandbox.

use std::process::ExitCode;

use crate::{ci, regen};

pub(crate) fn run() -> anyhow::Result<ExitCode> {
    if !regen::is_fresh()? {
        println!("\nthe generated code does not fit the specs: run `cargo xtask regen` first");
        return Ok(ExitCode::from(regen::STALE));
    }
    println!("Generated code fits the specs.");
    println!(
        "Building the client, the sandbox and the demo: some minutes on two cores the first time, seconds after that.\n"
    );
    // A separate program, because xtask must compile even if the client does not.
    let succeeded = ci::cargo(&["run", "--package", "yunxin", "--example", "demo"], &[])?;
    Ok(if succeeded { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
