//! Cassettes: what is recorded, what is not, and what fails a test.

#![cfg(all(feature = "testing", feature = "im"))]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a failed expectation is the failure of a test")]

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use yunxin::testing::{Answer, Mock, Player, Recorder};
use yunxin::{Client, Credentials, Endpoint, File, im};

type Create = im::user::Create;

fn run<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
}

fn panic_text(action: impl FnOnce()) -> String {
    *catch_unwind(AssertUnwindSafe(action)).unwrap_err().downcast::<String>().unwrap()
}

/// Records calls that a mock answers.
fn record(path: &Path, redact: &str, mock: &Mock, calls: impl FnOnce(&Client)) {
    let recorder = Recorder::new(mock.transport()).redact(redact);
    let builder = Client::builder(Credentials::new("my-app-key-1", "my-app-secret"));
    calls(&builder.transport(recorder.clone()).build().unwrap());
    recorder.save(path).unwrap();
}

#[test]
fn a_cassette_has_no_secrets_and_plays() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("create.json");
    let mock = Mock::new();
    mock.on::<Create>().answer(
        Answer::http(
            200,
            r#"{"code":200,"info":{"accid":"alice","token":"s3cr3t-1","name":"key my-app-key-1, s3cr3t-0",
                "login_password":77,"icon":"https://x.example.com/a?size=1&x-Token=zzz"}}"#,
        )
        .header("retry-after", "1")
        .header("set-cookie", "session"),
    );
    record(&path, "Mobile", &mock, |client| {
        let request = Create::new("alice").token("s3cr3t-0").mobile("13800000000").ex(r#"{"secret_key":"x","a":1}"#);
        assert_eq!(run(request.send(client)).unwrap().token.expose(), "s3cr3t-1");
    });
    let text = std::fs::read_to_string(&path).unwrap();
    let expected = r#"{
  "version": 1,
  "redacted": [
    "Mobile"
  ],
  "exchanges": [
    {
      "request": {
        "method": "POST",
        "path": "/nimserver/user/create.action",
        "params": [
          {
            "in": "body",
            "name": "accid",
            "value": "alice"
          },
          {
            "in": "body",
            "name": "ex",
            "value": "{\"a\":1,\"secret_key\":\"***\"}"
          },
          {
            "in": "body",
            "name": "mobile",
            "value": "***"
          },
          {
            "in": "body",
            "name": "token",
            "value": "***"
          }
        ]
      },
      "response": {
        "status": 200,
        "headers": [
          [
            "retry-after",
            "1"
          ]
        ],
        "body": {
          "json": {
            "code": 200,
            "info": {
              "accid": "alice",
              "icon": "https://x.example.com/a?size=1&x-Token=***",
              "login_password": 0,
              "name": "key ***, ***",
              "token": "***"
            }
          }
        }
      }
    }
  ]
}
"#;
    assert_eq!(text, expected);

    // Secrets make no difference, whoever plays it.
    let player = Player::open(&path).unwrap();
    let request = Create::new("alice").token("another").mobile("1").ex(r#"{"secret_key":"y","a":1}"#);
    let account = run(request.send(&player.client())).unwrap();
    assert_eq!((&*account.accid, account.token.expose()), ("alice", "***"));
    player.verify();
}

#[test]
fn players_are_strict() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("two.json");
    let mock = Mock::new();
    mock.on::<Create>().with_param("accid", "a").reply_with(|account| account.name = "first".into());
    mock.on::<Create>().with_param("accid", "a").reply_with(|account| account.name = "second".into());
    mock.on::<im::user::Block>().code(im::ErrorCode::BadParameter);
    record(&path, "none", &mock, |client| {
        run(Create::new("a").send(client)).unwrap();
        run(Create::new("a").send(client)).unwrap();
        run(im::user::Block::new("a").send(client)).unwrap_err();
    });

    let player = Player::open(&path).unwrap();
    let client = player.client();
    assert_eq!(run(Create::new("a").send(&client)).unwrap().name, "first");
    assert!(run(im::user::Block::new("a").send(&client)).unwrap_err().is(im::ErrorCode::BadParameter));
    assert_eq!(
        panic_text(|| drop(player)),
        "recorded responses that were not used:\n  POST /nimserver/user/create.action with accid=\"a\""
    );

    let player = Player::open(&path).unwrap();
    let client = player.client();
    for _ in 0..2 {
        run(Create::new("a").send(&client)).unwrap();
    }
    let text = panic_text(|| {
        let _ = run(Create::new("a").send(&client));
    });
    assert!(text.starts_with("a call that was not recorded: POST /nimserver/user/create.action with accid=\"a\"\n"));
    assert!(text.contains("create.action with accid=\"a\" (used)\n"), "{text}");
    assert!(text.ends_with("/user/block.action with accid=\"a\""), "{text}");
    assert_eq!(panic_text(|| drop(player)), text);
}

#[test]
fn parameters_that_differ_in_each_run_are_ignored() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ignored.json");
    let mock = Mock::new();
    mock.on::<Create>().reply_with(|_| {});
    record(&path, "none", &mock, |client| {
        run(Create::new("a").birth("2000-01-01").send(client)).unwrap();
    });
    let player = Player::open(&path).unwrap().ignore_param("birth");
    run(Create::new("a").birth("2001-01-01").send(&player.client())).unwrap();
}

#[cfg(feature = "im_v2")]
#[test]
fn lists_play_page_by_page() {
    use yunxin::Paged;
    use yunxin::im_v2::friend::List;

    async fn friends(client: &Client) -> Vec<String> {
        let (mut friends, mut found) = (List::new("alice").limit(1).items(client), Vec::new());
        while let Some(friend) = friends.next().await {
            found.push(friend.unwrap().friend_account_id);
        }
        found
    }

    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("pages.json");
    let mock = Mock::new();
    for (cursor, id, next) in
        [(None, "bob", "cursor-1"), (Some("cursor-1"), "carol", "cursor-2"), (Some("cursor-2"), "dan", "")]
    {
        let page =
            yunxin::json!({ "items": [{ "friend_account_id": id }], "next_token": next, "has_more": !next.is_empty() });
        mock.on::<List>().when(move |call| call.text("page_token").as_deref() == cursor).json(page);
    }
    record(&path, "none", &mock, |client| assert_eq!(run(friends(client)), ["bob", "carol", "dan"]));
    let player = Player::open(&path).unwrap();
    assert_eq!(run(friends(&player.client())), ["bob", "carol", "dan"]);
}

#[test]
fn files_are_kept_as_their_digest() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("file.json");
    let mock = Mock::new();
    mock.on::<im::msg::UploadFile>().json("https://files.example.com/1");
    let upload = |content: &str| im::msg::UploadFile::new(File::new("a.txt", content));
    record(&path, "none", &mock, |client| {
        run(upload("content of the file").send(client)).unwrap();
    });
    assert!(!std::fs::read_to_string(&path).unwrap().contains("content of"));
    let player = Player::open(&path).unwrap();
    run(upload("content of the file").send(&player.client())).unwrap();
    drop(player);
    let player = Player::open(&path).unwrap();
    let client = player.client();
    panic_text(|| {
        let _ = run(upload("another").send(&client));
    });
    panic_text(|| drop(player));
}

#[test]
fn files_that_are_no_cassettes_are_errors() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("no.json");
    assert_eq!(Player::open(&path).unwrap_err().kind(), std::io::ErrorKind::NotFound);
    for (content, text) in [("{", "EOF"), (r#"{"version":2,"exchanges":[]}"#, "the format has version 2, not 1")] {
        std::fs::write(&path, content).unwrap();
        let error = Player::open(&path).unwrap_err().to_string();
        assert!(error.contains("no.json") && error.contains(text), "{error}");
    }
}
