//! Embeds the checks.
fn main() {}
