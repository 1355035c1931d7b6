//! What a verified body becomes.

/// What the body of a verified callback is read as.
///
/// Reading cannot fail: a body that is unknown, or not even JSON, must become a value that says so. The platform signed it, so dropping
/// it would lose data.
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
    /// Reads the raw body.
    #[must_use]
    fn parse(raw: &[u8]) -> Self;
}

/// The body as it came.
impl CallbackBody for Vec<u8> {
    fn parse(raw: &[u8]) -> Self {
        raw.to_vec()
    }
}

/// A callback that was verified: [`Verifier::receive`](super::Verifier::receive) gives it, and it is the extractor of the feature
/// `axum`. `P` is the proof that the verifier gives.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Callback<E, P = crate::callback::Verified> {
    /// What the body says.
    pub event: E,
    /// The body as it came.
    pub raw: Vec<u8>,
    /// Who signed it, and when.
    pub verified: P,
}

impl<E: CallbackBody, P> Callback<E, P> {
    /// Reads a body that was verified.
    pub(super) fn read(raw: Vec<u8>, verified: P) -> Self {
        Self { event: E::parse(&raw), raw, verified }
    }
}
