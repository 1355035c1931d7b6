//! The demo of `cargo xtask demo`: typed calls to the sandbox, with everything that goes over the wire.

use std::error::Error as StdError;
use std::path::Path;
use std::time::Duration;

use yunxin::client::{Clock, SystemClock};
use yunxin::transport::{HttpRequest, HttpResponse, HttpTransport, Transport, TransportFuture};
use yunxin::{Client, ClientBuilder, Credentials, Endpoint, Error, Secret, call, im, rtc};
use yunxin_sandbox::Sandbox;

const APP_KEY: &str = "demo-app-key";
const APP_SECRET: &str = "demo-app-secret";

type Result<T> = std::result::Result<T, Box<dyn StdError>>;

/// A transport that prints requests and responses.
struct Printing(HttpTransport);

impl Transport for Printing {
    fn send(&self, request: HttpRequest) -> TransportFuture<'_> {
        print_request(&request);
        let sending = self.0.send(request);
        Box::pin(async move {
            let response = sending.await;
            if let Ok(response) = &response {
                print_response(response);
            }
            response
        })
    }
}

fn print_request(request: &HttpRequest) {
    println!("  > {} {}", request.method, request.url);
    for (name, value) in request.headers.iter() {
        println!("  > {name}: {}", String::from_utf8_lossy(value));
    }
    if !request.body.is_empty() {
        println!("  >\n  > {}", String::from_utf8_lossy(&request.body));
    }
}

fn print_response(response: &HttpResponse) {
    println!("  < HTTP {}", response.status);
    println!("  < {}\n", String::from_utf8_lossy(&response.body));
}

/// A clock that is off by ten minutes.
struct Slow;

impl Clock for Slow {
    fn now(&self) -> std::time::SystemTime {
        SystemClock.now() - Duration::from_secs(600)
    }
}

fn builder(url: &str, secret: &str) -> Result<ClientBuilder> {
    let transport = Printing(HttpTransport::new(Duration::from_secs(3))?);
    Ok(Client::builder(Credentials::new(APP_KEY, Secret::from(secret))).host(url).transport(transport))
}

#[tokio::main(flavor = "current_thread")]
pub(crate) async fn main() -> Result<()> {
    let spec = Path::new(env!("CARGO_MANIFEST_DIR")).join("../spec");
    let sandbox = Sandbox::from_spec_dir(spec)?
        .app_key(APP_KEY)
        .app_secret(APP_SECRET)
        .report(|line| println!("  sandbox: {line}"))
        .start()
        .await?;
    println!("The sandbox serves {} endpoints on {}\n", sandbox.endpoints(), sandbox.url());

    let client = builder(&sandbox.url(), APP_SECRET)?.build()?;
    messaging(&client).await?;
    rooms(&client).await?;
    telephones(&client).await?;
    refusals(&client, &sandbox.url()).await?;

    println!("All calls went as they should.");
    sandbox.shutdown().await;
    Ok(())
}

async fn messaging(client: &Client) -> Result<()> {
    title("Create an IM account");
    let account = im::user::Create::new("alice").name("Alice").token("t0k3n").send(client).await?;
    println!("  account `{}`, and its token is kept out of sight: {:?}\n", account.accid, account.token);

    title("Send a message");
    let hello = yunxin::json!({ "msg": "hello" });
    let sent =
        im::msg::SendMessage::new("alice", im::msg::TargetKind::Account, "bob", im::msg::MessageType::Text, hello)
            .send(client)
            .await?;
    println!("  {sent:?}\n");
    Ok(())
}

async fn rooms(client: &Client) -> Result<()> {
    title("Create an RTC room");
    let created = rtc::room::Create::new("stand-up").mode(2).send(client).await?;
    println!("  {created:?}\n");

    title("Read it");
    let room = rtc::room::GetByCid::new(created.cid).send(client).await?;
    println!("  {room:?}\n");

    title("Delete it");
    let reply = rtc::room::DeleteByCid::new(created.cid).send_with_meta(client).await?;
    println!("  request id {}, answered by {}\n", reply.request_id(), reply.host());
    Ok(())
}

async fn telephones(client: &Client) -> Result<()> {
    title("Start a phone call");
    let call = call::ecp::StartCall::new("alice", "13800000000", "13900000000", 100).send(client).await?;
    println!("  {call:?}\n");

    title("Start a phone conference");
    let conference = call::ecp::StartConference::new("alice", "13800000000", ["13900000000", "13700000000"], 600)
        .send(client)
        .await?;
    println!("  {conference:?}\n");
    Ok(())
}

async fn refusals(client: &Client, url: &str) -> Result<()> {
    let request = im::user::Create::new("alice");

    title("VerifyError: another secret than the server's");
    let stranger = builder(url, "not-the-secret")?.build()?;
    expect(request.send(&stranger).await, im::ErrorCode::BadParameter)?;

    title("VerifyError: a clock that is ten minutes slow");
    // By default the client would take the server's time from this error and send the call once more.
    let slow = builder(url, APP_SECRET)?.clock(Slow).correct_clock(false).build()?;
    expect(request.send(&slow).await, im::ErrorCode::BadParameter)?;

    title("VerifyError: a parameter that does not exist");
    expect(request.with_param("nmae", "Alice").send(client).await, im::ErrorCode::BadParameter)?;
    Ok(())
}

/// This call must be rejected; a success would be a bug of the sandbox.
fn expect<T>(outcome: std::result::Result<T, Error>, code: im::ErrorCode) -> Result<()> {
    match outcome {
        Err(error) if error.is(code) => {
            println!("  {error}\n");
            Ok(())
        }
        Err(error) => Err(error.into()),
        Ok(_) => Err("the sandbox took a call that it should refuse".into()),
    }
}

fn title(text: &str) {
    println!("{text}");
}
