//! Macro that defines the enums of callback events.

/// Defines an open enum of events. A variant is written as `/// doc`, an optional `#[cfg(...)]`, and `Variant(Type)`.
#[doc(hidden)]
#[macro_export]
macro_rules! __events {
    (
        $(#[doc = $doc:literal])*
        pub enum $name:ident {
            $($(#[doc = $text:literal])* $(#[cfg($gate:meta)])? $variant:ident($body:ty),)*
        }
    ) => {
        $(#[doc = $doc])*
        #[derive(Clone, Debug, PartialEq)]
        #[non_exhaustive]
        pub enum $name {
            $($(#[doc = $text])* $(#[cfg($gate)])? $variant(Box<$body>),)*
            /// The test callback of the console: an empty object.
            Test,
            /// An event that this version does not know, or that lacks required fields.
            Unknown {
                /// The event type in the body; `None` if there is none.
                event_type: Option<String>,
                /// The raw body.
                raw: Vec<u8>,
                /// Why it is not decoded as a known event.
                reason: String,
            },
        }

        impl $name {
            /// Names of all events that this build knows: those of the products whose features are enabled.
            pub const NAMES: &'static [&'static str] = &[
                $($(#[cfg($gate)])? <$body as $crate::__private::EventBody>::META.name,)*
            ];

            /// Returns the name of the event in the specs, `product.event`; `test` or `unknown` for the other variants.
            #[must_use]
            pub fn name(&self) -> &'static str {
                match self {
                    $($(#[cfg($gate)])? Self::$variant(_) => <$body as $crate::__private::EventBody>::META.name,)*
                    Self::Test => "test",
                    Self::Unknown { .. } => "unknown",
                }
            }
        }

        impl $crate::callback::CallbackBody for $name {
            fn parse(raw: &[u8]) -> Self {
                static KINDS: &[$crate::__private::EventKind<$name>] = &[
                    $($(#[cfg($gate)])? $crate::__private::EventKind::of::<$body>(|raw| {
                        $crate::__private::read_event::<$body>(raw).map($name::$variant)
                    }),)*
                ];
                match $crate::__private::parse_event(raw, KINDS) {
                    $crate::__private::ParsedEvent::Event(event) => event,
                    $crate::__private::ParsedEvent::Test => Self::Test,
                    $crate::__private::ParsedEvent::Unknown(event_type, reason) => {
                        Self::Unknown { event_type, raw: raw.to_vec(), reason }
                    }
                }
            }
        }
    };
}
