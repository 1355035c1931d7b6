//! Spans of time.

use std::time::Duration;

use serde::{Deserialize, Deserializer, de};
use serde_yaml::Value;

/// A span of time such as `60s`, `500ms`, `2m`, `1h` or `7d`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span(pub Duration);

impl<'de> Deserialize<'de> for Span {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Value::String(text) = Value::deserialize(deserializer)? else {
            return Err(de::Error::custom("invalid value, expected a span of time with its unit"));
        };
        let digits = text.trim_end_matches(|letter: char| letter.is_ascii_alphabetic());
        let unit = text.strip_prefix(digits).unwrap_or_default();
        let number: u64 = digits.parse().map_err(|_| malformed_span(&text))?;
        match unit {
            "ms" => Ok(Self(Duration::from_millis(number))),
            "s" => Ok(Self(Duration::from_secs(number))),
            "m" => of_seconds(number, 60, &text),
            "h" => of_seconds(number, 60 * 60, &text),
            "d" => of_seconds(number, 24 * 60 * 60, &text),
            _ => Err(malformed_span(&text)),
        }
    }
}

fn of_seconds<E: de::Error>(number: u64, each: u64, text: &str) -> Result<Span, E> {
    let seconds = number.checked_mul(each).ok_or_else(|| malformed_span(text))?;
    Ok(Span(Duration::from_secs(seconds)))
}

fn malformed_span<E: de::Error>(text: &str) -> E {
    E::custom(format!("`{text}` is not a span of time; write `60s`, `500ms`, `2m`, `1h` or `7d`"))
}
