//! Tests the exact bytes of requests, without a network.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a failure here is the failure of the test"
)]

mod test_product;

use std::io;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use yunxin::client::Random;
use yunxin::transport::{HttpRequest, HttpResponse, Transport, TransportFuture};
use yunxin::{Client, ClientBuilder, Credentials, Endpoint, ErrorKind, File, Json, Outcome, Region};

use test_product::{Create, Delete, Gender, Kick, Os, PRODUCT, Profile, SendMessage, Upload};

/// Counts up, so that every id is unique and predictable.
struct CountingRandom;

impl Random for CountingRandom {
    fn fill(&self, bytes: &mut [u8]) -> io::Result<()> {
        for (at, byte) in bytes.iter_mut().enumerate() {
            *byte = u8::try_from(at).unwrap();
        }
        Ok(())
    }
}

fn builder() -> ClientBuilder {
    let noon: SystemTime = UNIX_EPOCH + Duration::from_secs(1_443_592_222);
    Client::builder(Credentials::new("demo-app-key", "demo-app-secret"))
        .host("http://127.0.0.1:1")
        .clock(noon)
        .random(CountingRandom)
}

fn client() -> Client {
    builder().build().unwrap()
}

fn body(request: &HttpRequest) -> &str {
    str::from_utf8(&request.body).unwrap()
}

fn header<'a>(request: &'a HttpRequest, name: &str) -> Option<&'a str> {
    request.headers.get(name)
}

#[test]
fn a_form_is_signed_and_encoded() {
    let request = Create::new("ali ce@x")
        .token("t&k=n")
        .name("汉")
        .gender(Gender::Female)
        .tags(["a", "b\""])
        .expires(100)
        .silent(true)
        .loud(false)
        .ext(Json::parse(r#"{"n":1232001762022391800}"#).unwrap())
        .os(Os::Ios)
        .prepare(&client())
        .unwrap();
    assert_eq!(request.method.as_str(), "POST");
    assert_eq!(request.url, "http://127.0.0.1:1/base/user/create.action");
    assert_eq!(
        body(&request),
        "accid=ali+ce%40x&token=t%26k%3Dn&name=%E6%B1%89&gender=2&tags=%5B%22a%22%2C%22b%5C%22%22%5D\
         &expires=100&silent=1&loud=false&ext=%7B%22n%22%3A1232001762022391800%7D&os=ios"
    );
    let headers: Vec<_> =
        request.headers.iter().map(|(name, value)| format!("{name}: {}", str::from_utf8(value).unwrap())).collect();
    // SHA1("demo-app-secret" + nonce + "1443592222"), by sha1sum.
    assert_eq!(
        headers,
        [
            "appkey: demo-app-key",
            "nonce: 000102030405060708090a0b0c0d0e0f",
            "curtime: 1443592222",
            "checksum: 23cd1abc1963d69fa9ddb3a998d63d7d045744fe",
            "requestid: 000102030405060708090a0b0c0d0e0f",
            "content-type: application/x-www-form-urlencoded;charset=utf-8",
            concat!("user-agent: yunxin-rust/", env!("CARGO_PKG_VERSION")),
        ]
    );
}

#[test]
fn absent_zero_false_empty_and_null_each_as_given() {
    let bare = Create::new("").prepare(&client()).unwrap();
    assert_eq!(body(&bare), "accid=");
    let given = Create::new("a")
        .token("")
        .gender(0)
        .tags(Vec::<String>::new())
        .expires(0)
        .silent(false)
        .ext(Json::default())
        .prepare(&client())
        .unwrap();
    assert_eq!(body(&given), "accid=a&token=&gender=0&tags=%5B%5D&expires=0&silent=0&ext=null");
}

#[test]
fn paths_are_encoded_and_the_last_segment_may_be_absent() {
    let mut kick =
        Kick { room: "1|a/b?c#d%".to_owned(), uid: Some(u64::MAX), seconds: Some(7), reason: Some("bye\n".to_owned()) };
    let request = kick.prepare(&client()).unwrap();
    assert_eq!(request.url, "http://127.0.0.1:1/v2/rooms/1%7Ca%2Fb%3Fc%23d%25/members/18446744073709551615");
    assert_eq!(body(&request), r#"{"seconds":"7","reason":"bye\n"}"#);
    assert_eq!(header(&request, "content-type"), Some("application/json;charset=utf-8"));
    assert!(header(&request, "X-custom-traceid").is_some());

    kick.uid = None;
    kick.seconds = None;
    kick.reason = None;
    let request = kick.prepare(&client()).unwrap();
    assert!(request.url.ends_with("/members"), "{}", request.url);
    assert_eq!(body(&request), "{}");
}

#[test]
fn a_delete_has_a_query_and_no_body() {
    let request =
        Delete { cname: "a b,c".to_owned(), ids: vec![1, -2], tag: Some("t".to_owned()) }.prepare(&client()).unwrap();
    assert_eq!(request.url, "http://127.0.0.1:1/v3/rooms?cname=a%20b%2Cc&ids=1,-2");
    assert!(request.body.is_empty());
    assert_eq!(header(&request, "content-type"), None);
    assert_eq!(header(&request, "x-tag"), Some("t"));
}

#[test]
fn an_upload_is_multipart() {
    let request = Upload { tag: "t".to_owned(), content: File::new("a.txt", "hello").content_type("text/plain") }
        .prepare(&client())
        .unwrap();
    let boundary = "yunxin-000102030405060708090a0b0c0d0e0f";
    assert_eq!(header(&request, "content-type").unwrap(), format!("multipart/form-data; boundary={boundary}"));
    assert_eq!(
        body(&request),
        format!(
            "--{boundary}\r\nContent-Disposition: form-data; name=\"tag\"\r\n\r\nt\r\n\
             --{boundary}\r\nContent-Disposition: form-data; name=\"content\"; filename=\"a.txt\"\r\n\
             Content-Type: text/plain\r\n\r\nhello\r\n--{boundary}--\r\n"
        )
    );
}

#[test]
fn options_of_one_call_override_the_client() {
    let request = SendMessage::full()
        .with_timeout(Duration::from_secs(60))
        .with_request_id("job-17")
        .with_param("new", "a b")
        .with_param("flag", true)
        .prepare(&client())
        .unwrap();
    assert_eq!(request.timeout, Duration::from_secs(60));
    assert_eq!(header(&request, "requestid"), Some("job-17"));
    assert!(body(&request).ends_with("&ext=ext&new=a+b&flag=true"));
    assert_eq!(SendMessage::full().prepare(&client()).unwrap().timeout, Duration::from_secs(5));
}

#[test]
fn wrong_parameters_are_refused_and_named() {
    let client = client();
    let long = "x".repeat(33);
    let delete = |cname: &str, tag: &str| {
        Delete { cname: cname.to_owned(), ids: Vec::new(), tag: Some(tag.to_owned()) }.prepare(&client)
    };
    let kick = |room: &str, seconds: i64| {
        Kick { room: room.to_owned(), uid: None, seconds: Some(seconds), reason: None }.prepare(&client)
    };
    let id = |id: &str| SendMessage::full().with_request_id(id).prepare(&client);
    for (result, parameter, what) in [
        (Create::new(long.as_str()).prepare(&client), "accid", "`accid` has 33 characters, and at most 32 are allowed"),
        (Create::new("a\nb").prepare(&client), "accid", "control character at position 1"),
        (Create::new("a").tags(["t"; 11]).prepare(&client), "tags", "has 11 items, and at most 10"),
        (Create::new("a").expires(-1).prepare(&client), "expires", "is -1, and must be at least 0"),
        (Create::new("a").token("s3cret".repeat(30)).prepare(&client), "token", "has 180 characters"),
        (Create::new("a").profile(long_profile()).prepare(&client), "profile.name", "has 65 characters"),
        (kick("", 1), "room", "may not be empty, `.` or `..`"),
        (kick(".", 1), "room", "may not be empty, `.` or `..`"),
        (kick("..", 1), "room", "may not be empty, `.` or `..`"),
        (kick("a\0", 1), "room", "control character"),
        (kick("a", 0), "seconds", "is 0, and must be at least 1"),
        (delete("a\u{7f}", "t"), "cname", "control character"),
        (delete("a", "t\r\nX: y"), "X-Tag", "control character at position 1"),
        (id(""), "request_id", "is empty"),
        (id(&"x".repeat(129)), "request_id", "has 129 characters, and at most 128"),
        (id("a\n"), "request_id", "printable ASCII"),
        (id("é"), "request_id", "printable ASCII"),
        (id(&"é".repeat(70)), "request_id", "printable ASCII"),
        (id(" a "), "request_id", "begins or ends with a blank"),
        (id("a "), "request_id", "begins or ends with a blank"),
        (id(" "), "request_id", "begins or ends with a blank"),
    ] {
        let error = result.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidRequest);
        assert_eq!(error.outcome(), Outcome::NotSent);
        assert_eq!(error.parameter(), Some(parameter));
        let text = error.to_string();
        assert!(text.contains(what), "{text}");
        assert!(text.starts_with(error.endpoint().unwrap()), "{text}");
        let shown = format!("{error:?}");
        assert!(shown.starts_with(&format!("{text} Error {{ kind: InvalidRequest")), "{shown}");
        assert!(!format!("{text} {shown}").contains("s3cret"));
    }
}

fn long_profile() -> Profile {
    Profile { name: "n".repeat(65), ext: None }
}

#[test]
fn limits_can_be_switched_off_but_not_control_characters() {
    let client = builder().check_limits(false).build().unwrap();
    assert!(Create::new("x".repeat(100)).prepare(&client).is_ok());
    assert!(Create::new("a\nb").prepare(&client).is_err());
}

#[test]
fn hosts_go_from_the_closest_to_the_farthest() {
    let url = |builder: ClientBuilder| {
        let request = Create::new("a").prepare(&builder.build().unwrap());
        request.map(|request| request.url)
    };
    let plain = || Client::builder(Credentials::new("k", "s"));
    assert_eq!(url(plain()).unwrap(), "https://sample.example/base/user/create.action");
    assert_eq!(
        url(plain().host("https://all.example/pre/").product_hosts(&PRODUCT, ["https://one.example"])).unwrap(),
        "https://one.example/base/user/create.action"
    );
    assert_eq!(
        url(plain().host("https://all.example/pre/")).unwrap(),
        "https://all.example/pre/base/user/create.action"
    );
    let error = url(plain().region(Region::Overseas)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Config);
    assert!(
        error.to_string().contains("the product `sample` has no hosts in the region `overseas` (it has: mainland)"),
        "{error}"
    );
}

#[test]
fn invalid_settings_are_refused_when_the_client_is_built() {
    let error = |builder: ClientBuilder| builder.build().unwrap_err().to_string();
    let plain = || Client::builder(Credentials::new("k", "s"));
    assert!(error(Client::builder(Credentials::new("", "s"))).contains("app key is empty"));
    assert!(error(Client::builder(Credentials::new("k", ""))).contains("app secret is empty"));
    for key in [" ", "\u{a0}"] {
        assert!(error(Client::builder(Credentials::new(key, "s"))).contains("app key is empty"), "{key:?}");
        assert!(error(Client::builder(Credentials::new("k", key))).contains("app secret is empty"), "{key:?}");
    }
    for key in ["k\n", "é", " k", "a b", "k\0", "钥匙"] {
        let error = error(Client::builder(Credentials::new(key, "s")));
        assert!(
            error.contains("the app key cannot stand in a header: printable ASCII without blanks"),
            "{key:?}: {error}"
        );
    }
    for secret in ["s\n", " s", "s\r\n"] {
        let error = error(Client::builder(Credentials::new("k", secret)));
        assert!(error.contains("the app secret begins or ends with a blank or a line break"), "{secret:?}: {error}");
    }
    for agent in ["é", "a\n", " a", "a ", "\0"] {
        let error = error(plain().user_agent(agent));
        assert!(error.contains("the user agent cannot stand in a header"), "{agent:?}: {error}");
    }
    assert!(plain().user_agent("shop/1.0 (test)").build().is_ok());
    for (host, reason) in [
        ("https://a.example:99999", "is not a URL"),
        ("https://*", "has a name that no host can have"),
        ("https://user:hunter2@a", "may not hold a user name"),
    ] {
        assert!(error(plain().host(host)).contains(reason), "{host}");
        assert!(error(plain().product_hosts(&PRODUCT, [host])).contains(reason), "{host}");
        let call = Create::new("a").with_host(host).prepare(&plain().build().unwrap()).unwrap_err().to_string();
        assert!(call.contains(reason), "{host}: {call}");
    }
    for host in ["http://LOCALHOST", "http://[::ffff:127.0.0.1]:8088", "http://localhost.:1"] {
        assert!(plain().host(host).build().is_ok(), "{host}");
    }
    assert!(error(plain().host("http://10.1.2.3")).contains("is not encrypted"));
    assert!(error(plain().attempt_timeout(Duration::ZERO)).contains("attempt_timeout is zero, which cannot work"));
    assert!(error(plain().product_hosts(&PRODUCT, Vec::<String>::new())).contains("names no host"));
    assert!(plain().host("http://10.1.2.3").allow_plain_http(true).build().is_ok());
}

struct RefusingTransport;

impl Transport for RefusingTransport {
    fn send(&self, _request: HttpRequest) -> TransportFuture<'_> {
        Box::pin(async { Ok(HttpResponse::new(200, r#"{"code":414,"desc":"CurTime is illegal"}"#)) })
    }
}

#[tokio::test]
async fn no_debug_output_contains_a_secret() {
    let builder = builder().transport(RefusingTransport);
    let shown = format!("{builder:?}");
    let client = builder.build().unwrap();
    let create = Create::new("a").token("t0k3n");
    let request = create.prepare(&client).unwrap();
    let check_sum = request.headers.get("checksum").unwrap().to_owned();
    let error = create.send(&client).await.unwrap_err();
    let call = create.clone().with_request_id("x");
    let sending = create.send(&client);
    let shown = format!("{shown} {client:?} {create:?} {request:?} {error} {error:?} {call:?} {sending:?}");
    for secret in ["demo-app-secret", "t0k3n", check_sum.as_str()] {
        assert!(!shown.contains(secret), "{secret} in {shown}");
    }
    assert!(shown.contains("demo-app-key"));
}

#[test]
fn a_client_and_its_calls_can_cross_threads() {
    fn is_send_sync<T: Send + Sync + 'static>(_: &T) {}
    fn is_send<T: Send + 'static>(_: &T) {}
    let client = client();
    is_send_sync(&client);
    is_send(&Create::new("a").send(&client));
}
