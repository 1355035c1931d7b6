//! The spec as written: plain types that mirror the YAML, nothing resolved.

mod callbacks;
mod dependence;
mod field;
mod one_or_many;
mod product;
mod resource;
mod span;
mod types;

use indexmap::IndexMap;

pub use callbacks::{CallbackResponse, Callbacks, CallbacksFile, Event, EventHead, Expects, Verification};
pub use dependence::{Apart, Condition};
pub use field::{Field, Place, Range, Wire};
use one_or_many::one_or_many;
pub use product::{
    CodeKind, Common, Defaults, ErrorCode, HttpSuccess, Product, Rejection, Rejections, ReplyRule, RequestId, Success,
    SuccessCode,
};
pub use resource::{
    Completeness, Encoding, Endpoint, EndpointHead, Example, Groups, Method, Pages, Resource, RetryKind, Returns,
    ReturnsEntry, SharedTypes, Signing,
};
pub use span::Span;
pub use types::{EnumRepr, EnumValue, EnumValueEntry, RawValue, TypeDef, TypeEntry};

/// All products found.
#[derive(Debug, Default)]
pub struct Spec {
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
