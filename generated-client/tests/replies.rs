//! Tests how responses are classified and decoded, without a network.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a failure here is the failure of the test"
)]

mod test_product;

use std::sync::Arc;

use yunxin::__private::{Encoder, EndpointMeta, FieldVisitor, Fields};
use yunxin::transport::{HttpRequest, HttpResponse, Transport, TransportFuture};
use yunxin::{Client, CodeKind, Credentials, Endpoint, Error, ErrorKind, File, Outcome, Response, Result, RetryPolicy};

use test_product::{Create, Delete, ErrorCode, Gender, GetUserInfos, Kick, SendMessage, Upload};

/// Responds to every request with the same status and body.
#[derive(Clone)]
struct FixedResponse(u16, Arc<str>);

impl Transport for FixedResponse {
    fn send(&self, _request: HttpRequest) -> TransportFuture<'_> {
        Box::pin(async { Ok(HttpResponse::new(self.0, self.1.as_bytes().to_vec())) })
    }
}

async fn call<E: Endpoint>(endpoint: E, status: u16, body: &str) -> Result<Response<E::Reply>> {
    let client = Client::builder(Credentials::new("k", "s"))
        .transport(FixedResponse(status, body.into()))
        .host("https://host.example")
        .retry(RetryPolicy::none())
        .build()
        .unwrap();
    let response = endpoint.send_with_meta(&client).await;
    match (&response, endpoint.send(&client).await) {
        (Ok(_), Ok(_)) | (Err(_), Err(_)) => {}
        _ => panic!("send and send_with_meta differ"),
    }
    response
}

async fn call_error<E: Endpoint>(endpoint: E, status: u16, body: &str) -> Error {
    match call(endpoint, status, body).await {
        Ok(_) => panic!("{status} {body} is taken for a success"),
        Err(error) => error,
    }
}

fn create() -> Create {
    Create::new("alice")
}

fn kick() -> Kick {
    Kick { room: "r".to_owned(), uid: None, seconds: None, reason: None }
}

fn delete() -> Delete {
    Delete { cname: "r".to_owned(), ids: Vec::new(), tag: None }
}

fn infos() -> GetUserInfos {
    GetUserInfos { accids: Vec::new() }
}

#[tokio::test]
async fn a_success_is_read_whatever_the_order_and_the_spelling() {
    let plain = r#"{"code":200,"info":{"accid":"alice","token":"t","gender":2,"profile":{"name":"A","ext":{"a":1}},
        "friends":[{"id":18446744073709551615,"close":true},{"id":"7","close":"0"}],"seen":"1614764611561","new":[{}]},"desc":"ok"}"#;
    let late = r#"{"info":{"accid":"alice","Token":"t","gender":"2","profile":"{\"name\":\"A\",\"ext\":{\"a\":1}}",
        "friends":"[{\"id\":\"18446744073709551615\",\"close\":1},{\"id\":7}]","seen":1614764611561.0},"code":"200"}"#;
    let as_text = r#"{"code":200,"info":"{\"accid\":\"alice\",\"token\":\"t\",\"gender\":2,\"profile\":{\"name\":\"A\",\"ext\":{\"a\":1}},\"friends\":[{\"id\":18446744073709551615,\"close\":true},{\"id\":7,\"close\":null}],\"seen\":1614764611561}"}"#;
    let mut payloads = Vec::new();
    for body in [plain, late, as_text] {
        payloads.push(call(create(), 200, body).await.unwrap().into_payload());
    }
    let first = &payloads[0];
    assert_eq!(first.accid, "alice");
    assert_eq!(first.token.expose(), "t");
    assert_eq!(first.gender, Some(Gender::Female));
    assert_eq!(first.friends[0].id, u64::MAX);
    assert_eq!(first.seen.get(), 1_614_764_611_561);
    assert_eq!(first.profile.ext.as_ref().unwrap().value()["a"], 1);
    assert!(payloads.iter().all(|payload| payload == first), "{payloads:#?}");
}

#[tokio::test]
async fn a_key_may_be_written_with_escapes_and_two_keys_are_not_one() {
    let body = r#"{"c\u006fde":200,"info":{"a\u0063cid":"alice","token\tToken":"no","accid\ntoken":"no","token\u000agender":1}}"#;
    let account = call(create(), 200, body).await.unwrap().into_payload();
    assert_eq!((&*account.accid, account.token.expose(), account.gender), ("alice", "", None));
}

/// A call whose reply is a list of a type that reads no fields.
#[derive(Clone, Debug)]
struct IgnoringCreate;

#[derive(Debug, Default, PartialEq)]
struct IgnoresFields;

impl Fields for IgnoresFields {
    fn visit_fields(&mut self, _: &mut FieldVisitor<'_>) {}
}

impl Endpoint for IgnoringCreate {
    type Reply = Vec<IgnoresFields>;
    const META: EndpointMeta<'static> = Create::META;

    fn encode(&self, _: &mut Encoder<'_>) {}
}

#[derive(Clone, Debug)]
struct IgnoringKick;

impl Endpoint for IgnoringKick {
    type Reply = IgnoresFields;
    const META: EndpointMeta<'static> = Kick::META;

    fn encode(&self, out: &mut Encoder<'_>) {
        out.path("room", &1, &[]);
    }
}

#[tokio::test]
async fn a_reply_type_without_fields_does_not_change_the_classification() {
    let payload =
        call(IgnoringCreate, 200, r#"{"info":[{"a":{"b":[1]}},{}],"code":200}"#).await.unwrap().into_payload();
    assert_eq!(payload, [IgnoresFields, IgnoresFields]);
    call(IgnoringKick, 200, r#"{"code":200,"a":{"b":[1]}}"#).await.unwrap();
    let error = call_error(IgnoringKick, 200, r#"{"code":414,"msg":"no such room"}"#).await;
    assert_eq!(error.code().unwrap().value(), 414, "{error}");
}

#[tokio::test]
async fn ids_of_19_digits_are_exact() {
    for body in [
        r#"{"code":200,"data":{"msgid":1232001762022391801,"timetag":1,"antispam":0}}"#,
        r#"{"code":200,"data":{"msgid":"1232001762022391801","timetag":"1","antispam":"false"}}"#,
    ] {
        let sent = call(SendMessage::full(), 200, body).await.unwrap();
        assert_eq!(sent.payload().msgid, 1_232_001_762_022_391_801);
    }
}

#[tokio::test]
async fn null_is_absent_and_unlisted_values_survive() {
    let body =
        r#"{"code":200,"desc":null,"info":{"accid":null,"gender":null,"friends":null,"seen":null,"profile":null}}"#;
    let account = call(create(), 200, body).await.unwrap().into_payload();
    assert_eq!(account, test_product::Account::default());
    let body = r#"{"code":200,"info":{"gender":99,"seen":"","friends":"","profile":""}}"#;
    let account = call(create(), 200, body).await.unwrap().into_payload();
    assert_eq!(account.gender, Some(Gender::Unlisted(99)));
    let body = r#"{"code":200,"info":{"gender":""}}"#;
    let account = call(create(), 200, body).await.unwrap().into_payload();
    assert_eq!(account.gender, None);
}

#[tokio::test]
async fn response_meta_describes_the_call() {
    let body = r#"{"duplicate":true,"code":200,"requestId":"srv-1","url":17}"#;
    let upload = Upload { tag: String::new(), content: File::default() };
    let response = call(upload, 200, body).await.unwrap();
    assert_eq!(response.payload(), "17");
    assert!(response.is_duplicate());
    assert_eq!(response.server_request_id(), Some("srv-1"));
    assert_eq!(response.request_id().len(), 32);
    assert_eq!(response.host(), "https://host.example");
    assert_eq!((response.attempts(), response.http_status()), (1, 200));
    assert_eq!(response.body(), body.as_bytes());
}

#[tokio::test]
async fn a_code_is_never_lost() {
    let body = r#"{"code":414,"desc":"accid is illegal"}"#;
    let error = call_error(create(), 200, body).await;
    assert_eq!(error.kind(), ErrorKind::Api);
    assert!(error.is(414) && error.is(ErrorCode::BadParameter) && !error.is(200));
    assert!(!error.is(ErrorCode::OverQuota) && !error.is(test_product::RestErrorCode::from(414)), "of another product");
    let code = error.code().unwrap();
    assert_eq!((code.value(), code.name()), (414, Some("bad_parameter")));
    assert_eq!(code.typed::<ErrorCode>(), ErrorCode::BadParameter);
    assert_eq!(error.message(), Some("accid is illegal"));
    assert_eq!(error.outcome(), Outcome::Refused);
    assert_eq!(error.body(), Some(body.as_bytes()));
    assert!(!error.is_clock() && !error.is_retryable());
    let line = error.to_string();
    assert_eq!(
        line,
        format!(
            "sample.user.create: the server answered code 414 (bad_parameter): accid is illegal [https://host.example, request {}]",
            error.request_id().unwrap()
        )
    );

    for (status, body, code) in [
        (200, r#"{"desc":{"a":1},"code":"9"}"#, 9),
        (500, r#"{"code":414}"#, 414),
        (200, r#"{"code":414,"info":{"gender":"not read at all"}}"#, 414),
    ] {
        let error = call_error(create(), status, body).await;
        assert_eq!(error.kind(), ErrorKind::Api, "{body}");
        assert_eq!(error.code().unwrap().value(), code, "{body}");
    }
    let error = call_error(create(), 200, r#"{"code":9,"desc":{"a":1}}"#).await;
    assert_eq!(error.message(), Some(r#"{"a":1}"#));
    let error = call_error(create(), 200, r#"{"msg":"m","code":9,"desc":""}"#).await;
    assert_eq!(error.message(), Some("m"));
}

#[tokio::test]
async fn the_kind_of_a_code_decides_the_outcome() {
    for (code, kind, outcome, retryable) in [
        (416, CodeKind::QuotaBlocked, Outcome::Refused, true),
        (431, CodeKind::Duplicate, Outcome::Unknown, false),
        (500, CodeKind::Failed, Outcome::Unknown, false),
        (777, CodeKind::Permanent, Outcome::Unknown, false),
    ] {
        let error = call_error(create(), 200, &format!(r#"{{"code":{code}}}"#)).await;
        assert_eq!(error.code().unwrap().kind(), kind);
        assert_eq!(error.outcome(), outcome);
        assert_eq!(error.is_retryable(), retryable);
    }
    // Repeating a read does no harm.
    assert!(call_error(infos(), 200, r#"{"code":500}"#).await.is_retryable());
}

#[tokio::test]
async fn clock_errors_are_recognized() {
    let error = call_error(create(), 200, r#"{"code":414,"desc":"curtime is illegal"}"#).await;
    assert!(error.is_clock());
    assert!(error.to_string().contains("check this machine's clock"), "{error}");
    let error = call_error(kick(), 401, r#"{"code":401,"errmsg":"no"}"#).await;
    assert!(error.is_clock());
}

#[tokio::test]
async fn http_errors_without_an_envelope_are_classified_by_status() {
    let page = "<html>Bad Gateway</html>";
    let error = call_error(create(), 502, page).await;
    assert_eq!(error.kind(), ErrorKind::Http);
    assert_eq!(error.http_status(), Some(502));
    assert_eq!(error.code(), None);
    assert_eq!(error.body(), Some(page.as_bytes()));
    assert_eq!(error.outcome(), Outcome::Unknown);
    assert!(!error.is_retryable());
    assert!(call_error(infos(), 502, page).await.is_retryable());

    assert_eq!(call_error(create(), 403, "").await.outcome(), Outcome::Refused);
    assert_eq!(call_error(create(), 302, "").await.outcome(), Outcome::Unknown);
    assert!(call_error(create(), 429, "").await.is_retryable());
    // Success needs both: the code and the status.
    let error = call_error(create(), 500, r#"{"code":200,"info":{}}"#).await;
    assert_eq!(error.kind(), ErrorKind::Http);
    assert!(error.is(200));
    let error = call_error(create(), 201, r#"{"code":200,"info":{}}"#).await;
    assert_eq!(error.kind(), ErrorKind::Http);
}

#[tokio::test]
async fn a_page_is_never_a_success() {
    for body in ["<html>hello</html>", "", "null", "[]", "\"ok\"", "{", "{}", r#"{"code":null}"#] {
        let error = call_error(create(), 200, body).await;
        assert_eq!(error.kind(), ErrorKind::Decode, "{body}");
        assert_eq!(error.outcome(), Outcome::Unknown, "{body}");
        assert_eq!(error.body(), Some(body.as_bytes()));
    }
    for body in ["<html>hello</html>", "[]", "ok", "{"] {
        let error = call_error(kick(), 200, body).await;
        assert_eq!(error.kind(), ErrorKind::Decode, "{body}");
        let error = call_error(delete(), 200, body).await;
        assert_eq!(error.kind(), ErrorKind::Decode, "{body}");
    }
}

#[tokio::test]
async fn unreadable_values_are_reported_with_their_position() {
    for (body, path, what) in [
        (r#"{"code":200,"info":{"gender":{}}}"#, "info.gender", "expected a whole number, found an object"),
        (r#"{"info":{"friends":[{"id":1},{"id":-1}]},"code":200}"#, "info.friends[1].id", "outside the range of u64"),
        (
            r#"{"code":200,"info":{"friends":"[{\"close\":7}]"}}"#,
            "info.friends[0].close",
            "expected true or false, found \"7\"",
        ),
        (r#"{"code":200,"info":{"seen":1.5}}"#, "info.seen", "expected a whole number of 64 bits"),
        (r#"{"code":200,"info":{"seen":99999999999999999999}}"#, "info.seen", "expected a whole number of 64 bits"),
        (r#"{"code":200,"info":[]}"#, "info", "expected an object, found a list"),
        (r#"{"code":200,"info":"hello"}"#, "info", "expected an object, found text"),
        (r#"{"code":200}"#, "info", "is missing or null, though the reply is a success"),
        (r#"{"code":200,"info":null}"#, "info", "is missing or null"),
    ] {
        let error = call_error(create(), 200, body).await;
        assert_eq!(error.kind(), ErrorKind::Decode, "{error}");
        assert_eq!(error.json_path(), Some(path), "{error}");
        assert_eq!(error.outcome(), Outcome::Applied, "{error}");
        assert!(error.to_string().contains(what), "{error}");
        assert_eq!(error.body(), Some(body.as_bytes()));
    }
}

#[tokio::test]
async fn invalid_json_has_no_code() {
    for body in [
        "{\"code\":3\n200,\"info\":{}}",
        r#"{"code":416x}"#,
        r#"{"code":416"desc":""}"#,
        r#"{"code":414} and more"#,
        r#"{"code":414}}"#,
        r#"{"code":414,}"#,
        r#"{"code":0414}"#,
        r#"{"code":+414}"#,
        r#"{"code":414.}"#,
        r#"{"code":414,"desc":"\x"}"#,
        r#"{"code":414,"desc":"\ud83d"}"#,
        "{\"code\":414,\"desc\":\"\u{1}\"}",
        r#"{"code":414,"unknown":[tru]}"#,
        r#"{"code":414,"unknown":[1 2]}"#,
        r#"{"code":414,"unknown":{"a" 1}}"#,
        r#"{"code":414,"unknown":NaN}"#,
        r#"{"code":414,"unknown":1e999}"#,
        r#"{"code":414,"unknown":"cut of"#,
        r#"{"code":416"#,
        r#"{"code":416,"#,
        r#"{"code":200,"info":{"accid":"a"}"#,
        r#"{"code":200,"info":{}} {}"#,
        r#"{"code":200,"info":{"gender":{}},"desc":nul}"#,
        "\u{c}{\"code\":414}",
        "\u{feff}{\"code\":414}",
    ] {
        let error = call_error(create(), 200, body).await;
        assert_eq!((error.kind(), error.outcome()), (ErrorKind::Decode, Outcome::Unknown), "{body}: {error}");
        assert!(error.code().is_none() && !error.is_retryable(), "{body}");
        assert_eq!(error.body(), Some(body.as_bytes()));
        // If the status alone is a refusal, the status decides and the code is ignored.
        let error = call_error(create(), 502, body).await;
        assert_eq!((error.kind(), error.outcome()), (ErrorKind::Http, Outcome::Unknown), "{body}: {error}");
        assert!(error.code().is_none(), "{body}");
    }
    let error = call_error(create(), 200, r#"{"code":200,"info":{"accid":"a"}"#).await;
    assert!(error.to_string().contains("is not JSON: it ends too early at line 1 column 33"), "{error}");
    // A truncated reply may be requested again if a repeat does no harm.
    assert!(call_error(infos(), 200, r#"{"code":414,"desc":"cut of"#).await.is_retryable());
}

#[tokio::test]
async fn free_json_is_kept_unchanged() {
    let ext = r#"{ "b":1,"a":2.50, "orderId":12345678901234567890123,"a":"\u6c49" }"#;
    let account = call(create(), 200, &format!(r#"{{"code":200,"info":{{"profile":{{"ext":{ext}}}}}}}"#)).await;
    assert_eq!(account.unwrap().into_payload().profile.ext.unwrap().raw(), ext);
    let text = r#"{"code":200,"info":{"profile":{"ext":"[1, 2]"}}}"#;
    let ext = call(create(), 200, text).await.unwrap().into_payload().profile.ext.unwrap();
    assert_eq!((ext.text().as_deref(), ext.unpacked().raw()), (Some("[1, 2]"), "[1, 2]"));
}

#[tokio::test]
async fn a_missing_list_is_empty() {
    for body in [r#"{"code":200}"#, r#"{"code":200,"uinfos":null}"#, r#"{"code":200,"uinfos":""}"#] {
        assert!(call(infos(), 200, body).await.unwrap().payload().is_empty());
    }
    let body = r#"{"code":200,"uinfos":[{"accid":"a","mute":true},null]}"#;
    let users = call(infos(), 200, body).await.unwrap().into_payload();
    assert_eq!(users.len(), 2);
    assert!(users[0].mute);
}

#[tokio::test]
async fn a_product_with_success_by_status_needs_no_code() {
    let plain = call(kick(), 201, r#"{"cid":5,"left":["a"],"requestId":"r"}"#).await.unwrap();
    assert_eq!(plain.payload().cid, 5);
    assert_eq!(plain.server_request_id(), Some("r"));
    for body in [r#"{"code":0,"cid":"5","left":"[\"a\"]"}"#, r#"{"left":["a"],"cid":5,"code":200}"#] {
        assert_eq!(call(kick(), 200, body).await.unwrap().payload(), plain.payload());
    }
    assert!(call(delete(), 204, "").await.is_ok());
    assert!(call(delete(), 200, "{}").await.is_ok());
    let error = call_error(kick(), 200, " ").await;
    assert!(error.to_string().contains("is empty, so the payload is missing"), "{error}");

    let error = call_error(kick(), 404, r#"{"code":404,"errmsg":"no such room","requestId":"r"}"#).await;
    assert_eq!((error.kind(), error.message()), (ErrorKind::Api, Some("no such room")));
    let error = call_error(kick(), 404, "not found").await;
    assert_eq!(error.kind(), ErrorKind::Http);
    let error = call_error(kick(), 400, r#"{"errmsg":"no"}"#).await;
    assert_eq!(error.kind(), ErrorKind::Http);
}

#[tokio::test]
async fn deep_nesting_ends_in_an_error() {
    let deep = format!(r#"{{"code":200,"info":{{"new":{}1{}}}}}"#, "[".repeat(100_000), "]".repeat(100_000));
    let error = call_error(create(), 200, &deep).await;
    assert_eq!(error.kind(), ErrorKind::Decode);
    let mut text = r#""x""#.to_owned();
    for _ in 0..12 {
        text = serde_json::to_string(&text).unwrap();
    }
    let error = call_error(create(), 200, &format!(r#"{{"code":200,"info":{text}}}"#)).await;
    assert_eq!(error.kind(), ErrorKind::Decode);
}
