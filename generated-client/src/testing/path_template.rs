//! Matches the path of a request against the path template of an endpoint.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;

use crate::wire::endpoint_meta::EndpointMeta;

/// The values of the placeholders, by name; `None` if the path is not one of this endpoint.
pub(super) fn match_path(meta: &EndpointMeta<'_>, path: &str) -> Option<Vec<(String, String)>> {
    let mut values = Vec::new();
    match_rest(meta.path, path.strip_prefix(meta.product.base_path)?, &mut values).then_some(values)
}

fn match_rest(template: &str, path: &str, values: &mut Vec<(String, String)>) -> bool {
    let Some((literal, rest)) = template.split_once('{') else { return template == path };
    let (Some(path), Some((slot, template))) = (path.strip_prefix(literal), rest.split_once('}')) else { return false };
    let (path, slot) = match slot.strip_prefix('/') {
        // An optional last segment that is absent.
        Some(_) if path.is_empty() => return template.is_empty(),
        Some(slot) => match path.strip_prefix('/') {
            Some(path) => (path, slot),
            None => return false,
        },
        None => (path, slot),
    };
    // A value is percent-encoded, so it has no slash.
    let segment = path.split('/').next().unwrap_or_default();
    let literal = template.split('{').next().unwrap_or_default();
    let own = literal.split('/').next().unwrap_or_default();
    let end = if own.is_empty() { Some(segment.len()) } else { segment.find(own) };
    let Some((value, path)) = end.filter(|end| *end > 0).and_then(|end| path.split_at_checked(end)) else {
        return false;
    };
    values.push((slot.to_owned(), percent_decode_str(value).decode_utf8_lossy().into_owned()));
    match_rest(template, path, values)
}

/// The path and the query of a URL. The path begins with a slash, unless it is empty.
pub(super) fn path_and_query(url: &str) -> (&str, &str) {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let rest = rest.find('/').and_then(|start| rest.get(start..)).unwrap_or_default();
    rest.split_once('?').unwrap_or((rest, ""))
}

/// Pairs of a query or of a form, decoded.
pub(super) fn pairs(encoded: &[u8]) -> impl Iterator<Item = (Cow<'_, str>, Cow<'_, str>)> {
    form_urlencoded::parse(encoded)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::endpoint_meta::{Method, ProductMeta, product_with_dedup};

    static PRODUCT: ProductMeta<'static> = ProductMeta { base_path: "/v1", ..product_with_dedup(None) };

    fn matched(template: &str, path: &str) -> Option<String> {
        let meta = EndpointMeta::new(&PRODUCT, "p.r.e", Method::Get, template);
        let values = match_path(&meta, path)?;
        Some(values.into_iter().map(|(name, value)| format!("{name}={value};")).collect())
    }

    #[test]
    fn placeholders_take_one_segment() {
        for (template, path, values) in [
            ("/rooms", "/v1/rooms", Some("")),
            ("/rooms", "/rooms", None),
            ("/rooms", "/v1/rooms/7", None),
            ("/rooms/{cid}", "/v1/rooms/a%2Fb", Some("cid=a/b;")),
            ("/rooms/{cid}", "/v1/rooms/", None),
            ("/rooms/{cid}", "/v1/rooms/7/members", None),
            ("/rooms/{cid}/members", "/v1/rooms/7/members", Some("cid=7;")),
            ("/rooms/{cid}/members{/uid}", "/v1/rooms/7/members", Some("cid=7;")),
            ("/rooms/{cid}/members{/uid}", "/v1/rooms/7/members/8", Some("cid=7;uid=8;")),
            ("/rooms/{cid}/members{/uid}", "/v1/rooms/7/membersx", None),
            ("/files/{name}.json", "/v1/files/a.json", Some("name=a;")),
            ("/files/{name}.json", "/v1/files/a.xml", None),
        ] {
            assert_eq!(matched(template, path).as_deref(), values, "{template} {path}");
        }
    }

    #[test]
    fn a_url_has_path_and_query() {
        for (url, parts) in [
            ("https://h.example.com/a/b?c=1&d=?", ("/a/b", "c=1&d=?")),
            ("http://127.0.0.1:80/a", ("/a", "")),
            ("/a?b", ("/a", "b")),
            ("https://h.example.com", ("", "")),
        ] {
            assert_eq!(path_and_query(url), parts);
        }
    }
}
