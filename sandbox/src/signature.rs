//! Checks the four signing headers.

use std::fmt;
use std::time::SystemTime;

use hyper::HeaderMap;
use hyper::header::HeaderName;
use secrecy::{ExposeSecret, SecretString};
use sha1::{Digest, Sha1};
use yunxin_codegen::value::display;
use yunxin_codegen::value::display::MASK;

use crate::clock::unix_seconds;
use crate::rejection::{RefusalKind, Rejection};

pub(crate) const APP_KEY: &str = "AppKey";
const NONCE: &str = "Nonce";
pub(crate) const CUR_TIME: &str = "CurTime";
pub(crate) const CHECK_SUM: &str = "CheckSum";

/// Maximum number of characters of a Nonce.
const NONCE_LIMIT: usize = 128;
/// Maximum difference in seconds between CurTime and the clock.
const CLOCK_LIMIT: u128 = 5 * 60;

/// An app key with its secret.
pub(crate) struct Credentials {
    pub(crate) app_key: String,
    pub(crate) app_secret: SecretString,
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credentials").field("app_key", &self.app_key).field("app_secret", &MASK).finish()
    }
}

/// Returns why a text cannot be an app key; `None` if it can.
pub(crate) fn app_key_problem(app_key: &str) -> Option<&'static str> {
    if app_key.trim().is_empty() {
        Some("the app key is empty")
    } else if !app_key.bytes().all(|byte| byte.is_ascii_graphic()) {
        Some("the app key has characters that no header may have: printable ASCII without blanks only")
    } else {
        None
    }
}

impl Credentials {
    /// Checks that calls can be signed with them.
    pub(crate) fn check_usable(&self) -> Result<(), &'static str> {
        let secret = self.app_secret.expose_secret();
        match app_key_problem(&self.app_key) {
            Some(problem) => Err(problem),
            None if secret.trim().is_empty() => Err("the app secret is empty"),
            None if secret.trim() != secret => Err("the app secret begins or ends with a blank or a line break"),
            None => Ok(()),
        }
    }

    /// Checks the signing headers. Errors are in the order in which a server finds them.
    pub(crate) fn check(&self, headers: &HeaderMap, now: SystemTime) -> Vec<Rejection> {
        let mut rejections = Vec::new();
        let [app_key, nonce, cur_time, check_sum] = [APP_KEY, NONCE, CUR_TIME, CHECK_SUM]
            .map(|name| single(headers, name).map_err(|rejection| rejections.push(rejection)).ok());
        rejections.extend(app_key.and_then(|app_key| self.check_known(app_key).err()));
        rejections.extend(nonce.and_then(|nonce| check_nonce(nonce).err()));
        rejections.extend(cur_time.and_then(|cur_time| check_clock(cur_time, now).err()));
        if let (Some(nonce), Some(cur_time), Some(check_sum)) = (nonce, cur_time, check_sum) {
            rejections.extend(self.check_digest(nonce, cur_time, check_sum).err());
        }
        rejections
    }

    /// Checks the header `AppKey` of a call that has no other signing headers.
    pub(crate) fn check_app_key(&self, headers: &HeaderMap) -> Vec<Rejection> {
        single(headers, APP_KEY).and_then(|app_key| self.check_known(app_key)).err().into_iter().collect()
    }

    /// Checks that the AppKey is that of the sandbox.
    fn check_known(&self, app_key: &str) -> Result<(), Rejection> {
        if app_key == self.app_key {
            return Ok(());
        }
        let what = format!("the AppKey is {}; expected {}", display::text(app_key), display::text(&self.app_key));
        Err(Rejection::new(RefusalKind::AppKey, what))
    }

    /// Checks the CheckSum.
    fn check_digest(&self, nonce: &str, cur_time: &str, found: &str) -> Result<(), Rejection> {
        let expected = digest(&[self.app_secret.expose_secret(), nonce, cur_time]);
        if found == expected {
            return Ok(());
        }
        let what = format!(
            "the CheckSum is {}; expected `{expected}` = sha1(\"{MASK}\" + \"{}\" + \"{}\"){}",
            display::text(found),
            display::name(nonce),
            display::name(cur_time),
            self.guess(nonce, cur_time, found, &expected)
        );
        Err(Rejection::new(RefusalKind::CheckSum, what))
    }

    /// Returns a hint about the common mistake that explains a wrong CheckSum; empty if there is none.
    fn guess(&self, nonce: &str, cur_time: &str, found: &str, expected: &str) -> &'static str {
        let secret = self.app_secret.expose_secret();
        let is_digest_of = |parts: &[&str]| found.eq_ignore_ascii_case(&digest(parts));
        if found.eq_ignore_ascii_case(expected) {
            "; the digest is right, but its letters must be lower case"
        } else if is_digest_of(&[secret, cur_time, nonce]) {
            "; it was made of secret + CurTime + Nonce: Nonce comes before CurTime"
        } else if is_digest_of(&[nonce, cur_time, secret])
            || is_digest_of(&[cur_time, nonce, secret])
            || is_digest_of(&[nonce, secret, cur_time])
            || is_digest_of(&[cur_time, secret, nonce])
        {
            "; it was made of the right parts in the wrong order: the secret comes first"
        } else if is_digest_of(&[&self.app_key, nonce, cur_time]) {
            "; it was made with the AppKey in place of the secret"
        } else if found.len() != expected.len() {
            "; a SHA-1 in hex has 40 characters"
        } else {
            ""
        }
    }
}

/// Returns the SHA-1 of all parts in lower-case hex.
pub(crate) fn digest(parts: &[&str]) -> String {
    hex::encode(parts.iter().fold(Sha1::new(), |hash, part| hash.chain_update(part)).finalize())
}

/// Returns the value of a header that must occur exactly once.
fn single<'a>(headers: &'a HeaderMap, name: &'static str) -> Result<&'a str, Rejection> {
    let refuse = |what: &str| Err(Rejection::new(RefusalKind::Header, format!("the header {name} {what}")));
    // hyper keeps header names in lower case.
    let Ok(key) = HeaderName::from_bytes(name.as_bytes()) else { return refuse("is missing") };
    let mut values = headers.get_all(key).iter();
    match (values.next(), values.next()) {
        (None, _) => refuse("is missing"),
        (Some(_), Some(_)) => refuse("stands twice"),
        (Some(value), None) => match std::str::from_utf8(value.as_bytes()) {
            Ok("") => refuse("is empty"),
            Ok(text) => Ok(text),
            Err(_) => refuse("is not text in UTF-8"),
        },
    }
}

/// Checks the length of the Nonce.
fn check_nonce(nonce: &str) -> Result<(), Rejection> {
    let length = nonce.chars().count();
    if length <= NONCE_LIMIT {
        return Ok(());
    }
    let what = format!("the Nonce has {length} characters; expected at most {NONCE_LIMIT}");
    Err(Rejection::new(RefusalKind::Nonce, what))
}

/// Checks that CurTime is close to the clock.
fn check_clock(cur_time: &str, now: SystemTime) -> Result<(), Rejection> {
    let refuse = |what: String| Err(Rejection::new(RefusalKind::Clock, what));
    let shown = display::text(cur_time);
    let seconds = cur_time.parse::<i128>().ok().filter(|_| cur_time.bytes().all(|digit| digit.is_ascii_digit()));
    let Some(seconds) = seconds else {
        return refuse(format!("CurTime is {shown}; expected decimal seconds since 1970 in UTC"));
    };
    let now = unix_seconds(now);
    let off = seconds.abs_diff(now);
    if off <= CLOCK_LIMIT {
        return Ok(());
    }
    if (seconds / 1000).abs_diff(now) <= CLOCK_LIMIT {
        return refuse(format!("CurTime is {shown}, which is milliseconds; expected seconds"));
    }
    let direction = if seconds < now { "behind" } else { "ahead of" };
    refuse(format!(
        "CurTime is {shown}, {off} s {direction} the server's clock, which is at {now}; expected at most {CLOCK_LIMIT} s"
    ))
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, UNIX_EPOCH};

    use super::*;

    const NOW: u64 = 1_443_592_222;

    fn check(headers: &[(&'static str, &str)]) -> Result<(), Rejection> {
        let credentials = Credentials { app_key: "demo-app-key".to_owned(), app_secret: "demo-app-secret".into() };
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(HeaderName::from_bytes(name.as_bytes()).unwrap(), value.parse().unwrap());
        }
        credentials.check(&map, UNIX_EPOCH + Duration::from_secs(NOW)).into_iter().next().map_or(Ok(()), Err)
    }

    fn signed(nonce: &str, cur_time: &str, check_sum: &str) -> Result<(), Rejection> {
        check(&[("AppKey", "demo-app-key"), ("Nonce", nonce), ("CurTime", cur_time), ("CheckSum", check_sum)])
    }

    #[test]
    fn the_known_answer_is_accepted() {
        signed("0123456789abcdef", "1443592222", "47d581d97cd3c14dd1267783111f54585b2119b8").unwrap();
    }

    #[test]
    fn the_clock_may_be_off_by_five_minutes_and_no_more() {
        for (off, fine) in [(-300_i64, true), (300, true), (-301, false), (301, false)] {
            let cur_time = NOW.checked_add_signed(off).unwrap().to_string();
            let verdict = signed("n", &cur_time, &digest(&["demo-app-secret", "n", &cur_time]));
            assert_eq!(verdict.is_ok(), fine, "{off}");
        }
        for malformed in ["+1443592222", "1443592222.0", "-1", "x", "99999999999999999999999999999999999999999999"] {
            assert_eq!(signed("n", malformed, "x").unwrap_err().kind, RefusalKind::Clock, "{malformed}");
        }
        assert!(signed("n", "1443592222000", "x").unwrap_err().what.contains("milliseconds"));
    }

    #[test]
    fn usual_mistakes_are_named_and_the_secret_is_not() {
        for (parts, hint) in [
            (["demo-app-secret", "1443592222", "n"], "before CurTime"),
            (["n", "1443592222", "demo-app-secret"], "secret comes first"),
            (["demo-app-key", "n", "1443592222"], "in place of the secret"),
        ] {
            let what = signed("n", "1443592222", &digest(&parts)).unwrap_err().what;
            assert!(
                what.contains(hint)
                    && what.contains("sha1(\"***\" + \"n\" + \"1443592222\")")
                    && !what.contains("demo-app-secret"),
                "{what}"
            );
        }
        let upper = digest(&["demo-app-secret", "n", "1443592222"]).to_uppercase();
        assert!(signed("n", "1443592222", &upper).unwrap_err().what.contains("lower case"));
    }

    #[test]
    fn each_header_must_be_there_once() {
        let all = [("AppKey", "demo-app-key"), ("Nonce", "n"), ("CurTime", "1443592222"), ("CheckSum", "x")];
        for left_out in 0..4 {
            let mut some = all.to_vec();
            let (name, _) = some.remove(left_out);
            let rejection = check(&some).unwrap_err();
            assert!(rejection.kind == RefusalKind::Header && rejection.what.contains(name), "{}", rejection.what);
        }
        assert!(check(&[all.as_slice(), &[("Nonce", "m")]].concat()).unwrap_err().what.contains("twice"));
        assert!(
            check(&[("AppKey", ""), ("Nonce", "n"), ("CurTime", "1"), ("CheckSum", "x")])
                .unwrap_err()
                .what
                .contains("empty")
        );
    }
}
