//! A service with unit tests that use mocks.
//!
//! - `cargo test -p yunxin --example unit_tests --features testing` runs the tests at the end of this file.
//! - `cargo run -p yunxin --example unit_tests --features testing` runs the service against a sandbox.

use std::error::Error;

use yunxin::{Client, Credentials, Endpoint, Outcome, im};
use yunxin_sandbox::Sandbox;

/// What became of a registration.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Registration {
    /// The account is new, and the other one was told.
    Welcomed { id: String },
    /// There was an account with this id.
    Exists,
    /// The request may have come through: look before trying again.
    Unclear,
}

/// The code under test: makes an account, and has a system account greet it. A failed greeting does not matter.
pub(crate) async fn register(client: &Client, id: &str, name: &str) -> yunxin::Result<Registration> {
    let account = match im::user::Create::new(id).name(name).send(client).await {
        Ok(account) => account,
        // The server has one code for all that is wrong; its text says what.
        Err(error) if error.is(im::ErrorCode::BadParameter) && error.message() == Some("already register") => {
            return Ok(Registration::Exists);
        }
        Err(error) if error.outcome() == Outcome::Unknown => return Ok(Registration::Unclear),
        Err(error) => return Err(error),
    };
    let text = yunxin::json!({ "msg": format!("Welcome, {name}!") });
    let (account_kind, text_kind) = (im::msg::TargetKind::Account, im::msg::MessageType::Text);
    if let Err(error) =
        im::msg::SendMessage::new("system", account_kind, &account.accid, text_kind, text).send(client).await
    {
        println!("no greeting for {id}: {error}");
    }
    Ok(Registration::Welcomed { id: account.accid })
}

#[tokio::main(flavor = "current_thread")]
pub(crate) async fn main() -> Result<(), Box<dyn Error>> {
    let spec = concat!(env!("CARGO_MANIFEST_DIR"), "/../spec");
    let sandbox = Sandbox::from_spec_dir(spec)?.start().await?;
    let client = Client::builder(Credentials::new("app-key", "app-secret")).host(sandbox.url()).build()?;
    println!("{:?}", register(&client, "alice", "Alice").await?);
    sandbox.shutdown().await;
    Ok(())
}

#[cfg(test)]
mod tests {
    use yunxin::testing::{Answer, Mock};

    use super::*;

    #[tokio::test]
    async fn a_new_account_is_greeted() -> yunxin::Result<()> {
        let mock = Mock::new();
        // The server stores ids in lower case, and the greeting goes to what it answered.
        mock.on::<im::user::Create>()
            .with(im::user::Create::new("Alice").name("Alice"))
            .reply_with(|account| account.accid = "alice".into());
        mock.on::<im::msg::SendMessage>()
            .with_param("to", "alice")
            .when(|call| call.json("body").is_some_and(|body| body.value()["msg"] == "Welcome, Alice!"))
            .reply_with(|_| {});
        let registration = register(&mock.client(), "Alice", "Alice").await?;
        assert_eq!(registration, Registration::Welcomed { id: "alice".into() });
        Ok(())
    }

    #[tokio::test]
    async fn an_account_that_exists_is_not_greeted() -> yunxin::Result<()> {
        let mock = Mock::new();
        mock.on::<im::user::Create>()
            .answer(Answer::code_with_message(im::ErrorCode::BadParameter, "already register"));
        // The mock would panic if a message was sent.
        assert_eq!(register(&mock.client(), "alice", "Alice").await?, Registration::Exists);
        Ok(())
    }

    #[tokio::test]
    async fn a_broken_connection_is_repeated_and_then_unclear() -> yunxin::Result<()> {
        let mock = Mock::new();
        mock.on::<im::user::Create>().interrupted().timeout().interrupted();
        assert_eq!(register(&mock.client(), "alice", "Alice").await?, Registration::Unclear);
        Ok(())
    }

    #[tokio::test]
    async fn a_failed_greeting_does_not_matter() -> yunxin::Result<()> {
        let mock = Mock::new();
        mock.on::<im::user::Create>().reply_with(|account| account.accid = "alice".into());
        mock.on::<im::msg::SendMessage>().code(im::ErrorCode::Forbidden);
        let registration = register(&mock.client(), "alice", "Alice").await?;
        assert_eq!(registration, Registration::Welcomed { id: "alice".into() });
        Ok(())
    }

    #[tokio::test]
    async fn other_refusals_are_errors() {
        let mock = Mock::new();
        mock.on::<im::user::Create>().code(im::ErrorCode::Forbidden);
        let error = register(&mock.client(), "alice", "Alice").await.unwrap_err();
        assert!(error.is(im::ErrorCode::Forbidden));
    }
}
