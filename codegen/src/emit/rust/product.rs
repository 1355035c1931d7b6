//! Emits the module of a product, and the module that declares all products.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::{Options, callbacks, docs, each, fields, header, print, resource};
use crate::model::{Api, Encoding, ErrorCode, HttpSuccess, Product, Signing};

/// Emits the module that declares the modules of all products.
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

/// Emits the module of a product as a file, which declares the resources as modules in other files.
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
    let codes = file.table(error_codes(product));
    file.print(&header(&product.file), content(product, options, resources.collect(), codes))
}

/// Emits the module of a product as an item, with the resources inside.
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
    // A macro call that is not valid Rust is left out; then the compiler reports that `ErrorCode` is missing.
    let codes = error_codes(product).parse().unwrap_or_default();
    let content = content(product, options, resources.collect(), codes);
    quote!(pub mod #name { #content })
}

/// Emits `#[allow(clippy::module_inception)]` for a resource with the name of its product.
fn inception(product: &Product, resource: &str) -> Option<TokenStream> {
    (product.name == resource)
        .then(|| quote!(#[allow(clippy::module_inception, reason = "product and resource have the same name")]))
}

/// Emits the content of a product's module.
fn content(product: &Product, options: Options<'_>, resources: TokenStream, codes: TokenStream) -> TokenStream {
    let docs = docs::product(product);
    let prelude = prelude(options);
    let constant = constant(product);
    quote!(#docs #prelude #resources #constant #codes)
}

/// Emits the import of all names that generated code uses.
pub(super) fn prelude(options: Options<'_>) -> TokenStream {
    let runtime = runtime(options);
    quote!(use #runtime::prelude::*;)
}

/// Returns the path of the runtime module.
pub(super) fn runtime(options: Options<'_>) -> Option<syn::Path> {
    syn::parse_str(options.runtime).ok()
}

/// Emits the constant `PRODUCT`.
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
        pub static PRODUCT: ProductMeta<'static> = ProductMeta {
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
            errors: ErrorCode::LISTED,
        };
    }
}

/// Maximum width of a line of generated code.
const WIDTH: usize = 120;

/// Returns the call of `error_codes!`. It is formatted here, because no formatter formats the input of a macro.
fn error_codes(product: &Product) -> String {
    let codes: String = product.errors.iter().map(error_code).collect();
    format!(
        "error_codes! {{\n    /// Codes that this product is known to answer with.\n    \
         pub enum ErrorCode: PRODUCT {{\n{codes}    }}\n}}"
    )
}

/// Returns `/// Meaning.` and `BadParameter = 414, "bad_parameter", Permanent, clock_words: ["CurTime"];`.
fn error_code(error: &ErrorCode) -> String {
    let ErrorCode { code, name, variant, meaning, kind, http, clock_words, region_words } = error;
    let docs: String = doc_lines(meaning, "        /// ").collect();
    let words = |key: &str, words: &[String]| (!words.is_empty()).then(|| format!("{key}: {words:?}"));
    let options = [
        (*http != 200).then(|| format!("http: {http}")),
        words("clock_words", clock_words),
        words("region_words", region_words),
    ];
    let options: Vec<_> = options.into_iter().flatten().collect();
    let head = format!("        {} = {code}, {name:?}, {kind:?}", fields::ident(variant));
    let line = [vec![head.clone()], options.clone()].concat().join(", ");
    if line.len() < WIDTH {
        return format!("{docs}{line};\n");
    }
    let options: Vec<_> = options.iter().map(|option| format!("            {option}")).collect();
    format!("{docs}{head},\n{};\n", options.join(",\n"))
}

/// Wraps text into the lines of a doc comment, each with this prefix.
fn doc_lines(text: &str, prefix: &str) -> impl Iterator<Item = String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if prefix.chars().count() + line.chars().count() + 1 + word.chars().count() <= WIDTH => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines.into_iter().map(move |line| format!("{prefix}{line}\n"))
}
