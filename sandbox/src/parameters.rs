//! The parameters of a call, held against those of the endpoint.

use yunxin_codegen::{
    diagnostic::expected,
    model::{Field, Place, Scalar, Type, Wire},
};

use crate::{
    content::{Given, Raw},
    refuse::Complaint,
    routes::Served,
    rules, shown,
    value::{Check, Fault},
};

/// Checks all parameters.
///
/// # Errors
/// The first fault. Unknown names come before missing ones: a misspelt name is both, and the first says more.
pub(crate) fn check(served: &Served, given: &[Given], lenient: bool) -> Result<Vec<String>, Complaint> {
    let params = &served.endpoint.params;
    let mut check = Check::new(&served.types, lenient);
    for one in given {
        if params.iter().any(|param| is_called(param, one)) {
            continue;
        }
        match repeated(one, given) {
            Some(other) => check.warn(format!(
                "`{}` in the {} repeats `{}` of the {}",
                shown::name(&one.name),
                place_name(one.place),
                other.name,
                place_name(other.place)
            )),
            None => unknown(one, params, lenient, &mut check)?,
        }
    }
    for param in params {
        let given: Vec<&Given> = given.iter().filter(|one| is_called(param, one)).collect();
        check_param(param, &given, &mut check)?;
    }
    groups(served, given)?;
    let value_of = |param: &Field| {
        let mut sent = given.iter().filter(|one| is_called(param, one) && !is_null(param, one));
        sent.next().map(|one| &one.value)
    };
    if let Some(complaint) = rules::broken(params, &served.endpoint.rules, &value_of).into_iter().next() {
        return Err(complaint);
    }
    for warning in rules::without_effect(params, &served.endpoint.rules, &value_of) {
        check.warn(warning);
    }
    Ok(check.into_warnings())
}

fn is_called(param: &Field, given: &Given) -> bool {
    // Header names have no case.
    let is_header = given.place == Place::Header && param.places.contains(&Place::Header);
    let same = |known: &String| *known == given.name || (is_header && known.eq_ignore_ascii_case(&given.name));
    same(&param.wire_name) || param.accept.iter().any(same)
}

/// What an unknown key of the JSON body says again: the official Java SDK writes path and query parameters into it as well, some
/// under their name in Java.
fn repeated<'g>(one: &Given, given: &'g [Given]) -> Option<&'g Given> {
    let squeezed = |name: &str| name.replace('_', "").to_ascii_lowercase();
    let name = squeezed(&one.name);
    given.iter().filter(|_| one.place == Place::Json).find(|other| {
        matches!(other.place, Place::Path | Place::Query)
            && squeezed(&other.name) == name
            && plain(&other.value) == plain(&one.value)
    })
}

fn unknown(one: &Given, params: &[Field], lenient: bool, check: &mut Check<'_>) -> Result<(), Complaint> {
    let known: Vec<&str> = params.iter().map(|param| param.wire_name.as_str()).collect();
    let what = format!(
        "`{}` in the {} is no parameter of this endpoint; {}",
        shown::name(&one.name),
        place_name(one.place),
        expected(&one.name, known)
    );
    if lenient {
        check.warn(what);
        return Ok(());
    }
    Err(Complaint::parameter(&one.name, what))
}

fn check_param(param: &Field, given: &[&Given], check: &mut Check<'_>) -> Result<(), Complaint> {
    if param.nullable && given.iter().any(|one| matches!(&one.value, Raw::Json(value) if value.is_null())) {
        return Ok(());
    }
    let (absent, given): (Vec<&Given>, Vec<&Given>) = given.iter().partition(|one| is_null(param, one));
    for one in absent {
        check.warn(format!("`{}` is null and counts as absent", one.name));
    }
    let (proper, stray): (Vec<&Given>, Vec<&Given>) = given.iter().partition(|one| may_stand(param, one.place));
    if param.wire == Some(Wire::Repeat) && !proper.is_empty() {
        return check_repeated(param, &proper, check);
    }
    no_twins(param, &given)?;
    let Some(first) = proper.first() else { return absent_param(param, &stray) };
    for one in &proper {
        check_value(param, one, check)?;
    }
    for other in given.iter().filter(|other| !std::ptr::eq(**other, *first)) {
        same_everywhere(param, first, other)?;
    }
    for one in stray {
        check.warn(format!(
            "`{}` stands in the {} too; expected only in the {}",
            param.wire_name,
            place_name(one.place),
            places(param)
        ));
    }
    Ok(())
}

/// A list with a value for each time that its name stands there.
fn check_repeated(param: &Field, given: &[&Given], check: &mut Check<'_>) -> Result<(), Complaint> {
    let texts: Vec<&str> = given
        .iter()
        .filter_map(|one| match &one.value {
            Raw::Text(text) => Some(text.as_str()),
            Raw::Json(_) | Raw::File(_) => None,
        })
        .collect();
    let place = given.first().map_or(Place::Query, |one| one.place);
    check.repeated(param, &param.wire_name, &texts).map_err(|fault| complaint(param, place, &fault))
}

/// Parameters that depend on each other.
fn groups(served: &Served, given: &[Given]) -> Result<(), Complaint> {
    let endpoint = &served.endpoint;
    let count = |group: &[String]| {
        let members = endpoint.params.iter().filter(|param| group.contains(&param.wire_name));
        members.filter(|param| given.iter().any(|one| is_called(param, one) && !is_null(param, one))).count()
    };
    let complain = |group: &[String], what: String| {
        let name = group.first().map_or("", String::as_str);
        Err(Complaint::parameter(name, format!("of the parameters {} {what}", group.join(", "))))
    };
    for group in &endpoint.groups.exactly_one {
        match count(group) {
            1 => {}
            given => return complain(group, format!("{given} are given; expected exactly one")),
        }
    }
    for group in &endpoint.groups.all_or_none {
        match count(group) {
            given if given == 0 || given == group.len() => {}
            given => return complain(group, format!("{given} are given; expected all or none")),
        }
    }
    Ok(())
}

/// `null` where it cannot be a value.
fn is_null(param: &Field, one: &Given) -> bool {
    if param.ty == Type::Scalar(Scalar::Json) {
        return false;
    }
    match &one.value {
        Raw::Json(value) => value.is_null(),
        Raw::Text(text) => param.wire == Some(Wire::Json) && text == "null",
        Raw::File(_) => false,
    }
}

/// A published sample sends the form in the query of a POST, and servers of this kind read both as one.
fn may_stand(param: &Field, place: Place) -> bool {
    param.places.contains(&place)
        || (place == Place::Query && param.places.contains(&Place::Form) && param.ty != Type::Scalar(Scalar::File))
}

fn no_twins(param: &Field, given: &[&Given]) -> Result<(), Complaint> {
    for (number, one) in given.iter().enumerate() {
        if let Some(other) = given.iter().take(number).find(|other| other.place == one.place) {
            let what = if other.name == one.name {
                format!("`{}` stands twice in the {}", shown::name(&one.name), place_name(one.place))
            } else {
                format!("`{}` and `{}` in the {} are the same parameter", other.name, one.name, place_name(one.place))
            };
            return Err(Complaint::parameter(&param.wire_name, what));
        }
    }
    Ok(())
}

fn absent_param(param: &Field, stray: &[&Given]) -> Result<(), Complaint> {
    let name = &param.wire_name;
    match stray.first() {
        Some(one) => Err(Complaint::parameter(
            name,
            format!("`{name}` stands in the {}; expected in the {}", place_name(one.place), places(param)),
        )),
        None if param.required => {
            Err(Complaint::parameter(name, format!("`{name}` is missing; expected in the {}", places(param))))
        }
        None => Ok(()),
    }
}

fn check_value(param: &Field, one: &Given, check: &mut Check<'_>) -> Result<(), Complaint> {
    let at = one.name.as_str();
    if let Raw::Text(text) = &one.value
        && param.required
        && text.is_empty()
        && param.ty == Type::Scalar(Scalar::Id)
    {
        return Err(Complaint::parameter(&param.wire_name, format!("`{at}` is empty; expected a name")));
    }
    let verdict = match &one.value {
        Raw::Text(text) => check.text(param, at, text),
        Raw::Json(value) => check.json(param, at, value),
        Raw::File(content) => check.file(param, at, content),
    };
    verdict.map_err(|fault| complaint(param, one.place, &fault))
}

fn complaint(param: &Field, place: Place, fault: &Fault) -> Complaint {
    Complaint::parameter(
        &param.wire_name,
        format!("`{}` in the {} is {}; expected {}", fault.at, place_name(place), fault.found, fault.expected),
    )
}

fn same_everywhere(param: &Field, one: &Given, other: &Given) -> Result<(), Complaint> {
    if plain(&one.value) == plain(&other.value) {
        return Ok(());
    }
    let what = format!(
        "`{}` has one value in the {} and another in the {}",
        param.wire_name,
        place_name(one.place),
        place_name(other.place)
    );
    Err(Complaint::parameter(&param.wire_name, what))
}

/// The same text for a value in whichever place it stands.
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
    }
}

fn places(param: &Field) -> String {
    let names: Vec<_> = param.places.iter().map(|place| place_name(*place)).collect();
    names.join(" or the ")
}

fn place_name(place: Place) -> &'static str {
    match place {
        Place::Path => "path",
        Place::Query => "query",
        Place::Form => "form",
        Place::Json => "JSON body",
        Place::Header => "headers",
    }
}
