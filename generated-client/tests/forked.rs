//! Tests calls in a forked process, after the parent made calls: docs/reliability.md, "Connections". This is a separate
//! program, because a fork copies one thread only.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a failure here is the failure of the test")]

mod fault_server;
mod test_product;
mod transports;

#[cfg(not(unix))]
fn main() {}

#[cfg(unix)]
fn main() {
    unix::main();
}

#[cfg(unix)]
mod unix {
    use std::sync::Arc;
    use std::time::{Duration, Instant};

    use fork::{Fork, fork, waitpid_nohang};
    use tokio::runtime::{Builder, Runtime};
    use yunxin::{Client, Credentials, Endpoint, ErrorKind, Outcome};

    use super::fault_server::{Connection, EffectLog, start};
    use super::test_product::Create;
    use super::transports::shared;

    fn runtime() -> Runtime {
        Builder::new_current_thread().enable_all().build().unwrap()
    }

    pub(super) fn main() {
        let address = start(&EffectLog::default(), Arc::new(Connection::serve));
        let builder = || {
            Client::builder(Credentials::new("demo-app-key", "demo-app-secret"))
                .host(format!("http://{address}"))
                .deadline(Duration::from_secs(3))
                .attempt_timeout(Duration::from_secs(1))
        };
        let client = builder().build().unwrap();
        let before = runtime();
        before.block_on(Create::new("alice").send(&client)).unwrap();
        in_child("a first blocking call after the fork succeeds", || {
            Create::new("alice").send_blocking(&client).unwrap();
        });
        Create::new("alice").send_blocking(&client).unwrap();
        in_child("a blocking call after the fork is an error that says why", || {
            let error = Create::new("alice").send_blocking(&client).unwrap_err();
            assert_eq!((error.kind(), error.outcome()), (ErrorKind::Config, Outcome::NotSent));
            assert!(error.to_string().contains("forked"), "{error}");
        });
        for (name, transport) in shared() {
            let client = builder().transport(Arc::clone(transport)).build().unwrap();
            before.block_on(Create::new("alice").send(&client)).unwrap();
            in_child(&format!("{name}: a new runtime after the fork works"), || {
                runtime().block_on(Create::new("alice").send(&client)).unwrap();
            });
            in_child(&format!("{name}: the runtime of the parent is refused"), || {
                let error = before.block_on(Create::new("alice").send(&client)).unwrap_err();
                let cause = std::error::Error::source(&error).unwrap().to_string();
                assert!(cause.contains("before this process was forked"), "{cause}");
                assert_eq!(error.outcome(), Outcome::NotSent);
            });
            // The parent is not affected.
            before.block_on(Create::new("alice").send(&client)).unwrap();
        }
        Create::new("alice").send_blocking(&client).unwrap();
        println!("{} passed, 0 failed", 3 + 2 * shared().len());
    }

    /// Runs a function in a forked child, which must succeed within ten seconds.
    fn in_child(name: &str, body: impl FnOnce()) {
        match fork().unwrap() {
            Fork::Child => {
                let result = std::panic::catch_unwind(std::panic::AssertUnwindSafe(body));
                // Ends without running destructors: sockets and runtimes belong to the parent.
                std::process::exit(if result.is_ok() { 0 } else { 1 });
            }
            Fork::Parent(child) => {
                let begin = Instant::now();
                let status = loop {
                    if let Some(status) = waitpid_nohang(child).unwrap() {
                        break status;
                    }
                    assert!(begin.elapsed() < Duration::from_secs(10), "{name}: the child hangs");
                    std::thread::sleep(Duration::from_millis(10));
                };
                assert_eq!(status, 0, "{name}");
                println!("test {name} ... ok");
            }
        }
    }
}
