//! Tests several faults in one call, and formats that only some servers accept.

use yunxin_sandbox::Sandbox;

use crate::fixture::{TestSandbox, api};
use crate::wire::Call;

/// A form with one more field.
fn form(more: &str) -> Call {
    Call::form("/order/place.action", &format!("buyer=alice&amount=2&{more}"))
}

#[tokio::test]
async fn all_faults_inside_of_a_value_are_reported_in_order() {
    let mut sandbox = TestSandbox::new().await;
    let address = r#"address={"cty":1,"zip":0,"near":[{"zip":1},{"city":"Berlin","zip":1}]}"#;
    let (_, line) = sandbox.send_signed(form(address)).await;
    let faults: Vec<&str> = line.lines().map(|line| line.split(": `").nth(1).unwrap()).collect();
    let wanted = [
        "address.cty` in the form is no field",
        "address.city` in the form is missing",
        "address.zip` in the form is 0",
        "address.near[0].city` in the form is missing",
        "address.near[1].city` in the form is 6 characters long",
    ];
    assert_eq!(faults.len(), wanted.len(), "{line}");
    assert!(faults.iter().zip(wanted).all(|(fault, words)| fault.starts_with(words)), "{line}");
}

#[tokio::test]
async fn a_flood_of_faults_is_counted_and_cut() {
    let mut sandbox = TestSandbox::new().await;
    let flood: Vec<String> = (0..500).map(|number| format!("u{number}=1")).collect();
    let (_, line) = sandbox.send_signed(form(&flood.join("&"))).await;
    assert_eq!(line.lines().count(), 52);
    assert!(line.ends_with("and 449 more faults"), "{line}");
}

#[tokio::test]
async fn an_unreadable_value_is_not_reported_as_missing() {
    let mut sandbox = TestSandbox::new().await;
    let call = || Call::form("/order/place.action?nope=1", "buyer=alice");
    let (_, line) = sandbox.send_signed(call().header("Content-Type", "text/xml")).await;
    assert!(line.lines().count() == 2 && !line.contains("missing") && line.contains("`nope`"), "{line}");
    let (_, line) = sandbox.send_signed(Call::json("POST", "/v1/things?nope=1", "{")).await;
    assert!(line.lines().count() == 2 && !line.contains("missing") && line.contains("`nope`"), "{line}");
    let (_, line) = sandbox.send_signed(Call::form("/order/place.action", "buyer=%zz&amount=1")).await;
    assert!(line.lines().count() == 1 && line.contains("cannot be decoded"), "{line}");
}

#[tokio::test]
async fn single_quotes_are_read_where_the_spec_says_so() {
    let mut sandbox = TestSandbox::new().await;
    sandbox.assert_warning(form("phones=['1','2']"), "`phones` is JSON with single quotes; expected double ones").await;
    sandbox.assert_warning(form("phones=['it\\'s',\"2\"]"), "single quotes").await;
    sandbox.assert_refused(form("phones=['1','2','3']"), "3 items long; expected at most 2").await;
    sandbox.assert_refused(form("phones=['1',2]"), "`phones[1]` in the form is the number 2").await;
    sandbox.assert_refused(form("phones=['1'"), "which is not JSON").await;
    sandbox.assert_refused(form("tags=['a']"), "its strings have single quotes").await;
    sandbox.assert_refused(form("extra={'a':1}"), "its strings have single quotes").await;
    let mut lenient = TestSandbox::start(Sandbox::builder(api()).lenient(true)).await;
    lenient.assert_warning(form("tags=['a']"), "`tags` is JSON with single quotes").await;
    lenient.assert_warning(form("extra={'a':1}"), "`extra` is JSON with single quotes").await;
    lenient.assert_warning(form("fast=true"), "`fast` is `true`; expected `1` or `0`").await;
    lenient.assert_refused(form("gift=yes"), "expected `true` or `false`").await;
    lenient.assert_warning(form("due="), "`due` is empty and counts as absent").await;
    sandbox.assert_refused(form("due="), "what is not set is left out").await;
}
