//! Tests that the order in which files are found does not matter.

use proptest::prelude::{Just, Strategy as _, prop_assert_eq};
use yunxin_codegen::compile;
use yunxin_codegen::emit::rust;

use crate::{mutated, runner};

/// The complete result of the specs, as one text.
fn outcome(files: &[(String, String)]) -> String {
    let sources = mutated::sources(files);
    match compile(&sources) {
        Ok(compiled) => format!(
            "{}{:?}{:?}",
            compiled.warnings.render(&sources, false),
            rust::modules(&compiled.api, rust::Options::CLIENT),
            rust::example_calls(&compiled.api)
        ),
        Err(found) => found.render(&sources, false),
    }
}

#[test]
fn the_order_of_files_changes_nothing() {
    let mut files: Vec<_> =
        mutated::small_folders().into_iter().flatten().filter(|(path, _)| !path.starts_with("im")).collect();
    files.sort();
    files.dedup();
    // Each folder has problems in several files.
    let broken: Vec<_> = files
        .iter()
        .map(|(path, text)| (path.clone(), text.replacen("title: ", "titel: ", 1).replacen("string", "strin", 2)))
        .collect();
    for files in [files, broken] {
        let expected = outcome(&files);
        runner(4)
            .run(&Just(files).prop_shuffle(), |shuffled| {
                prop_assert_eq!(outcome(&shuffled), expected.as_str());
                Ok(())
            })
            .unwrap_or_else(|failure| panic!("{failure}"));
    }
}
