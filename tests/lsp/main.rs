//! The language server, held to the protocol by a client that speaks it over the standard streams.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that fails here has failed")]
#![allow(clippy::print_stdout, reason = "a test that is skipped says why")]
#![allow(clippy::needless_pass_by_value, reason = "messages are written where they are sent")]

mod client;
mod editors;
mod features;
mod inputs;
mod lifecycle;
mod robustness;
mod sync;
