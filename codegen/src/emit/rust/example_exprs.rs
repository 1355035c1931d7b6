//! Emits example values as Rust expressions.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::{fields, print};
use crate::model::{Endpoint, Field, Product, RawValue, Resource, Returns, Scalar, Type, TypeDef, TypeKind, Value};

/// Paths by which an example refers to types and macros.
#[derive(Clone, Copy)]
pub(super) struct Names<'a> {
    pub(super) resource: &'a Resource,
    /// The crate with `File` and `json!`.
    pub(super) krate: &'a str,
}

/// Emits the request of an example: `user::Create::new("alice").name("Alice")`.
pub(super) fn request(endpoint: &Endpoint, names: Names<'_>) -> TokenStream {
    let value_of = |param: &Field| {
        let given = endpoint.example.request.get(&param.wire_name)?;
        Some(value(&param.ty, given, names))
    };
    request_of(endpoint, names, value_of)
}

/// Emits the request of an example for docs. Arguments of `new` that could be confused with their neighbours are named
/// variables. Returns the statements that define the variables, and the request.
fn request_with_variables(endpoint: &Endpoint, names: Names<'_>) -> (TokenStream, TokenStream) {
    let named = easily_swapped(&endpoint.params);
    let statements = endpoint.params.iter().filter(|param| named.contains(&&*param.wire_name)).filter_map(|param| {
        let (variable, given) = (fields::ident(&param.rust_name), endpoint.example.request.get(&param.wire_name)?);
        let value = value(&param.ty, given, names);
        Some(quote!(let #variable = #value;))
    });
    let statements = statements.collect();
    let value_of = |param: &Field| {
        let given = endpoint.example.request.get(&param.wire_name)?;
        if !named.contains(&&*param.wire_name) {
            return Some(value(&param.ty, given, names));
        }
        let variable = fields::ident(&param.rust_name);
        Some(quote!(#variable))
    };
    (statements, request_of(endpoint, names, value_of))
}

/// Returns the wire names of required parameters whose neighbour has the same type of argument.
fn easily_swapped(params: &[Field]) -> Vec<&str> {
    let required: Vec<&Field> = params.iter().filter(|param| param.required).collect();
    let mut named = Vec::new();
    for pair in required.windows(2) {
        let [one, other] = pair else { continue };
        if argument_kind(one) == argument_kind(other) {
            named.extend([&*one.wire_name, &*other.wire_name]);
        }
    }
    named
}

/// Returns a key that is equal for fields that accept the same arguments: text is accepted for secrets and ids alike.
fn argument_kind(field: &Field) -> String {
    match &field.ty {
        Type::Scalar(scalar) if scalar.is_text() => "text".to_owned(),
        ty => fields::argument_type(ty, field.secret).to_string(),
    }
}

/// Emits the request of an endpoint with these values.
fn request_of(endpoint: &Endpoint, names: Names<'_>, value_of: impl Fn(&Field) -> Option<TokenStream>) -> TokenStream {
    let module = fields::ident(&names.resource.name);
    let name = fields::ident(&endpoint.rust_name);
    let calls = build(&endpoint.params, value_of);
    quote!(#module::#name #calls)
}

/// Emits `::new(required).optional(value)`.
fn build(all: &[Field], value_of: impl Fn(&Field) -> Option<TokenStream>) -> TokenStream {
    let required = all.iter().filter(|field| field.required).filter_map(&value_of);
    let optional = all.iter().filter(|field| !field.required).filter_map(|field| {
        let (setter, value) = (fields::ident(&field.rust_name), value_of(field)?);
        Some(quote!(.#setter(#value)))
    });
    quote!(::new(#(#required),*) #(#optional)*)
}

/// Emits an argument, which a setter converts into its own type.
fn value(ty: &Type, given: &Value, names: Names<'_>) -> TokenStream {
    match ty {
        Type::Scalar(scalar) => scalar_value(*scalar, given, names),
        Type::List(inner) => {
            let items: Vec<_> =
                given.as_sequence().into_iter().flatten().map(|item| element(inner, item, names)).collect();
            if items.is_empty() {
                return empty_list(inner, names);
            }
            quote!([#(#items),*])
        }
        Type::Map(inner) => {
            let entries = given.as_mapping().into_iter().flatten().map(|(key, item)| {
                let key = key.as_str().unwrap_or_default();
                let item = element(inner, item, names);
                quote!((#key, #item))
            });
            quote!([#(#entries),*])
        }
        Type::Object(name) => object(name, given, names),
        Type::Enum(name) => enumeration(name, given, names),
    }
}

/// Emits an element of an argument. Setters convert one level only, so the elements of a list in a list must have their
/// exact type.
fn element(ty: &Type, given: &Value, names: Names<'_>) -> TokenStream {
    if matches!(ty, Type::List(_) | Type::Map(_)) { exact(ty, given, names) } else { value(ty, given, names) }
}

/// Emits a value of exactly its type.
fn exact(ty: &Type, given: &Value, names: Names<'_>) -> TokenStream {
    match ty {
        Type::List(inner) => {
            let items = given.as_sequence().into_iter().flatten().map(|item| exact(inner, item, names));
            quote!(vec![#(#items),*])
        }
        Type::Map(inner) => {
            let entries = given.as_mapping().into_iter().flatten().map(|(key, item)| {
                let key = key.as_str().unwrap_or_default();
                let item = exact(inner, item, names);
                quote!((#key.into(), #item))
            });
            quote!([#(#entries),*].into())
        }
        Type::Object(_) => value(ty, given, names),
        Type::Scalar(Scalar::Bool | Scalar::I32 | Scalar::I64 | Scalar::U64 | Scalar::F64) => value(ty, given, names),
        Type::Scalar(_) | Type::Enum(_) => {
            let value = value(ty, given, names);
            quote!(#value.into())
        }
    }
}

/// Emits an empty list with an explicit element type, because it cannot be inferred.
fn empty_list(inner: &Type, names: Names<'_>) -> TokenStream {
    let krate = syn::parse_str::<syn::Path>(names.krate).ok();
    let own = fields::rust_type(inner, false);
    match inner {
        Type::Object(_) | Type::Enum(_) => {
            let module = fields::ident(&names.resource.name);
            quote!(Vec::<#module::#own>::new())
        }
        Type::List(_) | Type::Map(_) => quote!([]),
        Type::Scalar(scalar)
            if scalar.is_text() || matches!(own.to_string().as_str(), "bool" | "i32" | "i64" | "u64" | "f64") =>
        {
            quote!(Vec::<#own>::new())
        }
        Type::Scalar(_) => quote!(Vec::<#krate::__private::#own>::new()),
    }
}

/// Emits a value of a built-in type.
fn scalar_value(scalar: Scalar, given: &Value, names: Names<'_>) -> TokenStream {
    let text = given.as_str().unwrap_or_default();
    match scalar {
        Scalar::String | Scalar::Id => quote!(#text),
        Scalar::Bool => {
            let flag = given.as_bool().unwrap_or_default();
            quote!(#flag)
        }
        Scalar::F64 => {
            let number = Literal::f64_unsuffixed(given.as_f64().unwrap_or_default());
            quote!(#number)
        }
        Scalar::Json => json(given, names),
        Scalar::Base64 => bytes(text),
        Scalar::File => {
            let krate = syn::parse_str::<syn::Path>(names.krate).ok();
            quote!(#krate::File::new("example.txt", #text))
        }
        _ => match (given.as_i64(), given.as_u64()) {
            (Some(number), _) => {
                let number = Literal::i64_unsuffixed(number);
                quote!(#number)
            }
            (None, number) => {
                let number = Literal::u64_unsuffixed(number.unwrap_or_default());
                quote!(#number)
            }
        },
    }
}

/// Emits the decoded bytes of the base64 text of an example.
fn bytes(text: &str) -> TokenStream {
    use base64::Engine as _;
    let bytes = base64::engine::general_purpose::STANDARD.decode(text).unwrap_or_default();
    match std::str::from_utf8(&bytes) {
        Ok(text) => quote!(#text),
        Err(_) => quote!([#(#bytes),*]),
    }
}

/// Emits a value of free JSON.
fn json(given: &Value, names: Names<'_>) -> TokenStream {
    let krate = syn::parse_str::<syn::Path>(names.krate).ok();
    let tokens = json_tokens(given);
    quote!(#krate::json!(#tokens))
}

/// Emits JSON as the input of `json!`. Texts are Rust literals, whose escapes differ from those of JSON.
fn json_tokens(given: &Value) -> TokenStream {
    match given {
        Value::String(text) => quote!(#text),
        Value::Sequence(items) => {
            let items = items.iter().map(json_tokens);
            quote!([#(#items),*])
        }
        Value::Mapping(entries) => {
            let entries = entries.iter().map(|(key, item)| {
                let key = key.as_str().map_or_else(|| serde_json::to_string(key).unwrap_or_default(), str::to_owned);
                let item = json_tokens(item);
                quote!(#key: #item)
            });
            quote!({ #(#entries),* })
        }
        other => serde_json::to_string(other).ok().and_then(|text| text.parse().ok()).unwrap_or_default(),
    }
}

/// Emits an object of a named type.
fn object(name: &str, given: &Value, names: Names<'_>) -> TokenStream {
    let module = fields::ident(&names.resource.name);
    let ident = fields::ident(name);
    let Some(TypeDef { kind: TypeKind::Object(all), .. }) = names.resource.types.get(name) else {
        return quote!(#module::#ident::default());
    };
    let calls = build(all, |field| Some(value(&field.ty, given.get(&field.wire_name)?, names)));
    quote!(#module::#ident #calls)
}

/// Emits a value of an enum.
fn enumeration(name: &str, given: &Value, names: Names<'_>) -> TokenStream {
    let module = fields::ident(&names.resource.name);
    let ident = fields::ident(name);
    let known = match names.resource.types.get(name) {
        Some(TypeDef { kind: TypeKind::Enum(_, values), .. }) => {
            values.iter().find(|value| match (&value.raw, given) {
                (_, Value::String(text)) if *text == value.name => true,
                (RawValue::Text(raw), Value::String(text)) => raw == text,
                (RawValue::Int(raw), Value::Number(number)) => number.as_i64() == Some(i64::from(*raw)),
                _ => false,
            })
        }
        _ => None,
    };
    match known {
        Some(value) => {
            let variant = fields::ident(&value.variant);
            quote!(#module::#ident::#variant)
        }
        None => scalar_value(if given.is_string() { Scalar::String } else { Scalar::I32 }, given, names),
    }
}

/// Returns the body of a doc test: a complete function, with its first and last line hidden.
pub(super) fn doc_test(product: &Product, resource: &Resource, endpoint: &Endpoint, products: &str) -> String {
    let module = fields::ident(&resource.name);
    let product_name = fields::ident(&product.name);
    let products = syn::parse_str::<syn::Path>(products).ok();
    let body = body_of(quote!(use #products::{Endpoint as _, #product_name::#module};), resource, endpoint);
    format!("# async fn example(client: &yunxin::Client) -> yunxin::Result<()> {{\n{body}\n# Ok(()) }}")
}

/// Returns only the call.
pub(super) fn shown_call(resource: &Resource, endpoint: &Endpoint) -> String {
    body_of(TokenStream::new(), resource, endpoint)
}

/// Returns the formatted example call, after its imports.
fn body_of(imports: TokenStream, resource: &Resource, endpoint: &Endpoint) -> String {
    let (variables, request) = request_with_variables(endpoint, Names { resource, krate: "yunxin" });
    let call = match &endpoint.returns {
        Returns::Nothing => quote!(#request.send(client).await?;),
        Returns::At(..) | Returns::Flat(_) => quote!(let reply = #request.send(client).await?;),
    };
    let text =
        print::chains_like_rustfmt(&print::with_json(quote!(async fn example() { #imports #variables #call Ok(()) })));
    let lines: Vec<_> = text.lines().collect();
    let body =
        lines.iter().skip(1).take(lines.len().saturating_sub(3)).map(|line| line.strip_prefix("    ").unwrap_or(line));
    body.collect::<Vec<_>>().join("\n")
}
