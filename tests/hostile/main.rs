//! Hostile input: whatever a repository holds, a scan ends within its bounds and says what it could not judge. Never a
//! panic, a signal, a file that is waited for, or silence.
//!
//! Small trees are in `fixtures/hostile` (`tests/projects.rs` scans them); what is large is made here.

#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that fails here has failed")]

mod attack;
mod bombs;
mod files;
mod interrupts;
mod mutants;
mod output;
mod rego;
mod sandbox;
mod secrets;
