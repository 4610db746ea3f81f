//! Policies and bindings: from objects to compiled expressions.

use super::cluster::split;
use super::matching::MatchResources;
use super::refusal::{Refusal, compiled};
use super::request::GroupVersion;
use super::scope::{Variable, compile_variables};
use super::types;
use crate::cel::{CelType, Environment, Program};
use crate::expr::decoding::EncodedText;
use crate::model::{Text, Value};
use crate::source::{Derived, Problem, Span};

/// A ValidatingAdmissionPolicy.
#[derive(Debug)]
pub struct Policy {
    /// Its name.
    pub name: Text,
    /// Where it stands.
    pub place: Span,
    /// Whether an error denies: `failurePolicy`.
    pub fails: bool,
    /// The kind of its parameters.
    pub param_kind: Option<GroupVersion>,
    /// What it is about; `None` where the policy does not say.
    pub constraints: Option<MatchResources>,
    /// All must hold for the policy to apply.
    pub conditions: Vec<Expression>,
    /// What its expressions share.
    pub variables: Vec<Variable>,
    /// What must hold.
    pub validations: Vec<Validation>,
    /// What is written into the audit log.
    pub audits: Vec<Expression>,
}

/// An expression of a policy.
#[derive(Debug)]
pub struct Expression {
    /// As it is written.
    pub text: Text,
    /// Where it stands.
    pub place: Span,
    /// What it is, or why it cannot be compiled.
    pub program: Result<Program, Refusal>,
}

/// A condition that an object must meet.
#[derive(Debug)]
pub struct Validation {
    /// The condition.
    pub expression: Expression,
    /// What is said of an object that does not meet it.
    pub message: Option<Text>,
    /// An expression that says it.
    pub message_expression: Option<Expression>,
}

/// A ValidatingAdmissionPolicyBinding.
#[derive(Debug)]
pub struct Binding {
    /// Its name.
    pub name: Text,
    /// The name of its policy.
    pub policy: Text,
    /// Where it stands.
    pub place: Span,
    /// `Deny`, `Warn`, `Audit`.
    pub actions: Vec<String>,
    /// What it is about; `None` for all that the policy is about.
    pub resources: Option<MatchResources>,
    /// `paramRef`
    pub reference: Option<Value>,
}

fn text(value: Option<&Value>) -> Option<Text> {
    value.and_then(Value::as_str).map(Text::from)
}

/// The elements of a list of the spec.
fn items<'v>(spec: &'v Value, name: &str) -> &'v [Value] {
    spec.get(name).and_then(Value::as_items).unwrap_or_default()
}

/// The text of an expression, with the places of its parts as far as they are known.
fn source(value: &Value) -> Option<Derived<'static>> {
    Some(EncodedText::of(value, None).filter(EncodedText::is_wholly_known)?.text)
}

impl Expression {
    /// Compiles the expression at `name`, whose result must be of one of some types.
    fn read(of: &Value, name: &str, environment: &Environment, wanted: &[CelType]) -> Option<Self> {
        let value = of.get(name)?;
        let source = source(value)?;
        let place = value.origin.span;
        let program = compiled(&source, environment, wanted);
        Some(Self { text: text(Some(value))?, place, program })
    }
}

impl Policy {
    /// Reads a policy; `None` of an object that is none.
    pub fn read(object: &Value, place: Span) -> Option<Self> {
        let spec = object.get("spec")?;
        let param_kind = spec.get("paramKind").filter(|kind| !kind.is_null()).map(|kind| {
            let part = |name: &str| text(kind.get(name)).unwrap_or_default();
            split(&part("apiVersion"), &part("kind"))
        });
        let plain = types::environment(param_kind.is_some());
        let mut environment = plain.clone().with_variables();
        let variables = items(spec, "variables")
            .iter()
            .filter_map(|variable| Some((text(variable.get("name"))?, source(variable.get("expression")?)?)));
        let variables = compile_variables(variables, &mut environment);
        let conditions = items(spec, "matchConditions")
            .iter()
            .filter_map(|condition| Expression::read(condition, "expression", &plain, &[CelType::Bool]));
        let validations = items(spec, "validations").iter().filter_map(|validation| {
            Some(Validation {
                expression: Expression::read(validation, "expression", &environment, &[CelType::Bool])?,
                message: text(validation.get("message")),
                message_expression: Expression::read(validation, "messageExpression", &environment, &[CelType::String]),
            })
        });
        let audits = items(spec, "auditAnnotations").iter().filter_map(|audit| {
            Expression::read(audit, "valueExpression", &environment, &[CelType::String, CelType::Null])
        });
        let (conditions, validations, audits) = (conditions.collect(), validations.collect(), audits.collect());
        Some(Self {
            name: text(object.get("metadata")?.get("name"))?,
            place,
            fails: spec.get("failurePolicy").and_then(Value::as_str) != Some("Ignore"),
            param_kind,
            constraints: spec.get("matchConstraints").filter(|value| !value.is_null()).map(MatchResources::read),
            conditions,
            variables,
            validations,
            audits,
        })
    }

    /// Returns why expressions cannot be compiled, variables included.
    pub fn problems(&self) -> Vec<&Problem> {
        let variables = self.variables.iter().filter_map(|variable| Some(&variable.program.as_ref().err()?.problem));
        self.expressions()
            .filter_map(|expression| Some(&expression.program.as_ref().err()?.problem))
            .chain(variables)
            .collect()
    }

    fn expressions(&self) -> impl Iterator<Item = &Expression> {
        let validations = self.validations.iter();
        let expressions = validations
            .flat_map(|validation| [&validation.expression].into_iter().chain(&validation.message_expression));
        self.conditions.iter().chain(expressions).chain(&self.audits)
    }
}

impl Binding {
    /// Reads a binding; `None` of an object that is none.
    pub fn read(object: &Value, place: Span) -> Option<Self> {
        let spec = object.get("spec")?;
        Some(Self {
            name: text(object.get("metadata")?.get("name"))?,
            policy: text(spec.get("policyName"))?,
            place,
            actions: super::selector::texts(spec.get("validationActions")),
            resources: spec.get("matchResources").filter(|value| !value.is_null()).map(MatchResources::read),
            reference: spec.get("paramRef").filter(|value| !value.is_null()).cloned(),
        })
    }
}
