//! Where an expression stands: in which block of which module instance, and what is evaluated there.
//!
//! Owns the place, and what happens to an error. What the names in an expression mean is for `names` to say.

use super::evaluation::{Evaluation, Subject};
use super::instance::{Instance, ResourceInstance};
use super::repetition::Repetition;
use crate::expr::unknowns::collect_causes;
use crate::expr::{self, EvalError, Evaluator};
use crate::model::{Address, Cause, HopKind, Reference, Text, Value, Why};
use crate::source::{Problem, Span};
use crate::syntax::hcl::Expr;
use ecow::EcoString;
use std::rc::Rc;

/// The names that expressions in one block of one instance know.
#[derive(Clone)]
pub(super) struct ModuleScope<'e, 'a> {
    /// What all instances share.
    pub evaluation: &'e Evaluation<'a>,
    /// The module instance that the block belongs to.
    pub instance: &'e Rc<Instance>,
    /// What `count` and `each` mean.
    pub repetition: &'e Repetition,
    /// Address of the block in the module, for the hops of `each` and `count`.
    pub owner: EcoString,
    /// Iterators of the `dynamic` blocks around: name, key and value, innermost last.
    pub iterators: Vec<(EcoString, Value, Value)>,
    /// Whether the block is not known to exist, so that no error in it is certain.
    pub uncertain: bool,
    /// What `self` means.
    pub this: Option<&'e Rc<ResourceInstance>>,
}

impl<'e, 'a> ModuleScope<'e, 'a> {
    /// The names of a module, outside of any repeated block.
    pub fn of(evaluation: &'e Evaluation<'a>, instance: &'e Rc<Instance>) -> Self {
        Self {
            evaluation,
            instance,
            repetition: &Repetition::None,
            owner: EcoString::new(),
            iterators: Vec::new(),
            uncertain: instance.doubt.is_some(),
            this: None,
        }
    }

    /// The names of a block that is repeated.
    #[must_use]
    pub fn repeated(self, repetition: &'e Repetition, owner: &EcoString) -> Self {
        Self { repetition, owner: owner.clone(), ..self }
    }

    /// The names of one instance of a resource, which are also those of its conditions and provisioners.
    #[must_use]
    pub fn of_resource(&self, resource: &'e Rc<ResourceInstance>, owner: &EcoString) -> Self {
        let uncertain = self.uncertain || resource.doubt.is_some();
        Self { this: Some(resource), uncertain, ..self.clone().repeated(&resource.repetition, owner) }
    }

    /// The value of an expression; an error is reported and gives an unknown.
    pub fn evaluate(&self, expr: &Expr) -> Value {
        self.try_evaluate(expr).unwrap_or_else(|error| {
            let unknown = Value::unknown(Why::Invalid(error.message.as_str().into()), error.span);
            self.report(if self.uncertain {
                Problem::note(error.span, error.message)
            } else {
                Problem::error(error.span, error.message)
            });
            unknown.with_origin(crate::model::Origin::at(expr.span))
        })
    }

    /// The value of an expression.
    pub fn try_evaluate(&self, expr: &Expr) -> Result<Value, EvalError> {
        Evaluator::new(self, expr::Mode::Configuration, &self.evaluation.budget).evaluate(expr)
    }

    /// Reports a value that the plan needs, and that is known only when a resource of the configuration exists.
    pub fn needs_plan(&self, what: &str, value: &Value, span: Span) {
        let is_later = |cause: &Cause| matches!(cause.why, Why::AfterApply(_));
        let mut causes = Vec::new();
        collect_causes(value, &mut causes);
        if let Some(cause) = causes.iter().find(|cause| is_later(cause)) {
            self.report(Problem::refused(span, format!("{what} is needed for the plan, but {}.", cause.why)));
        }
    }

    /// Keeps a problem.
    pub fn report(&self, problem: Problem) {
        self.evaluation.report(problem);
    }

    /// What a name that nothing declares stands for. Where not all of the module could be read, the rest may declare it.
    pub fn undeclared(&self, name: &str, span: Span) -> Value {
        if let Some(unread) = self.instance.module.unseen.first() {
            let reference = Reference { address: Address::other(Some(&self.instance.address), name), path: Vec::new() };
            return Value::reference(reference, Cause { why: unread.cause.why.clone(), span }, span);
        }
        self.report(Problem::refused(span, format!("`{name}` is not declared in this module.")));
        let reference = Reference { address: Address::other(Some(&self.instance.address), name), path: Vec::new() };
        Value::reference(reference, Cause { why: Why::Undeclared(name.into()), span }, span)
    }

    /// Something of this module that is being computed.
    pub fn subject(&self, prefix: &'static str, name: &EcoString, span: Span) -> Subject {
        Subject { module: self.instance.address.clone(), prefix, name: name.clone(), span }
    }
}

/// A value as it is read at `span`.
pub(super) fn read(value: Value, span: Span, kind: HopKind) -> Value {
    let origin = value.origin.read_at(span, kind);
    value.with_origin(origin)
}

/// The text of a reference that is not evaluated, such as an element of `depends_on`.
pub(super) fn written(names: &ModuleScope, expr: &Expr) -> Text {
    names.evaluation.input.sources.get(expr.span.source).slice(expr.span).into()
}
