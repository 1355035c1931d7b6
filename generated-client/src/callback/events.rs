//! Recognises the event in a callback body and decodes it.
//!
//! Events of all products may be sent to one URL, and the same event number differs between messaging and rooms. So an
//! event is recognised by the value of a key and, where that is not enough, by other keys that it has. The raw body is
//! kept if the event is unknown or cannot be decoded: the platform signed it, and dropping it would lose data.

use std::borrow::Cow;
use std::collections::BTreeSet;

use crate::wire::reader::{DecodeError, Fields, Reader};

/// How an event is recognised.
#[derive(Debug)]
pub struct EventMeta {
    /// Name of the event: `product.event`.
    pub name: &'static str,
    /// Key of the event type.
    pub key: &'static str,
    /// Values of that key, one of which the event has. Empty: the event does not have that key.
    pub types: &'static [&'static str],
    /// Other keys that the event has.
    pub has_keys: &'static [&'static str],
    /// Required fields, each with its other spellings.
    pub required: &'static [&'static [&'static str]],
}

/// A type that the body of an event is decoded to.
pub trait EventBody: Fields + Default {
    /// How the event is recognised.
    const META: &'static EventMeta;
}

/// One variant of an enum of events: how it is recognised and decoded.
#[derive(Debug)]
pub struct EventKind<E> {
    meta: &'static EventMeta,
    read: fn(&[u8]) -> Result<E, DecodeError>,
}

impl<E> EventKind<E> {
    /// Creates the kind of an event with the body `T`.
    pub const fn of<T: EventBody>(read: fn(&[u8]) -> Result<E, DecodeError>) -> Self {
        Self { meta: T::META, read }
    }
}

/// The result of parsing a callback body.
#[derive(Debug)]
pub enum ParsedEvent<E> {
    /// A known event.
    Event(E),
    /// An empty object: the test callback of the console.
    Test,
    /// Anything else: the event type in the body, if there is one, and why it is not decoded as a known event.
    Unknown(Option<String>, String),
}

/// Recognises the event in a body and decodes it.
pub fn parse_event<E>(raw: &[u8], kinds: &[EventKind<E>]) -> ParsedEvent<E> {
    let outline = match Outline::read(raw, kinds) {
        Ok(outline) => outline,
        Err(error) => return ParsedEvent::Unknown(None, describe(&error)),
    };
    if outline.keys.is_empty() {
        return ParsedEvent::Test;
    }
    // The most specific match: `{"eventType": 1, "data": {}}` is of a room, although a message has type 1 too.
    let matching = kinds.iter().filter(|kind| outline.matches(kind.meta));
    let Some(kind) = matching.max_by_key(|kind| kind.meta.has_keys.len()) else {
        let event_type = outline.event_type();
        let reason = match event_type {
            None => "nothing in it tells what it is",
            Some(_) => "no event of this version has this type and these fields",
        };
        return ParsedEvent::Unknown(event_type, reason.to_owned());
    };
    let missing = kind.meta.required.iter().find(|names| !names.iter().any(|name| outline.has(name)));
    let read = match missing.and_then(|names| names.first()) {
        Some(name) => Err(format!("{}: {name}: is missing or null", kind.meta.name)),
        None => (kind.read)(raw).map_err(|error| format!("{}: {}", kind.meta.name, describe(&error))),
    };
    match read {
        Ok(event) => ParsedEvent::Event(event),
        Err(reason) => ParsedEvent::Unknown(outline.event_type(), reason),
    }
}

/// Decodes the body of an event.
///
/// # Errors
/// If it cannot be decoded as this event.
pub fn read_event<T: EventBody>(raw: &[u8]) -> Result<Box<T>, DecodeError> {
    let mut body = Box::<T>::default();
    Reader::new(raw).read(&mut *body)?;
    Ok(body)
}

/// Formats an error with the path of the invalid value.
fn describe(error: &DecodeError) -> String {
    match error.path() {
        "" => error.to_string(),
        path => format!("{path}: {error}"),
    }
}

/// The keys of a body, and the values of the keys that may be its type.
struct Outline<'r> {
    /// Keys whose value is not null.
    keys: BTreeSet<Cow<'r, str>>,
    /// Keys that may be the event type, the most frequent first, and their values as text.
    types: Vec<(&'static str, Option<String>)>,
}

impl<'r> Outline<'r> {
    /// Reads the keys of a body.
    fn read<E>(raw: &'r [u8], kinds: &[EventKind<E>]) -> Result<Self, DecodeError> {
        let mut outline = Self { keys: BTreeSet::new(), types: type_keys(kinds) };
        let mut reader = Reader::new(raw);
        reader.keys(|key, reader| {
            let value = reader.slice()?;
            if value == b"null" {
                return Ok(());
            }
            // The last one of repeated keys counts, as it does when the body is decoded.
            if let Some((_, text)) = outline.types.iter_mut().find(|(known, _)| *known == key) {
                Reader::new(value).read(text)?;
            }
            outline.keys.insert(key);
            Ok(())
        })?;
        reader.finish()?;
        Ok(outline)
    }

    fn has(&self, name: &str) -> bool {
        self.keys.contains(name)
    }

    /// Returns whether the body is of this event, by its type and keys.
    fn matches(&self, meta: &EventMeta) -> bool {
        let event_type = self.types.iter().find(|(key, _)| *key == meta.key).and_then(|(_, text)| text.as_deref());
        // An event without types matches only a body without a type.
        let type_matches = event_type.map_or(meta.types.is_empty(), |text| meta.types.contains(&text));
        type_matches && meta.has_keys.iter().all(|name| self.has(name))
    }

    /// Returns the value of the most frequent type key that the body has.
    fn event_type(&self) -> Option<String> {
        self.types.iter().find_map(|(_, text)| text.clone())
    }
}

/// Returns the keys that may be the event type, the most frequent first, each without a value.
fn type_keys<E>(kinds: &[EventKind<E>]) -> Vec<(&'static str, Option<String>)> {
    let mut keys: Vec<(&'static str, usize)> = Vec::new();
    for kind in kinds {
        match keys.iter_mut().find(|(key, _)| *key == kind.meta.key) {
            Some((_, uses)) => *uses += 1,
            None => keys.push((kind.meta.key, 1)),
        }
    }
    keys.sort_by_key(|(_, uses)| std::cmp::Reverse(*uses));
    keys.into_iter().map(|(key, _)| (key, None)).collect()
}
