//! Tests the exact HTTP request of every shipped endpoint's example, with a fixed time, nonce and request id.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a failed expectation is the failure of a test"
)]

mod generated;
mod support;

use std::collections::BTreeMap;
use std::fmt::Write as _;

use yunxin::transport::HttpRequest;

use support::{Example, SequentialRandom, builder, examples, recorded_time};

/// Headers with the same value in nearly all requests, which are printed once for each file.
const CONSTANT: [&str; 5] = ["appkey", "nonce", "curtime", "checksum", "user-agent"];

type Headers = Vec<(String, String)>;

struct Recorded {
    id: &'static str,
    /// Header of the request id, in lower case. Its name depends on the product, its value is constant.
    request_id_header: String,
    request: HttpRequest,
}

impl Recorded {
    fn new(example: &dyn Example) -> Self {
        // A separate client for each, so that a new endpoint does not change the nonces of the others.
        let client = builder().clock(recorded_time()).random(SequentialRandom::default()).build().unwrap();
        let id = example.meta().id;
        let request_id_header = example.meta().product.request_id.header.to_lowercase();
        let request = example.prepare(&client).unwrap_or_else(|error| panic!("{id}: {error}"));
        Self { id, request_id_header, request }
    }

    /// The constant headers, and the others.
    fn headers(&self) -> (Headers, Headers) {
        let headers = self.request.headers.iter();
        let headers = headers.map(|(name, value)| (name.to_string(), String::from_utf8_lossy(value).into_owned()));
        headers.partition(|(name, _)| CONSTANT.contains(&name.as_str()) || *name == self.request_id_header)
    }

    /// The request without the headers that are `common` to the file.
    fn text(&self, common: &Headers) -> String {
        let mut text = format!("### {}\n{} {}\n", self.id, self.request.method, self.request.url);
        let (constant, others) = self.headers();
        for (name, value) in constant.iter().filter(|header| !common.contains(header)).chain(&others) {
            let _ = writeln!(text, "{name}: {value}");
        }
        for (name, _) in common.iter().filter(|(name, _)| !constant.iter().any(|(own, _)| own == name)) {
            let _ = writeln!(text, "(no {name})");
        }
        let body = String::from_utf8_lossy(&self.request.body).replace("\r\n", "\n");
        if !body.is_empty() {
            let _ = write!(text, "\n{}\n", body.trim_end());
        }
        text
    }
}

/// The requests of one resource.
fn file(requests: &[Recorded]) -> String {
    // Most requests are signed: the one with the most headers has all of them.
    let all = requests.iter().map(|request| request.headers().0);
    let common = all.max_by_key(Headers::len).unwrap_or_default();
    let mut text = "Headers of every request, unless it says otherwise:\n".to_owned();
    for (name, value) in &common {
        let _ = writeln!(text, "{name}: {value}");
    }
    for request in requests {
        let _ = write!(text, "\n{}", request.text(&common));
    }
    text
}

#[test]
fn every_example_goes_on_the_wire_as_recorded() {
    let mut resources: BTreeMap<String, Vec<Recorded>> = BTreeMap::new();
    for example in examples() {
        let (resource, _) = example.meta().id.rsplit_once('.').unwrap();
        resources.entry(resource.to_owned()).or_default().push(Recorded::new(&*example));
    }
    assert!(!resources.is_empty(), "no product is switched on");
    for (resource, requests) in resources {
        insta::assert_snapshot!(resource, file(&requests));
    }
}
