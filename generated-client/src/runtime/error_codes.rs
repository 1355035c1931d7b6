//! The table of a product's codes: an open enum for callers, facts for the runtime.

/// Defines the open enum `ErrorCode` of a product and the table `CODES` that [`Product`](crate::runtime::spec::Product) points to.
///
/// Each line: code, variant, name in the spec, kind, HTTP status, words that mean a wrong clock or secret, meaning.
#[doc(hidden)]
#[macro_export]
macro_rules! error_codes {
    (
        $(#[$attribute:meta])*
        pub enum $enum:ident {
            $($code:literal $variant:ident $name:literal $kind:ident $http:literal [$($word:literal),*] $meaning:literal,)*
        }
    ) => {
        $(#[$attribute])*
        #[non_exhaustive]
        pub enum $enum {
            $(#[doc = concat!(stringify!($code), ": ", $meaning)] $variant,)*
            /// A code that this version does not list.
            Unlisted(i64),
        }

        $crate::open_enum!($enum: i64 { $($code => $variant),* });

        impl ::core::convert::From<$enum> for i64 {
            #[inline]
            fn from(code: $enum) -> Self {
                code.raw()
            }
        }

        static CODES: &[$crate::runtime::prelude::CodeInfo] = &[$($crate::runtime::prelude::CodeInfo {
            code: $code,
            name: $name,
            kind: $crate::runtime::prelude::CodeKind::$kind,
            http: $http,
            meaning: $meaning,
            clock_words: &[$($word),*],
        },)*];
    };
}
