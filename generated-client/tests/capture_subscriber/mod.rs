//! A `tracing` subscriber that records the spans and events of calls.

#![allow(dead_code, unreachable_pub, reason = "each test uses a part")]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "test code: a failure here is the failure of the test"
)]

use std::fmt::{Debug, Write as _};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, Once};

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

/// Records all spans: name, parent, fields.
#[derive(Clone, Default)]
pub struct SpanRecorder {
    spans: Arc<Mutex<Vec<String>>>,
    current: Arc<Mutex<Vec<u64>>>,
    next: Arc<AtomicU64>,
}

impl SpanRecorder {
    /// A line for each span.
    pub fn lines(&self) -> String {
        self.spans.lock().unwrap().join("\n")
    }

    /// Whether all entered spans were exited.
    pub fn all_exited(&self) -> bool {
        self.current.lock().unwrap().is_empty()
    }
}

/// Installs a global subscriber that enables all spans; each test of a file that records spans calls it first.
/// `tracing` disables a span for the whole process if no subscriber wants it at its first use, and tests run in
/// parallel.
pub fn enable_all_spans() {
    static INSTALLED: Once = Once::new();
    INSTALLED.call_once(|| tracing::subscriber::set_global_default(EnableAll).unwrap());
}

/// Enables everything and records nothing.
struct EnableAll;

impl Subscriber for EnableAll {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}
    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn event(&self, _: &Event<'_>) {}
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}

struct Fields<'a>(&'a mut String);

impl Visit for Fields<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        write!(self.0, " {}={value:?}", field.name()).unwrap();
    }
}

impl Subscriber for SpanRecorder {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target().starts_with("yunxin")
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        let id = self.next.fetch_add(1, Ordering::Relaxed);
        let parent = self.current.lock().unwrap().last().map(|parent| format!("{parent}/")).unwrap_or_default();
        let mut line = format!("{parent}{id} {}", span.metadata().name());
        span.record(&mut Fields(&mut line));
        self.spans.lock().unwrap().push(line);
        Id::from_u64(id + 1)
    }

    fn record(&self, span: &Id, values: &Record<'_>) {
        let index = usize::try_from(span.into_u64()).unwrap() - 1;
        values.record(&mut Fields(&mut self.spans.lock().unwrap()[index]));
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        let mut line = format!("event {}", event.metadata().name());
        event.record(&mut Fields(&mut line));
        self.spans.lock().unwrap().push(line);
    }

    fn enter(&self, span: &Id) {
        self.current.lock().unwrap().push(span.into_u64() - 1);
    }

    fn exit(&self, _: &Id) {
        self.current.lock().unwrap().pop();
    }
}
