//! What names and functions mean in a Bake file.

use crate::expr::{Budget, EvalError, Evaluator, ExprScope, Mode, Resolved};
use crate::limits::bake::CALL_DEPTH;
use crate::model::{HopKind, Text, Value, Why};
use crate::source::{Problem, Sources, Span};
use crate::syntax::hcl::{Attribute, Block, Body, Expr, ExprKind};
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;

/// The names of the files that are read together.
pub(super) struct BakeScope<'a> {
    bodies: &'a [Body],
    sources: &'a Sources,
    budget: &'a Budget,
    /// What names mean that only one expression has: the keys of a matrix, the parameters of a function.
    locals: BTreeMap<Text, Value>,
    depth: usize,
    /// Values of variables; `None` while one is being computed.
    variables: &'a RefCell<BTreeMap<Text, Option<Value>>>,
    /// The first thing that is wrong, in each expression.
    problems: &'a RefCell<Vec<Problem>>,
    calls: &'a Cell<usize>,
}

/// What the expressions of the files share.
#[derive(Default)]
pub(super) struct Shared {
    budget: Budget,
    variables: RefCell<BTreeMap<Text, Option<Value>>>,
    problems: RefCell<Vec<Problem>>,
    calls: Cell<usize>,
}

impl Shared {
    /// What is wrong with the expressions.
    pub(super) fn into_problems(self) -> Vec<Problem> {
        self.problems.into_inner()
    }
}

impl<'a> BakeScope<'a> {
    /// The names of the files themselves.
    pub(super) fn new(bodies: &'a [Body], sources: &'a Sources, shared: &'a Shared) -> Self {
        let Shared { budget, variables, problems, calls } = shared;
        Self { bodies, sources, budget, locals: BTreeMap::new(), depth: 0, variables, problems, calls }
    }

    /// The same with further names.
    pub(super) fn with(&self, locals: BTreeMap<Text, Value>) -> BakeScope<'a> {
        BakeScope { locals, ..*self }
    }

    /// The value of an expression; unknown, with a problem, where it has none.
    pub(super) fn evaluate(&self, expr: &Expr) -> Value {
        self.try_evaluate(expr).unwrap_or_else(|error| {
            self.problems.borrow_mut().push(Problem::error(error.span, error.message.clone()));
            Value::unknown(Why::Invalid(error.message), expr.span)
        })
    }

    /// The value of an expression, if it has one.
    pub(super) fn quiet(&self, expr: &Expr) -> Option<Value> {
        self.try_evaluate(expr).ok()
    }

    fn try_evaluate(&self, expr: &Expr) -> Result<Value, EvalError> {
        Evaluator::new(self, Mode::Configuration, self.budget).evaluate(expr)
    }

    /// The last of the blocks of a kind with a name, and the default that it gives.
    fn declared(&self, name: &str) -> Option<(&'a Block, Option<&'a Attribute>)> {
        let blocks = self.bodies.iter().flat_map(|body| body.blocks_of("variable"));
        let block = blocks.filter(|block| block.labels.first().is_some_and(|label| label.name == name)).last()?;
        Some((block, block.body.attribute("default")))
    }

    fn variable(&self, name: &str, span: Span) -> Result<Value, EvalError> {
        match self.variables.borrow().get(name) {
            Some(Some(value)) => return Ok(value.clone()),
            Some(None) => return Err(EvalError::fatal(format!("`{name}` depends on itself."), span)),
            None => {}
        }
        let constant = self.bodies.iter().rev().find_map(|body| body.attribute(name));
        let default = match (self.declared(name), constant) {
            (Some((_, Some(default))), _) => default,
            (Some((block, None)), _) => return Ok(Value::unknown(Why::Environment(name.into()), block.header)),
            (None, Some(constant)) => constant,
            (None, None) if name.starts_with("BAKE_") => {
                return Ok(Value::unknown(Why::Environment(name.into()), span));
            }
            (None, None) => return Err(EvalError::fatal(format!("There is no variable `{name}`."), span)),
        };
        self.variables.borrow_mut().insert(name.into(), None);
        let value = self.with(BTreeMap::new()).evaluate(&default.value);
        self.variables.borrow_mut().insert(name.into(), Some(value.clone()));
        Ok(value)
    }

    /// The result of a function that the files declare.
    fn function(&self, block: &'a Block, args: &[Value], span: Span) -> Result<Value, EvalError> {
        let calls = self.calls.get() + 1;
        self.calls.set(calls);
        if self.depth > CALL_DEPTH || calls > 100_000 {
            return Err(EvalError::fatal("Functions of this file call each other without end.", span));
        }
        let names = |name: &str| match block.body.attribute(name).map(|attribute| &attribute.value.kind) {
            Some(ExprKind::Tuple(items)) => items
                .iter()
                .filter_map(|item| {
                    if let ExprKind::Root(name) | ExprKind::String(name) = &item.kind {
                        Some(Text::from(name.as_str()))
                    } else {
                        None
                    }
                })
                .collect::<Vec<_>>(),
            Some(ExprKind::Root(name)) => vec![Text::from(name.as_str())],
            _ => Vec::new(),
        };
        let params = names("params");
        let mut locals: BTreeMap<Text, Value> = params.iter().cloned().zip(args.iter().cloned()).collect();
        if let Some(rest) = names("variadic_params").pop() {
            locals.insert(rest, Value::tuple(args.iter().skip(params.len()).cloned().collect(), span));
        }
        let Some(result) = block.body.attribute("result") else {
            return Err(EvalError::new("The function has no result.", block.header));
        };
        let scope = BakeScope { locals, depth: self.depth + 1, ..*self };
        let value = scope.try_evaluate(&result.value)?;
        let origin = value
            .origin
            .read_at(span, HopKind::Argument(block.labels.first().map(|label| label.name.clone()).unwrap_or_default()));
        Ok(value.with_origin(origin))
    }
}

impl ExprScope for BakeScope<'_> {
    fn resolve(&self, root: &str, _: [Option<&str>; 2], span: Span) -> Result<Resolved, EvalError> {
        if let Some(value) = self.locals.get(root) {
            return Ok(Resolved { value: value.clone(), consumed: 0 });
        }
        if matches!(root, "target" | "group" | "variable") {
            return Ok(Resolved { value: Value::unknown(Why::Undeclared(root.into()), span), consumed: 0 });
        }
        let value = self.variable(root, span)?;
        let origin = value.origin.read_at(span, HopKind::Environment(root.into()));
        Ok(Resolved { value: value.with_origin(origin), consumed: 0 })
    }

    fn call(&self, name: &str, args: &[Value], span: Span) -> Option<Result<Value, EvalError>> {
        let blocks = self.bodies.iter().flat_map(|body| body.blocks_of("function"));
        let block = blocks.filter(|block| block.labels.first().is_some_and(|label| label.name == name)).last();
        block.map(|block| self.function(block, args, span))
    }

    fn sources(&self) -> Option<&Sources> {
        Some(self.sources)
    }
}
