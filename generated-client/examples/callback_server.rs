//! A server for callbacks of the platform: it prints events and answers third-party callbacks.
//!
//! ```sh
//! export YUNXIN_APP_KEY=my-key YUNXIN_APP_SECRET=my-secret YUNXIN_SIGN_KEY=my-sign-key
//! cargo run -p yunxin --example callback_server --all-features -- 127.0.0.1:8089
//! cargo run -p yunxin-sandbox -- fire call.ended --to http://127.0.0.1:8089/events
//! cargo run -p yunxin-sandbox -- fire im.send_requested --to http://127.0.0.1:8089/questions
//! cargo run -p yunxin-sandbox -- fire live.recorded --to http://127.0.0.1:8089/media
//! ```

use std::env;
use std::error::Error;

use axum::Router;
use axum::routing::post;
use tokio::net::TcpListener;
use yunxin::Credentials;
use yunxin::callback::{Acknowledged, Callback, CallbackResponse, SignVerifier, VerifiedSign, Verifier};
use yunxin::events::{Event, ThirdPartyEvent};
use yunxin::im::callbacks::{allow, refuse};

/// One path for events that are signed with the app secret, one for third-party callbacks, one for live streams and
/// video on demand.
pub(crate) fn router(verifier: Verifier, sign_verifier: SignVerifier) -> Router {
    let media = Router::new().route("/media", post(receive_media)).with_state(sign_verifier);
    Router::new().route("/events", post(receive)).route("/questions", post(answer)).with_state(verifier).merge(media)
}

/// Responds at once and works later: a callback without a response in time may be sent again.
async fn receive(callback: Callback<Event>) -> Acknowledged {
    show(&callback.event);
    Acknowledged
}

async fn receive_media(callback: Callback<Event, VerifiedSign>) -> Acknowledged {
    show(&callback.event);
    Acknowledged
}

fn show(event: &Event) {
    let name = event.name();
    match event {
        Event::CallEnded(call) => println!("{name}: {}, {:?}", call.record.session, call.record.duration),
        Event::ImMessageSent(message) => println!("{name}: {} to {}: {:?}", message.from, message.to, message.body),
        // Not an error: the platform has events that this version does not know.
        Event::Unknown { event_type, reason, .. } => println!("{name} {event_type:?}: {reason}"),
        other => println!("{name}: {other:?}"),
    }
}

/// The platform waits for about two seconds. It is best to allow questions that are not understood.
async fn answer(callback: Callback<ThirdPartyEvent>) -> CallbackResponse {
    println!("{}? {:?}", callback.event.name(), callback.event);
    let text = match &callback.event {
        ThirdPartyEvent::ImSendRequested(message) => message.body.as_deref(),
        _ => None,
    };
    if text.is_some_and(|text| text.contains("casino")) {
        return refuse(20_001).extension("no advertisements");
    }
    allow()
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let address = env::args().nth(1).unwrap_or_else(|| "127.0.0.1:8089".to_owned());
    let sign_key = env::var("YUNXIN_SIGN_KEY").unwrap_or_default();
    let app = router(Verifier::from(&Credentials::from_env()?), SignVerifier::new([sign_key]));
    let listener = TcpListener::bind(address).await?;
    println!("listening on http://{}", listener.local_addr()?);
    let interrupted = async { tokio::signal::ctrl_c().await.unwrap_or_default() };
    axum::serve(listener, app).with_graceful_shutdown(interrupted).await?;
    Ok(())
}
