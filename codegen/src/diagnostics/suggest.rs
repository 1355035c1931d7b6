//! Suggestions in messages: what was probably meant, and what is allowed.

/// The candidate that `word` was probably meant to be.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let word = word.to_lowercase();
    candidates
        .into_iter()
        .map(|candidate| (candidate.to_lowercase(), candidate))
        // One wrong letter is a large part of a short word.
        .map(|(lower, candidate)| {
            let one_edit = word.len() > 2 && strsim::osa_distance(&word, &lower) == 1;
            let likeness = strsim::jaro_winkler(&word, &lower);
            (if one_edit { likeness.max(0.86) } else { likeness }, candidate)
        })
        .filter(|(likeness, _)| *likeness > 0.85)
        .max_by(|(a, _), (b, _)| a.total_cmp(b))
        .map(|(_, candidate)| candidate)
}

/// "`a`, `b` or `c`", shortened when there are many.
pub fn listed<'a>(words: impl IntoIterator<Item = &'a str>) -> String {
    const SHOWN: usize = 24;
    let words: Vec<_> = words.into_iter().map(|word| format!("`{word}`")).collect();
    match words.as_slice() {
        [] => "none".to_owned(),
        [one] => one.clone(),
        [first @ .., last] if words.len() <= SHOWN => format!("{} or {last}", first.join(", ")),
        many => format!(
            "{} and {} more",
            many.iter().take(SHOWN).cloned().collect::<Vec<_>>().join(", "),
            many.len() - SHOWN
        ),
    }
}

/// "expected one of ...; did you mean ...?"
pub fn expected<'a>(found: &str, allowed: impl IntoIterator<Item = &'a str> + Clone) -> String {
    let list = listed(allowed.clone());
    match nearest(found, allowed) {
        Some(near) => format!("did you mean `{near}`? Allowed here: {list}"),
        None => format!("allowed here: {list}"),
    }
}

/// A value as a sentence calls it.
pub(crate) fn shown(value: &serde_yaml::Value) -> String {
    use serde_yaml::Value;
    match value {
        Value::Null => "nothing".to_owned(),
        Value::Bool(flag) => format!("`{flag}`"),
        Value::Number(number) => format!("the number {number}"),
        Value::String(text) if text.chars().count() > 40 => {
            format!("the text `{}...`", text.chars().take(40).collect::<String>())
        }
        Value::String(text) => format!("the text `{text}`"),
        Value::Sequence(_) => "a list".to_owned(),
        Value::Mapping(_) => "a mapping".to_owned(),
        Value::Tagged(tagged) => format!("a value with the YAML tag `{}`", tagged.tag),
    }
}
