//! What one policy says of one request, with one object of parameters.

use super::cluster::Cluster;
use super::policy::{Expression, Policy, Validation};
use super::refusal::Compiled;
use super::request::{AdmissionRequest, namespace_value};
use super::scope::{PolicyScope, or_null};
use crate::cel::{CelData, CelError, CelValue};
use crate::expr::Trace;
use crate::limits::admission::{MAX_MESSAGE, POLICY_COST};
use crate::model::{Cause, TraceId};
use crate::source::Span;

/// What a validation says.
#[derive(Clone, Debug)]
pub enum Outcome {
    /// The object may come in.
    Admit,
    /// It may not, for this reason.
    Deny(String),
    /// That depends on what is not known.
    Inconclusive(Vec<Cause>),
}

/// A decision of a policy.
#[derive(Clone, Debug)]
pub struct Decision {
    /// The number of the validation; `None` for the policy as a whole.
    pub validation: Option<usize>,
    /// What it says.
    pub outcome: Outcome,
    /// The expression that says it.
    pub place: Span,
    /// What that is owed to, in an evaluation that keeps a trace.
    pub trace: Option<TraceId>,
}

/// What a policy says.
#[derive(Debug, Default)]
pub struct Decisions {
    /// Of the object.
    pub validations: Vec<Decision>,
    /// Errors of audit annotations, which deny whatever the binding's actions are.
    pub audit_errors: Vec<Decision>,
}

/// Evaluates a policy on a request.
pub fn decide(
    policy: &Policy,
    request: &AdmissionRequest,
    params: &CelValue,
    cluster: &Cluster,
    trace: Option<&Trace>,
) -> Decisions {
    Decider { policy, scope: scope(policy, request, params, cluster, trace) }.decisions()
}

/// What the names of the policy's expressions stand for.
fn scope<'a>(
    policy: &'a Policy,
    request: &AdmissionRequest,
    params: &CelValue,
    cluster: &Cluster,
    trace: Option<&'a Trace>,
) -> PolicyScope<'a> {
    let mut scope = PolicyScope::new(&policy.variables, trace, policy.place);
    scope.object = or_null(request.object.as_ref());
    scope.old_object = or_null(request.old_object.as_ref());
    scope.params = params.clone();
    let user = scope.unknown("who will deploy the object");
    scope.request = request.value(&user);
    let is_namespace = request.kind.group.is_empty() && request.kind.name == "Namespace";
    if let Some(causes) = &request.unknown_namespace {
        scope.namespace = CelData::unknown(causes.clone()).into();
    } else if !is_namespace && !request.namespace.is_empty() {
        scope.namespace = match cluster.namespace(&request.namespace) {
            Some(namespace) => namespace_value(namespace),
            None => match cluster.unknown_namespace(&request.namespace) {
                Some(causes) => CelData::unknown(causes).into(),
                None => CelData::Null.into(),
            },
        };
    }
    scope
}

struct Decider<'a> {
    policy: &'a Policy,
    scope: PolicyScope<'a>,
}

/// What an expression gives.
type Evaluated = Result<CelValue, CelError>;

impl Decider<'_> {
    fn evaluate(&self, expression: &Expression) -> Evaluated {
        match &expression.compiled {
            Compiled::Program(program) => self.scope.evaluate(program),
            Compiled::Refused(refusal) => Err(CelError::new(refusal.told.clone())),
            Compiled::Unknown(causes) => Ok(CelData::unknown(causes.clone()).into()),
        }
    }

    /// What an error says of the object: nothing, where the policy ignores failures.
    fn failure(&self, message: String) -> Outcome {
        if self.policy.fails { Outcome::Deny(message) } else { Outcome::Admit }
    }

    fn of_policy(&self, outcome: Outcome, trace: Option<TraceId>) -> Decisions {
        let decision = Decision { validation: None, outcome, place: self.policy.place, trace };
        Decisions { validations: vec![decision], audit_errors: Vec::new() }
    }

    fn decisions(&mut self) -> Decisions {
        match self.applies() {
            Ok(true) => {}
            Ok(false) => return Decisions::default(),
            Err((outcome, trace)) => return self.of_policy(outcome, trace),
        }
        let (mut validations, mut cost) = (Vec::new(), 0_u64);
        for (at, validation) in self.policy.validations.iter().enumerate() {
            let result = self.evaluate(&validation.expression);
            cost = cost.saturating_add(self.scope.cost());
            if cost > POLICY_COST {
                let message =
                    "validation failed due to running out of cost budget, no further validation rules will be run";
                return self.of_policy(self.failure(message.into()), None);
            }
            validations.push(self.decision(at, validation, result));
        }
        Decisions { validations, audit_errors: self.audit_errors() }
    }

    /// Whether the conditions hold. One that does not decides, whatever the others are. They see no namespace.
    fn applies(&mut self) -> Result<bool, (Outcome, Option<TraceId>)> {
        let namespace = std::mem::replace(&mut self.scope.namespace, CelData::Null.into());
        let (mut errors, mut causes, mut trace) = (Vec::new(), Vec::new(), None);
        for condition in &self.policy.conditions {
            match self.evaluate(condition) {
                Ok(CelValue { data: CelData::Bool(true), .. }) => {}
                Ok(CelValue { data: CelData::Unknown(unknown), .. }) => causes.extend(unknown.causes.iter().cloned()),
                Ok(_) => return Ok(false),
                Err(error) => {
                    trace = trace.or(error.trace);
                    errors.push(told(condition, &error));
                }
            }
        }
        self.scope.namespace = namespace;
        self.scope.forget_variables();
        if !causes.is_empty() {
            return Err((Outcome::Inconclusive(causes), trace));
        }
        match &errors[..] {
            [] => Ok(true),
            [error] => Err((self.failure(error.clone()), trace)),
            _ => Err((self.failure(format!("[{}]", errors.join(", "))), trace)),
        }
    }

    fn decision(&self, at: usize, validation: &Validation, result: Evaluated) -> Decision {
        let trace = match &result {
            Ok(value) => value.trace,
            Err(error) => error.trace,
        };
        let outcome = match result {
            Ok(value) => match value.data {
                CelData::Bool(true) => Outcome::Admit,
                CelData::Unknown(unknown) => Outcome::Inconclusive(unknown.causes.clone()),
                _ => Outcome::Deny(self.message(validation)),
            },
            Err(error) => self.failure(told(&validation.expression, &error)),
        };
        Decision { validation: Some(at), outcome, place: validation.expression.place, trace }
    }

    /// What is said of an object that does not meet a validation.
    fn message(&self, validation: &Validation) -> String {
        let made = validation.message_expression.as_ref().and_then(|expression| self.evaluate(expression).ok());
        // A message never shows what must not be shown.
        let made = made.filter(|value| !value.sensitive);
        let made = made.as_ref().and_then(|value| value.data.as_str()).map(str::trim);
        let is_fit = |text: &&str| !text.is_empty() && text.len() <= MAX_MESSAGE && !text.contains('\n');
        if let Some(text) = made.filter(is_fit) {
            return text.to_owned();
        }
        match validation.message.as_deref().map(str::trim).filter(|text| !text.is_empty()) {
            Some(text) => text.to_owned(),
            None => format!("failed expression: {}", validation.expression.text.trim()),
        }
    }

    fn audit_errors(&self) -> Vec<Decision> {
        let error = |audit: &Expression| match self.evaluate(audit) {
            Err(error) if self.policy.fails => Some(Decision {
                validation: None,
                outcome: Outcome::Deny(told(audit, &error)),
                place: audit.place,
                trace: error.trace,
            }),
            _ => None,
        };
        self.policy.audits.iter().filter_map(error).collect()
    }
}

/// How the API server words the error of an expression.
fn told(expression: &Expression, error: &CelError) -> String {
    match expression.compiled.refusal() {
        None => format!("expression '{}' resulted in error: {}", expression.text, error.message),
        Some(refusal) => format!("compilation error: {}", refusal.told),
    }
}
