//! Home of `yunxin::spec!`. It is used through the feature `macros` of the crate `yunxin`, not from here.
//!
//! Nothing about endpoints is known here: arguments are taken apart, the specs are read, and everything else is
//! [`yunxin_codegen`], which also makes the modules of the crate `yunxin` itself.

mod arguments;
mod expand;
mod specs;

use proc_macro::TokenStream;
use syn::parse_macro_input;

/// Compiles endpoint specs of your own into modules of your crate.
///
/// The crate `yunxin` knows the public endpoints. A private one, of your own gateway or of a feature that was opened
/// for you alone, you describe in YAML as its maintainers do, and get the same: typed requests, checked limits, signed
/// calls, one error type.
///
/// ```toml
/// [dependencies]
/// yunxin = { version = "0.1", features = ["macros"] }
/// ```
///
/// ```ignore
/// // specs/shop/product.yaml says where the product is and how it answers,
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
/// [The spec language](https://github.com/yunxin-rs/yunxin/blob/main/spec/README.md) can be read in ten minutes;
/// `examples/private-endpoints` in the same repository is a complete program.
///
/// # Arguments
/// - The path, as a string literal: of a product's folder (`product.yaml` and a `<resource>.yaml` for each resource), or
///   of one resource file with a `product.yaml` in the same folder; then only this resource is compiled. It is relative
///   to the folder of your crate's `Cargo.toml`.
/// - `serde`: requests and replies can be serialized and deserialized. The crate `yunxin` needs its feature `serde`.
/// - `crate = path`: where the crate `yunxin` is, if your crate knows it under another name:
///   `spec!("specs/shop", crate = netease)`, or `crate = crate::deps::yunxin` for a re-export.
///
/// # Output
/// `pub mod <product>` with `PRODUCT` (hosts and rules, for `ClientBuilder::product_hosts`), `ErrorCode` (the codes of
/// the product) and one `pub mod <resource>` for each resource, with a type for each request. To have it private, call
/// the macro inside a module.
///
/// # When a spec is wrong
/// Each mistake is an error of your compiler, at the macro call: file, line and column of the YAML, what is wrong with
/// it and what would be right.
///
/// # When the crate is rebuilt
/// When a spec file that was compiled changes or is removed. Cargo is not told of a file that is *added* to a folder,
/// because stable Rust has no way for it; touch any of the files, or have a `build.rs` with one line in its `main`:
///
/// ```
/// println!("cargo::rerun-if-changed=specs");
/// ```
#[proc_macro]
pub fn spec(input: TokenStream) -> TokenStream {
    let arguments = parse_macro_input!(input as arguments::Arguments);
    expand::expand(&arguments).unwrap_or_else(syn::Error::into_compile_error).into()
}
