//! Types and macros for generated code: that of this crate, and that of `spec!` in other crates. Not part of the public
//! API: anything here may change in any version.

mod error_codes;
#[cfg(feature = "callback")]
mod events;
mod open_enum;
pub mod prelude;

pub use prelude::*;
