//! Tokens that a service makes for its users, without an API call: for logging in to IM and for joining rooms.
//!
//! | token | for | signed with | type |
//! |---|---|---|---|
//! | basic token of NERTC | joining one room as one user | app secret | [`Rtc`] |
//! | permission key of NERTC | what that user may do there | permission secret, from the console | [`Permission`] |
//! | dynamic token of IM | logging in | app secret | [`Im`] |
//!
//! ```
//! use std::time::{Duration, SystemTime};
//! use yunxin::{Credentials, token};
//!
//! let credentials = Credentials::new("app-key", "app-secret");
//! let now = SystemTime::now();
//!
//! let rtc = token::Rtc::from(&credentials);
//! let joining = rtc.token("room1", 10_000, Duration::from_secs(600), now)?;
//! assert!(rtc.check(joining.expose(), "room1", 10_000, now).is_ok());
//!
//! // Why is this token rejected?
//! let later = now + Duration::from_secs(660);
//! let error = rtc.check(joining.expose(), "room1", 10_000, later).unwrap_err();
//! assert!(matches!(error, token::Error::Expired { ago } if ago.as_secs() == 60));
//!
//! let login = token::Im::from(&credentials).token("alice", Duration::from_secs(600), now)?;
//! # let _ = login;
//! # Ok::<(), token::Error>(())
//! ```
//!
//! All functions are pure: the time is a parameter. Errors never contain a secret or the expected signature.

mod basic;
mod claims;
mod error;
mod im;
mod inflate;
mod lifetime;
mod permission;
mod privileges;
mod rtc;

pub use claims::{Claims, PermissionClaims};
pub use error::Error;
pub use im::Im;
pub use permission::Permission;
pub use privileges::Privileges;
pub use rtc::Rtc;
