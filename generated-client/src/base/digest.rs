//! Digests and their comparison.

use md5::Md5;
use sha1::{Digest, Sha1};
use subtle::ConstantTimeEq;

/// MD5 of these parts, as lower-case hex.
pub(crate) fn md5_hex(parts: &[&[u8]]) -> [u8; 32] {
    let mut md5 = Md5::new();
    for part in parts {
        md5.update(part);
    }
    let mut hex = [0; 32];
    write_hex(&md5.finalize(), &mut hex);
    hex
}

/// SHA-1 of secret, MD5 and time, as lower-case hex.
pub(crate) fn check_sum_hex(secret: &str, md5_hex: &[u8; 32], cur_time: &[u8]) -> [u8; 40] {
    let mut sha1 = Sha1::new();
    sha1.update(secret);
    sha1.update(md5_hex);
    sha1.update(cur_time);
    let mut hex = [0; 40];
    write_hex(&sha1.finalize(), &mut hex);
    hex
}

/// The buffers are twice as long as what goes in, so nothing can fail here.
fn write_hex(bytes: &[u8], hex: &mut [u8]) {
    let _ = hex::encode_to_slice(bytes, hex);
}

/// Lower-case hex of what was sent as hex, if it is that long, all of it lower or all of it upper case.
pub(crate) fn sent_hex<const N: usize>(sent: &[u8]) -> Option<[u8; N]> {
    let mut hex = <[u8; N]>::try_from(sent).ok()?;
    let all_in = |letters: fn(&u8) -> bool| sent.iter().all(|byte| byte.is_ascii_digit() || letters(byte));
    if all_in(|byte| matches!(byte, b'A'..=b'F')) {
        hex.make_ascii_lowercase();
        return Some(hex);
    }
    all_in(|byte| matches!(byte, b'a'..=b'f')).then_some(hex)
}

/// Whether both are the same. The time it takes tells nothing but their lengths.
pub(crate) fn same(left: &[u8], right: &[u8]) -> bool {
    left.ct_eq(right).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The console's test post is `{}`; its MD5 is published.
    #[test]
    fn known_answers() {
        assert_eq!(&md5_hex(&[b"{}"]), b"99914b932bd37a50b983c5e7c90ae93b");
        assert_eq!(md5_hex(&[b"{", b"}"]), md5_hex(&[b"{}"]));
        // printf 'demo-app-secret99914b932bd37a50b983c5e7c90ae93b1700000000000' | sha1sum
        let check_sum = check_sum_hex("demo-app-secret", &md5_hex(&[b"{}"]), b"1700000000000");
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
