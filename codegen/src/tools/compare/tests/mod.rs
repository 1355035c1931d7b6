//! Each rule by an edit of a small spec, compared in one direction or the other; all lines it causes are listed.

mod callbacks;

use std::collections::BTreeSet;

use super::*;
use crate::model::{CallbackResponse, Callbacks, Endpoint, Event, Field, Product, Resource, TypeDef};

const PRODUCT: &str = "product: im
title: Messaging
docs: https://doc.yunxin.163.com/im
hosts:
  mainland: [https://a.example.com]
  overseas: [https://b.example.com]
base_path: /base
health: /health
request_id: { header: RequestId, dedup: 60s }
defaults: { method: POST, encoding: form, retry: never }
reply: { success: { http: 200, code: [200] }, message: [desc] }
errors:
  414: { name: bad_parameter, meaning: A parameter is wrong. }
  500: { name: server_error, meaning: The server failed. }
rejections:
  header: { error: bad_parameter }
  app_key: { error: bad_parameter }
  nonce: { error: bad_parameter }
  clock: { error: bad_parameter }
  checksum: { error: bad_parameter }
  content_type: { error: bad_parameter }
  parameter: { error: bad_parameter }
  path: { http: 404 }
  method: { http: 405 }
";

const USER: &str = "resource: user
title: Accounts
endpoints:
  create:
    title: Register an account
    title_zh: 注册
    docs: https://doc.yunxin.163.com/create
    path: /user/create
    params:
      accid: { type: id, required: true, max_len: 32, doc: Account id. }
      room: { type: i64, required: true, doc: Room. }
      token: { type: string, max_len: 128, doc: Token. }
      tags: { type: [string], wire: json, doc: Tags. }
      profile: { type: Profile, wire: json, doc: Profile. }
    returns: { at: info, type: Account }
    errors: [bad_parameter]
    example: { request: { accid: a, room: 1 }, reply: { code: 200, info: { accid: a } } }
  remove:
    title: Remove an account
    docs: https://doc.yunxin.163.com/remove
    path: /user/remove
    returns: nothing
    example: { request: {}, reply: { code: 200 } }
types:
  Profile:
    doc: A profile.
    fields:
      name: { type: string, doc: Name. }
      age: { type: i32, doc: Age. }
      sign: { type: string?, max_len: 10, doc: Line. }
  Account:
    doc: An account.
    fields:
      accid: { type: id, max_len: 32, doc: Account id. }
      gender: { type: Gender?, doc: Gender. }
      secret: { type: string, doc: Secret. }
  Gender:
    doc: A gender.
    enum: i32
    values: { male: 1, female: 2 }
";

/// Which of the two specs is the old one.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    /// The one before the edit.
    Forth,
    /// The one after the edit.
    Back,
}
use Way::{Back, Forth};

/// Rule, direction, text, its replacement, all lines of the comparison.
type Case = (Rule, Way, &'static str, &'static str, &'static [&'static str]);

fn api(product: &str, user: &str) -> Api {
    read(&Sources::from_texts([("im/product.yaml", product), ("im/user.yaml", user)])).unwrap()
}

fn lines(old: &Api, new: &Api) -> Vec<String> {
    compare(old, new).iter().map(Change::to_string).collect()
}

fn check(cases: &[Case]) {
    check_in(&[PRODUCT, USER], cases, |from, to| api(&PRODUCT.replace(from, to), &USER.replace(from, to)));
}

/// Cases in these texts; `edited` reads them with one thing in place of another.
fn check_in(texts: &[&str], cases: &[Case], edited: impl Fn(&str, &str) -> Api) {
    for (rule, way, from, to, expected) in cases {
        assert_eq!(texts.concat().matches(from).count(), 1, "`{from}` is once in the spec");
        let (before, after) = (edited(from, from), edited(from, to));
        let (old, new) = if *way == Forth { (before, after) } else { (after, before) };
        assert_eq!(lines(&old, &new), *expected, "{rule:?}: {from} -> {to}");
        let changes = compare(&old, &new);
        assert!(changes.iter().any(|change| change.rule == *rule), "{rule:?}: {from} -> {to}");
    }
}

#[test]
fn products() {
    check(PRODUCTS);
}

const PRODUCTS: &[Case] = &[
    (
        Rule::Raw,
        Forth,
        "encoding: form",
        "encoding: json",
        &[
            "behaviour im: how raw calls are signed or encoded changed",
            "behaviour im.user.create: the encoding is `json`, was `form`",
            "behaviour im.user.remove: the encoding is `json`, was `form`",
        ],
    ),
    (
        Rule::RegionRemoved,
        Forth,
        "  overseas: [https://b.example.com]\n",
        "",
        &["breaking  im: the region `overseas` is removed"],
    ),
    (
        Rule::RegionAdded,
        Back,
        "  overseas: [https://b.example.com]\n",
        "",
        &["addition  im: the region `overseas` is new"],
    ),
    (
        Rule::Hosts,
        Forth,
        "https://b.example.com",
        "https://c.example.com",
        &["behaviour im: the hosts of `overseas` changed"],
    ),
    (Rule::BasePath, Forth, "/base", "/other", &["behaviour im: the base path is `/other`, was `/base`"]),
    (Rule::Health, Forth, "health: /health\n", "", &["behaviour im: the health path is gone, was `/health`"]),
    (
        Rule::RequestId,
        Forth,
        "RequestId",
        "Trace",
        &["behaviour im: the header of the request id is `Trace`, was `RequestId`"],
    ),
    (
        Rule::RequestId,
        Back,
        ", dedup: 60s",
        "",
        &["behaviour im: the time in which repeats are recognised is `60s`, was not given"],
    ),
    (
        Rule::ReplyRule,
        Forth,
        "code: [200] }",
        "code: [200, absent] }",
        &["behaviour im: the codes of a success changed"],
    ),
    (Rule::ReplyRule, Forth, "[desc]", "[desc, msg]", &["behaviour im: the keys of the error text changed"]),
    (
        Rule::Rejection,
        Forth,
        "path: { http: 404 }",
        "path: { http: 400 }",
        &["behaviour im: the rejection `path` of the sandbox changed"],
    ),
    (
        Rule::Rejection,
        Forth,
        "  path: { http: 404 }",
        "  missing_parameter: { error: bad_parameter, text: \"{name} is empty\" }\n  path: { http: 404 }",
        &["behaviour im: the rejection `missing_parameter` of the sandbox changed"],
    ),
    (
        Rule::Tolerance,
        Forth,
        "base_path: /base",
        "base_path: /base\nbase_path_optional: true",
        &["docs      im: whether the sandbox takes paths without the base path is `true`, was `false`"],
    ),
    (
        Rule::Link,
        Forth,
        "163.com/im",
        "163.com/v1",
        &["docs      im: the official page is `https://doc.yunxin.163.com/v1`, was `https://doc.yunxin.163.com/im`"],
    ),
    (Rule::Text, Forth, "title: Messaging", "title: Messages", &["docs      im: the title changed"]),
    (Rule::Text, Forth, "title: Accounts", "title: Users", &["docs      im.user: the title changed"]),
];

#[test]
fn error_tables() {
    check(ERRORS);
}

const ERRORS: &[Case] = &[
    (
        Rule::ErrorRemoved,
        Forth,
        "  500: { name: server_error, meaning: The server failed. }\n",
        "",
        &["breaking  im: the error `server_error` (500) is removed"],
    ),
    (
        Rule::ErrorAdded,
        Back,
        "  500: { name: server_error, meaning: The server failed. }\n",
        "",
        &["addition  im: the error `server_error` (500) is new"],
    ),
    (
        Rule::ErrorRenamed,
        Forth,
        "name: server_error",
        "name: failed",
        &["breaking  im: the error 500 is called `failed`, was `server_error`"],
    ),
    (
        Rule::ErrorNumber,
        Forth,
        "500: {",
        "503: {",
        &["behaviour im: the code of the error `server_error` is `503`, was `500`"],
    ),
    (
        Rule::ErrorKind,
        Forth,
        "server_error,",
        "server_error, kind: busy,",
        &["behaviour im: the kind of the error `server_error` changed"],
    ),
    (
        Rule::Text,
        Forth,
        "The server failed.",
        "It failed.",
        &["docs      im: the meaning of the error `server_error` changed"],
    ),
];

#[test]
fn endpoints() {
    check(ENDPOINTS);
}

const REMOVE: &str = "  remove:
    title: Remove an account
    docs: https://doc.yunxin.163.com/remove
    path: /user/remove
    returns: nothing
    example: { request: {}, reply: { code: 200 } }
";

const ENDPOINTS: &[Case] = &[
    (
        Rule::Groups,
        Forth,
        "errors: [bad_parameter]",
        "errors: [bad_parameter]\n    groups: { exactly_one: [[token, tags]] }",
        &["behaviour im.user.create: the groups of parameters that depend on each other changed"],
    ),
    (
        Rule::Groups,
        Forth,
        "errors: [bad_parameter]",
        "errors: [bad_parameter]\n    groups: { prefers: [[room, token]] }",
        &["behaviour im.user.create: the groups of parameters that depend on each other changed"],
    ),
    (
        Rule::Groups,
        Forth,
        "errors: [bad_parameter]",
        "errors: [bad_parameter]\n    groups: { requires: { token: tags } }",
        &["behaviour im.user.create: the groups of parameters that depend on each other changed"],
    ),
    (
        Rule::Groups,
        Forth,
        "    doc: A profile.",
        "    doc: A profile.\n    groups: { only_with: { sign: age } }",
        &["behaviour im.user.Profile: the groups of fields that depend on each other changed"],
    ),
    (
        Rule::Text,
        Forth,
        "errors: [bad_parameter]",
        "errors: [bad_parameter]\n    rate: 1/s\n    rate_note: more on request",
        &[
            "docs      im.user.create: the documented rate is `1/s`, was not given",
            "docs      im.user.create: the note on the rate changed",
        ],
    ),
    (Rule::EndpointRemoved, Forth, REMOVE, "", &["breaking  im.user.remove: the endpoint is removed"]),
    (Rule::EndpointAdded, Back, REMOVE, "", &["addition  im.user.remove: the endpoint is new"]),
    (
        Rule::EndpointRenamed,
        Forth,
        "  remove:",
        "  delete:",
        &["breaking  im.user.remove: the endpoint is called `im.user.delete` now"],
    ),
    (
        Rule::ReplyType,
        Forth,
        "{ at: info, type: Account }",
        "{ at: info, type: [Account] }",
        &["breaking  im.user.create: the reply is `Vec<Account>`, was `Account`"],
    ),
    (
        Rule::ReplyType,
        Forth,
        "returns: nothing",
        "returns: { at: x, type: i64 }",
        &["breaking  im.user.remove: the reply is `i64`, was `()`"],
    ),
    (
        Rule::Payload,
        Forth,
        "at: info, type",
        "at: data, type",
        &["behaviour im.user.create: the payload is under `data`, was under `info`"],
    ),
    (
        Rule::Payload,
        Forth,
        "at: info, type",
        "at: ., type",
        &["behaviour im.user.create: the payload is beside the code, was under `info`"],
    ),
    (
        Rule::Method,
        Forth,
        "path: /user/remove",
        "path: /user/remove\n    method: PUT",
        &["behaviour im.user.remove: the method is `PUT`, was `POST`"],
    ),
    (
        Rule::Path,
        Forth,
        "path: /user/remove",
        "path: /user/delete",
        &["behaviour im.user.remove: the path is `/user/delete`, was `/user/remove`"],
    ),
    (
        Rule::Encoding,
        Forth,
        "path: /user/create",
        "path: /user/create\n    encoding: multipart",
        &["behaviour im.user.create: the encoding is `multipart`, was `form`"],
    ),
    (
        Rule::Encoding,
        Forth,
        "path: /user/create",
        "path: /user/create\n    encoding: query",
        &["behaviour im.user.create: the encoding is `query`, was `form`"],
    ),
    (
        Rule::Retry,
        Forth,
        "path: /user/remove",
        "path: /user/remove\n    retry: safe",
        &["behaviour im.user.remove: the retry kind is `safe`, was `never`"],
    ),
    (
        Rule::Timeout,
        Forth,
        "path: /user/remove",
        "path: /user/remove\n    timeout: 1500ms",
        &["behaviour im.user.remove: the time-out is `1.5s`, was not given"],
    ),
    (
        Rule::Signing,
        Forth,
        "path: /user/remove",
        "path: /user/remove\n    signing: none",
        &["behaviour im.user.remove: the signing is `none`, was `checksum`"],
    ),
    (
        Rule::PagesAdded,
        Forth,
        "path: /user/create",
        "path: /user/create\n    pages: { items: x, token: { token: next } }",
        &["addition  im.user.create: the endpoint lists page by page"],
    ),
    (
        Rule::PagesRemoved,
        Back,
        "path: /user/create",
        "path: /user/create\n    pages: { items: x, token: { token: next } }",
        &["breaking  im.user.create: the endpoint does not list page by page any more"],
    ),
    (
        Rule::Text,
        Forth,
        "title: Remove an account",
        "title: Delete an account",
        &["docs      im.user.remove: the title changed"],
    ),
    (
        Rule::Text,
        Forth,
        "path: /user/remove",
        "path: /user/remove\n    rate: 1/s",
        &["docs      im.user.remove: the documented rate is `1/s`, was not given"],
    ),
    (
        Rule::Text,
        Forth,
        "path: /user/remove",
        "path: /user/remove\n    doc: More.\n    completeness: partial\n    missing: Much.",
        &["docs      im.user.remove: the doc changed", "docs      im.user.remove: what is not known changed"],
    ),
    (
        Rule::Link,
        Forth,
        "163.com/remove",
        "163.com/x",
        &[
            "docs      im.user.remove: the official page is `https://doc.yunxin.163.com/x`, was `https://doc.yunxin.163.com/remove`",
        ],
    ),
    (Rule::Alias, Forth, "    title_zh: 注册\n", "", &["docs      im.user.create: the official titles changed"]),
    (
        Rule::ListedErrors,
        Forth,
        "errors: [bad_parameter]",
        "errors: [bad_parameter, server_error]",
        &["docs      im.user.create: the list of errors changed"],
    ),
    // Said once, not for each endpoint; of `create` nothing changes, for it lists the error itself.
    (
        Rule::ListedErrors,
        Forth,
        "retry: never }",
        "retry: never, errors: [server_error], rate: 100/s }",
        &[
            "docs      im: the default rate is `100/s`, was not given",
            "docs      im: the errors of every endpoint changed",
            "docs      im.user.create: the documented rate is `100/s`, was not given",
            "docs      im.user.remove: the documented rate is `100/s`, was not given",
        ],
    ),
    (
        Rule::Example,
        Forth,
        "{ accid: a, room: 1 }",
        "{ accid: b, room: 1 }",
        &["docs      im.user.create: the example changed"],
    ),
    // What is written out and what is a default are the same.
    (
        Rule::Text,
        Forth,
        "title: Remove an account",
        "title: Gone\n    method: POST\n    encoding: form\n    retry: never",
        &["docs      im.user.remove: the title changed"],
    ),
];

#[test]
fn parameters() {
    check(PARAMETERS);
}

const ROOM: &str = "      room: { type: i64, required: true, doc: Room. }\n";
const TOKEN: &str = "      token: { type: string, max_len: 128, doc: Token. }\n";

const PARAMETERS: &[Case] = &[
    (
        Rule::DocumentedDefault,
        Forth,
        "128, doc: Token.",
        "128, default: x, doc: Token.",
        &["docs      im.user.create: the default of the parameter `token` changed"],
    ),
    (
        Rule::Tolerance,
        Back,
        "wire: json, doc: Tags.",
        "wire: json, single_quotes: true, doc: Tags.",
        &[
            "docs      im.user.create: whether the sandbox takes single quotes in the parameter `tags` is `false`, was `true`",
        ],
    ),
    (
        Rule::NullAdded,
        Forth,
        "128, doc: Token.",
        "128, nullable: true, doc: Token.",
        &["addition  im.user.create: the setter `token_null` is new"],
    ),
    (
        Rule::NullRemoved,
        Back,
        "128, doc: Token.",
        "128, nullable: true, doc: Token.",
        &["breaking  im.user.create: the setter `token_null` is removed"],
    ),
    (
        Rule::LimitTightened,
        Forth,
        "128, doc: Token.",
        "128, pattern: '[a-z]+', doc: Token.",
        &["behaviour im.user.create: the limit `pattern` of the parameter `token` is `[a-z]+`, was none"],
    ),
    (
        Rule::LimitLoosened,
        Back,
        "128, doc: Token.",
        "128, one_of: [a, b], doc: Token.",
        &["addition  im.user.create: the limit `one_of` of the parameter `token` is none, was [a, b]"],
    ),
    (Rule::RequiredAdded, Back, ROOM, "", &["breaking  im.user.create: the required parameter `room` is new"]),
    (Rule::RequiredRemoved, Forth, ROOM, "", &["breaking  im.user.create: the required parameter `room` is removed"]),
    (
        Rule::BecameRequired,
        Forth,
        "{ type: string, max_len: 128,",
        "{ type: string, required: true, max_len: 128,",
        &["breaking  im.user.create: the parameter `token` is required: `new` takes it"],
    ),
    (
        Rule::BecameOptional,
        Back,
        "{ type: string, max_len: 128,",
        "{ type: string, required: true, max_len: 128,",
        &["breaking  im.user.create: the parameter `token` is optional: `new` does not take it, a setter does"],
    ),
    (
        Rule::RequiredOrder,
        Forth,
        "path: /user/create",
        "path: /user/{room}",
        &[
            "breaking  im.user.create: `new` takes (room, accid), was (accid, room)",
            "behaviour im.user.create: the part of the request for `room` changed",
            "behaviour im.user.create: the path is `/user/{room}`, was `/user/create`",
        ],
    ),
    (
        Rule::ParameterType,
        Forth,
        "{ type: i64, required: true, doc: Room. }",
        "{ type: string, required: true, doc: Room. }",
        &["breaking  im.user.create: the parameter `room` is `String`, was `i64`"],
    ),
    (
        Rule::ParameterType,
        Forth,
        "{ type: [string], wire: json,",
        "{ type: {string: i64}, wire: json,",
        &["breaking  im.user.create: the parameter `tags` is `BTreeMap<String, i64>`, was `Vec<String>`"],
    ),
    (Rule::SetterRemoved, Forth, TOKEN, "", &["breaking  im.user.create: the optional parameter `token` is removed"]),
    (Rule::SetterAdded, Back, TOKEN, "", &["addition  im.user.create: the optional parameter `token` is new"]),
    (
        Rule::SetterRenamed,
        Forth,
        "128, doc: Token.",
        "128, name: password, doc: Token.",
        &["breaking  im.user.create: the setter of `token` is `password`, was `token`"],
    ),
    (
        Rule::SecretToggled,
        Forth,
        "128, doc: Token.",
        "128, secret: true, doc: Token.",
        &["breaking  im.user.create: the parameter `token` is `Secret`, was `String`"],
    ),
    (
        Rule::ArgumentName,
        Forth,
        "required: true, doc: Room.",
        "required: true, name: number, doc: Room.",
        &["docs      im.user.create: the argument for `room` is `number`, was `room`"],
    ),
    (
        Rule::WireName,
        Forth,
        "      token: {",
        "      Token: {",
        &["behaviour im.user.create: the name of the parameter `Token` on the wire is `Token`, was `token`"],
    ),
    (
        Rule::Place,
        Forth,
        "128, doc: Token.",
        "128, in: query, doc: Token.",
        &["behaviour im.user.create: the part of the request for `token` changed"],
    ),
    (
        Rule::WireForm,
        Forth,
        "[string], wire: json",
        "[string], wire: comma",
        &["behaviour im.user.create: the wire form of the parameter `tags` changed"],
    ),
    (
        Rule::LimitTightened,
        Forth,
        "max_len: 128",
        "max_len: 64",
        &["behaviour im.user.create: the limit `max_len` of the parameter `token` is 64, was 128"],
    ),
    (
        Rule::LimitTightened,
        Forth,
        "{ type: i64, required: true,",
        "{ type: i64, required: true, range: [1, ~],",
        &["behaviour im.user.create: the limit `range` of the parameter `room` is [1, ~], was none"],
    ),
    (
        Rule::LimitTightened,
        Back,
        "{ type: id, required: true,",
        "{ type: string, required: true,",
        &["behaviour im.user.create: the parameter `accid` takes no control characters any more"],
    ),
    (
        Rule::LimitLoosened,
        Forth,
        "{ type: id, required: true,",
        "{ type: string, required: true,",
        &["addition  im.user.create: the parameter `accid` takes control characters"],
    ),
    (
        Rule::LimitLoosened,
        Forth,
        "max_len: 128, ",
        "",
        &["addition  im.user.create: the limit `max_len` of the parameter `token` is none, was 128"],
    ),
    (
        Rule::SpellingAdded,
        Forth,
        "128, doc: Token.",
        "128, accept: [tok], doc: Token.",
        &["addition  im.user.create: the parameter `token` is understood as `tok` too"],
    ),
    (
        Rule::SpellingRemoved,
        Back,
        "128, doc: Token.",
        "128, accept: [tok], doc: Token.",
        &["behaviour im.user.create: the parameter `token` is not understood as `tok` any more"],
    ),
    (
        Rule::Deprecated,
        Forth,
        "128, doc: Token.",
        "128, deprecated: Use `x`., doc: Token.",
        &["behaviour im.user.create: the parameter `token` is deprecated: Use `x`."],
    ),
    (
        Rule::Undeprecated,
        Back,
        "128, doc: Token.",
        "128, deprecated: Use `x`., doc: Token.",
        &["docs      im.user.create: the parameter `token` is not deprecated any more"],
    ),
    (
        Rule::Text,
        Forth,
        "doc: Token.",
        "doc: Password.",
        &["docs      im.user.create: the doc of the parameter `token` changed"],
    ),
];

#[test]
fn types() {
    check(TYPES);
}

const AGE: &str = "      age: { type: i32, doc: Age. }\n";
const SECRET: &str = "      secret: { type: string, doc: Secret. }\n";

const NAME: &str = "      name: { type: string, doc: Name. }\n";
const GENDER: &str = "  Gender:\n    doc: A gender.\n    enum: i32\n    values: { male: 1, female: 2 }\n";
const NOT_SENT: &str = "{ type: json, wire: json, doc: Profile. }";
const SENT: &str = "{ type: Profile, wire: json, doc: Profile. }";

const TYPES: &[Case] = &[
    (
        Rule::FieldType,
        Forth,
        "{ type: Gender?,",
        "{ type: Gender?, nullable: true,",
        &["breaking  im.user.Account: the field `gender` can hold null, could not before"],
    ),
    (Rule::TypeRemoved, Forth, GENDER, "", &["breaking  im.user.Gender: the type is removed"]),
    (Rule::TypeAdded, Back, GENDER, "", &["addition  im.user.Gender: the type is new"]),
    (Rule::TypeRenamed, Forth, "  Gender:", "  Sex:", &["breaking  im.user.Gender: the type is called `Sex` now"]),
    (
        Rule::TypeKind,
        Forth,
        "enum: i32",
        "enum: string",
        &["breaking  im.user.Gender: the type is `enum: string`, was `enum: i32`"],
    ),
    (
        Rule::ConstructorRemoved,
        Forth,
        SENT,
        NOT_SENT,
        &[
            "breaking  im.user.Profile: the type is not sent any more: no `new`, no setters",
            "breaking  im.user.create: the parameter `profile` is `Json`, was `Profile`",
        ],
    ),
    (
        Rule::ConstructorAdded,
        Back,
        SENT,
        NOT_SENT,
        &[
            "breaking  im.user.create: the parameter `profile` is `Profile`, was `Json`",
            "addition  im.user.Profile: the type is sent now: it has `new` and setters",
        ],
    ),
    (Rule::FieldRemoved, Forth, AGE, "", &["breaking  im.user.Profile: the field `age` is removed"]),
    (
        Rule::RequiredAdded,
        Back,
        AGE,
        "",
        &["breaking  im.user.Profile: the field `age` is new and required: `new` takes it"],
    ),
    (Rule::FieldAdded, Back, SECRET, "", &["addition  im.user.Account: the field `secret` is new"]),
    (
        Rule::FieldRenamed,
        Forth,
        "doc: Age.",
        "name: years, doc: Age.",
        &["breaking  im.user.Profile: the name of the field `years` is `years`, was `age`"],
    ),
    (
        Rule::FieldType,
        Forth,
        "{ type: i32, doc: Age. }",
        "{ type: i64, doc: Age. }",
        &["breaking  im.user.Profile: the field `age` is `i64`, was `i32`"],
    ),
    (
        Rule::FieldOptional,
        Forth,
        "{ type: i32, doc: Age. }",
        "{ type: i32?, doc: Age. }",
        &["breaking  im.user.Profile: the field `age` is an `Option`, was plain"],
    ),
    (
        Rule::FieldOptional,
        Forth,
        "{ type: Gender?,",
        "{ type: Gender,",
        &["breaking  im.user.Account: the field `gender` is plain, was an `Option`"],
    ),
    (
        Rule::SecretToggled,
        Forth,
        "doc: Secret.",
        "secret: true, doc: Secret.",
        &["breaking  im.user.Account: the field `secret` is `Secret`, was `String`"],
    ),
    (
        Rule::WireName,
        Forth,
        "      age: {",
        "      Age: {",
        &["behaviour im.user.Profile: the name of the field `age` on the wire is `Age`, was `age`"],
    ),
    (
        Rule::DocumentedLimit,
        Forth,
        "accid: { type: id, max_len: 32,",
        "accid: { type: id,",
        &["docs      im.user.Account: the limit `max_len` of the field `accid` is none, was 32"],
    ),
    (
        Rule::LimitTightened,
        Forth,
        "max_len: 10,",
        "max_len: 5,",
        &["behaviour im.user.Profile: the limit `max_len` of the field `sign` is 5, was 10"],
    ),
    (
        Rule::LimitLoosened,
        Back,
        "max_len: 10,",
        "max_len: 5,",
        &["addition  im.user.Profile: the limit `max_len` of the field `sign` is 10, was 5"],
    ),
    (
        Rule::SpellingAdded,
        Forth,
        "doc: Secret.",
        "accept: [s], doc: Secret.",
        &["addition  im.user.Account: the field `secret` is understood as `s` too"],
    ),
    (Rule::ValueRemoved, Forth, "male: 1, ", "", &["breaking  im.user.Gender: `Male` (1) is removed"]),
    (Rule::ValueAdded, Back, "male: 1, ", "", &["addition  im.user.Gender: `Male` (1) is new"]),
    (
        Rule::ValueRenamed,
        Forth,
        "male: 1,",
        "man: 1,",
        &["breaking  im.user.Gender: the value 1 is called `Man`, was `Male`"],
    ),
    (
        Rule::ValueNumber,
        Forth,
        "male: 1,",
        "male: 3,",
        &["behaviour im.user.Gender: `Male` on the wire is `3`, was `1`"],
    ),
    (
        Rule::Text,
        Forth,
        "male: 1,",
        "male: { value: 1, doc: A. },",
        &["docs      im.user.Gender: the doc of `Male` changed"],
    ),
    (Rule::Text, Forth, "doc: An account.", "doc: Account.", &["docs      im.user.Account: the doc changed"]),
];

const WHOLE: &[Rule] =
    &[Rule::Pages, Rule::ProductRemoved, Rule::ProductAdded, Rule::ResourceRemoved, Rule::ResourceAdded];

#[test]
fn whole_products_and_resources() {
    let team = USER.replace("user", "team");
    let both =
        read(&Sources::from_texts([("im/product.yaml", PRODUCT), ("im/user.yaml", USER), ("im/team.yaml", &team)]));
    let (both, one, none) = (both.unwrap(), api(PRODUCT, USER), Api { products: Vec::new() });
    let added = [
        "addition  im.team: the resource is new",
        "addition  im.team.create: the endpoint is new",
        "addition  im.team.remove: the endpoint is new",
    ];
    assert_eq!(lines(&one, &both), added);
    let removed = [
        "breaking  im.team: the resource is removed",
        "breaking  im.team.create: the endpoint is removed",
        "breaking  im.team.remove: the endpoint is removed",
    ];
    assert_eq!(lines(&both, &one), removed);
    let renamed = Sources::from_texts([("im/product.yaml", PRODUCT), ("im/account.yaml", USER)]);
    assert_eq!(
        lines(&one, &read(&renamed).unwrap()),
        [
            "breaking  im.user: the resource is renamed to `account`",
            "breaking  im.user.create: the endpoint is called `im.account.create` now",
            "breaking  im.user.remove: the endpoint is called `im.account.remove` now",
            "addition  im.account: the resource is new",
        ]
    );
    assert_eq!(lines(&none, &one).first().unwrap(), "addition  im: the product is new");
    assert_eq!(lines(&one, &none).first().unwrap(), "breaking  im: the product is removed");
    assert!(lines(&both, &both).is_empty());
}

#[test]
fn shared_types_are_compared_once_and_may_move() {
    let with = |shared: &str, user: &str| {
        let files = [("im/product.yaml", PRODUCT), ("im/types.yaml", shared), ("im/user.yaml", user)];
        read(&Sources::from_texts(files)).unwrap()
    };
    let shared = format!("title: Shared\ntypes:\n{GENDER}");
    let moved = with(&shared, &USER.replace(GENDER, ""));
    assert_eq!(lines(&api(PRODUCT, USER), &moved), ["addition  im.types.Gender: the type is new"]);
    let fewer = with(&shared.replace("male: 1, ", ""), &USER.replace(GENDER, ""));
    assert_eq!(lines(&moved, &fewer), ["breaking  im.types.Gender: `Male` (1) is removed"]);
    let text = with(&shared.replace("Shared", "Common"), &USER.replace(GENDER, ""));
    assert_eq!(lines(&moved, &text), ["docs      im.types: the title changed"]);
}

#[test]
fn what_becomes_a_default_is_a_change_of_the_product_alone() {
    let product = |defaults: &str| PRODUCT.replace("retry: never }", &format!("retry: never, {defaults} }}"));
    let said_each = USER
        .replace("path:", "rate: 10/s\n    path:")
        .replace("user/remove", "user/remove\n    errors: [bad_parameter]");
    let said_once = USER.replace("    errors: [bad_parameter]\n", "");
    let (old, new) = (api(PRODUCT, &said_each), api(&product("errors: [bad_parameter], rate: 10/s"), &said_once));
    assert_eq!(
        lines(&old, &new),
        [
            "docs      im: the default rate is `10/s`, was not given",
            "docs      im: the errors of every endpoint changed"
        ]
    );
    let faster = api(&product("errors: [bad_parameter], rate: 20/s"), &said_once);
    assert_eq!(lines(&new, &faster), ["docs      im: the default rate is `20/s`, was `10/s`"]);
    let without = api(
        &product("errors: [bad_parameter], rate: 10/s"),
        &said_once.replace("path: /user/remove", "path: /user/remove\n    rate: none\n    errors: [server_error]"),
    );
    assert_eq!(
        lines(&new, &without),
        [
            "docs      im.user.remove: the documented rate is gone, was `10/s`",
            "docs      im.user.remove: the list of errors changed"
        ]
    );
}

#[test]
fn another_way_to_the_next_page_is_seen() {
    let paged = |way: &str| USER.replace("path: /user/create", &format!("path: /user/create\n    pages: {way}"));
    let (token, last) = (paged("{ items: x, token: { token: next } }"), paged("{ items: x, last: { token: id } }"));
    let expected = "behaviour im.user.create: the way to the next page changed";
    assert_eq!(lines(&api(PRODUCT, &token), &api(PRODUCT, &last)), [expected]);
}

#[test]
fn what_moves_in_new_is_seen_whatever_else_changes() {
    let moved =
        USER.replace(ROOM, "").replace("      accid: { type: id, req", &format!("{ROOM}      accid: {{ type: id, req"));
    let expected = "breaking  im.user.create: `new` takes (room, accid), was (accid, room)";
    assert_eq!(lines(&api(PRODUCT, USER), &api(PRODUCT, &moved)), [expected]);
    let fields = USER.replace(NAME, "").replace(AGE, &format!("{AGE}{NAME}"));
    let expected = "breaking  im.user.Profile: `new` takes (age, name), was (name, age)";
    assert_eq!(lines(&api(PRODUCT, USER), &api(PRODUCT, &fields)), [expected]);
}

#[test]
fn every_rule_has_a_case() {
    let tables = [PRODUCTS, ERRORS, ENDPOINTS, PARAMETERS, TYPES, callbacks::CASES];
    let tested: BTreeSet<_> = tables.into_iter().flatten().map(|case| case.0).chain(WHOLE.iter().copied()).collect();
    let untested: Vec<_> = Rule::ALL.iter().filter(|rule| !tested.contains(rule)).collect();
    assert!(untested.is_empty(), "{untested:?}");
}

#[test]
fn what_cannot_be_read_is_not_compared_and_what_the_checks_refuse_is() {
    let read_user = |user: &str| read(&Sources::from_texts([("im/product.yaml", PRODUCT), ("im/user.yaml", user)]));
    assert!(read_user(&USER.replace("title: Accounts", "titel: Accounts")).is_err());
    assert!(read_user(&USER.replace("type: i32, doc", "type: Missing, doc")).is_ok());
}

/// Does not compile when the model gets a part that nobody compares: give it a rule, or a reason, then name it here.
#[test]
#[rustfmt::skip]
fn every_part_of_the_model_is_compared() {
    let api = api(PRODUCT, USER);
    let Product {
        name: _, file: _, title: _, doc: _, docs: _, hosts: _, base_path: _, base_path_optional: _, health: _, signing: _, encoding: _, request_id_header: _, dedup: _, reply: _,
        errors: _, default_errors: _, default_rate: _, rejections: _, shared: _, callbacks: _, resources,
    } = &api.products[0];
    let Resource { name: _, file: _, title: _, doc: _, docs: _, endpoints, types: _ } = &resources[0];
    let Endpoint {
        id: _, name: _, rust_name: _, title: _, titles_zh: _, docs: _, doc: _, method: _, path: _, encoding: _, retry: _, timeout: _,
        rate: _, rate_note: _, missing: _, unwritten: _, signing: _, params, groups: _, rules: _, pages: _, returns: _, errors: _,
        example: _,
    } = &endpoints[0];
    let callbacks = callbacks::api(callbacks::CALLBACKS).products[0].callbacks.clone().unwrap();
    let Callbacks { file: _, title: _, doc: _, docs: _, verification: _, response, events, types: _ } = &callbacks;
    let CallbackResponse { decision: _, allow: _, refuse: _, code: _, changes: _, extension: _, expects: _ } = response.as_ref().unwrap();
    let Event {
        id: _, name: _, rust_name: _, variant: _, title: _, titles_zh: _, docs: _, doc: _, missing: _, type_key: _, types: _, has_keys: _,
        expects_response: _, expects: _, fields: _, example: _,
    } = &events[0];
    let TypeDef { doc: _, kind: _, in_request: _, in_reply: _, shared: _, closed: _, groups: _, rules: _ } = &resources[0].types[0];
    let Field {
        wire_name: _, rust_name: _, ty: _, required: _, places: _, wire: _, doc: _, limits: _, secret: _, deprecated: _, accept: _,
        pattern: _, one_of: _, listed: _, allowed: _, lower_case: _, default: _, nullable: _, single_quotes: _,
    } = &params[0];
}
