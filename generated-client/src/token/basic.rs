//! What basic tokens and dynamic tokens have in common: JSON of a signature, a time and a ttl, as base64.

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

/// Real ones have some 140 characters.
const MOST_CHARACTERS: usize = 1024;

/// Who makes tokens, and what is told of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Signer {
    pub(super) app_key: String,
    pub(super) app_secret: Secret,
    pub(super) leeway: Duration,
    /// The longest ttl, where there is one.
    pub(super) most: Option<Duration>,
}

/// Parts of what is signed: what stands before time and ttl, and what stands behind.
#[derive(Clone, Copy)]
pub(super) struct Bearer<'t> {
    pub(super) before: &'t str,
    pub(super) behind: &'t str,
}

impl Signer {
    pub(super) fn token(&self, bearer: Bearer<'_>, ttl: Duration, now: SystemTime) -> Result<Secret, Error> {
        let ttl = check_ttl(ttl, self.most)?;
        let cur_time = u64::try_from(since_1970(now)?.as_millis()).map_err(|_| Error::TimeOutOfRange)?;
        Lifetime::new(Duration::from_millis(cur_time), ttl)?;
        let signature = self.signature(bearer, cur_time, ttl)?;
        let json = format!(r#"{{"signature":"{signature}","curTime":{cur_time},"ttl":{ttl}}}"#);
        Ok(STANDARD.encode(json).into())
    }

    pub(super) fn check(&self, token: &str, bearer: Bearer<'_>, now: SystemTime) -> Result<Claims, Error> {
        let parsed = Parsed::read(token)?;
        let right = self.signature(bearer, parsed.cur_time, parsed.ttl)?;
        if !bool::from(parsed.signature.as_bytes().ct_eq(right.as_bytes())) {
            return Err(Error::WrongSignature);
        }
        let claims = parsed.claims()?;
        claims.lifetime.check(now, self.leeway, self.most)?;
        Ok(claims)
    }

    /// Nothing divides the parts.
    fn signature(&self, bearer: Bearer<'_>, cur_time: u64, ttl: u64) -> Result<String, Error> {
        check_secret(&self.app_secret)?;
        check_app_key(&self.app_key)?;
        let (cur_time, ttl) = (cur_time.to_string(), ttl.to_string());
        let parts = [&self.app_key, bearer.before, &cur_time, &ttl, bearer.behind, self.app_secret.expose()];
        Ok(String::from_utf8_lossy(&sha1_hex(parts.map(str::as_bytes))).into_owned())
    }
}

/// Whether it can be a secret.
pub(super) fn check_secret(secret: &Secret) -> Result<(), Error> {
    match flaw_of_secret(secret) {
        None => Ok(()),
        Some(_) if secret.is_blank() => Err(Error::NoSecret),
        Some(_) => Err(Error::BadSecret),
    }
}

/// Whether it can be an app key.
pub(super) fn check_app_key(app_key: &str) -> Result<(), Error> {
    match flaw_of_app_key(app_key) {
        None => Ok(()),
        Some(_) if app_key.trim().is_empty() => Err(Error::Empty { name: "the app key" }),
        Some(_) => Err(Error::BadAppKey),
    }
}

/// A token taken to pieces.
pub(super) struct Parsed {
    signature: String,
    cur_time: u64,
    ttl: u64,
}

impl Parsed {
    pub(super) fn read(token: &str) -> Result<Self, Error> {
        if token.len() > MOST_CHARACTERS {
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

/// Reads the JSON of a token. Blanks around it are refused: a token has one spelling.
pub(super) fn json_object(json: &[u8]) -> Result<Map<String, Value>, Error> {
    if !json.starts_with(b"{") || !json.ends_with(b"}") {
        return Err(Error::NotJson);
    }
    serde_json::from_slice(json).map_err(|_| Error::NotJson)
}

pub(super) fn text<'j>(json: &'j Map<String, Value>, name: &'static str) -> Result<&'j str, Error> {
    json.get(name).and_then(Value::as_str).ok_or(Error::BadField { name })
}

pub(super) fn number(json: &Map<String, Value>, name: &'static str) -> Result<u64, Error> {
    json.get(name).and_then(Value::as_u64).ok_or(Error::BadField { name })
}
