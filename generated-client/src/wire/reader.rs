//! A pull parser for JSON that tolerates the type variations of the servers.
//!
//! It accepts a number as text and text as a number, a list or object as its JSON text, and null (or an empty text in
//! place of a number, a list or an object) as absent. Whole numbers are never converted to a double. All decoding code
//! is here, so that a generated type only has to list the names of its fields and the fields.

use std::borrow::Cow;
use std::fmt;

use crate::wire::from_wire::{Found, FromWire};
use crate::wire::integer::Integer;
use crate::wire::keys::{FieldNames, Keys};
use crate::wire::lexer::{Kind, Lexer, Raw};

/// Maximum nesting depth of a reply, including JSON inside of strings. The same as the limit of `serde_json`.
pub(super) const MAX_DEPTH: u8 = 127;

/// A type that is decoded from a JSON object in a reply.
pub trait Fields {
    /// Passes the names of all fields and, in the same order, the fields to the visitor.
    fn visit_fields(&mut self, visitor: &mut FieldVisitor<'_>);

    /// Returns other spellings that servers use for a field, each with the field's name: `[("Token", "token")]`.
    fn aliases(&self) -> &'static [(&'static str, &'static str)] {
        &[]
    }
}

/// Visitor that receives an object's field names and targets.
///
/// It is a type with a method instead of a closure because that compiles faster, in each of hundreds of types.
pub struct FieldVisitor<'a>(&'a mut VisitFn<'a>);

type VisitFn<'a> = dyn FnMut(&'static [&'static str], &mut [&mut dyn FromWire]) + 'a;

impl FieldVisitor<'_> {
    /// Receives the names and, in the same order, the targets.
    #[inline]
    pub fn visit(&mut self, names: &'static [&'static str], targets: &mut [&mut dyn FromWire]) {
        (self.0)(names, targets);
    }
}

impl fmt::Debug for FieldVisitor<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FieldVisitor").finish_non_exhaustive()
    }
}

/// Calls a closure with the fields of an object.
pub(crate) fn visit_fields(object: &mut dyn Fields, mut visit: impl FnMut(FieldNames<'_>, &mut [&mut dyn FromWire])) {
    let aliases = object.aliases();
    object.visit_fields(&mut FieldVisitor(&mut |names, targets| visit(FieldNames { names, aliases }, targets)));
}

impl<T: Fields> Fields for Box<T> {
    fn visit_fields(&mut self, visitor: &mut FieldVisitor<'_>) {
        (**self).visit_fields(visitor);
    }

    fn aliases(&self) -> &'static [(&'static str, &'static str)] {
        (**self).aliases()
    }
}

/// Error for a reply that could not be decoded: the reason and the path of the value.
#[derive(Debug)]
pub struct DecodeError(Box<DecodeErrorInner>);

#[derive(Debug)]
struct DecodeErrorInner {
    what: String,
    path: String,
}

impl DecodeError {
    /// Creates an error about the current value, with the reason.
    #[must_use]
    pub fn new(what: impl Into<String>) -> Self {
        Self(Box::new(DecodeErrorInner { what: what.into(), path: String::new() }))
    }

    /// Returns the path from the decoded value to the invalid one: `[2].gender`. Empty for the decoded value itself.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.0.path
    }

    /// Prepends a key to the path of the error.
    pub(crate) fn inside_key(mut self, key: &str) -> Self {
        self.0.path = match self.0.path.as_bytes().first() {
            None | Some(b'[') => format!("{key}{}", self.0.path),
            Some(_) => format!("{key}.{}", self.0.path),
        };
        self
    }

    /// Prepends the index of an item to the path of the error.
    pub(crate) fn inside_item(mut self, index: usize) -> Self {
        self.0.path = match self.0.path.as_bytes().first() {
            None | Some(b'[') => format!("[{index}]{}", self.0.path),
            Some(_) => format!("[{index}].{}", self.0.path),
        };
        self
    }
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.what)
    }
}

impl std::error::Error for DecodeError {}

/// Reads JSON values one by one. `Debug` shows the depth and not the content.
pub struct Reader<'j> {
    json: Lexer<'j>,
    depth: u8,
}

impl fmt::Debug for Reader<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reader").field("depth", &self.depth).finish_non_exhaustive()
    }
}

impl<'j> Reader<'j> {
    /// Creates a reader at the beginning of a JSON text.
    #[must_use]
    pub fn new(json: &'j [u8]) -> Self {
        Self { json: Lexer::new(json), depth: 0 }
    }

    /// Reads the next value into a target. Null leaves the target unchanged.
    ///
    /// # Errors
    /// If the value cannot be read as the target's type.
    pub fn read<T: FromWire + ?Sized>(&mut self, target: &mut T) -> Result<(), DecodeError> {
        target.read(self).map(drop)
    }

    /// Checks that only whitespace follows.
    ///
    /// # Errors
    /// If anything else follows.
    pub fn finish(&mut self) -> Result<(), DecodeError> {
        self.json.end()
    }

    /// Skips the next value and returns its JSON text.
    ///
    /// # Errors
    /// If it is not JSON.
    pub fn slice(&mut self) -> Result<&'j [u8], DecodeError> {
        self.json_text().map(str::as_bytes)
    }

    /// Reads text. For a number, a boolean, a list or an object it is the JSON text.
    ///
    /// # Errors
    /// If it is not JSON.
    pub fn text(&mut self, target: &mut String) -> Result<Found, DecodeError> {
        match self.json.peek()? {
            Kind::Text => self.json.string()?.copy_to(target),
            Kind::Null => return self.null(),
            _ => self.json_text()?.clone_into(target),
        }
        Ok(Found::Value)
    }

    /// Reads a whole number, exactly, from a number or from text. `None` for null or an empty text.
    ///
    /// # Errors
    /// If it is of another type, has a fraction, or does not fit into 64 bits.
    pub fn integer(&mut self) -> Result<Option<Integer>, DecodeError> {
        let digits = match self.json.peek()? {
            Kind::Number => match self.json.integer() {
                Some(integer) => return Ok(Some(integer)),
                None => Cow::Borrowed(self.json.number()?),
            },
            Kind::Text => self.json.string()?.unescaped(),
            Kind::Null => return self.null().map(|_| None),
            kind @ (Kind::True | Kind::False) => return self.boolean(kind).map(|value| Some(Integer::from(value))),
            kind => return Err(unexpected("a whole number", kind)),
        };
        if digits.is_empty() {
            return Ok(None);
        }
        match Integer::parse(digits.as_bytes()) {
            Some(integer) => Ok(Some(integer)),
            None => Err(DecodeError::new(format!("expected a whole number of 64 bits, found {digits:.40?}"))),
        }
    }

    /// Reads a number, from a number or from text. `None` for null or an empty text.
    ///
    /// # Errors
    /// If it is of another type.
    pub fn float(&mut self) -> Result<Option<f64>, DecodeError> {
        match self.json.peek()? {
            Kind::Number => parse_float(self.json.number()?),
            Kind::Text => parse_float(self.json.string()?.unescaped().trim()),
            Kind::Null => self.null().map(|_| None),
            kind => Err(unexpected("a number", kind)),
        }
    }

    /// Reads a boolean, from `true` and `false`, 1 and 0, or either as text. `None` for null or an empty text.
    ///
    /// # Errors
    /// If it is anything else.
    pub fn bool(&mut self) -> Result<Option<bool>, DecodeError> {
        let text = match self.json.peek()? {
            kind @ (Kind::True | Kind::False) => return self.boolean(kind).map(Some),
            Kind::Number => Cow::Borrowed(self.json.number()?),
            Kind::Text => self.json.string()?.unescaped(),
            Kind::Null => return self.null().map(|_| None),
            kind => return Err(unexpected("true or false", kind)),
        };
        match &*text {
            "" => Ok(None),
            "1" => Ok(Some(true)),
            "0" => Ok(Some(false)),
            text if text.eq_ignore_ascii_case("true") => Ok(Some(true)),
            text if text.eq_ignore_ascii_case("false") => Ok(Some(false)),
            text => Err(DecodeError::new(format!("expected true or false, found {text:.40?}"))),
        }
    }

    /// Reads a list, or its JSON text, item by item. Null and an empty text are absent.
    ///
    /// # Errors
    /// If it is of another type, or an item cannot be read.
    pub fn list(&mut self, each: &mut Each<'_>) -> Result<Found, DecodeError> {
        match self.json.peek()? {
            Kind::List => self.items(each).map(|()| Found::Value),
            Kind::Null => self.null(),
            Kind::Text => self.nested("a list", &mut |reader| reader.list(each)),
            kind => Err(unexpected("a list", kind)),
        }
    }

    /// Reads an object, or its JSON text, into the fields of a type. Unknown keys are skipped; null and an empty text
    /// are absent.
    ///
    /// # Errors
    /// If it is of another type, or a field cannot be read.
    pub fn object(&mut self, target: &mut dyn Fields) -> Result<Found, DecodeError> {
        match self.json.peek()? {
            Kind::Object => {
                let mut read = None;
                visit_fields(target, |names, fields| read = Some(self.fields(names, fields)));
                read.unwrap_or_else(|| self.skip()).map(|()| Found::Value)
            }
            Kind::Null => self.null(),
            Kind::Text => self.nested("an object", &mut |reader| reader.object(target)),
            kind => Err(unexpected("an object", kind)),
        }
    }

    /// Reads an object, or its JSON text, key by key. Null and an empty text are absent.
    ///
    /// # Errors
    /// If it is of another type, or a value cannot be read.
    pub fn map(&mut self, each: &mut EachEntry<'_>) -> Result<Found, DecodeError> {
        match self.json.peek()? {
            Kind::Object => {
                self.members(|key, reader| each(key.unescaped().into_owned(), reader)).map(|()| Found::Value)
            }
            Kind::Null => self.null(),
            Kind::Text => self.nested("an object", &mut |reader| reader.map(each)),
            kind => Err(unexpected("an object", kind)),
        }
    }

    /// Skips the next value.
    pub(crate) fn skip(&mut self) -> Result<(), DecodeError> {
        match self.json.peek()? {
            Kind::Text => self.json.string().map(drop),
            Kind::Number => self.json.number().map(drop),
            Kind::List => self.items(&mut |reader| reader.skip()),
            Kind::Object => self.members(|_, reader| reader.skip()),
            literal => self.json.literal(literal),
        }
    }

    /// Reads an object. `locate` looks up a key, `visit` reads the value of a key that was found; values of other keys
    /// are skipped.
    pub(crate) fn entries<S>(
        &mut self,
        mut locate: impl FnMut(&[u8]) -> Option<S>,
        mut visit: impl FnMut(S, &mut Self) -> Result<(), DecodeError>,
    ) -> Result<(), DecodeError> {
        self.members(|key, reader| {
            // Keys are compared as they are written. Escapes are decoded only if the key is not found.
            let known = match locate(key.text.as_bytes()) {
                None if key.text.contains('\\') => locate(key.unescaped().as_bytes()),
                known => known,
            };
            match known {
                Some(known) => visit(known, reader),
                None => reader.skip(),
            }
        })
    }

    /// Reads an object key by key; anything else is an error.
    #[cfg(feature = "callback")]
    pub(crate) fn keys(
        &mut self,
        mut each: impl FnMut(Cow<'j, str>, &mut Self) -> Result<(), DecodeError>,
    ) -> Result<(), DecodeError> {
        match self.json.peek()? {
            Kind::Object => self.members(|key, reader| each(key.unescaped(), reader)),
            kind => Err(unexpected("an object", kind)),
        }
    }

    fn members(
        &mut self,
        mut each: impl FnMut(Raw<'j>, &mut Self) -> Result<(), DecodeError>,
    ) -> Result<(), DecodeError> {
        self.enter()?;
        let mut more = self.json.open(b'}');
        while more {
            let key = self.json.key()?;
            each(key, self)?;
            more = self.json.more(b'}')?;
        }
        self.depth -= 1;
        Ok(())
    }

    /// Reads the members of an object into fields.
    fn fields(&mut self, names: FieldNames<'_>, fields: &mut [&mut dyn FromWire]) -> Result<(), DecodeError> {
        let mut keys = Keys::new(names);
        self.entries(|key| keys.find(key), |index, reader| reader.field(names, fields, index).map(drop))
    }

    /// Reads the value of the field with this index; skips it if there is no such field.
    #[inline]
    pub(crate) fn field(
        &mut self,
        names: FieldNames<'_>,
        fields: &mut [&mut dyn FromWire],
        index: usize,
    ) -> Result<Found, DecodeError> {
        match fields.get_mut(index) {
            Some(field) => field.read(self).map_err(|error| error.inside_key(names.name(index))),
            None => self.skip().map(|()| Found::Nothing),
        }
    }

    /// Reads the items of a list.
    fn items(&mut self, each: &mut Each<'_>) -> Result<(), DecodeError> {
        self.enter()?;
        let mut index = 0;
        let mut more = self.json.open(b']');
        while more {
            each(self).map_err(|error| error.inside_item(index))?;
            index += 1;
            more = self.json.more(b']')?;
        }
        self.depth -= 1;
        Ok(())
    }

    /// Reads a string as JSON text, which `read` reads. An empty text is absent.
    fn nested(
        &mut self,
        expected: &str,
        read: &mut dyn FnMut(&mut Reader<'_>) -> Result<Found, DecodeError>,
    ) -> Result<Found, DecodeError> {
        self.enter()?;
        let text = self.json.string()?.unescaped();
        let text = text.trim_matches([' ', '\n', '\r', '\t']);
        let found = if text.is_empty() {
            Found::Nothing
        } else {
            if !text.starts_with(['{', '[', '"', 'n']) {
                return Err(DecodeError::new(format!("expected {expected}, found text")));
            }
            let mut inner = Reader { json: Lexer::from_text(text), depth: self.depth };
            let found = read(&mut inner)?;
            inner.finish()?;
            found
        };
        self.depth -= 1;
        Ok(found)
    }

    /// Skips the next value and returns its JSON text.
    pub(super) fn json_text(&mut self) -> Result<&'j str, DecodeError> {
        self.json.peek()?;
        let start = self.json.position();
        self.skip()?;
        Ok(self.json.since(start))
    }

    fn boolean(&mut self, kind: Kind) -> Result<bool, DecodeError> {
        self.json.literal(kind)?;
        Ok(kind == Kind::True)
    }

    fn null(&mut self) -> Result<Found, DecodeError> {
        self.json.literal(Kind::Null)?;
        Ok(Found::Nothing)
    }

    /// Increments the depth.
    fn enter(&mut self) -> Result<(), DecodeError> {
        if self.depth >= MAX_DEPTH {
            return Err(DecodeError::new(format!("is nested more than {MAX_DEPTH} deep")));
        }
        self.depth += 1;
        Ok(())
    }
}

/// Reads one item of a list.
pub(crate) type Each<'a> = dyn FnMut(&mut Reader<'_>) -> Result<(), DecodeError> + 'a;

/// Reads one value of a map, given its key.
pub(crate) type EachEntry<'a> = dyn FnMut(String, &mut Reader<'_>) -> Result<(), DecodeError> + 'a;

#[cold]
fn unexpected(expected: &str, found: Kind) -> DecodeError {
    let found = match found {
        Kind::Null => "null",
        Kind::True | Kind::False => "a truth value",
        Kind::Text => "text",
        Kind::List => "a list",
        Kind::Object => "an object",
        Kind::Number => "a number",
    };
    DecodeError::new(format!("expected {expected}, found {found}"))
}

/// Parses a finite number; `None` for an empty text.
fn parse_float(text: &str) -> Result<Option<f64>, DecodeError> {
    if text.is_empty() {
        return Ok(None);
    }
    match text.parse::<f64>() {
        Ok(number) if number.is_finite() => Ok(Some(number)),
        _ => Err(DecodeError::new(format!("expected a number, found {text:.40?}"))),
    }
}
