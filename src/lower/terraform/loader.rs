//! Every module of the tree, read once for all environments.

use super::deployed::AddedFile;
use super::input::Input;
use super::load;
use super::module::Module;
use super::refused;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// The modules that were read so far, by directory; shared by all threads and all environments.
#[derive(Default)]
pub(super) struct Modules(Mutex<BTreeMap<String, Arc<OnceLock<Arc<Module>>>>>);

/// The modules, as an evaluation with given inputs sees them. Reads each when it is first asked for.
#[derive(Clone, Copy)]
pub(super) struct Loader<'a> {
    /// What decides the values.
    pub input: Input<'a>,
    modules: &'a Modules,
}

impl<'a> Loader<'a> {
    pub fn new(input: Input<'a>, modules: &'a Modules) -> Self {
        Self { input, modules }
    }

    /// The module in `dir`; an empty one where there is none.
    pub fn module(&self, dir: &str) -> Arc<Module> {
        let cell = {
            let mut modules = self.modules.0.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(modules.entry(dir.to_owned()).or_default())
        };
        Arc::clone(cell.get_or_init(|| Arc::new(self.read(dir))))
    }

    /// The module in `dir` with files that it gets before it is run. Its problems are those of these files.
    pub fn with_files(&self, dir: &str, added: &[AddedFile]) -> Arc<Module> {
        if added.is_empty() {
            return self.module(dir);
        }
        let mut module = Module::of(&self.input, dir, load::load_with(&self.input, dir, added));
        module.problems.extend(refused::of(&module));
        module.problems.retain(|problem| added.iter().any(|file| file.source == problem.span.source));
        Arc::new(module)
    }

    /// Reads a module, with the problems of what Terraform refuses before it evaluates anything.
    fn read(&self, dir: &str) -> Module {
        let mut module = Module::read(&self.input, dir);
        let refused = refused::of(&module);
        module.problems.extend(refused);
        module
    }

    /// All modules that were read, by directory.
    pub fn all(&self) -> Vec<Arc<Module>> {
        let modules = self.modules.0.lock().unwrap_or_else(PoisonError::into_inner);
        modules.values().filter_map(|cell| cell.get().cloned()).collect()
    }
}
