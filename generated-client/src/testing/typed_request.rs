//! The typed request of a received one: its parameters are read by the names that serde knows them by, which are those
//! of the API.

use serde::de::value::{MapDeserializer, SeqDeserializer};
use serde::de::{DeserializeOwned, Deserializer, IntoDeserializer, Visitor};
use serde::forward_to_deserialize_any;
use serde_json::{Error, Map, Number, Value, json};

use crate::testing::params;
use crate::testing::received::Received;

/// Reads the parameters of a request into its type.
///
/// # Errors
/// If a parameter cannot be read as its type.
pub(super) fn read<E: DeserializeOwned>(received: &Received) -> Result<E, Error> {
    E::deserialize(Parameters(received))
}

/// The parameters of a request, as a struct.
struct Parameters<'r>(&'r Received);

impl<'de> Deserializer<'de> for Parameters<'_> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_unit()
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        let sent = fields.iter().filter_map(|field| Some((*field, parameter(self.0, field)?)));
        visitor.visit_map(MapDeserializer::new(sent))
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 u8 u16 u32 u64 f32 f64 char str string bytes byte_buf option unit unit_struct newtype_struct
        seq tuple tuple_struct map enum identifier ignored_any
    }
}

/// The value of a parameter: a list if it was sent several times.
fn parameter(received: &Received, name: &str) -> Option<WireValue> {
    let mut values: Vec<_> = received.values(name).map(|sent| value(&sent)).collect();
    let one = if values.len() > 1 { Value::Array(values) } else { values.pop()? };
    Some(WireValue(one))
}

fn value(sent: &params::Value) -> Value {
    use base64::Engine as _;
    match sent {
        params::Value::Text(text) => Value::String(text.clone()),
        params::Value::Json(json) => json.value(),
        params::Value::File { file_name, content } => {
            json!({ "name": file_name, "content": base64::engine::general_purpose::STANDARD.encode(content) })
        }
        params::Value::Bytes(bytes) => Value::String(String::from_utf8_lossy(bytes).into_owned()),
    }
}

/// A value as it was sent, where numbers, lists and objects may be texts.
struct WireValue(Value);

impl WireValue {
    /// A number that was sent as text becomes a number.
    fn number(self) -> Value {
        match self.0 {
            Value::String(text) => text.parse::<Number>().map_or(Value::String(text), Value::Number),
            Value::Bool(truth) => json!(u8::from(truth)),
            other => other,
        }
    }

    /// JSON that was sent as text becomes JSON.
    fn json(self) -> Value {
        match self.0 {
            Value::String(text) => serde_json::from_str(&text).unwrap_or(Value::String(text)),
            other => other,
        }
    }

    fn list(self) -> Value {
        match self.json() {
            // A comma may separate the items.
            Value::String(text) if text.is_empty() => Value::Array(Vec::new()),
            Value::String(text) => text.split(',').map(Value::from).collect(),
            Value::Array(items) => Value::Array(items),
            one => Value::Array(vec![one]),
        }
    }
}

impl<'de> IntoDeserializer<'de, Error> for WireValue {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

fn visit_list<'de, V: Visitor<'de>>(items: Vec<Value>, visitor: V) -> Result<V::Value, Error> {
    visitor.visit_seq(SeqDeserializer::new(items.into_iter().map(WireValue)))
}

fn visit_object<'de, V: Visitor<'de>>(members: Map<String, Value>, visitor: V) -> Result<V::Value, Error> {
    visitor.visit_map(MapDeserializer::new(members.into_iter().map(|(name, value)| (name, WireValue(value)))))
}

macro_rules! numbers {
    ($($method:ident),*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
            self.number().$method(visitor)
        }
    )*};
}

impl<'de> Deserializer<'de> for WireValue {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.0 {
            Value::Array(items) => visit_list(items, visitor),
            Value::Object(members) => visit_object(members, visitor),
            other => other.deserialize_any(visitor),
        }
    }

    numbers!(
        deserialize_i8,
        deserialize_i16,
        deserialize_i32,
        deserialize_i64,
        deserialize_u8,
        deserialize_u16,
        deserialize_u32,
        deserialize_u64,
        deserialize_f32,
        deserialize_f64
    );

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.json() {
            Value::Number(number) if number.as_u64() == Some(0) => visitor.visit_bool(false),
            Value::Number(number) if number.as_u64() == Some(1) => visitor.visit_bool(true),
            other => other.deserialize_bool(visitor),
        }
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_string(visitor)
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.0 {
            Value::String(text) => visitor.visit_string(text),
            other => visitor.visit_string(other.to_string()),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.0 {
            Value::Null => visitor.visit_none(),
            other => visitor.visit_some(Self(other)),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, name: &'static str, visitor: V) -> Result<V::Value, Error> {
        // Free JSON, which `serde_json` reads by a name of its own.
        self.json().deserialize_newtype_struct(name, visitor)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.list() {
            Value::Array(items) => visit_list(items, visitor),
            other => other.deserialize_seq(visitor),
        }
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.json() {
            Value::Object(members) => visit_object(members, visitor),
            other => other.deserialize_map(visitor),
        }
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.deserialize_map(visitor)
    }

    forward_to_deserialize_any! {
        char bytes byte_buf unit unit_struct tuple tuple_struct enum identifier ignored_any
    }
}
