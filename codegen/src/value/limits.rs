//! Checks the limits of a value.

use super::error::{Problem, Unit};
use crate::model::{Field, Limits, pattern};

/// The properties of a value that limits are compared with.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Measure<'a> {
    /// The text that is sent.
    pub(super) text: Option<&'a str>,
    /// Number of bytes of the content, if the text is an encoding of it.
    pub(super) bytes: Option<usize>,
    /// Number of items of a list or entries of a map.
    pub(super) items: Option<usize>,
    /// The value of a number.
    pub(super) number: Option<Number>,
}

impl Measure<'_> {
    pub(super) fn of_number(number: Number) -> Self {
        Self { number: Some(number), ..Self::default() }
    }

    pub(super) fn of_items(items: usize) -> Self {
        Self { items: Some(items), ..Self::default() }
    }
}

/// A number, exact if it is an integer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Number {
    Integer(i128),
    Float(f64),
}

impl std::fmt::Display for Number {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Integer(number) => number.fmt(f),
            Self::Float(number) => number.fmt(f),
        }
    }
}

/// Returns the limits that are violated.
pub(super) fn violations(limits: &Limits, measure: Measure<'_>) -> Vec<Problem<'static>> {
    let bytes = measure.bytes.or(measure.text.map(str::len));
    let characters = |limit: u32| {
        // Characters are counted only if there are more bytes than the limit.
        let text = measure.text.filter(|text| text.len() > limit as usize)?;
        Some(text.chars().count())
    };
    let lengths = [
        (limits.max_len, limits.max_len.and_then(characters), Unit::Characters),
        (limits.max_bytes, bytes, Unit::Bytes),
        (limits.max_items, measure.items, Unit::Items),
    ];
    let too_long = lengths.into_iter().filter_map(|(limit, size, unit)| {
        let (limit, size) = (limit?, size?);
        (size > limit as usize).then_some(Problem::TooLong { unit, size, limit })
    });
    too_long.chain(out_of_range(limits, measure)).collect()
}

fn out_of_range(limits: &Limits, measure: Measure<'_>) -> Option<Problem<'static>> {
    let (range, number) = (limits.range?, measure.number?);
    let is_outside = match number {
        Number::Integer(number) => {
            range.min.is_some_and(|min| number < i128::from(min))
                || range.max.is_some_and(|max| number > i128::from(max))
        }
        // Limits are small integers, which a double represents exactly.
        Number::Float(number) => {
            range.min.is_some_and(|min| number < min as f64) || range.max.is_some_and(|max| number > max as f64)
        }
    };
    is_outside.then_some(Problem::OutOfRange { number, range })
}

/// Checks a plain value against `one_of` and the pattern.
pub(super) fn check_choices<'t>(field: &'t Field, given: &str) -> Vec<Problem<'t>> {
    let mut problems = Vec::new();
    if !field.one_of.is_empty() && !field.one_of.iter().any(|allowed| allowed.to_string() == given) {
        problems.push(Problem::NotOneOf { given: given.to_owned(), field });
    }
    if let Some(text) = &field.pattern
        && let Ok(regex) = pattern::of_whole(text)
        && !regex.is_match(given)
    {
        problems.push(Problem::Pattern { given: given.to_owned(), pattern: text });
    }
    problems
}
