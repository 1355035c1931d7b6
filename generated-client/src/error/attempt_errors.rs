//! Errors of an attempt: of the transport, and of replies that are not a success.

use crate::error::advice::Blame;
use crate::error::classify::FailureSignal;
use crate::error::{CallContext, Code, Error, ErrorKind, Outcome, RawResponse};
use crate::transport::TransportError;
use crate::wire::endpoint_meta::ProductMeta;
use crate::wire::reader::DecodeError;

impl Error {
    pub(crate) fn transport(context: &CallContext<'_>, error: TransportError) -> Self {
        let outcome = match error.kind().may_have_been_sent() {
            true => Outcome::Unknown,
            false => Outcome::NotSent,
        };
        let mut made = Self::new(ErrorKind::Transport, outcome, error.to_string()).at(context);
        made.0.transport = Some(error.kind());
        made.0.on_kept_connection = error.is_on_kept_connection();
        made.0.http_status = error.http_status();
        made = made.classified(FailureSignal::Broken(error.kind()));
        made.0.source = error.into_source();
        made
    }

    /// An HTTP error without a code of the API. `message`: the explanation in its body.
    pub(crate) fn http(context: &CallContext<'_>, answer: &RawResponse<'_>, message: Option<String>) -> Self {
        let status = answer.status;
        let what = match &message {
            Some(message) => format!("HTTP status {status} without a code of the API: {message}"),
            None => format!("HTTP status {status} without a reply of the API (body() has what came)"),
        };
        let mut error = Self::new(ErrorKind::Http, Outcome::Unknown, what).at(context).with(answer);
        let blame = Blame::of_status(context.meta.product, answer, message.as_deref());
        error.0.message = message;
        error.0.region_advice = blame.region_advice(context);
        error.classified(FailureSignal::Status { status, blames_clock: blame == Blame::Clock })
    }

    /// An HTTP error whose body has the code of a success: the two contradict each other, so nothing is known.
    pub(crate) fn contradicted(context: &CallContext<'_>, answer: &RawResponse<'_>, code: i64) -> Self {
        let status = answer.status;
        let what = format!("HTTP status {status}, though the code in the body is {code}");
        let mut error = Self::new(ErrorKind::Http, Outcome::Unknown, what).at(context).with(answer);
        error.0.code = Some(Code::new(context.meta.product, code));
        error.classified(FailureSignal::Contradiction { status })
    }

    /// A reply with a code that is not success.
    pub(crate) fn api(context: &CallContext<'_>, answer: &RawResponse<'_>, code: i64, message: Option<String>) -> Self {
        let status = answer.status;
        let product = context.meta.product;
        if is_of_gateway(product, code, status) {
            return Self::http(context, answer, message);
        }
        let info = product.code(code);
        let code = Code::new(product, code);
        let said = message.as_deref().or(code.meaning()).unwrap_or("no explanation");
        let unlisted = if info.is_none() { " (not in the spec)" } else { "" };
        let under = match info.map_or(200, |info| info.http) {
            usual if usual == status || status == 200 => String::new(),
            _ => format!(" under HTTP status {status}"),
        };
        let what = format!("the server answered code {code}{unlisted}{under}: {said}");
        let mut error = Self::new(ErrorKind::Api, Outcome::Unknown, what).at(context).with(answer);
        let blame = info.map_or(Blame::Nothing, |info| Blame::of(info, message.as_deref()));
        error.0.code = Some(code);
        error.0.message = message;
        error.0.region_advice = blame.region_advice(context);
        let kind = info.map(|info| info.kind);
        error.classified(FailureSignal::Code { kind, status, blames_clock: blame == Blame::Clock })
    }

    /// A reply that cannot be read. `taken`: it is known to be a success. `breaks_off`: the body is incomplete.
    pub(crate) fn decode(
        context: &CallContext<'_>,
        answer: &RawResponse<'_>,
        taken: bool,
        breaks_off: bool,
        malformed: DecodeError,
    ) -> Self {
        let outcome = match taken {
            true => Outcome::Applied,
            false => Outcome::Unknown,
        };
        let path = malformed.path().to_owned();
        let what = match path.as_str() {
            "" => format!("the reply cannot be read: it {malformed}"),
            path => format!("the reply cannot be read: `{path}` {malformed}"),
        };
        let mut error = Self::new(ErrorKind::Decode, outcome, what).at(context).with(answer);
        error.0.json_path = Some(path);
        error.classified(FailureSignal::Unread { breaks_off })
    }
}

/// Whether a code only repeats the HTTP status, though the product does not answer that code with that status: then it
/// was written by a gateway that knows nothing of the API.
fn is_of_gateway(product: &ProductMeta<'_>, code: i64, status: u16) -> bool {
    let repeats = matches!(status, 408 | 500 | 502..=504) && code == i64::from(status);
    repeats && product.code(code).is_none_or(|info| info.http != status)
}
