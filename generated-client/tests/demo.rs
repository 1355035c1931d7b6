//! The demo of the README goes through: every call it expects to succeed does, every refusal it provokes comes.

#![cfg(all(feature = "im", feature = "rtc", feature = "call"))]

#[path = "../examples/demo.rs"]
mod demo;

#[test]
fn the_demo_goes_through() -> Result<(), Box<dyn std::error::Error>> {
    demo::main()
}
