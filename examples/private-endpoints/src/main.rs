//! Calls a private endpoint against the sandbox.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let sandbox = private_endpoints::sandbox().await?;
    println!("the sandbox serves {} endpoints at {}", sandbox.endpoints(), sandbox.url());
    let client = private_endpoints::client(&sandbox.url())?;
    let report = private_endpoints::report_and_look_up(&client).await?;
    for received in sandbox.received() {
        println!("{} {}: {:?}", received.method, received.path, received.verdict);
    }
    println!("{report:#?}");
    sandbox.shutdown().await;
    Ok(())
}
