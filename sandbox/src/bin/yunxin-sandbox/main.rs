//! `yunxin-sandbox`: runs the sandbox as a program.

mod fire;
mod serve;
mod terminal;

use std::io;
use std::io::Write as _;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use yunxin_sandbox::SpecError;

/// Exit code for specs that cannot be used.
const INVALID_SPEC: u8 = 100;

/// A strict local server that serves every endpoint of the specs, and prints on stderr why a call is wrong.
#[derive(Parser)]
#[command(version, args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
struct Program {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    serve: serve::Serve,
}

#[derive(Subcommand)]
enum Command {
    Fire(fire::Fire),
}

#[tokio::main]
async fn main() -> ExitCode {
    let program = Program::parse();
    match program.command {
        None => serve::run(program.serve).await,
        Some(Command::Fire(arguments)) => fire::run(arguments).await,
    }
}

/// Prints an error and returns its exit code.
fn failed(text: &str, code: u8) -> ExitCode {
    print_error(text);
    ExitCode::from(code)
}

/// Prints an error about the specs and returns its exit code.
fn invalid_spec(problem: &SpecError) -> ExitCode {
    match problem {
        SpecError::Broken { coloured, .. } => failed(coloured, INVALID_SPEC),
        _ => failed(&format!("error: {problem}"), INVALID_SPEC),
    }
}

/// Prints to stderr. A closed stream is ignored.
fn print_error(line: &str) {
    let _ = writeln!(anstream::stderr().lock(), "{line}");
}

/// Prints to stdout and flushes it.
fn print(text: &str) {
    let mut out = io::stdout().lock();
    let _ = writeln!(out, "{text}").and_then(|()| out.flush());
}
