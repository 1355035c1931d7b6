//! Serde support for free JSON. In human-readable formats it is embedded unchanged; in others it is a string with the
//! JSON text.

use std::fmt;

use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserialize, Deserializer, Error as _, MapAccess, Visitor};
use serde::ser::{Error as _, Serialize, Serializer};
use serde_json::Value;
use serde_json::value::RawValue;

use crate::wire::json::Json;

/// The name by which `serde_json` recognises that the text of a value is requested instead of the value. If
/// `serde_json` ever changes it, values are parsed as a [`Value`].
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
        deserializer.deserialize_newtype_struct(RAW, RawOrValue)
    }
}

/// Visitor that receives the raw text from `serde_json`, or a parsed value from any other format and from the buffer
/// that serde uses for untagged or flattened types.
struct RawOrValue;

impl<'de> Visitor<'de> for RawOrValue {
    type Value = Json;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("any JSON value")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Json, A::Error> {
        let raw = Box::<RawValue>::deserialize(MapAccessDeserializer::new(map))?;
        Ok(Json::from_valid(raw.get()))
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, deserializer: D) -> Result<Json, D::Error> {
        let value = Value::deserialize(deserializer)?;
        // Other human-readable formats write a raw value as a map with this key.
        match value.get(RAW).and_then(Value::as_str) {
            Some(raw) => Json::parse(raw).map_err(D::Error::custom),
            None => Ok(Json::from(value)),
        }
    }
}
