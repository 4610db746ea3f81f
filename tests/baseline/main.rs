//! What was found before: the file of known findings, and revisions of git.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that fails here has failed")]
#![allow(clippy::print_stdout, reason = "a test that is skipped says why")]

mod edits;
mod file;
mod repository;
mod revision;
