//! All names that generated code imports.

pub use std::collections::BTreeMap;
pub use std::time::Duration;

#[cfg(feature = "serde")]
pub use serde;

#[cfg(feature = "callback")]
pub use crate::__events as events;
pub use crate::base::secret::Secret;
#[cfg(feature = "callback")]
pub use crate::callback::events::{EventBody, EventKind, EventMeta, ParsedEvent, parse_event, read_event};
#[cfg(feature = "callback")]
pub use crate::callback::response::{CallbackResponse, ResponseFormat};
pub use crate::client::endpoint::Endpoint;
pub use crate::client::pages::Paged;
pub use crate::wire::base64_text::Base64;
pub use crate::wire::codes::{ApiCode, CodeInfo, CodeKind};
pub use crate::wire::encoder::Encoder;
pub use crate::wire::endpoint_meta::{
    Body, EndpointMeta, Hosts, HttpSuccess, Method, Payload, Per, ProductMeta, ReplyRule, RequestIdRule, Retry, Signing,
};
pub use crate::wire::file::File;
pub use crate::wire::from_wire::{Found, FromWire, read_as};
pub use crate::wire::java_list::JavaList;
pub use crate::wire::json::Json;
pub use crate::wire::json_writer::{JsonWriter, Members, Object};
pub use crate::wire::limit::{Limit, Measure};
pub use crate::wire::nullable::Nullable;
pub use crate::wire::parameter_rules::Condition;
pub use crate::wire::pattern::Pattern;
pub use crate::wire::reader::{DecodeError, FieldVisitor, Fields, Reader};
pub use crate::wire::text::Text;
pub use crate::wire::time::{Hours, Millis, Seconds, UnixMillis, UnixSeconds};
pub use crate::wire::to_wire::{Bit, Comma, JsonText, Quoted, ToWire};
/// Functions that move a request to the next page of a list.
pub mod pages {
    pub use crate::client::pages::{add, is_full, set_cursor};
}

pub use crate::{__error_codes as error_codes, __open_enum as open_enum};
