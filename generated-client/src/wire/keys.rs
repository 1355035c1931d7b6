//! Finds the field of a type for a key of a JSON object.

/// The names of a type's fields in a reply, with other spellings.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct FieldNames<'a> {
    /// The name of each field, in order.
    pub(crate) names: &'a [&'a str],
    /// Other spellings, each with the name of its field.
    pub(crate) aliases: &'a [(&'a str, &'a str)],
}

impl<'a> FieldNames<'a> {
    /// Returns the name of a field; empty if there is no field with this index.
    pub(crate) fn name(self, index: usize) -> &'a str {
        self.names.get(index).copied().unwrap_or_default()
    }
}

/// Finds the index of a field by its key.
pub(crate) struct Keys<'a> {
    fields: FieldNames<'a>,
    /// Index after the last field that was found. It is tried first, because servers usually send keys in the same
    /// order.
    next: usize,
}

impl<'a> Keys<'a> {
    pub(crate) fn new(fields: FieldNames<'a>) -> Self {
        Self { fields, next: 0 }
    }

    /// Returns the index of the field with this key; `None` if there is none.
    #[inline]
    pub(crate) fn find(&mut self, key: &[u8]) -> Option<usize> {
        let is_next = self.fields.names.get(self.next).is_some_and(|name| name.as_bytes() == key);
        let index = if is_next { self.next } else { self.search(key)? };
        self.next = index + 1;
        Some(index)
    }

    /// Searches a key in all names and other spellings.
    fn search(&self, key: &[u8]) -> Option<usize> {
        let FieldNames { names, aliases } = self.fields;
        let position = |key: &[u8]| names.iter().position(|name| name.as_bytes() == key);
        position(key).or_else(|| {
            let (_, name) = aliases.iter().find(|(alias, _)| alias.as_bytes() == key)?;
            position(name.as_bytes())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(fields: FieldNames<'_>, keys: &[&str]) -> Vec<Option<usize>> {
        let mut table = Keys::new(fields);
        keys.iter().map(|key| table.find(key.as_bytes())).collect()
    }

    #[test]
    fn keys_are_found_in_any_order() {
        let fields = FieldNames { names: &["a", "name", "id"], aliases: &[] };
        assert_eq!(found(fields, &["a", "name", "id"]), [Some(0), Some(1), Some(2)]);
        assert_eq!(found(fields, &["id", "name", "a", "a"]), [Some(2), Some(1), Some(0), Some(0)]);
    }

    #[test]
    fn every_spelling_is_the_same_field() {
        let aliases = &[("Token", "token"), ("t", "token"), ("Id", "id")];
        let fields = FieldNames { names: &["token", "id"], aliases };
        assert_eq!(found(fields, &["Token", "Id"]), [Some(0), Some(1)]);
        assert_eq!(found(fields, &["token", "id", "t"]), [Some(0), Some(1), Some(0)]);
    }

    #[test]
    fn a_part_of_a_key_is_no_key() {
        let fields = FieldNames { names: &["name", "nick", "id"], aliases: &[("nickname", "nick")] };
        assert_eq!(found(fields, &["", "n", "nam", "names", "nicknam", "ick", "d", "é"]), [None; 8]);
    }

    #[test]
    fn an_empty_table_has_no_key() {
        assert_eq!(found(FieldNames::default(), &["", "a"]), [None; 2]);
    }
}
