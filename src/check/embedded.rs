//! The pages inside the binary.

use super::page::aliases;
use rayon::prelude::*;
use std::sync::LazyLock;

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

/// The ids of all pages, with what other tools call what they find. Read once, when first asked for.
pub fn shipped_aliases() -> &'static [(&'static str, Aliases)] {
    static ALL: LazyLock<Vec<(&str, Aliases)>> =
        LazyLock::new(|| pages().par_iter().map(|page| (page.id, aliases(page.id, page.text))).collect());
    &ALL
}
