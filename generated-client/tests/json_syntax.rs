//! Tests that the client's own JSON reader and `serde_json` accept the same texts. The fuzz target `json` tests more.
//!
//! There are no differences, also in the depth (127 levels) and in the range of numbers. A number that does not fit its
//! field is another case: then the reply is valid JSON that cannot be decoded.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a failure here is the failure of the test"
)]

mod test_product;

use std::path::Path;
use std::sync::{Arc, Mutex};
use std::thread;

use serde_json::Value;
use yunxin::__private::Reader;
use yunxin::transport::{HttpRequest, HttpResponse, Transport, TransportFuture};
use yunxin::{Client, Credentials, Endpoint, ErrorKind, Json, Outcome, RetryPolicy};
use yunxin_codegen::{Sources, compile};

use test_product::{Create, GetUserInfos, Kick};

/// Bytes that have a meaning in JSON, and some that are always invalid.
const BYTES: &[u8] = b"{}[],:\"\\09-+.ex \n\0\x80\xff";

/// Calls `visit` with the text with one byte replaced or inserted, at every position.
fn damaged(text: &[u8], mut visit: impl FnMut(&[u8])) {
    let mut changed = text.to_vec();
    for at in 0..text.len() {
        for byte in BYTES {
            changed[at] = *byte;
            visit(&changed);
        }
        changed[at] = text[at];
    }
    for at in 0..=text.len() {
        changed.insert(at, 0);
        for byte in BYTES {
            changed[at] = *byte;
            visit(&changed);
        }
        changed.remove(at);
    }
}

fn is_json(text: &[u8]) -> bool {
    serde_json::from_slice::<Value>(text).is_ok()
}

fn client_accepts(text: &[u8]) -> bool {
    let mut reader = Reader::new(text);
    reader.slice().and_then(|_| reader.finish()).is_ok()
}

fn assert_same_verdict(text: &[u8]) {
    assert_eq!(client_accepts(text), is_json(text), "{:?}", String::from_utf8_lossy(text));
}

/// The shortest example with a payload of each resource.
fn examples() -> Vec<String> {
    let spec = Path::new(env!("CARGO_MANIFEST_DIR")).join("../spec");
    let api = compile(&Sources::read(&spec, "spec").unwrap()).unwrap().api;
    let resources = api.products.into_iter().flat_map(|product| product.resources);
    let shortest = resources.filter_map(|resource| {
        let replies = resource.endpoints.into_iter().filter_map(|endpoint| endpoint.example.reply);
        // A reply with a code and a message only would have little to damage.
        replies.min_by_key(|reply| (reply.len() < 40, reply.len().abs_diff(40)))
    });
    shortest.collect()
}

#[test]
fn both_parsers_agree_on_damaged_replies_of_each_resource() {
    let examples = examples();
    assert!(examples.len() > 100, "{}", examples.len());
    let work = Mutex::new(examples.iter());
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().map_or(2, usize::from) {
            scope.spawn(|| {
                loop {
                    let Some(example) = work.lock().unwrap().next() else { break };
                    assert!(is_json(example.as_bytes()));
                    damaged(example.as_bytes(), assert_same_verdict);
                }
            });
        }
    });
}

#[test]
fn both_parsers_agree_on_texts_beyond_one_byte_changes() {
    for text in [
        "",
        " ",
        "nul",
        "nulL",
        "null",
        "truex",
        "true false",
        "False",
        "NaN",
        "Infinity",
        "-",
        "-Infinity",
        "+1",
        ".5",
        "1.",
        "01",
        "-01",
        "00",
        "-0",
        "0e1",
        "1e",
        "1e+",
        "1e5x",
        "0x10",
        "1_000",
        "1 2",
        "1,",
        "[1,]",
        "[,1]",
        "[1 2]",
        "[1,,2]",
        "{,}",
        "{\"a\"}",
        "{\"a\":}",
        "{\"a\":1,}",
        "{\"a\":1 \"b\":2}",
        "{\"a\" 1}",
        "{a:1}",
        "{'a':1}",
        "{1:1}",
        "{\"a\":1}}",
        "[1]]",
        "[1",
        "{\"a\":1",
        "\"",
        "\"a",
        "\"\\\"",
        "\"\\q\"",
        "\"\\u12\"",
        "\"\\u12g4\"",
        "\"\\u+123\"",
        "\"\\ud83d\"",
        "\"\\ude00\"",
        "\"\\ud83d\\ud83d\"",
        "\"\\ud83d\\n\"",
        "\"\\ud83d\\ude00\"",
        "\"\\ud83dx\\ude00\"",
        "\"\\uD83D\\uDE00\"",
        "\"\\u0000\"",
        "\"\\uffff\"",
        "\"\t\"",
        "\"\u{7f}\u{2028}\"",
        "// a\n1",
        "/* a */1",
        "\u{feff}1",
        "\u{a0}1",
        "1\u{c}",
        "\u{b}1",
        "1\u{85}",
        "\r\n\t 1\r\n\t ",
        "1e308",
        "1e309",
        "-1e309",
        "1e999",
        "1e-999",
        "0e999",
        "1e99999999999999999999",
        "1e-99999999999999999999",
        "1.7976931348623157e308",
        "1.7976931348623159e308",
        "123456789012345678901234567890",
        "{\"a\":1,\"a\":2}",
        "[\"\\/\"]",
    ] {
        assert_same_verdict(text.as_bytes());
        assert_same_verdict(format!("[{text}]").as_bytes());
        assert_same_verdict(format!("{{\"a\":{text}}}").as_bytes());
        assert_same_verdict(format!("{{{text}:1}}").as_bytes());
        assert_eq!(Json::parse(text).is_ok(), is_json(text.as_bytes()), "{text}");
    }
    for digits in [299, 300, 301, 308, 309, 310, 400] {
        assert_same_verdict("9".repeat(digits).as_bytes());
        assert_same_verdict(format!("-0.{}", "9".repeat(digits)).as_bytes());
        assert_same_verdict(format!("1{}.5e-300", "0".repeat(digits)).as_bytes());
    }
    for depth in [1, 2, 63, 64, 65, 126, 127, 128, 129, 1000] {
        assert_same_verdict(format!("{}{}", "[".repeat(depth), "]".repeat(depth)).as_bytes());
        assert_same_verdict(format!("{}1{}", "{\"a\":".repeat(depth), "}".repeat(depth)).as_bytes());
    }
    for text in [
        &b"\"\x80\""[..],
        b"\"\xc3\"",
        b"\"\xe6\xb1\"",
        b"\"\xed\xa0\x80\"",
        b"\"\xf4\x90\x80\x80\"",
        b"\xff1",
        b"1\xff",
        b"[1\xc3\x28]",
    ] {
        assert_same_verdict(text);
    }
}

/// Responds with a body that the test can change.
#[derive(Clone, Default)]
struct SettableResponse(Arc<Mutex<Vec<u8>>>);

impl Transport for SettableResponse {
    fn send(&self, _request: HttpRequest) -> TransportFuture<'_> {
        let body = self.0.lock().unwrap().clone();
        Box::pin(async move { Ok(HttpResponse::new(200, body)) })
    }
}

/// Damages the reply to a call at every position: invalid JSON must not give a code, a success or a refusal.
async fn call_after_damage<E: Endpoint>(request: E, reply: &str) {
    let response = SettableResponse::default();
    let client = Client::builder(Credentials::new("k", "s"))
        .transport(response.clone())
        .host("https://host.example")
        .retry(RetryPolicy::none())
        .build()
        .unwrap();
    let mut replies = Vec::new();
    damaged(reply.as_bytes(), |reply| {
        if !is_json(reply) {
            replies.push(reply.to_vec());
        }
    });
    for reply in replies {
        response.0.lock().unwrap().clone_from(&reply);
        let shown = String::from_utf8_lossy(&reply);
        match request.send(&client).await {
            Ok(_) => panic!("a success: {shown:?}"),
            Err(error) => {
                let found = (error.kind(), error.outcome(), error.code().map(|code| code.value()));
                assert_eq!(found, (ErrorKind::Decode, Outcome::Unknown, None), "{shown:?}");
            }
        }
    }
}

#[tokio::test]
async fn a_reply_that_is_not_json_has_neither_code_nor_success() {
    call_after_damage(Create::new("alice"), r#"{"code":414,"desc":"bad"}"#).await;
    call_after_damage(Create::new("alice"), r#"{"code":200,"info":{"accid":"a","x":[1]}}"#).await;
    call_after_damage(GetUserInfos { accids: Vec::new() }, r#"{"uinfos":"[{}]","code":200}"#).await;
    let kick = Kick { room: "r".to_owned(), uid: None, seconds: None, reason: None };
    call_after_damage(kick, r#"{"cid":5,"left":["a"],"errmsg":"x"}"#).await;
}
