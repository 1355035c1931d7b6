//! Parses 64-bit integers, signed or unsigned, as servers write them.

/// A 64-bit integer, signed or unsigned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Integer {
    negative: bool,
    magnitude: u64,
}

impl From<bool> for Integer {
    fn from(value: bool) -> Self {
        Self { negative: false, magnitude: u64::from(value) }
    }
}

/// Every number with this many digits fits into 64 bits.
const MAX_SAFE_DIGITS: usize = 19;

/// Returns the number at the start of a text and how many digits it has; `None` if there is none, or if it has so many
/// digits that it might not fit.
pub(super) fn leading_digits(text: &[u8]) -> Option<(u64, usize)> {
    let mut magnitude = 0_u64;
    let mut count = 0;
    for byte in text {
        let digit = byte.wrapping_sub(b'0');
        if digit > 9 {
            break;
        }
        magnitude = magnitude.wrapping_mul(10).wrapping_add(u64::from(digit));
        count += 1;
    }
    (1..=MAX_SAFE_DIGITS).contains(&count).then_some((magnitude, count))
}

impl Integer {
    pub(super) fn new(negative: bool, magnitude: u64) -> Self {
        Self { negative, magnitude }
    }

    /// Parses a whole number exactly; `1.0` and `1e3` are whole numbers too. `None` if it is not one or does not fit.
    pub(super) fn parse(text: &[u8]) -> Option<Self> {
        let (negative, digits) = match text {
            [b'-', digits @ ..] => (true, digits),
            digits => (false, digits),
        };
        match leading_digits(digits) {
            Some((magnitude, count)) if count == digits.len() => Some(Self { negative, magnitude }),
            _ => Self::parse_unusual(text.trim_ascii()),
        }
    }

    /// Parses a number with whitespace around it, with a fraction of zeros, with an exponent, or with twenty digits.
    #[cold]
    fn parse_unusual(text: &[u8]) -> Option<Self> {
        let text = str::from_utf8(text).ok()?;
        let (negative, digits) = match text.strip_prefix('-') {
            Some(digits) => (true, digits),
            None => (false, text),
        };
        let whole = match digits.split_once('.') {
            Some((whole, zeros)) if zeros.bytes().all(|zero| zero == b'0') => whole,
            Some(_) => "",
            None => digits,
        };
        if !whole.is_empty() && whole.bytes().all(|byte| byte.is_ascii_digit()) {
            return whole.parse().ok().map(|magnitude| Self { negative, magnitude });
        }
        // Rust parses `.5` and `inf` too; they are not JSON.
        if !digits.starts_with(|first: char| first.is_ascii_digit()) {
            return None;
        }
        Self::from_float(text)
    }

    /// Parses a number with an exponent; `None` if a double does not hold it exactly.
    fn from_float(text: &str) -> Option<Self> {
        const EXACT: f64 = 9_007_199_254_740_992.0;
        let number: f64 = text.parse().ok()?;
        if number.fract() != 0.0 || number.abs() > EXACT {
            return None;
        }
        // Checked just above: whole and at most 2^53.
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        let magnitude = number.abs() as u64;
        Some(Self { negative: number < 0.0, magnitude })
    }

    /// Returns the number as `i64`; `None` if it does not fit.
    #[must_use]
    pub fn signed(self) -> Option<i64> {
        if self.negative { 0_i64.checked_sub_unsigned(self.magnitude) } else { i64::try_from(self.magnitude).ok() }
    }

    /// Returns the number as `u64`; `None` if it is negative.
    #[must_use]
    pub fn unsigned(self) -> Option<u64> {
        (!self.negative || self.magnitude == 0).then_some(self.magnitude)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_numbers_are_exact_or_refused() {
        let signed = |text: &str| Integer::parse(text.as_bytes()).and_then(Integer::signed);
        let unsigned = |text: &str| Integer::parse(text.as_bytes()).and_then(Integer::unsigned);
        for number in [0, 7, -7, i64::MAX, i64::MIN, 1_232_001_762_022_391_800] {
            assert_eq!(signed(&number.to_string()), Some(number));
            assert_eq!(signed(&format!(" {number}.00 ")), Some(number));
        }
        for number in [0, u64::MAX, u64::MAX / 10, 9_999_999_999_999_999_999] {
            assert_eq!(unsigned(&number.to_string()), Some(number));
        }
        assert_eq!(signed("1e3"), Some(1_000));
        assert_eq!(signed("-1.5E1"), Some(-15));
        assert_eq!(unsigned("-0"), Some(0));
        for text in
            ["", "-", " ", "x", "1x", "1.5", "1e-1", "1e30", "0x10", "--1", ".0", "inf", "NaN", "18446744073709551616"]
        {
            assert_eq!(Integer::parse(text.as_bytes()), None, "{text}");
        }
        assert_eq!(signed("9223372036854775808"), None);
        assert_eq!(signed("-9223372036854775809"), None);
        assert_eq!(unsigned("-1"), None);
    }
}
