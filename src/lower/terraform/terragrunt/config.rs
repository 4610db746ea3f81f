//! What a configuration is evaluated for, and what it says.

use super::reader::Reader;
use crate::limits::terragrunt::{MAX_DEPTH, MAX_FILES};
use crate::model::{Cause, Data, Text, Value, Why};
use crate::source::{SourceId, Span, parent};
use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;
use std::rc::Rc;
use std::sync::Arc;

/// What a file is evaluated for.
pub(super) struct Context<'a> {
    /// Where files come from.
    pub reader: &'a Reader<'a>,
    /// The path of the file.
    pub file: String,
    /// The directory that its functions mean: that of the unit, also in the files that the unit includes.
    pub unit: String,
    /// The directory of the unit that all of it is read for.
    pub origin: String,
    /// What a stack passes to the unit.
    pub values: Option<Value>,
    /// The files that were read for the unit.
    pub read: Rc<RefCell<BTreeSet<SourceId>>>,
    /// How a file is evaluated.
    evaluate: Evaluate,
    depth: usize,
    /// Whether another configuration includes the file. Terragrunt does not follow its own `include` blocks.
    is_included: bool,
    spent: Rc<Cell<usize>>,
}

/// Evaluates a file with all that it includes; nothing where there is no such file.
pub(super) type Evaluate = fn(&Context<'_>) -> Option<Config>;

impl<'a> Context<'a> {
    /// The file of a unit in `directory`.
    pub(super) fn of_unit(
        reader: &'a Reader<'a>,
        (file, directory): (&str, &str),
        values: Option<Value>,
        evaluate: Evaluate,
    ) -> Self {
        let (unit, origin) = (directory.to_owned(), directory.to_owned());
        Self {
            reader,
            file: file.to_owned(),
            unit,
            origin,
            values,
            read: Rc::default(),
            evaluate,
            depth: 0,
            is_included: false,
            spent: Rc::default(),
        }
    }

    /// What the file says.
    pub(super) fn evaluate(&self) -> Option<Config> {
        (self.evaluate)(self)
    }

    /// Whether its `include` blocks count.
    pub(super) fn includes(&self) -> bool {
        !self.is_included
    }

    /// Whether it is the file of the unit itself.
    pub(super) fn is_unit(&self) -> bool {
        self.depth == 0
    }

    /// A file that the unit includes; `None` where that goes on without end.
    pub(super) fn included(&self, file: &str) -> Option<Context<'a>> {
        (!self.is_included).then(|| self.inner(file, self.unit.clone(), true)).flatten()
    }

    /// A file that is read for its values.
    pub(super) fn nested(&self, file: &str) -> Option<Context<'a>> {
        self.inner(file, parent(file).to_owned(), false)
    }

    fn inner(&self, file: &str, unit: String, is_included: bool) -> Option<Context<'a>> {
        let spent = self.spent.get() + 1;
        self.spent.set(spent);
        (self.depth < MAX_DEPTH && spent <= MAX_FILES).then(|| Context {
            reader: self.reader,
            file: file.to_owned(),
            unit,
            origin: self.origin.clone(),
            values: self.values.clone(),
            read: Rc::clone(&self.read),
            evaluate: self.evaluate,
            depth: self.depth + 1,
            is_included,
            spent: Rc::clone(&self.spent),
        })
    }
}

/// What a configuration says, merged with what it includes.
#[derive(Clone)]
pub(super) struct Config {
    /// Its own local values.
    pub locals: Value,
    /// The inputs, an object or unknown; `None` where there are none.
    pub inputs: Option<Value>,
    /// The source of the module, if one is named.
    pub source: Option<Value>,
    /// Files of variables that Terraform is given, and whether each must be there.
    pub variable_files: Vec<Value>,
    /// Other arguments that Terraform is given.
    pub arguments: Vec<Value>,
    /// The files that are generated, by the names of their blocks.
    pub generated: Vec<Generated>,
}

/// A `generate` block.
#[derive(Clone)]
pub(super) struct Generated {
    /// Its name.
    pub name: Text,
    /// The file that it stands in.
    pub file: String,
    /// The path of what is generated.
    pub path: Value,
    /// What is in it.
    pub contents: Value,
    /// Whether it replaces a file that is there.
    pub replaces: bool,
}

impl Config {
    /// What `read_terragrunt_config` and `expose` show of it.
    pub(super) fn exposed(&self, span: Span) -> Value {
        let inputs = self.inputs.clone().unwrap_or_else(|| Value::object(Vec::new(), span));
        let mut exposed = Value::object(vec![("locals".into(), self.locals.clone()), ("inputs".into(), inputs)], span);
        if let Some(mapping) = exposed.as_mapping_mut() {
            // The outputs of its dependencies, its state and more.
            let why = Why::AfterApply("what a configuration says besides its locals and inputs".into());
            mapping.open = Some(Arc::new(vec![Cause { why, span }]));
        }
        exposed
    }
}

/// How far inputs are merged.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Merge {
    /// Each counts as a whole.
    Shallow,
    /// Objects are merged, and lists joined.
    Deep,
    /// Objects are merged.
    DeepMaps,
}

/// Joins inputs: those of `over` count where both name one.
pub(super) fn joined(base: Option<Value>, over: Option<Value>, how: Merge) -> Option<Value> {
    let (Some(base), Some(over)) = (base.clone(), over.clone()) else { return over.or(base) };
    Some(join_values(base, over, how, 0))
}

fn join_values(mut base: Value, mut over: Value, how: Merge, depth: usize) -> Value {
    match (&base.data, &over.data) {
        (Data::Mapping(_), Data::Mapping(more)) if depth == 0 || how != Merge::Shallow && depth < MAX_DEPTH => {
            if let Some(mapping) = base.as_mapping_mut() {
                for (name, value) in &more.entries {
                    let joined = match mapping.remove(name) {
                        Some(before) => join_values(before, value.clone(), how, depth + 1),
                        None => value.clone(),
                    };
                    mapping.set(name.clone(), joined);
                }
            }
            base
        }
        (Data::Sequence(_), Data::Sequence(more)) if how == Merge::Deep => {
            let items = base.as_items().unwrap_or_default().iter().chain(&more.items).cloned().collect();
            let span = base.origin.span;
            Value::tuple(items, span)
        }
        // What is not known on the weaker side may name anything else.
        (Data::Unknown(unknown), Data::Mapping(_)) if depth == 0 => {
            let causes = Arc::new(unknown.causes.clone());
            if let Some(mapping) = over.as_mapping_mut() {
                mapping.open = Some(causes);
            }
            over
        }
        _ => over,
    }
}
