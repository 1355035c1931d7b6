//! The error codes of a product: what the spec says about each.

/// One code that a product answers with.
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
    /// What it says about repeating the call.
    pub kind: CodeKind,
    /// HTTP status that it comes with.
    pub http: u16,
    /// What it means, in a sentence.
    pub meaning: &'a str,
    /// Words in the server's explanation that show that the clock or the signature was refused. Case is ignored.
    pub clock_words: &'a [&'a str],
    /// Words in the server's explanation that show that the app belongs to another region. Case is ignored.
    pub region_words: &'a [&'a str],
}

impl<'a> CodeInfo<'a> {
    /// A code that comes with HTTP status 200 and means the same whatever the explanation says.
    #[must_use]
    pub const fn new(code: i64, name: &'a str, kind: CodeKind, meaning: &'a str) -> Self {
        Self { code, name, kind, http: 200, meaning, clock_words: &[], region_words: &[] }
    }

    /// Sets the HTTP status that the code comes with.
    #[must_use]
    pub const fn http(mut self, status: u16) -> Self {
        self.http = status;
        self
    }

    /// Sets the words that show that the clock or the signature was refused.
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

/// What a code says about repeating the call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum CodeKind {
    /// The reply is final: the same call gets the same reply.
    Permanent,
    /// Over a quota; nothing was done.
    Throttled,
    /// Over a quota, and blocked for a while; nothing was done.
    QuotaBlocked,
    /// The server asks the client to try again; nothing was done.
    RetryLater,
    /// The server is overloaded or stopping; probably nothing was done.
    Busy,
    /// Processing was interrupted; whether the call took effect is not known.
    Unknown,
    /// The server failed while processing the call; whether it took effect is not known.
    Failed,
    /// A request with this id was accepted earlier.
    Duplicate,
    /// The signature or its time was refused; nothing was done.
    Clock,
}

/// A code to compare with that of an error: a number, which any product may have answered with, or an `ErrorCode` of
/// one product.
pub trait ApiCode {
    /// Name of the product whose code it is; `None` for any product.
    fn product(&self) -> Option<&str>;

    /// The number.
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

/// Defines the enum of a product's codes. A variant is written as
/// `/// Meaning.` and `Name = number, "name", Kind, http: 403, clock_words: ["CurTime"], region_words: ["region"];`,
/// where the last three are optional.
///
/// It defines `ErrorCode`, its conversions from and to the number, and `ErrorCode::LISTED` with what is known about
/// each code.
#[doc(hidden)]
#[macro_export]
macro_rules! __error_codes {
    (
        $(#[doc = $doc:literal])*
        pub enum $name:ident: $product:ident {
            $(
                $(#[doc = $meaning:literal])+
                $variant:ident = $code:literal, $text:literal, $kind:ident
                $(, http: $http:literal)?
                $(, clock_words: [$($clock_word:literal),* $(,)?])?
                $(, region_words: [$($region_word:literal),* $(,)?])?;
            )*
        }
    ) => {
        $(#[doc = $doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum $name {
            $(
                #[doc = concat!(" ", stringify!($code), ":")]
                $(#[doc = $meaning])+
                $variant,
            )*
            /// A code that this version does not list.
            Unlisted(i64),
        }

        impl $name {
            /// What is known about each of the codes.
            pub const LISTED: &'static [$crate::__private::CodeInfo<'static>] = &[
                $(
                    $crate::__private::CodeInfo::new(
                        $code,
                        $text,
                        $crate::__private::CodeKind::$kind,
                        concat!($($meaning),+).trim_ascii(),
                    )
                    $(.http($http))?
                    $(.clock_words(&[$($clock_word),*]))?
                    $(.region_words(&[$($region_word),*]))?,
                )*
            ];
        }

        impl From<i64> for $name {
            fn from(code: i64) -> Self {
                match code {
                    $($code => Self::$variant,)*
                    other => Self::Unlisted(other),
                }
            }
        }

        impl From<$name> for i64 {
            fn from(code: $name) -> Self {
                match code {
                    $($name::$variant => $code,)*
                    $name::Unlisted(other) => other,
                }
            }
        }

        impl $crate::__private::ApiCode for $name {
            fn product(&self) -> Option<&str> {
                Some($product.name)
            }

            fn value(&self) -> i64 {
                i64::from(*self)
            }
        }
    };
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
            BadParameter = 414, "bad_parameter", Permanent, clock_words: ["CurTime", "check sum"], region_words: ["region"];
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
