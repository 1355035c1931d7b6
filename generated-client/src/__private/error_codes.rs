//! Macro that defines the error codes of a product.

/// Defines the enum of a product's error codes. A variant is written as
/// `/// Meaning.` and `Name = number, "name", Kind, http: 403, clock_words: ["CurTime"], region_words: ["region"];`,
/// where the last three are optional.
///
/// It defines `ErrorCode`, its conversions from and to the number, and `ErrorCode::LISTED` with the description of each
/// code.
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
            /// Descriptions of the codes.
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
