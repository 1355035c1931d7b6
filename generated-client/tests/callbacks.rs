//! Tests the verification of callbacks: which signatures are accepted and which are rejected.

#![cfg(feature = "callback")]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a failure here is the failure of the test"
)]

use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use proptest::prelude::*;
use yunxin::callback::{
    Callback, CallbackBody, InMemoryReplayCache, ReplayCache, SignVerifier, Verified, Verifier, VerifyError,
    sign_fields_for_test, sign_for_test, sign_raw_for_test,
};
use yunxin::client::Clock;
use yunxin::{Credentials, Secret};

const KEY: &str = "demo-app-key";
const SECRET: &str = "demo-app-secret";

fn at(millis: u64) -> SystemTime {
    UNIX_EPOCH + Duration::from_millis(millis)
}

/// 2023-11-14.
fn now() -> SystemTime {
    at(1_700_000_000_000)
}

fn verifier() -> Verifier {
    Verifier::new(KEY, [SECRET]).clock(now())
}

type Pairs = Vec<(&'static str, String)>;

fn signed(body: &[u8]) -> Pairs {
    sign_for_test(KEY, SECRET, now(), body).into()
}

/// The same headers without one, or with another value.
fn with(mut headers: Pairs, name: &str, value: Option<&str>) -> Pairs {
    headers.retain_mut(|(own, text)| {
        if *own == name {
            value.unwrap_or_default().clone_into(text);
        }
        *own != name || value.is_some()
    });
    headers
}

fn refused(verifier: &Verifier, headers: Pairs, body: &[u8]) -> VerifyError {
    verifier.verify(headers, body).unwrap_err()
}

#[test]
fn a_signed_callback_is_accepted_with_its_app_key() {
    let verified = verifier().verify(signed(b"{}"), b"{}").unwrap();
    assert_eq!(verified.app_key(), KEY);
    assert_eq!(verified.secret_index(), 0);
    assert_eq!(verified.sent_at(), now());
    assert_eq!(verified.body_md5(), "99914b932bd37a50b983c5e7c90ae93b");
    assert!(!format!("{verified:?}").contains(verified.check_sum()), "a check sum in a log could be replayed");
}

/// Computed outside of this crate: `printf 'demo-app-secret99914b932bd37a50b983c5e7c90ae93b1700000000000' | sha1sum`.
#[test]
fn a_signature_made_elsewhere_is_accepted() {
    let headers = [
        ("appkey", KEY),
        ("CURTIME", "1700000000000"),
        ("md5", "99914b932bd37a50b983c5e7c90ae93b"),
        ("Content-Type", "application/json"),
        ("checksum", "f8e0428ae0eb41a41ea84607209d3ee3626d3a86"),
    ];
    verifier().verify(headers, b"{}").unwrap();
    verifier().verify(&headers_of_http(&headers), b"{}").unwrap();
}

fn headers_of_http(pairs: &[(&'static str, &'static str)]) -> http::HeaderMap {
    let value = |text: &'static str| http::HeaderValue::from_static(text);
    pairs.iter().map(|(name, text)| (http::HeaderName::from_bytes(name.as_bytes()).unwrap(), value(text))).collect()
}

#[test]
fn rooms_and_meetings_leave_out_app_key_and_md5() {
    let headers = with(with(signed(b"{}"), "AppKey", None), "MD5", None);
    let two = Verifier::new("another", ["other"]).app(KEY, [SECRET]).clock(now());
    assert_eq!(two.verify(headers.clone(), b"{}").unwrap().app_key(), KEY);
    assert_eq!(refused(&verifier(), headers, b"{ }"), VerifyError::BadCheckSum);
}

#[test]
fn each_fault_has_its_error() {
    let verifier = verifier();
    let refused = |headers: Pairs| refused(&verifier, headers, b"{}");
    let good = signed(b"{}");
    for name in ["CurTime", "CheckSum"] {
        assert_eq!(refused(with(good.clone(), name, None)), VerifyError::MissingHeader { name });
    }
    for (name, value) in good.clone() {
        let mut doubled = good.clone();
        doubled.push((name, value));
        assert_eq!(refused(doubled), VerifyError::RepeatedHeader { name });
    }
    for text in ["", "now", "-1", "+1700000000000", " 1700000000000", "1700000000000.0", "99999999999999999999999"] {
        assert_eq!(refused(with(good.clone(), "CurTime", Some(text))), VerifyError::BadCurTime, "{text}");
    }
    let stranger = with(good.clone(), "AppKey", Some("else"));
    assert_eq!(refused(stranger), VerifyError::UnknownAppKey { app_key: "else".to_owned() });
    let changed = with(good.clone(), "MD5", Some("99914b932bd37a50b983c5e7c90ae93c"));
    assert_eq!(refused(changed), VerifyError::BadMd5);
    assert_eq!(refused(with(good.clone(), "CheckSum", Some(""))), VerifyError::BadCheckSum);
    assert_eq!(refused(with(good, "CurTime", Some("1700000000001"))), VerifyError::BadCheckSum);
    assert_eq!(verifier.verify(signed(b"{}"), b"{} ").unwrap_err(), VerifyError::BadMd5);
}

#[test]
fn upper_case_hex_is_hex() {
    let mut headers = signed(b"{}");
    for (name, value) in &mut headers {
        if matches!(*name, "MD5" | "CheckSum") {
            value.make_ascii_uppercase();
        }
    }
    verifier().verify(headers, b"{}").unwrap();
}

#[test]
fn time_counts_in_both_directions_and_in_milliseconds() {
    let sent = |millis| sign_for_test(KEY, SECRET, at(millis), b"{}");
    let verified = |millis| verifier().verify(sent(millis), b"{}").map(drop);
    let tolerance = Duration::from_secs(300);
    assert_eq!(verified(1_699_999_700_000), Ok(()));
    assert_eq!(verified(1_700_000_300_000), Ok(()));
    let age = Duration::from_millis(300_001);
    let stale = verified(1_699_999_699_999).unwrap_err();
    assert_eq!(stale, VerifyError::Stale { age, tolerance });
    assert_eq!(stale.to_string(), "stale by 1 s: signed 301 s ago, and 300 s are allowed");
    let early = verified(1_700_000_300_001).unwrap_err();
    assert_eq!(early, VerifyError::FromTheFuture { ahead: age, tolerance });
    assert_eq!(early.to_string(), "from the future by 1 s: signed 301 s ahead of this clock, and 300 s are allowed");
    // Seconds in the place of milliseconds are a time in 1970.
    assert!(matches!(verified(1_700_000_000), Err(VerifyError::Stale { .. })));
    assert!(matches!(verified(u64::MAX), Err(VerifyError::FromTheFuture { .. })));
    let patient = verifier().tolerance(Duration::from_secs(301));
    assert!(patient.verify(sent(1_699_999_699_999), b"{}").is_ok());
    // An unsigned time is not checked.
    let unsigned = with(signed(b"{}"), "CurTime", Some("1"));
    assert_eq!(refused(&verifier(), unsigned, b"{}"), VerifyError::BadCheckSum);
}

#[test]
fn secrets_are_rotated() {
    let rotating = Verifier::new(KEY, ["new", SECRET]).clock(now());
    assert_eq!(rotating.verify(signed(b"{}"), b"{}").unwrap().secret_index(), 1);
    let done = Verifier::new(KEY, ["new"]).clock(now());
    assert_eq!(refused(&done, signed(b"{}"), b"{}"), VerifyError::BadCheckSum);
    let credentials = Credentials::new(KEY, SECRET);
    Verifier::from(&credentials).clock(now()).verify(signed(b"{}"), b"{}").unwrap();
}

#[test]
fn the_secret_of_one_app_does_not_sign_for_another() {
    let two = verifier().app("another", ["other"]);
    let headers = with(signed(b"{}"), "AppKey", Some("another"));
    assert_eq!(refused(&two, headers, b"{}"), VerifyError::BadCheckSum);
}

#[test]
fn an_empty_secret_verifies_nothing() {
    let anybody = sign_for_test(KEY, "", now(), b"{}");
    for secrets in [vec![], vec![""], vec!["", " \n"]] {
        let verifier = Verifier::new(KEY, secrets).clock(now());
        assert_eq!(verifier.verify(anybody.clone(), b"{}"), Err(VerifyError::NoSecret));
    }
    // A secret with a line end, as read from a file: nothing is signed with it.
    for secret in ["s3cret\n", " s3cret"] {
        let verifier = Verifier::new(KEY, [secret]).clock(now());
        assert_eq!(verifier.verify(sign_for_test(KEY, "s3cret", now(), b"{}"), b"{}"), Err(VerifyError::NoSecret));
    }
    let guessed = sign_for_test(KEY, " ", now(), b"{}");
    assert_eq!(Verifier::new(KEY, [" "]).clock(now()).verify(guessed, b"{}"), Err(VerifyError::NoSecret));
    let verifier = Verifier::new(KEY, ["", SECRET]).clock(now());
    assert_eq!(verifier.verify(anybody, b"{}"), Err(VerifyError::BadCheckSum));
    assert_eq!(verifier.verify(signed(b"{}"), b"{}").unwrap().secret_index(), 1);
}

#[test]
fn errors_show_neither_the_secret_nor_the_right_signature() {
    let verifier = verifier();
    let right = signed(b"{}");
    let expected = &right[3].1;
    let wrong = with(right.clone(), "CheckSum", Some("0000000000000000000000000000000000000000"));
    let refusal = refused(&verifier, wrong, b"{}");
    for shown in [format!("{refusal} {refusal:?}"), format!("{verifier:?}")] {
        assert!(!shown.contains(SECRET) && !shown.contains(expected), "{shown}");
    }
}

#[test]
fn a_long_unknown_app_key_is_cut_and_cannot_break_a_line() {
    let long = "\n".repeat(10_000);
    let refusal = refused(&verifier(), with(signed(b"{}"), "AppKey", Some(&long)), b"{}");
    assert_eq!(refusal, VerifyError::UnknownAppKey { app_key: "\n".repeat(64) });
    assert!(!refusal.to_string().contains('\n'));
}

#[test]
fn bodies_of_any_size_and_kind_are_verified() {
    let deep = "[".repeat(1_000_000).into_bytes();
    for body in [vec![b'x'; 10 * 1024 * 1024], deep, vec![0xff, 0xfe, 0], Vec::new()] {
        let callback: Callback<Vec<u8>> = verifier().receive(signed(&body), body.clone()).unwrap();
        assert!(callback.event == body && callback.raw == body);
    }
}

#[test]
fn rejected_callbacks_are_never_parsed() {
    struct Never;
    impl CallbackBody for Never {
        fn parse(_raw: &[u8]) -> Self {
            panic!("parsed unsigned")
        }
    }
    let refused = verifier().receive::<Never, _, _>(signed(b"{}"), *b"{} ");
    assert_eq!(refused.err(), Some(VerifyError::BadMd5));
}

#[test]
fn a_replay_is_refused_until_it_is_removed_from_the_cache() {
    let cache = Arc::new(InMemoryReplayCache::default());
    let verifier = verifier().replay_cache(cache.clone());
    let verified = verifier.verify(signed(b"{}"), b"{}").unwrap();
    // The same signature in upper case is still the same signature.
    let upper = signed(b"{}").into_iter().map(|(name, value)| match name {
        "CheckSum" => (name, value.to_uppercase()),
        _ => (name, value),
    });
    assert_eq!(refused(&verifier, upper.collect(), b"{}"), VerifyError::Replayed);
    assert_eq!(refused(&verifier.clone(), signed(b"{}"), b"{}"), VerifyError::Replayed);
    verifier.verify(signed(b"[]"), b"[]").unwrap();
    verifier.remove(&verified);
    verifier.verify(signed(b"{}"), b"{}").unwrap();
    assert_eq!(cache.len(), 2);
    // A rejected callback is not stored in the replay cache.
    refused(&verifier, signed(b"1"), b"2");
    assert_eq!(cache.len(), 2);
}

/// A clock that advances with every read.
struct AdvancingClock(Mutex<SystemTime>);

impl Clock for AdvancingClock {
    fn now(&self) -> SystemTime {
        let mut now = self.0.lock().unwrap();
        *now += Duration::from_millis(1);
        *now
    }
}

/// Just before a callback is too old, the replay cache still has it.
#[test]
fn a_replay_at_the_last_moment_is_refused() {
    let cache = Arc::new(InMemoryReplayCache::default());
    let at_first = verifier().replay_cache(cache.clone());
    at_first.verify(signed(b"{}"), b"{}").unwrap();
    let last = now() + Duration::from_secs(300) - Duration::from_millis(1);
    let at_last = Verifier::new(KEY, [SECRET]).clock(AdvancingClock(Mutex::new(last))).replay_cache(cache);
    assert_eq!(refused(&at_last, signed(b"{}"), b"{}"), VerifyError::Replayed);
    assert!(matches!(refused(&at_last, signed(b"{}"), b"{}"), VerifyError::Stale { .. }));
}

#[test]
fn an_infinite_tolerance_is_allowed() {
    let verifier = verifier().tolerance(Duration::MAX).replay_cache(InMemoryReplayCache::default());
    for sent in [0, 1, 1_700_000_000_000, 4_000_000_000_000, u64::MAX] {
        let headers = || sign_for_test(KEY, SECRET, at(sent), b"{}");
        assert_eq!(verifier.verify(headers(), b"{}").map(drop), Ok(()), "{sent}");
        for _ in 0..3 {
            assert_eq!(verifier.verify(headers(), b"{}").map(drop), Err(VerifyError::Replayed), "{sent}");
        }
    }
}

#[test]
fn only_one_of_many_concurrent_replays_is_new() {
    let verifier = verifier().replay_cache(InMemoryReplayCache::default());
    let attempt = || verifier.verify(signed(b"{}"), b"{}").is_ok();
    let accepted = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..8).map(|_| scope.spawn(attempt)).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).filter(|accepted| *accepted).count()
    });
    assert_eq!(accepted, 1);
}

#[test]
fn the_cache_is_bounded_and_forgets_what_is_stale() {
    let cache = InMemoryReplayCache::with_capacity(2);
    let first = |name: &str, now, stale| cache.insert_if_new(name, at(now), at(stale));
    assert!(first("a", 0, 10));
    assert!(first("b", 0, 20));
    assert!(!first("a", 10, 10), "it is stale after that time, not at it");
    assert!(first("c", 5, 30), "the oldest gives way");
    assert_eq!(cache.len(), 2);
    assert!(first("a", 5, 15), "so it may come again");
    assert!(first("d", 31, 40));
    assert_eq!(cache.len(), 1);
    cache.remove("d");
    cache.remove("never there");
    assert!(cache.is_empty());
}

fn verify_fields(key: &str, body: &[u8]) -> Result<(&'static str, String), VerifyError> {
    sign_fields_for_test(key, body)
}

/// `printf 'beginTime=1614764611561&cid=a"b&nId=7&ok=true&part={"x": [1]}k3y' | md5sum`, and so on.
#[test]
fn fields_are_signed_as_unchanged_text() {
    let body = br#" {"nId": "7","cid":"a\"b", "beginTime":1614764611561,"part":{"x": [1]},"ok":true}"#;
    assert_eq!(verify_fields("k3y", body), Ok(("sign", "4292048ef23967f2391ebf9f771b49a1".to_owned())));
    // printf 'k3y' | md5sum
    assert_eq!(verify_fields("k3y", b"{}"), Ok(("sign", "fbe8cdb8cacde73703e02dcf0866f7e9".to_owned())));
    // printf 'a=1.50&d= k3y' | md5sum; empty values are written as nothing.
    assert_eq!(
        verify_fields("k3y", br#"{"c":"","d":" ","b":null,"a":1.50}"#),
        Ok(("sign", "141c0fc4697f07106847baec7729e7f8".to_owned()))
    );
}

/// The first two are signatures of real posts, with their real key.
#[test]
fn raw_bodies_are_signed_unchanged() {
    let verifier = SignVerifier::new(["phlive_vcloud"]);
    for (body, sign) in [
        (
            r#"{"time":"1500876445954","status":"0","cid":"621977362d9a44edb41141e0735d1f52"}"#,
            "5410d115c59713256c49a5415bf0b99d",
        ),
        (
            r#"{"time":"1500881175013","status":"1","cid":"621977362d9a44edb41141e0735d1f52"}"#,
            "47bb8da6cc95253e4d1d81cc310a52e8",
        ),
        // These are not valid JSON, but they are signed: dropping them would lose data.
        (r#"{"a":1,"a":2}"#, "6a6ef44f184ec3f38095434fbea33cdf"),
        ("{", "0d79c4f3ae8e27ee1ca636a5280ba946"),
    ] {
        let body = body.as_bytes();
        assert_eq!(sign_raw_for_test("phlive_vcloud", body), ("sign", sign.to_owned()));
        assert!(verifier.verify([("sign", sign)], body).is_ok());
        assert!(verifier.verify([("sign", sign.to_uppercase())], body).is_ok());
        let blank = [body, b" "].concat();
        assert!(verifier.verify([("sign", sign)], &blank).is_err());
        assert_eq!(SignVerifier::new(["else"]).verify([("sign", sign)], br#"{"a":1}"#), Err(VerifyError::BadSign));
    }
}

/// An attacker who saw a signed raw body with `=` in it can split its text into names and values. Joined again, they
/// are the signed text; but the body is another one, and must be rejected.
#[test]
fn a_signed_raw_body_is_not_accepted_as_fields() {
    let overheard = br#"{"cid":"6219","url":"http://a.example/?x=1&y=2","status":"0"}"#;
    let (name, sign) = sign_raw_for_test("k3y", overheard);
    let verifier = SignVerifier::new(["k3y"]);
    assert!(verifier.verify([(name, &sign)], overheard).is_ok());
    let text = str::from_utf8(overheard).unwrap();
    for at in text.match_indices('=').map(|(at, _)| at) {
        let forged = serde_json::json!({ &text[..at]: &text[at + 1..] }).to_string();
        let joined = format!("{}={}", &text[..at], &text[at + 1..]);
        assert_eq!(joined, text);
        assert_eq!(verifier.verify([(name, &sign)], forged.as_bytes()), Err(VerifyError::AmbiguousFields), "{forged}");
        assert_eq!(verify_fields("k3y", forged.as_bytes()), Err(VerifyError::AmbiguousFields));
    }
    // Split at `&` as well, into names that sort after the brace.
    let overheard = br#"{"url":"?x=1&~y=2"}"#;
    let forged = br#"{"{\"url\":\"?x":"1","~y":"2\"}"}"#;
    assert_eq!(verifier.verify([sign_raw_for_test("k3y", overheard)], forged), Err(VerifyError::AmbiguousFields));
    // A body may begin with spaces, and so may a name.
    let overheard = b" \n{\"url\":\"?x=1\"}";
    let sign = sign_raw_for_test("k3y", overheard);
    let forged = br#"{" \n{\"url\":\"?x":"1\"}"}"#;
    assert_eq!(verifier.verify([sign], forged), Err(VerifyError::AmbiguousFields));
}

/// A signed text of names, `=`, `&` and values must not be split at other positions, as far as the names allow to
/// check.
#[test]
fn fields_with_ambiguous_names_are_refused() {
    let verifier = SignVerifier::new(["k3y"]);
    let sign = verify_fields("k3y", br#"{"a":"b=c","d":"e"}"#).unwrap();
    for body in [
        &br#"{"a=b":"c","d":"e"}"#[..],
        br#"{"a":"b=c","d":"e","":"x"}"#,
        br#"{"a":"b=c","d":"e","x&y":""}"#,
        br#"{"a=b":"c&d=e"}"#,
        br#"{"\u0061=b":"c","d":"e"}"#,
    ] {
        assert_eq!(verifier.verify([sign.clone()], body), Err(VerifyError::AmbiguousFields), "{}", body.escape_ascii());
    }
    // As raw bodies, they are signed like any other.
    let body = br#"{"a=b":"c","":"d"}"#;
    assert!(verifier.verify([sign_raw_for_test("k3y", body)], body).is_ok());
    // `&` and `=` in values are usual: addresses have them.
    let body = br#"{"nId":"7","url":"http://a.example/?x=1&y=2"}"#;
    assert!(verifier.verify([verify_fields("k3y", body).unwrap()], body).is_ok());
}

/// An attacker who saw signed fields has a text and its signature; the text must not be accepted as a body.
#[test]
fn joined_fields_are_not_accepted_as_a_body() {
    let (name, sign) = verify_fields("k3y", br#"{"nId":"7"}"#).unwrap();
    assert_eq!(sign_raw_for_test("k3y", b"nId=7"), (name, sign.clone()));
    assert_eq!(SignVerifier::new(["k3y"]).verify([(name, sign)], b"nId=7"), Err(VerifyError::NoFields));
}

#[test]
fn each_fault_of_a_sign_has_its_error() {
    let verifier = SignVerifier::new(["new", "k3y"]);
    let body = br#"{"nId":"7"}"#;
    let sign = verify_fields("k3y", body).unwrap();
    assert_eq!(verifier.verify([sign.clone()], body).unwrap().key_index(), 1);
    assert_eq!(verifier.verify([("SIGN", sign.1.to_uppercase())], body).unwrap().key_index(), 1);
    let refused = |headers: Vec<(&'static str, String)>, body: &[u8]| verifier.verify(headers, body).unwrap_err();
    assert_eq!(refused(vec![], body), VerifyError::MissingHeader { name: "sign" });
    assert_eq!(refused(vec![sign.clone(), sign.clone()], body), VerifyError::RepeatedHeader { name: "sign" });
    assert_eq!(refused(vec![sign.clone()], br#"{"nId":"8"}"#), VerifyError::BadSign);
    assert_eq!(refused(vec![sign.clone()], br#"{"nId":"7","nId":"7"}"#), VerifyError::RepeatedField);
    assert_eq!(refused(vec![sign.clone()], br#"{"nId":"7","\u006eId":"7"}"#), VerifyError::RepeatedField);
    for body in [&b"[]"[..], b"", b"null", br#""{\"nId\":\"7\"}""#, b"{", b"{} {}", b"{\"a\":\"\xff\"}"] {
        assert_eq!(refused(vec![sign.clone()], body), VerifyError::NoFields, "{body:?}");
    }
    for blank in ["", " ", "\n"] {
        let empty = SignVerifier::new([blank]);
        assert_eq!(empty.verify([verify_fields(blank, body).unwrap()], body), Err(VerifyError::NoSecret));
    }
    assert!(!format!("{verifier:?}").contains("k3y"));
}

fn flipped(bytes: &[u8], bit: prop::sample::Index) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    let bit = bit.index(bytes.len() * 8);
    bytes[bit / 8] ^= 1 << (bit % 8);
    bytes
}

/// Verifies these headers and this body; the callers have flipped one bit in one of them.
fn verified(secret: Secret, headers: &[(&str, Vec<u8>)], body: &[u8]) -> Result<Verified, VerifyError> {
    Verifier::new(KEY, [secret]).clock(now()).verify(headers.iter().cloned(), body)
}

/// A duration: extreme values are as frequent as ordinary ones.
fn spans() -> impl Strategy<Value = Duration> {
    prop_oneof![
        Just(Duration::ZERO),
        Just(Duration::MAX),
        Just(Duration::from_secs(u64::MAX)),
        Just(Duration::from_secs(i64::MAX.unsigned_abs())),
        (0..1_000_000_u64).prop_map(Duration::from_millis),
        any::<u64>().prop_map(Duration::from_millis),
        (any::<u64>(), 0..1_000_000_000_u32).prop_map(|(seconds, nanos)| Duration::new(seconds, nanos)),
    ]
}

/// Any time that the system can represent.
fn moments() -> impl Strategy<Value = SystemTime> {
    (spans(), any::<bool>(), any::<bool>()).prop_map(|(span, before, around_now)| {
        let from = if around_now { now() } else { UNIX_EPOCH };
        let moment = if before { from.checked_sub(span) } else { from.checked_add(span) };
        moment.unwrap_or(from)
    })
}

proptest! {
    /// For every tolerance and time: a callback is accepted at most once, and nothing panics.
    #[test]
    fn nothing_is_accepted_twice(
        tolerance in spans(),
        sent in prop_oneof![any::<u64>(), 1_699_999_000_000..1_700_001_000_000_u64],
        mut clock in prop::collection::vec(moments(), 1..6),
        others in prop::collection::vec(any::<u64>(), 0..4),
    ) {
        clock.sort();
        let cache = Arc::new(InMemoryReplayCache::default());
        let mut accepted = 0;
        for moment in clock {
            let verifier = Verifier::new(KEY, [SECRET]).tolerance(tolerance).clock(moment).replay_cache(cache.clone());
            for _ in 0..2 {
                let verified = verifier.verify(sign_for_test(KEY, SECRET, at(sent), b"{}"), b"{}");
                accepted += u32::from(verified.is_ok());
                if let Err(refusal) = verified {
                    prop_assert!(!refusal.to_string().is_empty());
                }
            }
            for other in &others {
                drop(verifier.verify(sign_for_test(KEY, SECRET, at(*other), b"[]"), b"[]"));
            }
        }
        prop_assert!(accepted <= 1, "accepted {accepted} times");
    }

    /// No two bodies have the same sign, one as fields and the other as a raw body; a value may contain any text.
    #[test]
    fn the_sign_of_a_raw_body_is_not_a_sign_of_fields(name in "[{ \\n\"a-z=&]{0,6}", value in "[\"a-z=&}]{0,12}", more in "[a-z]{1,3}") {
        let body = serde_json::json!({ name: value, more: "x" }).to_string();
        if let Ok((_, sign)) = verify_fields("k3y", body.as_bytes()) {
            let fields: std::collections::BTreeMap<String, String> = serde_json::from_str(&body).unwrap();
            let parts: Vec<_> = fields.iter().filter(|(_, value)| !value.is_empty()).map(|(key, value)| format!("{key}={value}")).collect();
            let joined = parts.join("&");
            prop_assert_eq!(&sign_raw_for_test("k3y", joined.as_bytes()).1, &sign);
            prop_assert_eq!(SignVerifier::new(["k3y"]).verify([("sign", &sign)], joined.as_bytes()), Err(VerifyError::NoFields));
        }
    }

    #[test]
    fn what_is_signed_is_verified(
        key in ".{0,40}",
        secret in "[!-~](\\PC{0,78}[!-~])?",
        millis in 0..300_000_u64,
        body in prop::collection::vec(any::<u8>(), 0..500),
    ) {
        let sent_at = now() - Duration::from_millis(millis);
        let headers = sign_for_test(&key, &secret, sent_at, &body);
        let verifier = Verifier::new(key.clone(), [secret]).clock(now());
        let verified = verifier.verify(headers, &body).unwrap();
        prop_assert_eq!(verified.app_key(), key);
        prop_assert_eq!(verified.sent_at(), sent_at);
    }

    #[test]
    fn a_flipped_bit_is_refused(body in prop::collection::vec(any::<u8>(), 1..200), bit: prop::sample::Index) {
        let headers: Vec<_> = signed(&body).into_iter().map(|(name, value)| (name, value.into_bytes())).collect();
        prop_assert!(verified(SECRET.into(), &headers, &body).is_ok());
        prop_assert!(verified(SECRET.into(), &headers, &flipped(&body, bit)).is_err());
        if let Ok(secret) = String::from_utf8(flipped(SECRET.as_bytes(), bit)) {
            prop_assert!(verified(secret.into(), &headers, &body).is_err());
        }
        for place in 0..headers.len() {
            let mut changed = headers.clone();
            changed[place].1 = flipped(&changed[place].1, bit);
            prop_assert!(verified(SECRET.into(), &changed, &body).is_err(), "{:?}", changed[place]);
        }
        // A changed body alone, in the form without an MD5 header.
        let bare: Vec<_> = headers.into_iter().filter(|(name, _)| matches!(*name, "CurTime" | "CheckSum")).collect();
        prop_assert!(verified(SECRET.into(), &bare, &body).is_ok());
        prop_assert_eq!(verified(SECRET.into(), &bare, &flipped(&body, bit)), Err(VerifyError::BadCheckSum));
    }

    #[test]
    fn random_callbacks_are_refused_without_a_panic(
        headers in prop::collection::vec(("AppKey|CurTime|MD5|CheckSum|sign", prop::collection::vec(any::<u8>(), 0..45)), 0..6),
        body in prop::collection::vec(any::<u8>(), 0..200),
    ) {
        prop_assert!(verifier().verify(headers.clone(), &body).is_err());
        prop_assert!(SignVerifier::new(["k3y"]).verify(headers, &body).is_err());
    }

    #[test]
    fn signed_fields_are_verified_and_no_others(
        fields in prop::collection::btree_map("[a-z]{1,8}", any::<i64>(), 1..8),
        bit in 0..63_u32,
    ) {
        let body = serde_json::to_vec(&fields).unwrap();
        let sign = verify_fields("k3y", &body).unwrap();
        let verifier = SignVerifier::new(["k3y"]);
        prop_assert!(verifier.verify([sign.clone()], &body).is_ok());
        for key in fields.keys() {
            let mut changed = fields.clone();
            *changed.get_mut(key).unwrap() ^= 1 << bit;
            let body = serde_json::to_vec(&changed).unwrap();
            prop_assert_eq!(verifier.verify([sign.clone()], &body), Err(VerifyError::BadSign));
        }
    }
}
