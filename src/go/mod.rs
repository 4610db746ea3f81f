//! What Go's standard library makes of texts: Terraform, Kubernetes and Helm are written in it, and answer as it does.
//!
//! Owns regular expressions (`regexp`), paths with slashes (`path`) and durations (`time.Duration`). Knows texts and
//! numbers only: the values of a language are for that language.

pub mod duration;
pub mod path;
pub mod re2;
