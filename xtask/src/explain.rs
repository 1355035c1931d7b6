//! `cargo xtask explain E017`: prints the long explanation of a diagnostic code.

use std::process::ExitCode;

use anstream::eprintln;
use yunxin_codegen::diagnostics::{Code, nearest};
use yunxin_codegen::explain;

pub(crate) fn run(id: &str) -> ExitCode {
    if let Some(code) = find(id) {
        println!("{}: {}\n\n{}", code.id(), code.title(), explain(code));
        return ExitCode::SUCCESS;
    }
    eprintln!("{}", unknown(id));
    ExitCode::FAILURE
}

/// Finds a code by its id, ignoring case.
fn find(id: &str) -> Option<Code> {
    Code::ALL.iter().copied().find(|code| code.id().eq_ignore_ascii_case(id))
}

/// Returns the message for an unknown code.
fn unknown(id: &str) -> String {
    let hint = nearest(id, Code::ALL.iter().map(|code| code.id()))
        .map(|near| format!("; did you mean `{near}`?"))
        .unwrap_or_default();
    let all: String = Code::ALL.iter().map(|code| format!("\n  {}  {}", code.id(), code.title())).collect();
    format!("error: there is no code `{id}`{hint}\n\nThe codes:{all}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_found_and_others_are_answered_with_all_there_are() {
        assert_eq!(find("e020"), Some(Code::UnknownType));
        let answer = unknown("E02O");
        assert!(answer.starts_with("error: there is no code `E02O`; did you mean `E02"), "{answer}");
        assert!(Code::ALL.iter().all(|code| answer.contains(code.title())));
    }
}
