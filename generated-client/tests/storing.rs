//! With the feature `serde`: what is stored reads back as it was.

#![cfg(feature = "serde")]

use serde::{Deserialize, Serialize};
use yunxin::{File, Json, Seconds, Secret, UnixMillis};

#[non_exhaustive]
enum Os {
    Ios,
    Unlisted(String),
}
yunxin::open_enum!(Os: str { "ios" => Ios });

#[non_exhaustive]
enum Gender {
    Unknown,
    Unlisted(i32),
}
yunxin::open_enum!(Gender: i32 { 0 => Unknown });

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

#[test]
fn what_is_stored_reads_back() {
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
