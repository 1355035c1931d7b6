//! Serves the metrics of calls to Prometheus: `cargo run -p prometheus`, then open <http://127.0.0.1:9100/metrics>.
//! Calls go to a sandbox in the same process. The argument is another address, for example `127.0.0.1:0` for any port.

use std::error::Error;
use std::time::Duration;

use metrics_exporter_prometheus::PrometheusBuilder;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use yunxin::{Client, Credentials, Endpoint, im};

/// Bounds of the histogram buckets, in seconds: from the time of a near host to the deadline of a call.
const BUCKETS: [f64; 12] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 20.0];

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    // Installed before the client is built, because the client describes its metrics to the recorder.
    let prometheus = PrometheusBuilder::new().set_buckets(&BUCKETS)?.install_recorder()?;

    let spec = concat!(env!("CARGO_MANIFEST_DIR"), "/../../spec");
    let sandbox = yunxin_sandbox::Sandbox::from_spec_dir(spec)?.start().await?;
    let client = Client::builder(Credentials::new("app-key", "app-secret")).host(sandbox.url()).build()?;
    tokio::spawn(async move {
        loop {
            if let Err(error) = im::user::Create::new("alice").send(&client).await {
                eprintln!("{error}");
            }
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
    });

    let address = std::env::args().nth(1).unwrap_or_else(|| "127.0.0.1:9100".to_owned());
    let listener = TcpListener::bind(address).await?;
    println!("http://{}/metrics", listener.local_addr()?);
    loop {
        let (mut stream, _) = listener.accept().await?;
        // A peer that closes the connection early is no reason to exit.
        if let Err(error) = answer(&mut stream, &prometheus.render()).await {
            eprintln!("{error}");
        }
    }
}

/// Every request gets the same response.
async fn answer(stream: &mut tokio::net::TcpStream, text: &str) -> std::io::Result<()> {
    let _ = stream.read(&mut [0; 4096]).await?;
    let head = format!(
        "HTTP/1.1 200 OK\r\ncontent-type: text/plain; version=0.0.4\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
        text.len()
    );
    stream.write_all(head.as_bytes()).await?;
    stream.write_all(text.as_bytes()).await
}
