//! Metrics of calls, through the `metrics` facade.
//!
//! | name | kind | labels |
//! |---|---|---|
//! | `yunxin_calls_total` | counter | `endpoint`, `outcome`: `ok`, or that of the error |
//! | `yunxin_call_duration_seconds` | histogram | `endpoint` |
//! | `yunxin_attempts_total` | counter | `endpoint`, `host`, `class`: `ok`, or that of the failure |
//! | `yunxin_attempt_duration_seconds` | histogram | `endpoint`, `host` |
//! | `yunxin_host_in` | gauge | `host`; 0 while calls avoid it |
//! | `yunxin_clock_offset_seconds` | gauge | |
//!
//! `host` is the name of a host, with its port if its URL has one.

use std::sync::Arc;
use std::time::Duration;

use metrics::{SharedString, Unit, counter, describe_counter, describe_gauge, describe_histogram, gauge, histogram};

use crate::client::circuit_breaker::CircuitBreaker;
use crate::client::response::ResponseMeta;
use crate::error::{Error, Result};
use crate::transport::host::Host;
use crate::wire::endpoint_meta::EndpointMeta;

/// Describes the metrics to the recorder; it may be called more than once.
pub(super) fn describe() {
    describe_counter!("yunxin_calls_total", "Calls, by what became of them.");
    describe_histogram!("yunxin_call_duration_seconds", Unit::Seconds, "Time of calls with all attempts and pauses.");
    describe_counter!("yunxin_attempts_total", "Attempts, by host and by what they say about the call.");
    describe_histogram!("yunxin_attempt_duration_seconds", Unit::Seconds, "Time of single attempts.");
    describe_gauge!("yunxin_host_in", "1 while calls go to the host, 0 while they avoid it.");
    describe_gauge!("yunxin_clock_offset_seconds", Unit::Seconds, "What is added to this machine's clock for signing.");
}

pub(super) fn attempted(meta: &EndpointMeta<'_>, host: &Host, took: Duration, error: Option<&Error>) {
    let class = error.map_or("ok", |error| error.class().as_str());
    let (endpoint, host) = (shared(meta.id), shared(host.authority()));
    counter!("yunxin_attempts_total", "endpoint" => endpoint.clone(), "host" => host.clone(), "class" => class)
        .increment(1);
    histogram!("yunxin_attempt_duration_seconds", "endpoint" => endpoint, "host" => host).record(took.as_secs_f64());
}

pub(super) fn called(meta: &EndpointMeta<'_>, took: Duration, result: &Result<ResponseMeta>) {
    let outcome = result.as_ref().err().map_or("ok", |error| error.outcome().as_str());
    let endpoint = shared(meta.id);
    counter!("yunxin_calls_total", "endpoint" => endpoint.clone(), "outcome" => outcome).increment(1);
    histogram!("yunxin_call_duration_seconds", "endpoint" => endpoint).record(took.as_secs_f64());
}

/// The value of a label that several metrics have.
fn shared(value: &str) -> SharedString {
    SharedString::from_shared(Arc::from(value))
}

/// Records the state of a host and the clock after an attempt.
pub(super) fn state(host: &Host, health: &CircuitBreaker, clock_offset_millis: i64) {
    gauge!("yunxin_host_in", "host" => host.authority().to_owned()).set(f64::from(u8::from(health.is_closed())));
    gauge!("yunxin_clock_offset_seconds").set(
        Duration::from_millis(clock_offset_millis.unsigned_abs()).as_secs_f64()
            * if clock_offset_millis < 0 { -1.0 } else { 1.0 },
    );
}
