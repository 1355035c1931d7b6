//! The way of a request through all checks to its answer.

use std::{fmt, sync::Arc};

use bytes::Bytes;
use http_body_util::Full;
use hyper::{HeaderMap, Request, Response, body::Incoming, http::request::Parts};
use secrecy::ExposeSecret;
use sha1::{Digest, Sha1};
use yunxin_codegen::model::{Product, Signing};

use crate::{
    clock::Clock,
    content,
    dedup::{Dedup, Fingerprint, Seen},
    display::{self, MASK},
    log::{Received, RequestLog, Verdict},
    parameters, region,
    rejection::{RefusalKind, Rejection},
    reply::Answer,
    routes::{EndpointRoute, Found, Routes},
    signature::Credentials,
    whose::Whose,
};

/// A shorter secret cannot be told from ordinary text, so that hiding it would only garble the reports.
const SHORTEST_HIDDEN_SECRET: usize = 4;

/// Faults of one call that are reported behind the first.
const MOST_OTHER_FAULTS: usize = 50;

/// Takes the lines of the report.
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

/// Everything that answers requests.
#[derive(Debug)]
pub(crate) struct Service {
    pub(crate) routes: Routes,
    pub(crate) credentials: Credentials,
    /// The region that the app belongs to; any, if it is not said.
    pub(crate) region: Option<String>,
    pub(crate) clock: Clock,
    pub(crate) lenient: bool,
    pub(crate) dedup: Dedup,
    pub(crate) request_log: RequestLog,
    pub(crate) report: Report,
}

/// What became of a request, and of which endpoint it was.
struct Outcome<'a> {
    route: Option<&'a Arc<EndpointRoute>>,
    answer: Answer,
    verdict: Verdict,
}

impl Service {
    /// Answers one request.
    pub(crate) async fn answer(&self, request: Request<Incoming>) -> Response<Full<Bytes>> {
        let (head, body) = request.into_parts();
        // The body is read even if the head is wrong: only then can the connection go on.
        let (body, outcome) = match content::read(body).await {
            Ok(body) => {
                let outcome = self.judge(&head, &body).await;
                (body, outcome)
            }
            Err(rejection) => (Bytes::new(), self.refuse(None, None, rejection, Vec::new())),
        };
        self.tell(&head, &outcome);
        let status = outcome.answer.status.as_u16();
        if self.request_log.keeps() {
            let shown_path = self.redact(display::name(head.uri.path()));
            self.request_log.add(received(head, shown_path, body, &outcome, status));
        }
        outcome.answer.into_response(self.clock.now())
    }

    async fn judge(&self, head: &Parts, body: &Bytes) -> Outcome<'_> {
        match self.routes.find(head) {
            Found::Health => Outcome { route: None, answer: Answer::healthy(), verdict: Verdict::Health },
            Found::Nothing(product) => {
                let whose = Whose::of(&self.routes, head);
                let what = format!("there is no such path{}", whose.hint);
                let product = whose.product.or(product).map(AsRef::as_ref);
                self.refuse(product, None, Rejection::new(RefusalKind::Path, what), Vec::new())
            }
            Found::OtherMethods(product, methods) => {
                let what = format!("the path exists, but under {}", methods.join(" and "));
                let rejection = Rejection::new(RefusalKind::Method, what);
                let mut outcome = self.refuse(Some(product), None, rejection, Vec::new());
                outcome.answer = outcome.answer.allowing(&methods);
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

    /// Gives the warnings; what is wrong goes to `found`, in the order in which a server can know it.
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
        let taken = content::parse_params(route, values, &head.uri, &head.headers, body, found).await;
        if let Some(rejection) = content::too_many(&taken) {
            found.push(rejection);
            return Vec::new();
        }
        parameters::check(route, &taken, self.lenient, found)
    }

    fn accept<'a>(
        &self,
        route: &'a Arc<EndpointRoute>,
        values: &[&str],
        head: &Parts,
        body: &[u8],
        mut warnings: Vec<String>,
    ) -> Outcome<'a> {
        let seen = self.seen(route, &head.headers, fingerprint(values, head.uri.query(), body));
        if seen == (Seen::Before { same: false }) {
            warnings.push(format!(
                "the {} was used before for a request with another content; each call needs its own",
                route.product.request_id_header
            ));
        }
        let warnings = warnings.into_iter().map(|warning| self.redact(warning)).collect();
        match seen {
            Seen::New => {
                Outcome { route: Some(route), answer: Answer::success(route), verdict: Verdict::Accepted { warnings } }
            }
            Seen::Before { .. } => {
                Outcome { route: Some(route), answer: Answer::replay(route), verdict: Verdict::Replayed { warnings } }
            }
        }
    }

    /// Whether the product has seen the request id within its window.
    fn seen(&self, route: &EndpointRoute, headers: &HeaderMap, content: Fingerprint) -> Seen {
        let product = &route.product;
        let request_id = headers.get(&product.request_id_header).map(|value| String::from_utf8_lossy(value.as_bytes()));
        let now = self.clock.now();
        let seen = self.dedup.see(&route.endpoint.id, &request_id.unwrap_or_default(), content, now, product.dedup);
        seen.unwrap_or_else(|problem| {
            (self.report.line)(&format!("warning: the ledger cannot be kept: {problem}"));
            Seen::New
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
        let answer = Answer::refusal(product, &rejection);
        let beyond = others.len().saturating_sub(MOST_OTHER_FAULTS);
        let also = others.into_iter().take(MOST_OTHER_FAULTS).map(|other| self.redact(other.what));
        let also = also.chain((beyond > 0).then(|| format!("and {beyond} more faults"))).collect();
        let Rejection { kind, parameter, what: reason, .. } = rejection;
        Outcome { route, answer, verdict: Verdict::Refused { kind, parameter, reason, also } }
    }

    /// A client that puts the secret where something else belongs must not find it in a log afterwards.
    fn redact(&self, text: String) -> String {
        let secret = self.credentials.app_secret.expose_secret();
        if secret.len() >= SHORTEST_HIDDEN_SECRET && text.contains(secret) { text.replace(secret, MASK) } else { text }
    }

    fn tell(&self, head: &Parts, outcome: &Outcome<'_>) {
        let line = |verb: &str, rest: &str| {
            let endpoint = outcome.route.map(|route| format!(" ({})", route.endpoint.id)).unwrap_or_default();
            let call = format!("{} {}{endpoint}", display::name(head.method.as_str()), display::name(head.uri.path()));
            (self.report.line)(&format!("{verb} {}{rest}", self.redact(call)));
        };
        let (verb, warnings) = match &outcome.verdict {
            Verdict::Refused { reason, also, .. } => {
                let code = outcome.answer.code.map(|code| format!(", code {code}")).unwrap_or_default();
                let faults = also.len() + 1;
                let number = |number| if faults > 1 { format!(", fault {number} of {faults}") } else { String::new() };
                let status = outcome.answer.status.as_u16();
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
