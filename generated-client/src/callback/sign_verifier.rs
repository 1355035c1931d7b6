//! The `sign` of live streams and video on demand.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use crate::base::digest::{md5_hex, same, sent_hex};
use crate::base::secret::Secret;
use crate::callback::body::{Callback, CallbackBody};
use crate::callback::error::VerifyError;
use crate::callback::signed_headers::{SIGN, find};
use crate::wire::reader::{DecodeError, Reader};

/// Verifies callbacks of live streams and video on demand: their header `sign` is made with a sign key that the app sets by a call of
/// its own.
///
/// `sign` is an MD5 in hex, and what is hashed has two forms, each followed by the key. Either is accepted:
/// - the raw body: all callbacks of video on demand, and those of live streams that have no notice id;
/// - the body's fields, sorted by key, as `key=value` joined with `&`: those of live streams that have one. Text stands there without
///   quotes and escapes; numbers, `true` and `false` as the body has them. What is empty, and `null`, is left out. The documentation
///   does not say how lists and objects stand there: here it is their JSON text as it came. A field that comes twice is refused.
///
/// This is weaker than an app secret's signature. No time is signed, so a callback that was overheard can be sent again at any time:
/// look at the notice id. And fields are joined without quotes, so that one text with `&` in it and two fields can have the same sign,
/// and fields that are empty can be added: use HTTPS, and keep the address to yourself. A raw body and fields never have the same sign:
/// fields whose names could make it so are [refused](VerifyError::AmbiguousFields).
///
/// ```
/// use yunxin::callback::{VerifyError, SignVerifier, sign_fields_for_test, sign_raw_for_test};
///
/// let verifier = SignVerifier::new(["new-key", "old-key"]);
/// let body = br#"{"nId":"7","beginTime":1614764611561}"#;
/// let verified = verifier.verify([sign_fields_for_test("old-key", body)?], body)?;
/// assert_eq!(verified.key_index(), 1);
/// let verified = verifier.verify([sign_raw_for_test("new-key", body)], body)?;
/// assert_eq!(verified.key_index(), 0);
/// # Ok::<(), VerifyError>(())
/// ```
#[derive(Clone)]
pub struct SignVerifier {
    keys: Arc<[Secret]>,
    body_limit: usize,
}

/// The proof that a callback is signed with a sign key. Only a [`SignVerifier`] makes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifiedSign {
    key_index: usize,
}

impl VerifiedSign {
    /// Which of the keys signed it, from 0, in the order in which the verifier got them.
    #[must_use]
    pub fn key_index(&self) -> usize {
        self.key_index
    }
}

impl SignVerifier {
    /// Verifies with these keys. While a key is being replaced give both. An empty or blank key verifies nothing.
    pub fn new<S: Into<Secret>>(keys: impl IntoIterator<Item = S>) -> Self {
        Self { keys: keys.into_iter().map(Into::into).collect(), body_limit: 1024 * 1024 }
    }

    /// How many bytes of a body the extractor of the feature `axum` reads: 1 MiB unless set.
    #[must_use]
    pub fn body_limit(mut self, bytes: usize) -> Self {
        self.body_limit = bytes;
        self
    }

    /// Whether headers and body come from the platform.
    ///
    /// # Errors
    /// What is wrong.
    pub fn verify<K, V>(
        &self,
        headers: impl IntoIterator<Item = (K, V)>,
        raw_body: &[u8],
    ) -> Result<VerifiedSign, VerifyError>
    where
        K: AsRef<str>,
        V: AsRef<[u8]>,
    {
        self.judge(&Self::claim(headers)?, raw_body)
    }

    /// Verifies a callback and reads its body.
    ///
    /// # Errors
    /// What is wrong.
    pub fn receive<E: CallbackBody, K, V>(
        &self,
        headers: impl IntoIterator<Item = (K, V)>,
        raw_body: impl Into<Vec<u8>>,
    ) -> Result<Callback<E, VerifiedSign>, VerifyError>
    where
        K: AsRef<str>,
        V: AsRef<[u8]>,
    {
        let raw = raw_body.into();
        let verified = self.verify(headers, &raw)?;
        Ok(Callback::read(raw, verified))
    }

    /// The sign that was sent.
    pub(super) fn claim<K, V>(headers: impl IntoIterator<Item = (K, V)>) -> Result<Vec<u8>, VerifyError>
    where
        K: AsRef<str>,
        V: AsRef<[u8]>,
    {
        let [sign] = find([SIGN], headers)?;
        sign.ok_or(VerifyError::MissingHeader { name: SIGN })
    }

    /// All keys are tried in any case, so that the time it takes does not tell which one it was.
    pub(super) fn judge(&self, sent: &[u8], raw_body: &[u8]) -> Result<VerifiedSign, VerifyError> {
        // Nor may joined fields that were overheard come back as a raw body: no object begins as they do.
        if !is_object(raw_body) {
            return Err(VerifyError::NoFields);
        }
        let joined = joined_fields(raw_body);
        let sent = sent_hex::<32>(sent);
        let is_sent = |signed: &[u8], key: &Secret| {
            let sign = md5_hex(&[signed, key.expose().as_bytes()]);
            sent.is_some_and(|sent| same(&sent, &sign))
        };
        let mut refusal = VerifyError::NoSecret;
        let mut key_index = None;
        for (index, key) in self.keys.iter().enumerate().filter(|(_, key)| !key.is_blank()) {
            let raw_is = is_sent(raw_body, key);
            let fields_are = joined.as_ref().is_ok_and(|joined| is_sent(joined.as_bytes(), key));
            if (raw_is || fields_are) && key_index.is_none() {
                key_index = Some(index);
            }
            refusal = VerifyError::BadSign;
        }
        Ok(VerifiedSign { key_index: key_index.ok_or(joined.err().unwrap_or(refusal))? })
    }

    #[cfg(feature = "axum")]
    pub(super) fn most_bytes(&self) -> usize {
        self.body_limit
    }
}

impl fmt::Debug for SignVerifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SignVerifier")
            .field("number_of_keys", &self.keys.len())
            .field("body_limit", &self.body_limit)
            .finish()
    }
}

/// The header that the platform would send with a callback of a live stream that has a notice id: its fields are signed. It is meant
/// for tests of handlers.
///
/// # Errors
/// [`VerifyError::NoFields`], [`VerifyError::RepeatedField`] or [`VerifyError::AmbiguousFields`] if the fields have no sign.
pub fn sign_fields_for_test(sign_key: &str, raw_body: &[u8]) -> Result<(&'static str, String), VerifyError> {
    let sign = md5_hex(&[joined_fields(raw_body)?.as_bytes(), sign_key.as_bytes()]);
    Ok((SIGN, String::from_utf8_lossy(&sign).into_owned()))
}

/// The header that the platform would send with a callback of video on demand, or of a live stream without a notice id: the body is
/// signed as it stands. It is meant for tests of handlers.
#[must_use]
pub fn sign_raw_for_test(sign_key: &str, raw_body: &[u8]) -> (&'static str, String) {
    let sign = md5_hex(&[raw_body, sign_key.as_bytes()]);
    (SIGN, String::from_utf8_lossy(&sign).into_owned())
}

/// Whether it begins as an object.
fn is_object(raw_body: &[u8]) -> bool {
    raw_body.trim_ascii_start().starts_with(b"{")
}

/// The fields as they are signed.
fn joined_fields(raw_body: &[u8]) -> Result<String, VerifyError> {
    // The reader would take an object's JSON text for the object, too.
    if !is_object(raw_body) {
        return Err(VerifyError::NoFields);
    }
    let mut fields = BTreeMap::new();
    let mut repeated = false;
    let mut reader = Reader::new(raw_body);
    let read = reader.map(&mut |key, reader| {
        let value = rendered(reader)?;
        repeated |= fields.insert(key, value).is_some();
        Ok(())
    });
    read.and_then(|_| reader.finish()).map_err(|_| VerifyError::NoFields)?;
    if repeated {
        return Err(VerifyError::RepeatedField);
    }
    // With such names one text could be cut into fields in more than one way.
    if fields.keys().any(|key| key.is_empty() || key.contains(['=', '&'])) {
        return Err(VerifyError::AmbiguousFields);
    }
    let mut joined = String::new();
    for (key, value) in fields.iter().filter(|(_, value)| !value.is_empty()) {
        let separator = if joined.is_empty() { "" } else { "&" };
        joined.extend([separator, key, "=", value]);
    }
    // A raw body that was overheard, with `=` in it, can be cut into a name and a value: the sign would be right for both.
    if is_object(joined.as_bytes()) {
        return Err(VerifyError::AmbiguousFields);
    }
    Ok(joined)
}

fn rendered(reader: &mut Reader<'_>) -> Result<String, DecodeError> {
    // Stays empty where there is a null.
    let mut value = String::new();
    reader.text(&mut value)?;
    Ok(value)
}
