//! Kinds of errors.

/// The kinds of [`Error`](crate::Error), and what to do about each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The client is set up wrongly: credentials, hosts, region. Correct the setup; the text of the error says what.
    Config,
    /// A parameter was rejected before sending; [`Error::parameter`](crate::Error::parameter) names it. Correct the
    /// parameter.
    InvalidRequest,
    /// The client's own rate limiter has no slot for the call before its deadline. Call again after
    /// [`Error::retry_after`](crate::Error::retry_after), or call less often.
    RateLimited,
    /// The host has as many calls in flight as are allowed, and none ended in time; see
    /// [`max_in_flight_per_host`](crate::ClientBuilder::max_in_flight_per_host). Call again later, or raise the limit.
    TooManyCalls,
    /// The request could not be sent, or no complete reply came. Decide by [`Error::outcome`](crate::Error::outcome).
    Transport,
    /// The reply was an HTTP error without the product's envelope, such as a gateway's page, or a gateway's JSON that
    /// only repeats the HTTP status. Decide by [`Error::outcome`](crate::Error::outcome).
    Http,
    /// The server answered with a code that is not success. Decide by [`Error::code`](crate::Error::code), and by
    /// [`Error::outcome`](crate::Error::outcome) for a code that you do not expect.
    Api,
    /// The reply could not be read; [`Error::json_path`](crate::Error::json_path) says where,
    /// [`Error::body`](crate::Error::body) has it. The call usually took effect: do not repeat it, and report the reply
    /// to the maintainers.
    Decode,
}

impl ErrorKind {
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Config => "config",
            Self::InvalidRequest => "invalid_request",
            Self::RateLimited => "rate_limited",
            Self::TooManyCalls => "too_many_calls",
            Self::Transport => "transport",
            Self::Http => "http",
            Self::Api => "api",
            Self::Decode => "decode",
        }
    }
}
