//! Keys of an object in a reply, and which of its fields each of them is.

/// The keys of a type, as generated code lists them, and where the next one is expected.
///
/// `accid\ntoken\tToken\ngender`: a line feed between fields, a tab between the spellings of one; neither can be in a key as JSON writes
/// it. It is one text because that costs the compiler less than a list of texts, for each of hundreds of types.
pub(crate) struct Keys<'k> {
    all: &'k [u8],
    /// Where the search starts: behind the last hit, for servers send keys in about the same order every time.
    rest: &'k [u8],
    /// Index of the first field in `rest`.
    next: usize,
}

impl<'k> Keys<'k> {
    pub(crate) fn new(all: &'k str) -> Self {
        Self { all: all.as_bytes(), rest: all.as_bytes(), next: 0 }
    }

    /// The index of the field that has this key, in which there are no control characters.
    #[inline]
    pub(crate) fn find(&mut self, key: &[u8]) -> Option<usize> {
        if let Some((known, behind)) = self.rest.split_at_checked(key.len())
            && known == key
            && let [] | [b'\n', ..] = behind
            && !key.is_empty()
        {
            let index = self.next;
            (self.rest, self.next) = (behind.get(1..).unwrap_or_default(), index + 1);
            return Some(index);
        }
        self.search(self.rest, self.next, key).or_else(|| self.search(self.all, 0, key))
    }

    /// Looks a key up in a part of the table that begins with the field of this index.
    #[inline(never)]
    fn search(&mut self, part: &'k [u8], first: usize, key: &[u8]) -> Option<usize> {
        let (mut rest, mut index) = (part, first);
        loop {
            if let Some(behind) = rest.strip_prefix(key)
                && let [] | [b'\n' | b'\t', ..] = behind
                && !key.is_empty()
            {
                let end = behind.iter().position(|byte| *byte == b'\n').unwrap_or(behind.len());
                (self.rest, self.next) = (behind.get(end + 1..).unwrap_or_default(), index + 1);
                return Some(index);
            }
            let end = rest.iter().position(|byte| matches!(byte, b'\n' | b'\t'))?;
            index += usize::from(rest.get(end) == Some(&b'\n'));
            rest = rest.get(end + 1..)?;
        }
    }

    /// The name of a field: the first spelling of its key.
    #[cold]
    pub(crate) fn name(all: &'k str, index: usize) -> &'k str {
        all.split('\n').nth(index).and_then(|spellings| spellings.split('\t').next()).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(keys: &mut Keys<'_>, wanted: &[&str]) -> Vec<Option<usize>> {
        wanted.iter().map(|key| keys.find(key.as_bytes())).collect()
    }

    #[test]
    fn keys_are_found_in_any_order() {
        let mut keys = Keys::new("a\nname\nid");
        assert_eq!(found(&mut keys, &["a", "name", "id"]), [Some(0), Some(1), Some(2)]);
        assert_eq!(found(&mut keys, &["id", "name", "a", "a"]), [Some(2), Some(1), Some(0), Some(0)]);
    }

    #[test]
    fn every_spelling_is_the_same_field() {
        let mut keys = Keys::new("token\tToken\tt\nid\tId");
        assert_eq!(found(&mut keys, &["Token", "Id"]), [Some(0), Some(1)]);
        assert_eq!(found(&mut keys, &["token", "id", "t"]), [Some(0), Some(1), Some(0)]);
    }

    #[test]
    fn a_part_of_a_key_is_no_key() {
        let mut keys = Keys::new("name\nnick\tnickname\nid");
        let wanted = ["", "n", "nam", "names", "name,nick", "nick|nickname", "ick", "d", "id,", "é"];
        assert_eq!(found(&mut keys, &wanted), [None; 10]);
        assert_eq!(found(&mut keys, &["nickname"]), [Some(1)]);
    }

    #[test]
    fn a_field_is_named_by_its_first_spelling() {
        let all = "token\tToken\nid";
        assert_eq!([0, 1, 2].map(|index| Keys::name(all, index)), ["token", "id", ""]);
    }

    #[test]
    fn an_empty_table_has_no_key() {
        assert_eq!(found(&mut Keys::new(""), &["", "a", ","]), [None; 3]);
    }
}
