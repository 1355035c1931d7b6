//! Built-in types.

/// A built-in type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scalar {
    String,
    /// Text that names something.
    Id,
    Bool,
    I32,
    I64,
    U64,
    F64,
    TimestampS,
    TimestampMs,
    DurationS,
    DurationMs,
    DurationH,
    Json,
    Base64,
    File,
}

impl Scalar {
    /// All, with their names in the spec.
    pub const ALL: &'static [(&'static str, Self)] = &[
        ("string", Self::String),
        ("id", Self::Id),
        ("bool", Self::Bool),
        ("i32", Self::I32),
        ("i64", Self::I64),
        ("u64", Self::U64),
        ("f64", Self::F64),
        ("timestamp_s", Self::TimestampS),
        ("timestamp_ms", Self::TimestampMs),
        ("duration_s", Self::DurationS),
        ("duration_ms", Self::DurationMs),
        ("duration_h", Self::DurationH),
        ("json", Self::Json),
        ("base64", Self::Base64),
        ("file", Self::File),
    ];

    /// The built-in type of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|(known, _)| *known == name).map(|(_, scalar)| *scalar)
    }

    /// Whether a value is text.
    pub fn is_text(self) -> bool {
        matches!(self, Self::String | Self::Id)
    }

    /// Whether a value is a number on the wire.
    pub fn is_number(self) -> bool {
        self.is_integer() || self == Self::F64
    }

    /// Whether a value is a whole number on the wire.
    pub fn is_integer(self) -> bool {
        matches!(
            self,
            Self::I32
                | Self::I64
                | Self::U64
                | Self::TimestampS
                | Self::TimestampMs
                | Self::DurationS
                | Self::DurationMs
                | Self::DurationH
        )
    }
}
