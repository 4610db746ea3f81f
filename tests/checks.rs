//! Every example on every page.
fn main() {}
