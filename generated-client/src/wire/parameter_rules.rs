//! Checks rules between several parameters or fields, after all of them are encoded.

use crate::wire::encoder::Encoder;
use crate::wire::json_writer::Object;
use crate::wire::limit::{Checker, Measure, plain_text};
use crate::wire::to_wire::ToWire;

/// A condition on another parameter.
#[derive(Clone, Copy)]
pub struct Condition<'a> {
    name: &'a str,
    value: &'a dyn ToWire,
    /// The allowed values, as plain text. Empty: any value.
    values: &'a [&'a str],
    /// Whether the condition is met if the parameter is absent, because the server's default is an allowed value.
    or_absent: bool,
}

impl std::fmt::Debug for Condition<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Condition").field("name", &self.name).field("values", &self.values).finish_non_exhaustive()
    }
}

impl<'a> Condition<'a> {
    /// The parameter must be given.
    #[must_use]
    pub fn given(name: &'a str, value: &'a dyn ToWire) -> Self {
        Self { name, value, values: &[], or_absent: false }
    }

    /// The parameter must have one of these values.
    #[must_use]
    pub fn is(name: &'a str, value: &'a dyn ToWire, values: &'a [&'a str]) -> Self {
        Self { name, value, values, or_absent: false }
    }

    /// The parameter must have one of these values, or be absent because the server's default is one of them.
    #[must_use]
    pub fn is_or_absent(name: &'a str, value: &'a dyn ToWire, values: &'a [&'a str]) -> Self {
        Self { name, value, values, or_absent: true }
    }

    /// Returns whether the other parameter meets the condition.
    fn is_met(&self) -> bool {
        if self.value.is_absent() {
            return self.or_absent;
        }
        self.values.is_empty() || self.values.contains(&&*plain_text(self.value))
    }

    /// Describes the condition: `type is given`, or `type is 1 or 2`.
    fn describe(&self) -> String {
        match self.values {
            [] => format!("{} is given", self.name),
            values => format!("{} is {}", self.name, values.join(" or ")),
        }
    }
}

/// Names and values of parameters.
type Group<'a> = [(&'a str, &'a dyn ToWire)];

macro_rules! checks {
    ($writer:ident) => {
        impl $writer<'_> {
            /// Checks that exactly one of these parameters is given.
            pub fn exactly_one(&mut self, group: &Group<'_>) {
                self.checker().exactly_one(group);
            }

            /// Checks that all of these parameters are given, or none.
            pub fn all_or_none(&mut self, group: &Group<'_>) {
                self.checker().all_or_none(group);
            }

            /// Checks that at least one of these parameters is given.
            pub fn one_or_more(&mut self, group: &Group<'_>) {
                self.checker().one_or_more(group);
            }

            /// Checks that at most one of these parameters is given.
            pub fn at_most_one(&mut self, group: &Group<'_>) {
                self.checker().at_most_one(group);
            }

            /// Checks that each of these numbers or times that is given is less than the next one that is given.
            pub fn ordered(&mut self, group: &Group<'_>) {
                self.checker().ordered(group);
            }

            /// Checks how far the second of two times is after the first, in their unit. `at_most` `None`: unlimited.
            pub fn apart(&mut self, group: &Group<'_>, at_least: i64, at_most: Option<i64>) {
                self.checker().apart(group, at_least, at_most);
            }

            /// Checks that this parameter is given only if the condition on another parameter is met.
            pub fn requires(&mut self, name: &str, value: &dyn ToWire, when: Condition<'_>) {
                self.checker().requires(name, value, when);
            }

            /// Checks that this parameter is given if the condition on another parameter is met.
            pub fn required_if(&mut self, name: &str, value: &dyn ToWire, when: Condition<'_>) {
                self.checker().required_if(name, value, when);
            }
        }
    };
}

checks!(Encoder);
checks!(Object);

impl Checker {
    fn exactly_one(&mut self, group: &Group<'_>) {
        let given = count_given(group);
        if given != 1 {
            self.note_about(&names(group), format!("are {given} given, and exactly one of them is needed"));
        }
    }

    fn one_or_more(&mut self, group: &Group<'_>) {
        if count_given(group) == 0 {
            self.note_about(&names(group), "are all left out, and one of them is needed".to_owned());
        }
    }

    fn all_or_none(&mut self, group: &Group<'_>) {
        let given = count_given(group);
        if given != 0 && given != group.len() {
            self.note_about(&names(group), format!("go together, but {given} of {} are given", group.len()));
        }
    }

    fn at_most_one(&mut self, group: &Group<'_>) {
        let given = count_given(group);
        if given > 1 {
            self.note_about(&names(group), format!("are {given} given, and at most one of them is allowed"));
        }
    }

    fn ordered(&mut self, group: &Group<'_>) {
        let mut last: Option<(&str, i128)> = None;
        for (name, value) in group {
            let Some(number) = number(*value) else { continue };
            if let Some((before, least)) = last
                && least >= number
            {
                let what = format!("are {least} and {number}, and the first must be less than the second");
                return self.note_about(&format!("{before}, {name}"), what);
            }
            last = Some((name, number));
        }
    }

    fn apart(&mut self, group: &Group<'_>, at_least: i64, at_most: Option<i64>) {
        let [(_, from), (_, to)] = group else { return };
        let (Some(from), Some(to)) = (number(*from), number(*to)) else { return };
        let distance = to.saturating_sub(from);
        let problem = match at_most {
            _ if distance < i128::from(at_least) => format!("at least {at_least}"),
            Some(max) if distance > i128::from(max) => format!("at most {max}"),
            _ => return,
        };
        self.note_about(&names(group), format!("are {distance} apart, and must be {problem}"));
    }

    fn requires(&mut self, name: &str, value: &dyn ToWire, when: Condition<'_>) {
        // A flag that is false has no requirements.
        let is_in_use = !value.is_absent() && !matches!(value.measure(), Measure::Bool(false));
        if is_in_use && !when.is_met() {
            self.note_about(name, format!("may be given only if {}", when.describe()));
        }
    }

    fn required_if(&mut self, name: &str, value: &dyn ToWire, when: Condition<'_>) {
        if value.is_absent() && when.is_met() {
            self.note_about(name, format!("must be given if {}", when.describe()));
        }
    }

    /// Records a problem with several parameters, if limits are checked.
    #[cold]
    fn note_about(&mut self, names: &str, what: String) {
        let clean = self.is_clean();
        self.note_limit(what);
        if clean {
            self.inside_member(names);
        }
    }
}

/// Returns how many of the parameters are given.
fn count_given(group: &Group<'_>) -> usize {
    group.iter().filter(|(_, value)| !value.is_absent()).count()
}

/// Returns the names of a group, separated by commas.
fn names(group: &Group<'_>) -> String {
    let names: Vec<&str> = group.iter().map(|(name, _)| *name).collect();
    names.join(", ")
}

/// Returns the value of a number; `None` if it is absent or not a whole number.
fn number(value: &dyn ToWire) -> Option<i128> {
    match value.measure() {
        Measure::Integer(number) => Some(number),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problem(check: impl FnOnce(&mut Checker)) -> Option<String> {
        let mut checker = Checker::new(true);
        check(&mut checker);
        checker.into_error().map(|problem| format!("{} {}", problem.parameter, problem.what))
    }

    #[test]
    fn numbers_that_are_given_have_an_order() {
        let check = |numbers: [Option<i64>; 3]| {
            let [a, b, c] = numbers;
            problem(|checker| checker.ordered(&[("a", &a), ("b", &b), ("c", &c)]))
        };
        assert_eq!(check([Some(1), Some(2), Some(3)]), None);
        assert_eq!(check([Some(1), None, Some(3)]), None);
        assert_eq!(check([None, None, None]), None);
        let text = "a, c are 3 and 3, and the first must be less than the second";
        assert_eq!(check([Some(3), None, Some(3)]).as_deref(), Some(text));
        let text = "b, c are 3 and 2, and the first must be less than the second";
        assert_eq!(check([Some(1), Some(3), Some(2)]).as_deref(), Some(text));
    }

    #[test]
    fn moments_have_a_distance() {
        let check = |from: Option<u64>, to: Option<u64>| {
            problem(|checker| checker.apart(&[("from", &from), ("to", &to)], 10, Some(20)))
        };
        assert_eq!(check(Some(1), Some(11)), None);
        assert_eq!(check(Some(1), Some(21)), None);
        assert_eq!(check(None, Some(100)), None);
        assert_eq!(check(Some(1), Some(22)).as_deref(), Some("from, to are 21 apart, and must be at most 20"));
        assert_eq!(check(Some(1), Some(10)).as_deref(), Some("from, to are 9 apart, and must be at least 10"));
        assert_eq!(check(Some(u64::MAX), Some(0)).map(|text| text.contains("at least 10")), Some(true));
    }

    #[test]
    fn some_exclude_each_other() {
        let check = |a: Option<i32>, b: Option<i32>| problem(|it| it.at_most_one(&[("a", &a), ("b", &b)]));
        assert_eq!(check(Some(1), None), None);
        assert_eq!(check(None, None), None);
        let text = "a, b are 2 given, and at most one of them is allowed";
        assert_eq!(check(Some(1), Some(2)).as_deref(), Some(text));
    }

    #[test]
    fn one_asks_for_another() {
        let (given, absent) = (Some("x".to_owned()), None::<String>);
        let requires = |value: &Option<String>, when: Condition<'_>| problem(|it| it.requires("a", value, when));
        assert_eq!(requires(&given, Condition::given("b", &Some(1))), None);
        assert_eq!(requires(&absent, Condition::given("b", &None::<i32>)), None);
        let text = requires(&given, Condition::given("b", &None::<i32>));
        assert_eq!(text.as_deref(), Some("a may be given only if b is given"));
        assert_eq!(problem(|it| it.requires("a", &Some(false), Condition::given("b", &None::<i32>))), None);
        assert!(problem(|it| it.requires("a", &Some(true), Condition::given("b", &None::<i32>))).is_some());
        assert_eq!(requires(&given, Condition::is("b", &Some(2), &["1", "2"])), None);
        assert_eq!(requires(&given, Condition::is_or_absent("b", &None::<bool>, &["true"])), None);
        let text = requires(&given, Condition::is_or_absent("b", &Some(false), &["true"]));
        assert_eq!(text.as_deref(), Some("a may be given only if b is true"));
        let required = |value: &Option<String>, when: Condition<'_>| problem(|it| it.required_if("a", value, when));
        assert_eq!(required(&given, Condition::is("b", &Some(true), &["true"])), None);
        assert_eq!(required(&absent, Condition::is("b", &Some(false), &["true"])), None);
        assert_eq!(required(&absent, Condition::is("b", &None::<bool>, &["true"])), None);
        let text = required(&absent, Condition::is("b", &Some(3), &["1", "3"]));
        assert_eq!(text.as_deref(), Some("a must be given if b is 1 or 3"));
    }

    #[test]
    fn nothing_is_said_when_limits_are_not_checked() {
        let mut checker = Checker::new(false);
        checker.ordered(&[("a", &2), ("b", &1)]);
        checker.requires("a", &1, Condition::given("b", &None::<i32>));
        assert!(checker.is_clean());
    }
}
