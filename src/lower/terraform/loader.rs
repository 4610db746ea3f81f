//! Every module of the tree, read once.

use super::input::Input;
use super::module::Module;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// Reads modules when they are first asked for; shared by all threads.
pub(super) struct Loader<'a> {
    /// What is asked for.
    pub input: Input<'a>,
    modules: Mutex<BTreeMap<String, Arc<OnceLock<Arc<Module>>>>>,
}

impl<'a> Loader<'a> {
    pub fn new(input: Input<'a>) -> Self {
        Self { input, modules: Mutex::default() }
    }

    /// The module in `dir`; an empty one where there is none.
    pub fn module(&self, dir: &str) -> Arc<Module> {
        let cell = {
            let mut modules = self.modules.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(modules.entry(dir.to_owned()).or_default())
        };
        Arc::clone(cell.get_or_init(|| Arc::new(Module::read(&self.input, dir))))
    }

    /// All modules that were read, by directory.
    pub fn all(&self) -> Vec<Arc<Module>> {
        let modules = self.modules.lock().unwrap_or_else(PoisonError::into_inner);
        modules.values().filter_map(|cell| cell.get().cloned()).collect()
    }
}
