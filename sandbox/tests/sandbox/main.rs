//! The sandbox over real sockets.

// Here a failed expectation is the failure of the test.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, clippy::string_slice)]

mod clients;
mod encode;
mod examples;
mod faults;
mod fire;
mod fixture;
mod noise;
mod parameters;
mod program;
mod refusals;
mod regions;
mod repeats;
mod routing;
mod rules;
mod shipped;
mod wire;
