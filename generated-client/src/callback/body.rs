//! Types that a verified body is decoded to.

/// A type that the body of a verified callback is decoded to.
///
/// Decoding cannot fail: a body with an unknown event, or without JSON, must become a value for unknown bodies. The
/// platform signed it, so rejecting it would lose data.
///
/// ```
/// use yunxin::callback::CallbackBody;
///
/// struct Text(String);
///
/// impl CallbackBody for Text {
///     fn parse(raw: &[u8]) -> Self {
///         Self(String::from_utf8_lossy(raw).into_owned())
///     }
/// }
/// assert_eq!(Text::parse(b"{}").0, "{}");
/// ```
pub trait CallbackBody: Sized {
    /// Decodes the raw body.
    #[must_use]
    fn parse(raw: &[u8]) -> Self;
}

/// Keeps the raw body.
impl CallbackBody for Vec<u8> {
    fn parse(raw: &[u8]) -> Self {
        raw.to_vec()
    }
}

/// A verified callback: the result of [`Verifier::receive`](super::Verifier::receive), and the extractor of the feature
/// `axum`. `P` is the proof of the verifier.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Callback<E, P = crate::callback::Verified> {
    /// The decoded body.
    pub event: E,
    /// The raw body.
    pub raw: Vec<u8>,
    /// Proof of the signature: which app, and when.
    pub verified: P,
}

impl<E: CallbackBody, P> Callback<E, P> {
    /// Decodes a verified body.
    pub(super) fn read(raw: Vec<u8>, verified: P) -> Self {
        Self { event: E::parse(&raw), raw, verified }
    }
}
