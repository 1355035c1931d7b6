use super::*;
use crate::{Compiled, compile};

const IM: &str = "product: im
title: Messaging
docs: https://doc.yunxin.163.com/im
hosts: { mainland: [https://api.example.com] }
base_path: /nimserver
request_id: { header: RequestId }
defaults: { method: POST, encoding: form }
reply: { success: { http: 200, code: [200] }, message: [desc] }
errors:
  414: { name: bad_parameter, meaning: A parameter is wrong. }
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

const USER: &str = "# A comment.
resource: user
title:   Accounts     # odd blanks

endpoints:
  # the first
  create:
    title: Register
    docs: https://doc.yunxin.163.com/create
    path: /user/create.action
    params:
      gender: { type: Gender, doc: Gender in the profile. }   # why
    returns: nothing
    example: { request: {}, reply: { code: 200 } }
    # behind the last

# Types of this file.
types:
  Gender:
    doc: Gender in a profile.
    enum: i32
    values: { male: 1 }
";

fn sources(user: &str) -> Sources {
    Sources::from_texts([("im/product.yaml", IM), ("im/user.yaml", user)])
}

fn wanted(name: &str, path: &str) -> NewEndpoint {
    let (resource, name) = name.split_once('/').unwrap_or(("user", name));
    NewEndpoint {
        product: "im".to_owned(),
        resource: resource.to_owned(),
        name: name.to_owned(),
        method: None,
        path: path.to_owned(),
        encoding: None,
    }
}

fn compiled(files: &[(&str, &str)]) -> Compiled {
    let sources = Sources::from_texts(files.iter().copied());
    let compiled = compile(&sources).unwrap_or_else(|found| panic!("{}", found.render(&sources, false)));
    assert!(compiled.warnings.iter().all(|warning| warning.code == Code::Placeholder));
    compiled
}

fn refusal(name: &str, path: &str) -> String {
    endpoint(&sources(USER), &wanted(name, path)).unwrap_err().to_string()
}

#[test]
fn an_endpoint_goes_before_the_types_and_everything_else_stays() {
    let edit = endpoint(&sources(USER), &wanted("freeze", "/user/freeze.action")).unwrap();
    let text = edit.apply(USER);
    let added = "
  freeze:
    title: TODO what the call does on one line without a full stop
    title_zh: TODO official title
    docs: https://doc.yunxin.163.com/TODO
    path: /user/freeze.action
    params:
      todo: { type: string, doc: TODO the parameters in the order of the official page }
    returns: nothing
    errors: []
    example:
      request: {}
      reply: { code: 200, todo: TODO the whole reply of the official page }
";
    let (before, after) = USER.split_once("\n# Types").unwrap();
    assert_eq!(text, format!("{before}{added}\n# Types{after}"));
    assert_eq!((edit.path.as_str(), edit.creates), ("im/user.yaml", false));
    assert_eq!(text.lines().nth(edit.line - 1), Some("  freeze:"));
    let places: Vec<_> = edit.placeholders.iter().map(YamlPath::to_string).collect();
    let expected = ["title", "title_zh", "docs", "params.todo", "example.reply.todo"];
    assert_eq!(places, expected.map(|key| format!("endpoints.freeze.{key}")));
    assert_eq!(compiled(&[("im/product.yaml", IM), ("im/user.yaml", &text)]).warnings.iter().count(), 5);
}

#[test]
fn a_resource_is_created_where_there_is_none() {
    for sources in [sources(USER), Sources::from_texts([("im/product.yaml", IM), ("im/team.yaml", " \n")])] {
        let edit = endpoint(&sources, &wanted("team/create", "/team/create.action")).unwrap();
        let text = edit.apply("");
        assert!(edit.creates);
        assert!(text.starts_with("# yaml-language-server: $schema=../schema.json\nresource: team\n"), "{text}");
        let api = compiled(&[("im/product.yaml", IM), ("im/team.yaml", &text)]).api;
        assert_eq!(api.products[0].resources[0].endpoints[0].id, "im.team.create");
    }
}

#[test]
fn what_the_product_says_is_not_repeated() {
    let lines = |method, encoding| {
        let wanted = NewEndpoint { method, encoding, ..wanted("freeze", "/user/freeze.action") };
        let text = endpoint(&sources(USER), &wanted).unwrap().apply(USER);
        let (_, added) = text.split_once("freeze:").unwrap();
        let told = |line: &&str| ["method:", "encoding:", "retry:"].iter().any(|key| line.starts_with(key));
        added.lines().map(str::trim).filter(told).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(lines(None, None), "");
    assert_eq!(lines(Some(Method::Post), Some(Encoding::Form)), "");
    assert_eq!(lines(Some(Method::Put), Some(Encoding::Json)), "method: PUT encoding: json");
    assert_eq!(lines(Some(Method::Get), None), "method: GET retry: safe");
    assert_eq!(lines(Some(Method::Delete), Some(Encoding::Query)), "method: DELETE");
    assert_eq!(lines(None, Some(Encoding::Multipart)), "encoding: multipart");
}

#[test]
fn placeholders_of_the_path_become_parameters() {
    let edit = endpoint(&sources(USER), &wanted("freeze", "/rooms/{roomId}/{type}{/send}")).unwrap();
    let text = edit.apply(USER);
    let api = compiled(&[("im/product.yaml", IM), ("im/user.yaml", &text)]).api;
    let params: Vec<_> = api.products[0].resources[0].endpoints[1]
        .params
        .iter()
        .map(|param| (param.wire_name.as_str(), param.rust_name.as_str(), param.required))
        .collect();
    assert_eq!(
        params,
        [
            ("roomId", "room_id", true),
            ("type", "todo_type", true),
            ("send", "todo_send", false),
            ("todo", "todo", false)
        ]
    );
}

#[test]
fn one_endpoint_after_the_other() {
    let mut text = USER.to_owned();
    for step in ["first", "second", "third"] {
        let wanted = wanted(step, &format!("/user/{step}.action"));
        text = endpoint(&sources(&text), &wanted).unwrap().apply(&text);
    }
    let api = compiled(&[("im/product.yaml", IM), ("im/user.yaml", &text)]).api;
    let names: Vec<_> = api.products[0].resources[0].endpoints.iter().map(|endpoint| endpoint.name.as_str()).collect();
    assert_eq!(names, ["create", "first", "second", "third"]);
}

#[test]
fn byte_order_marks_line_ends_and_other_indents_are_kept() {
    let wide: String = USER
        .lines()
        .map(|line| {
            let content = line.trim_start();
            format!("{:1$}{content}\r\n", "", 2 * (line.len() - content.len()))
        })
        .collect();
    let with_mark = format!("\u{feff}{wide}");
    let text = endpoint(&sources(&with_mark), &wanted("freeze", "/freeze")).unwrap().apply(&with_mark);
    assert!(text.starts_with('\u{feff}') && text.contains("\r\n\r\n    freeze:\r\n        title: "), "{text}");
    assert_eq!(text.matches('\n').count(), text.matches("\r\n").count());
    compiled(&[("im/product.yaml", IM), ("im/user.yaml", &text)]);
}

#[test]
fn a_product_is_started() {
    let edit = product(&sources(USER), "sms").unwrap();
    assert_eq!((edit.path.as_str(), edit.creates), ("sms/product.yaml", true));
    let text = edit.apply("");
    assert!(edit.placeholders.len() > 10);
    let first = Sources::from_texts([("sms/product.yaml", text.as_str())]);
    let wanted = NewEndpoint { product: "sms".to_owned(), ..wanted("code/send", "/sms/send") };
    let resource = endpoint(&first, &wanted).unwrap().apply("");
    compiled(&[("sms/product.yaml", &text), ("sms/code.yaml", &resource)]);
}

#[test]
fn what_is_there_is_not_added_again() {
    assert_eq!(refusal("create", "/x"), "`im.user.create` is in spec/im/user.yaml already");
    assert_eq!(product(&sources(USER), "im").unwrap_err().to_string(), "`im` is in spec/im/product.yaml already");
    let twice = refusal("register", "/user/create.action");
    assert!(twice.contains("E034: `POST /user/create.action` is described twice"), "{twice}");
    assert!(twice.contains("spec/im/user.yaml, endpoints.create.path"), "{twice}");
}

#[test]
fn bad_names_and_paths_are_refused() {
    for (name, path, complaint) in [
        ("Freeze", "/a", "`Freeze` cannot be the name of an endpoint: names are written in snake case"),
        ("../x/freeze", "/a", "cannot be the name of"),
        ("mod/freeze", "/a", "Rust keyword"),
        ("product/freeze", "/a", "describes the product itself"),
        ("types/freeze", "/a", "holds the types of several resources"),
        ("result", "/a", "already uses a type `Result`"),
        ("gender", "/a", "become the Rust type `Gender`"),
        ("freeze", "a", "a path starts with `/`"),
        ("freeze", "/a?b", "a path has no query"),
        ("freeze", "/nimserver/user/freeze.action", "write `/user/freeze.action`"),
        ("freeze", "/{a}/{A}", "both become the Rust field `a`"),
    ] {
        let found = refusal(name, path);
        assert!(found.contains(complaint), "{name} {path}: {found}");
    }
    assert!(product(&sources(USER), "crate").unwrap_err().to_string().contains("Rust keyword"));
}

#[test]
fn a_product_that_is_missing_can_be_started() {
    let wanted = NewEndpoint { product: "sms".to_owned(), ..wanted("freeze", "/a") };
    let found = endpoint(&sources(USER), &wanted).unwrap_err().to_string();
    assert_eq!(found, "there is no product `sms`; `cargo xtask new --product sms` starts one");
}

#[test]
fn broken_files_must_be_fixed_first_and_others_do_not_matter() {
    let freeze = wanted("freeze", "/a");
    for broken in ["resource: [", "resource: user\ntitle: Accounts\n", "a\tb"] {
        assert_eq!(
            endpoint(&sources(broken), &freeze),
            Err(ScaffoldError::Broken("im/user.yaml".to_owned())),
            "{broken}"
        );
    }
    let product = Sources::from_texts([("im/product.yaml", "product: im\n"), ("im/user.yaml", USER)]);
    assert_eq!(endpoint(&product, &freeze), Err(ScaffoldError::Broken("im/product.yaml".to_owned())));
    let other = [("im/product.yaml", IM), ("im/user.yaml", USER), ("im/team.yaml", "["), ("rtc/room.yaml", "x: 1")];
    assert!(endpoint(&Sources::from_texts(other), &freeze).is_ok());
}

#[test]
fn shapes_that_lines_do_not_show_are_left_alone() {
    let start = "resource: user\ntitle: Accounts\n";
    let flow = format!(
        "{start}endpoints: {{ create: {{ title: a, docs: 'https://a.b/c', path: /c, returns: nothing, example: {{ reply: {{ code: 200 }} }} }} }}\n"
    );
    let moved = flow.replace("endpoints: ", "endpoints:\n  ");
    for text in [flow, moved] {
        let found = endpoint(&sources(&text), &wanted("freeze", "/a"));
        assert_eq!(found, Err(ScaffoldError::NoPlace("im/user.yaml".to_owned())), "{text}");
    }
    let empty = format!("{start}endpoints: {{}}   # none yet\n");
    let text = endpoint(&sources(&empty), &wanted("freeze", "/a")).unwrap().apply(&empty);
    assert!(text.starts_with(&format!("{start}endpoints: # none yet\n  freeze:\n")), "{text}");
    compiled(&[("im/product.yaml", IM), ("im/user.yaml", &text)]);
}
