//! Basic tokens of NERTC.

use std::time::{Duration, SystemTime};

use crate::base::credentials::Credentials;
use crate::base::secret::Secret;
use crate::token::basic::{Parsed, Signer, SubjectParts};
use crate::token::claims::Claims;
use crate::token::error::Error;
use crate::token::lifetime::DAY;

/// Makes and checks basic tokens of NERTC. In safe mode of the app a user needs one to join a room; it is for one room.
///
/// ```
/// use std::time::{Duration, UNIX_EPOCH};
/// use yunxin::token;
///
/// let rtc = token::Rtc::new("app-key", "app-secret");
/// let now = UNIX_EPOCH + Duration::from_secs(1_700_000_000);
/// let token = rtc.token("room1", 10_000, Duration::from_secs(600), now)?;
///
/// let claims = rtc.check(token.expose(), "room1", 10_000, now)?;
/// assert_eq!(claims.ttl(), Duration::from_secs(600));
/// assert_eq!(rtc.check(token.expose(), "room2", 10_000, now), Err(token::Error::WrongSignature));
/// # Ok::<(), token::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rtc(Signer);

impl Rtc {
    /// The maximum ttl of a token: one day.
    pub const MAX_TTL: Duration = DAY;

    /// Creates and checks tokens of this app.
    pub fn new(app_key: impl Into<String>, app_secret: impl Into<Secret>) -> Self {
        let (app_key, app_secret) = (app_key.into(), app_secret.into());
        Self(Signer { app_key, app_secret, leeway: Duration::ZERO, max_ttl: Some(DAY) })
    }

    /// Sets how far clocks may differ when a token is checked. Default: zero. Times are compared in milliseconds, so
    /// some seconds are needed if one machine makes tokens and another checks them.
    #[must_use]
    pub fn leeway(mut self, leeway: Duration) -> Self {
        self.0.leeway = leeway;
        self
    }

    /// Makes a token for this user in this room. The `ttl` counts in whole seconds, at least 1 and at most [a
    /// day](Rtc::MAX_TTL).
    ///
    /// # Errors
    /// If secret, app key or room are empty, the app key is not valid, or a time is out of range.
    pub fn token(&self, channel: &str, uid: u64, ttl: Duration, now: SystemTime) -> Result<Secret, Error> {
        self.0.token(subject(channel, &uid.to_string())?, ttl, now)
    }

    /// Checks that a token is for this user in this room and valid now, and returns its contents.
    ///
    /// The parts of the signed text are joined without separators, so a ttl and a room name that begins with a digit
    /// can be split in another way: let room names begin with a letter.
    ///
    /// # Errors
    /// The reason why it is rejected. A token for another room or user has [a wrong signature](Error::WrongSignature).
    pub fn check(&self, token: &str, channel: &str, uid: u64, now: SystemTime) -> Result<Claims, Error> {
        self.0.check(token, subject(channel, &uid.to_string())?, now)
    }

    /// Decodes a token without checking it.
    ///
    /// # Errors
    /// If the text is not a token.
    pub fn parse(token: &str) -> Result<Claims, Error> {
        Parsed::read(token)?.claims()
    }
}

fn subject<'t>(channel: &'t str, uid: &'t str) -> Result<SubjectParts<'t>, Error> {
    match channel {
        "" => Err(Error::Empty { name: "the room" }),
        _ => Ok(SubjectParts { before: uid, after: channel }),
    }
}

impl From<&Credentials> for Rtc {
    fn from(credentials: &Credentials) -> Self {
        Self::new(credentials.app_key(), credentials.app_secret().clone())
    }
}
