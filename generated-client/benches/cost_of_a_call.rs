//! Cost of the parts of a call, compared with the same work written by hand.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a failure here is the failure of the test"
)]

#[path = "../tests/by_hand/mod.rs"]
mod by_hand;
#[path = "../tests/test_product/mod.rs"]
mod test_product;

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use yunxin::__private::{Encoder, FieldVisitor, Fields, Reader};
use yunxin::client::{Signature, SystemClock, SystemRandom};
use yunxin::{Client, Credentials, Endpoint, Secret};

use test_product::{SendMessage, Sent, UserInfo};

fn signing(criterion: &mut Criterion) {
    // As long as a real secret.
    let secret = Secret::from("0123456789ab");
    let random = SystemRandom::default();
    criterion.bench_function("sign", |bencher| {
        bencher.iter(|| Signature::new(black_box(&secret), &SystemClock, &random));
    });
    let noon = std::time::SystemTime::now();
    criterion.bench_function("sign/without system calls", |bencher| {
        bencher.iter(|| Signature::new(black_box(&secret), &noon, &Fixed));
    });
}

struct Fixed;

impl yunxin::client::Random for Fixed {
    fn fill(&self, bytes: &mut [u8]) -> std::io::Result<()> {
        bytes.fill(black_box(7));
        Ok(())
    }
}

fn encoding(criterion: &mut Criterion) {
    let message = SendMessage::full();
    let random = SystemRandom::default();
    criterion.bench_function("form of 10 fields", |bencher| {
        bencher.iter(|| {
            let mut encoder = Encoder::new(&SendMessage::META, &random, true);
            black_box(&message).encode(&mut encoder);
            encoder.finish()
        });
    });
    criterion.bench_function("form of 10 fields/form_urlencoded", |bencher| {
        bencher.iter(|| {
            let mut form = form_urlencoded::Serializer::new(String::new());
            for (name, value) in black_box(by_hand::FIELDS) {
                form.append_pair(name, value);
            }
            form.finish()
        });
    });
}

/// Typed envelopes, so that the benchmark compares decoding only.
#[derive(Default)]
struct Small {
    code: i64,
    data: Sent,
}

impl Fields for Small {
    fn visit_fields(&mut self, visitor: &mut FieldVisitor<'_>) {
        visitor.visit(&["code", "desc", "data"], &mut [&mut self.code, &mut String::new(), &mut self.data]);
    }
}

#[derive(Default)]
struct Large {
    code: i64,
    users: Vec<UserInfo>,
}

impl Fields for Large {
    fn visit_fields(&mut self, visitor: &mut FieldVisitor<'_>) {
        visitor.visit(&["code", "desc", "uinfos"], &mut [&mut self.code, &mut String::new(), &mut self.users]);
    }
}

fn decoding(criterion: &mut Criterion) {
    let small = by_hand::SMALL_REPLY.as_bytes();
    criterion.bench_function("small reply", |bencher| {
        bencher.iter(|| {
            let mut reply = Small::default();
            Reader::new(black_box(small)).read(&mut reply).unwrap();
            assert_eq!(reply.code, 200);
            reply
        });
    });
    criterion.bench_function("small reply/serde_json", |bencher| {
        bencher.iter(|| serde_json::from_slice::<by_hand::Envelope>(black_box(small)).unwrap());
    });
    let large = by_hand::profiles();
    let large = large.as_bytes();
    criterion.bench_function("20 profiles", |bencher| {
        bencher.iter(|| {
            let mut reply = Large::default();
            Reader::new(black_box(large)).read(&mut reply).unwrap();
            assert_eq!((reply.code, reply.users.len()), (200, 20));
            reply
        });
    });
    criterion.bench_function("20 profiles/serde_json", |bencher| {
        bencher.iter(|| serde_json::from_slice::<by_hand::UserInfosEnvelope>(black_box(large)).unwrap());
    });
}

fn whole_call(criterion: &mut Criterion) {
    let url = by_hand::serve();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let client = Client::builder(Credentials::new(by_hand::APP_KEY, by_hand::APP_SECRET)).host(&url).build().unwrap();
    criterion.bench_function("whole call", |bencher| {
        bencher.iter(|| runtime.block_on(SendMessage::full().send(&client)).unwrap());
    });
    let client = by_hand::client();
    criterion.bench_function("whole call/by hand", |bencher| {
        bencher.iter(|| runtime.block_on(by_hand::send_message(&client, &url)));
    });
}

criterion_group!(benches, signing, encoding, decoding, whole_call);
criterion_main!(benches);
