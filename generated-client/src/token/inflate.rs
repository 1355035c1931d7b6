//! Inflates untrusted zlib data with a size limit.

use miniz_oxide::inflate::TINFLStatus;
use miniz_oxide::inflate::core::inflate_flags::{
    TINFL_FLAG_COMPUTE_ADLER32, TINFL_FLAG_PARSE_ZLIB_HEADER, TINFL_FLAG_USING_NON_WRAPPING_OUTPUT_BUF,
};
use miniz_oxide::inflate::core::{DecompressorOxide, decompress};

use crate::token::error::Error;

/// Inflates a zlib stream with at most `max_bytes` bytes of content. It never uses more memory than that, however small
/// the stream is.
pub(super) fn inflate(zipped: &[u8], max_bytes: usize) -> Result<Vec<u8>, Error> {
    let flags = TINFL_FLAG_PARSE_ZLIB_HEADER | TINFL_FLAG_COMPUTE_ADLER32 | TINFL_FLAG_USING_NON_WRAPPING_OUTPUT_BUF;
    let mut plain = vec![0; max_bytes];
    let mut state = Box::<DecompressorOxide>::default();
    let (status, read, written) = decompress(&mut state, zipped, &mut plain, 0, flags);
    match status {
        TINFLStatus::Done if read == zipped.len() => {
            plain.truncate(written);
            Ok(plain)
        }
        TINFLStatus::HasMoreOutput => Err(Error::TooLong),
        _ => Err(Error::NotZlib),
    }
}

#[cfg(test)]
mod tests {
    use miniz_oxide::deflate::compress_to_vec_zlib;

    use super::*;

    #[test]
    fn no_more_than_allowed_is_inflated() {
        let of = |bytes: usize| inflate(&compress_to_vec_zlib(&vec![b'x'; bytes], 9), 100);
        assert_eq!(of(0), Ok(Vec::new()));
        assert_eq!(of(100), Ok(vec![b'x'; 100]));
        assert_eq!(of(101), Err(Error::TooLong));
        assert_eq!(of(10_000_000), Err(Error::TooLong));
    }

    #[test]
    fn it_must_be_one_stream_and_whole() {
        let good = compress_to_vec_zlib(b"{}", 6);
        let mut longer = good.clone();
        longer.push(0);
        assert_eq!(inflate(&longer, 100), Err(Error::NotZlib));
        assert_eq!(inflate(&good[..good.len() - 1], 100), Err(Error::NotZlib));
        let mut wrong_sum = good.clone();
        *wrong_sum.last_mut().unwrap() ^= 1;
        assert_eq!(inflate(&wrong_sum, 100), Err(Error::NotZlib));
        assert_eq!(inflate(b"", 100), Err(Error::NotZlib));
        assert_eq!(inflate(&good, 100), Ok(b"{}".to_vec()));
    }
}
