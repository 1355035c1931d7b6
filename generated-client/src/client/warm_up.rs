//! Opens connections before the first call.

use std::future::poll_fn;
use std::sync::Arc;
use std::task::Poll;

use crate::client::{Client, probe};
use crate::error::{CallContext, Error, Result};
use crate::transport::{HttpResponse, TransportError};
use crate::wire::endpoint_meta::{EndpointMeta, Method, ProductMeta};
use crate::wire::request_id::RequestId;

impl Client {
    /// Opens connections to the first healthy host of a product, by requesting its health page this many times at once.
    /// Calls that follow within the transport's idle timeout (5 s if not set) need not connect. Returns how many
    /// requests were answered.
    ///
    /// ```no_run
    /// # async fn warm_up(client: yunxin::Client) -> yunxin::Result<()> {
    /// client.warm_up(&yunxin::im::PRODUCT, 16).await?;
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// If the product has no host or no health page, or none of the requests is answered.
    pub async fn warm_up(&self, product: &ProductMeta<'_>, connections: usize) -> Result<usize> {
        let Some(path) = product.health else {
            return Err(Error::config(format!("the product `{}` has no health page", product.name)));
        };
        let id = format!("{}.warm_up", product.name);
        let meta = EndpointMeta::new(product, &id, Method::Get, path);
        let hosts = self.0.hosts.hosts(&meta, &self.0.region)?;
        let healthy = hosts.iter().find(|entry| entry.health.is_closed());
        let Some(entry) = healthy.or(hosts.first()) else {
            return Err(Error::config_of(&meta, "there is no host to go to"));
        };
        let results = self.request_at_once(&format!("{}{path}", entry.host.as_str()), connections).await;
        let answered = results.iter().filter(|result| result.is_ok()).count();
        match results.into_iter().find_map(std::result::Result::err) {
            Some(error) if answered == 0 => {
                let request_id = RequestId::random(&*self.0.random).map_err(Error::no_random)?;
                let context = CallContext { meta: &meta, host: &entry.host, request_id: &request_id };
                Err(Error::transport(&context, error))
            }
            _ => Ok(answered),
        }
    }

    /// Sends this many unsigned requests, all before the first is answered.
    async fn request_at_once(
        &self,
        url: &str,
        number: usize,
    ) -> Vec<std::result::Result<HttpResponse, TransportError>> {
        let send = |_| probe::send(Arc::clone(&self.0), probe::unsigned_request(&self.0, url.to_owned()));
        let mut pending: Vec<_> = (0..number).map(send).collect();
        let mut results = Vec::with_capacity(number);
        poll_fn(move |context| {
            pending.retain_mut(|sending| match sending.as_mut().poll(context) {
                Poll::Ready(result) => {
                    results.push(result);
                    false
                }
                Poll::Pending => true,
            });
            if pending.is_empty() { Poll::Ready(std::mem::take(&mut results)) } else { Poll::Pending }
        })
        .await
    }
}
