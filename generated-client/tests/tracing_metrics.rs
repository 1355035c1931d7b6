//! Tests the spans and metrics that calls record.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a failure here is the failure of the test"
)]

mod capture_subscriber;
mod mock_transport;
mod test_product;

use yunxin::Endpoint;
use yunxin::transport::TransportErrorKind::Connect;

use capture_subscriber::SpanRecorder;
use mock_transport::MockReply::{Fails, Responds};
use mock_transport::{MockTransport, VirtualTime, client};
use test_product::{Create, SendMessage};

#[tokio::test]
async fn a_call_is_a_span_and_each_attempt_a_child() {
    capture_subscriber::enable_all_spans();
    let recorder = SpanRecorder::default();
    let _guard = tracing::subscriber::set_default(recorder.clone());
    let time = VirtualTime::default();
    let created = Responds(200, r#"{"code":200,"duplicate":true,"info":{"accid":"alice","token":"t0k3n"}}"#);
    let mock = MockTransport::new(&time, [Fails(Connect), Responds(502, "<html>page</html>"), created]);
    let call = Create::new("alice").token("t0k3n").with_request_id("id-1").with_header("x-team", "blue");
    call.send(&client(&time, &mock)).await.unwrap();
    let mock = MockTransport::new(&time, [Responds(200, r#"{"code":414,"desc":"accid is wrong"}"#)]);
    SendMessage::full().with_request_id("id-2").send(&client(&time, &mock)).await.unwrap_err();
    let shown = recorder.lines();
    for request in mock.received() {
        assert!(!shown.contains(&request.check_sum), "{shown}");
    }
    for secret in ["demo-app-secret", "t0k3n", "blue", "page", "accid is wrong", "hello-there"] {
        assert!(!shown.contains(secret), "{secret} in {shown}");
    }
    insta::assert_snapshot!(shown);
    assert!(recorder.all_exited(), "a span was left open");
}

#[cfg(feature = "metrics")]
mod counted {
    use std::collections::BTreeMap;
    use std::sync::{Arc, Mutex};

    use metrics::{
        Counter, CounterFn, Gauge, GaugeFn, Histogram, HistogramFn, Key, KeyName, Metadata, Recorder, SharedString,
        Unit,
    };
    use yunxin::transport::TransportErrorKind::Interrupted;

    use super::*;
    use mock_transport::MockReply::RespondsWithHeaders;
    use test_product::GetUserInfos;

    /// Values of all metrics, by name and labels.
    #[derive(Clone, Default)]
    struct MetricsRecorder(Arc<Mutex<BTreeMap<String, f64>>>);

    struct Series(MetricsRecorder, String);

    impl Series {
        fn change(&self, change: impl FnOnce(f64) -> f64) {
            let mut lines = self.0.0.lock().unwrap();
            let value = lines.entry(self.1.clone()).or_default();
            *value = change(*value);
        }
    }

    impl CounterFn for Series {
        fn increment(&self, by: u64) {
            self.change(|value| value + by as f64);
        }

        fn absolute(&self, to: u64) {
            self.change(|_| to as f64);
        }
    }

    impl GaugeFn for Series {
        fn increment(&self, by: f64) {
            self.change(|value| value + by);
        }

        fn decrement(&self, by: f64) {
            self.change(|value| value - by);
        }

        fn set(&self, to: f64) {
            self.change(|_| to);
        }
    }

    impl HistogramFn for Series {
        fn record(&self, _: f64) {
            self.change(|value| value + 1.0);
        }
    }

    impl MetricsRecorder {
        fn line(&self, key: &Key) -> Arc<Series> {
            let labels: Vec<_> = key.labels().map(|label| format!("{}={}", label.key(), label.value())).collect();
            Arc::new(Series(self.clone(), format!("{} {}", key.name(), labels.join(" "))))
        }
    }

    impl Recorder for MetricsRecorder {
        fn describe_counter(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
        fn describe_gauge(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
        fn describe_histogram(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}

        fn register_counter(&self, key: &Key, _: &Metadata<'_>) -> Counter {
            Counter::from_arc(self.line(key))
        }

        fn register_gauge(&self, key: &Key, _: &Metadata<'_>) -> Gauge {
            Gauge::from_arc(self.line(key))
        }

        fn register_histogram(&self, key: &Key, _: &Metadata<'_>) -> Histogram {
            Histogram::from_arc(self.line(key))
        }
    }

    #[tokio::test]
    async fn calls_and_attempts_are_counted() {
        capture_subscriber::enable_all_spans();
        let tally = MetricsRecorder::default();
        let _guard = metrics::set_default_local_recorder(&tally);
        let time = VirtualTime::default();
        let mock = MockTransport::with_handler(&time, |request| match request.host.as_str() {
            "sample.example" => Fails(Interrupted),
            _ => Responds(200, r#"{"code":200,"uinfos":[]}"#),
        });
        let client = client(&time, &mock);
        for _ in 0..4 {
            GetUserInfos { accids: Vec::new() }.send(&client).await.unwrap();
        }
        SendMessage::full().with_host("https://sample.example").send(&client).await.unwrap_err();
        let lines: Vec<_> = tally.0.lock().unwrap().iter().map(|(line, value)| format!("{line} {value}")).collect();
        insta::assert_snapshot!(lines.join("\n"));
    }

    #[tokio::test]
    async fn a_wrong_clock_is_shown() {
        let tally = MetricsRecorder::default();
        let _guard = metrics::set_default_local_recorder(&tally);
        let time = VirtualTime::default();
        time.set_clock_error(600);
        let date = vec![("date", httpdate::fmt_http_date(time.true_time()))];
        let refused = RespondsWithHeaders(200, r#"{"code":414,"desc":"CurTime is illegal"}"#, date);
        let mock = MockTransport::new(&time, [refused, Responds(200, r#"{"code":200,"uinfos":[]}"#)]);
        GetUserInfos { accids: Vec::new() }.send(&client(&time, &mock)).await.unwrap();
        let offset = tally.0.lock().unwrap()["yunxin_clock_offset_seconds "];
        assert!((-601.0..=-599.0).contains(&offset), "{offset}");
    }
}
