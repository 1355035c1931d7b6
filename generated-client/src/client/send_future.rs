//! The future of a call.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use crate::client::Client;
use crate::client::options::CallOptions;
use crate::client::response::Response;
use crate::error::{Error, Result};
use crate::wire::encoder::Encoder;
use crate::wire::endpoint_meta::EndpointMeta;
use crate::wire::from_wire::FromWire;

/// A call in progress. Await it; dropping it stops the call.
#[must_use = "a call does nothing until it is awaited"]
pub struct SendFuture<T> {
    call: Pin<Box<dyn Future<Output = Result<T>> + Send>>,
    /// How long the call may take with all its attempts. `None`: it failed before anything was sent.
    #[cfg(feature = "blocking")]
    pub(super) deadline: Option<Duration>,
}

impl<T: Send + 'static> SendFuture<T> {
    pub(super) fn new(deadline: Duration, call: impl Future<Output = Result<T>> + Send + 'static) -> Self {
        #[cfg(not(feature = "blocking"))]
        let _ = deadline;
        Self {
            call: Box::pin(call),
            #[cfg(feature = "blocking")]
            deadline: Some(deadline),
        }
    }

    pub(super) fn failed(error: Error) -> Self {
        Self {
            call: Box::pin(std::future::ready(Err(error))),
            #[cfg(feature = "blocking")]
            deadline: None,
        }
    }

    pub(super) fn map<U>(self, act: impl FnOnce(T) -> U + Send + 'static) -> SendFuture<U> {
        SendFuture {
            call: Box::pin(async move { self.call.await.map(act) }),
            #[cfg(feature = "blocking")]
            deadline: self.deadline,
        }
    }
}

impl<T> Future for SendFuture<T> {
    type Output = Result<T>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        self.call.as_mut().poll(context)
    }
}

impl<T> fmt::Debug for SendFuture<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SendFuture")
    }
}

type Encode<'a> = dyn Fn(&mut Encoder<'_>) + 'a;

// The only generic part of a call is the type of its payload.
impl Client {
    pub(crate) fn start<R: FromWire + Default + Send + 'static>(
        &self,
        meta: &'static EndpointMeta<'static>,
        encode: &Encode<'_>,
        options: Option<&CallOptions>,
    ) -> SendFuture<R> {
        let prepared = match self.encode(meta, encode, options) {
            Ok(prepared) => prepared,
            Err(error) => return SendFuture::failed(error),
        };
        let client = self.clone();
        SendFuture::new(prepared.deadline, async move {
            let mut payload = R::default();
            client.execute_traced(meta, &prepared, &mut payload).await?;
            Ok(payload)
        })
    }

    pub(crate) fn start_with_meta<R: FromWire + Default + Send + 'static>(
        &self,
        meta: &'static EndpointMeta<'static>,
        encode: &Encode<'_>,
        options: Option<&CallOptions>,
    ) -> SendFuture<Response<R>> {
        let prepared = match self.encode(meta, encode, options) {
            Ok(prepared) => prepared,
            Err(error) => return SendFuture::failed(error),
        };
        let client = self.clone();
        SendFuture::new(prepared.deadline, async move {
            let mut payload = R::default();
            let meta = client.execute_traced(meta, &prepared, &mut payload).await?;
            Ok(Response::new(payload, meta))
        })
    }
}
