//! Macro for enums that keep unlisted values.

/// Implements conversions between an enum and its raw values: `open_enum!(Gender, i32, Unknown = 0, Male = 1)`, or with
/// `str` and texts.
///
/// The enum has a variant for each listed value and `Unlisted(i32)` (or `Unlisted(String)`) for all others. The macro
/// adds conversions from and to the raw value, `Default` (the raw value 0 or ""), encoding and decoding.
#[doc(hidden)]
#[macro_export]
macro_rules! __open_enum {
    ($name:ident, str, $($variant:ident = $raw:literal),* $(,)?) => {
        impl $name {
            /// Returns the value as it is sent.
            #[inline]
            #[must_use]
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $raw,)*
                    Self::Unlisted(raw) => raw,
                }
            }
        }

        impl From<&str> for $name {
            #[inline]
            fn from(raw: &str) -> Self {
                match raw {
                    $($raw => Self::$variant,)*
                    other => Self::Unlisted(other.to_owned()),
                }
            }
        }

        impl From<String> for $name {
            #[inline]
            fn from(raw: String) -> Self {
                match raw.as_str() {
                    $($raw => Self::$variant,)*
                    _ => Self::Unlisted(raw),
                }
            }
        }

        impl Default for $name {
            #[inline]
            fn default() -> Self {
                Self::from("")
            }
        }

        impl $crate::__private::ToWire for $name {
            #[inline]
            fn measure(&self) -> $crate::__private::Measure<'_> {
                $crate::__private::Measure::Text(self.as_str())
            }
        }

        $crate::__open_enum_read!($name, String);
        $crate::__open_enum_serde!($name, String, as_str);
    };
    ($name:ident, $int:ident, $($variant:ident = $raw:literal),* $(,)?) => {
        impl $name {
            /// Returns the value as it is sent.
            #[inline]
            #[must_use]
            pub const fn raw(&self) -> $int {
                match self {
                    $(Self::$variant => $raw,)*
                    Self::Unlisted(raw) => *raw,
                }
            }
        }

        impl From<$int> for $name {
            #[inline]
            fn from(raw: $int) -> Self {
                match raw {
                    $($raw => Self::$variant,)*
                    other => Self::Unlisted(other),
                }
            }
        }

        impl Default for $name {
            #[inline]
            fn default() -> Self {
                Self::from(0)
            }
        }

        impl $crate::__private::ToWire for $name {
            #[inline]
            fn measure(&self) -> $crate::__private::Measure<'_> {
                $crate::__private::Measure::Integer(self.raw() as i128)
            }
        }

        $crate::__open_enum_read!($name, $int);
        $crate::__open_enum_serde!($name, $int, raw);
    };
}

/// Implements decoding of an open enum from its raw value.
#[doc(hidden)]
#[macro_export]
macro_rules! __open_enum_read {
    ($name:ident, $raw:ty) => {
        impl $crate::__private::FromWire for $name {
            #[inline]
            fn read(
                &mut self,
                reader: &mut $crate::__private::Reader<'_>,
            ) -> Result<$crate::__private::Found, $crate::__private::DecodeError> {
                $crate::__private::read_as::<$raw, Self>(self, reader)
            }
        }
    };
}

/// Implements `Serialize` and `Deserialize` as the raw value. It is a separate macro, so that the feature `serde` of
/// this crate applies instead of the calling crate's.
#[cfg(feature = "serde")]
#[doc(hidden)]
#[macro_export]
macro_rules! __open_enum_serde {
    ($name:ident, $raw:ty, $get:ident) => {
        impl $crate::__private::serde::Serialize for $name {
            fn serialize<S: $crate::__private::serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                $crate::__private::serde::Serialize::serialize(&self.$get(), serializer)
            }
        }

        impl<'de> $crate::__private::serde::Deserialize<'de> for $name {
            fn deserialize<D: $crate::__private::serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                <$raw as $crate::__private::serde::Deserialize>::deserialize(deserializer).map(Self::from)
            }
        }
    };
}

/// Expands to nothing, because the feature `serde` is disabled.
#[cfg(not(feature = "serde"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __open_enum_serde {
    ($name:ident, $raw:ty, $get:ident) => {};
}
