//! What an expression may name, and what a name stands for.

use super::error::CelError;
use super::types::{CelType, FieldTypes};
use super::value::CelValue;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The names that an expression may use, with their types.
#[derive(Clone, Debug, Default)]
pub struct Environment {
    names: BTreeMap<String, CelType>,
    /// The types of the variables of a policy.
    variables: BTreeMap<String, CelType>,
}

/// The name under which the variables of a policy are read.
const VARIABLES: &str = "variables";

impl Environment {
    /// Adds a name.
    #[must_use]
    pub fn with(mut self, name: &str, ty: CelType) -> Self {
        self.names.insert(name.to_owned(), ty);
        self
    }

    /// Adds the object whose fields are the variables of a policy: `variables`, so far without any.
    #[must_use]
    pub fn with_variables(mut self) -> Self {
        self.declare(BTreeMap::new());
        self
    }

    /// Adds a variable of the policy: `variables.name`.
    pub fn add_variable(&mut self, name: &str, ty: CelType) {
        let mut variables = std::mem::take(&mut self.variables);
        variables.insert(name.to_owned(), ty.clone());
        self.names.insert(format!("{VARIABLES}.{name}"), ty);
        self.declare(variables);
    }

    fn declare(&mut self, variables: BTreeMap<String, CelType>) {
        let object = FieldTypes { name: "kubernetes.variables".into(), fields: variables.clone() };
        self.names.insert(VARIABLES.into(), CelType::Object(Arc::new(object)));
        self.variables = variables;
    }

    /// Returns the type of a name, which may have dots.
    pub fn ty(&self, name: &str) -> Option<&CelType> {
        self.names.get(name)
    }
}

/// What the names stand for in an evaluation.
pub trait Activation {
    /// Returns the value of a name of the environment.
    fn value(&self, name: &str) -> Result<CelValue, CelError>;
}
