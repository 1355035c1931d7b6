//! The same for what products send.

use super::{Api, Back, Case, Forth, PRODUCT, Rule, Sources, USER, check_in, lines, read};

pub(super) const CALLBACKS: &str = "callbacks: im
title: Copies
docs: https://doc.yunxin.163.com/copies
response: { decision: errCode, allow: 0, refuse: 1, code: responseCode, changes: modify, extension: ext }
events:
  sent:
    title: A message was sent
    docs: https://doc.yunxin.163.com/sent
    type: 1
    fields:
      sender: { type: id, doc: Who sent it. }
      time: { type: timestamp_ms?, doc: When. }
    example: { eventType: 1, sender: alice }
  sending:
    title: A message is about to be sent
    type: 2
    expects_response: true
    fields:
      sender: { type: id, doc: Who sends it. }
    example: { eventType: 2, sender: alice }
";

/// One of its events.
const SENDING: &str = "  sending:
    title: A message is about to be sent
    type: 2
    expects_response: true
    fields:
      sender: { type: id, doc: Who sends it. }
    example: { eventType: 2, sender: alice }
";

/// How it answers.
const ANSWER: &str =
    "response: { decision: errCode, allow: 0, refuse: 1, code: responseCode, changes: modify, extension: ext }\n";

pub(super) fn api(callbacks: &str) -> Api {
    let files = [("im/product.yaml", PRODUCT), ("im/user.yaml", USER), ("im/callbacks.yaml", callbacks)];
    read(&Sources::from_texts(files)).unwrap()
}

#[test]
fn events_and_answers() {
    check_in(&[CALLBACKS], CASES, |from, to| api(&CALLBACKS.replace(from, to)));
}

#[test]
fn the_first_events_of_a_product_are_new() {
    let without = super::api(PRODUCT, USER);
    let added = ["addition  im.sending: the event is new", "addition  im.sent: the event is new"];
    assert_eq!(lines(&without, &api(CALLBACKS)), added);
    let removed = ["breaking  im.sending: the event is removed", "breaking  im.sent: the event is removed"];
    assert_eq!(lines(&api(CALLBACKS), &without), removed);
}

pub(super) const CASES: &[Case] = &[
    (
        Rule::EventRenamed,
        Forth,
        "  sent:\n",
        "  message_sent:\n",
        &["breaking  im.sent: the event is called `message_sent` now"],
    ),
    (
        Rule::EventAnswered,
        Forth,
        "    expects_response: true\n",
        "",
        &["breaking  im.sending: it is in the other enum: answered or not answered"],
    ),
    (Rule::EventRemoved, Forth, SENDING, "", &["breaking  im.sending: the event is removed"]),
    (Rule::EventAdded, Back, SENDING, "", &["addition  im.sending: the event is new"]),
    (
        Rule::EventMark,
        Forth,
        "    type: 1\n",
        "    type: [1, 4]\n",
        &["behaviour im.sent: by what the event is known changed"],
    ),
    (
        Rule::Verification,
        Forth,
        "title: Copies\n",
        "title: Copies\nverification: sign\n",
        &["behaviour im.callbacks: how events are verified changed"],
    ),
    (
        Rule::AnswerForm,
        Forth,
        "decision: errCode",
        "decision: code",
        &["behaviour im.callbacks: the form of answers changed"],
    ),
    (
        Rule::Expects,
        Forth,
        "title: Copies\n",
        "title: Copies\nexpects: { json: true, timeout: 5s }\n",
        &["behaviour im.sent: what the response must be changed"],
    ),
    (
        Rule::Expects,
        Forth,
        "extension: ext }",
        "extension: ext, expects: { max_bytes: 512 } }",
        &["behaviour im.sending: what the response must be changed"],
    ),
    (Rule::AnswerRemoved, Forth, ANSWER, "", &["breaking  im.callbacks: nothing is answered any more"]),
    (Rule::AnswerAdded, Back, ANSWER, "", &["addition  im.callbacks: third-party callbacks are answered"]),
    (
        Rule::FieldType,
        Forth,
        "timestamp_ms?",
        "timestamp_s?",
        &["breaking  im.sent: the field `time` is `UnixSeconds`, was `UnixMillis`"],
    ),
    (
        Rule::FieldOptional,
        Forth,
        "timestamp_ms?",
        "timestamp_ms",
        &["breaking  im.sent: the field `time` is plain, was an `Option`"],
    ),
    (
        Rule::Link,
        Forth,
        "docs: https://doc.yunxin.163.com/sent",
        "docs: https://doc.yunxin.163.com/message",
        &[
            "docs      im.sent: the official page is `https://doc.yunxin.163.com/message`, was `https://doc.yunxin.163.com/sent`",
        ],
    ),
    (Rule::Text, Forth, "A message was sent", "A message went out", &["docs      im.sent: the title changed"]),
];
