//! Limits of a value.

use yunxin_codegen::model::Limits;

/// What limits speak about.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Measure<'a> {
    /// The text that goes on the wire.
    pub(crate) text: Option<&'a str>,
    /// Bytes of content, where that is not the text.
    pub(crate) bytes: Option<usize>,
    /// Elements of a list or entries of a map.
    pub(crate) items: Option<usize>,
    /// A number.
    pub(crate) number: Option<Number>,
}

/// A number, exact where it is whole.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Number {
    Whole(i128),
    Float(f64),
}

/// The first limit that is broken: what was found, what is allowed.
pub(crate) fn broken(limits: &Limits, measure: Measure<'_>) -> Option<(String, String)> {
    let bytes = measure.bytes.or(measure.text.map(str::len));
    let chars = |limit: u32| {
        // There are never more characters than bytes.
        let text = measure.text.filter(|text| text.len() > limit as usize)?;
        Some(text.chars().count())
    };
    let over = |limit: Option<u32>, size: Option<usize>, unit: &str| {
        let (limit, size) = (limit?, size?);
        (size > limit as usize).then(|| (format!("{size} {unit} long"), format!("at most {limit}")))
    };
    over(limits.max_len, limits.max_len.and_then(chars), "characters")
        .or_else(|| over(limits.max_bytes, bytes, "bytes"))
        .or_else(|| over(limits.max_items, measure.items, "items"))
        .or_else(|| out_of_range(limits, measure.number?))
}

fn out_of_range(limits: &Limits, number: Number) -> Option<(String, String)> {
    let range = limits.range?;
    let (below, above) = match number {
        Number::Whole(number) => (
            range.min.is_some_and(|min| number < i128::from(min)),
            range.max.is_some_and(|max| number > i128::from(max)),
        ),
        // Limits are small, so that a double holds them exactly.
        Number::Float(number) => {
            (range.min.is_some_and(|min| number < min as f64), range.max.is_some_and(|max| number > max as f64))
        }
    };
    let shown = match number {
        Number::Whole(number) => number.to_string(),
        Number::Float(number) => number.to_string(),
    };
    let expected = match (range.min, range.max) {
        (Some(min), Some(max)) => format!("{min} to {max}"),
        (Some(min), None) => format!("at least {min}"),
        (None, Some(max)) => format!("at most {max}"),
        (None, None) => return None,
    };
    (below || above).then_some((shown, expected))
}
