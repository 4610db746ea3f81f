//! The formats of the report: one test for each numbered requirement of their consumers, named after it.
#![allow(
    clippy::expect_used,
    clippy::format_collect,
    clippy::format_push_string,
    clippy::print_stdout,
    reason = "what cannot be made or read fails the test"
)]

mod ci;
mod commands;
mod compliance;
mod consumers;
mod explain;
mod exposure;
mod given;
mod hooks;
mod human;
mod json;
mod matchers;
mod page;
mod safety;
mod sarif;
mod scanned;
mod secrets;
