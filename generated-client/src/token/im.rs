//! Dynamic tokens of IM.

use std::time::{Duration, SystemTime};

use crate::base::credentials::Credentials;
use crate::base::secret::Secret;
use crate::token::basic::{Parsed, Signer, SubjectParts};
use crate::token::claims::Claims;
use crate::token::error::Error;

/// Makes and checks dynamic tokens of IM. An account logs in with one (`authType` 1), without a token stored by the
/// platform.
///
/// ```
/// use std::time::{Duration, UNIX_EPOCH};
/// use yunxin::token;
///
/// let im = token::Im::new("app-key", "app-secret");
/// let now = UNIX_EPOCH + Duration::from_secs(1_700_000_000);
/// let token = im.token("alice", Duration::from_secs(600), now)?;
///
/// assert!(im.check(token.expose(), "alice", now).is_ok());
/// assert_eq!(im.check(token.expose(), "bob", now), Err(token::Error::WrongSignature));
/// # Ok::<(), token::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Im(Signer);

impl Im {
    /// Creates and checks tokens of this app.
    pub fn new(app_key: impl Into<String>, app_secret: impl Into<Secret>) -> Self {
        let (app_key, app_secret) = (app_key.into(), app_secret.into());
        Self(Signer { app_key, app_secret, leeway: Duration::ZERO, max_ttl: None })
    }

    /// Sets how far clocks may differ when a token is checked. Default: zero. Times are compared in milliseconds, so
    /// some seconds are needed if one machine makes tokens and another checks them.
    #[must_use]
    pub fn leeway(mut self, leeway: Duration) -> Self {
        self.0.leeway = leeway;
        self
    }

    /// Sets the maximum ttl, for making and checking. The documentation names no limit, so there is none by default.
    #[must_use]
    pub fn max_ttl(mut self, max_ttl: Duration) -> Self {
        self.0.max_ttl = Some(max_ttl);
        self
    }

    /// Makes a token for this account. The `ttl` counts in whole seconds, at least 1.
    ///
    /// # Errors
    /// If secret, app key or account are empty, the app key is not valid, or a time is out of range.
    pub fn token(&self, accid: &str, ttl: Duration, now: SystemTime) -> Result<Secret, Error> {
        self.0.token(subject(accid)?, ttl, now)
    }

    /// Checks that a token is for this account and valid now, and returns its contents.
    ///
    /// # Errors
    /// The reason why it is rejected. A token for another account has [a wrong signature](Error::WrongSignature).
    pub fn check(&self, token: &str, accid: &str, now: SystemTime) -> Result<Claims, Error> {
        self.0.check(token, subject(accid)?, now)
    }

    /// Decodes a token without checking it.
    ///
    /// # Errors
    /// If the text is not a token.
    pub fn parse(token: &str) -> Result<Claims, Error> {
        Parsed::read(token)?.claims()
    }
}

fn subject(accid: &str) -> Result<SubjectParts<'_>, Error> {
    match accid {
        "" => Err(Error::Empty { name: "the account" }),
        _ => Ok(SubjectParts { before: accid, after: "" }),
    }
}

impl From<&Credentials> for Im {
    fn from(credentials: &Credentials) -> Self {
        Self::new(credentials.app_key(), credentials.app_secret().clone())
    }
}
