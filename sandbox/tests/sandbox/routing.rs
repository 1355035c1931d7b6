//! Tests routing: which endpoint or product a path belongs to.

use yunxin_sandbox::{Sandbox, StartError, Verdict};

use crate::fixture::{TestSandbox, api, api_of};
use crate::wire::Call;

async fn endpoint(sandbox: &mut TestSandbox, call: Call) -> Option<String> {
    sandbox.send_signed(call).await;
    sandbox.server.received().pop().unwrap().endpoint
}

fn get(target: &str) -> Call {
    Call::new("GET", target)
}

#[tokio::test]
async fn literals_win_over_parameters_and_the_last_segment_may_be_omitted() {
    let mut sandbox = TestSandbox::new().await;
    for (target, id) in [
        ("/v1/things/mine", "rest.thing.get_mine"),
        ("/v1/things/7", "rest.thing.get"),
        ("/v1/things/mine/parts", "rest.thing.list_parts"),
        ("/v1/things/7/parts", "rest.thing.list_parts"),
        ("/v1/things/7/parts/leg", "rest.thing.list_parts"),
        ("/v1/things/%6dine", "rest.thing.get_mine"),
    ] {
        assert_eq!(endpoint(&mut sandbox, get(target)).await.as_deref(), Some(id), "{target}");
    }
}

#[tokio::test]
async fn base_paths_are_optional_where_the_product_says_so() {
    let mut sandbox = TestSandbox::new().await;
    for target in ["/shopserver/order/place.action", "/order/place.action"] {
        sandbox.assert_accepted(Call::form(target, "buyer=a&amount=1")).await;
    }
    let ping = |target| Call::json("PUT", target, r#"{"text":""}"#);
    sandbox.assert_accepted(ping("/plainserver/ping")).await;
    let reply = sandbox
        .assert_refused(ping("/ping"), "with the base path of the product it is `/plainserver/ping` (plain.ping.ping)")
        .await;
    assert_eq!(reply.status, 468);
}

#[tokio::test]
async fn unknown_paths_are_answered_by_the_product_with_the_most_similar_ones() {
    let mut sandbox = TestSandbox::new().await;
    for (target, status) in [
        ("/plainserver/pong", 468),
        ("/plainserver", 468),
        ("/plainserver/ping/x", 468),
        ("/shopserver/x", 404),
        ("/order/x", 404),
        ("/v1/things/7/legs", 404),
    ] {
        let reply = sandbox.assert_refused(get(target), "there is no such path").await;
        assert_eq!(reply.status, status, "{target}");
        assert_eq!(reply.body.contains("no path"), target.starts_with("/v1"), "{reply:?}");
    }
    for target in ["/", "//", "/nothing/like/it", "/v2"] {
        let reply = sandbox.assert_refused(get(target), "there is no such path").await;
        assert_eq!((reply.status, reply.body.contains('{')), (404, false), "{target}");
    }
    sandbox.assert_refused(get("/v1/things/7/"), "it must not end with a slash").await;
    sandbox.assert_refused(get("/v1/things//parts"), "there is no such path").await;
}

#[tokio::test]
async fn other_methods_are_named() {
    let mut sandbox = TestSandbox::new().await;
    let reply = sandbox.assert_refused(Call::new("PUT", "/v1/things/7/parts"), "under DELETE and GET").await;
    assert_eq!((reply.status, reply.get("Allow")), (405, Some("DELETE, GET")));
    sandbox.assert_refused(Call::new("get", "/v1/things/7"), "under GET").await;
    sandbox.assert_refused(Call::new("HEAD", "/v1/things/7"), "under GET").await;
}

#[tokio::test]
async fn health_pages_need_no_signature() {
    let mut sandbox = TestSandbox::new().await;
    for target in ["/shopserver/health/alive", "/health/alive", "/index.html", "/index.html?x=1"] {
        for method in ["GET", "HEAD"] {
            assert_eq!(sandbox.send(&Call::new(method, target)).await.status, 200, "{target}");
            assert_eq!(sandbox.server.received().pop().unwrap().verdict, Verdict::Health);
        }
    }
    assert_eq!(sandbox.send(&Call::new("POST", "/index.html")).await.status, 405);
}

fn product(name: &str, base: &str) -> String {
    let text = include_str!("fixture/plain_product.yaml").replace("product: plain", &format!("product: {name}"));
    text.replace(
        "base_path: /plainserver\n",
        &if base.is_empty() { String::new() } else { format!("base_path: {base}\n") },
    )
}

fn ping(path: &str, param: &str) -> String {
    let text = include_str!("fixture/plain_ping.yaml").replace("/ping\n", &format!("{path}\n"));
    if param.is_empty() {
        text
    } else {
        text.replace("params:\n", &format!("params:\n      {param}: {{ type: string, doc: Something. }}\n"))
            .replace("request: {", &format!("request: {{ {param}: x,"))
    }
}

#[tokio::test]
async fn two_endpoints_with_one_full_path_are_an_error_at_the_start() {
    let (a, b, ping) = (product("a", "/same"), product("b", "/same"), ping("/ping", ""));
    let api = api_of(&[("a/product.yaml", &a), ("a/ping.yaml", &ping), ("b/product.yaml", &b), ("b/ping.yaml", &ping)]);
    let Err(StartError::Ambiguous(clashes)) = Sandbox::builder(api).start().await else { panic!("it started") };
    let texts: Vec<String> = clashes.iter().map(ToString::to_string).collect();
    assert!(
        texts.contains(&"`PUT /same/ping` means several endpoints: a.ping.ping, b.ping.ping".to_owned()),
        "{texts:?}"
    );
}

#[tokio::test]
async fn an_optional_segment_cannot_hide_an_endpoint_of_another_product() {
    // Within one product, such specs are already invalid.
    let (a, b) = (product("a", ""), product("b", ""));
    let (first, second) = (ping("/ping{/x}", "x"), ping("/ping/{y}", "y"));
    let api =
        api_of(&[("a/product.yaml", &a), ("a/ping.yaml", &first), ("b/product.yaml", &b), ("b/ping.yaml", &second)]);
    let Err(StartError::Ambiguous(clashes)) = Sandbox::builder(api).start().await else { panic!("it started") };
    assert_eq!((clashes.len(), clashes[0].route.as_str()), (1, "PUT /ping/{}"));
}

#[tokio::test]
async fn products_that_differ_only_in_their_base_are_served_only_with_it() {
    let (a, b, ping) = (product("a", "/first"), product("b", "/second"), ping("/ping", ""));
    let api = api_of(&[("a/product.yaml", &a), ("a/ping.yaml", &ping), ("b/product.yaml", &b), ("b/ping.yaml", &ping)]);
    let mut sandbox = TestSandbox::start(Sandbox::builder(api)).await;
    let call = |target| Call::json("PUT", target, r#"{"text":""}"#);
    assert_eq!(endpoint(&mut sandbox, call("/first/ping")).await.as_deref(), Some("a.ping.ping"));
    assert_eq!(endpoint(&mut sandbox, call("/second/ping")).await.as_deref(), Some("b.ping.ping"));
    assert_eq!(endpoint(&mut sandbox, call("/ping")).await, None);
}

#[tokio::test]
async fn a_full_path_wins_over_one_without_its_base() {
    let (a, b, ping) = (product("a", "/first"), product("b", ""), ping("/ping", ""));
    let api = api_of(&[("a/product.yaml", &a), ("a/ping.yaml", &ping), ("b/product.yaml", &b), ("b/ping.yaml", &ping)]);
    let mut sandbox = TestSandbox::start(Sandbox::builder(api)).await;
    let call = |target| Call::json("PUT", target, r#"{"text":""}"#);
    assert_eq!(endpoint(&mut sandbox, call("/ping")).await.as_deref(), Some("b.ping.ping"));
    assert_eq!(endpoint(&mut sandbox, call("/first/ping")).await.as_deref(), Some("a.ping.ping"));
}

#[tokio::test]
async fn the_sandbox_listens_on_loopback_only() {
    for address in ["0.0.0.0:0", "192.0.2.1:0", "[::]:0", "[::ffff:10.0.0.1]:0"] {
        let started = Sandbox::builder(api()).listen(address.parse().unwrap()).start().await;
        assert!(matches!(started, Err(StartError::NotLoopback(_))), "{address}");
    }
    let sandbox = Sandbox::builder(api()).listen("127.0.0.1:0".parse().unwrap()).start().await.unwrap();
    let result = Sandbox::builder(api()).listen(sandbox.addr()).start().await;
    assert!(matches!(result, Err(StartError::Listen { .. })));
}
