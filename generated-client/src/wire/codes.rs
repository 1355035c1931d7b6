//! Error codes of a product, with their meaning and retry behaviour from the spec.

/// One code in the replies of a product, as described in the spec.
///
/// ```
/// use yunxin::CodeKind;
/// use yunxin::meta::CodeInfo;
///
/// const OVER_QUOTA: CodeInfo<'static> = CodeInfo::new(416, "over_quota", CodeKind::QuotaBlocked, "Too many calls.");
/// assert_eq!((OVER_QUOTA.code, OVER_QUOTA.http), (416, 200));
/// ```
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct CodeInfo<'a> {
    /// The number in the reply.
    pub code: i64,
    /// Name in snake case.
    pub name: &'a str,
    /// Whether the call may be retried after this code.
    pub kind: CodeKind,
    /// HTTP status of replies with this code.
    pub http: u16,
    /// Its meaning, as one sentence.
    pub meaning: &'a str,
    /// Words in the server's message that show that the clock or the signature was rejected. Case is ignored.
    pub clock_words: &'a [&'a str],
    /// Words in the server's message that show that the app belongs to another region. Case is ignored.
    pub region_words: &'a [&'a str],
}

impl<'a> CodeInfo<'a> {
    /// Creates the description of a code with HTTP status 200, whose meaning does not depend on the server's message.
    #[must_use]
    pub const fn new(code: i64, name: &'a str, kind: CodeKind, meaning: &'a str) -> Self {
        Self { code, name, kind, http: 200, meaning, clock_words: &[], region_words: &[] }
    }

    /// Sets the HTTP status of replies with this code.
    #[must_use]
    pub const fn http(mut self, status: u16) -> Self {
        self.http = status;
        self
    }

    /// Sets the words that show that the clock or the signature was rejected.
    #[must_use]
    pub const fn clock_words(mut self, words: &'a [&'a str]) -> Self {
        self.clock_words = words;
        self
    }

    /// Sets the words that show that the app belongs to another region.
    #[must_use]
    pub const fn region_words(mut self, words: &'a [&'a str]) -> Self {
        self.region_words = words;
        self
    }
}

/// Whether a call may be retried after a code, and whether it may have taken effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum CodeKind {
    /// The reply is final: the same call gets the same reply.
    Permanent,
    /// Over a quota; the call had no effect.
    Throttled,
    /// Over a quota, and blocked for some time; the call had no effect.
    QuotaBlocked,
    /// The server asks the client to try again; the call had no effect.
    RetryLater,
    /// The server is overloaded or stopping; the call probably had no effect.
    Busy,
    /// Processing was interrupted; whether the call took effect is not known.
    Unknown,
    /// The server failed while processing the call; whether it took effect is not known.
    Failed,
    /// A request with this id was accepted earlier.
    Duplicate,
    /// The signature or its time was rejected; the call had no effect.
    Clock,
}

/// A code that can be compared with the code of an error: a number, for any product, or an `ErrorCode` of one product.
pub trait ApiCode {
    /// Returns the name of the product whose code it is; `None` if it is a code of any product.
    fn product(&self) -> Option<&str>;

    /// Returns the number.
    fn value(&self) -> i64;
}

impl ApiCode for i64 {
    fn product(&self) -> Option<&str> {
        None
    }

    fn value(&self) -> i64 {
        *self
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::endpoint_meta::{ProductMeta, product_with_dedup};

    static PRODUCT: ProductMeta<'static> = product_with_dedup(None);

    crate::__error_codes! {
        /// Codes of a test.
        pub enum TestCode: PRODUCT {
            /// A parameter is wrong; the message
            /// says which.
            BadParameter = 414, "bad_parameter", Permanent, clock_words: ["CurTime", "check sum"],
                region_words: ["region"];
            /// Try again.
            Busy = -1, "busy", RetryLater, http: 503;
        }
    }

    #[test]
    fn a_code_is_listed_with_all_that_is_written() {
        let [first, second] = TestCode::LISTED else { panic!("two codes") };
        assert_eq!((first.code, first.name, first.kind, first.http), (414, "bad_parameter", CodeKind::Permanent, 200));
        assert_eq!(first.meaning, "A parameter is wrong; the message says which.");
        assert_eq!((first.clock_words, first.region_words), (&["CurTime", "check sum"][..], &["region"][..]));
        assert_eq!((second.code, second.kind, second.http), (-1, CodeKind::RetryLater, 503));
        assert_eq!((second.clock_words, second.region_words), (&[][..], &[][..]));
    }

    #[test]
    fn numbers_become_codes_and_back() {
        for (number, code) in [(414, TestCode::BadParameter), (-1, TestCode::Busy), (7, TestCode::Unlisted(7))] {
            assert_eq!(TestCode::from(number), code);
            assert_eq!((i64::from(code), code.value(), code.product()), (number, number, Some("p")));
        }
        assert_eq!((7.value(), 7.product()), (7, None));
    }
}
