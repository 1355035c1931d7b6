//! Tells what comes from the platform from what does not.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::base::clock::{Clock, SystemClock};
use crate::base::credentials::{Credentials, flaw_of_secret};
use crate::base::digest::{md5_hex, same, sent_hex, sha1_hex};
use crate::base::saturating::later;
use crate::base::secret::Secret;
use crate::callback::body::{Callback, CallbackBody};
use crate::callback::error::VerifyError;
use crate::callback::replay::ReplayCache;
use crate::callback::signed_headers::{APP_KEY, CHECK_SUM, CUR_TIME, MD5, find};
use crate::callback::verified::Verified;

/// How much the platform's clock and this machine's may differ, time on the way included.
const TOLERANCE: Duration = Duration::from_secs(5 * 60);

/// What an extractor reads of a body unless told otherwise.
const BODY_LIMIT: usize = 1024 * 1024;

/// Verifies callbacks that are signed with an app secret: all but those of live streams and video on demand.
///
/// Cheap to clone, and meant to be shared. See the [module](super) for an example.
///
/// What is checked, in this order:
/// 1. `CurTime` and `CheckSum` are there, and none of the four headers comes twice. `AppKey` and `MD5` may be missing, as rooms and
///    meetings leave them out; then the secrets of all apps are tried.
/// 2. `AppKey` names a known app, and `CurTime` is a number.
/// 3. `MD5` is that of the body, which is computed here in any case.
/// 4. `CheckSum` is the SHA-1 of a secret, the MD5 and `CurTime`. Before that, nothing of what was sent is believed.
/// 5. `CurTime` is [at most 5 minutes](Verifier::tolerance) from now, in either direction.
/// 6. The signature has not come before, if there is a [replay cache](Verifier::replay_cache).
#[derive(Clone)]
pub struct Verifier(Arc<Settings>);

#[derive(Clone)]
struct Settings {
    apps: Vec<App>,
    tolerance: Duration,
    body_limit: usize,
    clock: Arc<dyn Clock>,
    replays: Option<Arc<dyn ReplayCache>>,
}

#[derive(Clone)]
struct App {
    key: Arc<str>,
    secrets: Vec<Secret>,
}

/// What the headers claim.
pub(super) struct Claims {
    app_key: Option<Vec<u8>>,
    cur_time: Vec<u8>,
    sent_at: SystemTime,
    md5: Option<Vec<u8>>,
    check_sum: Vec<u8>,
}

impl Verifier {
    /// Verifies callbacks of this app. While a secret is being replaced give both, the new one first.
    ///
    /// An empty or blank secret verifies nothing, since anybody could sign with it. Nor does one with blanks or line breaks around it, as
    /// files and forms leave them: it is not the one that the platform signs with.
    pub fn new<S: Into<Secret>>(app_key: impl Into<String>, secrets: impl IntoIterator<Item = S>) -> Self {
        let settings = Settings {
            apps: Vec::new(),
            tolerance: TOLERANCE,
            body_limit: BODY_LIMIT,
            clock: Arc::new(SystemClock),
            replays: None,
        };
        Self(Arc::new(settings)).app(app_key, secrets)
    }

    /// Callbacks of another app are welcome as well.
    #[must_use]
    pub fn app<S: Into<Secret>>(mut self, app_key: impl Into<String>, secrets: impl IntoIterator<Item = S>) -> Self {
        let secrets = secrets.into_iter().map(Into::into).collect();
        self.settings().apps.push(App { key: app_key.into().into(), secrets });
        self
    }

    /// How much the time of a signature may differ from now, in either direction: 5 minutes unless set. A callback that the platform
    /// repeats later than that is refused, if it is not signed anew.
    #[must_use]
    pub fn tolerance(mut self, tolerance: Duration) -> Self {
        self.settings().tolerance = tolerance;
        self
    }

    /// Tells the time; the system's clock unless set. A [`SystemTime`] is a clock that stands still.
    #[must_use]
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.settings().clock = Arc::new(clock);
        self
    }

    /// Remembers signatures, so that each is accepted once. Without one, who overhears a callback can send it again until it is too old.
    ///
    /// The platform may repeat what was not answered with status 200, or not in time. Call [`remove`](Verifier::remove) when handling
    /// fails, or the repeat is refused.
    #[must_use]
    pub fn replay_cache(mut self, cache: impl ReplayCache) -> Self {
        self.settings().replays = Some(Arc::new(cache));
        self
    }

    /// How many bytes of a body the extractor of the feature `axum` reads: 1 MiB unless set. [`verify`](Verifier::verify) takes any size.
    #[must_use]
    pub fn body_limit(mut self, bytes: usize) -> Self {
        self.settings().body_limit = bytes;
        self
    }

    fn settings(&mut self) -> &mut Settings {
        Arc::make_mut(&mut self.0)
    }

    /// Whether headers and body come from the platform. Names of headers are compared without regard to case; the body must be as it
    /// came.
    ///
    /// # Errors
    /// What is wrong.
    pub fn verify<K, V>(
        &self,
        headers: impl IntoIterator<Item = (K, V)>,
        raw_body: &[u8],
    ) -> Result<Verified, VerifyError>
    where
        K: AsRef<str>,
        V: AsRef<[u8]>,
    {
        self.judge(&self.claims(headers)?, raw_body)
    }

    /// Verifies a callback and reads its body.
    ///
    /// # Errors
    /// What is wrong. A body that cannot be understood is none: see [`CallbackBody`].
    pub fn receive<E: CallbackBody, K, V>(
        &self,
        headers: impl IntoIterator<Item = (K, V)>,
        raw_body: impl Into<Vec<u8>>,
    ) -> Result<Callback<E>, VerifyError>
    where
        K: AsRef<str>,
        V: AsRef<[u8]>,
    {
        let raw = raw_body.into();
        let verified = self.verify(headers, &raw)?;
        Ok(Callback::read(raw, verified))
    }

    /// The callback could not be handled: its repeat is welcome. Nothing happens without a replay cache.
    pub fn remove(&self, verified: &Verified) {
        if let Some(replays) = &self.0.replays {
            replays.remove(verified.check_sum());
        }
    }

    /// What is claimed, as far as it can be judged without the body.
    pub(super) fn claims<K, V>(&self, headers: impl IntoIterator<Item = (K, V)>) -> Result<Claims, VerifyError>
    where
        K: AsRef<str>,
        V: AsRef<[u8]>,
    {
        let [app_key, cur_time, md5, check_sum] = find([APP_KEY, CUR_TIME, MD5, CHECK_SUM], headers)?;
        let cur_time = cur_time.ok_or(VerifyError::MissingHeader { name: CUR_TIME })?;
        let check_sum = check_sum.ok_or(VerifyError::MissingHeader { name: CHECK_SUM })?;
        let sent_at = moment(&cur_time).ok_or(VerifyError::BadCurTime)?;
        let claims = Claims { app_key, cur_time, sent_at, md5, check_sum };
        let is_known = self.apps(&claims).next().is_some();
        match &claims.app_key {
            Some(app_key) if !is_known => {
                let app_key = String::from_utf8_lossy(app_key).chars().take(64).collect();
                Err(VerifyError::UnknownAppKey { app_key })
            }
            _ => Ok(claims),
        }
    }

    /// The apps that the callback may be of.
    fn apps<'v>(&'v self, claims: &'v Claims) -> impl Iterator<Item = &'v App> {
        let may_be = |app: &&App| claims.app_key.as_ref().is_none_or(|key| key == app.key.as_bytes());
        self.0.apps.iter().filter(may_be)
    }

    pub(super) fn judge(&self, claims: &Claims, raw_body: &[u8]) -> Result<Verified, VerifyError> {
        let md5 = md5_hex(&[raw_body]);
        if let Some(sent) = &claims.md5
            && !sent_hex(sent).is_some_and(|sent: [u8; 32]| same(&sent, &md5))
        {
            return Err(VerifyError::BadMd5);
        }
        let verified = self.signer(claims, md5)?;
        // Looked at once: what is not too old yet must not be forgotten by the cache a moment later.
        let now = self.0.clock.now();
        self.check_age(claims.sent_at, now)?;
        self.check_is_new(&verified, now)?;
        Ok(verified)
    }

    /// Whose secret signed it. All secrets are tried in any case, so that the time it takes does not tell which one it was.
    fn signer(&self, claims: &Claims, md5: [u8; 32]) -> Result<Verified, VerifyError> {
        let sent = sent_hex::<40>(&claims.check_sum);
        let mut refusal = VerifyError::NoSecret;
        let mut signer = None;
        for app in self.apps(claims) {
            for (index, secret) in app.secrets.iter().enumerate().filter(|(_, secret)| flaw_of_secret(secret).is_none())
            {
                let check_sum = sha1_hex([secret.expose().as_bytes(), &md5, &claims.cur_time]);
                if sent.is_some_and(|sent| same(&sent, &check_sum)) && signer.is_none() {
                    signer = Some((app, index, check_sum));
                }
                refusal = VerifyError::BadCheckSum;
            }
        }
        let (app, secret_index, check_sum) = signer.ok_or(refusal)?;
        Ok(Verified { app_key: app.key.clone(), secret_index, sent_at: claims.sent_at, md5, check_sum })
    }

    fn check_age(&self, sent_at: SystemTime, now: SystemTime) -> Result<(), VerifyError> {
        let tolerance = self.0.tolerance;
        match now.duration_since(sent_at) {
            Ok(age) if age > tolerance => Err(VerifyError::Stale { age, tolerance }),
            Err(ahead) if ahead.duration() > tolerance => {
                Err(VerifyError::FromTheFuture { ahead: ahead.duration(), tolerance })
            }
            _ => Ok(()),
        }
    }

    fn check_is_new(&self, verified: &Verified, now: SystemTime) -> Result<(), VerifyError> {
        let Some(replays) = &self.0.replays else { return Ok(()) };
        let stale_from = later(verified.sent_at, self.0.tolerance);
        match replays.insert_if_new(verified.check_sum(), now, stale_from) {
            true => Ok(()),
            false => Err(VerifyError::Replayed),
        }
    }

    #[cfg(feature = "axum")]
    pub(super) fn most_bytes(&self) -> usize {
        self.0.body_limit
    }
}

/// The time that a text of milliseconds since 1970 tells.
fn moment(cur_time: &[u8]) -> Option<SystemTime> {
    // The longest number of 64 bits has 20 digits. Signs and blanks are not sent by anybody honest.
    if cur_time.len() > 20 || !cur_time.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let millis = str::from_utf8(cur_time).ok()?.parse().ok()?;
    UNIX_EPOCH.checked_add(Duration::from_millis(millis))
}

/// Verifies callbacks of the app that these credentials are of.
impl From<&Credentials> for Verifier {
    fn from(credentials: &Credentials) -> Self {
        Self::new(credentials.app_key(), [credentials.app_secret().clone()])
    }
}

impl fmt::Debug for Verifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let apps: Vec<_> = self.0.apps.iter().map(|app| (&app.key, app.secrets.len())).collect();
        f.debug_struct("Verifier")
            .field("apps_and_number_of_secrets", &apps)
            .field("tolerance", &self.0.tolerance)
            .field("body_limit", &self.0.body_limit)
            .field("replay_cache", &self.0.replays.is_some())
            .finish_non_exhaustive()
    }
}
