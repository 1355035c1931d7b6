//! Which event a body is.
//!
//! Events of all products may come to one address, and a number means one thing in messaging and another in rooms. So
//! an event is known by the value of a key and, where that is not enough, by other keys that it has. A body that is of
//! no known event, or that cannot be read as what it says it is, is kept as it came: the platform signed it, and
//! dropping it would lose data.

use std::borrow::Cow;
use std::collections::BTreeSet;

use crate::wire::reader::{DecodeError, Fields, Reader};

/// What an event is known by.
#[derive(Debug)]
pub struct EventMeta {
    /// `product.event`
    pub name: &'static str,
    /// Key of the type.
    pub key: &'static str,
    /// Values of that key; empty: the other keys are enough.
    pub types: &'static [&'static str],
    /// Other keys that it has.
    pub has_keys: &'static [&'static str],
    /// Fields that are always there, each with its other spellings.
    pub required: &'static [&'static [&'static str]],
}

/// The body of an event.
pub trait EventBody: Fields + Default {
    /// What it is known by.
    const META: &'static EventMeta;
}

/// One of the events that an enum knows.
#[derive(Debug)]
pub struct EventKind<E> {
    spec: &'static EventMeta,
    read: fn(&[u8]) -> Result<E, DecodeError>,
}

impl<E> EventKind<E> {
    /// An event with this body.
    pub const fn of<T: EventBody>(read: fn(&[u8]) -> Result<E, DecodeError>) -> Self {
        Self { spec: T::META, read }
    }
}

/// What a body is.
#[derive(Debug)]
pub enum ParsedEvent<E> {
    /// A known event.
    Event(E),
    /// An empty object: the test of the console.
    Test,
    /// Anything else: its type, if it says one, and why it is no event.
    Unknown(Option<String>, String),
}

/// Reads a body as the event that it is.
pub fn parse_event<E>(raw: &[u8], kinds: &[EventKind<E>]) -> ParsedEvent<E> {
    let outline = match Outline::of(raw, kinds) {
        Ok(outline) => outline,
        Err(malformed) => return ParsedEvent::Unknown(None, explained(&malformed)),
    };
    if outline.keys.is_empty() {
        return ParsedEvent::Test;
    }
    // The one with the most to be known by: `{"eventType": 1, "data": {}}` is of a room, though a message is a 1 too.
    let matching = kinds.iter().filter(|kind| outline.is(kind.spec));
    let Some(kind) = matching.max_by_key(|kind| kind.spec.has_keys.len()) else {
        let event_type = outline.event_type();
        let reason = match event_type {
            None => "nothing in it tells what it is",
            Some(_) => "no event of this version has this type and these fields",
        };
        return ParsedEvent::Unknown(event_type, reason.to_owned());
    };
    let missing = kind.spec.required.iter().find(|names| !names.iter().any(|name| outline.has(name)));
    let read = match missing.and_then(|names| names.first()) {
        Some(name) => Err(format!("{}: {name}: is missing or null", kind.spec.name)),
        None => (kind.read)(raw).map_err(|malformed| format!("{}: {}", kind.spec.name, explained(&malformed))),
    };
    match read {
        Ok(event) => ParsedEvent::Event(event),
        Err(reason) => ParsedEvent::Unknown(outline.event_type(), reason),
    }
}

/// Reads the body of an event.
///
/// # Errors
/// If it cannot be read as this one.
pub fn read_event<T: EventBody>(raw: &[u8]) -> Result<Box<T>, DecodeError> {
    let mut body = Box::<T>::default();
    Reader::new(raw).read(&mut *body)?;
    Ok(body)
}

fn explained(malformed: &DecodeError) -> String {
    match malformed.path() {
        "" => malformed.to_string(),
        path => format!("{path}: {malformed}"),
    }
}

/// The keys of a body, and what it says about its type.
struct Outline<'r> {
    /// Those whose value is not null.
    keys: BTreeSet<Cow<'r, str>>,
    /// The keys that may name a type, the most usual first, and their values as text.
    types: Vec<(&'static str, Option<String>)>,
}

impl<'r> Outline<'r> {
    fn of<E>(raw: &'r [u8], kinds: &[EventKind<E>]) -> Result<Self, DecodeError> {
        let mut outline = Self { keys: BTreeSet::new(), types: type_keys(kinds) };
        let mut reader = Reader::new(raw);
        reader.keys(|key, reader| {
            let value = reader.slice()?;
            if value == b"null" {
                return Ok(());
            }
            // Of a doubled key the last one counts, as it does when the body is read.
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

    fn is(&self, spec: &EventMeta) -> bool {
        let said = self.types.iter().find(|(key, _)| *key == spec.key).and_then(|(_, text)| text.as_deref());
        // An event without a type is not one that says another.
        let of_type = said.map_or(spec.types.is_empty(), |text| spec.types.contains(&text));
        of_type && spec.has_keys.iter().all(|name| self.has(name))
    }

    /// By the most usual of the keys.
    fn event_type(&self) -> Option<String> {
        self.types.iter().find_map(|(_, text)| text.clone())
    }
}

/// Keys that name types, the most usual first, with no values yet.
fn type_keys<E>(kinds: &[EventKind<E>]) -> Vec<(&'static str, Option<String>)> {
    let mut keys: Vec<(&'static str, usize)> = Vec::new();
    for kind in kinds {
        match keys.iter_mut().find(|(key, _)| *key == kind.spec.key) {
            Some((_, uses)) => *uses += 1,
            None => keys.push((kind.spec.key, 1)),
        }
    }
    keys.sort_by_key(|(_, uses)| std::cmp::Reverse(*uses));
    keys.into_iter().map(|(key, _)| (key, None)).collect()
}
