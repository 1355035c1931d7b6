//! What belongs together in two versions of a list.

/// Items of both versions by what they have in common.
pub(super) struct Pairs<'a, T> {
    /// In the order of the new version.
    pub(super) both: Vec<(&'a T, &'a T)>,
    pub(super) removed: Vec<&'a T>,
    pub(super) added: Vec<&'a T>,
}

impl<'a, T> Pairs<'a, T> {
    pub(super) fn new<K: PartialEq>(
        old: impl IntoIterator<Item = &'a T>,
        new: impl IntoIterator<Item = &'a T>,
        key: impl Fn(&'a T) -> K,
    ) -> Self {
        let mut pairs = Self { both: Vec::new(), removed: old.into_iter().collect(), added: new.into_iter().collect() };
        pairs.join(key);
        pairs
    }

    /// Pairs what is left by something else that they have in common; gives the new pairs.
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
        let mut pairs = Pairs::new(&old, &new, |item| *item);
        assert_eq!((pairs.both.len(), &pairs.removed, &pairs.added), (1, &vec![&"a1", &"c3"], &vec![&"d3", &"e4"]));
        assert_eq!(pairs.join(|item| item.chars().last()), [(&"c3", &"d3")]);
        assert_eq!((pairs.both.len(), &pairs.removed, &pairs.added), (2, &vec![&"a1"], &vec![&"e4"]));
    }
}
