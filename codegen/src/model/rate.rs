//! Parses the official limit of an endpoint.

/// A number of calls in a number of seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Rate<'t> {
    pub(crate) calls: u32,
    pub(crate) seconds: u64,
    /// Words for the calls that share the limit, where it is not the endpoint's own.
    pub(crate) shared: Option<&'t str>,
}

/// Reads `100/s`, `10/min`, `400/day` and `100 in 5 min`. `for ...` at the end says which calls share the limit.
pub(crate) fn parse(text: &str) -> Option<Rate<'_>> {
    let digits = text.find(|letter: char| !letter.is_ascii_digit())?;
    let (calls, rest) = text.split_at_checked(digits)?;
    let (times, unit) = match rest.strip_prefix('/') {
        Some(unit) => (1, unit),
        None => {
            let (times, unit) = rest.strip_prefix(" in ")?.split_once(' ')?;
            (times.parse::<u64>().ok().filter(|_| !times.starts_with('+'))?, unit)
        }
    };
    let (unit, shared) = match unit.split_once(" for ") {
        Some((unit, words)) => (unit, Some(words)),
        None => (unit, None),
    };
    let seconds: u64 = match unit {
        "s" => 1,
        "min" => 60,
        "h" => 60 * 60,
        "day" => 24 * 60 * 60,
        _ => return None,
    };
    let (calls, seconds) = (calls.parse().ok()?, seconds.checked_mul(times)?);
    let says_who = shared.is_none_or(|words| !words.trim().is_empty() && words.trim() == words);
    (calls > 0 && seconds > 0 && says_who).then_some(Rate { calls, seconds, shared })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_are_read_with_and_without_words() {
        let rate = |calls, seconds, shared| Some(Rate { calls, seconds, shared });
        for (text, expected) in [
            ("100/s", rate(100, 1, None)),
            ("10/min", rate(10, 60, None)),
            ("100 in 5 min", rate(100, 300, None)),
            ("400/day for pausing and resuming", rate(400, 86_400, Some("pausing and resuming"))),
            ("100/s for all calls on teams together", rate(100, 1, Some("all calls on teams together"))),
        ] {
            assert_eq!(parse(text), expected, "{text}");
        }
        for text in [
            "",
            "100",
            "often",
            "/s",
            "0/s",
            "100/week",
            "5 in 0 min",
            "99999999999/s",
            "1 in min",
            "100 per s",
            "100/s, more on request",
            "100/s together with `pause`",
            "100/s for ",
            "100/s  for all",
            "100 / s",
            "+1/s",
            "1/S",
            "1 in +5 min",
            "5/sec",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
