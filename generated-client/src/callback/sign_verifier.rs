//! Verifies the header `sign` of live streams and video on demand.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use crate::base::digest::{md5_hex, same, sent_hex};
use crate::base::secret::Secret;
use crate::callback::body::{Callback, CallbackBody};
use crate::callback::error::VerifyError;
use crate::callback::signed_headers::{SIGN, find};
use crate::wire::reader::{DecodeError, Reader};

/// Verifies callbacks of live streams and video on demand. Their header `sign` is made with a sign key, which the app
/// sets with an API call.
///
/// `sign` is an MD5 in hex. There are two forms of the hashed text, each followed by the key. Both are accepted:
/// - The raw body: all callbacks of video on demand, and those of live streams without a notice id.
/// - The fields of the body, sorted by key, as `key=value` joined with `&`: callbacks of live streams with a notice id.
///   Text has no quotes and escapes; numbers, `true` and `false` are as in the body. Empty values and `null` are left
///   out. The documentation does not say how lists and objects are written: here it is their JSON text. A field that
///   occurs twice is an error.
///
/// This is weaker than a signature with the app secret. No time is signed, so an intercepted callback can be sent again
/// at any time: check the notice id. Fields are joined without quotes, so a text with `&` and two fields can have the
/// same sign, and empty fields can be added: use HTTPS and keep the URL secret. A raw body and fields never have the
/// same sign: fields whose names would allow it are [an error](VerifyError::AmbiguousFields).
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

/// Proof that a callback is signed with a sign key. Only a [`SignVerifier`] creates it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifiedSign {
    key_index: usize,
}

impl VerifiedSign {
    /// Returns the index of the key that signed it, in the order of [`SignVerifier::new`].
    #[must_use]
    pub fn key_index(&self) -> usize {
        self.key_index
    }
}

impl SignVerifier {
    /// Creates a verifier with these keys. While a key is being replaced, pass both. An empty or blank key verifies
    /// nothing.
    pub fn new<S: Into<Secret>>(keys: impl IntoIterator<Item = S>) -> Self {
        Self { keys: keys.into_iter().map(Into::into).collect(), body_limit: 1024 * 1024 }
    }

    /// Sets the largest body, in bytes, that the extractor of the feature `axum` reads. Default: 1 MiB.
    #[must_use]
    pub fn body_limit(mut self, bytes: usize) -> Self {
        self.body_limit = bytes;
        self
    }

    /// Checks that headers and body come from the platform.
    ///
    /// # Errors
    /// The reason why the callback is rejected.
    pub fn verify<K, V>(
        &self,
        headers: impl IntoIterator<Item = (K, V)>,
        raw_body: &[u8],
    ) -> Result<VerifiedSign, VerifyError>
    where
        K: AsRef<str>,
        V: AsRef<[u8]>,
    {
        self.check(&Self::sign_header(headers)?, raw_body)
    }

    /// Verifies a callback and decodes its body.
    ///
    /// # Errors
    /// The reason why the callback is rejected.
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

    /// Returns the value of the header `sign`.
    pub(super) fn sign_header<K, V>(headers: impl IntoIterator<Item = (K, V)>) -> Result<Vec<u8>, VerifyError>
    where
        K: AsRef<str>,
        V: AsRef<[u8]>,
    {
        let [sign] = find([SIGN], headers)?;
        sign.ok_or(VerifyError::MissingHeader { name: SIGN })
    }

    /// Checks the header `sign` against the body. Always tries all keys, so that the time does not reveal which one
    /// matched.
    pub(super) fn check(&self, sent: &[u8], raw_body: &[u8]) -> Result<VerifiedSign, VerifyError> {
        // Intercepted joined fields must not be accepted as a raw body: they never begin like an object.
        if !is_object(raw_body) {
            return Err(VerifyError::NoFields);
        }
        let joined = joined_fields(raw_body);
        let sent = sent_hex::<32>(sent);
        let matches = |signed: &[u8], key: &Secret| {
            let sign = md5_hex(&[signed, key.expose().as_bytes()]);
            sent.is_some_and(|sent| same(&sent, &sign))
        };
        let mut error = VerifyError::NoSecret;
        let mut key_index = None;
        for (index, key) in self.keys.iter().enumerate().filter(|(_, key)| !key.is_blank()) {
            let raw_matches = matches(raw_body, key);
            let fields_match = joined.as_ref().is_ok_and(|joined| matches(joined.as_bytes(), key));
            if (raw_matches || fields_match) && key_index.is_none() {
                key_index = Some(index);
            }
            error = VerifyError::BadSign;
        }
        Ok(VerifiedSign { key_index: key_index.ok_or(joined.err().unwrap_or(error))? })
    }

    #[cfg(feature = "axum")]
    pub(super) fn max_body_bytes(&self) -> usize {
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

/// Returns the header `sign` over the fields of the body: that of live streams with a notice id. For tests of handlers.
///
/// # Errors
/// [`VerifyError::NoFields`], [`VerifyError::RepeatedField`] or [`VerifyError::AmbiguousFields`] if the fields cannot
/// be signed.
pub fn sign_fields_for_test(sign_key: &str, raw_body: &[u8]) -> Result<(&'static str, String), VerifyError> {
    let sign = md5_hex(&[joined_fields(raw_body)?.as_bytes(), sign_key.as_bytes()]);
    Ok((SIGN, String::from_utf8_lossy(&sign).into_owned()))
}

/// Returns the header `sign` over the raw body: that of video on demand, or of live streams without a notice id. For
/// tests of handlers.
#[must_use]
pub fn sign_raw_for_test(sign_key: &str, raw_body: &[u8]) -> (&'static str, String) {
    let sign = md5_hex(&[raw_body, sign_key.as_bytes()]);
    (SIGN, String::from_utf8_lossy(&sign).into_owned())
}

/// Returns whether the text begins like a JSON object.
fn is_object(raw_body: &[u8]) -> bool {
    raw_body.trim_ascii_start().starts_with(b"{")
}

/// Returns the text of the fields that is signed: `key=value` joined with `&`.
fn joined_fields(raw_body: &[u8]) -> Result<String, VerifyError> {
    // The reader would also accept an object inside of a JSON text.
    if !is_object(raw_body) {
        return Err(VerifyError::NoFields);
    }
    let mut fields = BTreeMap::new();
    let mut repeated = false;
    let mut reader = Reader::new(raw_body);
    let read = reader.map(&mut |key, reader| {
        let value = read_value(reader)?;
        repeated |= fields.insert(key, value).is_some();
        Ok(())
    });
    read.and_then(|_| reader.finish()).map_err(|_| VerifyError::NoFields)?;
    if repeated {
        return Err(VerifyError::RepeatedField);
    }
    // With such names one text could be split into fields in more than one way.
    if fields.keys().any(|key| key.is_empty() || key.contains(['=', '&'])) {
        return Err(VerifyError::AmbiguousFields);
    }
    let mut joined = String::new();
    for (key, value) in fields.iter().filter(|(_, value)| !value.is_empty()) {
        let separator = if joined.is_empty() { "" } else { "&" };
        joined.extend([separator, key, "=", value]);
    }
    // An intercepted raw body with `=` in it can be split into a name and a value: the sign would match both.
    if is_object(joined.as_bytes()) {
        return Err(VerifyError::AmbiguousFields);
    }
    Ok(joined)
}

/// Reads the signed text of a field's value; empty for `null`.
fn read_value(reader: &mut Reader<'_>) -> Result<String, DecodeError> {
    let mut value = String::new();
    reader.text(&mut value)?;
    Ok(value)
}
