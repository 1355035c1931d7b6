//! What the generator makes of the specs in `codegen/tests/fixtures`: one spec for each feature of the spec language.
//!
//! Everything but this file is written by `codegen/tests/golden.rs`, as prettyplease prints it.
//! `generated-client/tests/goldens.rs` calls it.

#![deny(warnings, missing_docs)]

#[rustfmt::skip]
pub mod dedup;
#[rustfmt::skip]
pub mod events;
#[rustfmt::skip]
pub mod lenient;
#[rustfmt::skip]
pub mod shared;

/// The example requests of all endpoints.
mod calls {
    #[rustfmt::skip]
    pub(crate) mod dedup;
    #[rustfmt::skip]
    pub(crate) mod lenient;
    #[rustfmt::skip]
    pub(crate) mod shared;
}

/// What the example requests are handed to.
pub mod support {
    use std::fmt::Debug;

    use yunxin::Endpoint;

    /// Receives the example request of each endpoint.
    pub trait Visitor {
        /// Receives one of them.
        fn endpoint<E>(&mut self, request: E)
        where
            E: Endpoint + Debug + 'static,
            E::Reply: Debug;
    }
}

/// Hands the example request of each endpoint to the visitor.
pub fn visit(visitor: &mut impl support::Visitor) {
    calls::dedup::visit(visitor);
    calls::lenient::visit(visitor);
    calls::shared::visit(visitor);
}
