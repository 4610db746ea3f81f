//! The validating webhook, over real TLS, asked as the API server asks it.
//!
//! Rules named `R-ADM-n` are the requirements that `docs/admission.md` states for users.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that fails here has failed")]
#![allow(clippy::float_cmp, reason = "counters are whole numbers")]
#![allow(clippy::items_after_statements, reason = "a trait is used where its methods are called")]
#![allow(clippy::print_stderr, reason = "a test that is skipped says so")]

mod answers;
mod dispatcher;
mod objects;
mod protocol;
mod recorded;
mod requests;
mod serving;
mod webhook;
