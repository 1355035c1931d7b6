//! Tests the events of the fixtures.

use yunxin::callback::CallbackBody as _;
use yunxin::{Json, Seconds, json};
use yunxin_goldens::events::{Event, ThirdPartyEvent};
use yunxin_goldens::shared::callbacks;

#[test]
fn json_inside_json_is_read_at_any_depth_where_a_type_says_what_it_is() {
    let body = r#"{"eventType":"10","callback":"{\"session\":\"s1\",\"seconds\":\"42\",\"numbers\":\"[\\\"1\\\"]\"}","color":"red","guests":"[carol, dave]","extra":"{\"a\":1}"}"#;
    let Event::SharedEnded(ended) = Event::parse(body.as_bytes()) else { panic!("it is another event") };
    assert_eq!((ended.record.session.as_str(), ended.record.seconds), ("s1", Seconds::from(42)));
    assert_eq!(ended.record.numbers, Some(vec!["1".to_owned()]));
    assert_eq!(ended.guests, Some(vec!["carol".to_owned(), "dave".to_owned()]));
    let extra = ended.extra.unwrap();
    assert_eq!((extra.text().as_deref(), extra.unpacked()), (Some(r#"{"a":1}"#), json!({ "a": 1 }).into()));
    assert_eq!(ended.colour, Some(callbacks::Colour::Red));
}

#[test]
fn events_of_one_type_are_distinguished_by_their_keys() {
    let name = |body: &str| Event::parse(body.as_bytes()).name();
    assert_eq!(name(r#"{"eventType":10,"data":{"id":1}}"#), "shared.room_started");
    assert_eq!(name(r#"{"data":{"id":1},"eventType":"11"}"#), "shared.room_started");
    assert_eq!(name(r#"{"eventType":10,"callback":{}}"#), "shared.ended");
    assert_eq!(name(r#"{"eventType":10,"callback":{},"data":null}"#), "shared.ended");
    assert_eq!(name(r#"{"vid":7}"#), "shared.recorded");
    assert_eq!(name(r#"{"vid":7,"eventType":"99"}"#), "unknown");
    assert_eq!(name(r#"{"eventType":12,"anything":[]}"#), "shared.moved");
}

#[test]
fn missing_fields_are_named() {
    for (body, expected) in [
        (r#"{"eventType":10}"#, "shared.ended: callback: is missing or null"),
        (r#"{"eventType":10,"callback":[]}"#, "shared.ended: callback: expected an object, found a list"),
        (
            r#"{"eventType":10,"data":{"id":"x"}}"#,
            "shared.room_started: data.id: expected a whole number of 64 bits, found \"x\"",
        ),
    ] {
        let Event::Unknown { event_type, raw, reason } = Event::parse(body.as_bytes()) else { panic!("{body}") };
        assert_eq!((event_type.as_deref(), reason.as_str()), (Some("10"), expected));
        assert_eq!(raw, body.as_bytes());
    }
}

#[test]
fn third_party_callbacks_are_events_of_their_own() {
    let body = br#"{"eventType":10,"accid":"alice","token":"t0k3n"}"#;
    let ThirdPartyEvent::SharedJoining(joining) = ThirdPartyEvent::parse(body) else { panic!("it is another event") };
    assert_eq!(joining.accid, "alice");
    assert!(!format!("{joining:?}").contains("t0k3n"));
    assert_eq!(callbacks::allow().extension("x").body(), r#"{"errCode":0,"callbackExt":"x"}"#);
    assert_eq!(callbacks::refuse(403).body(), r#"{"errCode":1,"responseCode":403}"#);
    assert_eq!(callbacks::modify(Json::from("a")).body(), r#"{"errCode":0,"modifyResponse":"a"}"#);
}

#[test]
fn names_are_product_and_event() {
    assert_eq!(Event::NAMES, ["shared.ended", "shared.room_started", "shared.recorded", "shared.moved"]);
    assert_eq!(ThirdPartyEvent::NAMES, ["shared.joining"]);
}
