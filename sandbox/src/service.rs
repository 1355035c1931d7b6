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
    log::{Journal, Received, Verdict},
    parameters,
    refuse::{Complaint, RefusalKind},
    reply::Answer,
    routes::{Found, Routes, Served},
    shown::{self, MASK},
    signature::Credentials,
};

/// A shorter secret cannot be told from ordinary text, so that hiding it would only garble the reports.
const SHORTEST_HIDDEN_SECRET: usize = 4;

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
    pub(crate) clock: Clock,
    pub(crate) lenient: bool,
    pub(crate) dedup: Dedup,
    pub(crate) journal: Journal,
    pub(crate) report: Report,
}

/// What became of a request, and of which endpoint it was.
struct Outcome<'a> {
    served: Option<&'a Arc<Served>>,
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
            Err(complaint) => (Bytes::new(), self.refuse(None, None, complaint)),
        };
        self.tell(&head, &outcome);
        let status = outcome.answer.status.as_u16();
        if self.journal.keeps() {
            let shown_path = self.redact(shown::name(head.uri.path()));
            self.journal.add(received(head, shown_path, body, &outcome, status));
        }
        outcome.answer.into_response(self.clock.now())
    }

    async fn judge(&self, head: &Parts, body: &Bytes) -> Outcome<'_> {
        let path = head.uri.path();
        match self.routes.find(head.method.as_str(), path) {
            Found::Health => Outcome { served: None, answer: Answer::healthy(), verdict: Verdict::Health },
            Found::Nothing(product) => {
                let slash = self.about_slash(path);
                let complaint = Complaint::new(RefusalKind::Path, format!("there is no such path{slash}"));
                self.refuse(product.map(AsRef::as_ref), None, complaint)
            }
            Found::OtherMethods(product, methods) => {
                let what = format!("the path exists, but under {}", methods.join(" and "));
                let mut outcome = self.refuse(Some(product), None, Complaint::new(RefusalKind::Method, what));
                outcome.answer = outcome.answer.allowing(&methods);
                outcome
            }
            Found::Endpoint(served, values) => match self.check(served, &values, head, body).await {
                Ok(warnings) => self.accept(served, &values, head, body, warnings),
                Err(complaint) => self.refuse(Some(&served.product), Some(served), complaint),
            },
        }
    }

    /// What is to be said of the slash at the end of a path that leads nowhere.
    fn about_slash(&self, path: &str) -> &'static str {
        let exists = |path: &str| !matches!(self.routes.find("POST", path), Found::Nothing(_));
        match path.strip_suffix('/') {
            Some("") => "",
            Some(_) => "; it must not end with a slash",
            None if exists(&format!("{path}/")) => "; it must end with a slash",
            None => "",
        }
    }

    async fn check(
        &self,
        served: &Served,
        values: &[&str],
        head: &Parts,
        body: &Bytes,
    ) -> Result<Vec<String>, Complaint> {
        match served.endpoint.signing {
            Signing::Checksum => self.credentials.check(&head.headers, self.clock.now())?,
            Signing::AppKey => self.credentials.check_app_key(&head.headers)?,
            Signing::None => {}
        }
        let given = content::take_apart(served, values, &head.uri, &head.headers, body).await?;
        parameters::check(served, &given, self.lenient)
    }

    fn accept<'a>(
        &self,
        served: &'a Arc<Served>,
        values: &[&str],
        head: &Parts,
        body: &[u8],
        mut warnings: Vec<String>,
    ) -> Outcome<'a> {
        let seen = self.seen(served, &head.headers, fingerprint(values, head.uri.query(), body));
        if seen == (Seen::Before { same: false }) {
            warnings.push(format!(
                "the {} was used before for a request with another content; each call needs its own",
                served.product.request_id_header
            ));
        }
        let warnings = warnings.into_iter().map(|warning| self.redact(warning)).collect();
        match seen {
            Seen::New => Outcome {
                served: Some(served),
                answer: Answer::success(served),
                verdict: Verdict::Accepted { warnings },
            },
            Seen::Before { .. } => Outcome {
                served: Some(served),
                answer: Answer::replay(served),
                verdict: Verdict::Replayed { warnings },
            },
        }
    }

    /// Whether the product has seen the request id within its window.
    fn seen(&self, served: &Served, headers: &HeaderMap, content: Fingerprint) -> Seen {
        let product = &served.product;
        let request_id = headers.get(&product.request_id_header).map(|value| String::from_utf8_lossy(value.as_bytes()));
        let now = self.clock.now();
        let seen = self.dedup.see(&served.endpoint.id, &request_id.unwrap_or_default(), content, now, product.dedup);
        seen.unwrap_or_else(|problem| {
            (self.report.line)(&format!("warning: the ledger cannot be kept: {problem}"));
            Seen::New
        })
    }

    fn refuse<'a>(
        &self,
        product: Option<&Product>,
        served: Option<&'a Arc<Served>>,
        mut complaint: Complaint,
    ) -> Outcome<'a> {
        complaint.what = self.redact(complaint.what);
        complaint.parameter = complaint.parameter.map(|name| self.redact(name));
        let answer = Answer::refusal(product, &complaint);
        let Complaint { kind, parameter, what } = complaint;
        Outcome { served, answer, verdict: Verdict::Refused { kind, parameter, reason: what } }
    }

    /// A client that puts the secret where something else belongs must not find it in a log afterwards.
    fn redact(&self, text: String) -> String {
        let secret = self.credentials.app_secret.expose_secret();
        if secret.len() >= SHORTEST_HIDDEN_SECRET && text.contains(secret) { text.replace(secret, MASK) } else { text }
    }

    fn tell(&self, head: &Parts, outcome: &Outcome<'_>) {
        let line = |verb: &str, rest: &str| {
            let endpoint = outcome.served.map(|served| format!(" ({})", served.endpoint.id)).unwrap_or_default();
            let call = format!("{} {}{endpoint}", shown::name(head.method.as_str()), shown::name(head.uri.path()));
            (self.report.line)(&format!("{verb} {}{rest}", self.redact(call)));
        };
        let (verb, warnings) = match &outcome.verdict {
            Verdict::Refused { reason, .. } => {
                let code = outcome.answer.code.map(|code| format!(", code {code}")).unwrap_or_default();
                return line("refused", &format!(" with HTTP {}{code}: {reason}", outcome.answer.status.as_u16()));
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
        endpoint: outcome.served.map(|served| served.endpoint.id.clone()),
        status,
        verdict: outcome.verdict.clone(),
        shown_path,
    }
}
