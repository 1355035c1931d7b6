//! The maintainers' command line.

mod atomic_replace;
mod ci;
mod cost;
mod coverage;
mod demo;
mod diff;
mod error_line;
mod explain;
mod features;
mod format;
mod generated_dir;
mod generated_file;
mod lint;
mod new;
mod outputs;
mod regen;
mod repository;
mod rustfmt;
mod seeds;
mod staging;
mod test;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(
    name = "cargo xtask",
    about = "Works on the Yunxin API specs and the client generated from them",
    disable_help_subcommand = true
)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Check the specs, write nothing. Exit code 0: no errors, 5: warnings that are denied, 100: the specs are broken
    Lint {
        /// Fail where there are warnings
        #[arg(long)]
        deny_warnings: bool,
        /// How problems are printed
        #[arg(long, value_enum, default_value_t)]
        format: format::Format,
    },
    /// Write the generated files that changed
    Regen {
        /// Write nothing; list what does not fit the specs. Exit code 0: fresh, 4: stale, 100: the specs are broken
        #[arg(long)]
        check: bool,
        /// How problems are printed
        #[arg(long, value_enum, default_value_t)]
        format: format::Format,
    },
    /// Explain a code such as E020, with an example of the mistake and of its correction
    Explain {
        /// As printed in front of a problem
        code: String,
    },
    /// Add the skeleton of an endpoint to the specs, or start a product
    New(new::Arguments),
    /// List what the specs of the working tree change for users of the crate, compared with a git revision. Exit code
    /// 0: nothing breaking, 3: breaking changes, 100: one of the two cannot be read
    Diff {
        /// Commit, branch or tag to compare with
        #[arg(required_unless_present = "rules")]
        revision: Option<String>,
        /// Print the table of rules instead
        #[arg(long)]
        rules: bool,
    },
    /// Measure what compiling the client alone costs, in CPU seconds, for each product and for all
    Cost {
        /// Write the table to docs/compile-cost.md
        #[arg(long)]
        write: bool,
        /// With the feature `serde`
        #[arg(long)]
        serde: bool,
        /// How often each is compiled; the least counts
        #[arg(long, default_value_t = 3)]
        runs: u32,
    },
    /// Print how much of the API the specs describe, product by product
    #[command(after_help = coverage::columns())]
    Coverage(coverage::Arguments),
    /// Write the examples of the specs to the corpora that the client is fuzzed with
    Seeds,
    /// Start the sandbox and show typed calls against it, with everything that goes over the wire
    Demo,
    /// Run all tests, or those of one product or resource. Exit code 0: all passed, 1: some failed, 4: the generated
    /// files do not fit the specs, 100: the specs are broken
    Test(test::Arguments),
    /// Run what CI runs, or one step of it
    Ci {
        /// Only this step
        step: Option<ci::Step>,
    },
}

fn main() -> ExitCode {
    run().unwrap_or_else(|error| {
        anstream::eprintln!("{}", error_line::format(&error));
        ExitCode::FAILURE
    })
}

fn run() -> anyhow::Result<ExitCode> {
    if let Some(result) = cost::wrapped() {
        return result;
    }
    match Arguments::parse().command {
        Command::Lint { deny_warnings, format } => lint::run(format, deny_warnings),
        Command::Regen { check, format } => regen::run(check, format),
        Command::Explain { code } => Ok(explain::run(&code)),
        Command::New(arguments) => new::run(arguments),
        Command::Diff { revision: Some(revision), rules: false } => diff::run(&revision),
        Command::Diff { .. } => Ok(diff::rules()),
        Command::Cost { write, serde, runs } => cost::run(runs, write, serde),
        Command::Coverage(arguments) => coverage::run(&arguments),
        Command::Seeds => seeds::run(),
        Command::Demo => demo::run(),
        Command::Test(arguments) => test::run(&arguments),
        Command::Ci { step } => ci::run(step),
    }
}
