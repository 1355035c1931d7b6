//! The API with every name and reference resolved: all that emitters and the sandbox see.

pub(crate) mod defaults;
pub(crate) mod lower;
pub(crate) mod path_template;
pub mod pattern;
pub(crate) mod rate;
pub mod rules;

mod callbacks;
mod endpoint;
mod product;
mod types;

use indexmap::IndexMap;
pub use serde_yaml::Value;

pub use self::{
    callbacks::{Callbacks, Event},
    endpoint::{Body, Endpoint, Example, Returns},
    lower::lower,
    path_template::{PathTemplate, Segment},
    product::{ErrorCode, Product, RejectionEnvelope, RejectionReply, Rejections, ReplyRule},
    rules::{Dependence, Distance, Rules},
    types::{EnumValue, Field, Limits, SharedTypes, Type, TypeDef, TypeKind},
};
pub use crate::primitives::{
    CallbackResponse, CodeKind, Encoding, EnumRepr, Expects, Groups, HttpSuccess, Method, Pages, Place, Range,
    RawValue, RetryKind, Scalar, Signing, SuccessCode, Verification, Wire,
};

/// Everything in a spec folder.
#[derive(Clone, Debug)]
pub struct Api {
    /// Products by name, sorted.
    pub products: Vec<Product>,
}

/// One file of endpoints and their types.
#[derive(Clone, Debug)]
pub struct Resource {
    /// File name and Rust module.
    pub name: String,
    /// Spec file.
    pub file: String,
    pub title: String,
    pub doc: Option<String>,
    pub docs: Option<String>,
    /// In the order of the file.
    pub endpoints: Vec<Endpoint>,
    /// Named types by their Rust name, in the order of the file; followed by the shared types that are used, and
    /// those of `returns.fields`.
    pub types: IndexMap<String, TypeDef>,
}
