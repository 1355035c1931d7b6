//! Subscription to the vendor's host directory, through its generated endpoint.

use std::sync::Arc;

use crate::client::background::BackgroundJob;
use crate::client::directory::{DirectoryHosts, DirectoryUpdate, HostDirectory, Subscription};
use crate::client::endpoint::Endpoint;
use crate::client::{ClientBuilder, reply};
use crate::error::{CallContext, RawResponse};
use crate::generated::lbs::ErrorCode;
use crate::generated::lbs::host::{Allocate, Hosts, Platform, Service};
use crate::wire::encoder::Encoder;
use crate::wire::endpoint_meta::{EndpointMeta, ProductMeta};

/// Access to the directory's list of hosts for one service.
#[derive(Debug)]
struct ServiceHosts(Service);

impl HostDirectory for ServiceHosts {
    fn meta(&self) -> &'static EndpointMeta<'static> {
        const { &Allocate::META }
    }

    fn encode(&self, app_key: &str, etag: Option<&str>, out: &mut Encoder<'_>) {
        // The directory knows only two platforms.
        let mut request = Allocate::new(app_key, env!("CARGO_PKG_VERSION"), self.0, Platform::Go);
        if let Some(etag) = etag {
            request = request.md5(etag);
        }
        request.encode(out);
    }

    fn read(&self, context: &CallContext<'_>, response: &RawResponse<'_>) -> Option<DirectoryUpdate> {
        let mut hosts = Hosts::default();
        match reply::read(context, response, &mut hosts) {
            Ok(_) => {
                let mut urls = vec![hosts.default_endpoint];
                urls.append(&mut hosts.backup_endpoints);
                Some(DirectoryUpdate::New(DirectoryHosts { urls, ttl: hosts.ttl.get(), etag: hosts.md5 }))
            }
            Err(error) if error.is(ErrorCode::Unchanged) => Some(DirectoryUpdate::Unchanged),
            Err(_) => None,
        }
    }
}

impl ClientBuilder {
    /// Uses the vendor's host directory for a product: healthy hosts of the directory take precedence over those of the
    /// spec. Off by default. A background task starts with the first call and ends with the client; if the directory
    /// does not respond, the hosts are unchanged.
    ///
    /// ```
    /// # #[cfg(feature = "im")]
    /// # fn example() -> yunxin::Result<()> {
    /// use yunxin::{Client, Credentials, im, lbs::host::Service};
    ///
    /// let client = Client::builder(Credentials::new("key", "secret"))
    ///     .host_directory(&im::PRODUCT, Service::Im)
    ///     .build()?;
    /// # Ok(()) }
    /// ```
    pub fn host_directory(self, product: &'static ProductMeta<'static>, service: Service) -> Self {
        let directory = Arc::new(ServiceHosts(service));
        self.background_job(BackgroundJob::PollDirectory(Subscription { product, directory }))
    }
}
