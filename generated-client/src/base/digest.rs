//! Digests and their comparison.

#[cfg(feature = "callback")]
use md5::Md5;
use sha1::{Digest, Sha1};
#[cfg(feature = "callback")]
use subtle::ConstantTimeEq;

/// SHA-1 of these parts one after the other, as lower-case hex.
pub(crate) fn sha1_hex<const N: usize>(parts: [&[u8]; N]) -> [u8; 40] {
    let digest = parts.iter().fold(Sha1::new(), Sha1::chain_update).finalize();
    let mut hex = [0; 40];
    write_hex(&digest, &mut hex);
    hex
}

/// MD5 of these parts one after the other, as lower-case hex.
#[cfg(feature = "callback")]
pub(crate) fn md5_hex(parts: &[&[u8]]) -> [u8; 32] {
    let digest = parts.iter().fold(Md5::new(), Md5::chain_update).finalize();
    let mut hex = [0; 32];
    write_hex(&digest, &mut hex);
    hex
}

/// Writes bytes as lower-case hex. The buffer must have twice their length.
fn write_hex(bytes: &[u8], hex: &mut [u8]) {
    // It fails only for a buffer of another length.
    let _ = hex::encode_to_slice(bytes, hex);
}

/// Hex in lower case, if the input is hex of this length, all in lower or all in upper case.
#[cfg(feature = "callback")]
pub(crate) fn sent_hex<const N: usize>(sent: &[u8]) -> Option<[u8; N]> {
    let mut hex = <[u8; N]>::try_from(sent).ok()?;
    let all_in = |letters: fn(&u8) -> bool| sent.iter().all(|byte| byte.is_ascii_digit() || letters(byte));
    if all_in(|byte| matches!(byte, b'A'..=b'F')) {
        hex.make_ascii_lowercase();
        return Some(hex);
    }
    all_in(|byte| matches!(byte, b'a'..=b'f')).then_some(hex)
}

/// Compares in constant time: the time tells nothing but whether the lengths differ.
#[cfg(feature = "callback")]
pub(crate) fn same(left: &[u8], right: &[u8]) -> bool {
    left.ct_eq(right).into()
}

#[cfg(all(test, feature = "callback"))]
mod tests {
    use super::*;

    /// The console's test post is `{}`; its MD5 is published.
    #[test]
    fn known_answers() {
        assert_eq!(&md5_hex(&[b"{}"]), b"99914b932bd37a50b983c5e7c90ae93b");
        assert_eq!(md5_hex(&[b"{", b"}"]), md5_hex(&[b"{}"]));
        // printf 'demo-app-secret99914b932bd37a50b983c5e7c90ae93b1700000000000' | sha1sum
        let check_sum = sha1_hex([b"demo-app-secret", &md5_hex(&[b"{}"]), b"1700000000000"]);
        assert_eq!(str::from_utf8(&check_sum).unwrap(), "f8e0428ae0eb41a41ea84607209d3ee3626d3a86");
    }

    #[test]
    fn hex_is_of_one_case() {
        assert_eq!(sent_hex::<4>(b"0aF1"), None);
        assert_eq!(sent_hex::<4>(b"0AF1"), Some(*b"0af1"));
        assert_eq!(sent_hex::<4>(b"0af1"), Some(*b"0af1"));
        assert_eq!(sent_hex::<4>(b"0123"), Some(*b"0123"));
        assert_eq!(sent_hex::<4>(b"0af"), None);
        assert_eq!(sent_hex::<4>(b"0ag1"), None);
        assert_eq!(sent_hex::<4>(b"\xff\xffaa"), None);
    }
}
