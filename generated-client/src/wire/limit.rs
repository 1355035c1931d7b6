//! Limits of parameters, which are checked before anything is sent.

use std::borrow::Cow;
use std::fmt;
use std::fmt::Write as _;

use crate::wire::encode_error::EncodeError;
use crate::wire::pattern::Pattern;
use crate::wire::to_wire::ToWire;

/// A limit that the server sets on a parameter.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Limit {
    /// Maximum number of characters of the text that is sent.
    MaxLen(usize),
    /// Minimum number of characters of the text that is sent.
    MinLen(usize),
    /// Maximum number of bytes, of text in UTF-8.
    MaxBytes(usize),
    /// Maximum number of items of a list.
    MaxItems(usize),
    /// Minimum number of items of a list.
    MinItems(usize),
    /// Minimum and maximum of a number, inclusive; `None`: unlimited.
    Range(Option<i64>, Option<i64>),
    /// The allowed texts; a number is compared as decimal text.
    OneOf(&'static [&'static str]),
    /// A regular expression that the whole text must match.
    Pattern(&'static Pattern),
    /// An id chosen by the caller (account, room, key): it must not contain control characters. Checked even if the
    /// client does not check limits. In a list: each item.
    Id,
    /// Limits of each item of a list, or each value of a map.
    Each(&'static [Limit]),
}

/// The property of a value that limits are checked against. `Debug` shows only the size of a text, which may be secret.
#[derive(Clone, Copy)]
#[non_exhaustive]
pub enum Measure<'a> {
    /// Text, as it is sent.
    Text(&'a str),
    /// A whole number, sent in decimal.
    Integer(i128),
    /// A number with a fraction.
    Float(f64),
    /// True or false.
    Bool(bool),
    /// Binary data: its number of bytes before encoding.
    Bytes(usize),
    /// A list or map: its number of items.
    Items(usize),
    /// An explicit null, which passes every limit.
    Null,
    /// A value that has none of these properties.
    Other,
}

impl fmt::Debug for Measure<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => write!(f, "Text({} bytes)", text.len()),
            Self::Integer(number) => write!(f, "Integer({number})"),
            Self::Float(number) => write!(f, "Float({number})"),
            Self::Bool(bit) => write!(f, "Bool({bit})"),
            Self::Bytes(bytes) => write!(f, "Bytes({bytes})"),
            Self::Items(items) => write!(f, "Items({items})"),
            Self::Null => f.write_str("Null"),
            Self::Other => f.write_str("Other"),
        }
    }
}

/// Checks the parameters of a request while it is encoded, and keeps the first problem.
#[derive(Debug)]
pub(crate) struct Checker {
    checks_limits: bool,
    problem: Option<EncodeError>,
}

impl Checker {
    pub(crate) fn new(checks_limits: bool) -> Self {
        Self { checks_limits, problem: None }
    }

    /// Returns whether there is no problem so far.
    pub(crate) fn is_clean(&self) -> bool {
        self.problem.is_none()
    }

    /// Returns the first problem; `None` if there is none.
    pub(crate) fn into_error(self) -> Option<EncodeError> {
        self.problem
    }

    /// Records a problem with the current value. The writer of its container adds the path.
    pub(crate) fn note(&mut self, what: impl Into<Cow<'static, str>>) {
        if self.problem.is_none() {
            self.problem = Some(EncodeError { parameter: String::new(), what: what.into() });
        }
    }

    /// Prepends a member's name to the path of the problem, if there is one.
    #[inline]
    pub(crate) fn inside_member(&mut self, name: &str) {
        if !self.is_clean() {
            self.prepend_to_path(name);
        }
    }

    #[cold]
    fn prepend_to_path(&mut self, name: &str) {
        if let Some(problem) = &mut self.problem {
            let joint = match problem.parameter.as_bytes().first() {
                None | Some(b'[') => "",
                Some(_) => ".",
            };
            problem.parameter = format!("{name}{joint}{}", problem.parameter);
        }
    }

    /// Prepends an item's index to the path of the problem, if there is one.
    pub(crate) fn inside_item(&mut self, index: usize) {
        if let Some(problem) = &mut self.problem {
            let joint = match problem.parameter.as_bytes().first() {
                None | Some(b'[') => "",
                Some(_) => ".",
            };
            problem.parameter = format!("[{index}]{joint}{}", problem.parameter);
        }
    }

    /// Records a problem if limits are checked.
    pub(crate) fn note_limit(&mut self, what: impl Into<Cow<'static, str>>) {
        if self.checks_limits {
            self.note(what);
        }
    }

    /// Checks a value against its limits.
    pub(crate) fn check(&mut self, value: &dyn ToWire, limits: &[Limit]) {
        if !limits.is_empty() {
            self.check_measured(value, value.measure(), limits);
        }
    }

    /// Checks a value that was already measured. Not inlined, because that slows down the encoding of forms.
    #[inline(never)]
    pub(crate) fn check_measured(&mut self, value: &dyn ToWire, measure: Measure<'_>, limits: &[Limit]) {
        if matches!(measure, Measure::Null) {
            return;
        }
        for limit in limits {
            match (limit, measure) {
                // Fast path for the two most common limits: a text has at most as many characters as bytes.
                (Limit::MaxLen(max), Measure::Text(text)) if text.len() <= *max => {}
                (Limit::Id, Measure::Text(text)) if text.bytes().all(|byte| byte.is_ascii_graphic()) => {}
                _ => self.check_one(value, *limit),
            }
        }
    }

    /// Reports control characters as a problem.
    pub(crate) fn check_no_controls(&mut self, value: &dyn ToWire) {
        if let Measure::Text(text) = value.measure() {
            if let Some(at) = text.chars().position(char::is_control) {
                self.note(format!("contains a control character at position {at}, which is not allowed here"));
            }
        } else {
            self.check_each(value, &[Limit::Id]);
        }
    }

    #[cold]
    fn check_one(&mut self, value: &dyn ToWire, limit: Limit) {
        match limit {
            Limit::Id => self.check_no_controls(value),
            _ if !self.checks_limits => {}
            Limit::MaxLen(max) => self.check_length(value, 0, max),
            Limit::MinLen(min) => self.check_length(value, min, usize::MAX),
            Limit::MaxBytes(max) => self.check_bytes(value, max),
            Limit::MaxItems(max) => self.check_items(value, 0, max),
            Limit::MinItems(min) => self.check_items(value, min, usize::MAX),
            Limit::Range(min, max) => self.check_range(value, min, max),
            Limit::OneOf(allowed) => self.check_one_of(value, allowed),
            Limit::Pattern(pattern) => self.check_pattern(value, pattern),
            Limit::Each(limits) => self.check_each(value, limits),
        }
    }

    fn check_length(&mut self, value: &dyn ToWire, min: usize, max: usize) {
        let text = plain_text(value);
        let length = text.chars().count();
        if length > max {
            self.note(format!("has {length} characters, and at most {max} are allowed"));
        } else if length < min {
            self.note(format!("has {length} characters, and at least {min} are needed"));
        }
    }

    /// Checks the size of a file's content. Limits other than the size are ignored.
    pub(crate) fn check_size(&mut self, bytes: usize, limits: &[Limit]) {
        for limit in limits {
            if let Limit::MaxBytes(max) = limit
                && bytes > *max
            {
                self.note_limit(format!("has {bytes} bytes, and at most {max} are allowed"));
            }
        }
    }

    fn check_bytes(&mut self, value: &dyn ToWire, max: usize) {
        if let Measure::Bytes(bytes) = value.measure() {
            return self.check_size(bytes, &[Limit::MaxBytes(max)]);
        }
        let length = plain_text(value).len();
        if length > max {
            self.note(format!("has {length} bytes in UTF-8, and at most {max} are allowed"));
        }
    }

    fn check_items(&mut self, value: &dyn ToWire, min: usize, max: usize) {
        let Measure::Items(items) = value.measure() else {
            return;
        };
        if items > max {
            self.note(format!("has {items} items, and at most {max} are allowed"));
        } else if items < min {
            self.note(format!("has {items} items, and at least {min} are needed"));
        }
    }

    fn check_one_of(&mut self, value: &dyn ToWire, allowed: &[&str]) {
        let text = plain_text(value);
        if !allowed.contains(&&*text) {
            self.note(format!("is none of the allowed values: {}", allowed.join(", ")));
        }
    }

    fn check_pattern(&mut self, value: &dyn ToWire, pattern: &Pattern) {
        if !pattern.matches(&plain_text(value)) {
            self.note(format!("does not have the form {}", pattern.text()));
        }
    }

    fn check_range(&mut self, value: &dyn ToWire, min: Option<i64>, max: Option<i64>) {
        let (low, high) = match value.measure() {
            Measure::Integer(number) => {
                (min.is_some_and(|min| number < i128::from(min)), max.is_some_and(|max| number > i128::from(max)))
            }
            // Limits are small integers, which a double holds exactly.
            #[allow(clippy::cast_precision_loss)]
            Measure::Float(number) => {
                (min.is_some_and(|min| number < min as f64), max.is_some_and(|max| number > max as f64))
            }
            _ => return,
        };
        if !low && !high {
            return;
        }
        let mut what = format!("is {}, and must be ", plain_text(value));
        let written = match (min, max) {
            (Some(min), Some(max)) => write!(what, "from {min} to {max}"),
            (Some(min), None) => write!(what, "at least {min}"),
            (None, Some(max)) => write!(what, "at most {max}"),
            (None, None) => Ok(()),
        };
        if written.is_ok() {
            self.note(what);
        }
    }

    fn check_each(&mut self, value: &dyn ToWire, limits: &[Limit]) {
        let mut index = 0;
        value.each(&mut |item| {
            let clean = self.is_clean();
            self.check(item, limits);
            if clean {
                self.inside_item(index);
            }
            index += 1;
        });
    }
}

/// Returns the text of a value as the receiver sees it, without escaping.
pub(super) fn plain_text(value: &dyn ToWire) -> Cow<'_, str> {
    match value.measure() {
        Measure::Text(text) => Cow::Borrowed(text),
        _ => Cow::Owned(super::text::plain(value)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::secret::Secret;
    use crate::wire::to_wire::{Comma, JsonText};

    fn problem(value: &dyn ToWire, limits: &[Limit]) -> Option<String> {
        let mut checker = Checker::new(true);
        checker.check(value, limits);
        checker.inside_member("p");
        checker.into_error().map(|problem| format!("{} {}", problem.parameter, problem.what))
    }

    #[test]
    fn lengths_count_characters() {
        assert_eq!(problem(&"汉字汉字".to_owned(), &[Limit::MaxLen(4), Limit::MinLen(4)]), None);
        assert_eq!(
            problem(&"汉字汉字a".to_owned(), &[Limit::MaxLen(4)]).as_deref(),
            Some("p has 5 characters, and at most 4 are allowed")
        );
        assert_eq!(
            problem(&"汉".to_owned(), &[Limit::MaxBytes(2)]).as_deref(),
            Some("p has 3 bytes in UTF-8, and at most 2 are allowed")
        );
        assert_eq!(
            problem(&String::new(), &[Limit::MinLen(1)]).as_deref(),
            Some("p has 0 characters, and at least 1 are needed")
        );
    }

    #[test]
    fn texts_have_forms_and_choices() {
        static NUMBER: Pattern = Pattern::new("1[0-9]{10}");
        assert_eq!(problem(&"13800000000".to_owned(), &[Limit::Pattern(&NUMBER)]), None);
        assert_eq!(
            problem(&"x13800000000".to_owned(), &[Limit::Pattern(&NUMBER)]).as_deref(),
            Some("p does not have the form 1[0-9]{10}")
        );
        assert_eq!(problem(&2_i32, &[Limit::OneOf(&["1", "2"])]), None);
        assert_eq!(
            problem(&"c".to_owned(), &[Limit::OneOf(&["a", "b"])]).as_deref(),
            Some("p is none of the allowed values: a, b")
        );
    }

    #[test]
    fn numbers_have_ranges() {
        let limit = [Limit::Range(Some(1), Some(200))];
        assert_eq!(problem(&1_i64, &limit), None);
        assert_eq!(problem(&200_u64, &limit), None);
        assert_eq!(problem(&0_i32, &limit).as_deref(), Some("p is 0, and must be from 1 to 200"));
        assert_eq!(problem(&u64::MAX, &limit).as_deref(), Some("p is 18446744073709551615, and must be from 1 to 200"));
        assert_eq!(problem(&0.5_f64, &limit).as_deref(), Some("p is 0.5, and must be from 1 to 200"));
    }

    #[test]
    fn lists_have_sizes_and_items() {
        let names = vec!["a".to_owned(), "b\n".to_owned(), "ccc".to_owned()];
        assert_eq!(problem(&names, &[Limit::MaxItems(2)]).as_deref(), Some("p has 3 items, and at most 2 are allowed"));
        assert_eq!(
            problem(&JsonText(&names), &[Limit::MaxItems(2)]).as_deref(),
            Some("p has 3 items, and at most 2 are allowed")
        );
        assert_eq!(
            problem(&Comma(&names), &[Limit::Each(&[Limit::MaxLen(2)])]).as_deref(),
            Some("p[2] has 3 characters, and at most 2 are allowed")
        );
        assert!(
            problem(&JsonText(&names), &[Limit::Id])
                .is_some_and(|text| text.starts_with("p[1] contains a control character"))
        );
    }

    #[test]
    fn json_text_is_measured_as_text() {
        let names = vec!["a".to_owned()];
        assert_eq!(problem(&JsonText(&names), &[Limit::MaxLen(5)]), None);
        assert_eq!(
            problem(&JsonText(&names), &[Limit::MaxLen(4)]).as_deref(),
            Some("p has 5 characters, and at most 4 are allowed")
        );
    }

    #[test]
    fn switched_off_limits_still_refuse_controls() {
        let mut checker = Checker::new(false);
        checker.check(&"abc".to_owned(), &[Limit::MaxLen(1)]);
        assert!(checker.is_clean());
        checker.check(&"a\0".to_owned(), &[Limit::MaxLen(1), Limit::Id]);
        assert!(!checker.is_clean());
    }

    #[test]
    fn a_secret_is_not_repeated() {
        let text = problem(&Secret::from("hunter2hunter2"), &[Limit::MaxLen(3)]);
        assert_eq!(text.as_deref(), Some("p has 14 characters, and at most 3 are allowed"));
    }
}
