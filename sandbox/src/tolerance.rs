//! Forms of values that violate the API, but that real clients send and servers may accept.

use yunxin_codegen::model::{Field, Scalar, Type, Wire};

/// Added to errors about forms that `--lenient` accepts.
pub(crate) const ONLY_LENIENT: &str = "the real server may read it, and with --lenient it passes";

/// Whether an empty text of this optional parameter can only mean that there is no value.
pub(crate) fn empty_means_absent(param: &Field) -> bool {
    let may_be_empty = match &param.ty {
        Type::Scalar(Scalar::String | Scalar::Base64 | Scalar::File) => true,
        // The empty list.
        Type::List(_) => param.wire != Some(Wire::Json),
        _ => false,
    };
    !param.required && !may_be_empty
}

/// Whether a value that was sent with a bare `+`, which a form decodes to a blank, looks like a number with its sign:
/// at its begin or behind a quote, a bracket or a comma, with a digit behind it. `with_plus` is the value with that `+`
/// kept.
pub(crate) fn lost_plus(decoded: &str, with_plus: &str) -> bool {
    let mut before = None;
    let mut letters = decoded.chars().zip(with_plus.chars()).peekable();
    while let Some((letter, original)) = letters.next() {
        let opens = before.is_none_or(|before| "[\"',".contains(before));
        if letter == ' ' && original == '+' && opens && letters.peek().is_some_and(|(next, _)| next.is_ascii_digit()) {
            return true;
        }
        before = Some(letter);
    }
    false
}

#[cfg(test)]
mod tests {
    use super::lost_plus;

    #[test]
    fn a_plus_is_lost_where_a_number_begins() {
        let lost = |sent: &str| lost_plus(&sent.replace('+', " "), sent);
        for sent in ["+86-13800000000", "+1", "[\"+8613800000000\"]", "['1','+86']", "1,+2", "[+5]"] {
            assert!(lost(sent), "{sent}");
        }
        for sent in ["2024-01-01+12:00", "a+b", "1+1", "+", "+-1", "c+", "hello,++1"] {
            assert!(!lost(sent), "{sent}");
        }
        assert!(!lost_plus(" 86", " 86"), "a blank that was sent as one");
        assert!(!lost_plus("+86", "+86"), "a plus that was written as %2B");
    }
}
