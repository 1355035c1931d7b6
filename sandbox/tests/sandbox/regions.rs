//! Tests calls to hosts of another region than that of the app.

use yunxin_sandbox::{RefusalKind, Sandbox, StartError};

use crate::fixture::{KEY, SECRET, TestSandbox, api_of};
use crate::wire::{Call, Reply};

/// A product with hosts in two regions that refuses calls to the wrong one, a product with hosts in one region, and a
/// product that is not known to refuse such calls.
fn api() -> yunxin_codegen::model::Api {
    let product = |name: &str, hosts: &str, region: &str| {
        format!(
            "product: {name}\ntitle: Demo API\ndocs: https://doc.example.com/demo\nhosts: {hosts}\nbase_path: /{name}\n\
             request_id: {{ header: RequestId }}\ndefaults: {{ method: POST, encoding: form }}\n\
             reply: {{ success: {{ http: 200, code: [200] }}, message: [desc] }}\n\
             errors:\n  403: {{ name: forbidden, general: true, meaning: Not allowed., region: [other region] }}\n\
             rejections:\n{region}{}",
            ["header", "app_key", "nonce", "clock", "checksum", "content_type", "parameter", "path", "method"]
                .map(|reason| format!("  {reason}: {{ http: 400 }}\n"))
                .concat()
        )
    };
    let both = "{ near: [https://near.example.com, https://near-bak.example.com], far: [https://far.example.com] }";
    let refusal = "  region: { error: forbidden, text: in another region }\n";
    let thing = |name: &str| {
        format!(
            "resource: thing\ntitle: Things\nendpoints:\n  touch:\n    title: Touch it\n    docs: https://doc.example.com/touch\n    \
             path: /touch_{name}\n    returns: nothing\n    example: {{ reply: {{ code: 200 }} }}\n  look:\n    title: Look at it\n    \
             docs: https://doc.example.com/look\n    path: /look_{name}\n    signing: none\n    returns: nothing\n    \
             example: {{ reply: {{ code: 200 }} }}\n"
        )
    };
    api_of(&[
        ("both/product.yaml", &product("both", both, refusal)),
        ("both/thing.yaml", &thing("both")),
        ("one/product.yaml", &product("one", "{ near: [https://near.example.com] }", refusal)),
        ("one/thing.yaml", &thing("one")),
        ("quiet/product.yaml", &product("quiet", both, "")),
        ("quiet/thing.yaml", &thing("quiet")),
    ])
}

async fn test_sandbox(region: Option<&str>) -> TestSandbox {
    let builder = Sandbox::builder(api());
    TestSandbox::start(match region {
        Some(region) => builder.region(region),
        None => builder,
    })
    .await
}

async fn send_signed_to(sandbox: &mut TestSandbox, path: &str, host: &str) -> Reply {
    sandbox.send(&Call::new("POST", path).header("Host", host).signed(KEY, SECRET)).await
}

#[tokio::test]
async fn a_call_to_a_host_of_another_region_is_refused_as_the_product_does() {
    for (region, host, accepted) in [
        (None, "127.0.0.1:8088", true),
        (None, "far.example.com", true),
        (Some("near"), "127.0.0.1:8088", true),
        (Some("near"), "[::1]:8088", true),
        (Some("near"), "near-bak.example.com", true),
        (Some("near"), "FAR.example.com:443", false),
        (Some("far"), "far.example.com", true),
        (Some("far"), "near.example.com", false),
        (Some("far"), "127.0.0.1:8088", false),
        (Some("far"), "[::1]:8088", false),
        (Some("far"), "localhost", false),
    ] {
        let mut sandbox = test_sandbox(region).await;
        let reply = send_signed_to(&mut sandbox, "/both/touch_both", host).await;
        let expected = match accepted {
            true => serde_json::json!({ "code": 200 }),
            false => serde_json::json!({ "code": 403, "desc": "in another region" }),
        };
        assert_eq!((reply.status, reply.json()), (200, expected), "{region:?} {host}");
        let kind = sandbox.server.received().pop().unwrap().verdict.refusal();
        assert_eq!(kind, (!accepted).then_some(RefusalKind::Region), "{region:?} {host}");
        // Calls that are not known to be refused are accepted, and so are calls without an app.
        for path in ["/one/touch_one", "/quiet/touch_quiet", "/both/look_both"] {
            assert_eq!(send_signed_to(&mut sandbox, path, host).await.json()["code"], 200, "{region:?} {host} {path}");
        }
    }
}

#[tokio::test]
async fn the_report_says_which_regions_they_are() {
    let mut sandbox = test_sandbox(Some("far")).await;
    let (_, report) = sandbox.send_signed(Call::new("POST", "/both/touch_both").header("Host", "127.0.0.1:80")).await;
    assert!(
        report.contains("the app belongs to the region `far`, and `127.0.0.1` counts as a host of `near`"),
        "{report}"
    );
    // A wrong signature is reported first.
    let reply = sandbox.send(&Call::new("POST", "/both/touch_both").header("CheckSum", "x").signed(KEY, SECRET)).await;
    assert_eq!(reply.status, 400);
}

#[tokio::test]
async fn a_region_without_hosts_is_no_region() {
    let started = Sandbox::builder(api()).region("nowhere").start().await;
    let Err(StartError::UnknownRegion { region, known }) = started else { panic!("started") };
    assert_eq!((region.as_str(), known.as_slice()), ("nowhere", ["far".to_owned(), "near".to_owned()].as_slice()));
}
