//! Tracing and metrics: a span for each call and one for each attempt, and metrics if the feature `metrics` is on.
//! Neither ever contains a body, a parameter, a checksum or a secret.
//!
//! Names follow the OpenTelemetry conventions for HTTP clients.

use std::time::Duration;

use tracing::Span;
use tracing::field::Empty;

use crate::base::clock::Clock;
use crate::client::attempt::{AttemptError, AttemptOk};
use crate::client::prepared::Prepared;
use crate::client::response::ResponseMeta;
use crate::error::{Error, Result};
use crate::transport::host::Host;
use crate::wire::endpoint_meta::EndpointMeta;

/// The span of a call.
pub(super) fn call_span(meta: &EndpointMeta<'_>, prepared: &Prepared) -> Span {
    tracing::info_span!(
        "yunxin.call",
        otel.name = meta.id,
        yunxin.endpoint = meta.id,
        yunxin.request_id = prepared.request_id.as_str(),
        yunxin.attempts = Empty,
        yunxin.duplicate = Empty,
        yunxin.outcome = Empty,
        error.type = Empty,
    )
}

/// The span of an attempt, a child of that of its call.
pub(super) fn attempt_span(meta: &EndpointMeta<'_>, host: &Host, earlier: usize) -> Span {
    tracing::info_span!(
        "yunxin.attempt",
        otel.name = meta.method.as_str(),
        otel.kind = "client",
        http.request.method = meta.method.as_str(),
        http.request.resend_count = (earlier > 0).then_some(earlier),
        http.response.status_code = Empty,
        url.template = meta.path,
        server.address = host.address(),
        server.port = host.port(),
        yunxin.code = Empty,
        yunxin.class = Empty,
        error.type = Empty,
    )
}

/// After an attempt.
pub(super) fn attempted(
    span: &Span,
    meta: &EndpointMeta<'_>,
    host: &Host,
    clock: &dyn Clock,
    begun: Duration,
    result: &std::result::Result<AttemptOk, AttemptError>,
) {
    #[cfg(feature = "metrics")]
    {
        let took = clock.monotonic().saturating_sub(begun);
        crate::client::call_metrics::attempted(meta, host, took, result.as_ref().err().map(|failed| &failed.error));
    }
    #[cfg(not(feature = "metrics"))]
    let _ = (meta, host, clock, begun);
    if span.is_disabled() {
        return;
    }
    match result {
        Ok(ok) => {
            span.record("http.response.status_code", ok.http_status);
        }
        Err(AttemptError { error, .. }) => {
            if let Some(status) = error.http_status() {
                span.record("http.response.status_code", status);
            }
            if let Some(code) = error.code() {
                span.record("yunxin.code", code.value());
            }
            span.record("yunxin.class", error.class().as_str());
            span.record("error.type", error.short_name().as_str());
        }
    }
}

/// After a call.
pub(super) fn called(
    span: &Span,
    meta: &EndpointMeta<'_>,
    clock: &dyn Clock,
    began: Duration,
    result: &Result<ResponseMeta>,
) {
    #[cfg(feature = "metrics")]
    crate::client::call_metrics::called(meta, clock.monotonic().saturating_sub(began), result);
    #[cfg(not(feature = "metrics"))]
    let _ = (meta, clock, began);
    if span.is_disabled() {
        return;
    }
    match result {
        Ok(meta) => {
            span.record("yunxin.attempts", meta.attempts());
            span.record("yunxin.duplicate", meta.duplicate);
        }
        Err(error) => failed(span, error),
    }
}

fn failed(span: &Span, error: &Error) {
    span.record("yunxin.attempts", error.attempts().len());
    span.record("yunxin.outcome", error.outcome().as_str());
    span.record("error.type", error.short_name().as_str());
}
