//! Calls of `spec!` that compile and run, and what the compiler says to those with something wrong; `TRYBUILD=overwrite` accepts what
//! it says now. What good calls make is tested in `own_specs.rs` of the crate `yunxin`.

use std::{fs, io, path::Path};

/// Lays the specs where the calls look for them: relative to the package that trybuild makes of `tests/ui`.
fn lay_out_specs() -> io::Result<()> {
    let package = Path::new(env!("CARGO_TARGET_TMPDIR")).join("../tests/trybuild").join(env!("CARGO_PKG_NAME"));
    let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/specs");
    for case in ["broken_yaml", "two_errors", "unknown_type", "whole"] {
        let folder = package.join("specs").join(case).join("shop");
        fs::create_dir_all(&folder)?;
        fs::copy(from.join("product.yaml"), folder.join("product.yaml"))?;
        fs::copy(from.join(case).with_extension("yaml"), folder.join("order.yaml"))?;
    }
    Ok(())
}

#[test]
fn good_calls_run_and_mistakes_are_errors_at_the_call() {
    lay_out_specs().unwrap();
    let cases = trybuild::TestCases::new();
    cases.pass("tests/good/*.rs");
    cases.compile_fail("tests/ui/*.rs");
}
