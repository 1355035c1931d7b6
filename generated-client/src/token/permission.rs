//! Permission keys of NERTC.

use std::time::{Duration, SystemTime};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use miniz_oxide::deflate::compress_to_vec_zlib;
use serde_json::{Map, Value, json};
use sha2::Sha256;

use crate::base::secret::Secret;
use crate::token::basic::{check_app_key, check_secret, json_object, number, text};
use crate::token::claims::PermissionClaims;
use crate::token::error::Error;
use crate::token::inflate::inflate;
use crate::token::lifetime::{DAY, Lifetime, check_ttl, since_1970};
use crate::token::privileges::Privileges;

/// Maximum size of a key, and of its content, in bytes. Real keys and their contents have about 200 bytes.
const MAX_BYTES: usize = 4096;

/// Compression level: the default of zlib.
const LEVEL: u8 = 6;

/// Makes and checks permission keys of NERTC. A key contains the privileges of one user in one room. Advanced token
/// control must be enabled for the app.
///
/// ```
/// use std::time::{Duration, UNIX_EPOCH};
/// use yunxin::token::{self, Privileges};
///
/// let permission = token::Permission::new("app-key", "permission-secret");
/// let now = UNIX_EPOCH + Duration::from_secs(1_700_000_000);
/// let listener = Privileges::JOIN_ROOM | Privileges::RECEIVE;
/// let key = permission.key("room1", 10_000, listener, Duration::from_secs(600), now)?;
///
/// let claims = permission.check(key.expose(), "room1", 10_000, now)?;
/// assert!(!claims.privileges().contains(Privileges::SEND_AUDIO));
/// # Ok::<(), token::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Permission {
    app_key: String,
    secret: Secret,
    leeway: Duration,
}

impl Permission {
    /// The maximum ttl of a key: one day.
    pub const MAX_TTL: Duration = DAY;

    /// Creates and checks keys of this app. The permission secret is in the console; it is not the app secret.
    pub fn new(app_key: impl Into<String>, permission_secret: impl Into<Secret>) -> Self {
        Self { app_key: app_key.into(), secret: permission_secret.into(), leeway: Duration::ZERO }
    }

    /// Sets how far clocks may differ when a key is checked. Default: zero. The time of a key is in whole seconds.
    #[must_use]
    pub fn leeway(mut self, leeway: Duration) -> Self {
        self.leeway = leeway;
        self
    }

    /// Makes a key for this user in this room. The `ttl` counts in whole seconds, at least 1 and at most [a
    /// day](Permission::MAX_TTL).
    ///
    /// Another version of this crate may return a different text for the same values, because the content is
    /// compressed.
    ///
    /// # Errors
    /// If secret, app key or room are empty, the app key is not valid, the room name has a line break, the room name is
    /// so long that the key would not pass [`check`](Permission::check), or a time is out of range.
    pub fn key(
        &self,
        channel: &str,
        uid: u64,
        privileges: Privileges,
        ttl: Duration,
        now: SystemTime,
    ) -> Result<Secret, Error> {
        check_app_key(&self.app_key)?;
        match channel {
            "" => return Err(Error::Empty { name: "the room" }),
            text if text.contains('\n') => return Err(Error::LineBreak { name: "the room" }),
            _ => {}
        }
        let ttl = check_ttl(ttl, Some(DAY))?;
        let cur_time = since_1970(now)?.as_secs();
        Lifetime::new(Duration::from_secs(cur_time), ttl)?;
        let message = message(&self.app_key, uid, cur_time, ttl, channel, privileges);
        let checksum = STANDARD.encode(self.mac(&message)?.finalize().into_bytes());
        let json = json!({
            "appkey": self.app_key,
            "checksum": checksum,
            "cname": channel,
            "curTime": cur_time,
            "expireTime": ttl,
            "privilege": privileges.bits(),
            "uid": uid,
        });
        let json = json.to_string();
        check_size("what the key holds", json.len())?;
        let key = to_key_alphabet(&STANDARD.encode(compress_to_vec_zlib(json.as_bytes(), LEVEL)));
        check_size("the key", key.len())?;
        Ok(key.into())
    }

    /// Checks that a key is of this app, for this user in this room, and valid now, and returns its contents.
    ///
    /// # Errors
    /// The reason why it is rejected.
    pub fn check(&self, key: &str, channel: &str, uid: u64, now: SystemTime) -> Result<PermissionClaims, Error> {
        let Parsed { checksum, message, claims } = Parsed::read(key)?;
        let sent = STANDARD.decode(checksum).map_err(|_| Error::WrongSignature)?;
        // Compares in constant time.
        self.mac(&message)?.verify_slice(&sent).map_err(|_| Error::WrongSignature)?;
        if claims.app_key != self.app_key {
            return Err(Error::WrongAppKey { app_key: claims.app_key });
        }
        if claims.channel != channel {
            return Err(Error::WrongChannel { channel: claims.channel });
        }
        if claims.uid != uid {
            return Err(Error::WrongUid { uid: claims.uid });
        }
        claims.lifetime.check(now, self.leeway, Some(DAY))?;
        Ok(claims)
    }

    /// Decodes a key without checking it.
    ///
    /// # Errors
    /// If the text is not a key.
    pub fn parse(key: &str) -> Result<PermissionClaims, Error> {
        Parsed::read(key).map(|parsed| parsed.claims)
    }

    /// Returns the HMAC of a signed text.
    fn mac(&self, message: &str) -> Result<Hmac<Sha256>, Error> {
        check_secret(&self.secret)?;
        // HMAC accepts keys of any length, so nothing else can fail here.
        let mac = Hmac::<Sha256>::new_from_slice(self.secret.expose().as_bytes()).map_err(|_| Error::NoSecret)?;
        Ok(mac.chain_update(message))
    }
}

/// Checks that a key, or its content, is not larger than `parse` accepts.
fn check_size(name: &'static str, bytes: usize) -> Result<(), Error> {
    match bytes <= MAX_BYTES {
        true => Ok(()),
        false => Err(Error::WouldBeTooLong { name, bytes, most: MAX_BYTES }),
    }
}

/// A decoded key.
struct Parsed {
    checksum: String,
    message: String,
    claims: PermissionClaims,
}

impl Parsed {
    fn read(key: &str) -> Result<Self, Error> {
        if key.len() > MAX_BYTES {
            return Err(Error::TooLong);
        }
        let zipped = STANDARD.decode(from_key_alphabet(key)?).map_err(|_| Error::NotBase64)?;
        let json = inflate(&zipped, MAX_BYTES)?;
        let json: Map<String, Value> = json_object(&json)?;
        let (app_key, channel) = (text(&json, "appkey")?, text(&json, "cname")?);
        let (uid, cur_time, ttl) = (number(&json, "uid")?, number(&json, "curTime")?, number(&json, "expireTime")?);
        let bits = u32::try_from(number(&json, "privilege")?).map_err(|_| Error::BadField { name: "privilege" })?;
        let privileges = Privileges::from_bits(bits);
        Ok(Self {
            checksum: text(&json, "checksum")?.to_owned(),
            message: message(app_key, uid, cur_time, ttl, channel, privileges),
            claims: PermissionClaims {
                app_key: app_key.to_owned(),
                channel: channel.to_owned(),
                uid,
                privileges,
                lifetime: Lifetime::new(Duration::from_secs(cur_time), ttl)?,
            },
        })
    }
}

/// Returns the signed text: one line per part, each with a line feed.
fn message(app_key: &str, uid: u64, cur_time: u64, ttl: u64, channel: &str, privileges: Privileges) -> String {
    let bits = privileges.bits();
    format!("appkey:{app_key}\nuid:{uid}\ncurTime:{cur_time}\nexpireTime:{ttl}\ncname:{channel}\nprivilege:{bits}\n")
}

/// Replaces the characters of base64 that do not occur in keys.
fn to_key_alphabet(base64: &str) -> String {
    let replaced = base64.chars().map(|character| match character {
        '+' => '*',
        '/' => '-',
        '=' => '_',
        other => other,
    });
    replaced.collect()
}

/// Restores the characters of base64. A key with one of them is an error, so that it has no second spelling.
fn from_key_alphabet(key: &str) -> Result<String, Error> {
    let replaced = key.chars().map(|character| match character {
        '*' => Ok('+'),
        '-' => Ok('/'),
        '_' => Ok('='),
        '+' | '/' | '=' => Err(Error::NotBase64),
        other => Ok(other),
    });
    replaced.collect()
}
