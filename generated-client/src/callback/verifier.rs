//! Verifies callbacks that are signed with an app secret.

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

/// Default for the maximum difference between the time of a signature and this machine's clock.
const TOLERANCE: Duration = Duration::from_secs(5 * 60);

/// Default for the largest body that an extractor reads, in bytes.
const BODY_LIMIT: usize = 1024 * 1024;

/// Verifies callbacks that are signed with an app secret: all except those of live streams and video on demand.
///
/// Cheap to clone and meant to be shared. See the [module](super) for an example.
///
/// It checks, in this order:
/// 1. `CurTime` and `CheckSum` are present, and none of the four headers occurs twice. `AppKey` and `MD5` may be
///    missing, because rooms and meetings omit them; then the secrets of all apps are tried.
/// 2. `AppKey` is known, and `CurTime` is a number.
/// 3. `MD5` is the MD5 of the body, which is always computed here.
/// 4. `CheckSum` is the SHA-1 of a secret, the MD5 and `CurTime`. Before this check nothing is trusted.
/// 5. `CurTime` is [at most 5 minutes](Verifier::tolerance) from now, in either direction.
/// 6. The signature was not used before, if there is a [replay cache](Verifier::replay_cache).
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

/// The values of the headers, not yet verified.
pub(super) struct Claims {
    app_key: Option<Vec<u8>>,
    cur_time: Vec<u8>,
    sent_at: SystemTime,
    md5: Option<Vec<u8>>,
    check_sum: Vec<u8>,
}

impl Verifier {
    /// Creates a verifier for this app. While a secret is being replaced, pass both, the new one first.
    ///
    /// An empty or blank secret verifies nothing, because anybody could sign with it. Nor does a secret that begins or
    /// ends with whitespace, for example from a file: it is not the secret of the platform.
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

    /// Accepts callbacks of another app too.
    #[must_use]
    pub fn app<S: Into<Secret>>(mut self, app_key: impl Into<String>, secrets: impl IntoIterator<Item = S>) -> Self {
        let secrets = secrets.into_iter().map(Into::into).collect();
        self.settings().apps.push(App { key: app_key.into().into(), secrets });
        self
    }

    /// Sets how far the time of a signature may differ from now, in either direction. Default: 5 minutes. A callback
    /// that the platform repeats later than that is rejected, unless it is signed again.
    #[must_use]
    pub fn tolerance(mut self, tolerance: Duration) -> Self {
        self.settings().tolerance = tolerance;
        self
    }

    /// Sets the clock. Default: the system clock. A [`SystemTime`] is a clock that always shows this time.
    #[must_use]
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.settings().clock = Arc::new(clock);
        self
    }

    /// Sets a replay cache, so that each signature is accepted once. Without one, an intercepted callback can be sent
    /// again until it is too old.
    ///
    /// The platform may repeat a callback that was not answered with status 200 in time. Call
    /// [`remove`](Verifier::remove) if handling fails, or the repeat is rejected.
    #[must_use]
    pub fn replay_cache(mut self, cache: impl ReplayCache) -> Self {
        self.settings().replays = Some(Arc::new(cache));
        self
    }

    /// Sets the largest body, in bytes, that the extractor of the feature `axum` reads. Default: 1 MiB.
    /// [`verify`](Verifier::verify) accepts any size.
    #[must_use]
    pub fn body_limit(mut self, bytes: usize) -> Self {
        self.settings().body_limit = bytes;
        self
    }

    fn settings(&mut self) -> &mut Settings {
        Arc::make_mut(&mut self.0)
    }

    /// Checks that headers and body come from the platform. The case of header names is ignored; the body must be the
    /// raw body.
    ///
    /// # Errors
    /// The reason why the callback is rejected.
    pub fn verify<K, V>(
        &self,
        headers: impl IntoIterator<Item = (K, V)>,
        raw_body: &[u8],
    ) -> Result<Verified, VerifyError>
    where
        K: AsRef<str>,
        V: AsRef<[u8]>,
    {
        self.check(&self.claims(headers)?, raw_body)
    }

    /// Verifies a callback and decodes its body.
    ///
    /// # Errors
    /// The reason why the callback is rejected. A body that cannot be decoded is no error: see [`CallbackBody`].
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

    /// Removes the callback from the replay cache, because it could not be handled, so that its repeat is accepted.
    /// Does nothing without a replay cache.
    pub fn remove(&self, verified: &Verified) {
        if let Some(replays) = &self.0.replays {
            replays.remove(verified.check_sum());
        }
    }

    /// Reads and checks the headers, as far as possible without the body.
    pub(super) fn claims<K, V>(&self, headers: impl IntoIterator<Item = (K, V)>) -> Result<Claims, VerifyError>
    where
        K: AsRef<str>,
        V: AsRef<[u8]>,
    {
        let [app_key, cur_time, md5, check_sum] = find([APP_KEY, CUR_TIME, MD5, CHECK_SUM], headers)?;
        let cur_time = cur_time.ok_or(VerifyError::MissingHeader { name: CUR_TIME })?;
        let check_sum = check_sum.ok_or(VerifyError::MissingHeader { name: CHECK_SUM })?;
        let sent_at = parse_millis(&cur_time).ok_or(VerifyError::BadCurTime)?;
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

    /// Returns the apps whose secrets are tried: the one in the header, or all if there is no such header.
    fn apps<'v>(&'v self, claims: &'v Claims) -> impl Iterator<Item = &'v App> {
        let is_candidate = |app: &&App| claims.app_key.as_ref().is_none_or(|key| key == app.key.as_bytes());
        self.0.apps.iter().filter(is_candidate)
    }

    /// Checks the headers against the body, the clock and the replay cache.
    pub(super) fn check(&self, claims: &Claims, raw_body: &[u8]) -> Result<Verified, VerifyError> {
        let md5 = md5_hex(&[raw_body]);
        if let Some(sent) = &claims.md5
            && !sent_hex(sent).is_some_and(|sent: [u8; 32]| same(&sent, &md5))
        {
            return Err(VerifyError::BadMd5);
        }
        let verified = self.signer(claims, md5)?;
        // The time is read once: the cache must not drop a signature that is not too old by the check above.
        let now = self.0.clock.now();
        self.check_age(claims.sent_at, now)?;
        self.check_is_new(&verified, now)?;
        Ok(verified)
    }

    /// Finds the secret that signed it. Always tries all secrets, so that the time does not reveal which one matched.
    fn signer(&self, claims: &Claims, md5: [u8; 32]) -> Result<Verified, VerifyError> {
        let sent = sent_hex::<40>(&claims.check_sum);
        let mut error = VerifyError::NoSecret;
        let mut signer = None;
        for app in self.apps(claims) {
            for (index, secret) in app.secrets.iter().enumerate().filter(|(_, secret)| flaw_of_secret(secret).is_none())
            {
                let check_sum = sha1_hex([secret.expose().as_bytes(), &md5, &claims.cur_time]);
                if sent.is_some_and(|sent| same(&sent, &check_sum)) && signer.is_none() {
                    signer = Some((app, index, check_sum));
                }
                error = VerifyError::BadCheckSum;
            }
        }
        let (app, secret_index, check_sum) = signer.ok_or(error)?;
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
    pub(super) fn max_body_bytes(&self) -> usize {
        self.0.body_limit
    }
}

/// Parses decimal milliseconds since 1970; `None` if it is anything else or too large.
fn parse_millis(cur_time: &[u8]) -> Option<SystemTime> {
    // The longest 64-bit number has 20 digits. The platform sends no sign and no blanks.
    if cur_time.len() > 20 || !cur_time.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let millis = str::from_utf8(cur_time).ok()?.parse().ok()?;
    UNIX_EPOCH.checked_add(Duration::from_millis(millis))
}

/// A verifier for the app of these credentials.
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
