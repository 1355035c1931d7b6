//! Reads the envelope of a reply: classifies it as success or failure, and finds its payload.

use crate::error::{CallContext, Error, RawResponse, Result};
use crate::wire::endpoint_meta::{EndpointMeta, Payload, ReplyRule};
use crate::wire::from_wire::{Found, FromWire};
use crate::wire::integer::Integer;
use crate::wire::keys::{FieldNames, Keys};
use crate::wire::lexer::trim;
use crate::wire::reader::{DecodeError, Reader, visit_fields};

/// The content of a successful reply's envelope, except its payload.
#[derive(Debug, Default)]
pub(crate) struct Reply {
    /// The server recognised a repeated request and sent its earlier reply again.
    pub(crate) duplicate: bool,
    /// The id that the server gave the request; `None` if the reply has none.
    pub(crate) server_request_id: Option<String>,
}

/// Classifies a reply by the rules of its product, and decodes the payload of a success into the target.
///
/// The body is read once, to its end. Servers usually send the code first, so the payload is decoded when it is
/// reached; if the code comes later, the payload's text is kept and decoded at the end. Nothing in an incomplete body
/// is used, because its code may be the first digits of a longer one.
pub(crate) fn read(context: &CallContext<'_>, response: &RawResponse<'_>, target: &mut dyn FromWire) -> Result<Reply> {
    let http_allows = context.meta.product.reply.http.allows(response.status);
    let json = trim(response.body);
    if !json.starts_with(b"{") {
        return without_envelope(context, response, http_allows, json, target);
    }
    let read_envelope = |names: FieldNames<'_>, targets: &mut [&mut dyn FromWire]| {
        read_envelope(context, response, http_allows, json, names, targets)
    };
    match context.meta.payload {
        Payload::Nothing => read_envelope(FieldNames::default(), &mut []),
        Payload::At(key) => read_envelope(FieldNames { names: &[key], aliases: &[] }, &mut [target]),
        Payload::Flat => {
            let Some(fields) = target.as_fields() else {
                let reply = read_envelope(FieldNames::default(), &mut [])?;
                let read = target.read(&mut Reader::new(json));
                return read.map(|_| reply).map_err(|error| undecoded(context, response, true, json, error));
            };
            let mut read = None;
            visit_fields(fields, |names, targets| read = Some(read_envelope(names, targets)));
            // The envelope is read even if the type has no fields.
            read.unwrap_or_else(|| read_envelope(FieldNames::default(), &mut []))
        }
    }
}

/// Classifies a reply that is an object. `targets` are the targets of the payload: one for the payload's key, or one
/// for each field of a flat payload.
fn read_envelope(
    context: &CallContext<'_>,
    response: &RawResponse<'_>,
    http_allows: bool,
    json: &[u8],
    names: FieldNames<'_>,
    targets: &mut [&mut dyn FromWire],
) -> Result<Reply> {
    let rule = &context.meta.product.reply;
    let mut envelope = EnvelopeReader {
        meta: context.meta,
        http_allows,
        code: None,
        message: None,
        payload: Found::Nothing,
        early: Vec::new(),
        reply: Reply::default(),
        names,
        targets,
    };
    let read = envelope.read(json);
    if read.is_err()
        && let Err(error) = check_json(json)
    {
        return Err(match http_allows {
            true => undecoded(context, response, false, json, error),
            false => Error::http(context, response, None),
        });
    }
    let finished = read.and_then(|()| envelope.finish());
    let success = envelope.is_success();
    match (envelope.code, finished) {
        // The server's code takes precedence, even if another part of the body is invalid or the HTTP status differs.
        (Some(code), _) if !rule.codes.contains(&code) => {
            let message = envelope.message();
            Err(Error::api(context, response, code, message))
        }
        (Some(code), _) if !http_allows => Err(Error::contradicted(context, response, code)),
        (None, _) if !http_allows => {
            let message = envelope.message();
            Err(Error::http(context, response, message))
        }
        (_, Ok(())) => Ok(envelope.reply),
        (_, Err(error)) => Err(undecoded(context, response, success, json, error)),
    }
}

/// Creates the error for a reply that cannot be decoded.
#[cold]
fn undecoded(
    context: &CallContext<'_>,
    response: &RawResponse<'_>,
    success: bool,
    json: &[u8],
    error: DecodeError,
) -> Error {
    Error::decode(context, response, success, is_truncated(json), error)
}

/// Checks that a body that could not be read as an envelope is JSON.
#[cold]
fn check_json(body: &[u8]) -> Result<(), DecodeError> {
    let mut reader = Reader::new(body);
    reader.skip()?;
    reader.finish()
}

/// Returns whether an invalid body ends too early, as when the connection was closed and no header had the length.
#[cold]
fn is_truncated(json: &[u8]) -> bool {
    serde_json::from_slice::<serde_json::Value>(json).is_err_and(|error| error.is_eof())
}

/// Classifies a body that is not an object: a success only if it is empty and the product allows an empty body.
fn without_envelope(
    context: &CallContext<'_>,
    response: &RawResponse<'_>,
    http_allows: bool,
    json: &[u8],
    target: &dyn FromWire,
) -> Result<Reply> {
    if !http_allows {
        return Err(Error::http(context, response, None));
    }
    let what = if !json.is_empty() {
        "is not a JSON object"
    } else if !context.meta.product.reply.code_may_be_absent {
        "is empty"
    } else if context.meta.payload != Payload::Nothing && !target.may_be_missing() {
        let missing = DecodeError::new("is empty, so the payload is missing");
        return Err(Error::decode(context, response, true, true, missing));
    } else {
        return Ok(Reply::default());
    };
    Err(undecoded(context, response, false, json, DecodeError::new(what)))
}

/// The meaning of a key of the envelope. A key may have several: `desc` is the message of a failure, and sometimes the
/// payload.
#[derive(Clone, Copy)]
struct Key {
    role: Option<Role>,
    /// Index of the payload target for its value; `None` if it is not part of the payload.
    payload: Option<usize>,
}

#[derive(Clone, Copy)]
enum Role {
    Code,
    Message(usize),
    RequestId,
    Duplicate,
}

/// State of reading an envelope.
struct EnvelopeReader<'m, 'p, 'd, 'j> {
    meta: &'m EndpointMeta<'m>,
    http_allows: bool,
    code: Option<i64>,
    /// The best message so far: the index of its key in the product's list, and its value as JSON.
    message: Option<(usize, &'j [u8])>,
    /// Whether a payload was found.
    payload: Found,
    /// Parts of the payload that came before the code, by target index.
    early: Vec<(usize, &'j [u8])>,
    reply: Reply,
    names: FieldNames<'m>,
    targets: &'p mut [&'d mut dyn FromWire],
}

impl<'m, 'j> EnvelopeReader<'m, '_, '_, 'j> {
    fn rule(&self) -> &'m ReplyRule<'m> {
        &self.meta.product.reply
    }

    /// Returns whether the reply is a success, as far as it was read.
    fn is_success(&self) -> bool {
        let code_allows = match self.code {
            Some(code) => self.rule().codes.contains(&code),
            None => self.rule().code_may_be_absent,
        };
        code_allows && self.http_allows
    }

    /// Reads the whole body.
    fn read(&mut self, json: &'j [u8]) -> Result<(), DecodeError> {
        let (rule, mut keys) = (self.rule(), Keys::new(self.names));
        let mut reader = Reader::new(json);
        reader.entries(
            |key| {
                let (role, payload) = (role(rule, key), keys.find(key));
                (role.is_some() || payload.is_some()).then_some(Key { role, payload })
            },
            |key, reader| self.value(key, reader),
        )?;
        reader.finish()
    }

    /// Reads the value of a key.
    fn value(&mut self, key: Key, reader: &mut Reader<'j>) -> Result<(), DecodeError> {
        if let (None, Some(index)) = (key.role, key.payload) {
            if self.code.is_some() && self.is_success() {
                return self.payload(index, reader);
            }
            self.early.push((index, reader.slice()?));
            return Ok(());
        }
        let json = reader.slice()?;
        let mut own = Reader::new(json);
        match key.role {
            Some(Role::Code) => {
                self.code =
                    own.integer().map_err(|error| error.inside_key(self.rule().code_key))?.and_then(Integer::signed);
            }
            Some(Role::Message(rank)) => self.consider_message(rank, json),
            Some(Role::RequestId) => self.reply.server_request_id = read_text(json),
            Some(Role::Duplicate) => {
                self.reply.duplicate = matches!(own.bool(), Ok(Some(true)));
            }
            None => {}
        }
        if let Some(index) = key.payload {
            self.early.push((index, json));
        }
        Ok(())
    }

    /// Decodes the payload, or one field of a flat payload.
    fn payload(&mut self, index: usize, reader: &mut Reader<'_>) -> Result<(), DecodeError> {
        self.payload = reader.field(self.names, self.targets, index)?;
        Ok(())
    }

    /// Decodes the parts of the payload that came before the code, and checks that nothing required is missing.
    fn finish(&mut self) -> Result<(), DecodeError> {
        if self.code.is_none() && !self.rule().code_may_be_absent {
            let key = self.rule().code_key;
            return Err(DecodeError::new("is missing").inside_key(key));
        }
        if !self.is_success() {
            return Ok(());
        }
        for (index, json) in std::mem::take(&mut self.early) {
            self.payload(index, &mut Reader::new(json))?;
        }
        match (self.meta.payload, &*self.targets) {
            (Payload::At(key), [target]) if self.payload == Found::Nothing && !target.may_be_missing() => {
                Err(DecodeError::new("is missing or null, though the reply is a success").inside_key(key))
            }
            _ => Ok(()),
        }
    }

    /// Keeps the best message: the one whose key is first in the product's list. Null and an empty text are ignored.
    fn consider_message(&mut self, rank: usize, json: &'j [u8]) {
        let better = self.message.is_none_or(|(best, _)| rank < best);
        if better && !matches!(json, b"null" | b"\"\"") {
            self.message = Some((rank, json));
        }
    }

    /// Returns the server's error message; `None` if there is none.
    fn message(&self) -> Option<String> {
        read_text(self.message?.1)
    }
}

/// Returns the role of a key in the envelope; `None` if it has none.
fn role(rule: &ReplyRule<'_>, key: &[u8]) -> Option<Role> {
    if key == rule.code_key.as_bytes() {
        return Some(Role::Code);
    }
    if let Some(rank) = rule.message_keys.iter().position(|known| known.as_bytes() == key) {
        return Some(Role::Message(rank));
    }
    if rule.request_id_keys.iter().any(|known| known.as_bytes() == key) {
        return Some(Role::RequestId);
    }
    (key == b"duplicate").then_some(Role::Duplicate)
}

/// Returns a value as text; `None` if it is null or empty.
fn read_text(json: &[u8]) -> Option<String> {
    let mut text = String::new();
    match Reader::new(json).text(&mut text) {
        Ok(Found::Value) if !text.is_empty() => Some(text),
        _ => None,
    }
}
