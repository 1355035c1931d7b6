//! How a service calls endpoints that the crate `yunxin` does not know.
//!
//! 1. Describe them in YAML: `spec/moderation/product.yaml` has hosts, reply rule and error codes of the team's own product,
//!    `spec/moderation/report.yaml` two endpoints. `spec/README.md` of the repository explains every key.
//! 2. Compile them: the one line of [`spec!`](yunxin::spec) below. What is wrong in the YAML is an error of the compiler.
//! 3. Call them, as any endpoint: [`report_and_look_up`].
//! 4. Try it without a server of your own: [`sandbox`] serves the same YAML and is strict about it.
//!
//! `cargo run -p private-endpoints` does it all.

use yunxin::{Client, Credentials, Endpoint as _};
use yunxin_sandbox::Sandbox;

yunxin::spec!("spec/moderation");

use moderation::report;

/// Reports a message, and looks up what became of it.
///
/// # Errors
/// If one of the two calls fails; a code of the desk is told apart with `error.is(moderation::ErrorCode::DeskClosed)`.
pub async fn report_and_look_up(client: &Client) -> yunxin::Result<report::Report> {
    let submitted = report::Submit::new("alice", 9_007_199_254_740_993, report::Reason::Abuse)
        .note("She means me.")
        .send(client)
        .await?;
    report::Get::new(submitted.id).send(client).await
}

/// A client for a server of the desk elsewhere than the spec says, such as the sandbox.
///
/// # Errors
/// If the address is not a URL.
pub fn client(host: &str) -> yunxin::Result<Client> {
    Client::builder(Credentials::new(APP_KEY, APP_SECRET)).product_hosts(&moderation::PRODUCT, [host]).build()
}

const APP_KEY: &str = "example-key";
const APP_SECRET: &str = "example-secret";

/// A server on this machine that speaks the endpoints of `spec/`.
///
/// # Errors
/// If the specs cannot be read, or nothing can listen.
pub async fn sandbox() -> Result<Sandbox, Box<dyn std::error::Error>> {
    let specs = concat!(env!("CARGO_MANIFEST_DIR"), "/spec");
    let sandbox = Sandbox::from_spec_dir(specs)?.app_key(APP_KEY).app_secret(APP_SECRET);
    Ok(sandbox.report(|line| eprintln!("sandbox: {line}")).start().await?)
}
