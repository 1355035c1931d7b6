//! Handles a request: all checks, then the response.

use std::fmt;
use std::sync::Arc;

use bytes::Bytes;
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::http::request::Parts;
use hyper::{HeaderMap, Request, Response};
use secrecy::ExposeSecret;
use sha1::{Digest, Sha1};
use yunxin_codegen::model::{Product, Signing};
use yunxin_codegen::value::display;
use yunxin_codegen::value::display::MASK;

use crate::clock::Clock;
use crate::dedup::{Dedup, Fingerprint, RequestIdState};
use crate::log::{Received, RequestLog, Verdict};
use crate::path_hint::PathHint;
use crate::rejection::{RefusalKind, Rejection};
use crate::response::ResponseParts;
use crate::routes::{EndpointRoute, Found, Routes};
use crate::signature::Credentials;
use crate::{content, parameters, region};

/// Minimum length of a secret that is hidden in reports, in bytes. A shorter one also occurs in ordinary text.
const MIN_HIDDEN_SECRET_LEN: usize = 4;

/// Maximum number of errors of one call that are reported after the first.
const MAX_OTHER_ERRORS: usize = 50;

/// Receiver of the lines of the report.
#[derive(Clone)]
pub(crate) struct Report {
    pub(crate) line: Arc<dyn Fn(&str) + Send + Sync>,
    /// Whether accepted calls are reported too.
    pub(crate) verbose: bool,
}

impl fmt::Debug for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Report").field("verbose", &self.verbose).finish_non_exhaustive()
    }
}

/// Handles requests.
#[derive(Debug)]
pub(crate) struct Service {
    pub(crate) routes: Routes,
    pub(crate) credentials: Credentials,
    /// The region of the app. `None`: any.
    pub(crate) region: Option<String>,
    pub(crate) clock: Clock,
    pub(crate) lenient: bool,
    pub(crate) dedup: Dedup,
    pub(crate) request_log: RequestLog,
    pub(crate) report: Report,
}

/// The endpoint of a request and its outcome.
struct Outcome<'a> {
    route: Option<&'a Arc<EndpointRoute>>,
    response: ResponseParts,
    verdict: Verdict,
}

impl Service {
    /// Handles one request: reads its body, checks it, logs the outcome and returns the response.
    pub(crate) async fn respond(&self, request: Request<Incoming>) -> Response<Full<Bytes>> {
        let (head, body) = request.into_parts();
        // The body is read even if the head is wrong: otherwise the connection could not be used for another request.
        let (body, outcome) = match content::read(body).await {
            Ok(body) => {
                let outcome = self.handle(&head, &body).await;
                (body, outcome)
            }
            Err(rejection) => (Bytes::new(), self.refuse(None, None, rejection, Vec::new())),
        };
        self.log_outcome(&head, &outcome);
        let status = outcome.response.status.as_u16();
        if self.request_log.is_enabled() {
            let shown_path = self.redact(display::name(head.uri.path()));
            self.request_log.add(received(head, shown_path, body, &outcome, status));
        }
        outcome.response.into_response(self.clock.now())
    }

    /// Finds the endpoint, and checks the call.
    async fn handle(&self, head: &Parts, body: &Bytes) -> Outcome<'_> {
        match self.routes.find(head) {
            Found::Health => Outcome { route: None, response: ResponseParts::healthy(), verdict: Verdict::Health },
            Found::Nothing(product) => {
                let hint = PathHint::new(&self.routes, head);
                let what = format!("there is no such path{}", hint.hint);
                let product = hint.product.or(product).map(AsRef::as_ref);
                self.refuse(product, None, Rejection::new(RefusalKind::Path, what), Vec::new())
            }
            Found::OtherMethods(product, methods) => {
                let what = format!("the path exists, but under {}", methods.join(" and "));
                let rejection = Rejection::new(RefusalKind::Method, what);
                let mut outcome = self.refuse(Some(product), None, rejection, Vec::new());
                outcome.response = outcome.response.allowing(&methods);
                outcome
            }
            Found::Endpoint(route, values) => {
                let mut rejections = Vec::new();
                let warnings = self.check(route, &values, head, body, &mut rejections).await;
                let mut rejections = rejections.into_iter();
                match rejections.next() {
                    None => self.accept(route, &values, head, body, warnings),
                    Some(first) => self.refuse(Some(&route.product), Some(route), first, rejections.collect()),
                }
            }
        }
    }

    /// Checks a call. Returns warnings; adds errors to `rejections`, in the order in which a server finds them.
    async fn check(
        &self,
        route: &EndpointRoute,
        values: &[&str],
        head: &Parts,
        body: &Bytes,
        rejections: &mut Vec<Rejection>,
    ) -> Vec<String> {
        rejections.extend(match route.endpoint.signing {
            Signing::Checksum => self.credentials.check(&head.headers, self.clock.now()),
            Signing::AppKey => self.credentials.check_app_key(&head.headers),
            Signing::None => Vec::new(),
        });
        if let (Some(region), false) = (&self.region, route.endpoint.signing == Signing::None) {
            rejections.extend(region::check(region, &route.product, &head.uri, &head.headers).err());
        }
        let received = content::parse_params(route, values, &head.uri, &head.headers, body, rejections).await;
        if let Some(rejection) = content::too_many(&received) {
            rejections.push(rejection);
            return Vec::new();
        }
        parameters::check(route, &received, self.lenient, rejections)
    }

    /// Records an accepted call, and returns the example reply or that for a repeated request.
    fn accept<'a>(
        &self,
        route: &'a Arc<EndpointRoute>,
        values: &[&str],
        head: &Parts,
        body: &[u8],
        mut warnings: Vec<String>,
    ) -> Outcome<'a> {
        let state = self.record(route, &head.headers, fingerprint(values, head.uri.query(), body));
        if state == (RequestIdState::Repeated { same_content: false }) {
            warnings.push(format!(
                "the {} was used before for a request with another content; each call needs its own",
                route.product.request_id_header
            ));
        }
        let warnings = warnings.into_iter().map(|warning| self.redact(warning)).collect();
        match state {
            RequestIdState::New => Outcome {
                route: Some(route),
                response: ResponseParts::success(route),
                verdict: Verdict::Accepted { warnings },
            },
            RequestIdState::Repeated { .. } => Outcome {
                route: Some(route),
                response: ResponseParts::replay(route),
                verdict: Verdict::Replayed { warnings },
            },
        }
    }

    /// Records the request id, and returns whether the product has seen it within its window.
    fn record(&self, route: &EndpointRoute, headers: &HeaderMap, content: Fingerprint) -> RequestIdState {
        let product = &route.product;
        let request_id = headers.get(&product.request_id_header).map(|value| String::from_utf8_lossy(value.as_bytes()));
        let now = self.clock.now();
        let state = self.dedup.record(&route.endpoint.id, &request_id.unwrap_or_default(), content, now, product.dedup);
        state.unwrap_or_else(|problem| {
            (self.report.line)(&format!("warning: the ledger cannot be kept: {problem}"));
            RequestIdState::New
        })
    }

    /// Returns the outcome of a refused call: the response is about the first error.
    fn refuse<'a>(
        &self,
        product: Option<&Product>,
        route: Option<&'a Arc<EndpointRoute>>,
        mut rejection: Rejection,
        others: Vec<Rejection>,
    ) -> Outcome<'a> {
        rejection.what = self.redact(rejection.what);
        rejection.parameter = rejection.parameter.map(|name| self.redact(name));
        let response = ResponseParts::rejection(product, &rejection);
        let omitted = others.len().saturating_sub(MAX_OTHER_ERRORS);
        let also = others.into_iter().take(MAX_OTHER_ERRORS).map(|other| self.redact(other.what));
        let also = also.chain((omitted > 0).then(|| format!("and {omitted} more faults"))).collect();
        let Rejection { kind, parameter, what: reason, .. } = rejection;
        Outcome { route, response, verdict: Verdict::Refused { kind, parameter, reason, also } }
    }

    /// Masks the secret in text, in case a client sent it in a wrong place.
    fn redact(&self, text: String) -> String {
        let secret = self.credentials.app_secret.expose_secret();
        if secret.len() >= MIN_HIDDEN_SECRET_LEN && text.contains(secret) { text.replace(secret, MASK) } else { text }
    }

    /// Writes the errors and warnings of a call to the report.
    fn log_outcome(&self, head: &Parts, outcome: &Outcome<'_>) {
        let line = |verb: &str, rest: &str| {
            let endpoint = outcome.route.map(|route| format!(" ({})", route.endpoint.id)).unwrap_or_default();
            let call = format!("{} {}{endpoint}", display::name(head.method.as_str()), display::name(head.uri.path()));
            (self.report.line)(&format!("{verb} {}{rest}", self.redact(call)));
        };
        let (verb, warnings) = match &outcome.verdict {
            Verdict::Refused { reason, also, .. } => {
                let code = outcome.response.code.map(|code| format!(", code {code}")).unwrap_or_default();
                let faults = also.len() + 1;
                let number = |number| if faults > 1 { format!(", fault {number} of {faults}") } else { String::new() };
                let status = outcome.response.status.as_u16();
                line("refused", &format!(" with HTTP {status}{code}{}: {reason}", number(1)));
                for (at, reason) in also.iter().enumerate() {
                    line("refused", &format!("{}: {reason}", number(at + 2)));
                }
                return;
            }
            Verdict::Accepted { warnings } => ("accepted", warnings),
            Verdict::Replayed { warnings } => ("replayed", warnings),
            Verdict::Health => return,
        };
        for warning in warnings {
            line("warning", &format!(": {warning}"));
        }
        if self.report.verbose {
            line(verb, "");
        }
    }
}

/// Returns the digest of a request's content: path parameters, query and body.
fn fingerprint(values: &[&str], query: Option<&str>, body: &[u8]) -> Fingerprint {
    let hash = values.iter().fold(Sha1::new(), |hash, value| hash.chain_update(value).chain_update("/"));
    hash.chain_update("?")
        .chain_update(query.unwrap_or_default())
        .chain_update("\n")
        .chain_update(body)
        .finalize()
        .into()
}

/// Creates the log entry of a request.
fn received(head: Parts, shown_path: String, body: Bytes, outcome: &Outcome<'_>, status: u16) -> Received {
    let headers = head
        .headers
        .iter()
        .map(|(name, value)| (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned()));
    Received {
        method: head.method.to_string(),
        path: head.uri.path_and_query().map_or_else(|| head.uri.to_string(), ToString::to_string),
        headers: headers.collect(),
        body,
        endpoint: outcome.route.map(|route| route.endpoint.id.clone()),
        status,
        verdict: outcome.verdict.clone(),
        shown_path,
    }
}
