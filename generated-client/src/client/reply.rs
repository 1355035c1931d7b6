//! The envelope: whether a reply is a success, and where its payload is.

use crate::error::{CallContext, Error, RawResponse, Result};
use crate::wire::endpoint_meta::{EndpointMeta, Payload, ReplyRule};
use crate::wire::from_wire::{Found, FromWire};
use crate::wire::integer::Integer;
use crate::wire::keys::{FieldNames, Keys};
use crate::wire::lexer::trim;
use crate::wire::reader::{DecodeError, Reader, visit_fields};

/// What a successful reply says apart from its payload.
#[derive(Debug, Default)]
pub(crate) struct Reply {
    /// The server recognised a repeated request and sent its earlier reply again.
    pub(crate) duplicate: bool,
    /// The server's own id of the request.
    pub(crate) server_request_id: Option<String>,
}

/// Classifies a reply by the rules of its product, and reads the payload of a success into the target.
///
/// The body is read once, to its end. Servers send the code first, so the payload is usually read when it is met; if
/// the code comes later, the payload's position is kept and read after it. A body that is not complete JSON says
/// nothing, whatever it begins with: its code may be the first digit of a longer one.
pub(crate) fn read(context: &CallContext<'_>, answer: &RawResponse<'_>, target: &mut dyn FromWire) -> Result<Reply> {
    let http_allows = context.meta.product.reply.http.allows(answer.status);
    let json = trim(answer.body);
    if !json.starts_with(b"{") {
        return without_envelope(context, answer, http_allows, json, target);
    }
    let read_envelope = |names: FieldNames<'_>, places: &mut [&mut dyn FromWire]| {
        read_envelope(context, answer, http_allows, json, names, places)
    };
    match context.meta.payload {
        Payload::Nothing => read_envelope(FieldNames::default(), &mut []),
        Payload::At(key) => read_envelope(FieldNames { names: &[key], aliases: &[] }, &mut [target]),
        Payload::Flat => {
            let Some(fields) = target.as_fields() else {
                let reply = read_envelope(FieldNames::default(), &mut [])?;
                let read = target.read(&mut Reader::new(json));
                return read.map(|_| reply).map_err(|malformed| undecoded(context, answer, true, json, malformed));
            };
            let mut read = None;
            visit_fields(fields, |names, places| read = Some(read_envelope(names, places)));
            // The envelope is read even if the type has no fields.
            read.unwrap_or_else(|| read_envelope(FieldNames::default(), &mut []))
        }
    }
}

/// Classifies a reply that is an object. `places` are the targets of the payload: one for its key, or one for each
/// field of a flat payload.
fn read_envelope(
    context: &CallContext<'_>,
    answer: &RawResponse<'_>,
    http_allows: bool,
    json: &[u8],
    names: FieldNames<'_>,
    places: &mut [&mut dyn FromWire],
) -> Result<Reply> {
    let rule = &context.meta.product.reply;
    let mut walk = Walk {
        meta: context.meta,
        http_allows,
        code: None,
        message: None,
        payload: Found::Nothing,
        early: Vec::new(),
        reply: Reply::default(),
        names,
        places,
    };
    let walked = walk.envelope(json);
    if walked.is_err()
        && let Err(malformed) = is_json(json)
    {
        return Err(match http_allows {
            true => undecoded(context, answer, false, json, malformed),
            false => Error::http(context, answer, None),
        });
    }
    let settled = walked.and_then(|()| walk.settle());
    let success = walk.is_success();
    match (walk.code, settled) {
        // The server's code outranks all else, even where a part of the body is not as it should be or the HTTP status
        // says otherwise.
        (Some(code), _) if !rule.codes.contains(&code) => {
            let message = walk.message();
            Err(Error::api(context, answer, code, message))
        }
        (Some(code), _) if !http_allows => Err(Error::contradicted(context, answer, code)),
        (None, _) if !http_allows => {
            let message = walk.message();
            Err(Error::http(context, answer, message))
        }
        (_, Ok(())) => Ok(walk.reply),
        (_, Err(malformed)) => Err(undecoded(context, answer, success, json, malformed)),
    }
}

/// A reply that cannot be read.
#[cold]
fn undecoded(
    context: &CallContext<'_>,
    answer: &RawResponse<'_>,
    success: bool,
    json: &[u8],
    malformed: DecodeError,
) -> Error {
    Error::decode(context, answer, success, breaks_off(json), malformed)
}

/// Whether a body that could not be walked is JSON all the same, only not what was expected.
#[cold]
fn is_json(body: &[u8]) -> Result<(), DecodeError> {
    let mut reader = Reader::new(body);
    reader.skip()?;
    reader.finish()
}

/// Whether a body that cannot be read ends in the middle, as where the connection closed and nothing told the length.
#[cold]
fn breaks_off(json: &[u8]) -> bool {
    serde_json::from_slice::<serde_json::Value>(json).is_err_and(|error| error.is_eof())
}

/// A body that is not an object: a success only if it is empty and the product says that this is enough.
fn without_envelope(
    context: &CallContext<'_>,
    answer: &RawResponse<'_>,
    http_allows: bool,
    json: &[u8],
    target: &dyn FromWire,
) -> Result<Reply> {
    if !http_allows {
        return Err(Error::http(context, answer, None));
    }
    let what = if !json.is_empty() {
        "is not a JSON object"
    } else if !context.meta.product.reply.code_may_be_absent {
        "is empty"
    } else if context.meta.payload != Payload::Nothing && !target.may_be_missing() {
        let missing = DecodeError::new("is empty, so the payload is missing");
        return Err(Error::decode(context, answer, true, true, missing));
    } else {
        return Ok(Reply::default());
    };
    Err(undecoded(context, answer, false, json, DecodeError::new(what)))
}

/// What a key of the envelope is. A key may be several things: `desc` is the message of a failure, and sometimes the
/// payload.
#[derive(Clone, Copy)]
struct Key {
    role: Option<Role>,
    /// Index of the place for its value.
    payload: Option<usize>,
}

#[derive(Clone, Copy)]
enum Role {
    Code,
    Message(usize),
    RequestId,
    Duplicate,
}

struct Walk<'m, 'p, 'd, 'j> {
    meta: &'m EndpointMeta<'m>,
    http_allows: bool,
    code: Option<i64>,
    /// The value that may be the message, as JSON, and its rank.
    message: Option<(usize, &'j [u8])>,
    /// Whether the payload was met.
    payload: Found,
    /// Parts of the payload that came before the code.
    early: Vec<(usize, &'j [u8])>,
    reply: Reply,
    names: FieldNames<'m>,
    places: &'p mut [&'d mut dyn FromWire],
}

impl<'m, 'j> Walk<'m, '_, '_, 'j> {
    fn rule(&self) -> &'m ReplyRule<'m> {
        &self.meta.product.reply
    }

    /// Whether the reply is known to be a success.
    fn is_success(&self) -> bool {
        let code_allows = match self.code {
            Some(code) => self.rule().codes.contains(&code),
            None => self.rule().code_may_be_absent,
        };
        code_allows && self.http_allows
    }

    fn envelope(&mut self, json: &'j [u8]) -> Result<(), DecodeError> {
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
                self.code = own
                    .integer()
                    .map_err(|malformed| malformed.inside_key(self.rule().code_key))?
                    .and_then(Integer::signed);
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

    /// Reads the payload, or one field of a flat one.
    fn payload(&mut self, index: usize, reader: &mut Reader<'_>) -> Result<(), DecodeError> {
        self.payload = reader.field(self.names, self.places, index)?;
        Ok(())
    }

    /// After the walk: reads what could not be read on the way, and misses what did not come.
    fn settle(&mut self) -> Result<(), DecodeError> {
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
        match (self.meta.payload, &*self.places) {
            (Payload::At(key), [target]) if self.payload == Found::Nothing && !target.may_be_missing() => {
                Err(DecodeError::new("is missing or null, though the reply is a success").inside_key(key))
            }
            _ => Ok(()),
        }
    }

    /// Keeps the best message: the one whose key comes first in the product's list, if it says anything.
    fn consider_message(&mut self, rank: usize, json: &'j [u8]) {
        let better = self.message.is_none_or(|(best, _)| rank < best);
        if better && !matches!(json, b"null" | b"\"\"") {
            self.message = Some((rank, json));
        }
    }

    fn message(&self) -> Option<String> {
        read_text(self.message?.1)
    }
}

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

/// A value as text, if it is one that says anything.
fn read_text(json: &[u8]) -> Option<String> {
    let mut text = String::new();
    match Reader::new(json).text(&mut text) {
        Ok(Found::Value) if !text.is_empty() => Some(text),
        _ => None,
    }
}
