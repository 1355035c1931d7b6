//! Tests that the demo of the README runs: all calls succeed or are rejected as it expects.

#![cfg(all(feature = "im", feature = "rtc", feature = "call"))]

#[path = "../examples/demo.rs"]
mod demo;

#[test]
fn the_demo_goes_through() -> Result<(), Box<dyn std::error::Error>> {
    demo::main()
}
