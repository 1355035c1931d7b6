//! Calls of `spec!` that compile and run in another crate.

use std::path::Path;
use std::{fs, io};

/// Copies the specs to where the calls look for them: relative to the package that trybuild makes from `tests/good`.
fn lay_out_specs() -> io::Result<()> {
    let package = Path::new(env!("CARGO_TARGET_TMPDIR")).join("../tests/trybuild").join(env!("CARGO_PKG_NAME"));
    let folder = package.join("spec/moderation");
    fs::create_dir_all(&folder)?;
    for file in fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("spec/moderation"))? {
        let file = file?;
        fs::copy(file.path(), folder.join(file.file_name()))?;
    }
    Ok(())
}

#[test]
#[ignore = "builds the client once more, which takes a minute or two"]
fn good_calls_run() -> io::Result<()> {
    lay_out_specs()?;
    trybuild::TestCases::new().pass("tests/good/*.rs");
    Ok(())
}
