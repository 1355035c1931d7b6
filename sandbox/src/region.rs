//! The region that the app belongs to.

use hyper::header::HOST;
use hyper::{HeaderMap, Uri};
use yunxin_codegen::model::Product;
use yunxin_codegen::value::display;

use crate::rejection::{RefusalKind, Rejection};

/// Refuses a call to a host of another region than that of the app, where the product is known to have hosts in the
/// app's region and to refuse such calls.
pub(crate) fn check(app: &str, product: &Product, uri: &Uri, headers: &HeaderMap) -> Result<(), Rejection> {
    if product.rejections.get("region").is_none() || !product.hosts.contains_key(app) {
        return Ok(());
    }
    let host = asked(uri, headers).unwrap_or_default();
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

/// The region of a host. One that the product does not have, such as an address of this machine, counts as one of the
/// first region.
fn region_of<'p>(product: &'p Product, host: &str) -> Option<&'p str> {
    let is_asked = |url: &String| {
        let known = url.split_once("://").map_or(url.as_str(), |(_, authority)| authority);
        known.eq_ignore_ascii_case(host)
    };
    let known = product.hosts.iter().find(|(_, urls)| urls.iter().any(is_asked));
    known.or_else(|| product.hosts.first()).map(|(region, _)| region.as_str())
}

/// The host that the caller meant, without its port.
fn asked<'r>(uri: &'r Uri, headers: &'r HeaderMap) -> Option<&'r str> {
    let named = uri.host().or_else(|| headers.get(HOST)?.to_str().ok())?;
    match named.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|digit| digit.is_ascii_digit()) => Some(host),
        _ => Some(named),
    }
}
