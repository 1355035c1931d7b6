//! Rules between parameters, or between the fields of an object, with all names of values resolved.

use std::time::Duration;

/// Rules between parameters or fields. All names are those on the wire.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rules {
    /// Of each list, at most one is given.
    pub at_most_one: Vec<Vec<String>>,
    /// Of each list, every number or moment that is given is less than the next.
    pub ordered: Vec<Vec<String>>,
    /// How far two moments may be from each other.
    pub apart: Vec<Distance>,
    /// What may be given only if another is.
    pub requires: Vec<Dependence>,
    /// What must be given if another has a certain value.
    pub required_if: Vec<Dependence>,
    /// What has no effect without another.
    pub only_with: Vec<Dependence>,
}

/// How far two moments may be from each other, both ends included, in the unit that they have on the wire.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Distance {
    pub from: String,
    pub to: String,
    pub at_least: i64,
    pub at_most: Option<i64>,
    /// The same as spans of time, for people.
    pub spans: (Option<Duration>, Option<Duration>),
}

/// One parameter or field that depends on another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dependence {
    /// What depends.
    pub name: String,
    /// On what it depends.
    pub on: String,
    /// Values of which the other must have one: numbers in decimal, `true` and `false`, texts as they are. None: any.
    pub values: Vec<String>,
    /// The values as shown to people: enum values by their names.
    pub shown: Vec<String>,
    /// Whether what depends is a `bool`.
    pub is_switch: bool,
    /// Whether the other has such a value when it is left out, by its default.
    pub or_absent: bool,
}

/// A rule that a request breaks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Broken<'r> {
    /// What is wrong, or missing.
    pub name: &'r str,
    /// The other one.
    pub other: &'r str,
    /// Which rule it is.
    pub rule: Rule<'r>,
}

/// A rule between two parameters or fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule<'r> {
    /// They exclude each other.
    AtMostOne,
    /// The first is less than the second.
    Ordered,
    /// They are too far apart, or too near.
    Apart(&'r Distance),
    /// The first may be given only with the second.
    Requires(&'r Dependence),
    /// The first must be given because of the second.
    RequiredIf(&'r Dependence),
}

impl Rules {
    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// The rules that values break. `text_of` gives what is given under a name: a number in decimal, `true` or `false`,
    /// or text.
    pub fn broken(&self, text_of: &dyn Fn(&str) -> Option<String>) -> Vec<Broken<'_>> {
        let number = |name: &str| text_of(name)?.parse::<i128>().ok();
        let mut broken = Vec::new();
        for group in &self.at_most_one {
            let mut given = group.iter().filter(|name| text_of(name).is_some());
            if let (Some(name), Some(other)) = (given.next(), given.next()) {
                broken.push(Broken { name, other, rule: Rule::AtMostOne });
            }
        }
        for group in &self.ordered {
            let given: Vec<_> = group.iter().filter_map(|name| Some((name, number(name)?))).collect();
            let pairs = given.iter().zip(given.iter().skip(1)).filter(|((_, first), (_, second))| first >= second);
            broken.extend(pairs.map(|((name, _), (other, _))| Broken { name, other, rule: Rule::Ordered }));
        }
        for distance in &self.apart {
            if let (Some(from), Some(to)) = (number(&distance.from), number(&distance.to)) {
                let far = distance.at_most.is_some_and(|most| to.saturating_sub(from) > i128::from(most));
                let near = to.saturating_sub(from) < i128::from(distance.at_least);
                if far || near {
                    broken.push(Broken { name: &distance.from, other: &distance.to, rule: Rule::Apart(distance) });
                }
            }
        }
        let unmet = |one: &&Dependence| one.asks(text_of) && !one.is_met(text_of);
        broken.extend(self.requires.iter().filter(unmet).map(|one| Broken {
            name: &one.name,
            other: &one.on,
            rule: Rule::Requires(one),
        }));
        let missing = |one: &&Dependence| text_of(&one.name).is_none() && one.is_met(text_of);
        broken.extend(self.required_if.iter().filter(missing).map(|one| Broken {
            name: &one.name,
            other: &one.on,
            rule: Rule::RequiredIf(one),
        }));
        broken
    }

    /// What is given without effect.
    pub fn without_effect(&self, text_of: &dyn Fn(&str) -> Option<String>) -> Vec<&Dependence> {
        self.only_with.iter().filter(|one| one.asks(text_of) && !one.is_met(text_of)).collect()
    }
}

impl Dependence {
    /// Whether the rule applies: the parameter is given, and not a `bool` that is `false`.
    fn asks(&self, text_of: &dyn Fn(&str) -> Option<String>) -> bool {
        text_of(&self.name).is_some_and(|text| !self.is_switch || text != "false")
    }

    fn is_met(&self, text_of: &dyn Fn(&str) -> Option<String>) -> bool {
        match text_of(&self.on) {
            Some(text) => self.values.is_empty() || self.values.contains(&text),
            None => self.or_absent,
        }
    }

    /// "`mode` is given", or "`mode` is `ask` or `never`", by the names that `called` gives.
    pub fn condition(&self, called: &dyn Fn(&str) -> String) -> String {
        let other = called(&self.on);
        if self.shown.is_empty() { format!("`{other}` is given") } else { format!("`{other}` is {}", self.choices()) }
    }

    /// "`ask` or `never`"
    pub fn choices(&self) -> String {
        let shown: Vec<_> = self.shown.iter().map(|value| format!("`{value}`")).collect();
        shown.join(" or ")
    }
}

impl Distance {
    /// "at least 1 day and at most 7 days"
    pub fn words(&self) -> String {
        let words = [("at least", self.spans.0), ("at most", self.spans.1)];
        let words: Vec<_> =
            words.iter().filter_map(|(words, span)| Some(format!("{words} {}", words_of((*span)?)))).collect();
        words.join(" and ")
    }
}

/// `7 days`, in the largest unit that is exact.
fn words_of(span: Duration) -> String {
    let millis = span.as_millis();
    let units = [(86_400_000, "day"), (3_600_000, "hour"), (60_000, "minute"), (1_000, "second"), (1, "millisecond")];
    let (number, unit) = units
        .iter()
        .find(|(length, _)| millis.is_multiple_of(*length))
        .map_or((millis, "millisecond"), |(length, unit)| (millis / length, *unit));
    format!("{number} {unit}{}", if number == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use indexmap::IndexMap;

    use super::*;
    use crate::document::Field;
    use crate::model::lower::rules::lower;

    fn rules(groups: &str) -> Rules {
        let fields: IndexMap<String, Field> = serde_yaml::from_str(
            "{ begin: { type: timestamp_s }, end: { type: timestamp_s }, mode: { type: i32, default: 0 }, \
             flag: { type: bool }, tag: { type: string } }",
        )
        .unwrap();
        lower(&fields, &serde_yaml::from_str(groups).unwrap(), &|_| None)
    }

    fn broken(rules: &Rules, given: &[(&str, &str)]) -> Vec<String> {
        let text_of = |name: &str| given.iter().find(|(known, _)| *known == name).map(|(_, text)| (*text).to_owned());
        rules.broken(&text_of).iter().map(|broken| format!("{} {}", broken.name, broken.other)).collect()
    }

    #[test]
    fn moments_have_an_order_and_a_distance() {
        let rules = rules("{ ordered: [[begin, end]], apart: [{ from: begin, to: end, at_least: 1m, at_most: 1d }] }");
        assert_eq!(rules.apart[0].words(), "at least 1 minute and at most 1 day");
        for (begin, end, expected) in
            [("0", "60", 0), ("0", "86400", 0), ("0", "86401", 1), ("0", "59", 1), ("5", "5", 2), ("6", "5", 2)]
        {
            assert_eq!(broken(&rules, &[("begin", begin), ("end", end)]).len(), expected, "{begin} {end}");
        }
        assert_eq!(broken(&rules, &[("begin", "5")]), Vec::<String>::new());
    }

    #[test]
    fn what_is_at_most_a_day_later_is_not_earlier() {
        let rules = rules("{ apart: [{ from: begin, to: end, at_most: 1d }] }");
        for (begin, end, expected) in [("5", "5", 0), ("6", "5", 1), ("0", "86401", 1)] {
            assert_eq!(broken(&rules, &[("begin", begin), ("end", end)]).len(), expected, "{begin} {end}");
        }
    }

    #[test]
    fn some_exclude_each_other() {
        let rules = rules("{ at_most_one: [[tag, flag], [tag, mode]] }");
        assert_eq!(broken(&rules, &[("flag", "true"), ("mode", "1")]), Vec::<String>::new());
        assert_eq!(broken(&rules, &[("tag", "a"), ("mode", "1")]), ["tag mode"]);
    }

    #[test]
    fn a_default_counts_as_given() {
        let rules = rules("{ requires: { tag: { mode: [0, 1] } }, required_if: { begin: { flag: true } } }");
        for (given, expected) in [
            (&[("tag", "a")][..], 0),
            (&[("tag", "a"), ("mode", "1")], 0),
            (&[("tag", "a"), ("mode", "2")], 1),
            (&[("mode", "2")], 0),
            (&[("flag", "false")], 0),
            (&[("flag", "true")], 1),
            (&[("flag", "true"), ("begin", "1")], 0),
        ] {
            assert_eq!(broken(&rules, given).len(), expected, "{given:?}");
        }
    }

    #[test]
    fn a_switch_that_is_off_asks_for_nothing() {
        let rules = rules("{ requires: { flag: { mode: 1 } }, only_with: { flag: tag } }");
        assert_eq!(broken(&rules, &[("flag", "true")]), ["flag mode"]);
        assert_eq!(broken(&rules, &[("flag", "false")]), Vec::<String>::new());
        assert!(rules.without_effect(&|name| (name == "flag").then(|| "false".to_owned())).is_empty());
    }

    #[test]
    fn one_may_need_another_whatever_its_value() {
        let rules = rules("{ requires: { tag: flag }, only_with: { begin: end } }");
        assert_eq!(broken(&rules, &[("tag", "a")]), ["tag flag"]);
        assert_eq!(broken(&rules, &[("tag", "a"), ("flag", "false")]), Vec::<String>::new());
        assert_eq!(rules.without_effect(&|name| (name == "begin").then(String::new)).len(), 1);
    }
}
