//! What a value of a type is: from JSON and from text, with limits.
//!
//! The checks of examples and the sandbox use the same functions; each puts errors into its own words.

mod checker;
pub mod display;
mod error;
pub mod json;
mod limits;
mod object;
mod read;
mod scalar;
mod single_quotes;
mod text;

use indexmap::IndexMap;
use serde_json::Value;

pub use error::{Expected, Given, GroupKind, Problem, Segment, Unit, ValueError, Warning, WarningKind};
pub use limits::Number;

use self::checker::Checker;
use crate::model::{Field, Type, TypeDef};

/// Named types, by name. Values of a type that is not among them are not checked.
pub type Types = IndexMap<String, TypeDef>;

/// Form in which a JSON value is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// In a spec: values of enums by name or by value, no wire forms.
    Spec,
    /// In a reply, read as the client does: `null` anywhere, numbers as text, JSON as text. Limits do not apply.
    Reply,
    /// In a request, as on the wire.
    Wire {
        /// Whether forms are accepted, with a warning, that a real server may accept: unknown fields, `1` for `true`,
        /// JSON with single quotes.
        lenient: bool,
    },
}

/// Result of a check.
#[derive(Debug, Default)]
pub struct Findings<'t> {
    /// In the order of the value.
    pub errors: Vec<ValueError<'t>>,
    /// Things that are accepted, but probably not intended.
    pub warnings: Vec<Warning<'t>>,
}

/// Checks a JSON value of a parameter or field.
pub fn check_json<'t>(types: &'t Types, form: Form, field: &'t Field, value: &Value) -> Findings<'t> {
    let mut checker = Checker::new(types, form);
    checker.field(field, value);
    checker.into_findings()
}

/// Checks a JSON value of a type that has no limits.
pub fn check_type<'t>(types: &'t Types, form: Form, ty: &'t Type, value: &Value) -> Findings<'t> {
    let mut checker = Checker::new(types, form);
    checker.typed(ty, value);
    checker.into_findings()
}

/// Checks the text of a parameter in a path, query, form or header.
pub fn check_text<'t>(types: &'t Types, lenient: bool, param: &'t Field, text: &str) -> Findings<'t> {
    let mut checker = Checker::new(types, Form::Wire { lenient });
    checker.field_text(param, text);
    checker.into_findings()
}

/// Checks a list of which each item is sent as a parameter of its own.
pub fn check_items<'t>(types: &'t Types, lenient: bool, param: &'t Field, items: &[&str]) -> Findings<'t> {
    let mut checker = Checker::new(types, Form::Wire { lenient });
    checker.field_items(param, items);
    checker.into_findings()
}

/// Reads text that a person typed, such as an argument of a command: `5`, `true`, `a,b`, `female`, `{"key": 1}`.
/// Returns the value in the form of the spec.
///
/// # Errors
/// If the text is not a value of the parameter.
pub fn read_text<'t>(types: &'t Types, param: &'t Field, text: &str) -> Result<Value, Findings<'t>> {
    let value = read::value(types, &param.ty, text);
    let findings = check_json(types, Form::Spec, param, &value);
    if findings.errors.is_empty() { Ok(value) } else { Err(findings) }
}

/// Checks an uploaded file.
pub fn check_file<'t>(types: &'t Types, param: &'t Field, content: &[u8]) -> Findings<'t> {
    let mut checker = Checker::new(types, Form::Wire { lenient: false });
    checker.field_file(param, content);
    checker.into_findings()
}

/// The text of a value for rules between fields, which compare truth values as `true` and `false` and enums as on the
/// wire.
pub fn rule_text(field: &Field, text: &str) -> String {
    object::wire_text(field, text)
}
