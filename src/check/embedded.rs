//! The pages inside the binary.

/// One page of the folder `checks/`, as it was when gatelint was built.
#[derive(Clone, Copy, Debug)]
pub struct Embedded {
    /// The path in the folder without `.md`.
    pub id: &'static str,
    /// The whole page.
    pub text: &'static str,
    /// The type patterns of its policies, sorted.
    pub patterns: &'static [&'static str],
}

/// Tools and their ids.
pub type Aliases = Vec<(String, Vec<String>)>;

include!(concat!(env!("OUT_DIR"), "/pages.rs"));

/// All pages, sorted by id.
pub fn pages() -> &'static [Embedded] {
    PAGES
}
