//! Checks values, as JSON or text, against types and limits.
//!
//! The checks of examples and the sandbox use the same functions; each formats errors in its own way.

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
    /// In a spec: values of enums by name or by value, not encoded for requests.
    Spec,
    /// In a reply, as the client accepts it: `null` anywhere, numbers as text, JSON as text. Limits do not apply.
    Reply,
    /// In a request, as it is sent.
    Wire {
        /// Whether deviations that a real server may accept cause only a warning: unknown fields, `1` for `true`, JSON
        /// with single quotes.
        lenient: bool,
    },
}

/// Result of a check.
#[derive(Debug, Default)]
pub struct Findings<'t> {
    /// Errors, in the order of the parts of the value.
    pub errors: Vec<ValueError<'t>>,
    /// Warnings about accepted values that are probably not intended.
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

/// Checks a list whose items are sent as separate parameters.
pub fn check_items<'t>(types: &'t Types, lenient: bool, param: &'t Field, items: &[&str]) -> Findings<'t> {
    let mut checker = Checker::new(types, Form::Wire { lenient });
    checker.field_items(param, items);
    checker.into_findings()
}

/// Parses text that a user typed, such as a command-line argument: `5`, `true`, `a,b`, `female`, `{"key": 1}`. Returns
/// the value in the form of a spec.
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

/// Returns the text of a value that rules between fields compare: `true` and `false` for booleans, raw values of enums.
pub fn rule_text(field: &Field, text: &str) -> String {
    object::wire_text(field, text)
}
