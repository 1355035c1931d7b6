//! Checks objects: names of fields, groups and rules between fields.

use serde_json::{Map, Value};

use super::Form;
use super::checker::Checker;
use super::error::{GroupKind, Problem, Segment, WarningKind};
use crate::model::{Dependence, Field, Type, TypeDef, TypeKind};
use crate::primitives::Scalar;

type Entries = Map<String, Value>;

impl<'t> Checker<'t> {
    /// Checks an object of a named type.
    pub(super) fn object(&mut self, name: &'t str, entries: &Entries) {
        let types = self.types;
        let Some(def @ TypeDef { kind: TypeKind::Object(fields), .. }) = types.get(name) else { return };
        match self.form {
            Form::Wire { .. } => self.wire_object(name, def, fields, entries),
            Form::Spec | Form::Reply => self.typed_object(name, def, fields, entries),
        }
    }

    /// Checks an object in a spec or a reply.
    fn typed_object(&mut self, type_name: &'t str, def: &'t TypeDef, fields: &'t [Field], entries: &Entries) {
        let accepts_others = self.form == Form::Reply;
        let is_named = |field: &Field, key: &str| {
            field.wire_name == key || (accepts_others && field.accept.iter().any(|other| other == key))
        };
        for (key, value) in entries {
            match fields.iter().find(|field| is_named(field, key)) {
                Some(field) => self.at(Segment::Field(key.clone()), |checker| checker.field(field, value)),
                None => self.at(Segment::Key(key.clone()), |checker| {
                    checker.error(Problem::UnknownField { type_name, fields, key: key.clone() });
                }),
            }
        }
        if self.form == Form::Reply {
            return;
        }
        for problem in self.relations(type_name, def, fields, entries) {
            self.error(problem);
        }
        for field in fields.iter().filter(|field| field.required && !entries.contains_key(&field.wire_name)) {
            self.error(Problem::MissingField { type_name, field });
        }
    }

    /// Checks an object in a request.
    fn wire_object(&mut self, type_name: &'t str, def: &'t TypeDef, fields: &'t [Field], entries: &Entries) {
        for dependence in self.without_effect(def, fields, entries) {
            self.warn(WarningKind::WithoutEffect(dependence));
        }
        // Unknown names are reported before missing ones: a misspelt name is both, and the first message helps more.
        for key in entries.keys().filter(|key| !fields.iter().any(|field| has_wire_name(field, key))) {
            let (lenient, key) = (self.is_lenient(), key.clone());
            self.at(Segment::Key(key.clone()), |checker| {
                if lenient {
                    checker.warn(WarningKind::UnknownField { type_name, fields, key });
                } else {
                    checker.error(Problem::UnknownField { type_name, fields, key });
                }
            });
        }
        for field in fields {
            let segment = Segment::Field(field.wire_name.clone());
            self.at(segment, |checker| checker.wire_object_field(type_name, field, entries));
        }
        if let Some(problem) = self.relations(type_name, def, fields, entries).into_iter().next() {
            self.error(problem);
        }
    }

    /// Checks the value of a field of an object in a request.
    fn wire_object_field(&mut self, type_name: &'t str, field: &'t Field, entries: &Entries) {
        let mut given = entries.iter().filter(|(key, _)| has_wire_name(field, key)).map(|(_, value)| value);
        let value = given.next();
        if given.next().is_some() {
            return self.error(Problem::TwoSpellings);
        }
        match value {
            Some(Value::Null) if !field.required && field.ty != Type::Scalar(Scalar::Json) => {
                self.warn(WarningKind::Null);
            }
            Some(value) => self.field(field, value),
            None if field.required => self.error(Problem::MissingField { type_name, field }),
            None => {}
        }
    }

    /// Returns the groups and rules that the fields of an object violate.
    fn relations(
        &self,
        type_name: &'t str,
        def: &'t TypeDef,
        fields: &'t [Field],
        entries: &Entries,
    ) -> Vec<Problem<'t>> {
        let groups = [
            (GroupKind::Prefers, &def.groups.prefers),
            (GroupKind::ExactlyOne, &def.groups.exactly_one),
            (GroupKind::AllOrNone, &def.groups.all_or_none),
        ];
        let is_given = |name: &String| self.given(fields, name, entries).is_some();
        let mut problems = Vec::new();
        for (kind, groups) in groups {
            for (index, group) in groups.iter().enumerate() {
                let given = group.iter().filter(|name| is_given(name)).count();
                let is_met = match kind {
                    GroupKind::Prefers => given > 0,
                    GroupKind::ExactlyOne => given == 1,
                    GroupKind::AllOrNone => given == 0 || given == group.len(),
                };
                if !is_met {
                    problems.push(Problem::Group { type_name, kind, index, group, given });
                }
            }
        }
        let text_of = |name: &str| {
            let (field, value) = self.given(fields, name, entries)?;
            Some(self.rule_text(field, value))
        };
        let broken = def.rules.broken(&text_of).into_iter();
        problems.extend(broken.map(|broken| Problem::Rule { type_name, broken }));
        if self.form == Form::Spec {
            let without_effect = def.rules.without_effect(&text_of).into_iter();
            problems.extend(without_effect.map(|dependence| Problem::WithoutEffect { type_name, dependence }));
        }
        problems
    }

    /// Returns a field and its value; `None` if it is not given. In a request `null` counts as absent, and all
    /// spellings are accepted.
    fn given<'e>(&self, fields: &'t [Field], name: &str, entries: &'e Entries) -> Option<(&'t Field, &'e Value)> {
        let field = fields.iter().find(|field| field.wire_name == name)?;
        let value = if self.form == Form::Spec {
            entries.get(name)?
        } else {
            let spellings = std::iter::once(&field.wire_name).chain(&field.accept);
            spellings.filter_map(|spelling| entries.get(spelling)).find(|value| !value.is_null())?
        };
        Some((field, value))
    }

    /// Returns the fields that are given but have no effect.
    fn without_effect(&self, def: &'t TypeDef, fields: &'t [Field], entries: &Entries) -> Vec<&'t Dependence> {
        let text_of = |name: &str| {
            let field = fields.iter().find(|field| field.wire_name == name)?;
            Some(self.rule_text(field, entries.get(name).filter(|value| !value.is_null())?))
        };
        def.rules.without_effect(&text_of)
    }

    /// Returns the text of a value that rules compare: `true` and `false` for booleans, raw values of enums.
    fn rule_text(&self, field: &Field, value: &Value) -> String {
        let text = match value {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        if self.form != Form::Spec {
            return wire_text(field, &text);
        }
        let named = self.enum_values(&field.ty).and_then(|values| values.iter().find(|value| value.name == text));
        named.map_or(text, |value| value.raw.to_string())
    }
}

/// Returns the text that rules compare, from the text that is sent: `true` and `false` for booleans.
pub(super) fn wire_text(field: &Field, text: &str) -> String {
    match (&field.ty, text) {
        (Type::Scalar(Scalar::Bool), "1") => "true".to_owned(),
        (Type::Scalar(Scalar::Bool), "0") => "false".to_owned(),
        _ => text.to_owned(),
    }
}

/// Returns whether a key is the wire name of a field, or another accepted spelling.
fn has_wire_name(field: &Field, key: &str) -> bool {
    field.wire_name == key || field.accept.iter().any(|other| other == key)
}
