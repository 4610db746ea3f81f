//! Values of variables and locals.
//!
//! Variables of the root module come from outside or from their defaults, those of a called module from
//! the arguments of the call. All are converted to the declared type.

use super::ephemeral::is_declared_ephemeral;
use super::scope::{ModuleScope, read};
use crate::expr::constraint::Constraint;
use crate::expr::convert;
use crate::model::{Address, Cause, Data, HopKind, Key, Reference, Refinement, Symbol, Type, Unknown, Value, Why};
use crate::source::{Problem, Span};
use crate::syntax::hcl::Block;
use ecow::EcoString;
use std::sync::Arc;

/// A value for a variable, before conversion, and where it came from.
struct Given {
    value: Value,
    hop: HopKind,
}

impl ModuleScope<'_, '_> {
    /// `var.name`, read at `span`.
    pub fn variable(&self, name: &str, span: Span) -> Value {
        let Some((name, block)) = self.instance.module.variables.get_key_value(name) else {
            return self.undeclared(&format!("var.{name}"), span);
        };
        let (value, hop) = self.evaluation.follow(
            &self.instance.variables,
            name,
            || self.subject("var.", name, block.header),
            || self.variable_value(name, block),
            |why, span| (Value::unknown(why, span), HopKind::VariableDefault(name.clone())),
        );
        read(value, span, hop)
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

    /// The value of a variable where it stands, and how it got into the variable.
    fn variable_value(&self, name: &EcoString, block: &Block) -> (Value, HopKind) {
        let constraint = self.constraint(block);
        let flag =
            |flag: &str| block.body.attribute(flag).map(|a| self.evaluate(&a.value)).and_then(|v| convert::to_bool(&v));
        let nullable = flag("nullable").unwrap_or(true);
        let default = || block.body.attribute("default").map(|attribute| self.evaluate(&attribute.value));
        let given = self.passed(name).filter(|given| {
            let is_refused = !nullable && given.value.is_null();
            if is_refused && block.body.attribute("default").is_none() {
                let message = format!("`var.{name}` is null here, which its declaration forbids.");
                self.report(Problem::refused(given.value.origin.span, message));
            }
            !is_refused
        });
        let default_hop = HopKind::VariableDefault(name.clone());
        let (value, hop) = match given {
            Some(given) => (Some(given.value), given.hop),
            None => (default(), default_hop),
        };
        let value = match value {
            Some(value) => self.applied(&constraint, &format!("`var.{name}`"), &value),
            None => self.missing(name, block, &constraint.ty, nullable),
        };
        if flag("const") == Some(true) {
            self.needs_plan(&format!("`var.{name}`"), &value, value.origin.span);
        }
        let sensitive = value.sensitive || flag("sensitive").unwrap_or(false);
        (Value { sensitive, ..value }, hop)
    }

    /// What a variable without value is: unknown, and equal to itself.
    fn missing(&self, name: &EcoString, block: &Block, ty: &Type, nullable: bool) -> Value {
        if let Some(parent) = &self.instance.parent
            && let Some(call) = parent.instance.module.calls.get(&parent.name)
        {
            let message = format!("Module `{}` requires the argument `{name}`, which is missing here.", parent.name);
            self.report(Problem::refused(call.header, message));
        }
        let address = Address::block(&self.instance.address, "var".into(), name.into(), Key::None);
        let unknown = Unknown {
            ty: ty.clone(),
            causes: vec![Cause { why: Why::Variable(name.clone()), span: block.header }],
            symbol: Some(Symbol::Reference(Reference { address, path: Vec::new() })),
            refinement: Refinement { not_null: !nullable, ..Refinement::default() },
        };
        Value::new(Data::Unknown(Arc::new(unknown)), block.header)
    }

    /// The value given from outside the module.
    fn passed(&self, name: &EcoString) -> Option<Given> {
        let Some(parent) = &self.instance.parent else {
            let given = self.evaluation.given.get(name.as_str())?;
            return Some(Given { value: given.clone(), hop: HopKind::VariableValue(name.clone()) });
        };
        let call = parent.instance.module.calls.get(&parent.name)?;
        let argument = call.body.attribute(name)?;
        let owner = ecow::eco_format!("module.{}", parent.name);
        let names = ModuleScope::of(self.evaluation, &parent.instance).repeated(&parent.repetition, &owner);
        let names = ModuleScope { uncertain: self.uncertain, ..names };
        let value = names.evaluate(&argument.value);
        let declared = self.instance.module.variables.get(name);
        if names.is_ephemeral(&value) && !declared.is_some_and(is_declared_ephemeral) {
            let message = format!("The value for `{name}` is ephemeral, and the variable is not declared so.");
            self.report(Problem::refused(argument.value.span, message));
        }
        Some(Given { value, hop: HopKind::ModuleArgument(parent.name.clone(), name.clone()) })
    }

    /// A value as the type that a block declares, where it declares one; `what` names it in messages.
    pub fn typed(&self, block: &Block, what: &str, value: Value) -> Value {
        if block.body.attribute("type").is_none() {
            return value;
        }
        self.applied(&self.constraint(block), what, &value)
    }

    fn applied(&self, constraint: &Constraint, what: &str, value: &Value) -> Value {
        constraint.apply(value).unwrap_or_else(|message| {
            let message = format!("The value of {what} has the wrong type: {message}");
            let span = value.origin.span;
            self.report(Problem::error(span, message.clone()));
            Value::unknown_of(constraint.ty.clone(), vec![Cause { why: Why::Invalid(message.into()), span }], span)
        })
    }

    /// The declared type.
    fn constraint(&self, block: &Block) -> Constraint {
        let Some(attribute) = block.body.attribute("type") else { return Constraint::default() };
        Constraint::read(&attribute.value, &|expr| self.try_evaluate(expr)).unwrap_or_else(|error| {
            self.report(Problem::error(error.span, error.message));
            Constraint::default()
        })
    }

    /// Reports what the `validation` blocks of a variable definitely refuse.
    pub fn validate(&self, name: &str, block: &Block) {
        let value = self.variable(name, block.header);
        for validation in block.body.blocks_of("validation") {
            self.require(validation, &format!("`var.{name}` fails its validation"), value.origin.written());
        }
    }

    /// Reports a condition of `block` that is definitely false, or wrong. It decides nothing that is
    /// judged, so the evaluation is complete all the same.
    pub fn require(&self, block: &Block, what: &str, span: Span) {
        let Some(condition) = block.body.attribute("condition") else { return };
        let result = match self.try_evaluate(&condition.value) {
            Ok(result) => result,
            Err(error) if self.uncertain => return self.report(Problem::note(error.span, error.message)),
            Err(error) => return self.report(Problem::refused(error.span, error.message)),
        };
        if self.uncertain || result.is_unknown() {
            return;
        }
        match convert::to_bool(&result) {
            Some(true) => return,
            Some(false) => {}
            None => {
                let message = "A condition is either true or false, and this one is neither.";
                return self.report(Problem::refused(condition.value.span, message));
            }
        }
        let message = block.body.attribute("error_message").map(|attribute| self.try_evaluate(&attribute.value));
        let message =
            match message.and_then(Result::ok).as_ref().filter(|message| !message.sensitive).and_then(Value::as_str) {
                Some(message) => format!("{what}: {message}"),
                None => format!("{what}."),
            };
        self.report(Problem::refused(span, message));
    }
}
