//! Deviations from the API that real clients send and servers may accept.

use yunxin_codegen::model::{Field, Scalar, Type, Wire};

/// Hint in errors about deviations that `--lenient` accepts.
pub(crate) const ONLY_LENIENT: &str = "the real server may read it, and with --lenient it passes";

/// Returns whether an empty text for this optional parameter can only mean that there is no value.
pub(crate) fn empty_means_absent(param: &Field) -> bool {
    let may_be_empty = match &param.ty {
        Type::Scalar(Scalar::String | Scalar::Base64 | Scalar::File) => true,
        // An empty text is an empty list.
        Type::List(_) => param.wire != Some(Wire::Json),
        _ => false,
    };
    !param.required && !may_be_empty
}

/// Returns whether a value had an unescaped `+`, which a form decodes to a space, as the sign of a number: at its
/// beginning or after a quote, a bracket or a comma, and before a digit. `with_plus` is the value with the `+`.
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
