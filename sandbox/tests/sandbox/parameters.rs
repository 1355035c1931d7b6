//! Tests types, limits, places and spellings of parameters, one by one.

use yunxin_sandbox::Sandbox;

use crate::fixture::{TestSandbox, api};
use crate::wire::Call;

/// A form with one more field.
fn form(more: &str) -> Call {
    Call::form("/order/place.action", &format!("buyer=alice&amount=2&{more}"))
}

/// A JSON body with one more member.
fn body(more: &str) -> Call {
    Call::json("POST", "/v1/things", &format!(r#"{{"name":"chair",{more}}}"#))
}

fn get(target: &str) -> Call {
    Call::new("GET", target)
}

#[tokio::test]
async fn form_values_of_every_type_are_accepted() {
    let mut sandbox = TestSandbox::new().await;
    for good in [
        "big=18446744073709551615",
        "price=1.5",
        "price=0",
        "price=1e3",
        "note=",
        "note=%E6%B1%89%E6%B1%89",
        "gift=true",
        "gift=false",
        "fast=1",
        "fast=0",
        "size=2",
        "colour=b",
        "tags=%5B%5D",
        "tags=[\"a\",\"b\"]",
        "ids=[\"3083\",\"9223372036854775807\",3084]",
        "phones=[\"1\",\"2\"]",
        "codes=",
        "codes=1,-2,9223372036854775807",
        "extra={\"a\":null}",
        "extra=null",
        "address={\"city\":\"Ulm\",\"zip\":1}",
        "address={\"city\":\"\",\"zip\":99999,\"street\":\"汉汉汉汉汉\",\"near\":[{\"city\":\"a\",\"zip\":2}]}",
        "counts={\"a\":1,\"b\":-1}",
        "counts={}",
        "picture=AAECAw%3D%3D",
        "picture=",
        "due=-1",
        "pin=1234",
    ] {
        sandbox.assert_accepted(form(good)).await;
    }
}

#[tokio::test]
async fn form_values_of_other_types_are_refused() {
    let mut sandbox = TestSandbox::new().await;
    for (bad, words) in [
        ("big=-1", "`big` in the form is `-1`; expected an integer of 64 bits that is not negative in decimal"),
        ("big=18446744073709551616", "not negative"),
        ("big=+1", "`big` in the form is ` 1`"),
        ("big=%2B1", "`+1`"),
        ("big=1.0", "`1.0`"),
        ("big=", "``"),
        ("big=null", "`null`"),
        ("due=9223372036854775808", "an integer of 64 bits"),
        ("price=NaN", "a number"),
        ("price=-0.5", "is -0.5; expected at least 0"),
        ("gift=1", "expected `true` or `false`"),
        ("gift=True", "expected `true` or `false`"),
        ("fast=true", "expected `1` or `0`"),
        ("size=large", "the number of a Size: 1 (small), 2 (large)"),
        ("size=2147483648", "the number of a Size"),
        ("tags=a,b", "which is not JSON"),
        ("tags={}", "expected a list"),
        ("ids=[\"a\"]", "`ids[0]` in the form is the string `a`; expected an integer of 64 bits"),
        ("ids=[\"9223372036854775808\"]", "`ids[0]`"),
        ("tags=[1]", "`tags[0]` in the form is the number 1; expected a string"),
        ("tags=[\"a\",null]", "`tags[1]` in the form is null"),
        ("tags=[\"\\n\"]", "control characters"),
        ("codes=1,,2", "`codes[1]`"),
        ("codes=[1]", "`codes[0]`"),
        ("extra=plain", "JSON text"),
        ("extra={\"a\":1,\"a\":2}", "stands twice"),
        ("address=[]", "expected an object"),
        ("address={\"city\":\"Ulm\"}", "`address.zip` in the form is missing"),
        ("address={\"city\":\"Ulm\",\"zip\":\"1\"}", "`address.zip` in the form is the string `1`"),
        ("address={\"city\":\"Ulm\",\"zip\":1,\"cty\":1}", "did you mean `city`?"),
        (
            "address={\"city\":\"Ulm\",\"zip\":1,\"near\":[{\"city\":\"Berlin\",\"zip\":1}]}",
            "`address.near[0].city` in the form is 6 characters long; expected at most 5",
        ),
        ("counts={\"a\":2147483648}", "`counts.a`"),
        ("picture=A", "expected base64"),
        ("picture=++++", "with its `+` written as `%2B`"),
    ] {
        let name = bad.split('=').next().unwrap();
        let reply = sandbox.assert_refused(form(bad), words).await;
        assert_eq!(reply.json()["msg"], format!("bad param '{name}'"));
    }
}

#[tokio::test]
async fn limits_of_forms_count_what_they_say() {
    let mut sandbox = TestSandbox::new().await;
    for (bad, words) in [
        ("note=%E6%B1%89%E6%B1%89x", "7 bytes long; expected at most 6"),
        ("tags=[\"a\",\"b\",\"c\"]", "3 items long; expected at most 2"),
        ("extra={\"a\": \"1234\"}", "13 characters long; expected at most 12"),
        ("address={\"city\":\"Ulm\",\"zip\":0}", "`address.zip` in the form is 0; expected 1 to 99999"),
        ("picture=AAECAwQ%3D", "5 bytes long; expected at most 4"),
    ] {
        sandbox.assert_refused(form(bad), words).await;
    }
    sandbox.assert_refused(Call::form("/order/place.action", "buyer=alice&amount=0"), "is 0; expected 1 to 9").await;
    sandbox.assert_refused(Call::form("/order/place.action", "buyer=alice&amount=10"), "is 10; expected 1 to 9").await;
    sandbox
        .assert_refused(
            Call::form("/order/place.action", "buyer=alicealice&amount=1"),
            "10 characters long; expected at most 8",
        )
        .await;
}

#[tokio::test]
async fn json_values_of_every_type_are_accepted() {
    let mut sandbox = TestSandbox::new().await;
    for good in [
        r#""count":9223372036854775807"#,
        r#""count":-9223372036854775808"#,
        r#""count":"9223372036854775807""#,
        r#""count":"-1""#,
        r#""quoted":"5""#,
        r#""quoted":5"#,
        r#""part":{"id":"3083"}"#,
        r#""parts":[{"id":"3083"},{"id":3084}]"#,
        r#""packed":"{\"id\":\"3083\"}""#,
        r#""bit":1"#,
        r#""flag":false"#,
        r#""ratio":1"#,
        r#""ratio":0.25"#,
        r#""part":{"id":1}"#,
        r#""part":{"id":1,"name":"leg","kind":1}"#,
        r#""packed":"{\"id\":1}""#,
        r#""parts":[]"#,
        r#""parts":[{"id":1},{"id":2}]"#,
        r#""map":{"a":[1,2]}"#,
        r#""any":null"#,
        r#""any":[1]"#,
        r#""kind":0"#,
        r#""room":"hall""#,
    ] {
        sandbox.assert_accepted(body(good)).await;
    }
}

#[tokio::test]
async fn json_values_of_other_types_are_refused() {
    let mut sandbox = TestSandbox::new().await;
    for (bad, words) in [
        (r#""count":"1x""#, "`count` in the JSON body is the string `1x`; expected an integer of 64 bits"),
        (r#""count":"+1""#, "the string `+1`"),
        (r#""count":"""#, "the string ``"),
        (r#""count":" 1""#, "the string ` 1`"),
        (r#""count":"9223372036854775808""#, "an integer of 64 bits"),
        (r#""count":1.0"#, "the number 1.0"),
        (r#""count":9223372036854775808"#, "an integer of 64 bits"),
        (r#""quoted":5.0"#, "an integer of 64 bits"),
        (r#""quoted":6"#, "is 6; expected 1 to 5"),
        (r#""quoted":true"#, "a string that holds a number"),
        (r#""quoted":"6""#, "is 6; expected 1 to 5"),
        (r#""quoted":"x""#, "an integer of 64 bits in decimal"),
        (r#""bit":true"#, "the number 1 or 0"),
        (r#""flag":1"#, "true or false"),
        (r#""flag":"true""#, "true or false"),
        (r#""ratio":"1""#, "a number"),
        (r#""part":"{\"id\":1}""#, "an object"),
        (r#""part":{}"#, "`part.id` in the JSON body is missing"),
        (r#""part":{"id":null}"#, "`part.id` in the JSON body is null"),
        (r#""part":{"id":1,"name":"legs"}"#, "4 characters long; expected at most 3"),
        (r#""packed":{"id":1}"#, "a string that holds JSON"),
        (r#""packed":"{\"id\":123456789012345}""#, "22 characters long; expected at most 20"),
        (r#""parts":{"id":1}"#, "a list"),
        (r#""parts":[{"id":1},{"id":2},{"id":3}]"#, "3 items long"),
        (r#""parts":[{"id":1},{"idd":2}]"#, "`parts[1].idd` in the JSON body is no field of Part"),
        (r#""map":{"a":[1],"b":[]}"#, "2 items long; expected at most 1"),
        (r#""map":{"a":["x"]}"#, "`map.a[0]`"),
        (r#""any":"1234567890""#, "12 characters long; expected at most 10"),
        (r#""kind":"1""#, "the number of a Kind: 0 (plain), 1 (odd)"),
        (r#""name":"stool""#, "the key `name` stands twice"),
    ] {
        sandbox.assert_refused(body(bad), words).await;
    }
}

#[tokio::test]
async fn values_that_are_not_listed_pass_with_a_warning() {
    let mut sandbox = TestSandbox::new().await;
    sandbox.assert_warning(form("size=3"), "`size` is `3`, which is no known Size: 1 (small), 2 (large)").await;
    sandbox.assert_warning(form("colour=red"), "which is no known Colour: r (red), b (blue)").await;
    sandbox.assert_warning(body(r#""kind":7"#), "no known Kind").await;
    sandbox.assert_warning(body(r#""part":{"id":1,"kind":7}"#), "`part.kind` is `7`").await;
}

#[tokio::test]
async fn null_counts_as_absent() {
    let mut sandbox = TestSandbox::new().await;
    sandbox.assert_warning(body(r#""count":null"#), "`count` is null and counts as absent").await;
    sandbox.assert_warning(body(r#""part":{"id":1,"name":null}"#), "`part.name` is null").await;
    sandbox.assert_warning(form("tags=null"), "`tags` is null").await;
    sandbox.assert_refused(Call::json("POST", "/v1/things", r#"{"name":null}"#), "`name` is missing").await;
}

#[tokio::test]
async fn secret_values_are_not_repeated() {
    let mut sandbox = TestSandbox::new().await;
    sandbox.assert_refused(form("pin=12345"), "`pin` in the form is 5 characters long").await;
    let (_, line) = sandbox.send_signed(form("address={\"city\":\"Ulm\",\"zip\":1,\"street\":4711}")).await;
    assert!(line.contains("`address.street` in the form is ***") && !line.contains("4711"), "{line}");
}

#[tokio::test]
async fn lenient_lets_unknown_names_pass_at_every_depth() {
    let mut sandbox = TestSandbox::start(Sandbox::builder(api()).lenient(true)).await;
    sandbox.assert_warning(form("foo=1"), "`foo` in the form is no parameter").await;
    sandbox.assert_warning(body(r#""part":{"id":1,"idd":2}"#), "`part.idd` is no field of Part").await;
    sandbox.assert_refused(form("big=x"), "`big`").await;
}

#[tokio::test]
async fn a_name_that_is_almost_right_is_recognised() {
    let mut sandbox = TestSandbox::new().await;
    let reply = sandbox
        .assert_refused(Call::form("/order/place.action", "buier=alice&amount=1"), "did you mean `buyer`?")
        .await;
    assert_eq!(reply.json()["msg"], "bad param 'buier'");
}

#[tokio::test]
async fn a_required_name_may_not_be_empty() {
    let mut sandbox = TestSandbox::new().await;
    for (bad, words) in
        [("buyer=&amount=1", "`buyer` is empty"), ("amount=1", "`buyer` is missing; expected in the form")]
    {
        let reply = sandbox.assert_refused(Call::form("/order/place.action", bad), words).await;
        assert_eq!(reply.json()["msg"], "buyer is empty");
    }
    // A product without its own error text for it.
    let reply = sandbox.assert_refused(Call::json("POST", "/v1/things", "{}"), "`name` is missing").await;
    assert_eq!(reply.json()["errmsg"], "bad name");
    sandbox.assert_refused(Call::form("/order/place.action", ""), "`buyer` is missing").await;
}

#[tokio::test]
async fn other_spellings_are_the_same_parameter() {
    let mut sandbox = TestSandbox::new().await;
    sandbox.assert_accepted(Call::form("/order/place.action", "buyerId=alice&amount=1")).await;
    sandbox
        .assert_refused(
            Call::form("/order/place.action", "buyerId=alice&amount=1&buyer=alice"),
            "`buyerId` and `buyer` in the form are the same parameter",
        )
        .await;
    sandbox
        .assert_refused(
            Call::form("/order/place.action", "buyerId=alicealice&amount=1"),
            "`buyerId` in the form is 10 characters long",
        )
        .await;
}

#[tokio::test]
async fn form_parameters_may_be_in_the_query_but_not_in_both_with_different_values() {
    let mut sandbox = TestSandbox::new().await;
    sandbox.assert_accepted(Call::form("/order/place.action?buyer=alice&amount=1", "")).await;
    sandbox.assert_accepted(Call::new("POST", "/order/place.action?buyer=alice&amount=1")).await;
    sandbox.assert_accepted(Call::form("/order/place.action?buyer=alice", "amount=1")).await;
    sandbox.assert_accepted(Call::form("/order/place.action?buyer=alice", "amount=1&buyer=alice")).await;
    sandbox
        .assert_refused(
            Call::form("/order/place.action?buyer=alice", "amount=1&buyer=bob"),
            "`buyer` has one value in the query and another in the form",
        )
        .await;
    sandbox
        .assert_refused(
            Call::form("/order/place.action?buyer=alice&buyer=alice", "amount=1"),
            "`buyer` stands twice in the query",
        )
        .await;
    sandbox.assert_refused(form("amount=2"), "`amount` stands twice in the form").await;
}

#[tokio::test]
async fn a_parameter_of_two_places_may_be_in_either_or_both() {
    let mut sandbox = TestSandbox::new().await;
    sandbox.assert_accepted(Call::json("POST", "/v1/things?room=hall", r#"{"name":"chair"}"#)).await;
    sandbox.assert_accepted(Call::json("POST", "/v1/things?room=hall", r#"{"name":"chair","room":"hall"}"#)).await;
    sandbox
        .assert_refused(
            Call::json("POST", "/v1/things?room=hall", r#"{"name":"chair","room":"attic"}"#),
            "one value in the query and another in the JSON body",
        )
        .await;
}

#[tokio::test]
async fn a_parameter_that_is_repeated_elsewhere_passes_with_a_warning() {
    let mut sandbox = TestSandbox::new().await;
    sandbox
        .assert_warning(
            Call::json("POST", "/v1/kick?name=chair&hard=3", r#"{"name":"chair","hard":3}"#),
            "`name` is in the JSON body too; expected only in the query",
        )
        .await;
    sandbox
        .assert_warning(
            Call::json("POST", "/v1/kick?name=chair", r#"{"NA_me":"chair"}"#),
            "`NA_me` in the JSON body repeats `name` of the query",
        )
        .await;
    sandbox
        .assert_refused(
            Call::json("POST", "/v1/kick?name=chair", r#"{"NA_me":"stool"}"#),
            "`NA_me` in the JSON body is no",
        )
        .await;
    sandbox
        .assert_refused(
            Call::json("POST", "/v1/kick?name=chair", r#"{"name":"stool"}"#),
            "one value in the query and another",
        )
        .await;
    sandbox
        .assert_refused(
            Call::json("POST", "/v1/kick", r#"{"name":"chair"}"#),
            "`name` is in the JSON body; expected in the query",
        )
        .await;
    sandbox
        .assert_refused(
            Call::json("POST", "/v1/things?name=chair", "{}"),
            "`name` is in the query; expected in the JSON body",
        )
        .await;
}

#[tokio::test]
async fn an_endpoint_without_a_body_takes_an_empty_one() {
    let mut sandbox = TestSandbox::new().await;
    for content in ["", "{}", " {\n} "] {
        sandbox.assert_accepted(Call::new("POST", "/v1/kick?name=chair").body(content)).await;
        sandbox.assert_accepted(Call::json("POST", "/v1/kick?name=chair", content)).await;
        sandbox.assert_accepted(Call::new("GET", "/v1/things/7").body(content)).await;
    }
    sandbox.assert_refused(Call::json("POST", "/v1/kick?name=chair", "name=chair"), "no body is expected here").await;
    sandbox.assert_refused(Call::json("POST", "/v1/kick?name=chair", "[]"), "no body is expected here").await;
}

#[tokio::test]
async fn a_form_without_required_fields_may_be_empty() {
    let mut sandbox = TestSandbox::new().await;
    sandbox.assert_accepted(Call::new("POST", "/order/touch.action")).await;
    sandbox.assert_accepted(Call::form("/order/touch.action", "")).await;
    sandbox
        .assert_refused(
            Call::new("POST", "/order/touch.action").body("depth=1"),
            "there is a body, but no Content-Type",
        )
        .await;
}

#[tokio::test]
async fn a_delete_may_have_a_json_body() {
    let mut sandbox = TestSandbox::new().await;
    let reply = sandbox.assert_accepted(Call::json("DELETE", "/v1/things/7/parts", r#"{"parts":["leg"]}"#)).await;
    assert_eq!((reply.status, reply.body.as_str(), reply.get("Content-Type")), (200, "", None));
    sandbox
        .assert_refused(
            Call::json("DELETE", "/v1/things/7/parts", "{}"),
            "`parts` is missing; expected in the JSON body",
        )
        .await;
    sandbox.assert_refused(Call::new("DELETE", "/v1/things/7/parts"), "`parts` is missing").await;
}

#[tokio::test]
async fn queries_are_lists_joined_by_commas() {
    let mut sandbox = TestSandbox::new().await;
    sandbox.assert_accepted(get("/v1/things/7?fields=a,b%2Cc")).await;
    sandbox.assert_accepted(get("/v1/things/7?fields=")).await;
    sandbox.assert_refused(get("/v1/things/7?fields=a,b,c,d"), "4 items long; expected at most 3").await;
    sandbox.assert_refused(get("/v1/things/7?fields=a&fields=b"), "`fields` stands twice in the query").await;
}

#[tokio::test]
async fn path_parameters_are_typed_and_limited() {
    let mut sandbox = TestSandbox::new().await;
    sandbox.assert_refused(get("/v1/things/x"), "`id` in the path is `x`; expected an integer").await;
    sandbox.assert_refused(get("/v1/things/-1"), "not negative").await;
    sandbox.assert_accepted(get("/v1/things/7/parts/a%7Cb")).await;
    sandbox.assert_accepted(get("/v1/things/7/parts/a%2Fb")).await;
    sandbox.assert_refused(get("/v1/things/7/parts/abcde"), "5 characters long; expected at most 4").await;
    sandbox.assert_refused(get("/v1/things/7/parts/a%0A"), "control characters").await;
    sandbox
        .assert_refused(get("/v1/things/7/parts/%ff"), "`part` in the path cannot be decoded: it is not UTF-8")
        .await;
    sandbox.assert_refused(get("/v1/things/7/parts/%4"), "`%4` is no percent-encoding").await;
}

#[tokio::test]
async fn header_parameters_are_checked_and_other_headers_are_not() {
    let mut sandbox = TestSandbox::new().await;
    sandbox
        .assert_accepted(form("gift=true").header("x-shelf", "3").header("User-Agent", "me").header("X-Other", "1"))
        .await;
    sandbox.assert_refused(form("gift=true").header("X-SHELF", "top"), "`X-Shelf` in the headers is `top`").await;
    sandbox
        .assert_refused(
            form("gift=true").with_extra_header("X-Shelf", "1").with_extra_header("X-Shelf", "1"),
            "`X-Shelf` stands twice in the headers",
        )
        .await;
    sandbox.assert_refused(form("X-Shelf=1"), "`X-Shelf` is in the form; expected in the headers").await;
}

#[tokio::test]
async fn malformed_bodies_are_refused() {
    let mut sandbox = TestSandbox::new().await;
    for (bad, words) in [
        ("big=%zz", "`big` in the form cannot be decoded: `%zz`"),
        ("%e6=1", "UTF-8"),
        ("note=%ff", "`note` in the form cannot be decoded"),
    ] {
        sandbox.assert_refused(form(bad), words).await;
    }
    sandbox
        .assert_refused(form("x").body(b"note=\xff".to_vec()), "`note` in the form cannot be decoded: it is not UTF-8")
        .await;
    for (bad, words) in [
        ("{", "the body is not JSON: EOF"),
        ("[]", "the body is the list `[]`; expected a JSON object"),
        ("null", "the body is null"),
        ("{} x", "trailing"),
        ("{\"name\":\"\\ud800\"}", "not JSON"),
    ] {
        let reply = sandbox.assert_refused(Call::json("POST", "/v1/things", bad), words).await;
        assert_eq!(reply.json()["errmsg"], "bad body");
    }
    sandbox
        .assert_refused(Call::json("POST", "/v1/things", "").body(b"{\"name\":\"\xff\"}".to_vec()), "not JSON")
        .await;
}

fn parts(content: &str) -> Call {
    Call::new("POST", "/order/upload.action")
        .header("Content-Type", "multipart/form-data; boundary=\"b b\"")
        .body(content.replace('\n', "\r\n"))
}

#[tokio::test]
async fn uploads_are_read_part_by_part() {
    const FILE: &str =
        "--b b\nContent-Disposition: form-data; name=\"content\"; filename=\"a.png\"\nContent-Type: image/png\n\n";
    let mut sandbox = TestSandbox::new().await;
    sandbox.assert_accepted(parts(&format!("{FILE}12345678\n--b b--\n"))).await;
    sandbox
        .assert_accepted(parts(&format!(
            "{FILE}\n--b b\nContent-Disposition: form-data; name=\"amount\"\n\n7\n--b b--\n"
        )))
        .await;
    for (bad, words) in [
        (format!("{FILE}123456789\n--b b--\n"), "9 bytes long; expected at most 8"),
        (format!("{FILE}1\n{FILE}1\n--b b--\n"), "`content` stands twice"),
        (format!("{FILE}1\n"), "the multipart body is malformed"),
        (String::new(), "malformed"),
        ("--b b--\n".to_owned(), "`content` is missing"),
        (
            "--b b\nContent-Disposition: form-data; name=\"content\"\n\n1\n--b b--\n".to_owned(),
            "expected a part with a file name",
        ),
        (
            format!("{FILE}1\n--b b\nContent-Disposition: form-data; name=\"amount\"; filename=\"x\"\n\n7\n--b b--\n"),
            "expected a plain part",
        ),
        (
            format!("{FILE}1\n--b b\nContent-Disposition: form-data; name=\"amount\"\n\nx\n--b b--\n"),
            "`amount` in the form is `x`",
        ),
        (format!("{FILE}1\n--b b\nContent-Disposition: form-data\n\nx\n--b b--\n"), "has no name"),
        (
            format!("{FILE}1\n--b b\nContent-Disposition: form-data; name=\"more\"\n\nx\n--b b--\n"),
            "`more` in the form is no parameter",
        ),
    ] {
        sandbox.assert_refused(parts(&bad), words).await;
    }
    sandbox.assert_refused(parts(FILE).header("Content-Type", "multipart/form-data"), "no usable boundary").await;
}
