//! What the names of a policy's expressions stand for, for one request and one object of parameters.

use super::refusal::Compiled;
use crate::cel::{Activation, CelData, CelError, CelValue, Environment, Evaluation, Program, evaluate};
use crate::expr::Trace;
pub use crate::limits::admission::EXPRESSION_COST;
use crate::limits::admission::MAX_VARIABLE_DEPTH;
use crate::model::{Cause, Text, Value, Why};
use crate::source::Span;
use std::cell::{Cell, RefCell};

/// A variable of a policy.
#[derive(Debug)]
pub struct Variable {
    /// Its name.
    pub name: Text,
    /// The name under which expressions read it: `variables.name`.
    full: String,
    /// The expression.
    pub expression: Compiled,
}

/// Compiles variables in order; each is a name of the environment for those after it.
pub fn compile_variables<T>(
    written: impl IntoIterator<Item = (Text, T)>,
    environment: &mut Environment,
    compiled: impl Fn(T, &Environment) -> Compiled,
) -> Vec<Variable> {
    let mut variables = Vec::new();
    for (name, expression) in written {
        let expression = compiled(expression, environment);
        environment.add_variable(&name, expression.ty());
        variables.push(Variable { full: format!("variables.{name}"), name, expression });
    }
    variables
}

/// The values of the names.
pub struct PolicyScope<'a> {
    /// `object`
    pub object: CelValue,
    /// `oldObject`
    pub old_object: CelValue,
    /// `params`
    pub params: CelValue,
    /// `namespaceObject`
    pub namespace: CelValue,
    /// `request`
    pub request: CelValue,
    /// Where the policy stands: the place of what only the cluster knows.
    pub span: Span,
    variables: &'a [Variable],
    values: RefCell<Vec<Option<Result<CelValue, CelError>>>>,
    trace: Option<&'a Trace>,
    cost: Cell<u64>,
    depth: Cell<usize>,
}

/// A part of the model, or null.
pub fn or_null(value: Option<&Value>) -> CelValue {
    value.map_or_else(|| CelData::Null.into(), CelValue::from)
}

impl<'a> PolicyScope<'a> {
    /// A scope in which all names are null.
    pub fn new(variables: &'a [Variable], trace: Option<&'a Trace>, span: Span) -> Self {
        let null = || CelValue::from(CelData::Null);
        Self {
            object: null(),
            old_object: null(),
            params: null(),
            namespace: null(),
            request: null(),
            span,
            variables,
            values: RefCell::new(vec![None; variables.len()]),
            trace,
            cost: Cell::new(0),
            depth: Cell::new(0),
        }
    }

    /// Evaluates an expression of the policy, at a cost of its own.
    pub fn evaluate(&self, program: &Program) -> Result<CelValue, CelError> {
        self.cost.set(0);
        self.run(program)
    }

    /// Forgets what variables are, since other names have changed.
    pub fn forget_variables(&mut self) {
        self.values.get_mut().fill(None);
    }

    /// Returns what the last expression has cost.
    pub fn cost(&self) -> u64 {
        self.cost.get()
    }

    fn run(&self, program: &Program) -> Result<CelValue, CelError> {
        let evaluation = Evaluation { activation: self, trace: self.trace, cost: &self.cost, limit: EXPRESSION_COST };
        evaluate(program, &evaluation)
    }

    /// What only the cluster knows.
    pub fn unknown(&self, what: &str) -> CelValue {
        CelData::unknown(vec![Cause { why: Why::Cluster(what.into()), span: self.span }]).into()
    }

    fn variable(&self, name: &str) -> Result<CelValue, CelError> {
        let Some(at) = self.variables.iter().position(|variable| variable.full == name) else {
            return Err(CelError::new(format!("no such attribute: {name}")));
        };
        if let Some(value) = self.values.borrow().get(at).cloned().flatten() {
            return value;
        }
        let value = self.variables.get(at).map_or_else(|| Ok(CelData::Null.into()), |variable| self.computed(variable));
        if let Some(slot) = self.values.borrow_mut().get_mut(at) {
            *slot = Some(value.clone());
        }
        value
    }

    fn computed(&self, variable: &Variable) -> Result<CelValue, CelError> {
        let name = &variable.name;
        let program = match &variable.expression {
            Compiled::Program(program) => program,
            Compiled::Unknown(causes) => return Ok(CelData::unknown(causes.clone()).into()),
            Compiled::Refused(refusal) => {
                let told = format!("composited variable \"{name}\" fails to compile: {}", refusal.told);
                return Err(CelError::new(told));
            }
        };
        if self.depth.get() >= MAX_VARIABLE_DEPTH {
            return Ok(CelData::unknown(vec![Cause {
                why: Why::Limit("variables that use each other".into()),
                span: self.span,
            }])
            .into());
        }
        self.depth.set(self.depth.get() + 1);
        let result = self.run(program);
        self.depth.set(self.depth.get() - 1);
        result.map_err(|error| CelError {
            message: format!("composited variable \"{name}\" fails to evaluate: {}", error.message),
            ..error
        })
    }
}

impl Activation for PolicyScope<'_> {
    fn value(&self, name: &str) -> Result<CelValue, CelError> {
        match name {
            "object" => Ok(self.object.clone()),
            "oldObject" => Ok(self.old_object.clone()),
            "params" => Ok(self.params.clone()),
            "namespaceObject" => Ok(self.namespace.clone()),
            "request" => Ok(self.request.clone()),
            "authorizer" | "authorizer.requestResource" => Ok(self.unknown("what the authorizer allows")),
            _ => self.variable(name),
        }
    }
}
