//! Tests decoding of every event of the specs, valid and damaged: a signed event is never lost.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a failed expectation is the failure of a test"
)]

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::path::Path;

use serde_json::{Map, Value, json};
use yunxin::Json;
use yunxin::callback::CallbackBody;
use yunxin::events::{Event, ThirdPartyEvent};
use yunxin_codegen::{Sources, compile, model};

/// What the tests need from both enums of events.
trait EventEnum: CallbackBody + Debug {
    /// Type, body and reason of an unknown event.
    fn unknown(&self) -> Option<(Option<&str>, &[u8], &str)>;
}

macro_rules! known {
    ($($name:ident)*) => {$(
        impl EventEnum for $name {
            fn unknown(&self) -> Option<(Option<&str>, &[u8], &str)> {
                match self {
                    Self::Unknown { event_type, raw, reason } => Some((event_type.as_deref(), raw, reason)),
                    _ => None,
                }
            }
        }
    )*};
}

known!(Event ThirdPartyEvent);

/// The events of the specs that this build knows.
fn events() -> Vec<model::Event> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../spec");
    let api = compile(&Sources::read(&folder, "spec").unwrap()).unwrap().api;
    let all = api.products.into_iter().filter_map(|product| product.callbacks).flat_map(|callbacks| callbacks.events);
    all.filter(|event| [Event::NAMES, ThirdPartyEvent::NAMES].concat().contains(&event.id.as_str())).collect()
}

/// Calls back with each event and the enum it belongs to.
macro_rules! each {
    (|$event:ident, $enum:ident| $body:block) => {
        let all = events();
        assert!(all.len() > 30, "products are switched off: run this with their features");
        for $event in all {
            if $event.expects_response {
                type $enum = ThirdPartyEvent;
                $body
            } else {
                type $enum = Event;
                $body
            }
        }
    };
}

fn body(event: &model::Event) -> Map<String, Value> {
    serde_json::from_str(&event.example).unwrap()
}

/// Reads a body and checks that it is a known event, or an unknown one with its complete body and a reason.
fn read<E: EventEnum>(raw: &[u8]) -> E {
    let event = E::parse(raw);
    if let Some((_, kept, reason)) = event.unknown() {
        assert_eq!(kept, raw);
        assert!(!reason.is_empty());
    }
    event
}

#[test]
fn every_example_is_decoded_as_its_event() {
    let mut shown: BTreeMap<String, String> = BTreeMap::new();
    each!(|event, E| {
        let read = read::<E>(event.example.as_bytes());
        assert_eq!(read.name(), event.id, "{read:?}");
        let product = event.id.split('.').next().unwrap().to_owned();
        let text = format!("{}\n{read:#?}\n\n", event.id);
        shown.entry(product).or_default().push_str(&text);
    });
    for (product, text) in shown {
        insta::with_settings!({ snapshot_path => "snapshots/events", prepend_module_to_snapshot => false, omit_expression => true }, {
            insta::assert_snapshot!(product, text);
        });
    }
}

#[test]
fn numbers_as_text_and_text_as_numbers_are_the_same_event() {
    fn swapped(value: &Value) -> Value {
        match value {
            Value::Number(number) => Value::from(number.to_string()),
            Value::String(text) => match text.parse::<i64>() {
                Ok(number) if number.to_string() == *text => Value::from(number),
                _ => value.clone(),
            },
            Value::Array(items) => items.iter().map(swapped).collect(),
            Value::Object(entries) => entries.iter().map(|(key, value)| (key.clone(), swapped(value))).collect(),
            other => other.clone(),
        }
    }
    /// Free JSON keeps its form: only typed fields are compared.
    fn is_typed(event: &model::Event) -> bool {
        event.fields.iter().all(|field| !matches!(field.ty, model::Type::Scalar(model::Scalar::Json)))
    }
    each!(|event, E| {
        let body = Value::Object(body(&event));
        let (plain, other) = (read::<E>(body.to_string().as_bytes()), read::<E>(swapped(&body).to_string().as_bytes()));
        assert_eq!(other.name(), event.id, "{other:?}");
        if is_typed(&event) && !event.example.contains("{}") && !format!("{plain:?}").contains("Json(") {
            assert_eq!(format!("{plain:?}"), format!("{other:?}"));
        }
    });
}

#[test]
fn objects_arrive_the_same_as_text_and_as_they_are() {
    fn as_text(body: &Map<String, Value>) -> Map<String, Value> {
        let text = |value: &Value| match value {
            Value::Object(_) | Value::Array(_) => Value::from(value.to_string()),
            other => other.clone(),
        };
        body.iter().map(|(key, value)| (key.clone(), text(value))).collect()
    }
    each!(|event, E| {
        let read = read::<E>(Value::Object(as_text(&body(&event))).to_string().as_bytes());
        assert_eq!(read.name(), event.id, "{read:?}");
    });
}

#[test]
fn a_field_that_is_missing_null_or_of_another_type_loses_nothing() {
    let odd = [
        json!(null),
        json!(true),
        json!(-1),
        json!(1e300),
        json!("text"),
        json!(""),
        json!([]),
        json!([1]),
        json!({}),
        json!({ "a": 1 }),
        json!("[[["),
    ];
    each!(|event, E| {
        let whole = body(&event);
        for key in whole.keys() {
            let mut without = whole.clone();
            without.remove(key);
            let seen = read::<E>(Value::Object(without).to_string().as_bytes());
            let field = event.fields.iter().find(|field| field.wire_name == *key || field.accept.contains(key));
            if field.is_some_and(|field| !field.required) && !event.has_keys.contains(key) {
                assert_eq!(seen.name(), event.id, "without `{key}`: {seen:?}");
            }
            if field.is_some_and(|field| field.required) {
                assert_ne!(seen.name(), event.id, "without `{key}`: {seen:?}");
            }
            for value in &odd {
                let mut changed = whole.clone();
                changed.insert(key.clone(), value.clone());
                read::<E>(Value::Object(changed).to_string().as_bytes());
            }
        }
    });
}

#[test]
fn a_new_field_or_a_doubled_one_is_no_reason_to_lose_an_event() {
    each!(|event, E| {
        let mut more = body(&event);
        more.insert("added_next_year".to_owned(), json!({ "deep": [1, { "er": null }] }));
        let seen = read::<E>(Value::Object(more).to_string().as_bytes());
        assert_eq!(seen.name(), event.id, "{seen:?}");
        let inside = event.example.trim().strip_prefix('{').and_then(|text| text.strip_suffix('}')).unwrap();
        let seen = read::<E>(format!("{{{inside},{inside}}}").as_bytes());
        assert_eq!(seen.name(), event.id, "{seen:?}");
    });
}

#[test]
fn a_truncated_body_is_kept_as_an_unknown_event() {
    each!(|event, E| {
        let whole = event.example.as_bytes();
        for end in 0..whole.len() {
            let seen = read::<E>(&whole[..end]);
            assert!(seen.unknown().is_some(), "cut at {end}: {seen:?}");
        }
    });
}

/// A message of a chat room with this as `attach`, as JSON.
fn room_content(attach: &str) -> Json {
    let body = format!(
        r#"{{"eventType":"4","attach":{attach},"fromAccount":"alice","msgTimestamp":"1456123424339","msgType":"TEXT","msgidClient":"c","roomId":"2016"}}"#
    );
    let Event::ImRoomMessageSent(message) = Event::parse(body.as_bytes()) else { panic!("{body}") };
    message.content
}

#[test]
fn text_that_looks_like_json_stays_text_and_no_digit_is_lost() {
    for text in [
        "[1, 2]",
        r#"{"b":1,"a":2}"#,
        r#"{"orderId":12345678901234567890123}"#,
        "[",
        "null",
        "7",
        "",
        " {} ",
        "\"",
        "汉\n",
    ] {
        let written = serde_json::to_string(text).unwrap();
        let content = room_content(&written);
        assert_eq!(content.text().as_deref(), Some(text));
        assert_eq!((content.raw(), content.value()), (written.as_str(), json!(text)));
    }
    let object = r#"{"b":1, "a":2.50,"orderId":12345678901234567890123,"b":3}"#;
    assert_eq!(room_content(object).raw(), object);
    let content = room_content(&serde_json::to_string(object).unwrap());
    assert_eq!(content.unpacked().raw(), object);
    assert_eq!(content.unpacked().value()["a"], 2.5);
}

#[test]
fn a_list_in_java_notation_is_a_list() {
    let text = |members: &str| {
        let body = format!(
            r#"{{"eventType":"1","convType":"TEAM","to":"7","fromAccount":"alice","msgTimestamp":"1","msgType":"TEXT","msgidServer":"0","tMembers":{members}}}"#
        );
        let Event::ImMessageSent(message) = Event::parse(body.as_bytes()) else { panic!("{body}") };
        assert_eq!(message.message_id, 0);
        message.members
    };
    let members = |names: &[&str]| Some(names.iter().map(ToString::to_string).collect::<Vec<_>>());
    for list in [r#""[alice, bob]""#, r#""[alice,bob]""#, r#"["alice","bob"]"#, r#""[\"alice\",\"bob\"]""#] {
        assert_eq!(text(list), members(&["alice", "bob"]), "{list}");
    }
    assert_eq!(text(r#""[alice]""#), members(&["alice"]));
    assert_eq!(text(r#""[]""#), members(&[]));
    for nothing in ["null", r#""""#] {
        assert_eq!(text(nothing), None);
    }
}

#[test]
fn a_body_that_is_not_json_is_no_event() {
    const BYTES: &[u8] = b"{}[],:\"\\09-+.ex \n\0\x80\xff";
    each!(|event, E| {
        let whole = event.example.as_bytes();
        // `json_syntax.rs` tests every byte; here the result of reading the event is tested.
        for at in (0..whole.len()).step_by(7) {
            for byte in BYTES {
                let mut changed = whole.to_vec();
                changed[at] = *byte;
                if serde_json::from_slice::<Value>(&changed).is_err() {
                    let seen = read::<E>(&changed);
                    assert!(seen.unknown().is_some(), "{}: {seen:?}", String::from_utf8_lossy(&changed));
                }
            }
        }
    });
}

#[test]
fn an_unknown_event_has_its_type() {
    let Event::Unknown { event_type, raw, reason } = Event::parse(br#"{"eventType": 999, "a": 1}"#) else { panic!() };
    assert_eq!((event_type.as_deref(), raw.as_slice()), (Some("999"), br#"{"eventType": 999, "a": 1}"#.as_slice()));
    assert_eq!(reason, "no event of this version has this type and these fields");
    let Event::Unknown { event_type, reason, .. } = Event::parse(br#"{"a": 1}"#) else { panic!() };
    assert_eq!((event_type, reason.as_str()), (None, "nothing in it tells what it is"));
}

#[test]
fn the_test_of_the_console_is_recognised() {
    for body in ["{}", " { } ", "{\n}\n"] {
        assert_eq!(Event::parse(body.as_bytes()), Event::Test);
        assert_eq!(ThirdPartyEvent::parse(body.as_bytes()), ThirdPartyEvent::Test);
    }
}

#[test]
fn bodies_that_are_not_events_are_kept_with_a_reason() {
    let deep = ["{\"eventType\":", &"[".repeat(100_000), &"]".repeat(100_000), "}"].concat();
    let bodies: [(&[u8], &str); 8] = [
        (b"", "ends"),
        (b"[]", "a list"),
        (b"7", "a number"),
        (b"null", "null"),
        (b"{} {}", "expected the end"),
        (b"\xff\xfe{}", "UTF-8"),
        (b"{\"eventType\":\"1\xff\"}", "UTF-8"),
        (deep.as_bytes(), "deep"),
    ];
    for (body, expected) in bodies {
        let event = read::<Event>(body);
        let (_, _, reason) = event.unknown().unwrap_or_else(|| panic!("{event:?}"));
        assert!(reason.contains(expected), "{reason:?} should tell of {expected:?}");
    }
}

#[test]
fn ten_mebibytes_are_read_like_anything_else() {
    let long = "x".repeat(10 << 20);
    let event = read::<Event>(format!(r#"{{"eventType":"999","body":"{long}"}}"#).as_bytes());
    assert_eq!(event.unknown().unwrap().0, Some("999"));
    let keys: Vec<_> = (0..700_000).map(|number| format!("\"k{number}\":{number}")).collect();
    let event = read::<Event>(format!(r#"{{"eventType":"999",{}}}"#, keys.join(",")).as_bytes());
    assert_eq!(event.unknown().unwrap().0, Some("999"));
}

#[test]
fn callback_responses_have_the_format_of_the_platform() {
    use yunxin::Json;
    use yunxin::im::callbacks;

    assert_eq!(callbacks::allow().body(), r#"{"errCode":0}"#);
    assert_eq!(callbacks::refuse(20_001).body(), r#"{"errCode":1,"responseCode":20001}"#);
    let changes = Json::parse(r#"{"body":"***"}"#).unwrap();
    let answer = callbacks::modify(changes).code(7).extension("why");
    assert!(answer.is_allowed());
    assert_eq!(answer.body(), r#"{"errCode":0,"responseCode":7,"modifyResponse":{"body":"***"},"callbackExt":"why"}"#);
    let changes = r#"{ "n":12345678901234567890123, "a":1, "a":2 }"#;
    let answer = callbacks::modify(Json::parse(changes).unwrap());
    assert_eq!(answer.body(), format!(r#"{{"errCode":0,"modifyResponse":{changes}}}"#));
}
