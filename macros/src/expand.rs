//! Turns the arguments into items.

use proc_macro2::TokenStream;
use quote::quote;
use yunxin_codegen::compile;
use yunxin_codegen::emit::rust;
use yunxin_codegen::emit::rust::{Examples, Features, Options, Serde};

use crate::arguments::Arguments;
use crate::specs::Specs;

/// Generates the modules of the specs that the arguments name. The error has all mistakes of the specs.
pub(crate) fn expand(arguments: &Arguments) -> syn::Result<TokenStream> {
    let at_path = |text: String| syn::Error::new(arguments.path.span(), text);
    let specs = Specs::read(&arguments.path.value()).map_err(at_path)?;
    let compiled = compile(&specs.sources).map_err(|found| {
        let errors = found.render_errors(&specs.sources).into_iter().map(|text| at_path(headed(&text)));
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
    let tracked = tracked(&specs);
    Ok(quote!(#modules #tracked))
}

/// Removes the word "error" from the text: the compiler writes it before the text.
fn headed(rendered: &str) -> String {
    match rendered.strip_prefix("error[").and_then(|rest| rest.split_once("]: ")) {
        Some((code, rest)) => format!("[{code}] {rest}"),
        None => rendered.to_owned(),
    }
}

/// Constants that include the spec files, so that cargo rebuilds the crate when one changes.
fn tracked(specs: &Specs) -> TokenStream {
    specs
        .paths()
        .map(|path| {
            quote!(
                const _: &[u8] = ::core::include_bytes!(#path);
            )
        })
        .collect()
}
