//! What endpoints that are called in the same way have in common, as statics of the product.
//!
//! A thousand facts that are said once for each of hundreds of endpoints are a good part of what these cost the compiler.

use std::collections::BTreeMap;

use proc_macro2::{Ident, Literal, TokenStream};
use quote::{format_ident, quote};

use crate::model::{Body, Endpoint, Method, Product, RetryKind, Returns, Signing};
use crate::rate::{self, Rate};

/// A manner: its facts, and a word for each. The words say all, so that equal names are equal manners.
struct Manner {
    words: Vec<String>,
    facts: TokenStream,
}

/// Name of the manner of an endpoint: `POST_FORM_AT_DATA_SAFE_100_PER_1`.
pub(super) fn name(endpoint: &Endpoint) -> Ident {
    Manner::of(endpoint).name()
}

/// `static POST_FORM_AT_DATA_SAFE: Manner = ...;` for each manner of the product.
pub(super) fn statics(product: &Product) -> TokenStream {
    let endpoints = product.resources.iter().flat_map(|resource| &resource.endpoints);
    let manners: BTreeMap<_, _> = endpoints
        .map(|endpoint| {
            let manner = Manner::of(endpoint);
            (manner.name(), manner.facts)
        })
        .collect();
    manners.into_iter().map(|(name, facts)| quote!(static #name: Manner = #facts;)).collect()
}

impl Manner {
    /// What every endpoint has, and what differs from the defaults.
    fn of(endpoint: &Endpoint) -> Self {
        let (method, body, payload, retry) = (method(endpoint), body(endpoint), payload(endpoint), retry(endpoint));
        let mut words = vec![method.0, body.0, payload.0, retry.0];
        let (method, body, payload, retry) = (method.1, body.1, payload.1, retry.1);
        let mut facts = quote!(Manner::new(&PRODUCT, Method::#method, Body::#body, Payload::#payload, Retry::#retry));
        for (word, fact) in [signing(endpoint), timeout(endpoint), rate(endpoint)].into_iter().flatten() {
            words.push(word);
            facts.extend(fact);
        }
        words.retain(|word| !word.is_empty());
        Self { words, facts }
    }

    fn name(&self) -> Ident {
        format_ident!("{}", self.words.join("_"))
    }
}

/// A word, and the fact in Rust.
type Fact = (String, TokenStream);

fn method(endpoint: &Endpoint) -> Fact {
    let (word, method) = match endpoint.method {
        Method::Get => ("GET", quote!(Get)),
        Method::Post => ("POST", quote!(Post)),
        Method::Put => ("PUT", quote!(Put)),
        Method::Patch => ("PATCH", quote!(Patch)),
        Method::Delete => ("DELETE", quote!(Delete)),
    };
    (word.to_owned(), method)
}

fn body(endpoint: &Endpoint) -> Fact {
    let (word, body) = match endpoint.body() {
        Body::None => ("", quote!(None)),
        Body::Form => ("FORM", quote!(Form)),
        Body::Json => ("JSON", quote!(Json)),
        Body::Multipart => ("MULTIPART", quote!(Multipart)),
    };
    (word.to_owned(), body)
}

fn payload(endpoint: &Endpoint) -> Fact {
    match &endpoint.returns {
        Returns::Nothing => ("NOTHING".to_owned(), quote!(Nothing)),
        Returns::At(key, _) => (format!("AT_{}", key_in_name(key)), quote!(At(#key))),
        Returns::Flat(_) => ("FLAT".to_owned(), quote!(Flat)),
    }
}

fn retry(endpoint: &Endpoint) -> Fact {
    let (word, retry) = match endpoint.retry {
        RetryKind::Never => ("NEVER", quote!(Never)),
        RetryKind::Safe => ("SAFE", quote!(Safe)),
        RetryKind::Deduplicated => ("DEDUPLICATED", quote!(Deduplicated)),
    };
    (word.to_owned(), retry)
}

fn signing(endpoint: &Endpoint) -> Option<Fact> {
    let (word, signing) = match endpoint.signing {
        Signing::Checksum => return None,
        Signing::AppKey => ("APP_KEY", quote!(AppKey)),
        Signing::None => ("UNSIGNED", quote!(None)),
    };
    Some((word.to_owned(), quote!(.signing(Signing::#signing))))
}

fn timeout(endpoint: &Endpoint) -> Option<Fact> {
    let millis = u64::try_from(endpoint.timeout?.as_millis()).unwrap_or(u64::MAX);
    let (number, unit, from) = match millis {
        seconds if seconds.is_multiple_of(1000) => (seconds / 1000, "S", quote!(from_secs)),
        millis => (millis, "MS", quote!(from_millis)),
    };
    let literal = Literal::u64_unsuffixed(number);
    Some((format!("{number}_{unit}"), quote!(.timeout(Duration::#from(#literal)))))
}

fn rate(endpoint: &Endpoint) -> Option<Fact> {
    let Rate { calls, seconds, shared } = rate::parse(endpoint.rate.as_deref()?)?;
    let word = format!("{calls}_PER_{seconds}");
    let (calls, seconds) = (Literal::u32_unsuffixed(calls), Literal::u64_unsuffixed(seconds));
    Some(match shared {
        None => (word, quote!(.rate(#calls, #seconds))),
        Some(words) => (format!("{word}_{}", words_in_name(words)), quote!(.shared_rate(#calls, #seconds, #words))),
    })
}

/// `failedAccid` -> `FAILED_ACCID`; different keys become different names.
fn key_in_name(key: &str) -> String {
    let letters = key.chars().map(|letter| match letter {
        'a'..='z' | '0'..='9' => letter.to_ascii_uppercase().to_string(),
        'A'..='Z' => format!("_{letter}"),
        '_' => "__".to_owned(),
        other => coded(other),
    });
    letters.collect()
}

/// `all calls on teams` -> `ALL_CALLS_ON_TEAMS`; different words become different names.
fn words_in_name(words: &str) -> String {
    let letters = words.chars().map(|letter| match letter {
        'a'..='z' => letter.to_ascii_uppercase().to_string(),
        ' ' => "_".to_owned(),
        other => coded(other),
    });
    letters.collect()
}

fn coded(letter: char) -> String {
    format!("_{}_", u32::from(letter))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn a_key_is_read_in_its_name() {
        assert_eq!(key_in_name("data"), "DATA");
        assert_eq!(key_in_name("failedAccid2"), "FAILED_ACCID2");
        assert_eq!(words_in_name("all calls on teams"), "ALL_CALLS_ON_TEAMS");
    }

    #[test]
    fn what_differs_has_names_that_differ() {
        let keys = ["dataList", "data_list", "datalist", "data.list", "data-list", "data_List", "data46list"];
        assert_eq!(keys.map(key_in_name).into_iter().collect::<BTreeSet<_>>().len(), keys.len());
        let words = ["all calls", "allcalls", "all Calls", "all, calls", "all 44  calls", "all_calls"];
        assert_eq!(words.map(words_in_name).into_iter().collect::<BTreeSet<_>>().len(), words.len());
    }
}
