//! The exact HTTP request of every shipped endpoint's example: time, nonce and request id stand still.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a failed expectation is the failure of a test"
)]

mod generated;
mod support;

use std::{collections::BTreeMap, fmt::Write as _};

use support::{Example, Numbered, builder, examples, recorded_time};
use yunxin::transport::HttpRequest;

fn shown(request: &HttpRequest) -> String {
    let mut text = format!("{} {}\n", request.method, request.url);
    for (name, value) in request.headers.iter() {
        let _ = writeln!(text, "{name}: {}", String::from_utf8_lossy(value));
    }
    let body = String::from_utf8_lossy(&request.body).replace("\r\n", "\n");
    if !body.is_empty() {
        let _ = write!(text, "\n{}\n", body.trim_end());
    }
    text
}

fn recorded(example: &dyn Example) -> String {
    // A client each, so that adding an endpoint changes no nonce of another.
    let client = builder().clock(recorded_time()).random(Numbered::default()).build().unwrap();
    let request = example.prepare(&client).unwrap_or_else(|error| panic!("{}: {error}", example.spec().id));
    format!("### {}\n{}", example.spec().id, shown(&request))
}

#[test]
fn every_example_goes_on_the_wire_as_recorded() {
    let mut resources: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for example in examples() {
        let (resource, _) = example.spec().id.rsplit_once('.').unwrap();
        resources.entry(resource.to_owned()).or_default().push(recorded(&*example));
    }
    assert!(!resources.is_empty(), "no product is switched on");
    for (resource, requests) in resources {
        insta::assert_snapshot!(resource, requests.join("\n"));
    }
}
