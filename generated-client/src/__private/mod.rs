//! What generated code is written with: the client's own, and that of `spec!` in other crates. Not part of the API:
//! anything here may change in any version.

mod error_codes;
#[cfg(feature = "callback")]
mod events;
mod open_enum;
pub mod prelude;

pub use prelude::*;
