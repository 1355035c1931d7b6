//! Tests the sandbox over real sockets.

// A panic in these helpers is a failed test.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, clippy::string_slice)]

mod all_endpoints;
mod cli;
mod clients;
mod dedup;
mod encode;
mod examples;
mod faults;
mod fixture;
mod malformed_http;
mod parameters;
mod refusals;
mod regions;
mod routing;
mod rules;
mod send_callback;
mod wire;
