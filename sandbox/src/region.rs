//! Checks that a call goes to a host in the app's region.

use hyper::header::HOST;
use hyper::{HeaderMap, Uri};
use yunxin_codegen::model::Product;
use yunxin_codegen::value::display;

use crate::rejection::{RefusalKind, Rejection};

/// Rejects a call to a host of another region than the app's, if the product has hosts in the app's region and rejects
/// such calls.
pub(crate) fn check(app: &str, product: &Product, uri: &Uri, headers: &HeaderMap) -> Result<(), Rejection> {
    if product.rejections.get("region").is_none() || !product.hosts.contains_key(app) {
        return Ok(());
    }
    let host = requested_host(uri, headers).unwrap_or_default();
    match region_of(product, host) {
        Some(region) if region != app => Err(Rejection::new(
            RefusalKind::Region,
            format!(
                "the app belongs to the region `{app}`, and {} counts as a host of `{region}`",
                display::text(host)
            ),
        )),
        _ => Ok(()),
    }
}

/// Returns the region of a host. A host that is not in the spec, such as an address of this machine, counts as a host
/// of the product's first region.
fn region_of<'p>(product: &'p Product, host: &str) -> Option<&'p str> {
    let has_host = |url: &String| {
        let known = url.split_once("://").map_or(url.as_str(), |(_, authority)| authority);
        known.eq_ignore_ascii_case(host)
    };
    let known = product.hosts.iter().find(|(_, urls)| urls.iter().any(has_host));
    known.or_else(|| product.hosts.first()).map(|(region, _)| region.as_str())
}

/// Returns the host of the request, from its URI or the `Host` header, without the port.
fn requested_host<'r>(uri: &'r Uri, headers: &'r HeaderMap) -> Option<&'r str> {
    let authority = uri.host().or_else(|| headers.get(HOST)?.to_str().ok())?;
    match authority.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|digit| digit.is_ascii_digit()) => Some(host),
        _ => Some(authority),
    }
}
