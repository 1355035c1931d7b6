//! TLS with ring and the certificates of the operating system.

use std::sync::Arc;

use rustls::ClientConfig;
use rustls::crypto::ring;
use rustls_platform_verifier::Verifier;

use crate::base::config_error::ConfigError;
use crate::transport::TransportError;

/// The TLS settings of a transport.
#[derive(Clone, Debug)]
pub(super) struct Tls {
    pub(super) config: Arc<ClientConfig>,
    /// Why TLS cannot be used. Plain HTTP to this machine, as to the sandbox, works nevertheless.
    flaw: Option<Arc<str>>,
}

impl Tls {
    /// The settings of a caller.
    pub(super) fn given(mut config: ClientConfig) -> Self {
        // Only HTTP/1.1 is spoken.
        config.alpn_protocols.clear();
        Self { config: Arc::new(config), flaw: None }
    }

    /// Does not change the default of the process. If the system has no root certificate, the first use of TLS fails.
    pub(super) fn of_platform() -> Result<Self, ConfigError> {
        let provider = Arc::new(ring::default_provider());
        let builder = ClientConfig::builder_with_provider(Arc::clone(&provider))
            .with_safe_default_protocol_versions()
            .map_err(|error| ConfigError::new("TLS cannot be set up").caused_by(error))?;
        Ok(match Verifier::new(provider) {
            Ok(verifier) => {
                let builder = builder.dangerous().with_custom_certificate_verifier(Arc::new(verifier));
                Self { config: Arc::new(builder.with_no_client_auth()), flaw: None }
            }
            Err(error) => {
                let builder = builder.with_root_certificates(rustls::RootCertStore::empty());
                Self { config: Arc::new(builder.with_no_client_auth()), flaw: Some(error.to_string().into()) }
            }
        })
    }

    /// Fails if TLS cannot be used.
    pub(super) fn check(&self) -> Result<(), TransportError> {
        match &self.flaw {
            None => Ok(()),
            Some(flaw) => {
                let why = format!("no root certificates on this system (install ca-certificates): {flaw}");
                Err(TransportError::unusable(why))
            }
        }
    }
}
