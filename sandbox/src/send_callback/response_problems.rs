//! Checks the response to a callback like the platform.

use std::time::Duration;

use serde::de::IgnoredAny;
use serde_json::{Map, Value};
use yunxin_codegen::value::display;

use super::{Event, Expects, HttpResponse};

/// Advice for a response that all products accept.
const BEST: &str = "answer {\"code\":200}, which all products take";

/// A problem with a response to a callback.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ResponseProblem {
    /// Whether the platform counts the callback as failed. Otherwise it is a warning: other products may reject it.
    pub is_failure: bool,
    /// Description.
    pub what: String,
}

impl HttpResponse {
    /// Returns the problems with this response to an event.
    #[must_use]
    pub fn problems(&self, event: &Event) -> Vec<ResponseProblem> {
        self.check(event.expects, event.verdict_key.as_deref())
    }

    /// Returns the problems with this response to an unknown event.
    #[must_use]
    pub fn problems_of_unknown(&self) -> Vec<ResponseProblem> {
        self.check(Expects::default(), None)
    }

    /// Checks the response against the requirements of an event. `verdict_key`: key of the decision, if one is
    /// expected.
    fn check(&self, expects: Expects, verdict_key: Option<&str>) -> Vec<ResponseProblem> {
        let mut problems = Vec::new();
        let mut add = |is_failure, what| problems.push(ResponseProblem { is_failure, what });
        if let Some(timeout) = expects.timeout
            && self.elapsed > timeout.0
        {
            add(
                true,
                format!(
                    "it took {}, and the platform waits {}",
                    format_duration(self.elapsed),
                    format_duration(timeout.0)
                ),
            );
        }
        if let Some(most) = expects.max_bytes
            && self.body.len() > usize::try_from(most).unwrap_or(usize::MAX)
        {
            add(true, format!("its body has {} bytes, and {most} are allowed", self.body.len()));
        }
        if self.status != 200 {
            // The rest of an error page is not checked.
            add(true, format!("its status is {}, and only 200 says that the callback was received", self.status));
            return problems;
        }
        if serde_json::from_slice::<IgnoredAny>(&self.body).is_err() {
            let body = if self.body.is_empty() { "it has no body" } else { "its body is not JSON" };
            let advice = if verdict_key.is_some() { "answer what allows or refuses the action" } else { BEST };
            add(expects.json, format!("{body}: {advice}"));
            return problems;
        }
        if let Some(key) = verdict_key
            && let Some(problem) = self.verdict_problem(key)
        {
            add(false, problem);
        }
        match self.content_type() {
            None => add(false, "it has no Content-Type; that of JSON is application/json".to_owned()),
            Some(given) if !is_json(given) => {
                let given = display::text(given);
                add(false, format!("its Content-Type is {given}, and its body is JSON: application/json"));
            }
            Some(_) => {}
        }
        problems
    }

    /// Returns the problem with the decision in the response; `None` if it is valid.
    fn verdict_problem(&self, key: &str) -> Option<String> {
        let Ok(object) = serde_json::from_slice::<Map<String, Value>>(&self.body) else {
            return Some(format!("its body is no JSON object with a verdict under `{key}`"));
        };
        match object.get(key) {
            Some(Value::Number(number)) if number.is_i64() => None,
            Some(other) => Some(format!("its verdict `{key}` is {}, and not a whole number", display::json(other))),
            None => Some(format!("it has no verdict: `{key}` says whether the action goes on")),
        }
    }

    fn content_type(&self) -> Option<&str> {
        self.headers.iter().find(|(name, _)| name == "content-type").map(|(_, value)| value.as_str())
    }
}

/// Returns whether a content type is that of JSON.
fn is_json(content_type: &str) -> bool {
    let kind = content_type.split(';').next().unwrap_or_default().trim();
    kind.eq_ignore_ascii_case("application/json")
}

/// Formats a duration in seconds or milliseconds.
fn format_duration(span: Duration) -> String {
    match span.as_millis() {
        millis if millis % 1_000 == 0 => format!("{} s", millis / 1_000),
        millis => format!("{millis} ms"),
    }
}

#[cfg(test)]
mod tests {
    use yunxin_codegen::primitives::Span;

    use super::*;

    fn response(status: u16, kind: Option<&str>, body: &[u8], millis: u64) -> HttpResponse {
        let headers = kind.map(|kind| ("content-type".to_owned(), kind.to_owned())).into_iter().collect();
        HttpResponse { status, headers, body: body.to_vec(), elapsed: Duration::from_millis(millis) }
    }

    const JSON: Option<&str> = Some("application/json");
    const ASKED: Expects = Expects { json: true, max_bytes: Some(512), timeout: Some(Span(Duration::from_secs(2))) };

    /// Failures with an exclamation mark in front.
    fn problems_of(response: &HttpResponse, expects: Expects, verdict_key: Option<&str>) -> Vec<String> {
        let problems = response.check(expects, verdict_key).into_iter();
        problems.map(|problem| format!("{}{}", if problem.is_failure { "!" } else { "" }, problem.what)).collect()
    }

    #[test]
    fn what_is_told_needs_a_status_and_perhaps_json() {
        let told = |response: &HttpResponse| problems_of(response, Expects::default(), None);
        let none: [&str; 0] = [];
        assert_eq!(told(&response(200, JSON, b"{\"code\":200}", 60_000)), none, "nobody knows how long it may take");
        assert_eq!(told(&response(200, Some("Application/JSON; charset=utf-8"), b" {} ", 0)), none);
        assert_eq!(
            told(&response(204, None, b"", 0)),
            ["!its status is 204, and only 200 says that the callback was received"]
        );
        let not_json = "its body is not JSON: answer {\"code\":200}, which all products take";
        assert_eq!(told(&response(200, Some("text/plain"), b"ok", 0)), [not_json]);
        assert_eq!(told(&response(200, JSON, b"{} {}", 0)), [not_json]);
        let no_body = "it has no body: answer {\"code\":200}, which all products take";
        assert_eq!(told(&response(200, None, b"", 0)), [no_body]);
        let wants = Expects { json: true, ..Expects::default() };
        assert_eq!(problems_of(&response(200, None, b"", 0), wants, None), [format!("!{no_body}")]);
        assert_eq!(
            problems_of(&response(200, Some("text/\u{1b}html"), b"{}", 0), wants, None),
            ["its Content-Type is `text/\\u{1b}html`, and its body is JSON: application/json"]
        );
        assert_eq!(
            problems_of(&response(200, None, b"1", 0), wants, None),
            ["it has no Content-Type; that of JSON is application/json"]
        );
    }

    #[test]
    fn what_is_asked_has_limits_that_hold_to_the_last() {
        let asked = |response: &HttpResponse| problems_of(response, ASKED, Some("errCode"));
        let of = |length: usize| format!("{{\"errCode\":0,\"x\":\"{}\"}}", "x".repeat(length - 20)).into_bytes();
        let none: [&str; 0] = [];
        assert_eq!(of(512).len(), 512);
        assert_eq!(asked(&response(200, JSON, &of(512), 2_000)), none);
        assert_eq!(
            asked(&response(200, JSON, &of(513), 2_001)),
            ["!it took 2001 ms, and the platform waits 2 s", "!its body has 513 bytes, and 512 are allowed"]
        );
        assert_eq!(asked(&response(200, JSON, b"", 0)), ["!it has no body: answer what allows or refuses the action"]);
        for (body, problem) in [
            ("{\"errCode\":1}", None),
            ("{\"errCode\":-1}", None),
            ("{\"code\":200}", Some("it has no verdict: `errCode` says whether the action goes on")),
            ("[]", Some("its body is no JSON object with a verdict under `errCode`")),
            ("{\"errCode\":\"0\"}", Some("its verdict `errCode` is the string `0`, and not a whole number")),
            ("{\"errCode\":0.5}", Some("its verdict `errCode` is the number 0.5, and not a whole number")),
        ] {
            assert_eq!(
                asked(&response(200, JSON, body.as_bytes(), 0)),
                problem.map(str::to_owned).into_iter().collect::<Vec<_>>(),
                "{body}"
            );
        }
    }
}
