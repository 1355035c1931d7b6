//! What the compiler says to calls of `spec!` with something wrong; `TRYBUILD=overwrite` accepts what it says now. Good
//! calls are in `spec_macro.rs` of the crate `yunxin`: here each would build the client once more.

use std::path::Path;
use std::{fs, io};

/// Lays the specs where the calls look for them: relative to the package that trybuild makes of `tests/ui`.
fn lay_out_specs() -> io::Result<()> {
    let package = Path::new(env!("CARGO_TARGET_TMPDIR")).join("../tests/trybuild").join(env!("CARGO_PKG_NAME"));
    let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/specs");
    for case in ["broken_yaml", "two_errors", "unknown_type"] {
        let folder = package.join("specs").join(case).join("shop");
        fs::create_dir_all(&folder)?;
        fs::copy(from.join("product.yaml"), folder.join("product.yaml"))?;
        fs::copy(from.join(case).with_extension("yaml"), folder.join("order.yaml"))?;
    }
    Ok(())
}

#[test]
fn mistakes_are_errors_at_the_call() {
    lay_out_specs().unwrap();
    trybuild::TestCases::new().compile_fail("tests/ui/*.rs");
}
