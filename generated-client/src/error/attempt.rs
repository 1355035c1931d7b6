//! What an error remembers of each attempt.

use std::fmt;
use std::time::Duration;

use crate::error::{AttemptClass, Code, Outcome};
use crate::transport::host::Host;

/// One attempt of a call that failed.
#[derive(Clone, Debug)]
pub struct Attempt {
    pub(super) host: Host,
    pub(super) class: AttemptClass,
    pub(super) outcome: Outcome,
    pub(super) http_status: Option<u16>,
    pub(super) code: Option<Code>,
    pub(super) elapsed: Duration,
}

impl Attempt {
    /// Base URL of the host it went to.
    #[must_use]
    pub fn host(&self) -> &str {
        self.host.as_str()
    }

    /// Its class: what it says about the call.
    #[must_use]
    pub fn class(&self) -> AttemptClass {
        self.class
    }

    /// Its outcome on the server's side.
    #[must_use]
    pub fn outcome(&self) -> Outcome {
        self.outcome
    }

    /// The HTTP status, if a response began.
    #[must_use]
    pub fn http_status(&self) -> Option<u16> {
        self.http_status
    }

    /// The server's code, if the reply has one.
    #[must_use]
    pub fn code(&self) -> Option<&Code> {
        self.code.as_ref()
    }

    /// How long it took.
    #[must_use]
    pub fn elapsed(&self) -> Duration {
        self.elapsed
    }
}

impl fmt::Display for Attempt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.code, self.http_status) {
            (Some(code), _) => write!(f, "code {} from {}", code.value(), self.host()),
            (None, Some(status)) => write!(f, "HTTP status {status} from {}", self.host()),
            (None, None) => write!(f, "{} at {}", self.class, self.host()),
        }
    }
}
