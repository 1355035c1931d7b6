//! What calls show to `tracing` and `metrics`.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a failure here is the failure of the test"
)]

mod sample;
mod scripted;

use std::fmt::{Debug, Write as _};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use sample::{Create, GetUserInfos, SendMessage};
use scripted::Answer::{Fails, Says};
use scripted::{Script, Time, client};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};
use yunxin::Endpoint;
use yunxin::transport::TransportErrorKind::{Connect, Interrupted};

/// Writes down all spans: name, parent, fields.
#[derive(Clone, Default)]
struct Notes {
    spans: Arc<Mutex<Vec<String>>>,
    current: Arc<Mutex<Vec<u64>>>,
    next: Arc<AtomicU64>,
}

struct Fields<'a>(&'a mut String);

impl Visit for Fields<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        write!(self.0, " {}={value:?}", field.name()).unwrap();
    }
}

impl Subscriber for Notes {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target().starts_with("yunxin")
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        let id = self.next.fetch_add(1, Ordering::Relaxed);
        let parent = self.current.lock().unwrap().last().map(|parent| format!("{parent}/")).unwrap_or_default();
        let mut note = format!("{parent}{id} {}", span.metadata().name());
        span.record(&mut Fields(&mut note));
        self.spans.lock().unwrap().push(note);
        Id::from_u64(id + 1)
    }

    fn record(&self, span: &Id, values: &Record<'_>) {
        let index = usize::try_from(span.into_u64()).unwrap() - 1;
        values.record(&mut Fields(&mut self.spans.lock().unwrap()[index]));
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, _: &Event<'_>) {}

    fn enter(&self, span: &Id) {
        self.current.lock().unwrap().push(span.into_u64() - 1);
    }

    fn exit(&self, _: &Id) {
        self.current.lock().unwrap().pop();
    }
}

#[tokio::test]
async fn a_call_is_a_span_and_each_attempt_a_child() {
    let notes = Notes::default();
    let _guard = tracing::subscriber::set_default(notes.clone());
    let time = Time::default();
    let created = Says(200, r#"{"code":200,"duplicate":true,"info":{"accid":"alice","token":"t0k3n"}}"#);
    let script = Script::new(&time, [Fails(Connect), Says(502, "<html>page</html>"), created]);
    let call = Create::new("alice").token("t0k3n").with_request_id("id-1").with_header("x-team", "blue");
    call.send(&client(&time, &script)).await.unwrap();
    let script = Script::new(&time, [Says(200, r#"{"code":414,"desc":"accid is wrong"}"#)]);
    SendMessage::full().with_request_id("id-2").send(&client(&time, &script)).await.unwrap_err();
    let shown = notes.spans.lock().unwrap().join("\n");
    for heard in script.heard() {
        assert!(!shown.contains(&heard.check_sum), "{shown}");
    }
    for secret in ["demo-app-secret", "t0k3n", "blue", "page", "accid is wrong", "hello-there"] {
        assert!(!shown.contains(secret), "{secret} in {shown}");
    }
    insta::assert_snapshot!(shown);
    assert!(notes.current.lock().unwrap().is_empty(), "a span was left open");
}

#[cfg(feature = "metrics")]
mod counted {
    use std::collections::BTreeMap;

    use metrics::{
        Counter, CounterFn, Gauge, GaugeFn, Histogram, HistogramFn, Key, KeyName, Metadata, Recorder, SharedString,
        Unit,
    };

    use super::*;

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
        let tally = Tally::default();
        let _guard = metrics::set_default_local_recorder(&tally);
        let time = Time::default();
        let script = Script::judging(&time, |heard| match heard.host.as_str() {
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
}
