//! The examples run against the sandbox, and check their own results.

#![cfg(all(feature = "im", feature = "im_v2", feature = "testing", feature = "token"))]

use std::error::Error;

#[path = "../examples/batches.rs"]
mod batches;
#[path = "../examples/errors.rs"]
mod errors;
#[path = "../examples/own_transport.rs"]
mod own_transport;
#[path = "../examples/pagination.rs"]
mod pagination;
#[path = "../examples/tokens.rs"]
mod tokens;
// Its unit tests run here too.
#[path = "../examples/unit_tests.rs"]
mod unit_tests;

type Result = std::result::Result<(), Box<dyn Error>>;

#[test]
fn batches_run() -> Result {
    batches::main()
}

#[test]
fn errors_run() -> Result {
    errors::main()
}

#[test]
fn own_transport_runs() -> Result {
    own_transport::main()
}

#[test]
fn pagination_runs() -> Result {
    pagination::main()
}

#[test]
fn tokens_run() -> Result {
    tokens::main()
}

#[test]
fn unit_tests_run() -> Result {
    unit_tests::main()
}
