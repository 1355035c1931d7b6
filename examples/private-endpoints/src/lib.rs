//! An example of a service with private endpoints, which are not in the crate `yunxin`.
//!
//! 1. Describe them in YAML: `spec/moderation/product.yaml` has hosts, reply rule and error codes of the team's
//!    product, `spec/moderation/report.yaml` has two endpoints. `spec/README.md` of the repository explains every key.
//! 2. Compile them with [`spec!`](yunxin::spec), the one line below. A mistake in the YAML is a compile error.
//! 3. Call them like any other endpoint: [`report_and_look_up`].
//! 4. Try it without a server of your own: [`sandbox`] serves the same YAML and checks every request.
//!
//! `cargo run -p private-endpoints` runs all of it.

use yunxin::{Client, Credentials, Endpoint as _};
use yunxin_sandbox::Sandbox;

yunxin::spec!("spec/moderation");

use moderation::report;

/// Reports a message, and reads the report back.
///
/// # Errors
/// If one of the two calls fails. `error.is(moderation::ErrorCode::DeskClosed)` recognises an error code of the
/// product.
pub async fn report_and_look_up(client: &Client) -> yunxin::Result<report::Report> {
    let submitted = report::Submit::new("alice", 9_007_199_254_740_993, report::Reason::Abuse)
        .note("She means me.")
        .send(client)
        .await?;
    report::Get::new(submitted.id).send(client).await
}

/// A client for another host than that of the spec, for example the sandbox.
///
/// # Errors
/// If the host is not a URL.
pub fn client(host: &str) -> yunxin::Result<Client> {
    Client::builder(Credentials::new(APP_KEY, APP_SECRET)).product_hosts(&moderation::PRODUCT, [host]).build()
}

const APP_KEY: &str = "example-key";
const APP_SECRET: &str = "example-secret";

/// A local server for the endpoints of `spec/`.
///
/// # Errors
/// If the specs cannot be read, or no port can be opened.
pub async fn sandbox() -> Result<Sandbox, Box<dyn std::error::Error>> {
    let specs = concat!(env!("CARGO_MANIFEST_DIR"), "/spec");
    let sandbox = Sandbox::from_spec_dir(specs)?.app_key(APP_KEY).app_secret(APP_SECRET);
    Ok(sandbox.report(|line| eprintln!("sandbox: {line}")).start().await?)
}
