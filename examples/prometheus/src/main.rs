//! Serves what calls show of themselves to Prometheus: `cargo run -p prometheus`, then open
//! <http://127.0.0.1:9100/metrics>. Calls go to a sandbox in the same process.

use std::error::Error;
use std::time::Duration;

use metrics_exporter_prometheus::PrometheusBuilder;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use yunxin::{Client, Credentials, Endpoint, im};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let prometheus = PrometheusBuilder::new().install_recorder()?;

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

    let listener = TcpListener::bind("127.0.0.1:9100").await?;
    println!("http://{}/metrics", listener.local_addr()?);
    loop {
        let (mut stream, _) = listener.accept().await?;
        // Whatever is asked, the answer is the same.
        let _ = stream.read(&mut [0; 4096]).await?;
        let text = prometheus.render();
        let head = format!(
            "HTTP/1.1 200 OK\r\ncontent-type: text/plain; version=0.0.4\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
            text.len()
        );
        stream.write_all(head.as_bytes()).await?;
        stream.write_all(text.as_bytes()).await?;
    }
}
