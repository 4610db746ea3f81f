//! Which directories are root modules: those that no other one calls.
//!
//! Knows calls whose source is written out, and is told of those that only an evaluation finds.

use super::loader::Loader;
use super::module::Module;
use super::sources;
use crate::source;
use crate::syntax::hcl::{Block, ExprKind};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// The directories that modules call by path: those that are written out, and those that an evaluation found.
pub(super) struct Calls<'a> {
    loader: &'a Loader<'a>,
    /// By directory of the caller.
    evaluated: BTreeMap<String, BTreeSet<String>>,
}

impl<'a> Calls<'a> {
    /// The calls whose source is written out.
    pub fn written(loader: &'a Loader<'a>) -> Self {
        Self { loader, evaluated: BTreeMap::new() }
    }

    /// Adds the calls that an evaluation found: caller and called directory.
    pub fn add(&mut self, found: impl IntoIterator<Item = (String, String)>) {
        for (caller, called) in found {
            self.evaluated.entry(caller).or_default().insert(called);
        }
    }

    /// The directories, sorted, that nothing in the tree calls; of those that only call each other, the
    /// first. What is called is judged in the contexts of its callers.
    pub fn roots(&self, directories: &[String]) -> Vec<String> {
        let mut all = BTreeSet::new();
        for dir in directories {
            self.reach(dir, &mut all);
        }
        let targets: BTreeSet<String> =
            all.iter().flat_map(|dir| self.called(dir).into_iter().filter(move |target| target != dir)).collect();
        let mut roots: Vec<String> = directories.iter().filter(|dir| !targets.contains(*dir)).cloned().collect();
        let mut reached: BTreeSet<String> = BTreeSet::new();
        for root in &roots {
            self.reach(root, &mut reached);
        }
        for dir in directories {
            if !reached.contains(dir) {
                roots.push(dir.clone());
                self.reach(dir, &mut reached);
            }
        }
        roots.sort();
        roots
    }

    /// The directories of `roots` and of all that they call.
    pub fn reached(&self, roots: &[String]) -> BTreeSet<String> {
        let mut reached = BTreeSet::new();
        roots.iter().for_each(|root| self.reach(root, &mut reached));
        reached
    }

    /// Those of `roots` that lead to a call whose source is an expression.
    pub fn undecided<'r>(&self, roots: &'r [String]) -> Vec<&'r str> {
        let is_open = |module: &&Arc<Module>| {
            let mut sources = module.calls.values().filter_map(|block| block.body.attribute("source"));
            sources.any(|source| !matches!(source.value.kind, ExprKind::String(_)))
        };
        let modules = self.loader.all();
        let mut open: Vec<String> = modules.iter().filter(is_open).map(|module| module.dir.clone()).collect();
        if open.is_empty() {
            return Vec::new();
        }
        let mut callers: BTreeMap<String, Vec<&str>> = BTreeMap::new();
        for module in &modules {
            for called in self.called(&module.dir) {
                callers.entry(called).or_default().push(&module.dir);
            }
        }
        let mut leading: BTreeSet<String> = BTreeSet::new();
        while let Some(dir) = open.pop() {
            let outer = callers.get(&dir).into_iter().flatten().map(|caller| (*caller).to_owned());
            if leading.insert(dir) {
                open.extend(outer);
            }
        }
        roots.iter().filter(|root| leading.contains(*root)).map(String::as_str).collect()
    }

    /// Adds `dir` and all that it calls, inside and outside of the scanned directories.
    fn reach(&self, dir: &str, reached: &mut BTreeSet<String>) {
        let mut open = vec![dir.to_owned()];
        while let Some(dir) = open.pop() {
            if reached.insert(dir.clone()) {
                open.extend(self.called(&dir));
            }
        }
    }

    /// The directories that the module in `dir` calls by path.
    fn called(&self, dir: &str) -> Vec<String> {
        let module = self.loader.module(dir);
        let source = |block: &Block| match &block.body.attribute("source")?.value.kind {
            ExprKind::String(source) if sources::is_local(source) => source::join(dir, &source.replace("\\", "/")),
            _ => None,
        };
        let written = module.calls.values().filter_map(source).filter(|dir| self.loader.input.files.is_dir(dir));
        written.chain(self.evaluated.get(dir).into_iter().flatten().cloned()).collect()
    }
}
