//! Errors, retries and outcomes: what can go wrong, and what to do then.
//!
//! `cargo run -p yunxin --example errors` (against a sandbox in the same process)

use std::error::Error as StdError;
use std::time::Duration;

use yunxin::{Client, Credentials, Endpoint, Error, ErrorKind, Outcome, RetryPolicy, im};
use yunxin_sandbox::Sandbox;

/// What a service does about a failed call.
#[derive(Debug, PartialEq, Eq)]
enum Decision {
    /// A mistake in this program or its setup: tell a person.
    Fix,
    /// Nothing happened: put the job back, for this long at least.
    TryLater(Duration),
    /// The call took effect; only its reply is missing.
    Done,
    /// It may have taken effect: look before calling again.
    AskServer,
}

/// Codes that the program expects come first, then what happened, then why.
fn decide(error: &Error) -> Decision {
    if error.is(im::ErrorCode::OverQuota) {
        return Decision::TryLater(error.retry_after().unwrap_or(Duration::from_secs(10)));
    }
    match (error.outcome(), error.kind()) {
        (Outcome::Applied, _) => Decision::Done,
        (Outcome::NotSent | Outcome::Refused, ErrorKind::Config | ErrorKind::InvalidRequest) => Decision::Fix,
        (Outcome::NotSent | Outcome::Refused, _) if error.is_retryable() => {
            Decision::TryLater(error.retry_after().unwrap_or(Duration::from_secs(1)))
        }
        (Outcome::NotSent | Outcome::Refused, _) => Decision::Fix,
        _ => Decision::AskServer,
    }
}

#[tokio::main(flavor = "current_thread")]
pub(crate) async fn main() -> Result<(), Box<dyn StdError>> {
    let spec = concat!(env!("CARGO_MANIFEST_DIR"), "/../spec");
    let sandbox = Sandbox::from_spec_dir(spec)?.start().await?;
    let builder = || Client::builder(Credentials::new("app-key", "app-secret"));
    let client = builder().host(sandbox.url()).build()?;

    // A parameter that breaks a limit is refused before anything is sent.
    let error = failure(im::user::Create::new("not/an/id").send(&client).await)?;
    expect(decide(&error) == Decision::Fix && error.parameter() == Some("accid"), &error)?;

    // The server refuses: another secret than that of the app.
    let stranger = Client::builder(Credentials::new("app-key", "wrong")).host(sandbox.url()).build()?;
    let error = failure(im::user::Create::new("alice").send(&stranger).await)?;
    expect(error.is(im::ErrorCode::BadParameter) && error.outcome() == Outcome::Refused, &error)?;

    // Nobody listens there. A new client has the usual policy: three attempts in 20 seconds. This call has its own.
    let offline = builder().host("http://127.0.0.1:1").build()?;
    let call = im::user::Create::new("alice")
        .with_retry(RetryPolicy::new().attempts(2))
        .with_deadline(Duration::from_secs(3))
        // A job that starts again keeps its id, so that the server recognises the repeat.
        .with_request_id("job-4711");
    let error = failure(call.send(&offline).await)?;
    for attempt in error.attempts() {
        println!("  attempt: {attempt} after {:?}", attempt.elapsed());
    }
    expect(error.outcome() == Outcome::NotSent && error.attempts().len() == 2, &error)?;
    expect(matches!(decide(&error), Decision::TryLater(_)), &error)?;

    sandbox.shutdown().await;
    Ok(())
}

fn failure<T>(result: yunxin::Result<T>) -> Result<Error, Box<dyn StdError>> {
    match result {
        Ok(_) => Err("this call should fail".into()),
        Err(error) => {
            println!("{error}\n  kind {:?}, outcome {:?}, {:?}", error.kind(), error.outcome(), decide(&error));
            Ok(error)
        }
    }
}

fn expect(holds: bool, error: &Error) -> Result<(), Box<dyn StdError>> {
    if holds { Ok(()) } else { Err(format!("another error than expected: {error:?}").into()) }
}
