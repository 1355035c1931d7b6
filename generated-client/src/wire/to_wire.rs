//! Encodes values in requests.

use std::collections::BTreeMap;

use crate::wire::json_writer::{JsonWriter, Members};
use crate::wire::limit::Measure;
use crate::wire::text::Text;

/// A value that can be sent in a request.
///
/// A value that [is absent](ToWire::is_absent) is not sent; zero, `false`, an empty text and an empty list are values
/// and are sent.
pub trait ToWire {
    /// Returns whether the value is not sent: true for `None`.
    fn is_absent(&self) -> bool {
        false
    }

    /// Writes the value as text: in a path, a query, a form, a header. Lists and objects are written as JSON text. The
    /// default implementation writes text, whole numbers and booleans, from [`measure`](ToWire::measure).
    fn text(&self, out: &mut Text<'_>) {
        match self.measure() {
            Measure::Text(text) => out.str(text),
            Measure::Integer(number) => out.integer(number),
            Measure::Bool(truth) => out.bool(truth),
            _ => out.checker().note(NOT_SENDABLE),
        }
    }

    /// Writes the value as JSON. The default implementation is for the same types as that of [`text`](ToWire::text).
    fn json(&self, out: &mut JsonWriter<'_>) {
        match self.measure() {
            Measure::Text(text) => out.str(text),
            Measure::Integer(number) => out.integer(number),
            Measure::Bool(truth) => out.bool(truth),
            _ => out.checker().note(NOT_SENDABLE),
        }
    }

    /// Returns the property of the value that limits are checked against.
    fn measure(&self) -> Measure<'_> {
        Measure::Other
    }

    /// Calls `visit` with each item of a list or each value of a map.
    fn each(&self, visit: &mut dyn FnMut(&dyn ToWire)) {
        let _ = visit;
    }
}

/// The problem with a value whose type implements none of the methods that write it.
const NOT_SENDABLE: &str = "is of a type that cannot be sent";

macro_rules! wire_integer {
    ($($int:ty),*) => {$(
        impl ToWire for $int {
            fn measure(&self) -> Measure<'_> {
                Measure::Integer(i128::from(*self))
            }
        }
    )*};
}

wire_integer!(i8, i16, i32, i64, u8, u16, u32, u64);

impl ToWire for f64 {
    fn text(&self, out: &mut Text<'_>) {
        if self.is_finite() {
            out.json(self);
        } else {
            out.checker().note("is not a finite number");
        }
    }

    fn json(&self, out: &mut JsonWriter<'_>) {
        out.float(*self);
    }

    fn measure(&self) -> Measure<'_> {
        Measure::Float(*self)
    }
}

impl ToWire for bool {
    fn measure(&self) -> Measure<'_> {
        Measure::Bool(*self)
    }
}

impl ToWire for str {
    fn measure(&self) -> Measure<'_> {
        Measure::Text(self)
    }
}

impl ToWire for String {
    fn measure(&self) -> Measure<'_> {
        Measure::Text(self)
    }
}

impl<T: ToWire> ToWire for Option<T> {
    fn is_absent(&self) -> bool {
        self.as_ref().is_none_or(ToWire::is_absent)
    }

    fn text(&self, out: &mut Text<'_>) {
        if let Some(value) = self {
            value.text(out);
        }
    }

    fn json(&self, out: &mut JsonWriter<'_>) {
        match self {
            Some(value) => value.json(out),
            None => out.null(),
        }
    }

    fn measure(&self) -> Measure<'_> {
        self.as_ref().map_or(Measure::Other, ToWire::measure)
    }

    fn each(&self, visit: &mut dyn FnMut(&dyn ToWire)) {
        if let Some(value) = self {
            value.each(visit);
        }
    }
}

impl<T: ToWire> ToWire for Vec<T> {
    fn text(&self, out: &mut Text<'_>) {
        out.json(self);
    }

    fn json(&self, out: &mut JsonWriter<'_>) {
        out.list(self);
    }

    fn measure(&self) -> Measure<'_> {
        Measure::Items(self.len())
    }

    fn each(&self, visit: &mut dyn FnMut(&dyn ToWire)) {
        for item in self {
            visit(item);
        }
    }
}

impl<T: ToWire> ToWire for BTreeMap<String, T> {
    fn text(&self, out: &mut Text<'_>) {
        out.json(self);
    }

    fn json(&self, out: &mut JsonWriter<'_>) {
        out.object(|object| {
            for (name, value) in self {
                object.member(name, value, &[]);
            }
        });
    }

    fn measure(&self) -> Measure<'_> {
        Measure::Items(self.len())
    }

    fn each(&self, visit: &mut dyn FnMut(&dyn ToWire)) {
        for value in self.values() {
            visit(value);
        }
    }
}

impl<T: Members> ToWire for T {
    fn text(&self, out: &mut Text<'_>) {
        out.json(self);
    }

    fn json(&self, out: &mut JsonWriter<'_>) {
        out.object(|object| self.members(object));
    }
}

/// Wrapper that sends a value as its JSON text: a list in a form field, an object in a JSON string.
#[derive(Clone, Copy)]
pub struct JsonText<'a>(pub &'a dyn ToWire);

impl ToWire for JsonText<'_> {
    fn is_absent(&self) -> bool {
        self.0.is_absent()
    }

    fn text(&self, out: &mut Text<'_>) {
        out.json(self.0);
    }

    fn json(&self, out: &mut JsonWriter<'_>) {
        out.quoted_json(self.0);
    }

    fn measure(&self) -> Measure<'_> {
        match self.0.measure() {
            items @ Measure::Items(_) => items,
            _ => Measure::Other,
        }
    }

    fn each(&self, visit: &mut dyn FnMut(&dyn ToWire)) {
        self.0.each(visit);
    }
}

/// Wrapper that sends a boolean as `1` or `0`.
#[derive(Clone, Copy)]
pub struct Bit<'a>(pub &'a dyn ToWire);

impl Bit<'_> {
    fn bit(&self) -> u8 {
        u8::from(matches!(self.0.measure(), Measure::Bool(true)))
    }
}

impl ToWire for Bit<'_> {
    fn is_absent(&self) -> bool {
        self.0.is_absent()
    }

    fn text(&self, out: &mut Text<'_>) {
        out.integer(self.bit());
    }

    fn json(&self, out: &mut JsonWriter<'_>) {
        out.integer(self.bit());
    }
}

/// Wrapper that sends a list as one text, its items joined by commas.
#[derive(Clone, Copy)]
pub struct Comma<'a>(pub &'a dyn ToWire);

impl ToWire for Comma<'_> {
    fn is_absent(&self) -> bool {
        self.0.is_absent()
    }

    fn text(&self, out: &mut Text<'_>) {
        let mut first = true;
        self.0.each(&mut |item| {
            if !first {
                out.comma();
            }
            first = false;
            if matches!(item.measure(), Measure::Text(text) if text.contains(',')) {
                out.checker().note("has an item with a comma in it, and commas separate the items of this list");
            }
            item.text(out);
        });
    }

    fn json(&self, out: &mut JsonWriter<'_>) {
        out.quoted_text(self);
    }

    fn measure(&self) -> Measure<'_> {
        self.0.measure()
    }

    fn each(&self, visit: &mut dyn FnMut(&dyn ToWire)) {
        self.0.each(visit);
    }
}

/// Wrapper that sends a number or boolean as a JSON string.
#[derive(Clone, Copy)]
pub struct Quoted<'a>(pub &'a dyn ToWire);

impl ToWire for Quoted<'_> {
    fn is_absent(&self) -> bool {
        self.0.is_absent()
    }

    fn text(&self, out: &mut Text<'_>) {
        self.0.text(out);
    }

    fn json(&self, out: &mut JsonWriter<'_>) {
        out.quoted_text(self.0);
    }

    fn measure(&self) -> Measure<'_> {
        self.0.measure()
    }

    fn each(&self, visit: &mut dyn FnMut(&dyn ToWire)) {
        self.0.each(visit);
    }
}
