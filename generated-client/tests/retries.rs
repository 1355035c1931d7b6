//! Tests retries of a call, with a mock transport and a virtual clock: docs/reliability.md, "Decision table" and
//! the sections after it.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a failure here is the failure of the test"
)]

mod mock_transport;
mod test_product;

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use yunxin::client::{SleepFuture, Sleeper};
use yunxin::transport::TransportErrorKind::{Certificate, Connect, ConnectTimeout, Interrupted, TooLarge};
use yunxin::{AttemptClass, Endpoint, ErrorKind, OnRateLimit, Outcome, RateLimits, Region, RetryPolicy};

use mock_transport::MockReply::{Fails, Hangs, Responds, RespondsWithHeaders};
use mock_transport::{BEGIN, MockReply, MockTransport, VirtualTime, builder, client};
use test_product::{Create, Delete, GetUserInfos, Kick, PRODUCT, SendMessage};

const CREATED: MockReply = Responds(200, r#"{"code":200,"info":{"accid":"alice"}}"#);
const SENT: MockReply = Responds(200, r#"{"code":200,"data":{"msgid":1,"timetag":2,"antispam":false}}"#);
const NO_USERS: MockReply = Responds(200, r#"{"code":200,"uinfos":[]}"#);

fn infos() -> GetUserInfos {
    GetUserInfos { accids: Vec::new() }
}

/// Number of attempts and outcome of the error of a call of each kind, with these replies.
async fn results_by_retry(answers: &[MockReply]) -> [(usize, Option<Outcome>); 3] {
    let run = async |kind: u8| {
        let time = VirtualTime::default();
        let mock = MockTransport::new(&time, answers.to_vec());
        let client = client(&time, &mock);
        let error = match kind {
            0 => infos().send(&client).await.err(),
            1 => Create::new("alice").send(&client).await.err(),
            _ => SendMessage::full().send(&client).await.err(),
        };
        if let Some(error) = &error {
            assert_eq!(error.attempts().len(), mock.received().len(), "{error}");
            assert!(!error.to_string().contains('\n'));
        }
        (mock.received().len(), error.map(|error| error.outcome()))
    };
    [run(0).await, run(1).await, run(2).await]
}

#[tokio::test]
async fn each_failure_ends_as_the_table_says() {
    let unknown = Some(Outcome::Unknown);
    let refused = Some(Outcome::Refused);
    let thrice = |outcome| [(3, outcome); 3];
    let once = |outcome| [(1, outcome); 3];
    let never_once = |outcome| [(3, outcome), (3, outcome), (1, outcome)];
    for (answer, expected) in [
        (Fails(Connect), thrice(Some(Outcome::NotSent))),
        (Fails(ConnectTimeout), thrice(Some(Outcome::NotSent))),
        (Fails(Certificate), once(Some(Outcome::NotSent))),
        (Fails(Interrupted), never_once(unknown)),
        (Fails(TooLarge), once(unknown)),
        (Responds(502, "<html>"), never_once(unknown)),
        (Responds(503, "<html>"), never_once(unknown)),
        (Responds(429, ""), thrice(refused)),
        (Responds(404, ""), once(refused)),
        (Responds(200, r#"{"code":408}"#), never_once(unknown)),
        (Responds(200, r#"{"code":414,"desc":"accid"}"#), once(refused)),
        (Responds(200, r#"{"code":416}"#), once(refused)),
        (Responds(200, r#"{"code":431}"#), once(unknown)),
        (Responds(200, r#"{"code":449}"#), thrice(refused)),
        (Responds(200, r#"{"code":500}"#), [(2, unknown), (1, unknown), (1, unknown)]),
        (Responds(200, r#"{"code":503}"#), never_once(unknown)),
        (Responds(200, r#"{"code":777}"#), once(unknown)),
        (Responds(404, r#"{"code":777}"#), once(refused)),
        (Responds(302, ""), once(unknown)),
        (Responds(200, "<html>"), once(unknown)),
        (Responds(200, ""), never_once(unknown)),
        (Responds(200, r#"{"code":20"#), never_once(unknown)),
        (Responds(200, r#"{"code":200,"info":{"acc"#), never_once(unknown)),
        (Responds(200, r#"{"code":200,"info":7,"data":7,"uinfos":7}"#), once(Some(Outcome::Applied))),
    ] {
        let found = results_by_retry(std::slice::from_ref(&answer)).await;
        assert_eq!(found, expected, "{answer:?}");
    }
}

#[tokio::test]
async fn a_broken_reply_is_never_taken_for_another_one() {
    let whole = r#"{"code":200,"info":{"accid":"alice"},"data":{"msgid":7},"uinfos":[{"accid":"a"}]}"#;
    for cut in (0..whole.len()).map(|end| whole.get(..end).unwrap()) {
        let found = results_by_retry(&[Responds(200, cut)]).await;
        for (kind, (attempts, outcome)) in found.into_iter().enumerate() {
            assert_eq!(attempts, [3, 3, 1][kind], "{}", cut);
            assert!(matches!(outcome, Some(Outcome::Unknown | Outcome::Applied)), "{} {outcome:?}", cut);
        }
    }
}

#[tokio::test]
async fn attempts_of_a_call_share_id_and_body_and_nothing_that_signs() {
    let time = VirtualTime::default();
    let mock = MockTransport::new(&time, [Fails(Interrupted), Responds(200, r#"{"code":503}"#), CREATED]);
    let response = Create::new("alice").name("A").send_with_meta(&client(&time, &mock)).await.unwrap();
    assert_eq!(response.attempts(), 3);
    let classes: Vec<_> = response.failed_attempts().iter().map(|attempt| attempt.class()).collect();
    assert_eq!(classes, [AttemptClass::Unknown, AttemptClass::Busy]);
    let requests = mock.received();
    let distinct =
        |part: fn(&mock_transport::ReceivedRequest) -> String| requests.iter().map(part).collect::<BTreeSet<_>>().len();
    assert_eq!(distinct(|request| request.request_id.clone()), 1);
    assert_eq!(distinct(|request| String::from_utf8(request.body.clone()).unwrap()), 1);
    assert_eq!(distinct(|request| request.nonce.clone()), 3);
    assert_eq!(distinct(|request| request.check_sum.clone()), 3);
    assert_eq!(requests[0].request_id, response.request_id());
    let seconds = |index: usize| BEGIN + requests[index].at.as_secs();
    assert_eq!(
        [0, 1, 2].map(|index| requests[index].cur_time),
        [0, 1, 2].map(seconds),
        "each is signed when it is sent"
    );
}

#[tokio::test]
async fn an_attempt_that_broke_off_leaves_nothing_in_the_payload() {
    let time = VirtualTime::default();
    let first = Responds(200, r#"{"code":200,"uinfos":[{"accid":"a"},{"accid":"b"},"#);
    let second = Responds(200, r#"{"code":200,"uinfos":[{"accid":"c"}]}"#);
    let mock = MockTransport::new(&time, [first, second]);
    let users = infos().send(&client(&time, &mock)).await.unwrap();
    assert_eq!(users.iter().map(|user| user.accid.as_str()).collect::<Vec<_>>(), ["c"]);
}

#[tokio::test]
async fn a_lost_reply_comes_back_marked_as_duplicate() {
    let time = VirtualTime::default();
    let again = Responds(200, r#"{"code":200,"duplicate":true,"info":{"accid":"alice"}}"#);
    let mock = MockTransport::new(&time, [Fails(Interrupted), again]);
    let response = Create::new("alice").send_with_meta(&client(&time, &mock)).await.unwrap();
    assert!(response.is_duplicate());
    assert_eq!(response.payload().accid, "alice");
}

#[tokio::test]
async fn code_431_means_applied_only_after_an_earlier_attempt() {
    let repeated = Responds(200, r#"{"code":431,"desc":"repeat"}"#);
    for (first, outcome) in [(Fails(Interrupted), Outcome::Applied), (Fails(Connect), Outcome::Unknown)] {
        let time = VirtualTime::default();
        let mock = MockTransport::new(&time, [first, repeated.clone()]);
        let error = Create::new("alice").send(&client(&time, &mock)).await.unwrap_err();
        assert_eq!(error.outcome(), outcome, "{error}");
        assert!(!error.is_retryable());
        assert_eq!(error.attempts().len(), 2);
    }
}

#[tokio::test]
async fn what_an_earlier_attempt_may_have_done_is_not_forgotten() {
    let time = VirtualTime::default();
    let mock = MockTransport::new(&time, [Fails(Interrupted), Fails(Connect)]);
    let error = Create::new("alice").send(&client(&time, &mock)).await.unwrap_err();
    assert_eq!(error.outcome(), Outcome::Unknown, "the last attempt sent nothing, the first did");
    assert!(!error.is_retryable(), "a new call has a new id");
    let id = mock.received()[0].request_id.clone();
    assert_eq!(
        error.to_string(),
        format!(
            "sample.user.create: could not connect; nothing was sent; an earlier attempt of this call may have taken \
             effect [https://sample.example, request {id}, attempt 3 after unknown at https://sample.example, not_sent \
             at https://sample-bak.example]"
        )
    );
    let mock =
        MockTransport::new(&time, [Fails(Interrupted), Responds(404, r#"{"code":404,"errmsg":"no such\nroom"}"#)]);
    let delete = Delete { cname: "r".to_owned(), ids: Vec::new(), tag: None };
    let client = builder(&time, &mock).region(Region::Overseas).build().unwrap();
    let error = delete.send(&client).await.unwrap_err();
    assert!(error.is(404), "it is not swallowed");
    assert_eq!(error.outcome(), Outcome::Unknown);
    assert_eq!(error.attempts()[0].class(), AttemptClass::Unknown);
    assert_eq!(error.attempts()[1].code().unwrap().value(), 404);
    assert_eq!(error.attempts()[1].http_status(), Some(404));
    assert_eq!(error.attempts()[1].elapsed(), Duration::from_millis(10));
    assert!(error.to_string().contains("no such room"), "{error}");
    assert!(error.to_string().contains("attempt 2 after unknown at https://rest.example"), "{error}");
}

#[tokio::test]
async fn a_call_moves_down_the_hosts_of_its_region_and_stays_where_it_was_refused() {
    let time = VirtualTime::default();
    let hosts = ["https://a.example", "https://b.example", "https://c.example"];
    let run = async |answers: Vec<MockReply>| {
        let mock = MockTransport::new(&time, answers);
        let client = builder(&time, &mock).product_hosts(&PRODUCT, hosts).build().unwrap();
        let _ = infos().with_retry(RetryPolicy::new().attempts(5)).send(&client).await;
        mock.hosts().into_iter().map(|host| host.get(..1).unwrap().to_owned()).collect::<String>()
    };
    assert_eq!(run(vec![Fails(Connect)]).await, "abcab");
    assert_eq!(run(vec![Responds(429, "")]).await, "aaaaa");
    assert_eq!(run(vec![Fails(Connect), Responds(429, ""), Responds(503, ""), NO_USERS]).await, "abbc");
    assert_eq!(run(vec![Responds(200, r#"{"code":500}"#)]).await, "aa");
    // The hosts of the spec: only those of the region.
    let mock = MockTransport::new(&time, [Fails(Connect)]);
    let error = infos().send(&client(&time, &mock)).await.unwrap_err();
    assert_eq!(mock.hosts(), ["sample.example", "sample-bak.example", "sample.example"]);
    assert_eq!(error.host(), Some("https://sample.example"));
}

#[tokio::test]
async fn a_host_that_fails_is_left_out_and_tried_again_later() {
    let time = VirtualTime::default();
    let clock = time.clone();
    let mock = MockTransport::with_handler(&time, move |request| match request.host.as_str() {
        "sample.example" if clock.elapsed() < Duration::from_secs(15) => Fails(Connect),
        _ => NO_USERS,
    });
    let client = client(&time, &mock);
    let mut hosts = String::new();
    for _ in 0..30 {
        let seen = mock.received().len();
        infos().send(&client).await.unwrap();
        let tried: Vec<_> =
            mock.hosts().drain(seen..).map(|host| if host == "sample.example" { "p" } else { "b" }).collect();
        hosts.push_str(&format!("{} ", tried.concat()));
        time.advance(Duration::from_secs(1));
    }
    // Unhealthy after three failures, tried once after 10 s, unhealthy for 20 s more, then healthy again.
    let expected = format!("{}{}pb {}", "pb ".repeat(3), "b ".repeat(9), "b ".repeat(17));
    assert_eq!(hosts, expected);
    time.advance(Duration::from_secs(10));
    for _ in 0..3 {
        infos().send(&client).await.unwrap();
    }
    assert_eq!(mock.hosts().iter().rev().take(3).filter(|host| *host == "sample.example").count(), 3);
}

#[tokio::test]
async fn a_timer_that_fires_a_fraction_early_counts_all_the_same() {
    let time = VirtualTime::default();
    let answers = [Fails(ConnectTimeout), SENT, Fails(ConnectTimeout), SENT, Fails(ConnectTimeout), SENT];
    let mock = MockTransport::with_latency(&time, Duration::from_micros(999_500), answers);
    let client = builder(&time, &mock).product_hosts(&PRODUCT, ["https://a", "https://b"]).build().unwrap();
    for attempts in [2, 2, 2, 1] {
        // Half of it, one second, is for the first host.
        let request = SendMessage::full().with_deadline(Duration::from_secs(2));
        assert_eq!(request.send_with_meta(&client).await.unwrap().attempts(), attempts);
    }
}

#[tokio::test]
async fn errors_of_the_caller_do_not_count_against_a_host() {
    let time = VirtualTime::default();
    let mock = MockTransport::new(&time, [Responds(200, r#"{"code":414}"#)]);
    let client = client(&time, &mock);
    for _ in 0..9 {
        assert!(infos().send(&client).await.is_err());
    }
    assert!(mock.hosts().iter().all(|host| host == "sample.example"));
}

#[tokio::test]
async fn pauses_are_random_and_end_before_the_deadline() {
    let time = VirtualTime::default();
    let mock = MockTransport::new(&time, [Responds(200, r#"{"code":503}"#)]);
    let client = builder(&time, &mock).retry_budget(10_000).build().unwrap();
    for _ in 0..20 {
        infos().send(&client).await.unwrap_err();
    }
    let pauses = time.pauses();
    assert_eq!(pauses.len(), 40);
    assert!(pauses.iter().step_by(2).all(|pause| *pause <= Duration::from_secs(1)), "{pauses:?}");
    assert!(pauses.iter().all(|pause| *pause <= Duration::from_secs(2)), "{pauses:?}");
    assert!(pauses.iter().collect::<BTreeSet<_>>().len() > 30, "{pauses:?}");
}

#[tokio::test]
async fn the_deadline_covers_attempts_and_pauses() {
    let time = VirtualTime::default();
    let mock = MockTransport::with_latency(&time, Duration::from_secs(60), [NO_USERS]);
    let client = client(&time, &mock);
    let patient = RetryPolicy::new().attempts(20);
    let error = infos().with_retry(patient).send(&client).await.unwrap_err();
    assert!(time.elapsed() <= Duration::from_secs(20), "{:?}", time.elapsed());
    assert!(error.is_timeout());
    let timeouts: Vec<_> = mock.received().iter().map(|request| request.timeout).collect();
    assert_eq!(timeouts[..3], [Duration::from_secs(5); 3]);
    assert!(*timeouts.last().unwrap() <= Duration::from_secs(5));
    assert!(error.to_string().contains("the deadline leaves no time for another attempt"), "{error}");

    let before = time.elapsed();
    let error = infos().with_deadline(Duration::from_secs(2)).send(&client).await.unwrap_err();
    assert_eq!(time.elapsed() - before, Duration::from_secs(2));
    assert_eq!(error.attempts().len(), 2, "half of the time is kept for the other host");

    let error = Create::new("a").with_deadline(Duration::ZERO).send(&client).await.unwrap_err();
    assert_eq!((error.outcome(), error.kind()), (Outcome::NotSent, ErrorKind::Transport));
    assert!(error.is_timeout() && error.attempts().len() == 1);

    // Without a deadline, a long attempt is not cut short.
    let before = time.elapsed();
    infos().with_timeout(Duration::from_secs(90)).send(&client).await.unwrap();
    assert_eq!(time.elapsed() - before, Duration::from_secs(60));
}

/// Pauses twice as long as it should, as a machine under load does.
struct SlowSleeper(VirtualTime);

impl Sleeper for SlowSleeper {
    fn sleep(&self, pause: Duration) -> SleepFuture {
        self.0.sleep(2 * pause)
    }
}

#[tokio::test]
async fn a_pause_that_outlasts_the_deadline_ends_with_the_last_error() {
    let time = VirtualTime::default();
    let mock = MockTransport::new(&time, [RespondsWithHeaders(429, "", vec![("retry-after", "4".to_owned())])]);
    let client = builder(&time, &mock).sleeper(SlowSleeper(time.clone())).build().unwrap();
    let error = infos().with_deadline(Duration::from_secs(6)).send(&client).await.unwrap_err();
    assert_eq!((mock.received().len(), error.attempts().len()), (1, 1));
    assert_eq!((error.http_status(), error.outcome()), (Some(429), Outcome::Refused));
    assert!(error.to_string().contains("the deadline leaves no time for another attempt"), "{error}");
}

#[tokio::test]
async fn an_empty_budget_ends_repeating() {
    let time = VirtualTime::default();
    let mock = MockTransport::new(&time, [Fails(Connect)]);
    let client = builder(&time, &mock).retry_budget(20).build().unwrap();
    let calls = async || infos().send(&client).await.unwrap_err();
    assert_eq!(calls().await.attempts().len(), 3);
    // The first move to another host after a failed connection does not use the budget.
    let error = calls().await;
    assert_eq!(error.attempts().len(), 2);
    assert!(error.to_string().contains("the retry budget of the client is used up"), "{error}");
}

#[tokio::test]
async fn a_quota_block_is_reported_or_waited_for() {
    let time = VirtualTime::default();
    let blocked = Responds(200, r#"{"code":416,"desc":"too often"}"#);
    let mock = MockTransport::new(&time, [blocked.clone()]);
    let client = client(&time, &mock);
    let error = SendMessage::full().send(&client).await.unwrap_err();
    assert_eq!(error.retry_after(), Some(Duration::from_secs(60)), "its quota is one of ten seconds");
    assert!(error.is_retryable());
    assert!(error.to_string().contains("too often; wait 60 s"), "{error}");
    let error = Create::new("alice").send(&client).await.unwrap_err();
    assert_eq!(error.retry_after(), Some(Duration::from_secs(10)));

    let waiting = RetryPolicy::new().on_rate_limit(OnRateLimit::Wait);
    let mock = MockTransport::new(&time, [blocked, SENT]);
    let client = builder(&time, &mock).retry(waiting).build().unwrap();
    let before = time.elapsed();
    infos().send(&client).await.unwrap();
    assert!(time.elapsed() - before >= Duration::from_secs(10));
    assert_eq!(mock.hosts(), ["sample.example"; 2]);
}

#[tokio::test]
async fn retry_after_is_respected_in_seconds_and_as_a_date() {
    let date = |time: &VirtualTime, ahead: u64| httpdate::fmt_http_date(time.true_time() + Duration::from_secs(ahead));
    let time = VirtualTime::default();
    for (headers, pause) in [
        (vec![("retry-after", "3".to_owned())], 3),
        (vec![("retry-after", date(&time, 700)), ("date", date(&time, 696))], 4),
    ] {
        let mock = MockTransport::new(&time, [RespondsWithHeaders(429, "", headers), NO_USERS]);
        infos().send(&client(&time, &mock)).await.unwrap();
        assert_eq!(time.pauses().pop(), Some(Duration::from_secs(pause)));
    }
    let mock = MockTransport::new(&time, [RespondsWithHeaders(429, "", vec![("retry-after", "300".to_owned())])]);
    let error = infos().send(&client(&time, &mock)).await.unwrap_err();
    assert_eq!(error.retry_after(), Some(Duration::from_secs(300)));
    assert!(time.pauses().iter().all(|pause| *pause <= Duration::from_secs(7)), "{:?}", time.pauses());
}

/// A server that checks the time of the signature, and a machine whose clock is off.
fn time_checking_server(time: &VirtualTime, with_date: bool) -> MockTransport {
    let truth = time.clone();
    MockTransport::with_handler(time, move |request| {
        let now = truth.true_time().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs();
        let body = match request.cur_time.abs_diff(now) > 300 {
            true => r#"{"code":414,"desc":"CurTime is illegal"}"#,
            false => r#"{"code":200,"data":{"msgid":1}}"#,
        };
        match with_date {
            true => RespondsWithHeaders(200, body, vec![("date", httpdate::fmt_http_date(truth.true_time()))]),
            false => Responds(200, body),
        }
    })
}

#[tokio::test]
async fn a_wrong_clock_is_corrected_until_it_is_right() {
    for wrong_by in [600, -600] {
        let time = VirtualTime::default();
        let mock = time_checking_server(&time, true);
        let client = builder(&time, &mock).retry(RetryPolicy::none()).build().unwrap();
        time.set_clock_error(wrong_by);
        let response = SendMessage::full().send_with_meta(&client).await.unwrap();
        assert_eq!(response.attempts(), 2, "even without retries");
        assert_eq!(mock.hosts(), ["sample.example"; 2]);
        assert!((client.clock_offset_millis() + wrong_by * 1_000).abs() <= 1_000, "{}", client.clock_offset_millis());
        assert_eq!(SendMessage::full().send_with_meta(&client).await.unwrap().attempts(), 1);
        // The machine's clock is set right: after one more correction the offset is zero.
        time.set_clock_error(0);
        assert_eq!(SendMessage::full().send_with_meta(&client).await.unwrap().attempts(), 2);
        assert_eq!(client.clock_offset_millis(), 0);
        assert_eq!(SendMessage::full().send_with_meta(&client).await.unwrap().attempts(), 1);
        // Small steps: each response updates the offset.
        time.set_clock_error(wrong_by);
        SendMessage::full().send(&client).await.unwrap();
        time.set_clock_error(wrong_by / 4);
        SendMessage::full().send(&client).await.unwrap();
        assert!((client.clock_offset_millis() + wrong_by / 4 * 1_000).abs() <= 1_000);
        time.set_clock_error(wrong_by / 30);
        SendMessage::full().send(&client).await.unwrap();
        assert_eq!(client.clock_offset_millis(), 0);
    }
}

#[tokio::test]
async fn a_clock_that_cannot_be_corrected_is_explained() {
    let time = VirtualTime::default();
    let mock = time_checking_server(&time, false);
    time.set_clock_error(600);
    let error = SendMessage::full().send(&client(&time, &mock)).await.unwrap_err();
    assert_eq!(error.attempts().len(), 1);
    assert!(error.is_clock() && !error.is_retryable());
    assert!(error.to_string().contains("check this machine's clock"), "{error}");

    let mock = time_checking_server(&time, true);
    let off = builder(&time, &mock).correct_clock(false).build().unwrap();
    let error = SendMessage::full().send(&off).await.unwrap_err();
    assert_eq!(error.attempts().len(), 1);
    assert!(error.to_string().contains("this machine's clock differs by 600 s from the server's"), "{error}");
    assert_eq!(off.clock_offset_millis(), 0);

    time.set_clock_error(2);
    let date = vec![("date", httpdate::fmt_http_date(time.true_time()))];
    let mock = MockTransport::new(&time, [RespondsWithHeaders(200, r#"{"code":414,"desc":"checksum"}"#, date)]);
    let error = SendMessage::full().send(&client(&time, &mock)).await.unwrap_err();
    assert_eq!(error.attempts().len(), 1);
    assert!(error.to_string().contains("the clock differs by 2 s, so AppKey or AppSecret is wrong"), "{error}");

    // A server that always refuses the time gets two requests and no more.
    time.set_clock_error(600);
    let truth = time.clone();
    let mock = MockTransport::with_handler(&time, move |_| {
        RespondsWithHeaders(401, "", vec![("date", httpdate::fmt_http_date(truth.true_time()))])
    });
    let client = builder(&time, &mock).region(Region::Overseas).build().unwrap();
    let kick = Kick { room: "r".to_owned(), uid: None, seconds: None, reason: None };
    let error = kick.send(&client).await.unwrap_err();
    assert_eq!(error.attempts().len(), 2);
    assert!(error.is_clock() && error.to_string().contains("so AppKey or AppSecret is wrong"), "{error}");
}

#[tokio::test]
async fn a_limiter_keeps_calls_apart() {
    let time = VirtualTime::default();
    let mock = MockTransport::new(&time, [SENT]);
    let client = builder(&time, &mock).limit_rates(RateLimits::official().times(0.5)).build().unwrap();
    for _ in 0..4 {
        SendMessage::full().send(&client).await.unwrap();
    }
    let at: Vec<_> = mock.received().iter().map(|request| request.at.as_secs()).collect();
    assert_eq!(at, [0, 0, 10, 10], "two in ten seconds");
    let error = SendMessage::full().with_deadline(Duration::from_secs(1)).send(&client).await.unwrap_err();
    assert_eq!((error.kind(), error.outcome()), (ErrorKind::RateLimited, Outcome::NotSent));
    assert!(error.is_retryable() && error.attempts().is_empty());
    assert!(error.retry_after().is_some_and(|wait| wait > Duration::from_secs(9)), "{error}");
    assert_eq!(mock.received().len(), 4);
    // Not limited: another endpoint, which has no limit.
    infos().with_deadline(Duration::from_secs(1)).send(&client).await.unwrap();
    assert_eq!(mock.received().len(), 5);
    // Retries count towards the limit.
    let mock = MockTransport::new(&time, [Fails(Connect), SENT]);
    let client = builder(&time, &mock).limit_rates(RateLimits::official().times(0.5)).build().unwrap();
    let begin = time.elapsed();
    for _ in 0..2 {
        SendMessage::full().send(&client).await.unwrap();
    }
    assert_eq!(mock.received().iter().map(|request| (request.at - begin).as_secs()).collect::<Vec<_>>(), [0, 0, 10]);
}

/// Very long and very short durations: nothing overflows, and each call ends.
#[tokio::test]
async fn durations_of_any_length_work() {
    struct Instant;
    impl Sleeper for Instant {
        fn sleep(&self, _: Duration) -> SleepFuture {
            Box::pin(std::future::ready(()))
        }
    }
    let after = |text: &str| vec![("retry-after", text.to_owned())];
    let answers = [
        RespondsWithHeaders(429, "", after("18446744073709551615")),
        RespondsWithHeaders(429, "", after("Fri, 31 Dec 9999 23:59:59 GMT")),
        RespondsWithHeaders(429, "", after("Thu, 01 Jan 1970 00:00:00 GMT")),
        RespondsWithHeaders(200, r#"{"code":416,"desc":"x"}"#, after("18446744073709551615")),
        RespondsWithHeaders(
            200,
            r#"{"code":414,"desc":"checksum"}"#,
            vec![("date", "Fri, 31 Dec 9999 23:59:59 GMT".to_owned())],
        ),
        RespondsWithHeaders(
            200,
            r#"{"code":414,"desc":"checksum"}"#,
            vec![("date", "Thu, 01 Jan 1970 00:00:00 GMT".to_owned())],
        ),
        Fails(Interrupted),
        Fails(Connect),
        Responds(503, ""),
    ];
    for span in [Duration::MAX, Duration::from_secs(u64::MAX), Duration::from_nanos(1)] {
        for answer in &answers {
            let time = VirtualTime::default();
            let mock = MockTransport::new(&time, [answer.clone()]);
            let policy = RetryPolicy::new()
                .attempts(u32::MAX)
                .short_pause(span, span)
                .asked_pause(span, span)
                .long_pause(span, span)
                .retry_after_margin(span)
                .on_rate_limit(OnRateLimit::Wait);
            let client = builder(&time, &mock)
                .sleeper(Instant)
                .attempt_timeout(span)
                .deadline(span)
                .retry(policy)
                .limit_rates(RateLimits::official().times(f64::INFINITY))
                .build()
                .unwrap();
            let error = infos().with_timeout(span).with_deadline(span).send(&client).await.unwrap_err();
            assert!(!error.to_string().is_empty());
            SendMessage::full().send(&client).await.unwrap_err();
        }
    }
}

/// Many calls wait for the rate limiter and are dropped. The next call must wait only for those that were sent.
#[tokio::test]
async fn a_dropped_waiting_call_keeps_no_slot_of_the_rate_limit() {
    #[derive(Clone, Default)]
    struct NeverEndingSleeper(Arc<Mutex<Vec<Duration>>>);
    impl Sleeper for NeverEndingSleeper {
        fn sleep(&self, pause: Duration) -> SleepFuture {
            self.0.lock().unwrap().push(pause);
            Box::pin(std::future::pending())
        }
    }
    let time = VirtualTime::default();
    let mock = MockTransport::new(&time, [SENT]);
    let sleeper = NeverEndingSleeper::default();
    let limits = RateLimits::official().times(0.5);
    let client = builder(&time, &mock).sleeper(sleeper.clone()).limit_rates(limits).build().unwrap();
    for _ in 0..2 {
        SendMessage::full().send(&client).await.unwrap();
    }
    let long = Duration::from_secs(100_000);
    for _ in 0..3 {
        let mut crowd: Vec<_> = (0..100)
            .map(|_| {
                let (call, client) = (SendMessage::full().with_deadline(long), client.clone());
                Box::pin(async move { call.send(&client).await })
            })
            .collect();
        for call in &mut crowd {
            assert!(poll_once(call.as_mut()).await.is_none(), "two in ten seconds have gone");
        }
        drop(crowd);
        let call = SendMessage::full().with_deadline(Duration::from_secs(10));
        let mut call = Box::pin(async { call.send(&client).await });
        assert!(poll_once(call.as_mut()).await.is_none(), "it waits, and is not refused");
        let pause = sleeper.0.lock().unwrap().last().copied().unwrap();
        assert!(pause > Duration::from_secs(9) && pause <= Duration::from_secs(10), "{pause:?}");
    }
    assert_eq!(mock.received().len(), 2);
}

/// Polls a future once.
async fn poll_once<T>(mut future: std::pin::Pin<&mut (impl Future<Output = T> + ?Sized)>) -> Option<T> {
    std::future::poll_fn(|context| match future.as_mut().poll(context) {
        std::task::Poll::Ready(ready) => std::task::Poll::Ready(Some(ready)),
        std::task::Poll::Pending => std::task::Poll::Ready(None),
    })
    .await
}

#[tokio::test]
async fn options_of_a_call_override_those_of_the_client() {
    let time = VirtualTime::default();
    let mock = MockTransport::new(&time, [NO_USERS]);
    let client = client(&time, &mock);
    let call = infos()
        .with_host("https://one.example/")
        .with_header("X-Team", "blue")
        .with_request_id("mine")
        .with_timeout(Duration::from_secs(1));
    assert!(!format!("{call:?}").contains("blue"));
    call.send(&client).await.unwrap();
    let request = mock.received().remove(0);
    assert_eq!((request.host.as_str(), request.request_id.as_str()), ("one.example", "mine"));
    assert_eq!(request.request.headers.get("x-team"), Some("blue"));
    assert!(!format!("{:?}", request.request).contains("blue"));
    assert_eq!(request.timeout, Duration::from_secs(1));

    let failing = MockTransport::new(&time, [Fails(Connect)]);
    let away = builder(&time, &failing).build().unwrap();
    infos().with_host("https://one.example").send(&away).await.unwrap_err();
    assert_eq!(failing.hosts(), ["one.example"; 3], "to no other host");

    for (name, value, what) in [
        ("CheckSum", "x", "the client sets itself"),
        ("requestid", "x", "the client sets itself"),
        ("Host", "x", "the client sets itself"),
        ("a b", "x", "is not a header name"),
        ("x-a", "x\r\ny: z", "cannot stand in a header"),
    ] {
        let error = infos().with_header(name, value).send(&client).await.unwrap_err();
        assert_eq!((error.kind(), error.parameter()), (ErrorKind::InvalidRequest, Some(name)));
        assert!(error.to_string().contains(what), "{error}");
    }
    let error = infos().with_host("http://10.0.0.1").send(&client).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Config);
}

#[tokio::test]
async fn a_dropped_call_stops_and_frees_the_trial() {
    let time = VirtualTime::default();
    let broken = time.clone();
    let mock = MockTransport::with_handler(&time, move |request| match request.host.as_str() {
        "sample.example" if broken.elapsed() < Duration::from_secs(5) => Fails(Connect),
        "sample.example" if broken.elapsed() < Duration::from_secs(12) => Hangs,
        _ => NO_USERS,
    });
    let client = client(&time, &mock);
    for _ in 0..3 {
        infos().send(&client).await.unwrap();
    }
    time.advance(Duration::from_secs(11));
    let mut trial = Box::pin(infos().send(&client));
    let polled = std::future::poll_fn(|context| std::task::Poll::Ready(trial.as_mut().poll(context))).await;
    assert!(polled.is_pending());
    let before = mock.received().len();
    infos().send(&client).await.unwrap();
    assert_eq!(mock.hosts()[before], "sample-bak.example", "one trial at a time");
    drop(trial);
    time.advance(Duration::from_secs(2));
    infos().send(&client).await.unwrap();
    assert_eq!(mock.hosts()[before + 1..], ["sample.example"], "the place is free again");
}

/// Starts a call and checks that it is still pending.
async fn start_pending<F: Future + Unpin>(mut call: F) -> F {
    let polled =
        std::future::poll_fn(|context| std::task::Poll::Ready(std::pin::Pin::new(&mut call).poll(context))).await;
    assert!(polled.is_pending());
    call
}

#[tokio::test]
async fn a_host_has_a_concurrency_limit() {
    let time = VirtualTime::default();
    let mock = MockTransport::with_handler(&time, |request| match request.host.as_str() {
        "sample.example" => Hangs,
        _ => SENT,
    });
    let client = builder(&time, &mock).max_in_flight_per_host(1).build().unwrap();
    let first = start_pending(SendMessage::full().send(&client)).await;
    // No permit within the time of an attempt, and nothing was sent: even a call that must not be repeated goes on.
    let response = SendMessage::full().send_with_meta(&client).await.unwrap();
    assert_eq!(mock.hosts(), ["sample.example", "sample-bak.example"]);
    assert_eq!(response.failed_attempts()[0].class(), AttemptClass::NotSent);
    assert_eq!(response.failed_attempts()[0].elapsed(), Duration::from_secs(5));
    assert_eq!(time.elapsed(), Duration::from_millis(5_010), "no pause before the next host");

    // Without another host the call ends, and not after its deadline.
    let only = "https://sample.example";
    for (deadline, attempts) in [(3, 1), (20, 3)] {
        let before = time.elapsed();
        let call = SendMessage::full().with_host(only).with_deadline(Duration::from_secs(deadline));
        let error = call.send(&client).await.unwrap_err();
        assert!(time.elapsed() - before <= Duration::from_secs(deadline));
        assert_eq!((error.kind(), error.outcome()), (ErrorKind::TooManyCalls, Outcome::NotSent));
        assert_eq!(error.attempts().len(), attempts);
        assert!(error.is_retryable() && !error.is_timeout());
        assert!(error.to_string().contains("as many calls as allowed are under way to the host"), "{error}");
    }
    assert_eq!(mock.received().len(), 2, "nothing was sent");
    // A full host is not unhealthy, and hosts that only calls name have their own permits.
    SendMessage::full().with_host("https://elsewhere.example").send(&client).await.unwrap();
    drop(first);
    let _second = start_pending(infos().send(&client)).await;
    assert_eq!(mock.hosts().last().unwrap(), "sample.example");
    assert!(builder(&time, &mock).max_in_flight_per_host(0).build().is_err());
}
