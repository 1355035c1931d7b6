//! The example works, and the sandbox checks private endpoints as strictly as public ones.

use private_endpoints::moderation::{ErrorCode, report};
use yunxin::{Client, Credentials, Endpoint as _};
use yunxin_sandbox::Verdict;

#[tokio::test]
async fn a_report_is_filed_and_looked_up() {
    let sandbox = private_endpoints::sandbox().await.unwrap();
    let client = private_endpoints::client(&sandbox.url()).unwrap();
    let report = private_endpoints::report_and_look_up(&client).await.unwrap();
    assert_eq!(report.state, report::State::Upheld);
    let received = sandbox.received();
    let paths: Vec<_> = received.iter().map(|received| received.path.as_str()).collect();
    assert_eq!(paths, ["/desk/reports", "/desk/reports/r-1"]);
    assert!(received.iter().all(|received| received.verdict == Verdict::Accepted { warnings: vec![] }), "{received:?}");
    sandbox.shutdown().await;
}

#[tokio::test]
async fn a_refusal_is_a_code_of_the_desk() {
    let sandbox = private_endpoints::sandbox().await.unwrap();
    let stranger = Client::builder(Credentials::new("stranger", "secret")).host(sandbox.url()).build().unwrap();
    let error = report::Get::new("r-1").send(&stranger).await.unwrap_err();
    assert!(error.is(ErrorCode::BadSignature), "{error:?}");
    assert_eq!(error.message(), Some("unknown app key"));
}
