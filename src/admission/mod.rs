//! ValidatingAdmissionPolicies of Kubernetes, policies of Kyverno in CEL, and Gatekeeper's: what a cluster that has them
//! would say to an object.
//!
//! Owns policies, bindings, matching and decisions, for a cluster of which everything is known (`inspect --admission`)
//! or only what a repository holds ([`review`]). Reads values of the model; knows no files and no findings.

mod cluster;
mod constraint_match;
mod decide;
mod deciding;
mod decoding;
mod expansion;
mod found;
mod gatekeeper;
mod index;
mod kyverno;
mod matching;
mod parameters;
mod policy;
mod reach;
mod refusal;
mod rego;
mod rego_decide;
mod request;
mod resources;
mod review;
mod scope;
mod selector;
#[cfg(test)]
mod tests;
mod types;

pub use cluster::{Cluster, kind_of, split};
pub use policy::{Binding, Policy, PolicySource};
pub use refusal::Compiled;
pub use request::{AdmissionRequest, GroupVersion, User, namespace_value, plural};
pub use resources::review;
pub use review::{Policies, Response};
pub use scope::{PolicyScope, Variable, compile_variables, or_null};
pub use types::environment;
