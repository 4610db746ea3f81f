//! Policies and bindings: from objects to compiled expressions.

use super::cluster::split;
use super::constraint_match::ConstraintMatch;
use super::matching::MatchResources;
use super::refusal::Compiled;
use super::rego::RegoCode;
use super::request::GroupVersion;
use super::scope::{Variable, compile_variables};
use super::types;
use crate::cel::{CelType, Environment};
use crate::model::{Cause, Text, Value};
use crate::source::{Derived, Problem, Span};

/// Whose kind of policy a policy is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PolicySource {
    /// A ValidatingAdmissionPolicy, which the API server evaluates.
    Kubernetes,
    /// A ValidatingPolicy of Kyverno, which binds itself.
    Kyverno,
    /// A ConstraintTemplate of Gatekeeper, which constraints bind.
    Gatekeeper,
}

/// A policy.
#[derive(Debug)]
pub struct Policy {
    /// Whose kind of policy it is.
    pub source: PolicySource,
    /// Its name; of a ConstraintTemplate, the kind of its constraints.
    pub name: Text,
    /// Where it stands.
    pub place: Span,
    /// Whether an error denies: `failurePolicy`.
    pub fails: bool,
    /// The kind of its parameters.
    pub param_kind: Option<GroupVersion>,
    /// What it is about; `None` where the policy does not say.
    pub constraints: Option<MatchResources>,
    /// Resources whose template of a pod it judges, as if it were the object.
    pub pod_controllers: Vec<String>,
    /// All must hold for the policy to apply.
    pub conditions: Vec<Expression>,
    /// What its expressions share.
    pub variables: Vec<Variable>,
    /// What must hold.
    pub validations: Vec<Validation>,
    /// What is written into the audit log.
    pub audits: Vec<Expression>,
    /// Its code, if it is written in Rego instead.
    pub rego: Option<RegoCode>,
}

/// An expression of a policy.
#[derive(Debug)]
pub struct Expression {
    /// As it is written.
    pub text: Text,
    /// Where it stands.
    pub place: Span,
    /// What it is.
    pub compiled: Compiled,
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

/// A ValidatingAdmissionPolicyBinding, or what stands for one.
#[derive(Debug)]
pub struct Binding {
    /// Whose kind of policy it binds.
    pub source: PolicySource,
    /// Its name.
    pub name: Text,
    /// The name of its policy.
    pub policy: Text,
    /// Where it stands.
    pub place: Span,
    /// `Deny`, `Warn`, `Audit`.
    pub actions: Vec<String>,
    /// Which of the requests it applies to that the policy matches.
    pub matching: BindingMatch,
    /// What it gives the policy.
    pub params: BindingParams,
}

/// Which requests a binding applies to.
#[derive(Debug)]
pub enum BindingMatch {
    /// All that the policy matches.
    All,
    /// `matchResources`
    Resources(MatchResources),
    /// `spec.match` of a constraint of Gatekeeper.
    Constraint(ConstraintMatch),
    /// Those in the namespace of the policy, or why that is not known.
    Namespace(Result<String, Vec<Cause>>),
}

/// The parameters of a binding.
#[derive(Debug)]
pub enum BindingParams {
    /// None.
    None,
    /// `paramRef`: which objects of the cluster they are.
    Reference(Value),
    /// This object.
    Object(Value),
}

fn text(value: Option<&Value>) -> Option<Text> {
    value.and_then(Value::as_str).map(Text::from)
}

/// The elements of a list of the spec.
fn items<'v>(spec: &'v Value, name: &str) -> &'v [Value] {
    spec.get(name).and_then(Value::as_items).unwrap_or_default()
}

impl Expression {
    /// Compiles the expression at `name`, whose result must be of one of some types.
    fn read(of: &Value, name: &str, environment: &Environment, wanted: &[CelType]) -> Option<Self> {
        let value = of.get(name).filter(|value| !value.is_null())?;
        let compiled = Compiled::of(value, environment, wanted);
        Some(Self { text: text(Some(value)).unwrap_or_default(), place: value.origin.span, compiled })
    }
}

/// The names that expressions may use, by where they stand.
struct Names {
    conditions: Environment,
    validations: Environment,
    variables: Vec<Variable>,
}

impl Names {
    /// Those of a policy of the API server.
    fn of_kubernetes(spec: &Value, has_params: bool) -> Self {
        let conditions = types::environment(has_params);
        let mut validations = conditions.clone().with_variables();
        let variables = compile_variables(written_variables(spec), &mut validations, compiled_value);
        Self { conditions, validations, variables }
    }

    /// Those of a policy of Gatekeeper. Its webhook compiles variables with `params`, the whole constraint, and all
    /// else without; conditions may use variables there; there is no authorizer. Source: `AddTemplate` of
    /// pkg/drivers/k8scel/driver.go in open-policy-agent/gatekeeper.
    fn of_gatekeeper(spec: &Value, place: Span) -> Self {
        let mut with_params = types::plain_environment().with("params", CelType::Dyn).with_variables();
        let given = GATEKEEPER_VARIABLES.map(|(name, expression)| {
            let mut text = Derived::empty(place.source, place.start as usize);
            text.push_replacement(expression, place, None);
            (name.into(), text)
        });
        let mut variables =
            compile_variables(given, &mut with_params, |text, names| Compiled::of_text(&text, names, &[]));
        variables.extend(compile_variables(written_variables(spec), &mut with_params, compiled_value));
        let mut validations = types::plain_environment().with_variables();
        for variable in &variables {
            validations.add_variable(&variable.name, variable.expression.ty());
        }
        Self { conditions: validations.clone(), validations, variables }
    }
}

/// The variables that Gatekeeper adds to each policy, where `params` is the constraint.
const GATEKEEPER_VARIABLES: [(&str, &str); 2] = [
    ("anyObject", "object == null ? oldObject : object"),
    ("params", "has(params.spec) && has(params.spec.parameters) ? params.spec.parameters : null"),
];

/// The variables of a policy, as they are written.
fn written_variables(spec: &Value) -> impl Iterator<Item = (Text, &Value)> {
    items(spec, "variables")
        .iter()
        .filter_map(|variable| Some((text(variable.get("name"))?, variable.get("expression")?)))
}

fn compiled_value(value: &Value, environment: &Environment) -> Compiled {
    Compiled::of(value, environment, &[])
}

impl Policy {
    /// Reads a ValidatingAdmissionPolicy, or a ValidatingPolicy of Kyverno, which has the same fields; `None` of an
    /// object that is none.
    pub fn read(object: &Value, source: PolicySource, place: Span) -> Option<Self> {
        let spec = object.get("spec")?;
        let param_kind = spec.get("paramKind").filter(|kind| !kind.is_null()).map(|kind| {
            let part = |name: &str| text(kind.get(name)).unwrap_or_default();
            split(&part("apiVersion"), &part("kind"))
        });
        let name = text(object.get("metadata")?.get("name"))?;
        let names = Names::of_kubernetes(spec, param_kind.is_some());
        let constraints = spec.get("matchConstraints").filter(|value| !value.is_null()).map(MatchResources::read);
        Some(Self { source, param_kind, constraints, ..Self::with(name, spec, "matchConditions", names, place) })
    }

    /// Reads the source of a ConstraintTemplate whose constraints are of a kind, for requests with some operations.
    ///
    /// Its conditions are the field `matchCondition`, in the singular: what is written in the plural is not read.
    /// Source: `Source` of pkg/drivers/k8scel/schema/schema.go in open-policy-agent/gatekeeper.
    pub fn of_template(kind: Text, spec: &Value, operations: Vec<String>, place: Span) -> Self {
        let names = Names::of_gatekeeper(spec, place);
        let constraints = Some(MatchResources::of_operations(operations));
        Self { constraints, ..Self::with(kind, spec, "matchCondition", names, place) }
    }

    /// The template of Gatekeeper with this code in Rego.
    pub fn of_rego(kind: Text, code: RegoCode, operations: Vec<String>, place: Span) -> Self {
        let nothing = Value::object(Vec::new(), place);
        Self { rego: Some(code), ..Self::of_template(kind, &nothing, operations, place) }
    }

    fn with(name: Text, spec: &Value, conditions: &str, names: Names, place: Span) -> Self {
        let Names { conditions: plain, validations: environment, variables } = names;
        let conditions = items(spec, conditions)
            .iter()
            .filter_map(|condition| Expression::read(condition, "expression", &plain, &[CelType::Bool]));
        let validations = items(spec, "validations").iter().filter_map(|validation| {
            Some(Validation {
                expression: Expression::read(validation, "expression", &environment, &[CelType::Bool])?,
                message: text(validation.get("message")),
                message_expression: Expression::read(validation, "messageExpression", &environment, &[CelType::String])
                    .filter(|expression| !expression.text.is_empty()),
            })
        });
        let audits = items(spec, "auditAnnotations").iter().filter_map(|audit| {
            Expression::read(audit, "valueExpression", &environment, &[CelType::String, CelType::Null])
        });
        let (conditions, validations, audits) = (conditions.collect(), validations.collect(), audits.collect());
        Self {
            source: PolicySource::Gatekeeper,
            name,
            place,
            fails: spec.get("failurePolicy").and_then(Value::as_str) != Some("Ignore"),
            param_kind: None,
            constraints: None,
            pod_controllers: Vec::new(),
            conditions,
            variables,
            validations,
            audits,
            rego: None,
        }
    }

    /// Returns why expressions cannot be compiled, variables included.
    pub fn problems(&self) -> Vec<&Problem> {
        let variables = self.variables.iter().filter_map(|variable| variable.expression.refusal());
        self.expressions()
            .filter_map(|expression| expression.compiled.refusal())
            .chain(variables)
            .map(|refusal| &refusal.problem)
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
    /// Reads a ValidatingAdmissionPolicyBinding; `None` of an object that is none.
    pub fn read(object: &Value, place: Span) -> Option<Self> {
        let spec = object.get("spec")?;
        let given = |name: &str| spec.get(name).filter(|value| !value.is_null());
        Some(Self {
            source: PolicySource::Kubernetes,
            name: text(object.get("metadata")?.get("name"))?,
            policy: text(spec.get("policyName"))?,
            place,
            actions: super::selector::texts(spec.get("validationActions")),
            matching: given("matchResources")
                .map_or(BindingMatch::All, |value| BindingMatch::Resources(MatchResources::read(value))),
            params: given("paramRef").map_or(BindingParams::None, |value| BindingParams::Reference(value.clone())),
        })
    }
}
