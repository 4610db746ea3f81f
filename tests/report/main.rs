//! The formats of the report: one test for each numbered requirement of their consumers, named after it.

mod given;
mod human;
mod json;
mod matchers;
mod sarif;
