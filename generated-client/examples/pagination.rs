//! Lists that come in pages: as one stream of items, as pages, and only the first items.
//!
//! `cargo run -p yunxin --example pagination --features im_v2` (against a sandbox in the same process)

use std::error::Error;

use yunxin::{Client, Credentials, Paged, im_v2};
use yunxin_sandbox::Sandbox;

/// All items, whatever page they are on. The next page is fetched when its first item is needed.
async fn all_friends(client: &Client, id: &str) -> yunxin::Result<Vec<String>> {
    let mut friends = im_v2::friend::List::new(id).limit(100).items(client);
    let mut ids = Vec::new();
    while let Some(friend) = friends.next().await {
        // An error ends the stream; the items before it are good.
        ids.push(friend?.friend_account_id);
    }
    Ok(ids)
}

/// Dropping the stream makes no more calls.
async fn first_friends(client: &Client, id: &str, most: usize) -> yunxin::Result<Vec<String>> {
    let mut friends = im_v2::friend::List::new(id).items(client);
    let mut ids = Vec::new();
    while ids.len() < most
        && let Some(friend) = friends.next().await
    {
        ids.push(friend?.friend_account_id);
    }
    Ok(ids)
}

/// Page by page, with the whole reply: here for the token to go on with another day.
async fn token_after_first_page(client: &Client, id: &str) -> yunxin::Result<Option<String>> {
    let mut pages = im_v2::friend::List::new(id).pages(client);
    match pages.next().await {
        Some(page) => Ok(Some(page?.next_token)),
        None => Ok(None),
    }
}

#[tokio::main(flavor = "current_thread")]
pub(crate) async fn main() -> Result<(), Box<dyn Error>> {
    let spec = concat!(env!("CARGO_MANIFEST_DIR"), "/../spec");
    let sandbox = Sandbox::from_spec_dir(spec)?.start().await?;
    let client = Client::builder(Credentials::new("app-key", "app-secret")).host(sandbox.url()).build()?;

    let all = all_friends(&client, "alice").await?;
    println!("all friends: {all:?}");
    let first = first_friends(&client, "alice", 1).await?;
    println!("the first one: {first:?}");
    println!("go on with {:?}", token_after_first_page(&client, "alice").await?);

    sandbox.shutdown().await;
    if all.is_empty() || first.len() != 1 { Err("the sandbox has friends for everybody".into()) } else { Ok(()) }
}
