//! Format of basic tokens and dynamic tokens: JSON of a signature, a time and a ttl, as base64.

use std::time::{Duration, SystemTime};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value};
use subtle::ConstantTimeEq;

use crate::base::credentials::{flaw_of_app_key, flaw_of_secret};
use crate::base::digest::sha1_hex;
use crate::base::secret::Secret;
use crate::token::claims::Claims;
use crate::token::error::Error;
use crate::token::lifetime::{Lifetime, check_ttl, since_1970};

/// Maximum length of a token that is parsed, in bytes. Real tokens have about 140.
const MAX_TOKEN_BYTES: usize = 1024;

/// Creates and checks tokens of one app.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Signer {
    pub(super) app_key: String,
    pub(super) app_secret: Secret,
    pub(super) leeway: Duration,
    /// The maximum ttl; `None`: unlimited.
    pub(super) max_ttl: Option<Duration>,
}

/// The signed parts that identify the user: those before time and ttl, and those after.
#[derive(Clone, Copy)]
pub(super) struct SubjectParts<'t> {
    pub(super) before: &'t str,
    pub(super) after: &'t str,
}

impl Signer {
    /// Creates a token.
    pub(super) fn token(&self, subject: SubjectParts<'_>, ttl: Duration, now: SystemTime) -> Result<Secret, Error> {
        let ttl = check_ttl(ttl, self.max_ttl)?;
        let cur_time = u64::try_from(since_1970(now)?.as_millis()).map_err(|_| Error::TimeOutOfRange)?;
        Lifetime::new(Duration::from_millis(cur_time), ttl)?;
        let signature = self.signature(subject, cur_time, ttl)?;
        let json = format!(r#"{{"signature":"{signature}","curTime":{cur_time},"ttl":{ttl}}}"#);
        Ok(STANDARD.encode(json).into())
    }

    /// Checks the signature and the lifetime of a token.
    pub(super) fn check(&self, token: &str, subject: SubjectParts<'_>, now: SystemTime) -> Result<Claims, Error> {
        let parsed = Parsed::read(token)?;
        let expected = self.signature(subject, parsed.cur_time, parsed.ttl)?;
        if !bool::from(parsed.signature.as_bytes().ct_eq(expected.as_bytes())) {
            return Err(Error::WrongSignature);
        }
        let claims = parsed.claims()?;
        claims.lifetime.check(now, self.leeway, self.max_ttl)?;
        Ok(claims)
    }

    /// Returns the signature. The signed parts are joined without separators, as the platform requires.
    fn signature(&self, subject: SubjectParts<'_>, cur_time: u64, ttl: u64) -> Result<String, Error> {
        check_secret(&self.app_secret)?;
        check_app_key(&self.app_key)?;
        let (cur_time, ttl) = (cur_time.to_string(), ttl.to_string());
        let parts = [&self.app_key, subject.before, &cur_time, &ttl, subject.after, self.app_secret.expose()];
        Ok(String::from_utf8_lossy(&sha1_hex(parts.map(str::as_bytes))).into_owned())
    }
}

/// Checks that a secret is usable.
pub(super) fn check_secret(secret: &Secret) -> Result<(), Error> {
    match flaw_of_secret(secret) {
        None => Ok(()),
        Some(_) if secret.is_blank() => Err(Error::NoSecret),
        Some(_) => Err(Error::BadSecret),
    }
}

/// Checks that an app key is valid.
pub(super) fn check_app_key(app_key: &str) -> Result<(), Error> {
    match flaw_of_app_key(app_key) {
        None => Ok(()),
        Some(_) if app_key.trim().is_empty() => Err(Error::Empty { name: "the app key" }),
        Some(_) => Err(Error::BadAppKey),
    }
}

/// A parsed token, not yet verified.
pub(super) struct Parsed {
    signature: String,
    cur_time: u64,
    ttl: u64,
}

impl Parsed {
    pub(super) fn read(token: &str) -> Result<Self, Error> {
        if token.len() > MAX_TOKEN_BYTES {
            return Err(Error::TooLong);
        }
        let json = STANDARD.decode(token).map_err(|_| Error::NotBase64)?;
        let json: Map<String, Value> = json_object(&json)?;
        Ok(Self {
            signature: text(&json, "signature")?.to_owned(),
            cur_time: number(&json, "curTime")?,
            ttl: number(&json, "ttl")?,
        })
    }

    pub(super) fn claims(&self) -> Result<Claims, Error> {
        let lifetime = Lifetime::new(Duration::from_millis(self.cur_time), self.ttl)?;
        Ok(Claims { lifetime })
    }
}

/// Parses the JSON of a token. Whitespace around it is an error, so that the same token has no second spelling.
pub(super) fn json_object(json: &[u8]) -> Result<Map<String, Value>, Error> {
    if !json.starts_with(b"{") || !json.ends_with(b"}") {
        return Err(Error::NotJson);
    }
    serde_json::from_slice(json).map_err(|_| Error::NotJson)
}

/// Returns a field that must be text.
pub(super) fn text<'j>(json: &'j Map<String, Value>, name: &'static str) -> Result<&'j str, Error> {
    json.get(name).and_then(Value::as_str).ok_or(Error::BadField { name })
}

/// Returns a field that must be an unsigned number.
pub(super) fn number(json: &Map<String, Value>, name: &'static str) -> Result<u64, Error> {
    json.get(name).and_then(Value::as_u64).ok_or(Error::BadField { name })
}
