//! Emits callbacks: one module per product, and the enums of all events.

use proc_macro2::TokenStream;
use quote::quote;

use super::wrap::wrapped;
use super::{Features, Options, docs, fields, header, print, product as product_module, resource, types};
use crate::model::{Api, CallbackResponse, Callbacks, Event, Field, Product, Verification};

/// The enums of events: name, whether their events expect a response, docs.
const ENUMS: [(&str, bool, &str); 2] = [
    (
        "Event",
        false,
        "Something that the platform tells the app's server. `CallbackBody::parse` reads it from the body of a verified \
            POST.",
    ),
    (
        "ThirdPartyEvent",
        true,
        "Something that a user is about to do, which the app's server allows, changes or refuses: a third-party \
            callback. The platform waits for an answer.",
    ),
];

/// Emits the callbacks module of a product as a file.
pub(super) fn file(callbacks: &Callbacks, options: Options<'_>) -> String {
    print::File::default().print(&header(&callbacks.file), content(callbacks, options))
}

/// Emits the callbacks module of a product as an item.
pub(super) fn item(callbacks: &Callbacks, options: Options<'_>) -> TokenStream {
    let content = content(callbacks, options);
    quote!(pub mod callbacks { #content })
}

/// Emits the `#[cfg]` of a module for callbacks; `None` without features.
pub(super) fn gate(options: Options<'_>) -> Option<TokenStream> {
    (options.features == Features::Own).then(|| quote!(#[cfg(feature = "callback")]))
}

/// Emits the content of a callbacks module.
fn content(callbacks: &Callbacks, options: Options<'_>) -> TokenStream {
    let docs = docs::module(&callbacks.title, Some(&doc(callbacks)), Some(&callbacks.docs));
    let head = resource::imports(&callbacks.types, options);
    let response = callbacks.response.as_ref().map(response);
    let events = callbacks.events.iter().map(|event| self::event(event, options));
    let own = callbacks.types.iter().filter(|(_, def)| !def.shared);
    let types = own.map(|(name, def)| types::emit(name, def, options));
    quote!(#docs #head #response #(#events)* #(#types)*)
}

/// Returns the module docs: the doc of the spec file, and how the events are verified.
fn doc(callbacks: &Callbacks) -> String {
    let verified = match callbacks.verification {
        Verification::Checksum => "Verified by `callback::Verifier`.",
        Verification::Sign => "Verified by `callback::SignVerifier`.",
        Verification::None => "Not signed: anybody can send them.",
    };
    match &callbacks.doc {
        Some(doc) => format!("{}\n\n{verified}", doc.trim_end()),
        None => verified.to_owned(),
    }
}

/// Emits the type of an event.
fn event(event: &Event, options: Options<'_>) -> TokenStream {
    let name = fields::ident(&event.rust_name);
    let docs = docs::lines(&docs::event(event));
    let aliases = event.titles_zh.iter().map(|alias| quote!(#[doc(alias = #alias)]));
    let body = types::structure(&event.rust_name, quote!(#docs #(#aliases)*), &event.fields, options);
    let read = types::read(&event.rust_name, &event.fields);
    let (id, key, values, has_keys) = (&event.id, &event.type_key, &event.types, &event.has_keys);
    let required = event.fields.iter().filter(|field| field.required).map(|field| {
        let Field { wire_name, accept, .. } = field;
        quote!(&[#wire_name #(, #accept)*])
    });
    quote! {
        #body
        #read
        impl EventBody for #name {
            const META: &'static EventMeta = &EventMeta {
                name: #id,
                key: #key,
                types: &[#(#values),*],
                has_keys: &[#(#has_keys),*],
                required: &[#(#required),*],
            };
        }
    }
}

/// Emits the functions that create the response to a third-party callback.
fn response(response: &CallbackResponse) -> TokenStream {
    let CallbackResponse { decision, code, changes, extension, .. } = response;
    let literal = proc_macro2::Literal::i32_unsuffixed;
    let (allow, refuse) = (literal(response.allow), literal(response.refuse));
    quote! {
        static RESPONSE: ResponseFormat = ResponseFormat {
            decision: #decision,
            allow: #allow,
            refuse: #refuse,
            code: #code,
            changes: #changes,
            extension: #extension,
        };

        /// Lets the action go on.
        pub fn allow() -> CallbackResponse {
            CallbackResponse::allow(&RESPONSE)
        }

        /// Refuses the action. The code is for the client.
        pub fn refuse(code: i32) -> CallbackResponse {
            CallbackResponse::refuse(&RESPONSE, code)
        }

        /// Lets the action go on with other values: those of the object replace the ones of the event.
        pub fn modify(changes: impl Into<Json>) -> CallbackResponse {
            CallbackResponse::modify(&RESPONSE, changes.into())
        }
    }
}

/// Emits the enums of all events as a file.
pub(super) fn events_file(api: &Api, options: Options<'_>) -> String {
    let mut file = print::File::default();
    let docs = docs::inner("Everything that the platform sends.");
    let imports = imports(options);
    let tables: Vec<_> = enums(api, options).into_iter().map(|text| file.table(text)).collect();
    file.print(&header("spec/"), quote!(#docs #imports #(#tables)*))
}

/// Emits the enums of all events as an item; `None` if there are no events.
pub(super) fn events_item(api: &Api, options: Options<'_>) -> Option<TokenStream> {
    let imports = imports(options);
    let enums = enums(api, options);
    // A macro call that is not valid Rust is left out; then the compiler reports that the enum is missing.
    let tables = enums.iter().map(|text| text.parse::<TokenStream>().unwrap_or_default());
    (!enums.is_empty()).then(|| {
        quote! {
            /// Everything that the platform sends.
            pub mod events { #imports #(#tables)* }
        }
    })
}

/// Emits the imports of the events module.
fn imports(options: Options<'_>) -> TokenStream {
    let runtime = product_module::runtime(options);
    quote!(use #runtime::events;)
}

/// Emits the calls of `events!`, with one line per event: `#[cfg]`, variant name and type.
fn enums(api: &Api, options: Options<'_>) -> Vec<String> {
    ENUMS
        .iter()
        .filter_map(|(name, answered, doc)| {
            let lines: String = api
                .products
                .iter()
                .filter_map(|product| Some((product, product.callbacks.as_ref()?)))
                .flat_map(|(product, callbacks)| callbacks.events.iter().map(move |event| (product, event)))
                .filter(|(_, event)| event.expects_response == *answered)
                .map(|(product, event)| variant(product, event, options))
                .collect();
            let docs: String = wrapped(doc).lines().map(|line| format!("    /// {line}\n")).collect();
            (!lines.is_empty()).then(|| format!("events! {{\n{docs}    pub enum {name} {{\n{lines}    }}\n}}"))
        })
        .collect()
}

/// Returns the line of an event in the call of `events!`.
fn variant(product: &Product, event: &Event, options: Options<'_>) -> String {
    let gate = match options.features {
        Features::Own => format!("        #[cfg(feature = {:?})]\n", product.name),
        Features::None => String::new(),
    };
    let title = event.title.trim_end_matches('.');
    format!(
        "        /// {title}.\n{gate}        {}(super::{}::callbacks::{}),\n",
        event.variant,
        fields::ident(&product.name),
        fields::ident(&event.rust_name)
    )
}
