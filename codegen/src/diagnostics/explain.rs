//! The long form of diagnostics: one text for each code, with an example of the mistake and its correction.

use crate::diagnostics::Code;

/// `## E001`, text, `## E002`, text and so on.
const TEXTS: &str = include_str!("explain.md");

/// The explanation of a code, in Markdown.
pub fn explain(code: Code) -> &'static str {
    sections().find(|(id, _)| *id == code.id()).map_or("", |(_, text)| text)
}

fn sections() -> impl Iterator<Item = (&'static str, &'static str)> {
    TEXTS.split("## ").skip(1).filter_map(|section| {
        let (id, text) = section.split_once('\n')?;
        Some((id, text.trim()))
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_code_has_one_text_and_every_text_a_code() {
        let texts: Vec<_> = sections().map(|(id, _)| id).collect();
        let codes: Vec<_> = Code::ALL.iter().map(|code| code.id()).collect();
        assert_eq!(texts, codes, "in the same order");
        assert_eq!(texts.iter().collect::<BTreeSet<_>>().len(), texts.len());
        for code in Code::ALL {
            for part in ["\nWrong", "\nRight", "```"] {
                assert!(explain(*code).contains(part), "{} has no {part}", code.id());
            }
        }
    }
}
