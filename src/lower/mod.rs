//! From trees to resources: one frontend a format.
//!
//! Owns what the files of a format mean. Each frontend returns what it could make of its input and
//! the problems beside it; none fails as a whole. Knows no checks.

pub mod dockerfile;
pub mod kubernetes;
pub mod terraform;
