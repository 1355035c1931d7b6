//! Reads the multipart bodies that this client writes.

use bytes::Bytes;

use crate::testing::params::Value;

/// The parts by name, in order; `None` if the body is not a multipart body with this content type.
pub(super) fn read(content_type: &str, body: &Bytes) -> Option<Vec<(String, Value)>> {
    let (_, boundary) = content_type.strip_prefix("multipart/form-data")?.split_once("boundary=")?;
    let delimiter = format!("--{boundary}");
    let mut rest = body.strip_prefix(delimiter.as_bytes())?;
    let separator = format!("\r\n{delimiter}");
    let mut parts = Vec::new();
    while let Some(part) = rest.strip_prefix(b"\r\n") {
        let (head, after) = split_once(part, b"\r\n\r\n")?;
        let (content, after) = split_once(after, separator.as_bytes())?;
        let head = str::from_utf8(head).ok()?;
        let value = match quoted(head, "; filename=\"") {
            Some(file_name) => Value::File { file_name, content: body.slice_ref(content) },
            None => Value::Text(String::from_utf8_lossy(content).into_owned()),
        };
        parts.push((quoted(head, "; name=\"")?, value));
        rest = after;
    }
    Some(parts)
}

fn split_once<'b>(bytes: &'b [u8], separator: &[u8]) -> Option<(&'b [u8], &'b [u8])> {
    let at = bytes.windows(separator.len()).position(|window| window == separator)?;
    Some((bytes.get(..at)?, bytes.get(at + separator.len()..)?))
}

/// The text in quotes after this key.
fn quoted(head: &str, key: &str) -> Option<String> {
    let (_, rest) = head.split_once(key)?;
    let (text, _) = rest.split_once('"')?;
    Some(text.replace("%22", "\"").replace("%0D", "\r").replace("%0A", "\n"))
}
