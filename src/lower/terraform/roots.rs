//! Which directories are root modules.

use super::loader::Loader;
use super::sources;
use crate::source;
use crate::syntax::hcl::ExprKind;
use std::collections::BTreeSet;

/// The directories, sorted, that nothing in the tree calls; of those that only call each other, the
/// first. What is called is judged in the contexts of its callers.
pub(super) fn roots(loader: &Loader, directories: &[String]) -> Vec<String> {
    let mut all = BTreeSet::new();
    for dir in directories {
        reach(loader, dir, &mut all);
    }
    let targets: BTreeSet<String> =
        all.iter().flat_map(|dir| called(loader, dir).into_iter().filter(move |target| target != dir)).collect();
    let mut roots: Vec<String> = directories.iter().filter(|dir| !targets.contains(*dir)).cloned().collect();
    let mut reached: BTreeSet<String> = BTreeSet::new();
    for root in &roots {
        reach(loader, root, &mut reached);
    }
    for dir in directories {
        if !reached.contains(dir) {
            roots.push(dir.clone());
            reach(loader, dir, &mut reached);
        }
    }
    roots.sort();
    roots
}

/// The directories of `roots` and of all that they call.
pub(super) fn reached(loader: &Loader, roots: &[String]) -> BTreeSet<String> {
    let mut reached = BTreeSet::new();
    roots.iter().for_each(|root| reach(loader, root, &mut reached));
    reached
}

/// Adds `dir` and all that it calls, inside and outside of the scanned directories.
fn reach(loader: &Loader, dir: &str, reached: &mut BTreeSet<String>) {
    let mut open = vec![dir.to_owned()];
    while let Some(dir) = open.pop() {
        if reached.insert(dir.clone()) {
            open.extend(called(loader, &dir));
        }
    }
}

/// The directories that the module in `dir` calls by path.
fn called(loader: &Loader, dir: &str) -> Vec<String> {
    let module = loader.module(dir);
    let source = |block: &crate::syntax::hcl::Block| match &block.body.attribute("source")?.value.kind {
        ExprKind::String(source) if sources::is_local(source) => source::join(dir, &source.replace("\\", "/")),
        _ => None,
    };
    module.calls.values().filter_map(source).filter(|dir| loader.input.files.is_dir(dir)).collect()
}
