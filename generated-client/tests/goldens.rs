//! Tests the golden crate, the code generated from `codegen/tests/fixtures`: one spec for each feature of the language.
//!
//! `codegen/tests/golden.rs` keeps the goldens up to date. Here their examples are encoded and their replies decoded;
//! what snapshots cannot show (absent or empty, limits, unusual replies) is asserted one by one.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a failed expectation is the failure of a test"
)]

#[path = "goldens/callbacks.rs"]
mod callbacks;
#[path = "goldens/pages.rs"]
mod pages;
mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::{Debug, Write as _};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use shared::{
    accept, bit, bytes, choices, collections, enums, facts, form, free_json, groups, header, json_body, json_in_form,
    limits, multipart, names, nullable, objects, path, payloads, places, query, quoted, repeat, rules, secrets, times,
};
use yunxin::meta::Retry;
use yunxin::transport::{HttpRequest, HttpResponse, Transport, TransportFuture};
use yunxin::{Client, Endpoint, ErrorKind, File, Json, Millis, Seconds, UnixMillis, json};
use yunxin_codegen::model::Api;
use yunxin_codegen::{Sources, compile};
use yunxin_goldens::{dedup, lenient, shared};

use support::{Example, SequentialRandom, builder, examples, recorded_time};

/// The examples of the fixtures as calls.
mod generated {
    use std::fmt::Debug;

    use yunxin::Endpoint;

    use crate::support::Visitor;

    struct Adapter<'a, V>(&'a mut V);

    impl<V: Visitor> yunxin_goldens::support::Visitor for Adapter<'_, V> {
        fn endpoint<E>(&mut self, request: E)
        where
            E: Endpoint + Debug + 'static,
            E::Reply: Debug,
        {
            self.0.endpoint(request);
        }
    }

    /// Passes every example to the visitor.
    pub(crate) fn visit(visitor: &mut impl Visitor) {
        yunxin_goldens::visit(&mut Adapter(visitor));
    }
}

/// Responds to every call with the same status and body.
struct FixedResponse(u16, Arc<str>);

impl Transport for FixedResponse {
    fn send(&self, _: HttpRequest) -> TransportFuture<'_> {
        let response = HttpResponse::new(self.0, self.1.as_bytes().to_vec());
        Box::pin(async { Ok(response) })
    }
}

fn client() -> Client {
    builder().clock(recorded_time()).random(SequentialRandom::default()).build().unwrap()
}

fn client_with_reply(status: u16, reply: &str) -> Client {
    builder().transport(FixedResponse(status, reply.into())).build().unwrap()
}

fn fixtures() -> Api {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../codegen/tests/fixtures");
    compile(&Sources::read(&folder, "fixtures").unwrap()).unwrap().api
}

/// The request as text, without the headers of every request: signature and user agent.
fn shown(request: &HttpRequest) -> String {
    const COMMON_HEADERS: &[&str] = &["appkey", "nonce", "curtime", "checksum", "user-agent"];
    let mut text = format!("{} {}\n", request.method, request.url);
    for (name, value) in request.headers.iter().filter(|(name, _)| !COMMON_HEADERS.contains(name)) {
        let _ = writeln!(text, "{name}: {}", String::from_utf8_lossy(value));
    }
    let body = String::from_utf8_lossy(&request.body).replace("\r\n", "\n");
    if !body.is_empty() {
        let _ = write!(text, "\n{}\n", body.trim_end());
    }
    text
}

/// Path, query and body of a request.
fn path_query_and_body(request: &impl Endpoint) -> String {
    let request = request.prepare(&client()).unwrap();
    let target = request.url.split_once(".example.com").unwrap().1;
    let body = String::from_utf8_lossy(&request.body);
    if body.is_empty() { target.to_owned() } else { format!("{target} {body}") }
}

async fn decode_reply<E: Endpoint>(request: E, reply: &str) -> E::Reply {
    request.send(&client_with_reply(200, reply)).await.unwrap_or_else(|error| panic!("{reply}: {error}"))
}

#[tokio::test]
async fn every_fixture_goes_over_the_wire_as_recorded() {
    let api = fixtures();
    let mut resources: BTreeMap<String, String> = BTreeMap::new();
    for example in examples() {
        let id = example.meta().id;
        let endpoint = api
            .products
            .iter()
            .flat_map(|product| &product.resources)
            .flat_map(|resource| &resource.endpoints)
            .find(|endpoint| endpoint.id == id)
            .unwrap_or_else(|| panic!("{id} is in no fixture: remove its golden"));
        let (resource, _) = id.rsplit_once('.').unwrap();
        let record = recorded(&*example, endpoint.example.reply.as_deref().unwrap_or_default()).await;
        resources.entry(resource.to_owned()).or_default().push_str(&record);
    }
    for (resource, record) in resources {
        insta::assert_snapshot!(resource, record);
    }
}

async fn recorded(example: &dyn Example, reply: &str) -> String {
    let id = example.meta().id;
    let request = example.prepare(&client()).unwrap_or_else(|error| panic!("{id}: {error}"));
    let payload = example.send(&client_with_reply(200, reply)).await.unwrap_or_else(|error| panic!("{id}: {error}"));
    format!("### {id}\n{}\n<- {reply}\n{payload}\n\n", shown(&request))
}

#[test]
fn every_fixture_is_tested() {
    let specified: BTreeSet<_> = fixtures()
        .products
        .into_iter()
        .flat_map(|product| product.resources)
        .flat_map(|resource| resource.endpoints)
        .map(|endpoint| endpoint.id)
        .collect();
    let compiled: BTreeSet<_> = examples().iter().map(|example| example.meta().id.to_owned()).collect();
    assert_eq!(specified, compiled);
}

#[test]
fn absent_values_are_not_sent_and_empty_ones_are() {
    assert_eq!(path_query_and_body(&form::Create::new("a", "")), "/form/create.action accid=a&name=");
    assert_eq!(
        path_query_and_body(&form::Create::new("a", "b").loud(false).small(0).large(0).size(0).ratio(0.0)),
        "/form/create.action accid=a&name=b&loud=false&small=0&large=0&size=0&ratio=0.0"
    );
    assert_eq!(path_query_and_body(&form::Ping::new()), "/form/ping.action");
    assert_eq!(path_query_and_body(&json_body::Replace::new()), "/json {}");
    assert_eq!(path_query_and_body(&json_body::Replace::new().name("")), r#"/json {"name":""}"#);
    assert_eq!(
        path_query_and_body(
            &json_body::Create::new("a").tags(Vec::<String>::new()).counts(Vec::<(String, i64)>::new())
        ),
        r#"/json {"name":"a","tags":[],"counts":{}}"#
    );
    assert_eq!(path_query_and_body(&query::Search::new("")), "/query?word=");
    assert_eq!(path_query_and_body(&query::Search::new("a").ids([])), "/query?word=a&ids=");
    assert_eq!(
        path_query_and_body(
            &json_in_form::Send::new(Vec::<String>::new()).options(json_in_form::SendOptions::new(false))
        ),
        "/send to=%5B%5D&option=%7B%22push%22%3Afalse%7D"
    );
    assert_eq!(path_query_and_body(&free_json::Relay::new(Json::default())), "/free/form body=null");
    assert_eq!(path_query_and_body(&free_json::RelayJson::new(Json::default())), r#"/free/json {"body":null}"#);
}

#[test]
fn numbers_keep_all_their_digits() {
    assert_eq!(
        path_query_and_body(&form::Create::new("a", "b").large(i64::MIN).size(u64::MAX).small(i32::MAX)),
        "/form/create.action accid=a&name=b&small=2147483647&large=-9223372036854775808&size=18446744073709551615"
    );
    assert_eq!(
        path_query_and_body(&quoted::Post::new(i64::MAX).plain(quoted::Extra::new(u64::MAX))),
        r#"/quoted {"cid":"9223372036854775807","plain":{"uid":"18446744073709551615"}}"#
    );
}

#[test]
fn values_cannot_change_the_structure_of_a_request() {
    assert_eq!(
        path_query_and_body(&path::Kick::new("a/../b?c#d", "x&y=z")),
        "/rooms/a%2F..%2Fb%3Fc%23d/members?reason=x%26y%3Dz"
    );
    assert_eq!(
        path_query_and_body(&query::Search::new("a&b=c").names(["x,y"])),
        "/query?word=a%26b%3Dc&names=%5B%22x%2Cy%22%5D"
    );
    let error = header::Notify::new("a\r\nb: c").prepare(&client()).unwrap_err();
    assert_eq!((error.kind(), error.parameter()), (ErrorKind::InvalidRequest, Some("X-Trace")));
}

#[test]
fn the_optional_segment_and_the_optional_header_may_be_omitted() {
    assert_eq!(path_query_and_body(&path::Kick::new("lobby", "late")), "/rooms/lobby/members?reason=late");
    assert_eq!(path_query_and_body(&path::Kick::new("lobby", "late").uid(0)), "/rooms/lobby/members/0?reason=late");
    let request = header::Notify::new("abc").prepare(&client()).unwrap();
    assert_eq!(request.headers.get("X-Trace"), Some("abc"));
    assert_eq!(request.headers.get("X-Depth"), None);
}

#[test]
fn bits_are_0_or_1_in_every_place() {
    assert_eq!(path_query_and_body(&bit::Set::new(false).loud(true)), "/bit/form on=0&loud=1");
    assert_eq!(
        path_query_and_body(&bit::SetJson::new(true).flags(bit::Flags::new(false))),
        r#"/bit/json {"on":1,"flags":{"loud":0}}"#
    );
}

#[test]
fn limits_are_checked_before_sending_and_can_be_switched_off() {
    let check = || limits::Check::new("ab");
    let refused = [
        (limits::Check::new("abcde"), "accid", "5 characters, and at most 4"),
        (limits::Check::new("a\n"), "accid", "control character"),
        (check().text("abcd"), "text", "4 characters, and at most 3"),
        (check().text("汉汉汉"), "text", "9 bytes in UTF-8, and at most 6"),
        (check().tags(["a", "b", "c"]), "tags", "3 items, and at most 2"),
        (check().tags(["a", "b\n"]), "tags[1]", "control character"),
        (check().tags(["aaaaaaaaa", "bbbbbbbbb"]), "tags", "25 characters, and at most 20"),
        (check().counts([("a", 1), ("b", 2)]), "counts", "2 items, and at most 1"),
        (check().seconds(0), "seconds", "is 0, and must be from 1 to 60"),
        (check().seconds(Duration::from_secs(61)), "seconds", "is 61, and must be from 1 to 60"),
        (check().least(-1), "least", "is -1, and must be at least 0"),
        (check().most(5.5), "most", "is 5.5, and must be at most 5"),
        (check().most(f64::NAN), "most", "finite"),
        (check().data("1234567"), "data", "12 characters, and at most 8"),
        (check().inner(limits::Inner::new("abc")), "inner.name", "3 characters, and at most 2"),
    ];
    let unchecked = builder().check_limits(false).build().unwrap();
    for (request, parameter, what) in refused {
        let error = request.prepare(&client()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidRequest);
        assert_eq!(error.parameter(), Some(parameter));
        assert!(error.to_string().contains(what), "{error}");
        // Values that cannot be encoded are always refused.
        let never = what.contains("control") || what.contains("finite");
        assert_eq!(request.prepare(&unchecked).is_err(), never, "{what}");
    }
}

#[test]
fn a_multipart_part_has_its_name_and_content_type() {
    let picture = File::new("cat.png", [0x89, b'P']).content_type("image/png");
    let request = multipart::Upload::new(picture).prepare(&client()).unwrap();
    let body = String::from_utf8_lossy(&request.body);
    assert!(body.contains("name=\"picture\"; filename=\"cat.png\"\r\nContent-Type: image/png\r\n\r\n"), "{body}");
    assert!(!body.contains("thumbnail") && !body.contains("title"), "{body}");
    assert_eq!(request.timeout, Duration::from_secs(30));
}

#[test]
fn endpoint_meta_has_the_facts_of_the_spec() {
    assert_eq!(facts::Read::META.retry, Retry::Safe);
    assert_eq!(facts::Slow::META.retry, Retry::Never);
    assert_eq!(dedup::msg::Send::META.retry, Retry::Deduplicated);
    assert_eq!(dedup::msg::Ring::META.retry, Retry::Never);
    assert_eq!(dedup::PRODUCT.request_id.dedup, Some(Duration::from_secs(60)));
    assert_eq!(lenient::PRODUCT.request_id.dedup, None);
    assert_eq!(lenient::PRODUCT.health, Some("/health.html"));
    let shared = rules::Search::META.rate.unwrap();
    assert_eq!((shared.calls, shared.per, shared.shared), (10, Duration::from_secs(60), Some("searching")));
    assert_eq!(facts::Read::new().prepare(&client()).unwrap().timeout, Duration::from_millis(1_500));
    assert_eq!(facts::Slow::new().prepare(&client()).unwrap().timeout, Duration::from_secs(120));
}

#[test]
fn an_unsigned_call_has_no_credentials() {
    let request = facts::Open::new().size(5).prepare(&client()).unwrap();
    let names: Vec<_> = request.headers.iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["x-request-id", "user-agent"]);
    assert!(request.url.ends_with("/facts/open?size=5"), "{}", request.url);
    let request = facts::Known::new().prepare(&client()).unwrap();
    let names: Vec<_> = request.headers.iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["appkey", "x-request-id", "user-agent"]);
}

#[tokio::test]
async fn secrets_are_sent_and_read_but_not_shown() {
    let request = secrets::Login::new("p4ss").old(["older"]);
    assert_eq!(path_query_and_body(&request), "/login password=p4ss&old=%5B%22older%22%5D");
    let session = decode_reply(request.clone(), r#"{"code":200,"info":{"token":"t0k3n","spare":"5p4r3"}}"#).await;
    assert_eq!((session.token.expose(), session.spare.as_ref().unwrap().expose()), ("t0k3n", "5p4r3"));
    let error = secrets::Login::new("p4ss".repeat(9)).prepare(&client()).unwrap_err();
    let shown = format!("{request:?} {session:?} {error} {error:?}");
    assert!(["p4ss", "older", "t0k3n", "5p4r3"].iter().all(|secret| !shown.contains(secret)), "{shown}");
}

#[tokio::test]
async fn alternative_names_are_read_and_only_the_main_one_is_sent() {
    assert_eq!(path_query_and_body(&accept::Get::new("alice")), "/accept userId=alice");
    for (id, name) in [("userId", "name"), ("user_id", "nick"), ("userid", "name")] {
        let user =
            decode_reply(accept::Get::new("a"), &format!(r#"{{"code":200,"info":{{"{id}":"x","{name}":"y"}}}}"#)).await;
        assert_eq!((user.user_id.as_str(), user.name.as_str()), ("x", "y"));
    }
}

#[tokio::test]
async fn unlisted_enum_values_survive() {
    assert_eq!(
        path_query_and_body(&enums::Set::new(7).os("beos").others([enums::Os::V3ds, enums::Os::from("x")])),
        r#"/enums {"gender":7,"os":"beos","others":["3ds","x"]}"#
    );
    let reply = r#"{"code":200,"data":{"gender":"9","os":"beos","by_name":{"a":"1","b":-3}}}"#;
    let kinds = decode_reply(enums::Set::new(enums::Gender::Male), reply).await;
    assert_eq!(kinds.gender, enums::Gender::Unlisted(9));
    assert_eq!(kinds.os, Some(enums::Os::Unlisted("beos".to_owned())));
    assert_eq!(kinds.by_name["a"], enums::Gender::Male);
    assert_eq!(kinds.by_name["b"].raw(), -3);
    let empty = decode_reply(enums::Set::new(0), r#"{"code":200,"data":{}}"#).await;
    assert_eq!((empty.gender, empty.os), (enums::Gender::Unknown, None));
}

#[test]
fn enums_are_made_of_raw_values_and_shown_by_name() {
    assert_eq!(enums::Gender::from(1), enums::Gender::Male);
    assert_ne!(enums::Gender::from(9), enums::Gender::from(8));
    assert_eq!(enums::Os::from("iOS".to_owned()), enums::Os::Ios);
    assert_eq!(format!("{:?}", (enums::Gender::Male, enums::Gender::Unlisted(9))), "(Male, Unlisted(9))");
    assert_eq!(format!("{:?}", (enums::Os::Ios, enums::Os::from("be\"os"))), r#"(Ios, Unlisted("be\"os"))"#);
}

#[tokio::test]
async fn replies_are_read_leniently() {
    let inline = r#"{"code":200,"tree":{"name":"a","children":[{"name":"b"}],"stamp":{"at":"5"},"new":1}}"#;
    let tree = decode_reply(objects::Save::new(objects::Tree::new("a", [])), inline).await;
    assert_eq!((tree.children[0].name.as_str(), tree.stamp.as_ref().unwrap().at, &tree.label), ("b", 5, &None));
    let text =
        r#"{"code":"200","tree":"{\"name\":\"a\",\"children\":\"[{\\\"name\\\":\\\"b\\\"}]\",\"stamp\":{\"at\":5}}"}"#;
    assert_eq!(decode_reply(objects::Save::new(objects::Tree::new("a", [])), text).await, tree);
    let points =
        decode_reply(collections::Put::new([]), r#"{"code":200,"data":{"a":"[{\"x\":\"1\"}]","b":null}}"#).await;
    assert_eq!((points["a"][0].x, points["b"].len()), (1, 0));
    let plan = decode_reply(times::Plan::new(0), r#"{"code":200,"plan":{"begin":"1700000000000","took":null}}"#).await;
    assert_eq!((plan.begin, plan.took), (UnixMillis::from(1_700_000_000_000), None));
    assert_eq!(decode_reply(bytes::Store::new("x"), r#"{"code":200,"data":"/w=="}"#).await, [0xff].into());
}

#[tokio::test]
async fn payloads_are_read_where_the_spec_says() {
    decode_reply(payloads::Nothing::new(), r#"{"code":200,"info":[]}"#).await;
    assert_eq!(decode_reply(payloads::Number::new(), r#"{"total":"3","code":200}"#).await, 3);
    let flat = decode_reply(payloads::Flat::new(), r#"{"name":"a","count":"1","code":200,"note":null}"#).await;
    assert_eq!((flat.name.as_str(), flat.count, flat.note), ("a", 1, None));
    let fields =
        decode_reply(payloads::FlatFields::new(), r#"{"code":200,"tid":7,"faccid":"{\"msg\":[\"gone\"]}"}"#).await;
    assert_eq!((fields.tid.as_str(), fields.faccid.unwrap()["msg"][0].as_str()), ("7", "gone"));
    let free = decode_reply(free_json::RelayJson::new("x"), r#"{"code":200,"anything":1}"#).await;
    assert_eq!(free, Json::from(json!({ "code": 200, "anything": 1 })));
    for (reply, path) in [
        (r#"{"code":200}"#, "info"),
        (r#"{"code":200,"info":null}"#, "info"),
        (r#"{"code":200,"info":{"name":"a","count":"x"}}"#, "info.count"),
        (r#"{"code":200,"info":[]}"#, "info"),
    ] {
        let error = payloads::AtKey::new().send(&client_with_reply(200, reply)).await.unwrap_err();
        assert_eq!((error.kind(), error.json_path()), (ErrorKind::Decode, Some(path)), "{reply}");
        assert_eq!(error.body(), Some(reply.as_bytes()));
    }
}

#[tokio::test]
async fn success_follows_the_rules_of_the_product() {
    let create = || lenient::room::Create::new("lobby");
    for (status, reply) in [
        (200, r#"{"cid":1}"#),
        (201, r#"{"errcode":0,"cid":1}"#),
        (299, r#"{"cid":"1","errcode":"200","requestId":"r"}"#),
    ] {
        let reply = create().send_with_meta(&client_with_reply(status, reply)).await.unwrap();
        assert_eq!(reply.payload().cid, 1);
    }
    lenient::room::Delete::new(1).send(&client_with_reply(204, "")).await.unwrap();
    assert!(create().send(&client_with_reply(200, "")).await.is_err(), "a payload is promised");
    for (status, reply, kind) in [
        (200, r#"{"errcode":601,"errmsg":"later"}"#, ErrorKind::Api),
        (400, r#"{"errcode":400,"errmsg":"bad"}"#, ErrorKind::Api),
        (302, r#"{"cid":1}"#, ErrorKind::Http),
        (500, "<html>", ErrorKind::Http),
        (200, "<html>", ErrorKind::Decode),
    ] {
        let error = create().send(&client_with_reply(status, reply)).await.unwrap_err();
        assert_eq!(error.kind(), kind, "{status} {reply}: {error}");
    }
    let error = create().send(&client_with_reply(409, r#"{"errcode":409,"errmsg":"again"}"#)).await.unwrap_err();
    assert!(error.is(lenient::ErrorCode::Repeated));
    assert_eq!((error.message(), error.code().and_then(|code| code.name())), (Some("again"), Some("repeated")));
    let error = create()
        .send(&client_with_reply(401, r#"{"errcode":401,"errmsg":"check \"sum\" is wrong"}"#))
        .await
        .unwrap_err();
    assert!(error.is_clock());
    assert!(form::Ping::new().send(&client_with_reply(200, "{}")).await.is_err(), "this product always has a code");
}

#[test]
fn a_value_in_several_places_is_the_same_in_each() {
    let mix = || places::Mix::new("a b", 2);
    assert_eq!(
        path_query_and_body(&mix().kinds(["x", "y z"])),
        r#"/places/a%20b?page=2&kinds=x,y%20z {"id":"a b","kinds":["x","y z"]}"#
    );
    let error = mix().kinds(["x,y"]).prepare(&client()).unwrap_err();
    assert_eq!((error.kind(), error.parameter()), (ErrorKind::InvalidRequest, Some("kinds")));
    assert_eq!(path_query_and_body(&places::Remove::new("a")), "/places/a", "a DELETE without parameters has no body");
}

#[test]
fn units_of_time_are_those_of_the_wire() {
    let plan = times::Plan::new(recorded_time())
        .end(recorded_time())
        .pause(Duration::from_millis(1_001))
        .step(Millis::from(5))
        .keep(Duration::from_secs(7_200));
    assert_eq!(path_query_and_body(&plan), "/times begin=1443592222&end=1443592222000&pause=2&step=5&keep=2");
    assert_eq!(path_query_and_body(&times::Plan::new(-1).pause(Seconds::from(0))), "/times begin=-1&pause=0");
}

#[test]
fn names_in_rust_and_on_the_wire_are_independent() {
    let request = names::Rename::new("a").kind(1).mute_p2p(false).user_name("b").device_id("c");
    assert_eq!(
        path_query_and_body(&request),
        r#"/names {"callerAcc":"a","type":1,"muteP2P":false,"user.name":"b","device_id":"c"}"#
    );
}

#[test]
fn requests_are_plain_values() {
    fn plain<T: Clone + Debug + PartialEq + Send + Sync + 'static>(_: &T) {}
    plain(&form::Ping::new());
    plain(&multipart::Upload::new(File::new("a", "b")));
}

#[test]
fn requests_are_equal_if_they_send_the_same() {
    fn differ<T: Clone + Debug + PartialEq>(requests: &[T]) {
        for (place, one) in requests.iter().enumerate() {
            for (other_place, other) in requests.iter().enumerate() {
                assert_eq!(one.clone() == *other, place == other_place, "{one:?} and {other:?}");
            }
        }
    }
    differ(&[form::Create::new("a", "b"), form::Create::new("b", "a"), form::Create::new("a", "b").loud(false)]);
    differ(&[secrets::Login::new("p4ss"), secrets::Login::new("word"), secrets::Login::new("p4ss").old(["older"])]);
    let picture = |content: &str| multipart::Upload::new(File::new("a", content.to_owned()));
    differ(&[picture("one"), picture("two"), picture("one").title("t")]);
    differ(&[path::Kick::new("a", "b"), path::Kick::new("b", "b"), path::Kick::new("a", "b").uid(1)]);
    differ(&[header::Notify::new("a"), header::Notify::new("b")]);
    differ(&[query::Search::new("a"), query::Search::new("b"), query::Search::new("a").exact(true)]);
    let label = |text: &str| objects::Save::new(objects::Tree::new("a", [])).label(objects::Label::new(text));
    differ(&[objects::Save::new(objects::Tree::new("a", [])), label("b"), label("c")]);
    let patient = |seconds| form::Ping::new().with_timeout(Duration::from_secs(seconds));
    differ(&[patient(1), patient(2), patient(1).with_param("a", 1)]);
}

#[test]
fn objects_are_plain_values() {
    let stamp = objects::Stamp::new(7);
    let tree = objects::Tree::new("a", [objects::Tree::new("b", [])]).stamp(stamp.clone());
    assert_eq!(tree.clone(), tree);
    assert_ne!(tree, objects::Tree::new("a", []).stamp(stamp));
    assert_ne!(objects::Label::new("a"), objects::Label::new("a").colour("red"));
    let shown =
        r#"Tree { name: "a", label: None, children: [Tree { name: "b", label: None, children: [], stamp: None }], "#;
    assert_eq!(format!("{tree:?}"), format!("{shown}stamp: Some(Stamp {{ at: 7 }}) }}"));
    assert_eq!(format!("{:#?}", objects::Stamp::new(7)), "Stamp {\n    at: 7,\n}");
}

#[test]
fn requests_are_shown_without_secrets_and_contents() {
    let shows = |request: &dyn Debug, expected: &str| assert_eq!(format!("{request:?}"), expected);
    shows(&form::Ping::new(), "Ping");
    shows(&secrets::Login::new("p4ss").old(["older"]), "Login { password: ***, old: Some([***]) }");
    shows(&bytes::Store::new("x"), "Store { data: Base64(1 bytes), more: None }");
    let file = multipart::Upload::new(File::new("a.png", "content"));
    let expected = r#"File { name: "a.png", kind: "application/octet-stream", bytes: 7 }"#;
    shows(&file, &format!("Upload {{ picture: {expected}, thumbnail: None, title: None, sizes: None }}"));
}

fn local_error(request: &impl Endpoint) -> String {
    let error = request.prepare(&client()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidRequest, "{error}");
    error.to_string()
}

#[test]
fn choices_and_forms_are_checked() {
    assert_eq!(
        path_query_and_body(&choices::Call::new("13800000000").period("hour")),
        "/choices/call phone=13800000000&period=hour"
    );
    assert!(local_error(&choices::Call::new("013800000000")).contains("phone"));
    assert!(local_error(&choices::Call::new("13800000000").period("year")).contains("hour, day"));
    assert!(local_error(&choices::Call::new("13800000000").line(3)).contains("line"));
    assert!(
        local_error(&choices::Call::new("13800000000").letterbox(choices::Box::new("A"))).contains("letterbox.code")
    );
}

#[test]
fn parameters_of_a_group_depend_on_each_other() {
    assert_eq!(path_query_and_body(&groups::Find::new().tid(1)), "/groups/find tid=1");
    assert!(local_error(&groups::Find::new()).contains("tid, tname"));
    assert!(local_error(&groups::Find::new().tid(1).tname("lamp")).contains("exactly one"));
    assert!(local_error(&groups::Find::new().tid(1).width(3)).contains("width, height"));
    let unchecked = builder().check_limits(false).build().unwrap();
    assert!(groups::Find::new().prepare(&unchecked).is_ok());
}

#[test]
fn an_ordered_group_needs_at_least_one_parameter() {
    let list = || groups::List::new(UnixMillis::from(7));
    assert_eq!(path_query_and_body(&list().tid(1)), "/groups/list since=7&tid=1");
    assert_eq!(path_query_and_body(&list().tname("lamp").tid(1)), "/groups/list since=7&tname=lamp&tid=1");
    assert!(local_error(&list()).contains("`tname, tid` are all left out"), "{}", local_error(&list()));
    let unchecked = builder().check_limits(false).build().unwrap();
    assert!(list().prepare(&unchecked).is_ok());
}

#[test]
fn rules_between_parameters_are_checked_before_sending() {
    let search = || rules::Search::new(1_000, 61_000);
    assert_eq!(path_query_and_body(&search()), "/rules/search begin=1000&end=61000");
    assert!(path_query_and_body(&search().deadline(3)).contains("deadline=3"), "the default of `mode` counts");
    assert!(path_query_and_body(&search().mode(rules::Mode::Endless).depth(3)).contains("mode=3&depth=3"));
    assert!(path_query_and_body(&search().deep(false)).contains("deep=0"));
    assert!(path_query_and_body(&search().hint("green")).contains("hint=green"), "what has no effect is sent");
    for (request, words) in [
        (rules::Search::new(5, 5), "begin, end are 5 and 5, and the first must be less than the second"),
        (rules::Search::new(0, 59_999), "begin, end are 59999 apart, and must be at least 60000"),
        (rules::Search::new(0, 604_800_001), "begin, end are 604800001 apart, and must be at most 604800000"),
        (search().depth(3), "depth may be given only if mode is 2 or 3"),
        (search().mode(rules::Mode::Thorough).deadline(3), "deadline may be given only if mode is 1"),
        (search().token("a"), "token may be given only if marker is given"),
        (search().deep(true), "reason must be given if deep is true"),
        (search().hurry(true).reason("x"), "hurry, reason are 2 given, and at most one of them is allowed"),
    ] {
        let error = local_error(&request).replace('`', "");
        assert!(error.contains(words), "{error}");
    }
    let unchecked = builder().check_limits(false).build().unwrap();
    assert!(rules::Search::new(5, 5).deep(true).depth(3).token("a").prepare(&unchecked).is_ok());
}

#[test]
fn rules_hold_inside_of_objects_too() {
    let order = |line| rules::Order::new([rules::Line::new().article("a"), line]);
    assert!(path_query_and_body(&order(rules::Line::new().article("b").begin(1).end(2).colour("red"))).contains("red"));
    for (line, words) in [
        (rules::Line::new(), "lines[1].article, code are 0 given, and exactly one of them is needed"),
        (rules::Line::new().article("b").begin(2).end(1), "lines[1].begin, end are 2 and 1"),
        (rules::Line::new().code("7").colour("red"), "lines[1].colour may be given only if article is given"),
        (rules::Line::new().code("7").mode(9), "lines[1].mode is none of the allowed values: 1, 2, 3"),
    ] {
        let error = local_error(&order(line)).replace('`', "");
        assert!(error.contains(words), "{error}");
    }
}

#[test]
fn closed_enums_and_parts_of_enums_take_no_other_values() {
    let error_text = |request: &rules::Order| local_error(request).replace('`', "");
    let order = || rules::Order::new([rules::Line::new().article("a")]);
    assert!(error_text(&order().mode(9)).contains("mode is none of the allowed values: 1, 2"));
    assert!(error_text(&order().mode(rules::Mode::Endless)).contains("mode is none of the allowed values: 1, 2"));
    assert!(error_text(&order().modes([1, 9])).contains("modes[1] is none of the allowed values: 1, 2, 3"));
    assert!(error_text(&order().few([rules::Mode::Quick])).contains("few[0] is none of the allowed values: 2"));
    assert!(path_query_and_body(&order().modes([1, 3]).few([2])).contains(r#""modes":[1,3],"few":[2]"#));
    let unchecked = builder().check_limits(false).build().unwrap();
    assert!(order().mode(9).prepare(&unchecked).is_ok());
}

#[test]
fn a_path_keeps_the_slash_at_its_end() {
    let order = rules::Order::new([rules::Line::new().article("a")]);
    assert!(path_query_and_body(&order).starts_with("/rules/order/ "), "{}", path_query_and_body(&order));
}

#[test]
fn null_absent_and_empty_are_three_things() {
    let of = |request: nullable::Update| path_query_and_body(&request);
    assert_eq!(of(nullable::Update::new("a")), r#"/nullable/update {"id":"a"}"#);
    assert_eq!(of(nullable::Update::new("a").label_null()), r#"/nullable/update {"id":"a","label":null}"#);
    assert_eq!(of(nullable::Update::new("a").label("")), r#"/nullable/update {"id":"a","label":""}"#);
    let owner = nullable::Owner::new().name_null();
    assert_eq!(of(nullable::Update::new("a").owner(owner)), r#"/nullable/update {"id":"a","owner":{"name":null}}"#);
    assert!(local_error(&nullable::Update::new("a").label("too long a label")).contains("label"));
}

#[test]
fn a_repeated_parameter_occurs_once_for_each_item() {
    assert_eq!(path_query_and_body(&repeat::List::new([1, 2]).kinds(["a b"])), "/repeat/list?ids=1&ids=2&kinds=a%20b");
    assert_eq!(path_query_and_body(&repeat::Mark::new(["a", "b"])), "/repeat/mark ids=a&ids=b");
    assert_eq!(path_query_and_body(&repeat::List::new(Vec::new())), "/repeat/list");
    assert!(local_error(&repeat::List::new([1, 2, 3, 4])).contains("ids"));
}

#[test]
fn files_have_a_size_limit() {
    let large = limits::Upload::new(File::new("a.txt", vec![0; 2000]));
    assert!(local_error(&large).contains("2000 bytes"));
}
