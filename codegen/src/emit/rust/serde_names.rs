//! Emits serde attributes, so that serialized values have their wire names.

use proc_macro2::TokenStream;
use quote::quote;

use super::{Options, Serde};
use crate::model::Field;

/// Serde attributes of a struct and of its fields.
pub(super) struct SerdeNames<'a> {
    options: Options<'a>,
    /// The `rename_all` rule that most fields follow; `None` if none is needed.
    rename_all: Option<&'static str>,
}

impl<'a> SerdeNames<'a> {
    pub(super) fn new(fields: &[Field], options: Options<'a>) -> Self {
        let fitting =
            |rule: fn(&str) -> String| fields.iter().filter(|field| rule(&field.rust_name) == field.wire_name).count();
        let camel_fits = fitting(camel_case);
        Self { options, rename_all: (camel_fits > fitting(str::to_owned)).then_some("camelCase") }
    }

    /// Emits the attributes of a request type.
    pub(super) fn request(&self) -> TokenStream {
        self.derive(None)
    }

    /// Emits the attributes of a type in requests and replies.
    pub(super) fn object(&self) -> TokenStream {
        self.derive(Some(quote!(default)))
    }

    /// Emits the `derive` of serde's traits with the attributes of the struct.
    fn derive(&self, default: Option<TokenStream>) -> TokenStream {
        let rename_all = self.rename_all.map(|rule| quote!(rename_all = #rule));
        let rules = |first: Option<TokenStream>| -> Vec<_> {
            first.into_iter().chain(default.clone()).chain(rename_all.clone()).collect()
        };
        match self.options.serde {
            Serde::Off => TokenStream::new(),
            Serde::Feature => {
                let rules = rules(None);
                let rules = (!rules.is_empty()).then(|| quote!(, serde(#(#rules),*)));
                quote!(#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize) #rules)])
            }
            Serde::On => {
                let krate = format!("{}::serde", self.options.runtime);
                let path = syn::parse_str::<syn::Path>(&krate).ok();
                let rules = rules(Some(quote!(crate = #krate)));
                quote!(#[derive(#path::Serialize, #path::Deserialize)] #[serde(#(#rules),*)])
            }
        }
    }

    /// Emits the attribute of a field that does not follow the rule of its struct.
    pub(super) fn field(&self, field: &Field) -> Option<TokenStream> {
        let ruled = if self.rename_all.is_some() { camel_case(&field.rust_name) } else { field.rust_name.clone() };
        let wire_name = &field.wire_name;
        let rule = (ruled != *wire_name).then(|| quote!(serde(rename = #wire_name)))?;
        match self.options.serde {
            Serde::Off => None,
            Serde::Feature => Some(quote!(#[cfg_attr(feature = "serde", #rule)])),
            Serde::On => Some(quote!(#[#rule])),
        }
    }
}

/// Converts a name to camel case, like serde's `rename_all = "camelCase"`.
fn camel_case(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    let mut upper = false;
    for letter in name.chars() {
        if letter == '_' {
            upper = true;
        } else {
            out.push(if std::mem::take(&mut upper) { letter.to_ascii_uppercase() } else { letter });
        }
    }
    out
}
