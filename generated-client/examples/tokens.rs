//! Tokens for users: made on this machine, without a call, and checked when they come back.
//!
//! `cargo run -p yunxin --example tokens --features token` (against a sandbox in the same process)

use std::error::Error;
use std::time::{Duration, SystemTime};

use yunxin::token::Privileges;
use yunxin::{Client, Credentials, Endpoint, Secret, im, token};
use yunxin_sandbox::Sandbox;

const KEY: &str = "app-key";
const SECRET: &str = "app-secret";
const HOUR: Duration = Duration::from_secs(3_600);

/// What a user needs to join a room: the token for joining, and what it allows.
fn room_pass(room: &str, uid: u64, speaks: bool, now: SystemTime) -> Result<(Secret, Secret), token::Error> {
    let token = token::Rtc::new(KEY, SECRET).token(room, uid, HOUR, now)?;
    let privileges = if speaks { Privileges::ALL } else { Privileges::JOIN_ROOM | Privileges::RECEIVE };
    let key = token::Permission::new(KEY, "permission-secret").key(room, uid, privileges, HOUR, now)?;
    Ok((token, key))
}

#[tokio::main(flavor = "current_thread")]
pub(crate) async fn main() -> Result<(), Box<dyn Error>> {
    let now = SystemTime::now();

    // Dynamic tokens for logging in to IM are signed here, and nothing is stored.
    let logins = token::Im::new(KEY, SECRET);
    let login = logins.token("alice", HOUR, now)?;
    // `Debug` does not show a secret; `expose` does.
    println!("login token {login:?}, {} characters", login.expose().len());
    println!("valid until {:?}", logins.check(login.expose(), "alice", now)?.expires_at());
    let late = logins.check(login.expose(), "alice", now + 2 * HOUR);
    println!("two hours later: {late:?}");

    let (token, key) = room_pass("stand-up", 10_000, false, now)?;
    println!("room token of {} and permission key of {} characters", token.expose().len(), key.expose().len());

    // Static tokens are stored by the server, and void as soon as another one is set.
    let spec = concat!(env!("CARGO_MANIFEST_DIR"), "/../spec");
    let sandbox = Sandbox::from_spec_dir(spec)?.app_key(KEY).app_secret(SECRET).start().await?;
    let client = Client::builder(Credentials::new(KEY, SECRET)).host(sandbox.url()).build()?;
    let renewed = im::user::RefreshToken::new("alice").send(&client).await?;
    println!("static token of {}: {:?}", renewed.accid, renewed.token);

    sandbox.shutdown().await;
    if late.is_err() { Ok(()) } else { Err("a token must expire".into()) }
}
