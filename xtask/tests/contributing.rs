//! Tests the documented steps that add an endpoint (README.md, CONTRIBUTING.md): they are executed as written there.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::expect_used,
    clippy::string_slice,
    reason = "a failed expectation is the failure of a test"
)]

mod support;

use support::output_text;
use support::walk::{Step, Workspace, steps};

const SPEC: &str = "spec/im/user.yaml";

/// Snapshots that get an entry for the new endpoint.
const SNAPSHOTS: [&str; 2] = [
    "generated-client/tests/snapshots/recorded_requests__im.user.snap",
    "generated-client/tests/snapshots/sandbox_round_trips__im.user.snap",
];

/// The state of one walk-through.
struct Walk<'w> {
    workspace: &'w Workspace,
    /// Name of the endpoint in the document.
    written: &'static str,
    /// Its name in the test: a contributor may just have added the endpoint of the document.
    name: String,
    filled_in: bool,
    accepted: bool,
}

impl Walk<'_> {
    fn execute(&mut self, step: &Step) {
        match step {
            Step::Command(command) => self.command(&command.replace(self.written, &self.name)),
            Step::Endpoint(endpoint) => self.fill_in(&endpoint.replace(self.written, &self.name)),
        }
    }

    /// Replaces the skeleton by the finished endpoint.
    fn fill_in(&mut self, endpoint: &str) {
        let unfinished = output_text(&self.workspace.run("cargo xtask lint"));
        assert!(unfinished.contains("placeholder"), "{unfinished}");
        let spec = self.workspace.text(SPEC);
        let start = spec.find(&format!("\n  {}:\n", self.name)).expect("the skeleton is not there") + 1;
        let end = spec.find("\ntypes:\n").unwrap();
        self.workspace.write(SPEC, &format!("{}{endpoint}{}", &spec[..start], &spec[end..]));
        let stale = self.workspace.run("cargo xtask test --only im.user");
        assert_eq!(stale.status.code(), Some(4), "tests run on generated code that is old: {}", output_text(&stale));
        self.filled_in = true;
    }

    fn command(&mut self, command: &str) {
        let before = self.workspace.text(SPEC);
        let output = self.workspace.run(command);
        let printed = output_text(&output);
        let is_first_test = command.contains(" test ") && !command.contains("--accept") && !self.accepted;
        assert_eq!(output.status.code(), Some(i32::from(is_first_test)), "{command}: {printed}");
        assert!(!printed.contains("stack backtrace"), "{command}: {printed}");
        if command.contains(" new ") {
            let after = self.workspace.text(SPEC);
            assert!(before.lines().all(|line| after.contains(line)), "the rest of the file changed");
            assert!(after.contains(&format!("\n  {}:\n", self.name)));
        } else if command.contains(" lint") {
            assert!(self.filled_in && !printed.contains(SPEC), "{printed}");
        } else if is_first_test {
            assert!(printed.contains(&format!("im.user.{}", self.name)), "the request is not shown: {printed}");
            assert!(printed.contains("cargo xtask test --only im.user --accept"), "{printed}");
            assert!(SNAPSHOTS.iter().all(|file| !self.is_in(file)), "a test wrote snapshots that nobody accepted");
        } else if command.contains("--accept") {
            self.accepted = true;
            for file in SNAPSHOTS {
                assert!(printed.contains(&format!(" accepted {file}")) && self.is_in(file), "{file}: {printed}");
            }
        }
    }

    /// Whether the snapshot has an entry for the endpoint.
    fn is_in(&self, snapshot: &str) -> bool {
        self.workspace.text(snapshot).contains(&format!("### im.user.{}\n", self.name))
    }
}

#[test]
fn the_documented_steps_work() {
    let workspace = Workspace::fresh();
    for (page, heading, written) in
        [("README.md", "## Add an endpoint", "freeze"), ("CONTRIBUTING.md", "## Add an endpoint", "retire")]
    {
        let steps = steps(page, heading);
        let name = format!("{written}_on_a_walk");
        let mut walk = Walk { workspace: &workspace, written, name, filled_in: false, accepted: false };
        for step in &steps {
            walk.execute(step);
        }
        assert!(walk.filled_in && walk.accepted, "{page} does not go to the end: {steps:?}");
        let Some(Step::Command(last)) = steps.last() else { panic!("{page} has no steps") };
        assert_eq!(last, "cargo xtask regen --check", "{page}");
    }
    let again = workspace.run("cargo xtask test --only im.user");
    assert!(again.status.success(), "{}", output_text(&again));
}
