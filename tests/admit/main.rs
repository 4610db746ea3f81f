//! The validating webhook, over real TLS, asked as the API server asks it.
//!
//! Rules named `R-ADM-n` are the requirements that `docs/admission.md` states for users.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that fails here has failed")]

mod answers;
mod dispatcher;
mod objects;
mod protocol;
mod recorded;
mod requests;
mod serving;
mod webhook;
