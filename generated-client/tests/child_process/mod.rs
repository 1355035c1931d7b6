//! Runs a test in a child process with its own environment variables: those of a process with threads must not be
//! changed.

#![allow(dead_code, unreachable_pub, reason = "each test uses a part")]
#![allow(clippy::unwrap_used, reason = "test code: a failure here is the failure of the test")]

use std::process::Command;

const MARK: &str = "YUNXIN_TEST_CHILD";

/// Runs the body in a child process with these variables. `test` is the name of the test function that calls this.
pub fn with_environment(test: &str, variables: &[(&str, &str)], body: impl FnOnce()) {
    if std::env::var_os(MARK).is_some() {
        return body();
    }
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", test, "--nocapture"])
        .envs(variables.iter().copied())
        .env(MARK, "1")
        .output()
        .unwrap();
    let [out, err] = [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    assert!(out.contains("1 passed"), "{test} did not pass in its own process:\n{out}\n{err}");
}
