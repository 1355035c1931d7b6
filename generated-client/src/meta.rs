//! Descriptions of products and endpoints: those of generated code, and those that a program makes at run time.

pub use crate::wire::codes::{CodeInfo, CodeKind};
pub use crate::wire::endpoint_meta::{
    Body, EndpointMeta, Hosts, HttpSuccess, Method, Payload, Per, ProductMeta, Rate, ReplyRule, RequestIdRule, Retry,
    Signing,
};
pub use crate::wire::owned_meta::{
    OwnedCodeInfo, OwnedEndpointMeta, OwnedHosts, OwnedProductMeta, OwnedReplyRule, ProductSource,
};
