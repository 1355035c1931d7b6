//! Finds out whether a connection failed because of the server's certificate.

use std::error::Error as StdError;
use std::io;

/// Whether an error, or anything that caused it, is about the server's certificate.
pub(super) fn is_about_certificate(error: &(dyn StdError + 'static)) -> bool {
    if let Some(error) = error.downcast_ref::<rustls::Error>() {
        return matches!(
            error,
            rustls::Error::InvalidCertificate(_)
                | rustls::Error::NoCertificatesPresented
                | rustls::Error::InvalidCertRevocationList(_)
        );
    }
    // `source` of an I/O error is that of the error that it wraps; only `get_ref` gives the wrapped error itself. TLS
    // errors are wrapped several times.
    let wrapped = error.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
    wrapped.is_some_and(|inner| is_about_certificate(inner)) || error.source().is_some_and(is_about_certificate)
}

#[cfg(test)]
mod tests {
    use rustls::CertificateError;

    use super::*;

    #[test]
    fn certificate_errors_are_found_in_any_number_of_layers() {
        let mut error: Box<dyn StdError + Send + Sync> =
            rustls::Error::InvalidCertificate(CertificateError::Expired).into();
        for _ in 0..4 {
            assert!(is_about_certificate(&*error));
            error = io::Error::other(error).into();
        }
    }

    #[test]
    fn other_errors_are_not_taken_for_them() {
        for error in [rustls::Error::HandshakeNotComplete, rustls::Error::General("certificate".into())] {
            assert!(!is_about_certificate(&io::Error::other(io::Error::other(error))));
        }
        assert!(!is_about_certificate(&io::Error::from(io::ErrorKind::ConnectionReset)));
    }
}
