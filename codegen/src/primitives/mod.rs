//! Words and values of the spec language that documents and models have in common: methods, encodings, forms on the
//! wire, built-in types.

mod call;
mod callbacks;
mod dependence;
mod enums;
mod field;
mod groups;
#[cfg(feature = "schema")]
pub(crate) mod json_schema;
mod one_or_many;
mod pages;
mod reply;
mod scalar;
mod span;
mod type_expr;
pub(crate) mod vendor_types;

pub use call::{Completeness, Encoding, Method, RetryKind, Signing};
pub use callbacks::{CallbackResponse, Expects, Verification};
pub use dependence::{Apart, Condition};
pub use enums::{EnumRepr, RawValue};
pub use field::{Place, Range, Wire};
pub use groups::Groups;
pub(crate) use one_or_many::one_or_many;
pub use pages::Pages;
pub use reply::{CodeKind, HttpSuccess, SuccessCode};
pub use scalar::Scalar;
pub use span::Span;
pub use type_expr::{TypeExpr, TypeUse};
