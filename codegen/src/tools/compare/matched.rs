//! Matches the items of two versions of a list.

/// Items of both versions, matched by a key.
pub(super) struct Matched<'a, T> {
    /// In the order of the new version.
    pub(super) both: Vec<(&'a T, &'a T)>,
    pub(super) removed: Vec<&'a T>,
    pub(super) added: Vec<&'a T>,
}

impl<'a, T> Matched<'a, T> {
    pub(super) fn new<K: PartialEq>(
        old: impl IntoIterator<Item = &'a T>,
        new: impl IntoIterator<Item = &'a T>,
        key: impl Fn(&'a T) -> K,
    ) -> Self {
        let mut matched =
            Self { both: Vec::new(), removed: old.into_iter().collect(), added: new.into_iter().collect() };
        matched.join(key);
        matched
    }

    /// Matches the remaining items by another key; returns the new matches.
    pub(super) fn join<K: PartialEq>(&mut self, key: impl Fn(&'a T) -> K) -> Vec<(&'a T, &'a T)> {
        let mut joined = Vec::new();
        let removed = &mut self.removed;
        self.added.retain(|new| {
            let wanted = key(*new);
            match removed.iter().position(|old| key(*old) == wanted) {
                Some(at) => {
                    joined.push((removed.remove(at), *new));
                    false
                }
                None => true,
            }
        });
        self.both.extend(&joined);
        joined
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_item_is_in_one_place() {
        let (old, new) = (["a1", "b2", "c3"], ["b2", "d3", "e4"]);
        let mut matched = Matched::new(&old, &new, |item| *item);
        assert_eq!(
            (matched.both.len(), &matched.removed, &matched.added),
            (1, &vec![&"a1", &"c3"], &vec![&"d3", &"e4"])
        );
        assert_eq!(matched.join(|item| item.chars().last()), [(&"c3", &"d3")]);
        assert_eq!((matched.both.len(), &matched.removed, &matched.added), (2, &vec![&"a1"], &vec![&"e4"]));
    }
}
