//! The spec as written: plain types that mirror the YAML, nothing resolved.

mod callbacks;
mod field;
#[cfg(feature = "schema")]
pub(crate) mod json_schema;
pub(crate) mod parse;
pub mod placeholder;
mod product;
mod resource;
mod types;
pub(crate) mod unquoted;

use indexmap::IndexMap;

pub use callbacks::{Callbacks, CallbacksFile, Event, EventHead};
pub use field::Field;
pub use parse::parse;
pub use product::{Common, Defaults, ErrorCode, Product, Rejection, Rejections, ReplyRule, RequestId, Success};
pub use resource::{Endpoint, EndpointHead, Example, Resource, Returns, ReturnsEntry, SharedTypes};
pub use types::{EnumValue, EnumValueEntry, TypeDef, TypeEntry};

/// All products found.
#[derive(Debug, Default)]
pub struct Document {
    /// What holds for every product.
    pub common: Option<CommonFile>,
    /// By file path.
    pub products: Vec<ProductFile>,
}

/// The file above the folders of the products.
#[derive(Debug)]
pub struct CommonFile {
    /// `spec/common.yaml`
    pub path: String,
    /// Its content.
    pub common: Common,
    /// True if parse errors left placeholders; further checks skip it.
    pub recovered: bool,
}

/// One product folder.
#[derive(Debug)]
pub struct ProductFile {
    /// `spec/<product>/product.yaml`
    pub path: String,
    /// Name of the folder.
    pub folder: String,
    /// Its content.
    pub product: Product,
    /// True if parse errors left placeholders; further checks skip it.
    pub recovered: bool,
    /// The other files of the folder.
    pub resources: Vec<ResourceFile>,
    /// `types.yaml`: types that several resources use; a resource without endpoints.
    pub shared: Option<ResourceFile>,
    /// `callbacks.yaml`: what the product sends to the app's server.
    pub callbacks: Option<CallbacksFile>,
}

/// One resource file.
#[derive(Debug)]
pub struct ResourceFile {
    /// `spec/<product>/<resource>.yaml`
    pub path: String,
    /// File name without `.yaml`.
    pub stem: String,
    /// Its head.
    pub resource: Resource,
    /// Its endpoints, in the order of the file.
    pub endpoints: IndexMap<String, Endpoint>,
    /// Its types, in the order of the file.
    pub types: IndexMap<String, TypeDef>,
    /// Whether an endpoint could not be read, so that what it uses is not known.
    pub incomplete: bool,
}
