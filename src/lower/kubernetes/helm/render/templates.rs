//! The templates that can be called by name.

use crate::syntax::gotemplate::{Node, Template, is_empty};
use ecow::EcoString;
use std::collections::HashMap;
use std::sync::Arc;

/// All templates of a chart by their names.
#[derive(Clone, Debug, Default)]
pub struct Templates {
    by_name: HashMap<EcoString, Arc<[Node]>>,
    /// What is unseen, if something is: it may define more of them.
    pub unseen: Option<EcoString>,
}

/// What calling a name that nothing defines means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Undefined {
    /// An error.
    Error,
    /// Something unseen may define it: the phrase that says what.
    Unseen(EcoString),
}

impl Templates {
    /// Adds a file as the template of its own path, and what it defines. One that writes nothing replaces none.
    pub fn add(&mut self, path: &str, template: &Template) {
        for define in &template.defines {
            self.define(&define.name, &define.body);
        }
        self.define(path, &template.body);
    }

    /// Adds one template.
    pub fn define(&mut self, name: &str, body: &Arc<[Node]>) {
        if is_empty(body) && self.by_name.contains_key(name) {
            return;
        }
        self.by_name.insert(name.into(), body.clone());
    }

    /// The content of a template.
    pub fn get(&self, name: &str) -> Option<Arc<[Node]>> {
        self.by_name.get(name).cloned()
    }

    /// What calling a name that nothing defines means.
    pub fn undefined(&self) -> Undefined {
        self.unseen.clone().map_or(Undefined::Error, Undefined::Unseen)
    }
}
