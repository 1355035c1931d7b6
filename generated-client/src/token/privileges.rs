//! What a user may do in a room.

use std::fmt;
use std::ops::{BitOr, BitOrAssign};

/// What a user may do in a room: a set, combined with `|`.
///
/// ```
/// use yunxin::token::Privileges;
///
/// let speaker = Privileges::JOIN_ROOM | Privileges::SEND_AUDIO | Privileges::RECEIVE;
/// assert!(speaker.contains(Privileges::RECEIVE_VIDEO));
/// assert!(!speaker.contains(Privileges::SEND_VIDEO));
/// assert_eq!(speaker.bits(), 45);
/// ```
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Privileges(u32);

impl Privileges {
    /// No privileges.
    pub const NONE: Self = Self(0);
    /// Send audio.
    pub const SEND_AUDIO: Self = Self(1);
    /// Send video.
    pub const SEND_VIDEO: Self = Self(2);
    /// Receive audio.
    pub const RECEIVE_AUDIO: Self = Self(4);
    /// Receive video.
    pub const RECEIVE_VIDEO: Self = Self(8);
    /// Create the room.
    pub const CREATE_ROOM: Self = Self(16);
    /// Join the room.
    pub const JOIN_ROOM: Self = Self(32);
    /// Send audio and video.
    pub const SEND: Self = Self(3);
    /// Receive audio and video.
    pub const RECEIVE: Self = Self(12);
    /// All privileges that have a name here.
    pub const ALL: Self = Self(63);

    /// Creates a set from the platform's number. Bits without a name are kept.
    #[must_use]
    pub const fn from_bits(bits: u32) -> Self {
        Self(bits)
    }

    /// Returns the number that the platform uses.
    #[must_use]
    pub const fn bits(self) -> u32 {
        self.0
    }

    /// Returns whether all of these privileges are in the set.
    #[must_use]
    pub const fn contains(self, others: Self) -> bool {
        self.0 & others.0 == others.0
    }
}

impl BitOr for Privileges {
    type Output = Self;

    fn bitor(self, others: Self) -> Self {
        Self(self.0 | others.0)
    }
}

impl BitOrAssign for Privileges {
    fn bitor_assign(&mut self, others: Self) {
        self.0 |= others.0;
    }
}

const NAMES: [(Privileges, &str); 6] = [
    (Privileges::SEND_AUDIO, "SEND_AUDIO"),
    (Privileges::SEND_VIDEO, "SEND_VIDEO"),
    (Privileges::RECEIVE_AUDIO, "RECEIVE_AUDIO"),
    (Privileges::RECEIVE_VIDEO, "RECEIVE_VIDEO"),
    (Privileges::CREATE_ROOM, "CREATE_ROOM"),
    (Privileges::JOIN_ROOM, "JOIN_ROOM"),
];

/// Shows the names: `Privileges(SEND_AUDIO | JOIN_ROOM)`.
impl fmt::Debug for Privileges {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut parts: Vec<String> = NAMES
            .iter()
            .filter(|(privilege, _)| self.contains(*privilege))
            .map(|(_, name)| (*name).to_owned())
            .collect();
        let unnamed = self.0 & !Self::ALL.0;
        if unnamed != 0 {
            parts.push(unnamed.to_string());
        }
        if parts.is_empty() {
            parts.push("NONE".to_owned());
        }
        write!(f, "Privileges({})", parts.join(" | "))
    }
}
