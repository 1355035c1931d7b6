//! The macro `yunxin::spec!`. Use it through the feature `macros` of the crate `yunxin`, not from this crate.
//!
//! This crate parses the arguments and reads the specs. Everything else is done by [`yunxin_codegen`], which also
//! generates the modules of the crate `yunxin` itself.

mod arguments;
mod expand;
mod specs;

use proc_macro::TokenStream;
use syn::parse_macro_input;

/// Compiles endpoint specs of your own into modules of your crate.
///
/// The crate `yunxin` has the public endpoints. A private endpoint, for example of your own gateway, that is described
/// in the same YAML has the same features: typed requests, checked limits, signed calls, one error type.
///
/// ```toml
/// [dependencies]
/// yunxin = { path = "../yunxin/generated-client", features = ["macros"] }
/// ```
///
/// ```ignore
/// // specs/shop/product.yaml describes the product: its hosts, and how its replies are classified.
/// // specs/shop/order.yaml describes its endpoints.
/// yunxin::spec!("specs/shop");
///
/// use yunxin::{Client, Endpoint as _};
///
/// async fn buy(client: &Client) -> yunxin::Result<i64> {
///     let order = shop::order::Place::new("alice", 2).gift(true).send(client).await?;
///     Ok(order.id)
/// }
/// ```
///
/// `spec/README.md` in the repository is the manual of the spec language; `examples/private-endpoints` is a complete
/// crate.
///
/// # Arguments
/// - The path, a string literal, relative to the folder of your crate's `Cargo.toml`. It is the folder of a product,
///   with `product.yaml` and one `<resource>.yaml` per resource. Or it is one resource file beside its `product.yaml`;
///   then only this resource is compiled.
/// - `serde`: implements `Serialize` and `Deserialize` for requests and replies. This needs the feature `serde` of the
///   crate `yunxin`.
/// - `crate = path`: the path of the crate `yunxin`, if it has another name in your crate:
///   `spec!("specs/shop", crate = netease)`, or `crate = crate::deps::yunxin` for a re-export.
///
/// # Expansion
/// `pub mod <product>` with `PRODUCT` (hosts and rules, for `ClientBuilder::product_hosts`), `ErrorCode` (the codes of
/// the product) and one `pub mod <resource>` per resource, with one type per request. To make it private, put the macro
/// call into a module.
///
/// # Errors in a spec
/// Each mistake is a compile error at the macro call. It shows file, line and column of the YAML, and how to fix it.
///
/// # Rebuilds
/// The crate is rebuilt if a spec file that was compiled changes or is removed. Cargo does not notice a file that is
/// *added* to a folder, because a macro cannot declare this on stable Rust. Touch one of the files, or write a
/// `build.rs` with this line in `main`:
///
/// ```
/// println!("cargo::rerun-if-changed=specs");
/// ```
#[proc_macro]
pub fn spec(input: TokenStream) -> TokenStream {
    let arguments = parse_macro_input!(input as arguments::Arguments);
    expand::expand(&arguments).unwrap_or_else(syn::Error::into_compile_error).into()
}
