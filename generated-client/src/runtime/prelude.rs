//! All that a generated module imports.

pub use std::collections::BTreeMap;
pub use std::time::Duration;

pub use super::base64_text::Base64;
pub use super::codes::Codes;
pub use super::collect;
pub use super::encoder::Encoder;
pub use super::endpoint::Endpoint;
pub use super::endpoint_meta::{
    Body, EndpointMeta, Hosts, HttpSuccess, Method, Payload, Per, Product, ReplyRule, RequestIdRule, Retry, Signing,
};
pub use super::file::File;
pub use super::java_list::JavaList;
pub use super::json::Json;
pub use super::json_writer::{JsonWriter, Members, Object};
pub use super::limit::Limit;
pub use super::nullable::Nullable;
pub use super::pages::{self, Paged};
pub use super::parameter_rules::Condition;
pub use super::pattern::Pattern;
pub use super::reader::{FieldVisitor, Fields};
pub use super::secret::Secret;
pub use super::text::Text;
pub use super::time::{Hours, Millis, Seconds, UnixMillis, UnixSeconds};
pub use super::wire::{Bit, Comma, JsonText, Quoted, ToWire};
pub use crate::{object, open_enum, request};
