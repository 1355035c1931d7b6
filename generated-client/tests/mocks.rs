//! The mock: which calls it answers, with what, and what fails a test.

#![cfg(all(feature = "testing", feature = "call", feature = "im", feature = "rtc"))]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a failed expectation is the failure of a test"
)]

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use yunxin::testing::{Answer, Mock};
use yunxin::transport::TransportErrorKind;
use yunxin::{Client, Credentials, Endpoint, ErrorKind, File, OnRateLimit, Outcome, RetryPolicy, im, json, rtc};

type Create = im::user::Create;

fn run<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
}

/// The text of the panic.
fn panic_text(action: impl FnOnce()) -> String {
    let payload = catch_unwind(AssertUnwindSafe(action)).unwrap_err();
    match payload.downcast::<String>() {
        Ok(text) => *text,
        Err(payload) => (*payload.downcast::<&str>().unwrap()).to_owned(),
    }
}

/// The text of the panic when the mock is dropped.
fn drop_text(mock: Mock) -> String {
    panic_text(|| drop(mock))
}

#[test]
fn answers_are_given_once_each_in_their_order() {
    let mock = Mock::new();
    mock.on::<Create>()
        .json(json!({ "accid": "first" }))
        .code(im::ErrorCode::BadParameter)
        .reply_with(|account| account.accid = "third".into())
        .times(2);
    let client = mock.client();
    let send = || run(Create::new("a").send(&client));
    assert_eq!(send().unwrap().accid, "first");
    let error = send().unwrap_err();
    assert!(error.is(im::ErrorCode::BadParameter) && error.message().is_none(), "{error}");
    assert_eq!((send().unwrap().accid, send().unwrap().accid), ("third".into(), "third".into()));
    mock.verify();
    assert_eq!(mock.received::<Create>().len(), 4);
    assert_eq!(mock.received::<im::user::Block>().len(), 0);
}

#[test]
fn an_unexpected_call_panics_where_it_is_awaited() {
    let mock = Mock::new();
    mock.on::<Create>().with(Create::new("bob")).reply_with(|_| {});
    mock.on::<im::user::Block>();
    let client = mock.client();
    let text = panic_text(|| {
        let _ = run(Create::new("alice").name("A & B").send(&client));
    });
    assert_eq!(
        text,
        "a call that the mock does not expect: im.user.create, POST /nimserver/user/create.action with \
         accid=\"alice\", name=\"A & B\"\nexpected calls:\n  im.user.create, exactly POST \
         /nimserver/user/create.action with accid=\"bob\": expected 1 time, called 0 times\n  im.user.block: \
         expected 0 times, called 0 times"
    );
    // The panic may have ended only a task.
    assert_eq!(drop_text(mock), text);
}

#[test]
fn a_call_of_an_endpoint_without_an_expectation_panics() {
    let mock = Mock::new();
    let client = mock.client();
    let text = panic_text(|| {
        let _ = run(rtc::room::GetByCid::new(7).send(&client));
    });
    assert!(text.starts_with("a call that the mock does not expect: GET /v2/api/rooms/7 with no parameters"), "{text}");
    assert!(text.ends_with("expected calls: none"), "{text}");
    assert_eq!(drop_text(mock), text);
}

#[test]
fn one_call_too_many_panics() {
    let mock = Mock::new();
    mock.on::<Create>().reply_with(|_| {});
    let client = mock.client();
    run(Create::new("alice").send(&client)).unwrap();
    let text = panic_text(|| {
        let _ = run(Create::new("alice").send(&client));
    });
    assert!(text.ends_with("\n  im.user.create: expected 1 time, called 1 time"), "{text}");
    drop_text(mock);
}

#[test]
fn a_repeat_that_nobody_expects_is_told_as_one() {
    let mock = Mock::new();
    mock.on::<Create>().not_sent();
    let client = mock.client();
    let text = panic_text(|| {
        let _ = run(Create::new("alice").send(&client));
    });
    assert!(text.contains("\nIt is attempt 2 of a call: the client repeats"), "{text}");
    drop_text(mock);
}

#[test]
fn an_expected_call_that_does_not_come_panics() {
    let mock = Mock::new();
    mock.on::<Create>().with_param("accid", "alice").reply_with(|_| {}).times(2);
    mock.on::<im::user::Block>().reply(()).always();
    run(Create::new("alice").send(&mock.client())).unwrap();
    let text = drop_text(mock);
    assert_eq!(
        text,
        "expected calls that did not come:\n  im.user.create, with accid=\"alice\": expected 2 times, called 1 time\n\
         received 1: POST /nimserver/user/create.action with accid=\"alice\""
    );
}

#[test]
fn a_panic_in_a_blocking_call_or_a_task_fails_the_test_at_the_end() {
    let mock = Mock::new();
    let client = mock.client();
    run(async {
        let call = Create::new("task").send(&client);
        assert!(tokio::spawn(call).await.unwrap_err().is_panic());
    });
    assert!(drop_text(mock).contains("accid=\"task\""));
    #[cfg(feature = "blocking")]
    {
        let mock = Mock::new();
        Create::new("blocking").send_blocking(&mock.client()).unwrap_err();
        assert!(drop_text(mock).contains("accid=\"blocking\""));
    }
}

#[test]
fn failures_say_whether_the_call_had_an_effect() {
    let begin = Instant::now();
    let once = RetryPolicy::none();
    for (answer, outcome, is_timeout) in [
        (Answer::<Create>::not_sent(), Outcome::NotSent, false),
        (Answer::interrupted(), Outcome::Unknown, false),
        (Answer::timeout(), Outcome::Unknown, true),
        (Answer::failure(TransportErrorKind::Certificate), Outcome::NotSent, false),
    ] {
        let mock = Mock::new();
        mock.on::<Create>().answer(answer);
        let error = run(Create::new("alice").with_retry(once).send(&mock.client())).unwrap_err();
        assert_eq!((error.kind(), error.outcome()), (ErrorKind::Transport, outcome), "{error}");
        assert_eq!(error.is_timeout(), is_timeout);
        assert_eq!(error.attempts()[0].elapsed(), if is_timeout { Duration::from_secs(5) } else { Duration::ZERO });
    }
    assert!(begin.elapsed() < Duration::from_secs(5));
}

#[test]
fn the_client_repeats_what_may_be_repeated_and_no_pause_takes_time() {
    let begin = Instant::now();
    let mock = Mock::new();
    // 416 blocks the endpoint for ten seconds.
    mock.on::<Create>().timeout().interrupted().code(416).reply_with(|account| account.accid = "alice".into());
    let client = mock.client_builder().deadline(Duration::from_secs(60)).build().unwrap();
    let policy = RetryPolicy::new().attempts(4).on_rate_limit(OnRateLimit::Wait);
    let reply = run(Create::new("alice").with_retry(policy).send_with_meta(&client)).unwrap();
    assert_eq!(reply.payload().accid, "alice");
    let received = mock.received::<Create>();
    assert_eq!(received.len(), 4);
    let ids: Vec<_> = received.iter().map(|one| one.text("requestid").unwrap()).collect();
    assert!(ids.iter().all(|id| *id == reply.request_id()), "{ids:?}");
    assert!(begin.elapsed() < Duration::from_secs(5));

    // A call that must not be repeated is not.
    let mock = Mock::new();
    let phone = yunxin::call::ecp::StartCall::new("alice", "13800000000", "13900000000", 100);
    mock.on::<yunxin::call::ecp::StartCall>().interrupted();
    assert_eq!(run(phone.send(&mock.client())).unwrap_err().outcome(), Outcome::Unknown);
}

#[test]
fn answers_may_depend_on_the_request() {
    let mock = Mock::new();
    static CALLS: AtomicUsize = AtomicUsize::new(0);
    mock.on::<Create>()
        .when(|call| call.text("name").is_some())
        .answer_with(|call| {
            CALLS.fetch_add(1, Ordering::Relaxed);
            let id = call.text("accid").unwrap().to_lowercase();
            Answer::<Create>::reply_with(|account| account.accid = id)
        })
        .always();
    mock.on::<Create>()
        .with_param("accid", "d")
        .reply_from(|call, account| account.accid = call.text("accid").unwrap().repeat(2));
    mock.on::<Create>().answer(Answer::code_with_message(im::ErrorCode::BadParameter, "no name")).always();
    let client = mock.client();
    for id in ["Alice", "BOB"] {
        assert_eq!(run(Create::new(id).name("n").send(&client)).unwrap().accid, id.to_lowercase());
    }
    assert_eq!(run(Create::new("c").send(&client)).unwrap_err().message(), Some("no name"));
    assert_eq!(run(Create::new("d").send(&client)).unwrap().accid, "dd");
    assert_eq!(CALLS.load(Ordering::Relaxed), 2);
}

#[test]
fn parameters_are_compared_as_they_are_sent() {
    let mock = Mock::new();
    let request = || im::user::GetProfiles::new(["alice", "bob"]);
    mock.on::<im::user::GetProfiles>().with(request()).with_param("accids", json!(["alice", "bob"])).reply(vec![]);
    run(request().send(&mock.client())).unwrap();
    mock.assert_received(&request(), 1);
    mock.assert_received(&im::user::GetProfiles::new(["alice"]), 0);
    let text = panic_text(|| mock.assert_received(&im::user::GetProfiles::new(["carol"]), 2));
    assert!(text.starts_with("im.user.get_profiles was received 0 times, not 2, with these parameters"), "{text}");
    assert!(text.contains(r#"accids="[\"alice\",\"bob\"]""#), "{text}");

    let received = &mock.received::<im::user::GetProfiles>()[0];
    assert_eq!(received.json("accids"), Some(json!(["alice", "bob"]).into()));
    assert_eq!(received.names().collect::<Vec<_>>(), ["accids"]);
    assert_eq!(received.text("no"), None);

    // A parameter more is another request.
    let mock = Mock::new();
    mock.on::<im::user::GetProfiles>().with(request()).reply(vec![]);
    let client = mock.client();
    let text = panic_text(|| {
        let _ = run(request().with_param("new", 1).send(&client));
    });
    assert!(text.contains(r#"new="1""#), "{text}");
    drop_text(mock);
}

#[test]
fn paths_queries_json_and_files_are_read_back() {
    let mock = Mock::new();
    mock.on::<rtc::room::GetByCid>().with_param("cid", 7).reply_with(|room| room.cid = 7);
    mock.on::<rtc::room::Create>().with_param("mode", 2).reply_with(|room| room.cid = 8);
    mock.on::<im::msg::UploadFile>().json("https://files.example.com/1");
    let client = mock.client();
    assert_eq!(run(rtc::room::GetByCid::new(7).send(&client)).unwrap().cid, 7);
    assert_eq!(run(rtc::room::Create::new("r").mode(2).send(&client)).unwrap().cid, 8);
    run(im::msg::UploadFile::new(File::new("cat \"1\".png", vec![0xff, b'\r', b'\n', b'-', b'-'])).send(&client))
        .unwrap();
    let [file] = &mock.received::<im::msg::UploadFile>()[..] else { panic!() };
    assert_eq!(file.file("content"), Some(&[0xff, b'\r', b'\n', b'-', b'-'][..]));
    assert_eq!(file.text("content").as_deref(), Some("5 bytes"));
}

#[test]
fn wrong_setups_are_told() {
    let text = panic_text(|| drop(Answer::<rtc::room::Create>::code(im::ErrorCode::BadParameter)));
    assert_eq!(text, "rtc.room.create cannot answer with the code 414 of im: it belongs to rtc");
    let text = panic_text(|| drop(Answer::<Create>::code(200)));
    assert_eq!(text, "the code 200 means success in im: use `reply` or `json`");
    let text = panic_text(|| drop(Answer::<rtc::room::Create>::json(7)));
    assert_eq!(text, "the reply of rtc.room.create is an object, not 7");
    let text = panic_text(|| drop(Answer::<Create>::timeout().header("a", "b")));
    assert_eq!(text, "the failure Timeout has no headers");
}

#[test]
fn conditions_and_answers_may_take_the_typed_request() {
    let mock = Mock::new();
    let alice = Create::new("alice").gender(im::user::Gender::Female).ex("{\"level\":1}");
    let expected = alice.clone();
    mock.on::<Create>().when_request(move |request| *request == expected).answer_to(|request| {
        Answer::reply_with(|account: &mut im::user::Account| account.name = format!("{request:?}"))
    });
    let account = run(alice.send(&mock.client())).unwrap();
    assert_eq!(account.name, format!("{alice:?}"));

    let received = mock.received::<Create>().remove(0);
    assert_eq!(received.to_request::<Create>().unwrap(), alice);
    let wrong = received.to_request::<im::user::UpdateToken>().unwrap_err();
    assert!(wrong.to_string().contains("missing field"), "{wrong}");
}

#[test]
fn responses_may_be_anything() {
    let mock = Mock::new();
    mock.on::<Create>()
        .answer(Answer::http(503, "<html>").header("retry-after", "1"))
        .answer(Answer::http(200, r#"{"code":200,"info":{"accid":"alice","token":"t"},"x":1}"#));
    let client = Client::builder(Credentials::new("my-key", "my-secret")).transport(mock.transport()).build().unwrap();
    let error = run(Create::new("alice").with_retry(RetryPolicy::none()).send(&client)).unwrap_err();
    assert_eq!((error.kind(), error.retry_after()), (ErrorKind::Http, Some(Duration::from_secs(1))));
    assert_eq!(run(Create::new("alice").send(&client)).unwrap().token.expose(), "t");
    assert_eq!(mock.received_all()[0].http().headers.get("appkey"), Some("my-key"));
}
