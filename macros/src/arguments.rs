//! Arguments of the macro call.

use quote::ToTokens as _;
use syn::parse::{Parse, ParseStream};
use syn::{Ident, LitStr, Path, Token};

/// The arguments `"path", serde, crate = path`. The last two are optional and may come in any order.
pub(crate) struct Arguments {
    /// Path of a product folder or a resource file.
    pub(crate) path: LitStr,
    /// Whether serde's traits are implemented.
    pub(crate) serde: bool,
    /// Absolute path of the client crate, valid in every module.
    pub(crate) krate: String,
}

impl Parse for Arguments {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        if !input.peek(LitStr) {
            return Err(input.error("a string literal with the path of the specs comes first: `spec!(\"specs/shop\")`"));
        }
        let mut arguments = Self { path: input.parse()?, serde: false, krate: "::yunxin".to_owned() };
        while !input.is_empty() {
            input.parse::<Token![,]>()?;
            if input.peek(Token![crate]) {
                input.parse::<Token![crate]>()?;
                input.parse::<Token![=]>()?;
                arguments.krate = absolute(&Path::parse_mod_style(input)?)?;
            } else if !input.is_empty() {
                parse_serde(input)?;
                arguments.serde = true;
            }
        }
        Ok(arguments)
    }
}

/// Parses the argument `serde`.
fn parse_serde(input: ParseStream<'_>) -> syn::Result<()> {
    match input.parse::<Ident>() {
        Ok(word) if word == "serde" => Ok(()),
        Ok(word) => Err(syn::Error::new(word.span(), format!("there is no argument `{word}`; {ALLOWED}"))),
        Err(error) => Err(syn::Error::new(error.span(), format!("this is no argument; {ALLOWED}"))),
    }
}

const ALLOWED: &str = "after the path there may be `serde` and `crate = path`";

/// Returns the path as an absolute path: it is used in generated modules, where a relative path has another meaning.
fn absolute(path: &Path) -> syn::Result<String> {
    let text = path.to_token_stream().to_string().replace(' ', "");
    let first = path.segments.first().map(|segment| segment.ident.to_string()).unwrap_or_default();
    match first.as_str() {
        "self" | "super" => {
            Err(syn::Error::new_spanned(path, "begin the path with `crate::` or with the name of a crate"))
        }
        _ if path.leading_colon.is_some() || first == "crate" => Ok(text),
        _ => Ok(format!("::{text}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> Result<(String, bool, String), String> {
        syn::parse_str::<Arguments>(text)
            .map(|arguments| (arguments.path.value(), arguments.serde, arguments.krate))
            .map_err(|error| error.to_string())
    }

    #[test]
    fn all_that_may_be_said() {
        let expected = |serde, krate: &str| Ok(("a/b".to_owned(), serde, krate.to_owned()));
        assert_eq!(parsed("\"a/b\""), expected(false, "::yunxin"));
        assert_eq!(parsed("\"a/b\","), expected(false, "::yunxin"));
        assert_eq!(parsed("\"a/b\", serde"), expected(true, "::yunxin"));
        assert_eq!(parsed("\"a/b\", crate = netease, serde,"), expected(true, "::netease"));
        assert_eq!(parsed("\"a/b\", crate = ::netease::sdk"), expected(false, "::netease::sdk"));
        assert_eq!(parsed("\"a/b\", crate = crate::deps::sdk"), expected(false, "crate::deps::sdk"));
    }

    #[test]
    fn everything_else_is_refused_with_a_reason() {
        for (text, reason) in [
            ("", "comes first"),
            ("shop", "comes first"),
            ("concat!(\"a\")", "comes first"),
            ("\"a\" serde", "expected `,`"),
            ("\"a\", sedre", "no argument `sedre`"),
            ("\"a\", 3", "this is no argument"),
            ("\"a\", crate = super::sdk", "begin the path"),
            ("\"a\", crate netease", "expected `=`"),
        ] {
            let error = parsed(text).unwrap_err();
            assert!(error.contains(reason), "{text}: {error}");
        }
    }
}
