//! Compiles the client with this program as the rustc wrapper, and measures the CPU time of rustc.

use std::path::PathBuf;
use std::process::{Command, ExitCode};
use std::{env, fs};

use anyhow::Context as _;

use crate::repository;

/// Environment variable with the file for the result. If it is set, this program acts as the rustc wrapper.
const RESULT: &str = "YUNXIN_XTASK_COST_RESULT";

/// The cargo command that compiles the client.
#[derive(Clone, Copy)]
pub(super) enum Kind {
    Check,
    Build,
}

/// Compiles the client with these features, and returns the CPU seconds of rustc, user and system.
pub(super) fn cpu_seconds(kind: Kind, features: &str) -> anyhow::Result<f64> {
    // Otherwise cargo would not compile it again.
    cargo().args(["clean", "--quiet", "--package", "yunxin"]).arg("--target-dir").arg(folder()).succeed()?;
    let result = folder().join("cpu-seconds");
    fs::write(&result, "").with_context(|| format!("cannot write {}", result.display()))?;
    let verb = match kind {
        Kind::Check => "check",
        Kind::Build => "build",
    };
    cargo()
        .args([verb, "--quiet", "--package", "yunxin", "--lib", "--no-default-features", "--features", features])
        .arg("--target-dir")
        .arg(folder())
        .env("CARGO_INCREMENTAL", "0")
        // The same as in CI. The cost of debug information depends on its level.
        .env("CARGO_PROFILE_DEV_DEBUG", "none")
        .env("RUSTC_WORKSPACE_WRAPPER", env::current_exe().context("this program has no path")?)
        .env(RESULT, &result)
        .succeed()?;
    let seconds = fs::read_to_string(&result)?;
    seconds.trim().parse().with_context(|| format!("`cargo {verb}` did not compile the client"))
}

/// Returns the size in bytes of the library that was built last.
pub(super) fn rlib_bytes() -> anyhow::Result<u64> {
    for entry in fs::read_dir(folder().join("debug/deps"))? {
        let entry = entry?;
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if name.starts_with("libyunxin-") && name.ends_with(".rlib") {
            return Ok(entry.metadata()?.len());
        }
    }
    anyhow::bail!("there is no library of the client in {}", folder().display())
}

/// Runs rustc and measures it if cargo started this program as the rustc wrapper; returns `None` otherwise.
pub(crate) fn wrapped() -> Option<anyhow::Result<ExitCode>> {
    env::var_os(RESULT).map(|result| run_as_rustc_wrapper(result.into()))
}

/// Runs rustc with the arguments of this program, and writes its CPU time to the file `result`.
fn run_as_rustc_wrapper(result: PathBuf) -> anyhow::Result<ExitCode> {
    let mut arguments = env::args_os().skip(1);
    let rustc = arguments.next().context("cargo names no rustc")?;
    let arguments: Vec<_> = arguments.collect();
    if !arguments.windows(2).any(|pair| pair == ["--crate-name", "yunxin"]) {
        return Ok(exit_code(Command::new(rustc).args(arguments).status()?.code()));
    }
    let before = seconds_of_children()?;
    let status = Command::new(rustc).args(arguments).status()?;
    fs::write(&result, (seconds_of_children()? - before).to_string())?;
    Ok(exit_code(status.code()))
}

/// Returns the CPU seconds of all child processes that have ended.
#[cfg(target_os = "linux")]
fn seconds_of_children() -> anyhow::Result<f64> {
    let stat = fs::read_to_string("/proc/self/stat")?;
    // The program name is in parentheses and may contain spaces; fields 16 and 17 are cutime and cstime (proc(5)).
    let (_, fields) = stat.rsplit_once(')').context("/proc/self/stat has an unknown form")?;
    let ticks = fields.split_whitespace().skip(13).take(2).map(str::parse::<u32>).sum::<Result<u32, _>>()?;
    let a_second = u32::try_from(rustix::param::clock_ticks_per_second())?;
    Ok(f64::from(ticks) / f64::from(a_second))
}

#[cfg(not(target_os = "linux"))]
fn seconds_of_children() -> anyhow::Result<f64> {
    anyhow::bail!("CPU times are read from /proc, which is there on Linux only")
}

/// Converts the exit code of a process; 1 if it was killed.
fn exit_code(code: Option<i32>) -> ExitCode {
    code.and_then(|code| u8::try_from(code).ok()).map_or(ExitCode::FAILURE, ExitCode::from)
}

/// Returns the target folder for the measurements.
fn folder() -> PathBuf {
    repository::root().join("target/cost")
}

/// Returns the cargo command.
fn cargo() -> Command {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(repository::root());
    command
}

trait Succeed {
    /// Runs the command; an error unless it succeeds.
    fn succeed(&mut self) -> anyhow::Result<()>;
}

impl Succeed for Command {
    fn succeed(&mut self) -> anyhow::Result<()> {
        let status = self.status().context("cannot run cargo")?;
        anyhow::ensure!(status.success(), "cargo failed");
        Ok(())
    }
}
