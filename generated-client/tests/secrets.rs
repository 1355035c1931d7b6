//! Tests that no `Debug` or `Display` output contains a secret: no AppSecret, no CheckSum, no parameter or reply field
//! that is `secret` in the spec.
//!
//! Two tests format every value that a caller can get, and search the text. The third reads the sources of the runtime,
//! so that no type is forgotten: a type that contains text or bytes, or implements `Debug` by hand, must be formatted
//! here or be listed with a reason. All other types print only numbers, fixed words and types of the same list.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a failure here is the failure of the test"
)]

mod capture_subscriber;
mod mock_transport;
mod test_product;

use std::collections::BTreeSet;
use std::fmt::{Debug, Display};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use yunxin::__private::{Encoder, Measure, Reader, ToWire};
use yunxin::client::{Signature, SystemRandom};
use yunxin::transport::{HttpResponse, HttpTransport, TransportError, TransportErrorKind};
use yunxin::{Base64, Client, Credentials, Endpoint, Error, File, Method, Nullable, Result, Secret};

use capture_subscriber::SpanRecorder;
use mock_transport::MockReply::{Fails, Hangs, Responds, RespondsWithHeaders};
use mock_transport::{MockReply, MockTransport, VirtualTime, builder};
use test_product::{Create, GetUserInfos, PRODUCT, SendMessage};

/// The client's AppSecret, and the secret in parameters, headers and replies.
const SECRETS: [&str; 2] = ["demo-app-secret", "t0k3n"];

/// All formatted text, and the types that were formatted.
#[derive(Default)]
struct Shown {
    text: String,
    types: BTreeSet<String>,
}

impl Shown {
    fn debug<T: Debug>(&mut self, value: &T) {
        // The name without path and parameters.
        let name = std::any::type_name::<T>().split('<').next().unwrap_or_default();
        self.types.insert(name.rsplit("::").next().unwrap_or_default().to_owned());
        self.text.push_str(&format!("{value:?}\n{value:#?}\n"));
    }

    fn both<T: Debug + Display>(&mut self, value: &T) {
        self.debug(value);
        self.text.push_str(&format!("{value}\n"));
    }

    /// An error with all its parts and causes.
    fn error(&mut self, error: &Error) {
        self.both(error);
        error.attempts().iter().for_each(|attempt| self.both(attempt));
        if let Some(code) = error.code() {
            self.both(&code);
        }
        let mut cause = std::error::Error::source(error);
        while let Some(error) = cause {
            self.text.push_str(&format!("{error} {error:?}\n"));
            cause = error.source();
        }
    }

    fn result<T: Debug>(&mut self, end: Result<T>) {
        match end {
            Ok(payload) => self.debug(&payload),
            Err(error) => self.error(&error),
        }
    }

    fn assert_no_secret(&self, mock: &MockTransport) {
        let sums = mock.received().into_iter().map(|request| request.check_sum).filter(|sum| !sum.is_empty());
        for secret in sums.chain(SECRETS.map(str::to_owned)) {
            if let Some(at) = self.text.find(&secret) {
                let before = &self.text.as_bytes()[at.saturating_sub(300)..at];
                panic!("{secret} is shown behind {}", String::from_utf8_lossy(before));
            }
        }
    }
}

/// Formats all values of successful calls.
async fn run_successful_calls() -> (Shown, MockTransport) {
    capture_subscriber::enable_all_spans();
    let mut shown = Shown::default();
    let time = VirtualTime::default();
    let created = Responds(200, r#"{"code":200,"requestId":"r","info":{"accid":"alice","token":"t0k3n"}}"#);
    let mock = MockTransport::new(&time, [Fails(TransportErrorKind::Interrupted), created]);
    shown.debug(&builder(&time, &mock));
    let client = builder(&time, &mock).build().unwrap();
    let request = Create::new("alice").token("t0k3n");
    shown.debug(&request);
    let call = request
        .clone()
        .with_header("x-token", "t0k3n")
        .with_param("token2", "t0k3n")
        .with_timeout(Duration::from_secs(1))
        .with_host("https://one.example");
    shown.debug(&call);
    let response = request.send_with_meta(&client).await.unwrap();
    assert_eq!(response.payload().token.expose(), "t0k3n", "otherwise there is nothing to hide");
    shown.debug(&response);
    shown.debug(&response.clone().without_payload());
    response.failed_attempts().iter().for_each(|attempt| shown.both(attempt));
    shown.debug(&client);
    shown.debug(&call.send(&client));
    shown.debug(&Credentials::new("app-key", "demo-app-secret"));
    shown.debug(&Secret::from("t0k3n"));
    shown.debug(&Nullable::Value(Secret::from("t0k3n")));

    let raw = client.raw(&PRODUCT, Method::Post, "/x.action").param("token", "t0k3n").with_header("x-token", "t0k3n");
    shown.debug(&raw);
    let mut http = raw.prepare().unwrap();
    assert!(http.headers.get("checksum").is_some());
    // Sent as well, so that its checksum is searched for.
    shown.debug(&http);
    shown.debug(&http.headers);
    raw.send().await.unwrap();
    http.url.push_str("?token=t0k3n");
    shown.debug(&http);
    let mut reply = HttpResponse::new(200, r#"{"token":"t0k3n"}"#);
    reply.headers.set("date", "today");
    shown.debug(&reply);
    shown.debug(&HttpTransport::new(Duration::from_secs(1)).unwrap());
    let builder = HttpTransport::builder().proxy("http://user:t0k3n@localhost:1");
    shown.debug(&builder);
    shown.debug(&builder.build().unwrap());
    #[cfg(feature = "hyper")]
    {
        use yunxin::transport::HyperTransport;
        let transport = HyperTransport::builder().proxy("http://user:t0k3n@localhost:1").build().unwrap();
        let used = std::sync::Arc::new(transport);
        let client = Client::builder(Credentials::new("demo-app-key", "demo-app-secret"))
            .host("http://localhost:1")
            .transport(std::sync::Arc::clone(&used))
            .build()
            .unwrap();
        client.raw(&test_product::PRODUCT, yunxin::Method::Post, "/x").send().await.unwrap_err();
        // With the connections to its host.
        shown.debug(&*used);
        // The header that names user and password.
        assert!(!shown.text.contains("dXNlcjp0MGszbg"));
    }
    shown.both(&TransportError::new(TransportErrorKind::Connect).caused_by("refused"));

    let random = SystemRandom::default();
    let signature = Signature::new(&Secret::from("demo-app-secret"), &std::time::SystemTime::now(), &random).unwrap();
    shown.debug(&signature);
    shown.debug(&random);
    let sum = str::from_utf8(signature.check_sum()).unwrap();
    assert!(!shown.text.contains(sum));
    let mut encoder = Encoder::new(&Create::META, &random, true);
    request.encode(&mut encoder);
    let encoded = encoder.finish().unwrap();
    assert!(encoded.body().windows(5).any(|window| window == b"t0k3n"));
    shown.debug(&encoded);
    shown.debug::<Measure<'_>>(&Secret::from("t0k3n").measure());
    let mut reader = Reader::new(br#"{"token":"t0k3n"}"#);
    shown.debug(&reader);
    shown.both(&reader.read(&mut 0_i64).unwrap_err());
    shown.debug(&Base64::from("t0k3n"));
    shown.debug(&File::new("a.txt", "t0k3n"));
    (shown, mock)
}

/// Formats all values of callbacks and tokens.
#[cfg(all(feature = "axum", feature = "im", feature = "token"))]
fn callbacks_and_tokens() -> Shown {
    use std::time::SystemTime;

    use yunxin::callback::axum::Rejection;
    use yunxin::callback::{
        Callback, InMemoryReplayCache, SignVerifier, Verifier, sign_fields_for_test, sign_for_test,
    };
    use yunxin::events::Event;
    use yunxin::token::{Im, Permission, Privileges, Rtc};

    const SECRET: &str = "demo-app-secret";
    let mut shown = Shown::default();
    let now = SystemTime::now();
    let verifier = Verifier::new("app-key", [SECRET]).replay_cache(InMemoryReplayCache::with_capacity(9));
    shown.debug(&InMemoryReplayCache::with_capacity(9));
    shown.debug(&verifier);
    let (body, headers) =
        (br#"{"eventType":"2","accid":"alice","code":"200"}"#, || sign_for_test("app-key", SECRET, now, b"{}"));
    let callback: Callback<Event> = verifier.receive(headers(), *b"{}").unwrap();
    shown.debug(&callback);
    shown.debug(&callback.verified);
    let check_sum = callback.verified.check_sum().to_owned();
    for refused in
        [verifier.verify(headers(), b"{}"), verifier.verify(headers(), body), verifier.verify([("AppKey", "x")], b"")]
    {
        let refusal = refused.unwrap_err();
        shown.both(&refusal);
        shown.both(&Rejection::from(refusal));
    }
    let verifier = SignVerifier::new([SECRET]);
    shown.debug(&verifier);
    let sign = sign_fields_for_test(SECRET, body).unwrap();
    shown.debug(&verifier.receive::<Event, _, _>([sign.clone()], *body).unwrap().verified);
    shown.both(&verifier.verify([sign], b"{\"a\":1}").unwrap_err());
    shown.debug(&yunxin::im::callbacks::refuse(7));

    let (rtc, im, permission) =
        (Rtc::new("app-key", SECRET), Im::new("app-key", SECRET), Permission::new("app-key", SECRET));
    shown.debug(&rtc);
    shown.debug(&im);
    shown.debug(&permission);
    let hour = Duration::from_secs(3600);
    let token = im.token("alice", hour, now).unwrap();
    shown.debug(&token);
    shown.debug(&im.check(token.expose(), "alice", now).unwrap());
    shown.both(&im.check(token.expose(), "bob", now).unwrap_err());
    let key = permission.key("room", 7, Privileges::default(), hour, now).unwrap();
    shown.debug(&permission.check(key.expose(), "room", 7, now).unwrap());
    shown.both(&permission.check("rubbish", "room", 7, now).unwrap_err());
    shown.debug(&Privileges::default());
    for hidden in [check_sum.as_str(), token.expose(), key.expose()] {
        assert!(!shown.text.contains(hidden), "{hidden} is shown");
    }
    shown
}

#[cfg(all(feature = "axum", feature = "im", feature = "token"))]
#[test]
fn no_callback_and_no_token_shows_a_secret() {
    let shown = callbacks_and_tokens();
    assert!(!shown.text.contains("demo-app-secret"), "{}", shown.text);
}

#[tokio::test]
async fn no_value_shows_a_secret() {
    let (shown, mock) = run_successful_calls().await;
    assert_eq!(mock.received().len(), 3);
    shown.assert_no_secret(&mock);
}

#[tokio::test]
async fn no_failure_shows_a_secret_and_no_span_does() {
    capture_subscriber::enable_all_spans();
    let date = || vec![("date", "Sun, 06 Nov 1994 08:49:37 GMT".to_owned()), ("retry-after", "1".to_owned())];
    let answers: Vec<MockReply> = [
        TransportErrorKind::Unusable,
        TransportErrorKind::Connect,
        TransportErrorKind::ConnectTimeout,
        TransportErrorKind::Certificate,
        TransportErrorKind::Timeout,
        TransportErrorKind::Interrupted,
        TransportErrorKind::TooLarge,
    ]
    .into_iter()
    .map(Fails)
    .chain([
        Responds(502, "<html>t0k3n</html>"),
        Responds(503, "t0k3n"),
        Responds(429, "t0k3n"),
        Responds(401, "t0k3n"),
        Responds(200, "t0k3n"),
        Responds(200, ""),
        Responds(200, r#"{"code":20"#),
        Responds(200, r#"{"code":200,"info":{"token":"t0k3n","acc"#),
        Responds(200, r#"{"code":200,"info":{"token":"t0k3n","gender":[]},"data":"t0k3n","uinfos":"t0k3n"}"#),
        Responds(200, r#"{"code":200,"info":{"token":{"t0k3n":1}},"data":["t0k3n"],"uinfos":{"a":"t0k3n"}}"#),
        Responds(200, r#"{"code":408,"token":"t0k3n"}"#),
        Responds(200, r#"{"code":414,"desc":"accid"}"#),
        Responds(200, r#"{"code":416}"#),
        Responds(200, r#"{"code":431}"#),
        Responds(200, r#"{"code":449}"#),
        Responds(200, r#"{"code":500}"#),
        Responds(200, r#"{"code":503}"#),
        Responds(200, r#"{"code":98765}"#),
        RespondsWithHeaders(200, r#"{"code":414,"desc":"CurTime is illegal"}"#, date()),
        RespondsWithHeaders(200, r#"{"code":414,"desc":"checksum"}"#, date()),
    ])
    .collect();
    let recorder = SpanRecorder::default();
    let _guard = tracing::subscriber::set_default(recorder.clone());
    for answer in answers {
        let (mut shown, time) = (Shown::default(), VirtualTime::default());
        let mock = MockTransport::new(&time, [answer]);
        let client = builder(&time, &mock).build().unwrap();
        let token = || Create::new("alice").token("t0k3n").with_param("token2", "t0k3n").with_header("x-t", "t0k3n");
        shown.result(token().send(&client).await);
        shown.result(SendMessage::full().with_header("x-t", "t0k3n").send(&client).await);
        shown.result(GetUserInfos { accids: Vec::new() }.with_param("t", "t0k3n").send(&client).await);
        assert!(mock.received().len() >= 3);
        shown.text.push_str(&recorder.lines());
        shown.assert_no_secret(&mock);
    }
    // Before anything is sent.
    let (mut shown, time) = (Shown::default(), VirtualTime::default());
    let mock = MockTransport::new(&time, [Hangs]);
    let client = builder(&time, &mock).build().unwrap();
    shown.error(&Create::new("alice").token("t0k3n".repeat(99)).send(&client).await.unwrap_err());
    shown.error(&Create::new("a\n").token("t0k3n").send(&client).await.unwrap_err());
    shown.error(&Create::new("a").with_header("x-t", "t0k3n\n").send(&client).await.unwrap_err());
    for url in ["https://user:t0k3n@a.example", "https://user:t0k3n @a.example", "https://a.example/?token=t0k3n"] {
        shown.error(&Create::new("a").with_host(url).send(&client).await.unwrap_err());
    }
    for credentials in [Credentials::new("", "demo-app-secret"), Credentials::new("a\n", "demo-app-secret")] {
        shown.error(&Client::new(credentials).unwrap_err());
    }
    shown.text.push_str(&recorder.lines());
    shown.assert_no_secret(&mock);
}

/// Types with text or bytes that are not formatted above, and why they contain no secret.
const ALLOWED: &[(&str, &str)] = &[
    ("ConfigError", "what is wrong in words that never repeat a text that may hold a secret"),
    ("DirectoryHosts", "URLs of hosts"),
    ("Subscription", "a product and the name of a service"),
    ("FieldNames", "names of the spec"),
    ("Condition", "a name and values of the spec; it does not show what a request gives"),
    ("HostClient", "a host's URL, and the name of a proxy without its password"),
    ("Proxy", "hides its password itself; a test beside it sees to that"),
    ("RuntimeEntry", "URLs of hosts, without user, password and query"),
    ("FieldVisitor", "its name and no more"),
    ("EventKind", "a constant of the spec"),
    ("ParsedEvent", "an event, or its type and what is wrong in words"),
    ("Signer", "inside `Rtc` and `Im`, which are shown"),
    ("CallOptions", "inside `Call`, which is shown"),
    ("ItemStream", "the `Call` of its next page, and a number"),
    ("Head", "inside `Encoded`, which is shown"),
    ("Host", "a URL without user, password and query; `Host::given` refuses others"),
    ("Known", "URLs of hosts"),
    ("RequestId", "meant to be shown"),
    ("Region", "a name from the caller's program"),
    ("Reply", "the server's id of a request, which is meant to be shown"),
    ("EncodeError", "name of a parameter, and what is wrong in words that never repeat a text; see `limit`"),
    ("DecodeErrorInner", "the inside of `DecodeError`, which is shown"),
    ("PageCalls", "the `Call` of its next page"),
    ("RawRequest", "names of parameters, and the name of an endpoint"),
    ("ResponseMeta", "inside `Response`, which is shown"),
    ("Json", "what it holds is the caller's or the reply's own, as with a `String`; `Call` and `RawCall` hide theirs"),
    ("Pattern", "a constant of the spec"),
    ("Method", "a word of HTTP"),
    ("AttemptClass", "a word of the program"),
    ("CodeInfo", "a description of a product or an endpoint, or a part of one"),
    ("EndpointMeta", "a description of a product or an endpoint, or a part of one"),
    ("Hosts", "a description of a product or an endpoint, or a part of one"),
    ("Lists", "a description of a product or an endpoint, or a part of one"),
    ("OwnedCodeInfo", "a description of a product or an endpoint, or a part of one"),
    ("OwnedEndpointMeta", "a description of a product or an endpoint, or a part of one"),
    ("OwnedHosts", "a description of a product or an endpoint, or a part of one"),
    ("OwnedPayload", "a description of a product or an endpoint, or a part of one"),
    ("OwnedProductMeta", "a description of a product or an endpoint, or a part of one"),
    ("OwnedReplyRule", "a description of a product or an endpoint, or a part of one"),
    ("Payload", "a description of a product or an endpoint, or a part of one"),
    ("ProductHosts", "a description of a product or an endpoint, or a part of one"),
    ("ProductMeta", "a description of a product or an endpoint, or a part of one"),
    ("Rate", "a description of a product or an endpoint, or a part of one"),
    ("ReplyRule", "a description of a product or an endpoint, or a part of one"),
    ("RequestIdRule", "a description of a product or an endpoint, or a part of one"),
    ("ConfigError", "what is wrong with a setting, in words that repeat no secret; shown as an `Error`"),
    ("DirectoryHosts", "URLs of hosts, and the name of their list"),
    ("EncodeError", "name of a parameter, and what is wrong in words that never repeat a text; see `limit`"),
    ("EventKind", "a constant of the spec"),
    ("HostConnections", "a URL of scheme, host and port, and the types `PlainProxy` and `Idle`"),
    ("HostRegistry", "names of products and URLs of hosts"),
    ("Idle", "a number of connections"),
    ("Limiter", "names of products and endpoints"),
    ("ParsedEvent", "an event, or its type and what is wrong in words"),
    ("PlainProxy", "a header value that is marked as sensitive"),
    ("Subscription", "a description of a product"),
    ("Tls", "a configuration of rustls, which shows no key, and why there are no root certificates"),
    ("Turn", "a description of a product or an endpoint, or a part of one"),
];

/// The type name in the macros for open enums, numbers, requests and objects of the spec. They contain the caller's own
/// values; their secret fields have the type `Secret`, which the last test checks.
const MACRO_TYPE_NAME: &str = "$name";

/// Definitions in a source file: the name, and whether its `Debug` output could contain a secret.
fn types_of(path: &Path) -> Vec<(String, bool)> {
    let source = fs::read_to_string(path).unwrap();
    let source = source.split("#[cfg(test)]\nmod tests").next().unwrap().to_owned();
    let lines: Vec<&str> = source.lines().map(|line| line.split("//").next().unwrap_or_default()).collect();
    let mut found = Vec::new();
    for (index, line) in lines.iter().enumerate() {
        if line.contains("Debug for ") || line.contains("Display for ") {
            let name = line.split(" for ").nth(1).unwrap().split(['<', ' ']).next().unwrap();
            found.push((name.to_owned(), name != MACRO_TYPE_NAME));
        }
        if !(line.trim_start().starts_with("#[derive(") && line.contains("Debug")) {
            continue;
        }
        // The text up to the end of the definition; attributes come before it.
        let rest = lines[index + 1..].join("\n");
        let begin = ["struct ", "enum "].iter().filter_map(|word| rest.find(word).map(|at| at + word.len())).min();
        let definition = rest.get(begin.unwrap()..).unwrap();
        let name: String =
            definition.chars().take_while(|letter| letter.is_alphanumeric() || matches!(letter, '_' | '$')).collect();
        let mut depth = 0;
        let end = definition.find(|letter| {
            depth += match letter {
                '{' | '(' => 1,
                '}' | ')' => -1,
                _ => 0,
            };
            depth == 0 && matches!(letter, '}' | ';')
        });
        let fields = definition.get(..end.unwrap()).unwrap();
        let fields = fields.replace("&'static str", "").replace("&'static [&'static str]", "");
        let words: BTreeSet<_> = fields.split(|letter: char| !letter.is_alphanumeric() && letter != '_').collect();
        let carriers = ["String", "Bytes", "u8", "str", "Cow", "HeaderValue", "HeaderMap", "dyn", "reqwest"];
        found.push((name.clone(), name != MACRO_TYPE_NAME && carriers.iter().any(|carrier| words.contains(carrier))));
    }
    found
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries
        // Mocks and cassettes show parameters to the author of a test; `cassettes.rs` tests what they keep.
        .filter(|path| !path.ends_with("src/generated") && !path.ends_with("src/testing"))
        .flat_map(|path| if path.is_dir() { sources(&path) } else { vec![path] })
        .collect()
}

#[cfg(all(feature = "axum", feature = "im", feature = "token"))]
#[tokio::test]
async fn every_type_with_debug_is_checked_or_listed() {
    let (mut shown, _) = run_successful_calls().await;
    shown.types.extend(callbacks_and_tokens().types);
    // Formatted with each error.
    let errors = ["Error", "Code"].map(str::to_owned);
    let covered: BTreeSet<String> =
        shown.types.into_iter().chain(errors).chain(ALLOWED.iter().map(|(name, _)| (*name).to_owned())).collect();
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let types: Vec<_> = sources(&src).iter().flat_map(|path| types_of(path)).collect();
    assert!(types.len() > 80, "the sources are read: {types:?}");
    let risky_types: BTreeSet<String> =
        types.into_iter().filter(|(_, is_risky)| *is_risky).map(|(name, _)| name).collect();
    let forgotten: Vec<_> = risky_types.difference(&covered).collect();
    assert!(forgotten.is_empty(), "show them in this test, or say why they are harmless: {forgotten:?}");
    let gone: Vec<_> = ALLOWED.iter().filter(|(name, _)| !risky_types.contains(*name)).collect();
    assert!(gone.is_empty(), "these need no reason any more: {gone:?}");
}

/// Fields that are secret in the spec have the type `Secret`.
#[test]
fn each_secret_field_of_the_spec_has_the_type_secret() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let lines = |folder: &Path, matches: fn(&str) -> bool| -> usize {
        let texts = sources(folder).into_iter().filter(|path| path.extension().is_some_and(|end| end != "md"));
        texts.map(|path| fs::read_to_string(path).unwrap().lines().filter(|line| matches(line)).count()).sum()
    };
    let mut total = 0;
    for product in fs::read_dir(root.join("../spec")).unwrap().map(|entry| entry.unwrap().path()) {
        if !product.is_dir() {
            continue;
        }
        let in_spec = lines(&product, |line| !line.trim_start().starts_with('#') && line.contains("secret: true"));
        let generated = root.join("src/generated").join(product.file_name().unwrap());
        let in_code = lines(&generated, |line| {
            let field =
                line.strip_prefix("    ").filter(|rest| !rest.starts_with([' ', '/', '#']) && rest.ends_with(','));
            let kind = field.and_then(|field| field.split_once(": ")).map(|(_, kind)| kind);
            kind.is_some_and(|kind| kind.split(|letter: char| !letter.is_alphanumeric()).any(|word| word == "Secret"))
        });
        assert_eq!(in_code, in_spec, "{}", product.display());
        total += in_spec;
    }
    assert!(total > 40);
}
