//! The texts of new endpoints, resources and products: complete and valid, with placeholders.

use std::fmt::Write as _;

use super::NewEndpoint;
use crate::document::Product;
use crate::document::placeholder::{HOST, LINK, MARK, NAME};
use crate::model::PathTemplate;
use crate::naming;
use crate::primitives::{Encoding, Method, RetryKind, SuccessCode};

/// Tells editors which schema a file follows.
const MODELINE: &str = "# yaml-language-server: $schema=../schema.json\n";

/// An endpoint, with `indent` blanks before its name and `step` more for each level.
pub(super) fn endpoint(
    wanted: &NewEndpoint,
    path: &PathTemplate,
    product: &Product,
    indent: usize,
    step: usize,
) -> String {
    let mut out = Lines { text: String::new(), indent, step };
    out.line(0, &format!("{}:", wanted.name));
    out.line(1, &format!("title: {MARK} what the call does on one line without a full stop"));
    out.line(1, &format!("title_zh: {MARK} official title"));
    out.line(1, &format!("docs: {LINK}"));
    how_it_is_sent(wanted, product, &mut out);
    out.line(1, "params:");
    for name in path.parameters() {
        out.line(2, &format!("{name}: {{ type: id, {}doc: {MARK} what it names }}", rust_name(name)));
    }
    if path.parameters().all(|name| naming::field(name) != NAME) {
        out.line(
            2,
            &format!("{NAME}: {{ type: string, doc: {MARK} the parameters in the order of the official page }}"),
        );
    }
    out.line(1, "returns: nothing");
    out.line(1, "errors: []");
    out.line(1, "example:");
    let values: Vec<_> = path.parameters().map(|name| format!("{name}: {MARK}")).collect();
    out.line(2, &format!("request: {}", flow(&values)));
    let entries: Vec<_> =
        success(product).into_iter().chain([format!("{NAME}: {MARK} the whole reply of the official page")]).collect();
    out.line(2, &format!("reply: {}", flow(&entries)));
    out.text
}

/// Method, path, encoding and retry, each only where the product does not say the same.
fn how_it_is_sent(wanted: &NewEndpoint, product: &Product, out: &mut Lines) {
    let usual = product.defaults.method.unwrap_or(Method::Post);
    let method = wanted.method.unwrap_or(usual);
    if method != usual {
        out.line(1, &format!("method: {}", method.as_str()));
    }
    out.line(1, &format!("path: {}", wanted.path));
    let without_body = matches!(method, Method::Get | Method::Delete);
    let usual = if without_body { Encoding::Query } else { product.defaults.encoding.unwrap_or(Encoding::Json) };
    if let Some(encoding) = wanted.encoding.filter(|encoding| *encoding != usual) {
        let word = match encoding {
            Encoding::Form => "form",
            Encoding::Json => "json",
            Encoding::Query => "query",
            Encoding::Multipart => "multipart",
        };
        out.line(1, &format!("encoding: {word}"));
    }
    // A GET reads, and reading may be repeated.
    if method == Method::Get && product.defaults.retry != Some(RetryKind::Safe) {
        out.line(1, "retry: safe");
    }
}

/// Another name in Rust, where the one in the path cannot be one.
fn rust_name(name: &str) -> String {
    let field = naming::field(name);
    if naming::is_keyword(&field) || naming::is_request_method(&field) {
        format!("name: {NAME}_{field}, ")
    } else {
        String::new()
    }
}

/// The code of a success, as an entry of the reply.
fn success(product: &Product) -> Option<String> {
    let key = product.reply.code.as_deref().unwrap_or("code");
    product.reply.success.code.iter().find_map(|code| match code {
        SuccessCode::Value(value) => Some(format!("{key}: {value}")),
        SuccessCode::Absent => None,
    })
}

fn flow(entries: &[String]) -> String {
    if entries.is_empty() { "{}".to_owned() } else { format!("{{ {} }}", entries.join(", ")) }
}

struct Lines {
    text: String,
    indent: usize,
    step: usize,
}

impl Lines {
    fn line(&mut self, level: usize, text: &str) {
        let _ = writeln!(self.text, "{:1$}{text}", "", self.indent + level * self.step);
    }
}

/// The head of a resource, up to its endpoints.
pub(super) fn resource(name: &str) -> String {
    format!(
        "{MODELINE}resource: {name}
title: {MARK} what the resource is on one line
doc: {MARK} what its endpoints have in common
docs: {LINK}

endpoints:
"
    )
}

/// A product without resources.
pub(super) fn product(name: &str) -> String {
    format!(
        "{MODELINE}product: {name}
title: {MARK} name of the product and version of its API
doc: {MARK} what its endpoints have in common
docs: {LINK}
hosts:                             # in order of preference
  mainland: [{HOST}]
# base_path: /{MARK}               # if there is one between host and endpoint path
request_id:                        # add `dedup: 60s` where the server recognises a repeated id
  header: {MARK}
defaults: {{ method: POST, encoding: json, retry: never }}   # may have `rate` and `errors` of every endpoint
reply:
  success: {{ http: 200, code: [200] }}
  message: [{MARK}]
errors:                            # the whole official table
  414: {{ name: bad_parameter, meaning: {MARK} the official meaning }}
rejections:                        # as the server replies; mark with `# not confirmed` what was not seen
  header:       {{ error: bad_parameter, text: {MARK} a signing header is missing }}
  app_key:      {{ error: bad_parameter, text: {MARK} the AppKey is unknown }}
  nonce:        {{ error: bad_parameter, text: {MARK} the Nonce is too long }}
  clock:        {{ error: bad_parameter, text: {MARK} the CurTime is too far off }}
  checksum:     {{ error: bad_parameter, text: {MARK} the CheckSum is wrong }}
  content_type: {{ error: bad_parameter, text: {MARK} the body has another content type }}
  parameter:    {{ error: bad_parameter, text: \"{MARK} a parameter is wrong: {{name}}\" }}
  path:         {{ http: 404 }}
  method:       {{ http: 405 }}
"
    )
}
