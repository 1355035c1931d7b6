//! Checks JSON values.

use serde_json::Value;

use super::error::{Expected, Given, Problem, Segment, ValueError, Warning, WarningKind};
use super::limits::Measure;
use super::{Findings, Form, Types, json, limits, scalar, single_quotes};
use crate::model::{EnumValue, Field, Type, TypeDef, TypeKind};
use crate::primitives::{EnumRepr, RawValue, Scalar, Wire};

/// Checks one value, and collects errors and warnings.
pub(super) struct Checker<'t> {
    pub(super) types: &'t Types,
    pub(super) form: Form,
    /// Path to the part that is currently checked.
    path: Vec<Segment>,
    /// Whether the current part is a secret or a part of one.
    is_secret: bool,
    findings: Findings<'t>,
}

impl<'t> Checker<'t> {
    pub(super) fn new(types: &'t Types, form: Form) -> Self {
        Self { types, form, path: Vec::new(), is_secret: false, findings: Findings::default() }
    }

    /// Returns the errors and warnings.
    pub(super) fn into_findings(self) -> Findings<'t> {
        self.findings
    }

    /// Returns whether deviations that a real server may accept cause only a warning.
    pub(super) fn is_lenient(&self) -> bool {
        self.form == Form::Wire { lenient: true }
    }

    /// Reports an error at the current path.
    pub(super) fn error(&mut self, problem: Problem<'t>) {
        self.findings.errors.push(ValueError { path: self.path.clone(), problem, is_secret: self.is_secret });
    }

    /// Reports a warning at the current path.
    pub(super) fn warn(&mut self, kind: WarningKind<'t>) {
        self.findings.warnings.push(Warning { path: self.path.clone(), kind });
    }

    /// Runs a check of a part of the value.
    pub(super) fn at<T>(&mut self, segment: Segment, check: impl FnOnce(&mut Self) -> T) -> T {
        self.path.push(segment);
        let result = check(self);
        self.path.pop();
        result
    }

    /// Runs the check of a field, whose value may be secret. Returns `None` if there were errors.
    pub(super) fn in_field<T>(&mut self, field: &Field, check: impl FnOnce(&mut Self) -> T) -> Option<T> {
        let was_secret = self.is_secret;
        self.is_secret |= field.secret;
        let result = self.if_valid(check);
        self.is_secret = was_secret;
        result
    }

    /// Runs a check. Returns `None` if there were errors.
    pub(super) fn if_valid<T>(&mut self, check: impl FnOnce(&mut Self) -> T) -> Option<T> {
        let before = self.findings.errors.len();
        let result = check(self);
        (self.findings.errors.len() == before).then_some(result)
    }

    /// Returns the measure; reports the error if there is none.
    pub(super) fn measure_or_report<'v>(&mut self, result: Result<Measure<'v>, Problem<'t>>) -> Measure<'v> {
        result.unwrap_or_else(|problem| {
            self.error(problem);
            Measure::default()
        })
    }

    /// Checks a value of a parameter or field, limits included.
    pub(super) fn field(&mut self, field: &'t Field, value: &Value) {
        self.in_field(field, |checker| match checker.form {
            Form::Spec if field.nullable && value.is_null() => {}
            Form::Spec => checker.spec_field(field, value),
            Form::Reply => checker.reply_field(field, value),
            Form::Wire { .. } => checker.wire_field(field, value),
        });
    }

    /// Checks a value in the form of a spec.
    fn spec_field(&mut self, field: &'t Field, value: &Value) {
        let Some(measure) = self.if_valid(|checker| checker.typed(&field.ty, value)) else { return };
        self.limits(field, measure, value);
        self.spec_choices(field, value);
    }

    /// Checks each plain value against `listed`, `one_of` and the pattern.
    fn spec_choices(&mut self, field: &'t Field, value: &Value) {
        let given = match value {
            Value::Array(items) => {
                for (number, item) in items.iter().enumerate() {
                    self.at(Segment::Item(number), |checker| checker.spec_choices(field, item));
                }
                return;
            }
            Value::String(text) => text.clone(),
            Value::Number(number) => number.to_string(),
            _ => return,
        };
        let sent = self.enum_values(&field.ty).and_then(|values| values.iter().find(|value| value.name == given));
        let sent = sent.map_or_else(|| given.clone(), |value| value.raw.to_string());
        if !field.listed.is_empty() && field.listed.iter().all(|listed| listed.to_string() != sent) {
            self.error(Problem::NotListed { given: given.clone(), field });
        }
        for problem in limits::check_choices(field, &given) {
            self.error(problem);
        }
    }

    /// Checks a value of a reply.
    fn reply_field(&mut self, field: &'t Field, value: &Value) {
        if field.wire == Some(Wire::JavaList) {
            let is_list = value.as_str().is_some_and(|text| text.starts_with('[') && text.ends_with(']'));
            if !is_list && !value.is_null() {
                self.error(Problem::Type { expected: Expected::JavaList, given: Given::Json(value.clone()) });
            }
            return;
        }
        self.typed(&field.ty, value);
    }

    /// Checks a value of a request, as it is sent.
    fn wire_field(&mut self, field: &'t Field, value: &Value) {
        if let (Some(Wire::JsonText), Value::String(text)) = (field.wire, value) {
            if let Some(measure) = self.if_valid(|checker| checker.json_text(&field.ty, text, field.single_quotes)) {
                let measure = Measure { text: Some(text), ..measure };
                self.check_limits(field, measure);
                self.wire_choices(field, Some(text), measure);
            }
            return;
        }
        let Some(measure) = self.if_valid(|checker| checker.wire_value(field, value)) else { return };
        if self.if_valid(|checker| checker.listed_json(field, value)).is_none() {
            return;
        }
        if let Some(text) = measure.text {
            self.check_case(field, text);
        }
        self.limits(field, measure, value);
        let given = measure.text.map(str::to_owned).or_else(|| measure.number.map(|number| number.to_string()));
        self.wire_choices(field, given.as_deref(), measure);
    }

    /// Checks the type of a value in a request, with its wire form.
    fn wire_value<'v>(&mut self, field: &'t Field, value: &'v Value) -> Measure<'v> {
        let expected = match (field.wire, value) {
            (Some(Wire::Text), Value::String(text)) => {
                return match &field.ty {
                    Type::Scalar(scalar) => self.measure_or_report(scalar::text(*scalar, text)),
                    _ => Measure::default(),
                };
            }
            // An integer of 64 bits may also be sent as a number.
            (Some(Wire::Text), Value::Number(_)) if is_long(&field.ty) => return self.typed(&field.ty, value),
            (Some(Wire::Bit), _) if matches!(value.as_u64(), Some(0 | 1)) => return Measure::default(),
            (Some(Wire::JsonText), _) => Expected::JsonString,
            (Some(Wire::Text), _) => Expected::NumberString,
            (Some(Wire::Bit), _) => Expected::Bit,
            _ => return self.typed(&field.ty, value),
        };
        self.error(Problem::Type { expected, given: Given::Json(value.clone()) });
        Measure::default()
    }

    /// Warns about text that the server converts to lower case, so that other calls do not find it in its sent form.
    pub(super) fn check_case(&mut self, field: &Field, text: &str) {
        if field.lower_case && text.chars().any(char::is_uppercase) {
            self.warn(WarningKind::KeptInLowerCase(text.to_lowercase()));
        }
    }

    /// Checks the limits of a value of the right type. In requests only the first violated limit is reported.
    pub(super) fn limits(&mut self, field: &'t Field, measure: Measure<'_>, value: &Value) {
        let json;
        let mut measure = measure;
        if measure.text.is_none() && (field.limits.max_len.is_some() || field.limits.max_bytes.is_some()) {
            // The length of free JSON is that of its compact text.
            json = value.to_string();
            measure.text = Some(&json);
        }
        self.check_limits(field, measure);
    }

    /// Reports the limits that a measure violates.
    pub(super) fn check_limits(&mut self, field: &'t Field, measure: Measure<'_>) {
        let max_reported = if self.form == Form::Spec { usize::MAX } else { 1 };
        for problem in limits::violations(&field.limits, measure).into_iter().take(max_reported) {
            self.error(problem);
        }
    }

    /// Checks a plain value against `one_of` and the pattern, if it violates no limit.
    pub(super) fn wire_choices(&mut self, field: &'t Field, given: Option<&str>, measure: Measure<'_>) {
        if limits::violations(&field.limits, measure).is_empty()
            && let Some(problem) = given.and_then(|given| limits::check_choices(field, given).into_iter().next())
        {
            self.error(problem);
        }
    }

    /// Checks the values of an enum of which the field accepts only some. Only the first wrong one is reported.
    pub(super) fn listed_json(&mut self, field: &'t Field, value: &Value) {
        if field.listed.is_empty() {
            return;
        }
        match value {
            Value::Array(items) => {
                for (number, item) in items.iter().enumerate() {
                    let valid = self.if_valid(|checker| {
                        checker.at(Segment::Item(number), |checker| checker.listed_json(field, item));
                    });
                    if valid.is_none() {
                        return;
                    }
                }
            }
            Value::String(text) => self.listed(field, text),
            Value::Number(number) => self.listed(field, &number.to_string()),
            _ => {}
        }
    }

    /// Checks that a value is one of those that the field accepts.
    pub(super) fn listed(&mut self, field: &'t Field, given: &str) {
        if !field.listed.is_empty() && field.listed.iter().all(|listed| listed.to_string() != given) {
            self.error(Problem::NotListed { given: given.to_owned(), field });
        }
    }

    /// Checks JSON text against a type.
    pub(super) fn json_text(&mut self, ty: &'t Type, text: &str, single_quotes: bool) -> Measure<'static> {
        match self.parse_json(text, single_quotes) {
            Some(value) => Measure { items: self.typed(ty, &value).items, ..Measure::default() },
            None => Measure::default(),
        }
    }

    /// Parses JSON text; reports an error and returns `None` if that fails. Single quotes are accepted if the server is
    /// known to accept them, or if lenient.
    pub(super) fn parse_json(&mut self, text: &str, single_quotes: bool) -> Option<Value> {
        let reason = match json::parse(text.as_bytes()) {
            Ok(value) => return Some(value),
            Err(reason) => reason,
        };
        let value = single_quotes::double_quoted(text).and_then(|strict| json::parse(strict.as_bytes()).ok());
        match value {
            Some(value) if single_quotes || self.is_lenient() => {
                self.warn(WarningKind::SingleQuotes);
                return Some(value);
            }
            Some(_) => self.error(Problem::SingleQuotes { text: text.to_owned() }),
            None => self.error(Problem::NotJson { text: text.to_owned(), reason }),
        }
        None
    }

    /// Checks a value against a type, without limits.
    pub(super) fn typed<'v>(&mut self, ty: &'t Type, value: &'v Value) -> Measure<'v> {
        if self.form == Form::Reply {
            if value.is_null() {
                return Measure::default();
            }
            if ty.is_compound()
                && let Some(inner) = value.as_str().and_then(|text| serde_json::from_str::<Value>(text).ok())
            {
                self.typed(ty, &inner);
                return Measure::default();
            }
        }
        let expected = match (ty, value) {
            (Type::Scalar(scalar), _) => return self.measure_or_report(scalar::json(*scalar, self.form, value)),
            (Type::Enum(name), _) => {
                self.enum_json(name, value);
                return Measure::default();
            }
            (Type::List(inner), Value::Array(items)) => {
                for (number, item) in items.iter().enumerate() {
                    self.at(Segment::Item(number), |checker| checker.typed(inner, item));
                }
                return Measure::of_items(items.len());
            }
            (Type::Map(inner), Value::Object(entries)) => {
                for (key, item) in entries {
                    self.at(Segment::Key(key.clone()), |checker| checker.typed(inner, item));
                }
                return Measure::of_items(entries.len());
            }
            (Type::Object(name), Value::Object(entries)) => {
                self.object(name, entries);
                return Measure::default();
            }
            (Type::Object(name), _) if !self.types.contains_key(name) => return Measure::default(),
            (Type::List(_), _) => Expected::List,
            (Type::Map(_), _) => Expected::Map,
            (Type::Object(name), _) => Expected::Object(name),
        };
        self.error(Problem::Type { expected, given: Given::Json(value.clone()) });
        Measure::default()
    }

    /// Checks a JSON value of an enum.
    fn enum_json(&mut self, name: &'t str, value: &Value) {
        let types = self.types;
        let Some(TypeDef { kind: TypeKind::Enum(repr, values), .. }) = types.get(name) else { return };
        let raw = match (repr, value) {
            (EnumRepr::String, Value::String(text)) => Some(RawValue::Text(text.clone())),
            (EnumRepr::I32, Value::Number(number)) => {
                number.as_i64().and_then(|number| i32::try_from(number).ok()).map(RawValue::Int)
            }
            (EnumRepr::I32, Value::String(text)) if self.form == Form::Reply => {
                values.iter().map(|value| &value.raw).find(|raw| raw.to_string() == *text).cloned()
            }
            _ => None,
        };
        let is_known = raw.as_ref().is_some_and(|raw| values.iter().any(|value| value.raw == *raw));
        let is_name =
            self.form == Form::Spec && value.as_str().is_some_and(|text| values.iter().any(|value| value.name == text));
        match (raw, self.form) {
            _ if is_known || is_name => {}
            // Enums are open, so that a new value is accepted.
            (Some(raw), Form::Wire { .. }) => self.unknown_enum_value(name, values, &raw),
            _ => self.error(Problem::Enum { name, repr: *repr, values, given: Given::Json(value.clone()) }),
        }
    }

    /// Warns about a value that an enum does not list.
    pub(super) fn unknown_enum_value(&mut self, name: &'t str, values: &'t [EnumValue], raw: &RawValue) {
        self.warn(WarningKind::UnknownEnumValue { name, values, given: raw.to_string() });
    }

    /// Returns the values of an enum, or of the enum in a list or map; `None` for other types.
    pub(super) fn enum_values(&self, ty: &Type) -> Option<&'t [EnumValue]> {
        match ty {
            Type::Enum(name) => match &self.types.get(name)?.kind {
                TypeKind::Enum(_, values) => Some(values),
                TypeKind::Object(_) => None,
            },
            Type::List(inner) | Type::Map(inner) => self.enum_values(inner),
            Type::Scalar(_) | Type::Object(_) => None,
        }
    }
}

/// Returns whether a type is an integer of 64 bits.
fn is_long(ty: &Type) -> bool {
    matches!(ty, Type::Scalar(Scalar::I64 | Scalar::U64))
}
