//! What names mean in the expressions of a module.
//!
//! Owns the roots of references (`var`, `local`, `module`, `each`, resource types, …) and says which
//! value each of them asks for; what those values are is told in `variables`, `calls` and `resources`.

use super::evaluation::{Evaluation, Named, Subject};
use super::instance::{Instance, Repetition, ResourceInstance};
use super::module::Mode;
use super::resource_values;
use crate::expr::unknowns::not_null;
use crate::expr::{self, EvalError, Evaluator, ExprScope, Resolved};
use crate::model::{Address, Cause, HopKind, Reference, Symbol, Text, Type, Value, Why};
use crate::source::{Files, Problem, Sources, Span};
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

    /// Keeps a problem.
    pub fn report(&self, problem: Problem) {
        self.evaluation.report(problem);
    }

    /// What a name that nothing declares stands for.
    pub fn undeclared(&self, name: &str, span: Span) -> Value {
        self.report(Problem::warning(span, format!("`{name}` is not declared in this module.")));
        let reference = Reference { address: Address::other(Some(&self.instance.address), name), path: Vec::new() };
        Value::reference(reference, Cause { why: Why::Undeclared(name.into()), span }, span)
    }

    /// Something of this module that is being computed.
    pub fn subject(&self, prefix: &'static str, name: &EcoString, span: Span) -> Subject {
        Subject { module: self.instance.address.clone(), prefix, name: name.clone(), span }
    }

    /// `local.name`, read at `span`.
    pub fn local(&self, name: &str, span: Span) -> Value {
        let Some((name, attribute)) = self.instance.module.locals.get_key_value(name) else {
            return self.undeclared(&format!("local.{name}"), span);
        };
        let names = ModuleScope::of(self.evaluation, self.instance);
        let value = self.evaluation.follow(
            &self.instance.locals,
            name,
            || self.subject("local.", name, attribute.span),
            || names.evaluate(&attribute.value),
            Value::unknown,
        );
        read(value, span, HopKind::Local(name.clone()))
    }

    fn each(&self, name: Option<&str>, span: Span) -> Result<Value, EvalError> {
        let Repetition::Each(key, value) = self.repetition else {
            return Err(EvalError::fatal("`each` has a meaning only in a block with `for_each`.", span));
        };
        let value = match name {
            Some("key") => key,
            Some("value") => value,
            _ => return Err(EvalError::fatal("`each` has only `key` and `value`.", span)),
        };
        Ok(read(value.clone(), span, HopKind::Each(self.owner.clone())))
    }

    fn count(&self, name: Option<&str>, span: Span) -> Result<Value, EvalError> {
        match (self.repetition, name) {
            (Repetition::Count(index), Some("index")) => {
                Ok(read(index.clone(), span, HopKind::Each(self.owner.clone())))
            }
            (Repetition::Count(_), _) => Err(EvalError::fatal("`count` has only `index`.", span)),
            _ => Err(EvalError::fatal("`count` has a meaning only in a block with `count`.", span)),
        }
    }

    fn path(&self, name: Option<&str>, span: Span) -> Result<Value, EvalError> {
        match name {
            Some("module") => Ok(Value::string(self.instance.path.as_str(), span)),
            Some("root") => Ok(Value::string(".", span)),
            // It differs from machine to machine.
            Some("cwd") => Ok(Value::unknown(Why::Function("path.cwd".into()), span)),
            _ => Err(EvalError::fatal("`path` has only `module`, `root` and `cwd`.", span)),
        }
    }

    fn terraform(&self, name: Option<&str>, span: Span) -> Result<Value, EvalError> {
        match name {
            Some("workspace") => {
                let workspace = self.evaluation.workspace.as_deref();
                Ok(workspace.map_or_else(
                    || not_null(Value::unknown_of(Type::String, vec![Cause { why: Why::Workspace, span }], span)),
                    |name| Value::string(name, span),
                ))
            }
            Some("applying") => Ok(Value::unknown(Why::Function("terraform.applying".into()), span)),
            _ => Err(EvalError::fatal("`terraform` has only `workspace`.", span)),
        }
    }

    /// `TYPE.NAME`, with the attribute after it when there is one instance.
    fn resource(
        &self,
        mode: Mode,
        ty: &str,
        name: Option<&str>,
        attribute: Option<&str>,
        span: Span,
    ) -> Result<Resolved, EvalError> {
        let Some(name) = name else {
            let message =
                format!("`{}{ty}` is no reference: a resource is named by its type and its name.", mode.prefix());
            return Err(EvalError::fatal(message, span));
        };
        let address = ecow::eco_format!("{}{ty}.{name}", mode.prefix());
        let Some(place) = self.instance.module.resource_places.get(&address) else {
            return Ok(Resolved { value: self.undeclared(&address, span), consumed: 0 });
        };
        let (value, has_attribute) = self.resource_value(*place, attribute, span);
        Ok(Resolved { value, consumed: usize::from(has_attribute) })
    }

    fn iterator(&self, root: &str, name: Option<&str>, span: Span) -> Option<Result<Value, EvalError>> {
        let (_, key, value) = self.iterators.iter().rev().find(|(iterator, ..)| iterator == root)?;
        let value = match name {
            Some("key") => key,
            Some("value") => value,
            _ => {
                return Some(Err(EvalError::fatal(format!("The iterator `{root}` has only `key` and `value`."), span)));
            }
        };
        Some(Ok(read(value.clone(), span, HopKind::Each(root.into()))))
    }
}

/// A value as it is read at `span`.
pub(super) fn read(value: Value, span: Span, kind: HopKind) -> Value {
    let origin = value.origin.read_at(span, kind);
    value.with_origin(origin)
}

impl ExprScope for ModuleScope<'_, '_> {
    fn resolve(&self, root: &str, following: [Option<&str>; 2], span: Span) -> Result<Resolved, EvalError> {
        let [first, second] = following;
        let one = |value: Value| Ok(Resolved { value, consumed: 1 });
        if let Some(value) = self.iterator(root, first, span) {
            return one(value?);
        }
        let named = |what: &str| {
            first.ok_or_else(|| {
                EvalError::fatal(format!("`{root}` is no value: name {what}, as in `{root}.example`."), span)
            })
        };
        match root {
            "var" => one(self.variable(named("a variable")?, span)),
            "local" => one(self.local(named("a local value")?, span)),
            "module" => Ok(self.called(named("a module")?, second, span)),
            "each" => one(self.each(first, span)?),
            "count" => one(self.count(first, span)?),
            "path" => one(self.path(first, span)?),
            "terraform" | "tofu" => one(self.terraform(first, span)?),
            "self" => match self.this {
                Some(this) => Ok(Resolved { value: self.whole(self.instance, this, span), consumed: 0 }),
                None => Err(EvalError::fatal(
                    "`self` has a meaning only in provisioners, connections and postconditions.",
                    span,
                )),
            },
            "data" | "ephemeral" | "resource" => {
                let mode = match root {
                    "data" => Mode::Data,
                    "ephemeral" => Mode::Ephemeral,
                    _ => Mode::Managed,
                };
                let resolved = self.resource(mode, named("a resource")?, second, None, span)?;
                Ok(Resolved { consumed: resolved.consumed + 2, ..resolved })
            }
            _ => {
                let resolved = self.resource(Mode::Managed, root, first, second, span)?;
                Ok(Resolved { consumed: resolved.consumed + 1, ..resolved })
            }
        }
    }

    fn attribute(&self, base: &Value, name: &str, span: Span) -> Option<Result<Value, EvalError>> {
        let Some(unknown) = base.as_unknown() else { return resource_values::computed(base, name, span).map(Ok) };
        let Some(Symbol::Reference(reference)) = &unknown.symbol else { return None };
        match (self.evaluation.named(&reference.address)?, reference.path.as_slice()) {
            (Named::Instance(instance, resource), []) => Some(Ok(self.attribute_of(&instance, &resource, name, span))),
            (Named::Instances(instance, place), [step]) => self.possible(&instance, place, step, name, span).map(Ok),
            _ => None,
        }
    }

    fn short_circuits(&self) -> bool {
        self.instance.module.short_circuits || self.evaluation.short_circuits
    }

    fn files(&self) -> Option<(&dyn Files, &str)> {
        Some((self.evaluation.input.files, &self.evaluation.root))
    }

    fn sources(&self) -> Option<&Sources> {
        Some(self.evaluation.input.sources)
    }
}

/// The text of a reference that is not evaluated, such as an element of `depends_on`.
pub(super) fn written(names: &ModuleScope, expr: &Expr) -> Text {
    names.evaluation.input.sources.get(expr.span.source).slice(expr.span).into()
}
