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

/// A shorter secret cannot be told from ordinary text, so that hiding it would only garble the reports.
const SHORTEST_HIDDEN_SECRET: usize = 4;

/// Errors of one call that are reported after the first.
const MOST_OTHER_FAULTS: usize = 50;

/// Where lines of the report are written.
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
    /// Answers one request.
    pub(crate) async fn respond(&self, request: Request<Incoming>) -> Response<Full<Bytes>> {
        let (head, body) = request.into_parts();
        // The body is read even if the head is wrong: only then can the connection go on.
        let (body, outcome) = match content::read(body).await {
            Ok(body) => {
                let outcome = self.handle(&head, &body).await;
                (body, outcome)
            }
            Err(rejection) => (Bytes::new(), self.refuse(None, None, rejection, Vec::new())),
        };
        self.log_outcome(&head, &outcome);
        let status = outcome.response.status.as_u16();
        if self.request_log.keeps() {
            let shown_path = self.redact(display::name(head.uri.path()));
            self.request_log.add(received(head, shown_path, body, &outcome, status));
        }
        outcome.response.into_response(self.clock.now())
    }

    async fn handle(&self, head: &Parts, body: &Bytes) -> Outcome<'_> {
        match self.routes.find(head) {
            Found::Health => Outcome { route: None, response: ResponseParts::healthy(), verdict: Verdict::Health },
            Found::Nothing(product) => {
                let hint = PathHint::of(&self.routes, head);
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
                let mut found = Vec::new();
                let warnings = self.check(route, &values, head, body, &mut found).await;
                let mut found = found.into_iter();
                match found.next() {
                    None => self.accept(route, &values, head, body, warnings),
                    Some(first) => self.refuse(Some(&route.product), Some(route), first, found.collect()),
                }
            }
        }
    }

    /// Returns warnings; adds errors to `found`, in the order in which a server finds them.
    async fn check(
        &self,
        route: &EndpointRoute,
        values: &[&str],
        head: &Parts,
        body: &Bytes,
        found: &mut Vec<Rejection>,
    ) -> Vec<String> {
        found.extend(match route.endpoint.signing {
            Signing::Checksum => self.credentials.check(&head.headers, self.clock.now()),
            Signing::AppKey => self.credentials.check_app_key(&head.headers),
            Signing::None => Vec::new(),
        });
        if let (Some(region), false) = (&self.region, route.endpoint.signing == Signing::None) {
            found.extend(region::check(region, &route.product, &head.uri, &head.headers).err());
        }
        let received = content::parse_params(route, values, &head.uri, &head.headers, body, found).await;
        if let Some(rejection) = content::too_many(&received) {
            found.push(rejection);
            return Vec::new();
        }
        parameters::check(route, &received, self.lenient, found)
    }

    fn accept<'a>(
        &self,
        route: &'a Arc<EndpointRoute>,
        values: &[&str],
        head: &Parts,
        body: &[u8],
        mut warnings: Vec<String>,
    ) -> Outcome<'a> {
        let seen = self.record(route, &head.headers, fingerprint(values, head.uri.query(), body));
        if seen == (RequestIdState::Repeated { same_content: false }) {
            warnings.push(format!(
                "the {} was used before for a request with another content; each call needs its own",
                route.product.request_id_header
            ));
        }
        let warnings = warnings.into_iter().map(|warning| self.redact(warning)).collect();
        match seen {
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

    /// Whether the product has seen the request id within its window.
    fn record(&self, route: &EndpointRoute, headers: &HeaderMap, content: Fingerprint) -> RequestIdState {
        let product = &route.product;
        let request_id = headers.get(&product.request_id_header).map(|value| String::from_utf8_lossy(value.as_bytes()));
        let now = self.clock.now();
        let seen = self.dedup.record(&route.endpoint.id, &request_id.unwrap_or_default(), content, now, product.dedup);
        seen.unwrap_or_else(|problem| {
            (self.report.line)(&format!("warning: the ledger cannot be kept: {problem}"));
            RequestIdState::New
        })
    }

    fn refuse<'a>(
        &self,
        product: Option<&Product>,
        route: Option<&'a Arc<EndpointRoute>>,
        mut rejection: Rejection,
        others: Vec<Rejection>,
    ) -> Outcome<'a> {
        rejection.what = self.redact(rejection.what);
        rejection.parameter = rejection.parameter.map(|name| self.redact(name));
        let response = ResponseParts::refusal(product, &rejection);
        let beyond = others.len().saturating_sub(MOST_OTHER_FAULTS);
        let also = others.into_iter().take(MOST_OTHER_FAULTS).map(|other| self.redact(other.what));
        let also = also.chain((beyond > 0).then(|| format!("and {beyond} more faults"))).collect();
        let Rejection { kind, parameter, what: reason, .. } = rejection;
        Outcome { route, response, verdict: Verdict::Refused { kind, parameter, reason, also } }
    }

    /// Hides the secret in text, in case a client sent it in a wrong place.
    fn redact(&self, text: String) -> String {
        let secret = self.credentials.app_secret.expose_secret();
        if secret.len() >= SHORTEST_HIDDEN_SECRET && text.contains(secret) { text.replace(secret, MASK) } else { text }
    }

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

fn fingerprint(values: &[&str], query: Option<&str>, body: &[u8]) -> Fingerprint {
    let hash = values.iter().fold(Sha1::new(), |hash, value| hash.chain_update(value).chain_update("/"));
    hash.chain_update("?")
        .chain_update(query.unwrap_or_default())
        .chain_update("\n")
        .chain_update(body)
        .finalize()
        .into()
}

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
