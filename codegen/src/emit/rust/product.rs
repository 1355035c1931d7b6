//! The module of a product, and the index of all.

use proc_macro2::{Ident, Literal, TokenStream};
use quote::quote;

use super::{Options, callbacks, docs, each, fields, header, print, resource};
use crate::model::{Api, Encoding, ErrorCode, HttpSuccess, Product, Signing};

pub(super) fn index(api: &Api) -> String {
    let modules = each(api, |product| {
        let name = fields::ident(&product.name);
        let feature = &product.name;
        quote!(#[cfg(feature = #feature)] pub mod #name;)
    });
    let events = quote!(
        #[cfg(feature = "callback")]
        pub mod events;
    );
    print::File::default().print(&header("spec/"), quote!(#events #(#modules)*))
}

/// As a file of its own, with the resources in files beside it.
pub(super) fn file(product: &Product, options: Options<'_>) -> String {
    let resources = product.resources.iter().map(|resource| {
        let name = fields::ident(&resource.name);
        let lint = inception(product, &resource.name);
        quote!(#lint pub mod #name;)
    });
    let shared = product.shared.as_ref().map(|_| {
        quote!(
            pub mod types;
        )
    });
    let callbacks = product.callbacks.as_ref().map(|_| {
        let gate = callbacks::gate(options);
        quote!(#gate pub mod callbacks;)
    });
    let resources = resources.chain(shared).chain(callbacks);
    let mut file = print::File::default();
    let table = file.table(table(product));
    file.print(&header(&product.file), content(product, options, resources.collect(), table))
}

/// As an item, with the resources in it.
pub(super) fn item(product: &Product, options: Options<'_>) -> TokenStream {
    let name = fields::ident(&product.name);
    let resources = product.resources.iter().map(|resource| {
        let lint = inception(product, &resource.name);
        let item = resource::item(product, resource, options);
        quote!(#lint #item)
    });
    let shared = product.shared.as_ref().map(|shared| resource::shared_item(shared, options));
    let callbacks = product.callbacks.as_ref().map(|callbacks| callbacks::item(callbacks, options));
    let resources = resources.chain(shared).chain(callbacks);
    // A table that is no Rust is left out, and the compiler misses it.
    let table = table(product).parse().unwrap_or_default();
    let content = content(product, options, resources.collect(), table);
    quote!(pub mod #name { #content })
}

/// A resource may be called as its product is.
fn inception(product: &Product, resource: &str) -> Option<TokenStream> {
    (product.name == resource)
        .then(|| quote!(#[allow(clippy::module_inception, reason = "product and resource have the same name")]))
}

fn content(product: &Product, options: Options<'_>, resources: TokenStream, table: TokenStream) -> TokenStream {
    let docs = docs::product(product);
    let prelude = prelude(options);
    let (constant, codes) = (constant(product), error_codes(product));
    quote!(#docs #prelude #resources #constant #codes #table)
}

/// Imports everything that generated code names.
pub(super) fn prelude(options: Options<'_>) -> TokenStream {
    let runtime = runtime(options);
    quote!(use #runtime::*;)
}

/// Path of the runtime module.
pub(super) fn runtime(options: Options<'_>) -> Option<syn::Path> {
    syn::parse_str(options.runtime).ok()
}

fn constant(product: &Product) -> TokenStream {
    let (name, title, base_path) = (&product.name, &product.title, &product.base_path);
    let hosts = product.hosts.iter().map(|(region, urls)| quote!(Hosts { region: #region, urls: &[#(#urls),*] }));
    let health = match &product.health {
        Some(path) => quote!(Some(#path)),
        None => quote!(None),
    };
    let signing = match product.signing {
        Signing::Checksum => quote!(CheckSum),
        Signing::AppKey => quote!(AppKey),
        Signing::None => quote!(None),
    };
    let body = match product.encoding {
        Encoding::Form => quote!(Form),
        Encoding::Json => quote!(Json),
        Encoding::Query => quote!(None),
        Encoding::Multipart => quote!(Multipart),
    };
    let header = &product.request_id_header;
    let dedup = match product.dedup {
        Some(span) => {
            let seconds = Literal::u64_unsuffixed(span.as_secs());
            quote!(Some(Duration::from_secs(#seconds)))
        }
        None => quote!(None),
    };
    let reply = &product.reply;
    let http = match reply.http {
        HttpSuccess::Status(status) => {
            let status = Literal::u16_unsuffixed(status);
            quote!(HttpSuccess::Status(#status))
        }
        HttpSuccess::Any2xx => quote!(HttpSuccess::Any2xx),
    };
    let codes = reply.codes.iter().map(|code| Literal::i64_unsuffixed(*code));
    let (code_key, absent, messages, ids) =
        (&reply.code_key, reply.code_may_be_absent, &reply.message_keys, &reply.request_id_keys);
    quote! {
        /// What the endpoints of this product have in common.
        pub static PRODUCT: Product = Product {
            name: #name,
            title: #title,
            hosts: &[#(#hosts),*],
            base_path: #base_path,
            health: #health,
            signing: Signing::#signing,
            body: Body::#body,
            request_id: RequestIdRule { header: #header, dedup: #dedup },
            reply: ReplyRule {
                http: #http,
                code_key: #code_key,
                codes: &[#(#codes),*],
                code_may_be_absent: #absent,
                message_keys: &[#(#messages),*],
                request_id_keys: &[#(#ids),*],
            },
            errors: CODES,
        };
    }
}

/// The enum of a product's codes.
fn error_codes(product: &Product) -> TokenStream {
    let variants = product.errors.iter().map(|error| {
        let (doc, variant) = (docs::lines(&format!("{}: {}", error.code, line(&error.meaning))), ident(error));
        quote!(#doc #variant)
    });
    let values = product.errors.iter().map(|error| {
        let (code, variant) = (Literal::i64_unsuffixed(error.code), ident(error));
        quote!(#variant = #code)
    });
    quote! {
        /// Codes that this product is known to answer with.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum ErrorCode {
            #(#variants,)*
            /// A code that this version does not list.
            Unlisted(i64),
        }
        open_enum!(ErrorCode, i64, #(#values),*);
        impl From<ErrorCode> for i64 {
            #[inline]
            fn from(code: ErrorCode) -> Self {
                code.raw()
            }
        }
    }
}

fn ident(error: &ErrorCode) -> Ident {
    fields::ident(&error.variant)
}

/// The facts about each code: number, name, kind, HTTP status, meaning, words of a clock refusal and, marked, of another region.
fn table(product: &Product) -> String {
    let lines: String = product
        .errors
        .iter()
        .map(|error| {
            let ErrorCode { code, name, meaning, kind, http, clock_words, region_words, .. } = error;
            let marked = |mark, words: &[String]| -> String {
                words.iter().map(|word| format!("\t{mark}{}", line(word))).collect()
            };
            let words = marked("", clock_words) + &marked("region:", region_words);
            let facts = format!("{code}\t{name}\t{kind:?}\t{http}\t{}{words}\n", line(meaning));
            // As in a literal, without its quotes.
            format!("    {}\\\n", format!("{facts:?}").trim_matches('"'))
        })
        .collect();
    format!("static CODES: Codes = Codes::new(\n    \"\\\n{lines}    \",\n);")
}

/// Text on one line and without tabs, which are between the columns of the table.
fn line(text: &str) -> String {
    text.trim().replace(['\t', '\n'], " ")
}
