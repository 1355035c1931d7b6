//! Enums that keep the values they do not list.

use std::fmt;

/// Shows a value of a text enum: the name of its variant, or `Unlisted(raw)` if it has none. `names` are those of the listed values, with
/// a comma between.
///
/// # Errors
/// If the formatter fails.
#[doc(hidden)]
pub fn show_text(
    formatter: &mut fmt::Formatter<'_>,
    names: &'static str,
    listed: &'static [&'static str],
    raw: &str,
) -> fmt::Result {
    show(formatter, names, listed.iter().position(|value| *value == raw), &raw)
}

/// The same of an enum of numbers.
///
/// # Errors
/// If the formatter fails.
#[doc(hidden)]
pub fn show_integer(
    formatter: &mut fmt::Formatter<'_>,
    names: &'static str,
    listed: &'static [i128],
    raw: i128,
) -> fmt::Result {
    show(formatter, names, listed.iter().position(|value| *value == raw), &raw)
}

fn show(formatter: &mut fmt::Formatter<'_>, names: &str, index: Option<usize>, raw: &dyn fmt::Debug) -> fmt::Result {
    match index.and_then(|index| names.split(',').nth(index)) {
        Some(name) => formatter.write_str(name.trim()),
        None => formatter.debug_tuple("Unlisted").field(raw).finish(),
    }
}

/// Ties an enum to its raw values: `open_enum!(Gender: i32 { 0 => Unknown, 1 => Male });`, or `str` and text.
///
/// The enum has a variant for each listed value and `Unlisted(i32)` (or `Unlisted(String)`) for all others, which therefore survive
/// the way through a program. As in [`values`](super::values), Rust's prelude must not be hidden. The macro adds conversions, `Clone` (of numbers `Copy`), `Default` (the raw value 0 or ""), `Debug`,
/// equality and hash of the raw value, reading and writing. What is `#[inline]` of it becomes machine code where it is used.
#[doc(hidden)]
#[macro_export]
macro_rules! __open_enum {
    ($name:ident: str { $($raw:literal => $variant:ident),* $(,)? }) => {
        impl $name {
            /// The value as it is on the wire.
            #[inline]
            #[must_use]
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $raw,)*
                    Self::Unlisted(raw) => raw,
                }
            }
        }

        impl Clone for $name {
            #[inline]
            fn clone(&self) -> Self {
                match self {
                    $(Self::$variant => Self::$variant,)*
                    Self::Unlisted(raw) => Self::Unlisted(raw.clone()),
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

        impl ::core::fmt::Debug for $name {
            fn fmt(&self, formatter: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                $crate::__private::show_text(
                    formatter,
                    stringify!($($variant),*),
                    &[$($raw),*],
                    self.as_str(),
                )
            }
        }

        $crate::__open_enum_both!($name: String, as_str);
        $crate::__open_enum_serde!($name: String, as_str);
    };
    ($name:ident: $int:ident { $($raw:literal => $variant:ident),* $(,)? }) => {
        impl $name {
            /// The value as it is on the wire.
            #[inline]
            #[must_use]
            pub const fn raw(&self) -> $int {
                match self {
                    $(Self::$variant => $raw,)*
                    Self::Unlisted(raw) => *raw,
                }
            }
        }

        impl Copy for $name {}

        impl Clone for $name {
            #[inline]
            fn clone(&self) -> Self {
                *self
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

        impl ::core::fmt::Debug for $name {
            fn fmt(&self, formatter: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                $crate::__private::show_integer(
                    formatter,
                    stringify!($($variant),*),
                    &[$($raw),*],
                    self.raw() as i128,
                )
            }
        }

        $crate::__open_enum_both!($name: $int, raw);
        $crate::__open_enum_serde!($name: $int, raw);
    };
}

/// What both kinds of open enum get. Written on the raw value, it is a fraction of the code that derives would make of the variants.
#[doc(hidden)]
#[macro_export]
macro_rules! __open_enum_both {
    ($name:ident: $raw:ty, $get:ident) => {
        impl PartialEq for $name {
            #[inline]
            fn eq(&self, other: &Self) -> bool {
                self.$get() == other.$get()
            }
        }

        impl Eq for $name {}

        impl ::core::hash::Hash for $name {
            #[inline]
            fn hash<H: ::core::hash::Hasher>(&self, state: &mut H) {
                ::core::hash::Hash::hash(&self.$get(), state);
            }
        }

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

/// Serialize and Deserialize as the raw value. A macro of its own so that this crate's feature decides, not the calling crate's.
#[cfg(feature = "serde")]
#[doc(hidden)]
#[macro_export]
macro_rules! __open_enum_serde {
    ($name:ident: $raw:ty, $get:ident) => {
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

/// Nothing: the feature `serde` is off.
#[cfg(not(feature = "serde"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __open_enum_serde {
    ($name:ident: $raw:ty, $get:ident) => {};
}
