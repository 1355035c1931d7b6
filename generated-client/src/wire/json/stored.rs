//! Free JSON with serde: in JSON it stands as it is, to the letter; where there is no JSON, as a text of it.

use std::fmt;

use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserialize, Deserializer, Error as _, MapAccess, Visitor};
use serde::ser::{Error as _, Serialize, Serializer};
use serde_json::Value;
use serde_json::value::RawValue;

use crate::wire::json::Json;

/// By this name `serde_json` knows that the text of a value is wanted, and not the value. Should it have another one
/// some day, values are read as a [`Value`] holds them.
const RAW: &str = "$serde_json::private::RawValue";

impl Serialize for Json {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if !serializer.is_human_readable() {
            return serializer.serialize_str(self.raw());
        }
        match RawValue::from_string(self.raw().to_owned()) {
            Ok(raw) => raw.serialize(serializer),
            Err(error) => Err(S::Error::custom(error)),
        }
    }
}

impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if !deserializer.is_human_readable() {
            let text = String::deserialize(deserializer)?;
            return Json::parse(&text).map_err(D::Error::custom);
        }
        deserializer.deserialize_newtype_struct(RAW, Either)
    }
}

/// The text from `serde_json`, or the value from any other format, and from what serde has put aside of an untagged or
/// flattened type.
struct Either;

impl<'de> Visitor<'de> for Either {
    type Value = Json;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("any JSON value")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Json, A::Error> {
        let raw = Box::<RawValue>::deserialize(MapAccessDeserializer::new(map))?;
        Ok(Json::of(raw.get()))
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, deserializer: D) -> Result<Json, D::Error> {
        let value = Value::deserialize(deserializer)?;
        // As other formats have it that `serde_json` did not write.
        match value.get(RAW).and_then(Value::as_str) {
            Some(raw) => Json::parse(raw).map_err(D::Error::custom),
            None => Ok(Json::from(value)),
        }
    }
}
