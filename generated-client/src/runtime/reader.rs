//! A pull reader for JSON that forgives what servers do.
//!
//! It accepts a number as text and text as a number, a list or object as its JSON text, and null (or an empty text where a number,
//! a list or an object belongs) as absent. Whole numbers never pass through a double. Everything a generated type needs goes through
//! here, so that the code of a type is one table of keys and one `match`.

use std::fmt;

use jiter::{Jiter, JiterError, Peek};

use super::decode::{Decode, Found};

/// How deep a reply may be nested.
const DEEPEST: u8 = 64;

/// A type that is a JSON object in a reply.
pub trait Fields {
    /// The keys that [`field`](Fields::field) reads, in order.
    fn keys(&self) -> &'static [&'static str];

    /// Reads the value of the key with this index.
    ///
    /// # Errors
    /// If the value cannot be read as the field's type.
    fn field(&mut self, index: usize, reader: &mut Reader<'_>) -> Result<(), Malformed>;
}

impl<T: Fields> Fields for Box<T> {
    fn keys(&self) -> &'static [&'static str] {
        (**self).keys()
    }

    fn field(&mut self, index: usize, reader: &mut Reader<'_>) -> Result<(), Malformed> {
        (**self).field(index, reader)
    }
}

/// Why and where a reply could not be read.
#[derive(Debug)]
pub struct Malformed(Box<Place>);

#[derive(Debug)]
struct Place {
    what: String,
    path: String,
}

impl Malformed {
    /// Something is wrong with the value just read.
    #[must_use]
    pub fn new(what: impl Into<String>) -> Self {
        Self(Box::new(Place { what: what.into(), path: String::new() }))
    }

    /// Where it is, from the value that reading began with: `[2].gender`; empty for that value itself.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.0.path
    }

    pub(crate) fn inside_key(mut self, key: &str) -> Self {
        self.0.path = match self.0.path.as_bytes().first() {
            None | Some(b'[') => format!("{key}{}", self.0.path),
            Some(_) => format!("{key}.{}", self.0.path),
        };
        self
    }

    pub(crate) fn inside_item(mut self, index: usize) -> Self {
        self.0.path = match self.0.path.as_bytes().first() {
            None | Some(b'[') => format!("[{index}]{}", self.0.path),
            Some(_) => format!("[{index}].{}", self.0.path),
        };
        self
    }
}

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.what)
    }
}

impl std::error::Error for Malformed {}

/// Reads JSON values one by one.
#[derive(Debug)]
pub struct Reader<'j> {
    json: Jiter<'j>,
    depth: u8,
}

impl<'j> Reader<'j> {
    /// A reader at the begin of a JSON text.
    #[must_use]
    pub fn new(json: &'j [u8]) -> Self {
        Self { json: Jiter::new(json), depth: 0 }
    }

    /// Reads the next value into a target. Null leaves the target as it is.
    ///
    /// # Errors
    /// If the value cannot be read as the target's type.
    pub fn read<T: Decode + ?Sized>(&mut self, target: &mut T) -> Result<(), Malformed> {
        target.read(self).map(drop)
    }

    /// Fails if anything but blanks follows.
    ///
    /// # Errors
    /// If so.
    pub fn finish(&mut self) -> Result<(), Malformed> {
        self.json.finish().map_err(|error| self.broken(&error))
    }

    /// Skips the next value and gives its JSON text.
    ///
    /// # Errors
    /// If it is not JSON.
    pub fn slice(&mut self) -> Result<&'j [u8], Malformed> {
        let peek = self.peek()?;
        let start = self.json.current_index();
        self.skip_known(peek)?;
        Ok(self.json.slice_to_current(start))
    }

    /// Reads text; a number, a truth value, a list or an object gives its JSON text.
    ///
    /// # Errors
    /// If it is not JSON.
    pub fn text(&mut self, target: &mut String) -> Result<Found, Malformed> {
        let peek = self.peek()?;
        match peek {
            Peek::String => match self.json.known_str() {
                Ok(text) => text.clone_into(target),
                Err(error) => return Err(self.broken(&error)),
            },
            Peek::Null => return self.null(),
            _ => {
                let json = self.slice()?;
                match str::from_utf8(json) {
                    Ok(json) => json.clone_into(target),
                    Err(_) => return Err(Malformed::new("is not UTF-8")),
                }
            }
        }
        Ok(Found::Value)
    }

    /// Reads a whole number, exactly, from a number or from text. An empty text is absent.
    ///
    /// # Errors
    /// If it is something else, or has a fraction, or more than 64 bits.
    pub fn integer(&mut self) -> Result<Option<Integer>, Malformed> {
        let peek = self.peek()?;
        let digits = match peek {
            Peek::Null => return self.null().map(|_| None),
            Peek::True | Peek::False => return self.bool_as_integer(peek),
            Peek::String => self.json.known_str().map(str::as_bytes),
            _ if peek.is_num() => self.json.known_number_bytes(peek),
            _ => return Err(unexpected("a whole number", peek)),
        };
        match digits {
            Ok([]) => Ok(None),
            Ok(digits) => Integer::parse(digits).map(Some).ok_or_else(|| {
                let given = String::from_utf8_lossy(digits);
                Malformed::new(format!("expected a whole number of 64 bits, found {given:.40?}"))
            }),
            Err(error) => Err(self.broken(&error)),
        }
    }

    /// Reads a number, from a number or from text. An empty text is absent.
    ///
    /// # Errors
    /// If it is something else.
    pub fn float(&mut self) -> Result<Option<f64>, Malformed> {
        let peek = self.peek()?;
        let text = match peek {
            Peek::Null => return self.null().map(|_| None),
            Peek::String => self.json.known_bytes(),
            _ if peek.is_num() => self.json.known_number_bytes(peek),
            _ => return Err(unexpected("a number", peek)),
        };
        let text = text.map(String::from_utf8_lossy);
        match text {
            Ok(text) => parse_float(text.trim()),
            Err(error) => Err(self.broken(&error)),
        }
    }

    /// Reads a truth value, from `true` and `false`, 1 and 0, or either as text. An empty text is absent.
    ///
    /// # Errors
    /// If it is something else.
    pub fn bool(&mut self) -> Result<Option<bool>, Malformed> {
        let peek = self.peek()?;
        let text = match peek {
            Peek::Null => return self.null().map(|_| None),
            Peek::True | Peek::False => {
                let value = self.json.known_bool(peek);
                return value.map(Some).map_err(|error| self.broken(&error));
            }
            Peek::String => self.json.known_bytes(),
            _ if peek.is_num() => self.json.known_number_bytes(peek),
            _ => return Err(unexpected("true or false", peek)),
        };
        match text {
            Ok(b"") => Ok(None),
            Ok(b"1") => Ok(Some(true)),
            Ok(b"0") => Ok(Some(false)),
            Ok(text) if text.eq_ignore_ascii_case(b"true") => Ok(Some(true)),
            Ok(text) if text.eq_ignore_ascii_case(b"false") => Ok(Some(false)),
            Ok(text) => {
                let given = String::from_utf8_lossy(text);
                Err(Malformed::new(format!("expected true or false, found {given:.40?}")))
            }
            Err(error) => Err(self.broken(&error)),
        }
    }

    /// Reads a list, or its JSON text, item by item. An empty text is absent.
    ///
    /// # Errors
    /// If it is something else, or an item fails.
    pub fn list(&mut self, each: &mut Each<'_>) -> Result<Found, Malformed> {
        let peek = self.peek()?;
        match peek {
            Peek::Array => self.items(each).map(|()| Found::Value),
            Peek::Null => self.null(),
            Peek::String => self.nested("a list", &mut |reader| reader.list(each)),
            _ => Err(unexpected("a list", peek)),
        }
    }

    /// Reads an object, or its JSON text, into the fields of a type. Unknown keys are skipped; an empty text is absent.
    ///
    /// # Errors
    /// If it is something else, or a field fails.
    pub fn object(&mut self, target: &mut dyn Fields) -> Result<Found, Malformed> {
        let peek = self.peek()?;
        match peek {
            Peek::Object => self.fields(target).map(|()| Found::Value),
            Peek::Null => self.null(),
            Peek::String => self.nested("an object", &mut |reader| reader.object(target)),
            _ => Err(unexpected("an object", peek)),
        }
    }

    /// Reads an object, or its JSON text, key by key. An empty text is absent.
    ///
    /// # Errors
    /// If it is something else, or a value fails.
    pub fn map(&mut self, each: &mut EachEntry<'_>) -> Result<Found, Malformed> {
        let peek = self.peek()?;
        match peek {
            Peek::Object => self.entries(|key| Some(text_of_key(key)), each).map(|()| Found::Value),
            Peek::Null => self.null(),
            Peek::String => self.nested("an object", &mut |reader| reader.map(each)),
            _ => Err(unexpected("an object", peek)),
        }
    }

    /// Skips the next value.
    pub(crate) fn skip(&mut self) -> Result<(), Malformed> {
        let peek = self.peek()?;
        self.skip_known(peek)
    }

    /// Reads an object: `locate` says what a key is, `visit` reads the value of a key that is something.
    pub(crate) fn entries<S>(
        &mut self,
        mut locate: impl FnMut(&[u8]) -> Option<S>,
        mut visit: impl FnMut(S, &mut Self) -> Result<(), Malformed>,
    ) -> Result<(), Malformed> {
        self.enter()?;
        // Keys are compared as they are written; only one that is not found is looked at for escapes.
        let mut locate = |key: &[u8]| match locate(key) {
            None if key.contains(&b'\\') => locate(&unescaped(key)),
            slot => slot,
        };
        let mut slot = match self.json.next_object_bytes() {
            Ok(key) => key.map(&mut locate),
            Err(error) => return Err(self.broken(&error)),
        };
        while let Some(known) = slot {
            match known {
                Some(known) => visit(known, self)?,
                None => self.skip()?,
            }
            slot = match self.json.next_key_bytes() {
                Ok(key) => key.map(&mut locate),
                Err(error) => return Err(self.broken(&error)),
            };
        }
        self.depth -= 1;
        Ok(())
    }

    fn fields(&mut self, target: &mut dyn Fields) -> Result<(), Malformed> {
        let keys = target.keys();
        let mut expected = 0;
        self.entries(
            |key| {
                let found = position(keys, key, expected)?;
                expected = found + 1;
                Some(found)
            },
            |index, reader| {
                target
                    .field(index, reader)
                    .map_err(|malformed| malformed.inside_key(keys.get(index).copied().unwrap_or_default()))
            },
        )
    }

    fn items(&mut self, each: &mut Each<'_>) -> Result<(), Malformed> {
        self.enter()?;
        let mut index = 0;
        let mut more = self.json.known_array();
        loop {
            match more {
                Ok(Some(_)) => each(self).map_err(|malformed| malformed.inside_item(index))?,
                Ok(None) => break,
                Err(error) => return Err(self.broken(&error)),
            }
            index += 1;
            more = self.json.array_step();
        }
        self.depth -= 1;
        Ok(())
    }

    /// Reads what a string holds as JSON text.
    fn nested(
        &mut self,
        expected: &str,
        read: &mut dyn FnMut(&mut Reader<'_>) -> Result<Found, Malformed>,
    ) -> Result<Found, Malformed> {
        self.enter()?;
        let text = match self.json.known_str() {
            Ok(text) => text.trim().to_owned(),
            Err(error) => return Err(self.broken(&error)),
        };
        let found = if text.is_empty() {
            Found::Nothing
        } else {
            let mut inner = Reader { json: Jiter::new(text.as_bytes()), depth: self.depth };
            if !text.starts_with(['{', '[', '"', 'n']) {
                return Err(Malformed::new(format!("expected {expected}, found text")));
            }
            let found = read(&mut inner)?;
            inner.finish()?;
            found
        };
        self.depth -= 1;
        Ok(found)
    }

    fn bool_as_integer(&mut self, peek: Peek) -> Result<Option<Integer>, Malformed> {
        let value = self.json.known_bool(peek);
        let value = value.map_err(|error| self.broken(&error))?;
        Ok(Some(Integer { negative: false, magnitude: u64::from(value) }))
    }

    fn null(&mut self) -> Result<Found, Malformed> {
        let null = self.json.known_null();
        null.map_err(|error| self.broken(&error))?;
        Ok(Found::Nothing)
    }

    fn peek(&mut self) -> Result<Peek, Malformed> {
        let peek = self.json.peek();
        peek.map_err(|error| self.broken(&error))
    }

    fn skip_known(&mut self, peek: Peek) -> Result<(), Malformed> {
        let skipped = self.json.known_skip(peek);
        skipped.map_err(|error| self.broken(&error))
    }

    fn enter(&mut self) -> Result<(), Malformed> {
        if self.depth >= DEEPEST {
            return Err(Malformed::new(format!("is nested more than {DEEPEST} deep")));
        }
        self.depth += 1;
        Ok(())
    }

    #[cold]
    fn broken(&self, error: &JiterError) -> Malformed {
        Malformed::new(format!("is not JSON: {}", error.description(&self.json)))
    }
}

/// Reads one item of a list.
pub type Each<'a> = dyn FnMut(&mut Reader<'_>) -> Result<(), Malformed> + 'a;

/// Reads one value of a map, given its key.
pub type EachEntry<'a> = dyn FnMut(String, &mut Reader<'_>) -> Result<(), Malformed> + 'a;

/// Where a key is in the table. Servers send keys in about the same order every time, so the search starts behind the last hit.
pub(crate) fn position(keys: &[&str], key: &[u8], expected: usize) -> Option<usize> {
    if keys.get(expected).is_some_and(|known| known.as_bytes() == key) {
        return Some(expected);
    }
    keys.iter().position(|known| known.as_bytes() == key)
}

/// A key without its escapes. It has been read once, so it is a JSON string.
#[cold]
fn unescaped(key: &[u8]) -> Vec<u8> {
    let quoted = [b"\"", key, b"\""].concat();
    serde_json::from_slice::<String>(&quoted).map_or_else(|_| key.to_owned(), String::into_bytes)
}

fn text_of_key(key: &[u8]) -> String {
    if key.contains(&b'\\') {
        return String::from_utf8_lossy(&unescaped(key)).into_owned();
    }
    String::from_utf8_lossy(key).into_owned()
}

#[cold]
fn unexpected(expected: &str, found: Peek) -> Malformed {
    let found = match found {
        Peek::Null => "null",
        Peek::True | Peek::False => "a truth value",
        Peek::String => "text",
        Peek::Array => "a list",
        Peek::Object => "an object",
        number if number.is_num() => "a number",
        _ => "something that is not JSON",
    };
    Malformed::new(format!("expected {expected}, found {found}"))
}

fn parse_float(text: &str) -> Result<Option<f64>, Malformed> {
    if text.is_empty() {
        return Ok(None);
    }
    match text.parse::<f64>() {
        Ok(number) if number.is_finite() => Ok(Some(number)),
        _ => Err(Malformed::new(format!("expected a number, found {text:.40?}"))),
    }
}

/// A whole number of 64 bits, either signed or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Integer {
    negative: bool,
    magnitude: u64,
}

impl Integer {
    /// From decimal digits, exactly; `1.0` and `1e3` are whole numbers too.
    fn parse(text: &[u8]) -> Option<Self> {
        let (negative, digits) = match text {
            [b'-', digits @ ..] => (true, digits),
            digits => (false, digits),
        };
        // Nineteen digits always fit.
        if (1..=19).contains(&digits.len()) {
            let mut magnitude = 0;
            for byte in digits {
                let digit = byte.wrapping_sub(b'0');
                if digit > 9 {
                    return Self::parse_unusual(text.trim_ascii());
                }
                magnitude = magnitude * 10 + u64::from(digit);
            }
            return Some(Self { negative, magnitude });
        }
        Self::parse_unusual(text.trim_ascii())
    }

    /// With blanks around it, with a fraction of zeros, or with twenty digits.
    #[cold]
    fn parse_unusual(text: &[u8]) -> Option<Self> {
        let text = str::from_utf8(text).ok()?;
        let (negative, digits) = match text.strip_prefix('-') {
            Some(digits) => (true, digits),
            None => (false, text),
        };
        let whole = match digits.split_once('.') {
            Some((whole, zeros)) if zeros.bytes().all(|zero| zero == b'0') => whole,
            Some(_) => "",
            None => digits,
        };
        if !whole.is_empty() && whole.bytes().all(|byte| byte.is_ascii_digit()) {
            return whole.parse().ok().map(|magnitude| Self { negative, magnitude });
        }
        // Rust reads `.5` and `inf` too, JSON does not.
        if !digits.starts_with(|first: char| first.is_ascii_digit()) {
            return None;
        }
        Self::from_float(text)
    }

    /// From a notation with an exponent, as long as a double holds the number exactly.
    fn from_float(text: &str) -> Option<Self> {
        const EXACT: f64 = 9_007_199_254_740_992.0;
        let number: f64 = text.parse().ok()?;
        if number.fract() != 0.0 || number.abs() > EXACT {
            return None;
        }
        // Checked just above: whole and at most 2^53.
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        let magnitude = number.abs() as u64;
        Some(Self { negative: number < 0.0, magnitude })
    }

    /// As a signed number, if it fits.
    #[must_use]
    pub fn signed(self) -> Option<i64> {
        if self.negative { 0_i64.checked_sub_unsigned(self.magnitude) } else { i64::try_from(self.magnitude).ok() }
    }

    /// As an unsigned number, if it is one.
    #[must_use]
    pub fn unsigned(self) -> Option<u64> {
        (!self.negative || self.magnitude == 0).then_some(self.magnitude)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_numbers_are_exact_or_refused() {
        let signed = |text: &str| Integer::parse(text.as_bytes()).and_then(Integer::signed);
        let unsigned = |text: &str| Integer::parse(text.as_bytes()).and_then(Integer::unsigned);
        for number in [0, 7, -7, i64::MAX, i64::MIN, 1_232_001_762_022_391_800] {
            assert_eq!(signed(&number.to_string()), Some(number));
            assert_eq!(signed(&format!(" {number}.00 ")), Some(number));
        }
        for number in [0, u64::MAX, u64::MAX / 10, 9_999_999_999_999_999_999] {
            assert_eq!(unsigned(&number.to_string()), Some(number));
        }
        assert_eq!(signed("1e3"), Some(1_000));
        assert_eq!(signed("-1.5E1"), Some(-15));
        assert_eq!(unsigned("-0"), Some(0));
        for text in
            ["", "-", " ", "x", "1x", "1.5", "1e-1", "1e30", "0x10", "--1", ".0", "inf", "NaN", "18446744073709551616"]
        {
            assert_eq!(Integer::parse(text.as_bytes()), None, "{text}");
        }
        assert_eq!(signed("9223372036854775808"), None);
        assert_eq!(signed("-9223372036854775809"), None);
        assert_eq!(unsigned("-1"), None);
    }
}
