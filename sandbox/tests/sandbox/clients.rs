//! Tests requests as official samples and existing clients send them, against the shipped specs.

use yunxin_sandbox::Verdict;

use crate::fixture::TestSandbox;
use crate::wire::{Call, Reply};

const CALL: &str = "/call/ecp/startcall.action";
const CONFERENCE: &str = "/call/ecp/startconf.action";

fn im(path: &str, body: &str) -> Call {
    Call::form(&format!("/nimserver{path}"), body)
}

/// The parameters in the query of a POST whose body is empty, as the C# sample sends them.
fn in_query(path: &str, query: &str) -> Call {
    Call::form(&format!("{path}?{query}"), "")
}

fn text(reply: &Reply) -> String {
    let body = reply.json();
    let text = if body["desc"].is_null() { &body["msg"] } else { &body["desc"] };
    text.as_str().unwrap().to_owned()
}

#[tokio::test]
async fn the_samples_of_the_phone_service_are_accepted() {
    let mut sandbox = TestSandbox::shipped(false).await;
    let call = "callerAcc=jack&caller=13888888888&callee=13777777777&maxDur=60";
    sandbox.assert_accepted(Call::form(CALL, call)).await;
    sandbox.assert_accepted(in_query(CALL, call)).await;
    sandbox.assert_accepted(Call::form(CALL, &format!("{call}&"))).await;

    let conference = |callee: &str| format!("callerAcc=jack&caller=13888888888&callee={callee}&maxDur=60");
    let quotes = "`callee` is JSON with single quotes; expected double ones";
    let java = conference("%5B%2713777777777%27%2C%2713666666666%27%5D");
    sandbox.assert_warning(Call::form(CONFERENCE, &java), quotes).await;
    // Percent-encoded, and as it is written.
    sandbox.assert_warning(in_query(CONFERENCE, &java), quotes).await;
    sandbox.assert_warning(in_query(CONFERENCE, &conference("['13777777777','13666666666']")), quotes).await;
    let php = conference("%5B%2213588888888%22%2C%2213699999999%22%5D");
    sandbox.assert_accepted(Call::form(CONFERENCE, &format!("{php}&"))).await;
    let python = conference("%5B%2713588888888%27%2C+%2713699999999%27%5D");
    sandbox.assert_warning(Call::form(CONFERENCE, &python), quotes).await;
}

#[tokio::test]
async fn a_conference_of_nine_is_refused_in_either_quotes() {
    let mut sandbox = TestSandbox::shipped(false).await;
    for quote in ["%27", "%22"] {
        let list = |callees: usize| vec![format!("{quote}13777777777{quote}"); callees].join(",");
        let conference =
            |callees| format!("callerAcc=jack&caller=13888888888&callee=%5B{}%5D&maxDur=60", list(callees));
        let nine = conference(9);
        for call in [Call::form(CONFERENCE, &nine), in_query(CONFERENCE, &nine)] {
            let reply = sandbox.assert_refused(call, "`callee` in the ").await;
            assert_eq!(text(&reply), "bad param 'callee'");
        }
        let (reply, line) = sandbox.send_signed(Call::form(CONFERENCE, &conference(8))).await;
        assert!(reply.json()["code"] == 200 && !line.contains("refused"), "{line}");
    }
    // A single quote alone is never JSON.
    sandbox
        .assert_refused(Call::form(CONFERENCE, "callerAcc=a&caller=1&callee=['1,'2']&maxDur=60"), "which is not JSON")
        .await;
}

#[tokio::test]
async fn only_some_servers_read_single_quotes() {
    let body = "accid=alice&name=n&tids=['3083','3084']&ope=1";
    let mut strict = TestSandbox::shipped(false).await;
    let reply = strict.assert_refused(im("/team/query.action", body), "is no parameter").await;
    assert_eq!(reply.status, 200);
    let query = im("/team/query.action", "tids=['3083','3084']&ope=1");
    strict.assert_refused(query.clone(), "its strings have single quotes; expected JSON text with double ones; ").await;
    let (_, line) = strict.send_signed(query.clone()).await;
    assert!(line.contains("`['3083','3084']`") && line.contains("with --lenient it passes"), "{line}");
    TestSandbox::shipped(true).await.assert_warning(query, "`tids` is JSON with single quotes").await;
}

#[tokio::test]
async fn ids_of_64_bits_may_be_in_quotes() {
    let mut sandbox = TestSandbox::shipped(false).await;
    for (path, body) in [
        ("/team/query.action", r#"tids=["3083","3084"]&ope=1"#),
        ("/team/query.action", r#"tids=[3083,"3084"]&ope=1"#),
        ("/chatroom/getBatch.action", r#"roomids=["66","67"]&needOnlineUserCount=false"#),
        ("/superteam/getTinfos.action", r#"tids=["3083"]"#),
    ] {
        let (reply, line) = sandbox.send_signed(im(path, body)).await;
        assert!(reply.json()["code"] == 200 && line.is_empty(), "{path} {body}: {line}");
    }
    sandbox
        .assert_refused(im("/team/query.action", r#"tids=["a"]&ope=1"#), "`tids[0]` in the form is the string `a`")
        .await;
}

#[tokio::test]
async fn the_former_name_of_a_required_parameter_is_accepted() {
    let mut sandbox = TestSandbox::shipped(false).await;
    let list = |body: &str| im("/friend/get.action", body);
    for good in ["accid=alice&updatetime=0", "accid=alice&createtime=0", "accid=alice&updatetime=1&createtime=0"] {
        sandbox.assert_accepted(list(good)).await;
    }
    let reply = sandbox.assert_refused(list("accid=alice"), "`updatetime` is missing").await;
    assert_eq!(text(&reply), "updatetime is empty");
    sandbox.assert_refused(list("accid=alice&createtime=x"), "`createtime` in the form is `x`").await;
}

#[tokio::test]
async fn where_the_server_prefers_one_of_two_both_may_be_given() {
    let mut sandbox = TestSandbox::shipped(false).await;
    for (path, rest, one, other, first) in [
        ("/team/kick.action", "tid=3083&owner=alice", "member=bob", r#"members=["bob"]"#, "member"),
        ("/team/muteTlistAll.action", "tid=3083&owner=alice", "mute=true", "muteType=1", "mute"),
        ("/signal/getRoomInfo.action", "", "channelName=call-17", "channelId=2001736499201024", "channelId"),
    ] {
        for group in [one.to_owned(), other.to_owned(), format!("{one}&{other}")] {
            let (reply, line) = sandbox.send_signed(im(path, &format!("{rest}&{group}"))).await;
            assert!(reply.json()["code"] == 200 && !line.contains("refused"), "{path} {group}: {line}");
        }
        let reply = sandbox.assert_refused(im(path, rest), "none is given; expected at least one").await;
        assert_eq!(text(&reply), format!("{first} is empty"));
    }
    for query in ["channel_id=1", "channel_name=a", "channel_id=1&channel_name=a"] {
        sandbox.assert_accepted(Call::new("GET", &format!("/nimserver/im/v2/signalling_room?{query}"))).await;
    }
    sandbox.assert_refused(Call::new("GET", "/nimserver/im/v2/signalling_room"), "none is given").await;
}

#[tokio::test]
async fn the_java_sdk_may_repeat_the_id_of_the_path_under_its_own_name() {
    let mut sandbox = TestSandbox::shipped(false).await;
    let path = "/nimserver/im/v2/subscription/alice";
    for (method, target) in
        [("POST", format!("{path}?duration=60")), ("DELETE", path.to_owned()), ("PATCH", path.to_owned())]
    {
        let body = |account: &str| format!(r#"{{"subscriberAccountId":"{account}","account_ids":["bob"]}}"#);
        let words = "`subscriberAccountId` is in the JSON body too; expected only in the path";
        sandbox.assert_warning(Call::json(method, &target, &body("alice")), words).await;
        sandbox.assert_refused(Call::json(method, &target, &body("bob")), "one value in the path and another").await;
    }
    let body = r#"{"subscriberAccountId":"alice","duration":60,"account_ids":["bob"]}"#;
    sandbox.assert_warning(Call::json("POST", &format!("{path}?duration=60"), body), "is in the JSON body too").await;
}

#[tokio::test]
async fn forms_of_php_are_read_leniently_and_explained_strictly() {
    let (mut strict, mut lenient) = (TestSandbox::shipped(false).await, TestSandbox::shipped(true).await);
    let base = "from=alice&ope=0&to=bob&type=0&body=%7B%7D";
    for (more, refusal, warning) in [
        (
            "&forcepushall=1",
            "expected `true` or `false`; the real server may read it",
            "`forcepushall` is `1`; expected",
        ),
        ("&forcepushall=0", "with --lenient it passes", "`forcepushall` is `0`"),
        ("&forcepushall=", "what is not set is left out", "`forcepushall` is empty and counts as absent"),
        ("&option=", "(with --lenient, empty counts as absent)", "`option` is empty and counts as absent"),
        ("&forcepushlist=", "what is not set is left out", "`forcepushlist` is empty"),
        (
            "&robotAccount=",
            "`robotAccount` in the form is empty; expected a value; what is not set is left out",
            "`robotAccount` is",
        ),
    ] {
        let call = im("/msg/sendMsg.action", &format!("{base}{more}"));
        strict.assert_refused(call.clone(), refusal).await;
        lenient.assert_warning(call, warning).await;
    }
    // An empty text is a valid text; required parameters are still required.
    strict.assert_accepted(im("/msg/sendMsg.action", &format!("{base}&ext="))).await;
    lenient.assert_accepted(im("/msg/sendMsg.action", &format!("{base}&ext="))).await;
    let reply = lenient
        .assert_refused(im("/msg/sendMsg.action", "from=&ope=0&to=bob&type=0&body=%7B%7D"), "`from` is empty")
        .await;
    assert_eq!(text(&reply), "from is empty");
}

#[tokio::test]
async fn a_plus_that_a_form_decodes_to_a_space_is_reported() {
    let mut sandbox = TestSandbox::shipped(false).await;
    let update = |mobile: &str| im("/user/updateUinfo.action", &format!("accid=alice&mobile={mobile}"));
    sandbox.assert_accepted(update("%2B86-13800000000")).await;
    sandbox
        .assert_warning(update("+86-13800000000"), "`mobile` in the form has lost the `+` of a number; a bare `+`")
        .await;
    sandbox.assert_accepted(im("/user/updateUinfo.action", "accid=alice&sign=at+5+o'clock")).await;
    let call = |callee: &str| Call::form(CONFERENCE, &format!("callerAcc=a&caller=1&callee={callee}&maxDur=60"));
    sandbox.assert_warning(call("[\"+8613800000000\"]"), "`callee` in the form has lost the `+`").await;
    sandbox.assert_refused(im("/team/query.action", "tids=[1]&ope=+1"), "a bare `+` is decoded to a blank").await;
}

#[tokio::test]
async fn an_unknown_path_suggests_similar_endpoints() {
    let mut sandbox = TestSandbox::shipped(false).await;
    for (method, target, status, words) in [
        ("POST", "/foo/bar.action", 404, "could be `/{bucket}/{object}` (nos.transfer.put_block), but has none of"),
        ("GET", "/foo/bar", 404, "(nos.transfer.get_offset), but has none of the parameters `x-nos-token`"),
        ("PUT", "/foo/bar", 404, "there is no such path"),
        (
            "POST",
            "/user/create.action",
            404,
            "with the base path of the product it is `/nimserver/user/create.action` (im.user.create)",
        ),
        ("POST", "/qchat/serverCreate.action", 404, "there is no such path"),
        (
            "POST",
            "/nimserver/call/ecp/startcall.action",
            404,
            "without `/nimserver` it is a path of the product `call` (call.ecp.start_call), which has the hosts https://api.netease.im",
        ),
        ("POST", "/nimserver/user/creat.action", 404, "did you mean `/nimserver/user/create.action` (im.user.create)?"),
        (
            "POST",
            "/nimserver/nimserver/user/create.action",
            404,
            "without `/nimserver` it is a path of the product `im`",
        ),
    ] {
        let reply = sandbox.assert_refused(Call::new(method, target), words).await;
        assert_eq!(reply.status, status, "{target}");
        assert_eq!(sandbox.server.received().pop().unwrap().endpoint, None);
    }
    // An incomplete upload is still recognized as an upload.
    let token = Call::new("POST", "/bucket/object").header("x-nos-token", "t");
    sandbox.assert_refused(token, "`offset` is missing").await;
    sandbox.assert_refused(Call::new("PUT", "/bucket/object?offset=0"), "the path exists, but under POST").await;
}

#[tokio::test]
async fn the_log_shows_quotes_as_they_came() {
    let mut sandbox = TestSandbox::shipped(false).await;
    let (_, line) = sandbox.send_signed(im("/team/query.action", "tids={\"a\":'%1B[31m'}&ope=1")).await;
    assert!(line.contains(r#"`{"a":'\u{1b}[31m'}`"#), "{line}");
}

#[tokio::test]
async fn all_faults_of_a_call_are_reported_in_order() {
    let mut sandbox = TestSandbox::shipped(false).await;
    let call = im("/team/create.action", r#"tnam=a&owner=al%07ice&members=["a",1,"b\u0007"]&magree=7&joinmode=x"#);
    let (reply, line) = sandbox.send_signed(call.header("CheckSum", "wrong").header("Nonce", &"n".repeat(129))).await;
    assert_eq!(text(&reply), "Nonce is illegal");
    let wanted = [
        "the Nonce has 129 characters",
        "the CheckSum is `wrong`",
        "`tnam` in the form is no parameter",
        "`tname` is missing",
        "`owner` in the form is `al\\u{7}ice`",
        "`members[1]` in the form is the number 1",
        "`members[2]` in the form is `b\\u{7}`",
        "`msg` is missing",
        "`magree` in the form is `7`",
        "`joinmode` in the form is `x`",
    ];
    let lines: Vec<&str> = line.lines().collect();
    assert_eq!(lines.len(), wanted.len(), "{line}");
    for (number, (line, words)) in lines.iter().zip(wanted).enumerate() {
        let count = format!(", fault {} of {}: ", number + 1, wanted.len());
        assert!(line.contains(words) && line.contains(&count), "{words}: {line}");
    }
    let Verdict::Refused { reason, also, .. } = sandbox.server.received().pop().unwrap().verdict else { panic!() };
    assert!(reason.contains(wanted[0]) && also.len() == wanted.len() - 1, "{reason} {also:?}");
    assert!(also.iter().zip(&wanted[1..]).all(|(fault, words)| fault.contains(words)), "{also:?}");
}
