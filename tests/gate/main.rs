//! The gate as a team meets it: a configuration file, thresholds, environments, editions.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that fails here has failed")]

mod admission;
mod configuration;
mod environments;
mod fix;
mod mistakes;
mod plan;
mod policies;
mod repository;
mod schema;
mod standard_input;
mod suppressions;
mod thresholds;
mod walkthrough;
