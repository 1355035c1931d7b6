//! Tests the feature `serde`: values are the same after serializing and deserializing.

#![cfg(feature = "serde")]

use serde::{Deserialize, Serialize};
use yunxin::{File, Json, Seconds, Secret, UnixMillis};

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
enum Os {
    Ios,
    Unlisted(String),
}
yunxin::__private::open_enum!(Os, str, Ios = "ios");

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
enum Gender {
    Unknown,
    Unlisted(i32),
}
yunxin::__private::open_enum!(Gender, i32, Unknown = 0);

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Stored {
    secret: Secret,
    file: File,
    json: Json,
    seconds: Seconds,
    moment: UnixMillis,
    systems: Vec<Os>,
    genders: Vec<Gender>,
}

/// Free JSON in the ways in which serde reads it: directly, buffered (tagged enum), and flattened.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind")]
enum Tagged {
    One { json: Json },
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Flat {
    #[serde(flatten)]
    inner: Inner,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Inner {
    json: Option<Json>,
    list: Vec<Json>,
}

#[test]
fn free_json_is_stored_unchanged() {
    for text in [
        r#"{ "b":1,"a":12345678901234567890123, "b":1.50 }"#,
        r#""{\"b\":1}""#,
        r#""\u6c49""#,
        "[]",
        "1e2",
        "null",
        "false",
    ] {
        let json = Json::parse(text).unwrap();
        assert_eq!(serde_json::to_string(&json).unwrap(), text);
        assert_eq!(serde_json::from_str::<Json>(text).unwrap().raw(), text);
        assert_eq!(serde_json::from_slice::<Json>(text.as_bytes()).unwrap().raw(), text);
        assert_eq!(serde_json::from_reader::<_, Json>(text.as_bytes()).unwrap().raw(), text);
        let value = serde_json::to_value(&json).unwrap();
        assert_eq!(value, json.value());
        assert_eq!(serde_json::from_value::<Json>(value.clone()).unwrap().value(), value);
    }
}

#[test]
fn free_json_may_be_anywhere_in_a_stored_type() {
    let json = Json::parse(r#"{"a":[1,"x",null,true,-2.5],"b":{}}"#).unwrap();
    let tagged = Tagged::One { json: json.clone() };
    let text = serde_json::to_string(&tagged).unwrap();
    assert_eq!(text, r#"{"kind":"One","json":{"a":[1,"x",null,true,-2.5],"b":{}}}"#);
    assert_eq!(serde_json::from_str::<Tagged>(&text).unwrap(), tagged);
    let flat = Flat { inner: Inner { json: Some(json.clone()), list: vec![Json::from("t"), Json::from(7), json] } };
    let text = serde_json::to_string(&flat).unwrap();
    assert_eq!(serde_json::from_str::<Flat>(&text).unwrap(), flat);
    let absent = Flat { inner: Inner { json: None, list: Vec::new() } };
    assert_eq!(serde_json::from_str::<Flat>(r#"{"json":null,"list":[]}"#).unwrap(), absent);
}

#[test]
fn stored_values_are_read_back_unchanged() {
    let stored = Stored {
        secret: Secret::from("t0k3n"),
        file: File::new("a.png", [0, 255]).content_type("image/png"),
        json: Json::parse(r#"{"id":1232001762022391800}"#).unwrap(),
        seconds: Seconds::from(5),
        moment: UnixMillis::from(-1),
        systems: vec![Os::Ios, Os::from("other")],
        genders: vec![Gender::Unknown, Gender::from(7)],
    };
    let text = serde_json::to_string(&stored).unwrap();
    assert_eq!(
        text,
        r#"{"secret":"t0k3n","file":{"name":"a.png","content_type":"image/png","content":"AP8="},"json":{"id":1232001762022391800},"seconds":5,"moment":-1,"systems":["ios","other"],"genders":[0,7]}"#
    );
    assert_eq!(serde_json::from_str::<Stored>(&text).unwrap(), stored);
}
