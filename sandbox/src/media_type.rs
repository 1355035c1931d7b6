//! Checks the Content-Type of a request.

use hyper::HeaderMap;
use hyper::header::CONTENT_TYPE;
use mime::{CHARSET, Mime};
use yunxin_codegen::model::Body;
use yunxin_codegen::value::display;

use crate::rejection::{RefusalKind, Rejection};

/// Checks the header and returns it. `None`: the endpoint has no body, or there is no header and no body.
pub(crate) fn check(expected: Body, headers: &HeaderMap, body_is_empty: bool) -> Result<Option<&str>, Rejection> {
    let Some(required) = essence(expected) else { return Ok(None) };
    let mut given = headers.get_all(CONTENT_TYPE).iter();
    let Some(header) = given.next() else {
        return if body_is_empty {
            Ok(None)
        } else {
            refuse(format!("there is a body, but no Content-Type; expected {required}"))
        };
    };
    if given.next().is_some() {
        return refuse("the header Content-Type stands twice".to_owned());
    }
    let text = header.to_str().unwrap_or_default();
    let shown = || display::text(&String::from_utf8_lossy(header.as_bytes()));
    let Ok(media_type) = text.parse::<Mime>() else {
        return refuse(format!("the Content-Type {} is malformed; expected {required}", shown()));
    };
    if media_type.essence_str() != required {
        return refuse(format!("the Content-Type is {}; expected {required}", shown()));
    }
    match media_type.get_param(CHARSET) {
        Some(charset) if charset != mime::UTF_8 => {
            refuse(format!("the Content-Type is {}; the charset can only be utf-8", shown()))
        }
        _ => Ok(Some(text)),
    }
}

/// Returns the media type of a body, without parameters; `None` for no body.
fn essence(body: Body) -> Option<&'static str> {
    match body {
        Body::None => None,
        Body::Form => Some("application/x-www-form-urlencoded"),
        Body::Json => Some("application/json"),
        Body::Multipart => Some("multipart/form-data"),
    }
}

/// Returns an error about the Content-Type.
fn refuse<T>(what: String) -> Result<T, Rejection> {
    Err(Rejection::new(RefusalKind::ContentType, what))
}

#[cfg(test)]
mod tests {
    use hyper::header::HeaderValue;

    use super::*;

    fn verdict(expected: Body, header: Option<&'static str>, empty: bool) -> bool {
        let mut headers = HeaderMap::new();
        if let Some(header) = header {
            headers.insert(CONTENT_TYPE, HeaderValue::from_static(header));
        }
        check(expected, &headers, empty).is_ok()
    }

    #[test]
    fn spellings_that_mean_the_same_are_taken() {
        for header in [
            "application/x-www-form-urlencoded",
            "application/x-www-form-urlencoded;charset=utf-8",
            "Application/X-WWW-Form-URLEncoded; Charset=\"UTF-8\"",
        ] {
            assert!(verdict(Body::Form, Some(header), false), "{header}");
        }
        for header in ["application/json", "application/json;charset=UTF-8", "application/json; charset=utf-8"] {
            assert!(verdict(Body::Json, Some(header), false), "{header}");
        }
    }

    #[test]
    fn other_types_are_refused() {
        for header in [
            "application/json",
            "text/plain",
            "application/x-www-form-urlencoded;charset=gbk",
            "",
            "form",
            "application/x-www-form-urlencoded, application/json",
        ] {
            assert!(!verdict(Body::Form, Some(header), false), "{header}");
        }
        assert!(!verdict(Body::Json, None, false));
        assert!(!verdict(Body::Json, Some("application/json+x"), false));
    }

    #[test]
    fn without_a_body_nothing_needs_to_be_said() {
        assert!(verdict(Body::Form, None, true));
        assert!(verdict(Body::None, Some("application/json"), true));
        assert!(verdict(Body::None, None, true));
    }
}
