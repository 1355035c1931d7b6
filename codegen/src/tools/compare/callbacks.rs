//! Compares events of callbacks.

use indexmap::IndexMap;

use super::matched::Matched;
use super::{Changes, Rule, types};
use crate::model::{CallbackResponse, Callbacks, Event, Groups, Rules, TypeDef, TypeKind};

pub(super) fn all(product: &str, old: Option<&Callbacks>, new: Option<&Callbacks>, changes: &mut Changes) {
    let id = format!("{product}.callbacks");
    if let (Some(old), Some(new)) = (old, new) {
        changes.changed_debug(Rule::Text, &id, "the title", &old.title, &new.title);
        changes.changed_debug(Rule::Text, &id, "the doc", &old.doc, &new.doc);
        changes.changed(Rule::Link, &id, "the official page", &old.docs, &new.docs);
        changes.changed_debug(Rule::Verification, &id, "how events are verified", &old.verification, &new.verification);
        match (&old.response, &new.response) {
            (Some(_), None) => changes.add(Rule::AnswerRemoved, &id, "nothing is answered any more"),
            (None, Some(_)) => changes.add(Rule::AnswerAdded, &id, "third-party callbacks are answered"),
            // What else they must be is said for each event.
            (before, after) => {
                let form = |response: &Option<CallbackResponse>| {
                    response.clone().map(|response| CallbackResponse { expects: None, ..response })
                };
                changes.changed_debug(Rule::AnswerForm, &id, "the form of answers", &form(before), &form(after));
            }
        }
    }
    let events =
        |callbacks: Option<&Callbacks>| callbacks.map(|callbacks| callbacks.events.clone()).unwrap_or_default();
    let (before, after) = (events(old), events(new));
    let mut matched = Matched::new(&before, &after, |event| &event.name);
    for (old, new) in matched.join(|event| (event.expects_response, event.types.clone(), event.has_keys.clone())) {
        changes.add(Rule::EventRenamed, &old.id, format!("the event is called `{}` now", new.name));
    }
    for (old, new) in matched.both {
        one(old, new, changes);
    }
    for event in matched.removed {
        changes.add(Rule::EventRemoved, &event.id, "the event is removed");
    }
    for event in matched.added {
        changes.add(Rule::EventAdded, &event.id, "the event is new");
    }
    let none = IndexMap::new();
    types::all(&id, old.map_or(&none, |old| &old.types), new.map_or(&none, |new| &new.types), changes);
}

fn one(old: &Event, new: &Event, changes: &mut Changes) {
    let id = &new.id;
    changes.changed_debug(Rule::Text, id, "the title", &old.title, &new.title);
    changes.changed_debug(Rule::Text, id, "what is missing", &old.missing, &new.missing);
    changes.changed(Rule::Link, id, "the official page", &old.docs, &new.docs);
    changes.changed_debug(Rule::Alias, id, "the official titles", &old.titles_zh, &new.titles_zh);
    changes.changed_debug(Rule::Example, id, "the example", &old.example, &new.example);
    if old.expects_response != new.expects_response {
        changes.add(Rule::EventAnswered, id, "it is in the other enum: answered or not answered");
    }
    let mark = |event: &Event| (event.type_key.clone(), event.types.clone(), event.has_keys.clone());
    changes.changed_debug(Rule::Expects, id, "what the response must be", &old.expects, &new.expects);
    changes.changed_debug(Rule::EventMark, id, "by what the event is known", &mark(old), &mark(new));
    types::one(id, &body(old), &body(new), changes);
}

/// The type of an event.
fn body(event: &Event) -> TypeDef {
    TypeDef {
        doc: event.doc.clone().unwrap_or_default(),
        kind: TypeKind::Object(event.fields.clone()),
        in_request: false,
        in_reply: true,
        shared: false,
        closed: false,
        groups: Groups::default(),
        rules: Rules::default(),
    }
}
