//! Any bytes as a callback: headers made by the fuzzer are always rejected, a signed body is always accepted, and
//! decoding never fails.
//!
//! The input is lines `Name: value`, an empty line, and the body. Without an empty line all of it is the body.
#![no_main]

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use libfuzzer_sys::fuzz_target;
use yunxin::callback::{Callback, Incoming as _, SignVerifier, Verifier, sign_fields_for_test, sign_for_test};
use yunxin::events::{Event, ThirdPartyEvent};

const SECRET: &str = "a secret that no input can guess";

fn now() -> SystemTime {
    UNIX_EPOCH + Duration::from_millis(1_700_000_000_000)
}

fuzz_target!(|input: &[u8]| {
    let (head, body) = divided(input);
    let headers: Vec<_> = std::str::from_utf8(head)
        .unwrap_or_default()
        .lines()
        .filter_map(|line| line.split_once(": "))
        .collect();

    let verifier = Verifier::new("key", [SECRET]).clock(now());
    match verifier.verify(headers.iter().copied(), body) {
        Ok(_) => panic!("accepted unsigned"),
        Err(refusal) => assert!(!format!("{refusal} {refusal:?}").contains(SECRET)),
    }
    let signed = sign_for_test("key", SECRET, now(), body);
    let callback: Callback<Event> = verifier.receive(signed, body).expect("a signed body is refused");
    assert_eq!(callback.raw, body);
    if let Event::Unknown { raw, .. } = callback.event {
        assert_eq!(raw, body, "what was signed is lost");
    }
    if let ThirdPartyEvent::Unknown { raw, .. } = ThirdPartyEvent::parse(body) {
        assert_eq!(raw, body, "what was signed is lost");
    }

    let verifier = SignVerifier::new([SECRET]);
    assert!(verifier.verify(headers, body).is_err(), "accepted unsigned");
    match sign_fields_for_test(SECRET, body) {
        Ok(sign) => drop(verifier.receive::<Event, _, _>([sign], body).expect("a signed body is refused")),
        Err(refusal) => assert_eq!(verifier.verify([("sign", "")], body), Err(refusal)),
    }
});

fn divided(input: &[u8]) -> (&[u8], &[u8]) {
    match input.windows(2).position(|two| two == b"\n\n") {
        Some(place) => (&input[..place], &input[place + 2..]),
        None => (&[], input),
    }
}
