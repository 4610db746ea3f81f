//! Which configuration a plan was made of: the one in its directory, if it declares something that the plan has, or the
//! one that is named.

use super::super::loader::Loader;
use super::super::module::Module;
use super::read::Plan;
use crate::model::{Address, Key, Role, Text};
use crate::source::parent;

impl Plan {
    /// The directory of the root module that the plan was made of; `named` is the one that the user says.
    pub fn home(&self, loader: &Loader<'_>, named: Option<&str>) -> Option<String> {
        if let Some(directory) = named {
            return (!loader.module(directory).files.is_empty()).then(|| directory.to_owned());
        }
        let directory = parent(&self.path);
        let module = loader.module(directory);
        let is_known = |name: &Text| declares(&module, name);
        self.names().iter().any(is_known).then(|| directory.to_owned())
    }

    /// What the root module declares: addresses of resources without keys, and calls as `module.NAME`.
    fn names(&self) -> Vec<Text> {
        let declared: Vec<Text> = self.declared.of_root().collect();
        if declared.is_empty() {
            self.resources.iter().map(|resource| outermost(&resource.address)).collect()
        } else {
            declared
        }
    }
}

fn outermost(address: &Address) -> Text {
    let module = address.outward().filter(|address| address.role() == Role::Module).last();
    let block = module.unwrap_or(address);
    block.instance(&Address::root(), Key::None).text().clone()
}

fn declares(module: &Module, name: &Text) -> bool {
    let called = name.strip_prefix("module.").filter(|name| !name.contains('.'));
    called.map_or_else(|| module.resource_places.contains_key(name), |called| module.calls.contains_key(called))
}
