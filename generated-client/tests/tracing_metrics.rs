//! What calls show to `tracing` and `metrics`.

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

use capture_subscriber::Notes;
use mock_transport::Answer::{Fails, Says};
use mock_transport::{Script, Time, client};
use test_product::{Create, SendMessage};

#[tokio::test]
async fn a_call_is_a_span_and_each_attempt_a_child() {
    capture_subscriber::ready();
    let notes = Notes::default();
    let _guard = tracing::subscriber::set_default(notes.clone());
    let time = Time::default();
    let created = Says(200, r#"{"code":200,"duplicate":true,"info":{"accid":"alice","token":"t0k3n"}}"#);
    let script = Script::new(&time, [Fails(Connect), Says(502, "<html>page</html>"), created]);
    let call = Create::new("alice").token("t0k3n").with_request_id("id-1").with_header("x-team", "blue");
    call.send(&client(&time, &script)).await.unwrap();
    let script = Script::new(&time, [Says(200, r#"{"code":414,"desc":"accid is wrong"}"#)]);
    SendMessage::full().with_request_id("id-2").send(&client(&time, &script)).await.unwrap_err();
    let shown = notes.shown();
    for heard in script.heard() {
        assert!(!shown.contains(&heard.check_sum), "{shown}");
    }
    for secret in ["demo-app-secret", "t0k3n", "blue", "page", "accid is wrong", "hello-there"] {
        assert!(!shown.contains(secret), "{secret} in {shown}");
    }
    insta::assert_snapshot!(shown);
    assert!(notes.all_left(), "a span was left open");
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
    use mock_transport::Answer::With;
    use test_product::GetUserInfos;

    /// All that was counted, by name and labels.
    #[derive(Clone, Default)]
    struct Tally(Arc<Mutex<BTreeMap<String, f64>>>);

    struct Line(Tally, String);

    impl Line {
        fn change(&self, change: impl FnOnce(f64) -> f64) {
            let mut lines = self.0.0.lock().unwrap();
            let value = lines.entry(self.1.clone()).or_default();
            *value = change(*value);
        }
    }

    impl CounterFn for Line {
        fn increment(&self, by: u64) {
            self.change(|value| value + by as f64);
        }

        fn absolute(&self, to: u64) {
            self.change(|_| to as f64);
        }
    }

    impl GaugeFn for Line {
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

    impl HistogramFn for Line {
        fn record(&self, _: f64) {
            self.change(|value| value + 1.0);
        }
    }

    impl Tally {
        fn line(&self, key: &Key) -> Arc<Line> {
            let labels: Vec<_> = key.labels().map(|label| format!("{}={}", label.key(), label.value())).collect();
            Arc::new(Line(self.clone(), format!("{} {}", key.name(), labels.join(" "))))
        }
    }

    impl Recorder for Tally {
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
        capture_subscriber::ready();
        let tally = Tally::default();
        let _guard = metrics::set_default_local_recorder(&tally);
        let time = Time::default();
        let script = Script::answering(&time, |heard| match heard.host.as_str() {
            "sample.example" => Fails(Interrupted),
            _ => Says(200, r#"{"code":200,"uinfos":[]}"#),
        });
        let client = client(&time, &script);
        for _ in 0..4 {
            GetUserInfos { accids: Vec::new() }.send(&client).await.unwrap();
        }
        SendMessage::full().with_host("https://sample.example").send(&client).await.unwrap_err();
        let lines: Vec<_> = tally.0.lock().unwrap().iter().map(|(line, value)| format!("{line} {value}")).collect();
        insta::assert_snapshot!(lines.join("\n"));
    }

    #[tokio::test]
    async fn a_wrong_clock_is_shown() {
        let tally = Tally::default();
        let _guard = metrics::set_default_local_recorder(&tally);
        let time = Time::default();
        time.set_wrong_by(600);
        let date = vec![("date", httpdate::fmt_http_date(time.truth()))];
        let refused = With(200, r#"{"code":414,"desc":"CurTime is illegal"}"#, date);
        let script = Script::new(&time, [refused, Says(200, r#"{"code":200,"uinfos":[]}"#)]);
        GetUserInfos { accids: Vec::new() }.send(&client(&time, &script)).await.unwrap();
        let offset = tally.0.lock().unwrap()["yunxin_clock_offset_seconds "];
        assert!((-601.0..=-599.0).contains(&offset), "{offset}");
    }
}
