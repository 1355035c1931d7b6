//! Encodes requests, decodes replies, and describes endpoints and products.
//!
//! An endpoint is described by its [`EndpointMeta`](endpoint_meta::EndpointMeta), encodes its parameters with an
//! [`Encoder`](encoder::Encoder), and decodes its reply with a [`Reader`](reader::Reader). Nothing here sends anything.

pub(crate) mod base64_text;
pub(crate) mod codes;
pub(crate) mod encode_error;
pub(crate) mod encoder;
pub(crate) mod endpoint_meta;
pub(crate) mod file;
pub(crate) mod from_wire;
pub(crate) mod integer;
pub(crate) mod java_list;
pub(crate) mod json;
pub(crate) mod json_writer;
pub(crate) mod keys;
pub(crate) mod lexer;
pub(crate) mod limit;
mod multipart;
pub(crate) mod nullable;
pub(crate) mod owned_meta;
pub(crate) mod parameter_rules;
pub(crate) mod pattern;
pub(crate) mod reader;
pub(crate) mod request_id;
mod secret;
pub(crate) mod text;
pub(crate) mod time;
pub(crate) mod to_wire;
