//! Checks text of a path, query, form or header.

use super::checker::Checker;
use super::error::{Expected, Given, Problem, Segment, WarningKind};
use super::limits::Measure;
use super::{json, scalar};
use crate::model::{Field, Type, TypeDef, TypeKind};
use crate::primitives::{EnumRepr, RawValue, Scalar, Wire};

impl<'t> Checker<'t> {
    /// Checks the text of a parameter.
    pub(super) fn field_text(&mut self, field: &'t Field, text: &str) {
        self.in_field(field, |checker| {
            let Some(measure) = checker.if_valid(|checker| checker.typed_text(field, text)) else { return };
            if checker.if_valid(|checker| checker.listed_text(field, text)).is_none() {
                return;
            }
            checker.check_case(field, text);
            let measure = Measure { text: Some(text), ..measure };
            checker.check_limits(field, measure);
            checker.wire_choices(field, Some(text), measure);
        });
    }

    /// Checks a list whose items are sent as separate parameters.
    pub(super) fn field_items(&mut self, field: &'t Field, items: &[&str]) {
        let Type::List(inner) = &field.ty else { return };
        self.in_field(field, |checker| {
            if let Some(measure) = checker.if_valid(|checker| checker.items(inner, items)) {
                checker.check_limits(field, measure);
            }
        });
    }

    /// Checks an uploaded file.
    pub(super) fn field_file(&mut self, field: &'t Field, content: &[u8]) {
        if field.ty == Type::Scalar(Scalar::File) {
            self.check_limits(field, Measure { bytes: Some(content.len()), ..Measure::default() });
        } else {
            self.error(Problem::UnexpectedFile);
        }
    }

    /// Checks the text of a parameter against its type, without limits.
    fn typed_text(&mut self, field: &'t Field, text: &str) -> Measure<'static> {
        match (&field.ty, field.wire) {
            (ty, Some(Wire::Json | Wire::JsonText)) => self.json_text(ty, text, field.single_quotes),
            (Type::List(inner), _) => {
                let items: Vec<&str> = if text.is_empty() { Vec::new() } else { text.split(',').collect() };
                self.items(inner, &items)
            }
            (Type::Map(_) | Type::Object(_), _) => self.json_text(&field.ty, text, false),
            (Type::Enum(name), _) => {
                self.enum_text(name, text);
                Measure::default()
            }
            (Type::Scalar(Scalar::Bool), wire) => {
                self.bool_text(wire == Some(Wire::Bit), text);
                Measure::default()
            }
            (Type::Scalar(Scalar::Json), _) => {
                self.parse_json(text, false);
                Measure::default()
            }
            (Type::Scalar(scalar), _) => self.measure_or_report(scalar::text(*scalar, text)),
        }
    }

    /// Checks the text of a boolean: `1` or `0` if `as_bit`, otherwise `true` or `false`.
    fn bool_text(&mut self, as_bit: bool, text: &str) {
        const WORDS: [&str; 2] = ["true", "false"];
        const BITS: [&str; 2] = ["1", "0"];
        let (expected, other) = if as_bit { (BITS, WORDS) } else { (WORDS, BITS) };
        if expected.contains(&text) {
            return;
        }
        let text = text.to_owned();
        match other.contains(&text.as_str()) {
            true if self.is_lenient() => self.warn(WarningKind::OtherBoolForm { text, as_bit }),
            true => self.error(Problem::OtherBoolForm { text, as_bit }),
            false => {
                self.error(Problem::Type { expected: Expected::BoolText { as_bit }, given: Given::Text(text) });
            }
        }
    }

    /// Checks the items of a list, each given as text.
    fn items(&mut self, inner: &'t Type, items: &[&str]) -> Measure<'static> {
        for (number, item) in items.iter().enumerate() {
            self.at(Segment::Item(number), |checker| match inner {
                Type::Enum(name) => checker.enum_text(name, item),
                Type::Scalar(scalar) => {
                    checker.measure_or_report(scalar::text(*scalar, item));
                }
                // Only plain values can be joined by commas or repeated.
                _ => {}
            });
        }
        Measure::of_items(items.len())
    }

    /// Checks the text of an enum value.
    fn enum_text(&mut self, name: &'t str, text: &str) {
        let types = self.types;
        let Some(TypeDef { kind: TypeKind::Enum(repr, values), .. }) = types.get(name) else { return };
        let raw = match repr {
            EnumRepr::String => Some(RawValue::Text(text.to_owned())),
            EnumRepr::I32 => scalar::integer(text).and_then(|number| i32::try_from(number).ok()).map(RawValue::Int),
        };
        match raw {
            None => {
                self.error(Problem::Enum { name, repr: *repr, values, given: Given::Text(text.to_owned()) });
            }
            // Enums are open, so that a new value is accepted.
            Some(raw) if !values.iter().any(|value| value.raw == raw) => self.unknown_enum_value(name, values, &raw),
            Some(_) => {}
        }
    }

    /// Checks the values of an enum of which the field accepts only some. Only the first wrong one is reported.
    fn listed_text(&mut self, field: &'t Field, text: &str) {
        if field.listed.is_empty() {
            return;
        }
        match (&field.ty, field.wire) {
            (_, Some(Wire::Json | Wire::JsonText)) => {
                if let Ok(value) = json::parse(text.as_bytes()) {
                    self.listed_json(field, &value);
                }
            }
            (Type::List(_), _) if text.is_empty() => {}
            (Type::List(_), _) => {
                let not_listed = text
                    .split(',')
                    .enumerate()
                    .find(|(_, item)| field.listed.iter().all(|listed| listed.to_string() != *item));
                if let Some((number, item)) = not_listed {
                    self.at(Segment::Item(number), |checker| checker.listed(field, item));
                }
            }
            _ => self.listed(field, text),
        }
    }
}
