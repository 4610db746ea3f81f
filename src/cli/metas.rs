//! What all checks say of themselves: those in the binary, and the user's.

use crate::check::{self, Meta};
use crate::engine::{self, CustomPage};
use crate::source::Sources;
use rayon::prelude::*;
use std::sync::Arc;

/// Returns what all pages say of themselves, sorted by id: those in the binary, and the user's `own`, which take the
/// place of those with the same id. Pages that are broken are left out.
pub fn metas(own: &[CustomPage], sources: &Sources) -> Vec<Arc<Meta>> {
    let replaced = |page: &&check::Embedded| !own.iter().any(|custom| custom.id == page.id);
    let shipped: Vec<&check::Embedded> = check::pages().iter().filter(replaced).collect();
    let own: Vec<_> = engine::latest(own).collect();
    let mut pages: Vec<_> = own.par_iter().map(|page| engine::load_custom(page, sources)).collect();
    pages.par_extend(shipped.par_iter().map(|page| engine::load(page, sources)));
    let mut metas: Vec<Arc<Meta>> = pages.into_iter().filter_map(Result::ok).map(|page| page.meta).collect();
    metas.sort_by(|a, b| a.id.cmp(&b.id));
    metas
}
