//! The maintainers' command line.

mod lint;
mod repository;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(name = "cargo xtask", about = "Works on the Yunxin API specs and the client generated from them", disable_help_subcommand = true)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Check the specs, write nothing
    Lint,
}

fn main() -> anyhow::Result<ExitCode> {
    match Arguments::parse().command {
        Command::Lint => lint::run(),
    }
}
