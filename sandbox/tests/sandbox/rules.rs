//! Tests rules between parameters, `one_of` values, and paths that end with a slash.

use yunxin_sandbox::{RefusalKind, Sandbox};

use crate::fixture::{TestSandbox, api_of};
use crate::wire::Call;

async fn test_sandbox() -> TestSandbox {
    let product = include_str!("fixture/shop_product.yaml")
        .replace("  path:", "  order: { error: bad_parameter, text: bad time }\n  path:");
    let texts = [("shop/product.yaml", product.as_str()), ("shop/rule.yaml", include_str!("fixture/rules.yaml"))];
    TestSandbox::start(Sandbox::builder(api_of(&texts))).await
}

fn find(more: &str) -> Call {
    Call::form("/shopserver/rule/find/", more)
}

#[tokio::test]
async fn requests_that_keep_the_rules_are_accepted_without_a_warning() {
    let mut sandbox = test_sandbox().await;
    for good in [
        "begin=1&end=2",
        "begin=1&end=61&mode=2&depth=3",
        "begin=1&end=2&deep=1&why=lost&hint=green",
        "begin=1&end=2&deep=0",
        "begin=1&end=2&few=2,2&name=alice",
        "begin=1&end=2&part={\"left\":1,\"right\":2,\"mode\":1,\"colour\":\"red\"}",
    ] {
        sandbox.assert_accepted(find(good)).await;
    }
}

#[tokio::test]
async fn a_rule_that_is_broken_is_named_with_both_parameters() {
    let mut sandbox = test_sandbox().await;
    for (bad, expected) in [
        ("begin=2&end=2", "`begin` is not less than `end`"),
        ("begin=1&end=62", "`begin` and `end` are not as far apart as expected, at most 1 minute"),
        ("begin=1&end=2&depth=3", "`depth` is given; expected only if `mode` is `2` (slow)"),
        ("begin=1&end=2&mode=1&depth=3", "`depth` is given; expected only if `mode` is `2` (slow)"),
        ("begin=1&end=2&deep=1", "`why` is missing; expected if `deep` is `true`"),
        ("begin=1&end=2&hint=a&name=b", "`hint` and `name` are both given; expected at most one"),
        ("begin=1&end=2&mode=9", "`mode` in the form is `9`; expected one of the only values taken here, 1, 2"),
        ("begin=1&end=2&few=2,1", "`few[1]` in the form is `1`; expected one of the only values taken here, 2 (slow)"),
        ("begin=1&end=2&part={\"left\":1}", "there with 1 of left, right; expected all of them or none"),
        ("begin=1&end=2&part={\"left\":2,\"right\":1}", "`left` is not less than `right`"),
        ("begin=1&end=2&part={\"mode\":9}", "`part.mode` in the form is `9`"),
    ] {
        sandbox.assert_refused(find(bad), expected).await;
    }
}

#[tokio::test]
async fn the_wrong_order_is_answered_in_the_words_of_the_platform() {
    let mut sandbox = test_sandbox().await;
    let reply = sandbox.assert_refused(find("begin=2&end=1"), "not less").await;
    assert!(reply.body.contains("bad time"), "{}", reply.body);
    let received = sandbox.server.received();
    assert_eq!(received.last().and_then(|last| last.verdict.refusal()), Some(RefusalKind::Order));
    let reply = sandbox.assert_refused(find("begin=1&end=2&mode=9"), "`9`").await;
    assert!(reply.body.contains("bad param 'mode'"), "{}", reply.body);
}

#[tokio::test]
async fn values_without_effect_and_values_that_cannot_be_found_later_give_a_warning() {
    let mut sandbox = test_sandbox().await;
    for (odd, expected) in [
        ("begin=1&end=2&hint=green", "`hint` has no effect; it has one only if `why` is given"),
        ("begin=1&end=2&name=Alice", "`name` has capital letters; the server keeps it as `alice`"),
        ("begin=1&end=2&part={\"colour\":\"red\"}", "in `part`, `colour` has no effect"),
    ] {
        sandbox.assert_warning(find(odd), expected).await;
    }
}

#[tokio::test]
async fn a_path_with_a_slash_at_its_end_is_another_one() {
    let mut sandbox = test_sandbox().await;
    sandbox.assert_accepted(Call::form("/shopserver/rule/look", "")).await;
    for (wrong, expected) in [
        ("/shopserver/rule/find", "there is no such path; it must end with a slash"),
        ("/shopserver/rule/look/", "there is no such path; it must not end with a slash"),
        ("/shopserver/rule/find//", "there is no such path"),
        ("/shopserver/rule//find/", "there is no such path"),
    ] {
        sandbox.assert_refused(Call::form(wrong, "begin=1&end=2"), expected).await;
    }
}
