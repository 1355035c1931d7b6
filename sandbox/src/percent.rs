//! Strict decoding of percent-encoding: a lenient decoder would hide bugs of clients.

use percent_encoding::percent_decode;

/// Decodes one segment of a path.
pub(crate) fn segment(raw: &str) -> Result<String, String> {
    decode(raw.as_bytes())
}

/// One `name=value` pair.
pub(crate) struct Pair {
    pub(crate) name: String,
    pub(crate) value: Result<String, String>,
    /// The value decoded without replacing `+`; `None` if it has no unescaped `+`.
    pub(crate) with_plus: Option<String>,
}

/// Parses `a=1&b=2`, as in a query or a form body. Fails if a name cannot be decoded.
pub(crate) fn pairs(raw: &[u8]) -> Result<Vec<Pair>, String> {
    let pieces = raw.split(|byte| *byte == b'&').filter(|piece| !piece.is_empty());
    pieces
        .map(|piece| {
            let mut halves = piece.splitn(2, |byte| *byte == b'=');
            let name = form(halves.next().unwrap_or_default())?;
            let raw = halves.next().unwrap_or_default();
            let with_plus = raw.contains(&b'+').then(|| decode(raw).ok()).flatten();
            Ok(Pair { name, value: form(raw), with_plus })
        })
        .collect()
}

/// Decodes a name or value, with `+` as a space.
fn form(raw: &[u8]) -> Result<String, String> {
    let with_spaces: Vec<u8> = raw.iter().map(|byte| if *byte == b'+' { b' ' } else { *byte }).collect();
    decode(&with_spaces)
}

/// Decodes percent-encoded UTF-8.
fn decode(raw: &[u8]) -> Result<String, String> {
    let mut rest = raw;
    while let Some(at) = rest.iter().position(|byte| *byte == b'%') {
        let after = rest.get(at + 1..).unwrap_or_default();
        let digits = after.get(..2).unwrap_or(after);
        if digits.len() < 2 || !digits.iter().all(u8::is_ascii_hexdigit) {
            return Err(format!("`%{}` is no percent-encoding; a `%` itself is written `%25`", digits.escape_ascii()));
        }
        rest = after.get(2..).unwrap_or_default();
    }
    match percent_decode(raw).decode_utf8() {
        Ok(text) => Ok(text.into_owned()),
        Err(problem) => Err(format!("it is not UTF-8 after {} bytes", problem.valid_up_to())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(raw: &str) -> Vec<(String, Result<String, String>)> {
        pairs(raw.as_bytes()).unwrap().into_iter().map(|pair| (pair.name, pair.value)).collect()
    }

    #[test]
    fn forms_are_read() {
        assert_eq!(
            read("a=1+2%2B3&b=%E6%B1%89&&c&d=x=y"),
            [("a", "1 2+3"), ("b", "汉"), ("c", ""), ("d", "x=y")]
                .map(|(name, value)| (name.to_owned(), Ok(value.to_owned())))
        );
        assert!(read("").is_empty());
    }

    #[test]
    fn mistakes_are_not_passed_over() {
        for (raw, rejection) in [
            ("%", "`%`"),
            ("%4", "`%4`"),
            ("%zz", "`%zz`"),
            ("100%&x", "`%`"),
            ("%%41", "`%%4`"),
            ("%FF", "UTF-8"),
            ("a%e6%b1", "UTF-8"),
        ] {
            let pair = pairs(format!("k={raw}").as_bytes()).unwrap().remove(0);
            assert!(pair.value.unwrap_err().contains(rejection), "{raw}");
            assert!(segment(raw).is_err(), "{raw}");
        }
        assert!(pairs(b"%zz=1").is_err());
    }

    #[test]
    fn a_path_keeps_its_plus() {
        assert_eq!(segment("a+b%20c%2Fd").unwrap(), "a+b c/d");
    }
}
