//! Enums that keep the values they do not list.

/// Ties an enum to its raw values: `open_enum!(Gender: i32 { 0 => Unknown, 1 => Male });`, or `str` and text.
///
/// The enum has a variant for each listed value and `Unlisted(i32)` (or `Unlisted(String)`) for all others, which therefore survive
/// the way through a program. The macro adds conversions, `Default` (the raw value 0 or ""), reading and writing. All
/// of it is `#[inline]`, so that machine code of it is made where it is used.
#[doc(hidden)]
#[macro_export]
macro_rules! open_enum {
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

        impl ::core::convert::From<&str> for $name {
            #[inline]
            fn from(raw: &str) -> Self {
                match raw {
                    $($raw => Self::$variant,)*
                    other => Self::Unlisted(::std::borrow::ToOwned::to_owned(other)),
                }
            }
        }

        impl ::core::convert::From<::std::string::String> for $name {
            #[inline]
            fn from(raw: ::std::string::String) -> Self {
                match raw.as_str() {
                    $($raw => Self::$variant,)*
                    _ => Self::Unlisted(raw),
                }
            }
        }

        impl ::core::default::Default for $name {
            #[inline]
            fn default() -> Self {
                Self::from("")
            }
        }

        impl $crate::runtime::wire::Wire for $name {
            #[inline]
            fn text(&self, out: &mut $crate::runtime::text::Text<'_>) {
                out.str(self.as_str());
            }

            #[inline]
            fn json(&self, out: &mut $crate::runtime::json_writer::JsonWriter<'_>) {
                out.str(self.as_str());
            }

            #[inline]
            fn measure(&self) -> $crate::runtime::limit::Measure<'_> {
                $crate::runtime::limit::Measure::Text(self.as_str())
            }
        }

        impl $crate::runtime::decode::Decode for $name {
            #[inline]
            fn read(
                &mut self,
                reader: &mut $crate::runtime::reader::Reader<'_>,
            ) -> ::core::result::Result<$crate::runtime::decode::Found, $crate::runtime::reader::Malformed> {
                let mut raw = ::std::string::String::new();
                let found = reader.text(&mut raw)?;
                if found == $crate::runtime::decode::Found::Value {
                    *self = Self::from(raw);
                }
                ::core::result::Result::Ok(found)
            }
        }

        $crate::open_enum_serde!($name: ::std::string::String, as_str);
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

        impl ::core::convert::From<$int> for $name {
            #[inline]
            fn from(raw: $int) -> Self {
                match raw {
                    $($raw => Self::$variant,)*
                    other => Self::Unlisted(other),
                }
            }
        }

        impl ::core::convert::From<$name> for $int {
            #[inline]
            fn from(value: $name) -> Self {
                value.raw()
            }
        }

        impl ::core::default::Default for $name {
            #[inline]
            fn default() -> Self {
                Self::from(0)
            }
        }

        impl $crate::runtime::wire::Wire for $name {
            #[inline]
            fn text(&self, out: &mut $crate::runtime::text::Text<'_>) {
                out.integer(self.raw());
            }

            #[inline]
            fn json(&self, out: &mut $crate::runtime::json_writer::JsonWriter<'_>) {
                out.integer(self.raw());
            }

            #[inline]
            fn measure(&self) -> $crate::runtime::limit::Measure<'_> {
                $crate::runtime::limit::Measure::Integer(::core::convert::From::from(self.raw()))
            }
        }

        impl $crate::runtime::decode::Decode for $name {
            #[inline]
            fn read(
                &mut self,
                reader: &mut $crate::runtime::reader::Reader<'_>,
            ) -> ::core::result::Result<$crate::runtime::decode::Found, $crate::runtime::reader::Malformed> {
                let mut raw: $int = 0;
                let found = $crate::runtime::decode::Decode::read(&mut raw, reader)?;
                if found == $crate::runtime::decode::Found::Value {
                    *self = Self::from(raw);
                }
                ::core::result::Result::Ok(found)
            }
        }

        $crate::open_enum_serde!($name: $int, raw);
    };
}

/// Serialize and Deserialize as the raw value. A macro of its own so that this crate's feature decides, not the calling crate's.
#[cfg(feature = "serde")]
#[doc(hidden)]
#[macro_export]
macro_rules! open_enum_serde {
    ($name:ident: $raw:ty, $get:ident) => {
        impl $crate::runtime::serde_of_runtime::Serialize for $name {
            fn serialize<S: $crate::runtime::serde_of_runtime::Serializer>(
                &self,
                serializer: S,
            ) -> ::core::result::Result<S::Ok, S::Error> {
                $crate::runtime::serde_of_runtime::Serialize::serialize(&self.$get(), serializer)
            }
        }

        impl<'de> $crate::runtime::serde_of_runtime::Deserialize<'de> for $name {
            fn deserialize<D: $crate::runtime::serde_of_runtime::Deserializer<'de>>(
                deserializer: D,
            ) -> ::core::result::Result<Self, D::Error> {
                <$raw as $crate::runtime::serde_of_runtime::Deserialize>::deserialize(deserializer).map(Self::from)
            }
        }
    };
}

/// Nothing: the feature `serde` is off.
#[cfg(not(feature = "serde"))]
#[doc(hidden)]
#[macro_export]
macro_rules! open_enum_serde {
    ($name:ident: $raw:ty, $get:ident) => {};
}
