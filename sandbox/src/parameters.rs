//! Checks the parameters of a call against those of the endpoint.

use yunxin_codegen::diagnostics::expected;
use yunxin_codegen::model::{Field, Place, Scalar, Type, Wire};
use yunxin_codegen::value;
use yunxin_codegen::value::{Findings, Form, Types, display};

use crate::content::{Raw, ReceivedParam, ReceivedParams};
use crate::rejection::Rejection;
use crate::routes::EndpointRoute;
use crate::wording::Words;
use crate::{rules, tolerance, wording};

/// Hint in errors about a number whose `+` was decoded to a space.
const LOST_PLUS: &str = "; a bare `+` is decoded to a blank, `%2B` to a plus";

/// Hint in errors about an empty optional parameter.
const EMPTY: &str = "; what is not set is left out (with --lenient, empty counts as absent)";

/// State of the checks of one call.
struct Check<'a> {
    types: &'a Types,
    lenient: bool,
    warnings: Vec<String>,
}

impl Check<'_> {
    fn warn(&mut self, warning: String) {
        self.warnings.push(warning);
    }
}

/// Checks all parameters. Returns warnings; adds errors to `rejections`.
///
/// Unknown parameters are reported before missing ones: a misspelt name is both, and the first message helps more.
pub(crate) fn check(
    route: &EndpointRoute,
    received: &ReceivedParams,
    lenient: bool,
    rejections: &mut Vec<Rejection>,
) -> Vec<String> {
    let params = &route.endpoint.params;
    let mut check = Check { types: &route.types, lenient, warnings: Vec::new() };
    for one in &received.given {
        if params.iter().any(|param| is_named(param, one)) {
            continue;
        }
        match repeated(one, &received.given) {
            Some(other) => check.warn(format!(
                "`{}` in the {} repeats `{}` of the {}",
                display::name(&one.name),
                place_name(one.place),
                other.name,
                place_name(other.place)
            )),
            None => rejections.extend(unknown(one, params, lenient, &mut check).err()),
        }
    }
    for param in params {
        let given: Vec<&ReceivedParam> = received.given.iter().filter(|one| is_named(param, one)).collect();
        let is_known = !received.unread.iter().any(|place| is_allowed_in(param, *place));
        let may_be_absent = !is_known || has_alternative(route, received, param, lenient);
        check_param(param, &given, may_be_absent, &mut check, rejections);
    }
    if received.unread.is_empty() {
        check_groups(route, received, lenient, rejections);
        let value_of = |param: &Field| {
            let mut sent = received.given.iter().filter(|one| is_named(param, one) && !is_absent(param, one, lenient));
            sent.next().map(|one| &one.value)
        };
        rejections.extend(rules::broken(params, &route.endpoint.rules, &value_of));
        for warning in rules::without_effect(params, &route.endpoint.rules, &value_of) {
            check.warn(warning);
        }
    }
    check.warnings
}

/// Returns whether a received parameter has the name, or another accepted spelling, of a parameter.
fn is_named(param: &Field, given: &ReceivedParam) -> bool {
    // Header names are compared without case.
    let is_header = given.place == Place::Header && param.places.contains(&Place::Header);
    let same = |known: &String| *known == given.name || (is_header && known.eq_ignore_ascii_case(&given.name));
    same(&param.wire_name) || param.accept.iter().any(same)
}

/// Returns the parameter that an unknown key of the JSON body repeats; `None` if there is none. The official Java SDK
/// writes path and query parameters into the body as well, some under their names in Java.
fn repeated<'g>(one: &ReceivedParam, given: &'g [ReceivedParam]) -> Option<&'g ReceivedParam> {
    let normalized = |name: &str| name.replace('_', "").to_ascii_lowercase();
    let name = normalized(&one.name);
    given.iter().filter(|_| one.place == Place::Json).find(|other| {
        matches!(other.place, Place::Path | Place::Query)
            && normalized(&other.name) == name
            && plain(&other.value) == plain(&one.value)
    })
}

/// Reports an unknown parameter: a warning if lenient, otherwise an error.
fn unknown(one: &ReceivedParam, params: &[Field], lenient: bool, check: &mut Check<'_>) -> Result<(), Rejection> {
    let known: Vec<&str> = params.iter().map(|param| param.wire_name.as_str()).collect();
    let what = format!(
        "`{}` in the {} is no parameter of this endpoint; {}",
        display::name(&one.name),
        place_name(one.place),
        expected(&one.name, known)
    );
    if lenient {
        check.warn(what);
        return Ok(());
    }
    Err(Rejection::parameter(&one.name, what))
}

/// Checks all occurrences of one parameter.
fn check_param(
    param: &Field,
    given: &[&ReceivedParam],
    may_be_absent: bool,
    check: &mut Check<'_>,
    rejections: &mut Vec<Rejection>,
) {
    if param.nullable && given.iter().any(|one| matches!(&one.value, Raw::Json(value) if value.is_null())) {
        return;
    }
    let lenient = check.lenient;
    let (absent, given): (Vec<&ReceivedParam>, Vec<&ReceivedParam>) =
        given.iter().partition(|one| is_absent(param, one, lenient));
    for one in absent {
        let what = if is_null(param, one) { "null" } else { "empty" };
        check.warn(format!("`{}` is {what} and counts as absent", one.name));
    }
    let (in_place, misplaced): (Vec<&ReceivedParam>, Vec<&ReceivedParam>) =
        given.iter().partition(|one| is_allowed_in(param, one.place));
    if param.wire == Some(Wire::Repeat) && !in_place.is_empty() {
        return check_repeated(param, &in_place, check, rejections);
    }
    if let Err(rejection) = reject_duplicates(param, &given) {
        return rejections.push(rejection);
    }
    let Some(first) = in_place.first() else {
        return rejections.extend(absent_param(param, &misplaced, may_be_absent).err());
    };
    for one in &in_place {
        check_value(param, one, check, rejections);
    }
    for other in given.iter().filter(|other| !std::ptr::eq(**other, *first)) {
        rejections.extend(require_equal(param, first, other).err());
    }
    for one in misplaced {
        check.warn(format!(
            "`{}` is in the {} too; expected only in the {}",
            display::name(&one.name),
            place_name(one.place),
            places(param)
        ));
    }
}

/// Checks a list that is sent as one parameter per item.
fn check_repeated(param: &Field, given: &[&ReceivedParam], check: &mut Check<'_>, rejections: &mut Vec<Rejection>) {
    let texts: Vec<&str> = given
        .iter()
        .filter_map(|one| match &one.value {
            Raw::Text(text) => Some(text.as_str()),
            Raw::Json(_) | Raw::File(_) | Raw::Unreadable => None,
        })
        .collect();
    let place = given.first().map_or(Place::Query, |one| one.place);
    let findings = value::check_items(check.types, check.lenient, param, &texts);
    report(param, (&param.wire_name, place), findings, "", check, rejections);
}

/// Returns whether a required parameter may be missing because an alternative is given.
fn has_alternative(route: &EndpointRoute, received: &ReceivedParams, param: &Field, lenient: bool) -> bool {
    let groups = route.endpoint.groups.prefers.iter().filter(|group| group.contains(&param.wire_name));
    groups.into_iter().any(|group| count(route, received, group, lenient) > 0)
}

/// Returns how many parameters of a group are given.
fn count(route: &EndpointRoute, received: &ReceivedParams, group: &[String], lenient: bool) -> usize {
    let members = route.endpoint.params.iter().filter(|param| group.contains(&param.wire_name));
    let is_given =
        |param: &Field| received.given.iter().any(|one| is_named(param, one) && !is_absent(param, one, lenient));
    members.filter(|param| is_given(param)).count()
}

/// Checks groups of parameters that depend on each other.
fn check_groups(route: &EndpointRoute, received: &ReceivedParams, lenient: bool, rejections: &mut Vec<Rejection>) {
    let groups = &route.endpoint.groups;
    let count = |group: &[String]| count(route, received, group, lenient);
    let name = |group: &[String]| group.first().cloned().unwrap_or_default();
    let none = |group: &[String], expected: &str| {
        let what = format!("of the parameters {} none is given; expected {expected}", group.join(", "));
        Rejection::missing(&name(group), what)
    };
    for group in &groups.exactly_one {
        match count(group) {
            0 => rejections.push(none(group, "exactly one")),
            1 => {}
            given => {
                let what = format!("of the parameters {} {given} are given; expected exactly one", group.join(", "));
                rejections.push(Rejection::parameter(&name(group), what));
            }
        }
    }
    for group in &groups.all_or_none {
        match count(group) {
            given if given == 0 || given == group.len() => {}
            given => {
                let what = format!("of the parameters {} {given} are given; expected all or none", group.join(", "));
                rejections.push(Rejection::parameter(&name(group), what));
            }
        }
    }
    let open = |group: &&Vec<String>| {
        !route.endpoint.params.iter().any(|param| param.required && group.contains(&param.wire_name))
    };
    for group in groups.prefers.iter().filter(open).filter(|group| count(group) == 0) {
        rejections.push(none(group, "at least one"));
    }
}

/// Returns whether a parameter counts as absent: `null`, and with `--lenient` an empty text, which PHP sends for unset
/// values.
fn is_absent(param: &Field, one: &ReceivedParam, lenient: bool) -> bool {
    let is_empty = matches!(&one.value, Raw::Text(text) if text.is_empty());
    is_null(param, one) || (lenient && is_empty && tolerance::empty_means_absent(param))
}

/// Returns whether a parameter is `null`, and `null` is not a value of its type.
fn is_null(param: &Field, one: &ReceivedParam) -> bool {
    if param.ty == Type::Scalar(Scalar::Json) {
        return false;
    }
    match &one.value {
        Raw::Json(value) => value.is_null(),
        Raw::Text(text) => param.wire == Some(Wire::Json) && text == "null",
        Raw::File(_) | Raw::Unreadable => false,
    }
}

/// Returns whether a parameter may be sent in a place. Form parameters may be in the query: a published sample sends
/// them there, and such servers merge the two.
fn is_allowed_in(param: &Field, place: Place) -> bool {
    param.places.contains(&place)
        || (place == Place::Query && param.places.contains(&Place::Form) && param.ty != Type::Scalar(Scalar::File))
}

/// Rejects a parameter that occurs twice in the same place.
fn reject_duplicates(param: &Field, given: &[&ReceivedParam]) -> Result<(), Rejection> {
    for (number, one) in given.iter().enumerate() {
        if let Some(other) = given.iter().take(number).find(|other| other.place == one.place) {
            let what = if other.name == one.name {
                format!("`{}` stands twice in the {}", display::name(&one.name), place_name(one.place))
            } else {
                format!("`{}` and `{}` in the {} are the same parameter", other.name, one.name, place_name(one.place))
            };
            return Err(Rejection::parameter(&param.wire_name, what));
        }
    }
    Ok(())
}

/// Returns an error if a parameter is only in a wrong place, or is required and missing.
fn absent_param(param: &Field, misplaced: &[&ReceivedParam], may_be_absent: bool) -> Result<(), Rejection> {
    let name = &param.wire_name;
    match misplaced.first() {
        Some(one) => Err(Rejection::parameter(
            name,
            format!("`{name}` is in the {}; expected in the {}", place_name(one.place), places(param)),
        )),
        None if param.required && !may_be_absent => {
            Err(Rejection::missing(name, format!("`{name}` is missing; expected in the {}", places(param))))
        }
        None => Ok(()),
    }
}

/// Checks one value of a parameter.
fn check_value(param: &Field, one: &ReceivedParam, check: &mut Check<'_>, rejections: &mut Vec<Rejection>) {
    let at = one.name.as_str();
    let mut hint = if one.lost_plus { LOST_PLUS } else { "" };
    let findings = match &one.value {
        Raw::Text(text) if text.is_empty() && param.required && param.ty == Type::Scalar(Scalar::Id) => {
            return rejections.push(Rejection::missing(&param.wire_name, format!("`{at}` is empty; expected a name")));
        }
        Raw::Text(text) => {
            let findings = value::check_text(check.types, check.lenient, param, text);
            if text.is_empty() && !param.required {
                hint = EMPTY;
                if !findings.errors.is_empty() && check.lenient {
                    return check.warn(format!("`{at}` is empty and counts as absent"));
                }
                if findings.errors.is_empty() && tolerance::empty_means_absent(param) {
                    let what = format!("`{at}` in the {} is empty; expected a value{hint}", place_name(one.place));
                    return rejections.push(Rejection::parameter(&param.wire_name, what));
                }
            }
            findings
        }
        Raw::Json(value) => value::check_json(check.types, Form::Wire { lenient: check.lenient }, param, value),
        Raw::File(content) => value::check_file(check.types, param, content),
        Raw::Unreadable => return,
    };
    if one.lost_plus && findings.errors.is_empty() {
        check.warn(format!("`{at}` in the {} has lost the `+` of a number{LOST_PLUS}", place_name(one.place)));
    }
    report(param, (at, one.place), findings, hint, check, rejections);
}

/// Reports the errors and warnings about one value. The hint is added to the first error.
fn report(
    param: &Field,
    (name, place): (&str, Place),
    findings: Findings<'_>,
    hint: &str,
    check: &mut Check<'_>,
    rejections: &mut Vec<Rejection>,
) {
    check.warnings.extend(findings.warnings.iter().map(|warning| wording::warning(name, warning)));
    for (number, error) in findings.errors.iter().enumerate() {
        let at = wording::path(name, &error.path);
        let Words { found, expected } = wording::error(error);
        let hint = if number == 0 { hint } else { "" };
        let text = format!("`{at}` in the {} is {found}; expected {expected}{hint}", place_name(place));
        rejections.push(Rejection::parameter(&param.wire_name, text));
    }
}

/// Rejects two occurrences of a parameter with different values.
fn require_equal(param: &Field, one: &ReceivedParam, other: &ReceivedParam) -> Result<(), Rejection> {
    if matches!((&one.value, &other.value), (Raw::Unreadable, _) | (_, Raw::Unreadable)) {
        return Ok(());
    }
    if plain(&one.value) == plain(&other.value) {
        return Ok(());
    }
    let what = format!(
        "`{}` has one value in the {} and another in the {}",
        param.wire_name,
        place_name(one.place),
        place_name(other.place)
    );
    Err(Rejection::parameter(&param.wire_name, what))
}

/// Returns the text of a value in a form that does not depend on its place, for comparison.
fn plain(value: &Raw) -> String {
    match value {
        Raw::Text(text) => text.clone(),
        Raw::Json(serde_json::Value::String(text)) => text.clone(),
        Raw::Json(serde_json::Value::Array(items)) if !items.iter().any(|item| item.is_array() || item.is_object()) => {
            items
                .iter()
                .map(|item| item.as_str().map_or_else(|| item.to_string(), str::to_owned))
                .collect::<Vec<_>>()
                .join(",")
        }
        Raw::Json(value) => value.to_string(),
        Raw::File(content) => hex::encode(content),
        Raw::Unreadable => String::new(),
    }
}

/// Returns the places where a parameter may be sent, for messages.
fn places(param: &Field) -> String {
    let names: Vec<_> = param.places.iter().map(|place| place_name(*place)).collect();
    names.join(" or the ")
}

/// Returns the name of a place, for messages.
fn place_name(place: Place) -> &'static str {
    match place {
        Place::Path => "path",
        Place::Query => "query",
        Place::Form => "form",
        Place::Json => "JSON body",
        Place::Header => "headers",
    }
}
