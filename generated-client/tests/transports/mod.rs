//! The transports that the fault tests run with.

#![allow(dead_code, unreachable_pub, reason = "each test uses a part")]
#![allow(clippy::unwrap_used, reason = "test code: a failure here is the failure of the test")]

use std::sync::{Arc, LazyLock};
use std::time::Duration;

#[cfg(feature = "hyper")]
use yunxin::transport::HyperTransport;
use yunxin::transport::{HttpTransport, Transport};

/// A transport with its name.
pub type Named = (&'static str, Arc<dyn Transport>);

/// One of each kind, shared by all clients of a test: reading the root certificates takes longer than most calls.
pub fn shared() -> &'static [Named] {
    static SHARED: LazyLock<Vec<Named>> = LazyLock::new(|| made(Duration::from_secs(3)));
    &SHARED
}

/// One of each kind, with this connect timeout.
pub fn made(connect_timeout: Duration) -> Vec<Named> {
    vec![
        ("reqwest", Arc::new(HttpTransport::new(connect_timeout).unwrap())),
        #[cfg(feature = "hyper")]
        ("hyper", Arc::new(HyperTransport::new(connect_timeout).unwrap())),
    ]
}

/// One of each kind with the proxy that is given, or with none at all.
pub fn with_proxy(proxy: Option<&str>) -> Vec<Named> {
    macro_rules! made {
        ($transport:ty) => {
            Arc::new(match proxy {
                Some(url) => <$transport>::builder().proxy(url).build().unwrap(),
                None => <$transport>::builder().no_proxy().build().unwrap(),
            })
        };
    }
    vec![
        ("reqwest", made!(HttpTransport)),
        #[cfg(feature = "hyper")]
        ("hyper", made!(HyperTransport)),
    ]
}
