//! Expands a macro call into the generated modules.

use proc_macro2::TokenStream;
use quote::quote;
use yunxin_codegen::compile;
use yunxin_codegen::emit::rust;
use yunxin_codegen::emit::rust::{Examples, Features, Options, Serde};

use crate::arguments::Arguments;
use crate::specs::Specs;

/// Generates the modules of the specs at the path in the arguments. The error contains all mistakes in the specs.
pub(crate) fn expand(arguments: &Arguments) -> syn::Result<TokenStream> {
    let at_path = |text: String| syn::Error::new(arguments.path.span(), text);
    let specs = Specs::read(&arguments.path.value()).map_err(at_path)?;
    let compiled = compile(&specs.sources).map_err(|diagnostics| {
        let texts = diagnostics.render_errors(&specs.sources);
        let errors = texts.into_iter().map(|text| at_path(without_error_prefix(&text)));
        let all = errors.reduce(|mut all, error| {
            all.combine(error);
            all
        });
        all.unwrap_or_else(|| at_path("the specs cannot be compiled".to_owned()))
    })?;
    let options = Options {
        features: Features::None,
        runtime: &format!("{}::__private", arguments.krate),
        examples: Examples::Shown,
        serde: if arguments.serde { Serde::On } else { Serde::Off },
    };
    let modules = rust::tokens(&compiled.api, options);
    let tracked_files = track_files(&specs);
    Ok(quote!(#modules #tracked_files))
}

/// Removes the prefix "error" from the text, because the compiler writes it before the text.
fn without_error_prefix(rendered: &str) -> String {
    match rendered.strip_prefix("error[").and_then(|rest| rest.split_once("]: ")) {
        Some((code, rest)) => format!("[{code}] {rest}"),
        None => rendered.to_owned(),
    }
}

/// Generates constants that include the spec files, so that cargo rebuilds the crate when one changes.
fn track_files(specs: &Specs) -> TokenStream {
    specs
        .paths()
        .map(|path| {
            quote!(
                const _: &[u8] = ::core::include_bytes!(#path);
            )
        })
        .collect()
}
