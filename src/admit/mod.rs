//! `gatelint admit`: the validating webhook of a cluster.
//!
//! Owns the review's wire form, which requests are evaluated, the answer within the limits of the API server, and the
//! server. An object is evaluated by the same scan as a file, alone and with a cluster around it that cannot be seen:
//! what asks for other objects is inconclusive and changes no answer. Knows no flags and no configuration file.

mod answer;
mod drain;
mod evaluation;
mod http;
mod metrics;
mod request;
mod response;
mod review;
mod server;
mod tls;
mod workers;

pub use answer::{Answer, answer};
pub use evaluation::{Evaluator, Verdict};
pub use request::{Before, Subject, subject};
pub use review::{ReadError, Review, read};
pub use server::{AdmitError, Settings, serve};
