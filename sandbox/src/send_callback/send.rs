//! Sends a callback.

use std::error::Error;
use std::time::{Duration, Instant};

use bytes::Bytes;
use http_body_util::{BodyExt, Full, Limited};
use hyper::client::conn::http1;
use hyper::header::{HeaderName, HeaderValue};
use hyper::{HeaderMap, Request, header};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::time;
use url::{ParseError, Position, Url};

use super::SendCallbackError;
use crate::signature::app_key_problem;

/// Maximum size of a response, in bytes; handlers send far less.
const MAX_RESPONSE_BYTES: usize = 1024 * 1024;

const CONTENT_TYPE: &str = "application/json;charset=utf-8";

/// A callback request with URL, headers and signed body.
#[derive(Clone, Debug)]
#[must_use = "nothing is sent before `send`"]
pub struct PreparedRequest {
    url: Url,
    host: String,
    port: u16,
    headers: HeaderMap,
    body: Bytes,
    timeout: Duration,
}

/// The response to a callback.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct HttpResponse {
    /// HTTP status.
    pub status: u16,
    /// Headers in the order of arrival, with names in lower case.
    pub headers: Vec<(String, String)>,
    /// The whole body.
    pub body: Vec<u8>,
    /// Time from connecting to the last byte of the response.
    pub elapsed: Duration,
}

impl PreparedRequest {
    pub(super) fn new(
        text: &str,
        signature: Vec<(&'static str, String)>,
        body: Vec<u8>,
        timeout: Duration,
    ) -> Result<Self, SendCallbackError> {
        let refuse = |reason| SendCallbackError::Url { url: text.to_owned(), reason };
        let url = Url::parse(text).map_err(|problem| match problem {
            ParseError::RelativeUrlWithoutBase => refuse("it must begin with http://"),
            ParseError::InvalidPort => refuse("its port is none: ports go up to 65535"),
            _ => refuse("it is no URL; write http://127.0.0.1:8080/callbacks"),
        })?;
        match url.scheme() {
            "http" => {}
            "https" => return Err(refuse("this speaks plain HTTP; aim at the handler behind the TLS")),
            _ => return Err(refuse("it must begin with http://")),
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(SendCallbackError::Url {
                url: "http://...@...".to_owned(),
                reason: "the platform sends no user name and password, so neither does this",
            });
        }
        let Some(host) = url.host_str().map(str::to_owned).filter(|host| !host.is_empty()) else {
            return Err(refuse("it names no host"));
        };
        let port = url.port_or_known_default().filter(|port| *port != 0);
        let port = port.ok_or_else(|| refuse("nobody can be reached at the port 0"))?;
        let authority = if port == 80 { host.clone() } else { format!("{host}:{port}") };
        let mut headers = HeaderMap::new();
        let mut insert = |name: &str, value: &str| -> Option<()> {
            headers.insert(HeaderName::from_bytes(name.as_bytes()).ok()?, HeaderValue::from_str(value).ok()?);
            Some(())
        };
        insert(header::HOST.as_str(), &authority).ok_or_else(|| refuse("its host cannot stand in a header"))?;
        insert(header::CONTENT_TYPE.as_str(), CONTENT_TYPE);
        insert(header::CONTENT_LENGTH.as_str(), &body.len().to_string());
        for (name, value) in &signature {
            // All values but the app key are digits.
            if app_key_problem(value).is_some() {
                return Err(SendCallbackError::AppKey);
            }
            insert(name, value).ok_or(SendCallbackError::AppKey)?;
        }
        Ok(Self { url, host, port, headers, body: body.into(), timeout })
    }

    /// Returns the first line of the request.
    #[must_use]
    pub fn request_line(&self) -> String {
        format!("POST {} HTTP/1.1", self.path())
    }

    /// Returns all headers, with names in lower case, as they are sent.
    pub fn headers(&self) -> impl Iterator<Item = (&str, &str)> {
        // All values were created from text.
        self.headers.iter().map(|(name, value)| (name.as_str(), value.to_str().unwrap_or_default()))
    }

    /// Returns the body.
    #[must_use]
    pub fn body(&self) -> &[u8] {
        &self.body
    }

    /// Sends it, and waits for the response. Must be called inside a tokio runtime.
    ///
    /// # Errors
    /// [`SendCallbackError::NoResponse`]. A response with any status is not an error.
    pub async fn send(self) -> Result<HttpResponse, SendCallbackError> {
        let no_response = |cause| SendCallbackError::NoResponse { url: self.url.to_string(), cause };
        match time::timeout(self.timeout, self.exchange()).await {
            Ok(exchanged) => exchanged.map_err(no_response),
            Err(_) => Err(no_response(format!("nothing within {} s", self.timeout.as_secs_f32()).into())),
        }
    }

    fn path(&self) -> &str {
        &self.url[Position::BeforePath..Position::AfterQuery]
    }

    /// Sends the request on a new connection, and reads the response.
    async fn exchange(&self) -> Result<HttpResponse, Box<dyn Error + Send + Sync>> {
        let start = Instant::now();
        // An IPv6 address has brackets only in a URL.
        let host = self.host.trim_start_matches('[').trim_end_matches(']');
        let stream = TcpStream::connect((host, self.port)).await?;
        let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
        let mut request = Request::post(self.path()).body(Full::new(self.body.clone()))?;
        *request.headers_mut() = self.headers.clone();
        let receive = async {
            let response = sender.send_request(request).await?;
            let (head, body) = response.into_parts();
            let body = Limited::new(body, MAX_RESPONSE_BYTES).collect().await?.to_bytes();
            let shown = |value: &HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
            let headers = head.headers.iter().map(|(name, value)| (name.as_str().to_owned(), shown(value)));
            Ok(HttpResponse {
                status: head.status.as_u16(),
                headers: headers.collect(),
                body: body.into(),
                elapsed: start.elapsed(),
            })
        };
        tokio::pin!(receive);
        tokio::select! {
            response = &mut receive => response,
            // If the other side closed the connection, the response may have arrived before, or there is an error.
            _ = connection => receive.await,
        }
    }
}
