//! What names mean in the expressions of a module.
//!
//! Owns the roots of references (`var`, `local`, `module`, `each`, resource types, …) and says which value each of them
//! asks for; what those values are is for `variables`, `calls` and `provided` to say.

use super::evaluation::Named;
use super::module::Mode;
use super::provided;
use super::repetition::Repetition;
use super::scope::{ModuleScope, read};
use crate::expr::unknowns::not_null;
use crate::expr::{EvalError, ExprScope, Resolved};
use crate::model::{Address, Cause, HopKind, Reference, Step, Type, Value, Why};
use crate::source::{Files, Problem, Sources, Span};

/// The address of a `terraform` block, in which the parts of an `encryption` block have names.
pub(super) const SETTINGS: &str = "terraform";

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
            "data" | "ephemeral" | "resource" | "action" => {
                if root == "action" {
                    self.report(Problem::refused(
                        span,
                        "An action is no value: only an `action_trigger` block names it.",
                    ));
                }
                let mode = match root {
                    "data" => Mode::Data,
                    "ephemeral" => Mode::Ephemeral,
                    "action" => Mode::Action,
                    _ => Mode::Managed,
                };
                let resolved = self.resource(mode, named("a resource")?, second, None, span)?;
                Ok(Resolved { consumed: resolved.consumed + 2, ..resolved })
            }
            "key_provider" | "method" if self.owner == SETTINGS => {
                let ([Some(kind), Some(name)], consumed) = (following, 2) else {
                    return Err(EvalError::fatal(format!("`{root}` is named by its type and its name."), span));
                };
                let is_declared = self.instance.module.settings.iter().any(|settings| {
                    let encryption = settings.body.blocks_of("encryption");
                    let mut parts = encryption.flat_map(|encryption| encryption.body.blocks_of(root));
                    parts.any(|part| part.labels.iter().map(|label| label.name.as_str()).eq([kind, name]))
                });
                let name = ecow::eco_format!("{root}.{kind}.{name}");
                if !is_declared {
                    return Ok(Resolved { value: self.undeclared(&name, span), consumed });
                }
                let address = Address::other(Some(&self.instance.address), name.clone());
                let cause = Cause { why: Why::AfterApply(name), span };
                Ok(Resolved { value: Value::reference(Reference { address, path: Vec::new() }, cause, span), consumed })
            }
            _ => {
                let resolved = self.resource(Mode::Managed, root, first, second, span)?;
                Ok(Resolved { consumed: resolved.consumed + 1, ..resolved })
            }
        }
    }

    fn attribute(&self, base: &Value, name: &str, span: Span) -> Option<Result<Value, EvalError>> {
        let Some(unknown) = base.as_unknown() else { return provided::computed(base, name, span).map(Ok) };
        let reference = unknown.referenced()?;
        let Some(named) = self.evaluation.named(&reference.address) else {
            return provided::of_undeclared(base, name, span).map(Ok);
        };
        match (named, reference.path.as_slice()) {
            (Named::Instance(instance, resource), []) => {
                self.must_have(&instance, &resource, name, span);
                Some(Ok(self.attribute_of(&instance, &resource, name, span)))
            }
            (Named::Instances(instance, place), [Step::At(key)]) => {
                self.repeated_alike(&instance, place, key, name, span).map(Ok)
            }
            (Named::Instances(instance, place), [step]) => self.possible(&instance, place, step, name, span).map(Ok),
            _ => None,
        }
    }

    fn call(&self, name: &str, args: &[Value], span: Span) -> Option<Result<Value, EvalError>> {
        match (name, args) {
            ("ephemeralasnull", [value]) => Some(self.without_ephemeral(value, span)),
            _ => None,
        }
    }

    fn short_circuits(&self) -> bool {
        self.instance.module.short_circuits && self.evaluation.short_circuits
    }

    fn files(&self) -> Option<(&dyn Files, &str)> {
        Some((self.evaluation.input.files, &self.evaluation.root))
    }

    fn sources(&self) -> Option<&Sources> {
        Some(self.evaluation.input.sources)
    }
}

impl ModuleScope<'_, '_> {
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
