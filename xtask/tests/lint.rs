//! Tests the output of `lint` for people and programs.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a failed expectation is the failure of a test")]

mod support;

use std::fs;
use std::process::Output;

use support::{Copy, output_text};

/// Specs with one error and one warning.
fn copy_with_problems() -> Copy {
    let copy = Copy::fresh();
    let path = copy.path("spec/im/user.yaml");
    let text = fs::read_to_string(&path).unwrap();
    let text = text.replacen("\ntitle: ", "\ntitle: TODO ", 1).replacen("    retry: safe", "    retry: save", 1);
    fs::write(&path, text).unwrap();
    copy
}

fn run(copy: &Copy, command: &str, format: &str) -> Output {
    let output = copy.xtask(command).args(["--format", format]).output().unwrap();
    assert_eq!(output.status.code(), Some(100), "{}", output_text(&output));
    output
}

#[test]
fn human_output_shows_errors_before_warnings_and_where_to_read_on() {
    let copy = copy_with_problems();
    for command in ["lint", "regen"] {
        let printed = output_text(&run(&copy, command, "human"));
        assert!(printed.find("error[E006]").unwrap() < printed.find("warning[E091]").unwrap(), "{printed}");
        let end: Vec<_> = printed.lines().rev().take(3).collect();
        assert_eq!(
            end,
            [
                "for more on a code: cargo xtask explain E006",
                "warning: 1 problem that can wait",
                "error: 1 problem in the specs; nothing was written"
            ]
        );
    }
}

#[test]
fn json_and_github_output_is_on_stdout_and_has_only_problems() {
    let copy = copy_with_problems();
    for command in ["lint", "regen"] {
        for (format, begin) in [("json", r#"{"code":"E0"#), ("github", "::")] {
            let output = run(&copy, command, format);
            let lines: Vec<_> = std::str::from_utf8(&output.stdout).unwrap().lines().collect();
            assert_eq!(lines.len(), 2, "{lines:?}");
            assert!(lines.iter().all(|line| line.starts_with(begin)), "{lines:?}");
        }
    }
}

#[test]
fn warnings_can_be_denied() {
    let copy = Copy::fresh();
    let path = copy.path("spec/im/user.yaml");
    let text = fs::read_to_string(&path).unwrap();
    let status = |deny: &[&str]| copy.xtask("lint").args(deny).output().unwrap().status.code();
    fs::write(&path, text.replacen("\ntitle: ", "\ntitle: TODO ", 1)).unwrap();
    assert_eq!((status(&[]), status(&["--deny-warnings"])), (Some(0), Some(5)));
}

#[test]
fn codes_are_explained_also_for_invalid_specs() {
    let copy = copy_with_problems();
    let output = copy.xtask("explain").arg("E006").output().unwrap();
    assert!(output.status.success() && output_text(&output).starts_with("E006: "), "{}", output_text(&output));
    let output = copy.xtask("explain").arg("E999").output().unwrap();
    assert!(
        !output.status.success() && output_text(&output).contains("there is no code `E999`"),
        "{}",
        output_text(&output)
    );
}
