//! Any bytes as JSON: the reader of the client accepts them exactly if `serde_json` does, and keeps the text unchanged.
#![no_main]

use libfuzzer_sys::fuzz_target;
use serde_json::Value;
use yunxin::Json;
use yunxin::__private::Reader;

fuzz_target!(|input: &[u8]| {
    let expected = serde_json::from_slice::<Value>(input);
    let mut reader = Reader::new(input);
    let mut json = Json::default();
    let read = reader.read(&mut json).and_then(|()| reader.finish());
    assert_eq!(read.is_ok(), expected.is_ok(), "{read:?} {expected:?}");
    let Ok(expected) = expected else { return };

    assert_eq!(json.value(), expected);
    let text = std::str::from_utf8(input).expect("JSON that is not UTF-8");
    assert_eq!(json.raw(), text.trim_matches([' ', '\n', '\r', '\t']));
    assert_eq!(json.text().as_deref(), expected.as_str());
    assert_eq!(Json::parse(text).expect("JSON that is none"), json);
    // Values are not compared: without its feature `float_roundtrip`, `serde_json` may read another double than it
    // wrote.
    assert!(Json::parse(Json::from(expected).raw()).is_ok());
    drop(json.unpacked().value());
});
