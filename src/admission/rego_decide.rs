//! What a ConstraintTemplate in Rego says of one request, with one constraint: the input that Gatekeeper gives it, and
//! decisions from its violations.
//!
//! Sources: pkg/target/review.go in open-policy-agent/gatekeeper, pkg/client/drivers/rego/driver.go in
//! open-policy-agent/frameworks.

use super::cluster::Cluster;
use super::decide::{Decision, Outcome};
use super::policy::Policy;
use super::rego::RegoCode;
use super::request::{AdmissionRequest, GroupVersion};
use crate::model::{Cause, Text, Type, Value, Why};
use crate::rego::{RegoOutcome, Review};
use crate::source::Span;

/// Evaluates the template on a request, with a constraint.
pub fn decide_in_rego(
    code: &RegoCode,
    policy: &Policy,
    request: &AdmissionRequest,
    constraint: &Value,
    cluster: &Cluster,
) -> Vec<Decision> {
    let place = policy.place;
    let decision = |validation, outcome| Decision { validation, outcome, place, trace: None };
    let unsure = |causes| vec![decision(None, Outcome::Inconclusive(causes))];
    let program = match code {
        RegoCode::Program(program) => program,
        RegoCode::Unknown(causes) => return unsure(causes.clone()),
    };
    let because = |why| unsure(vec![Cause { why, span: place }]);
    let (kind, input) = (&policy.name, input(request, constraint, cluster, place));
    match program.evaluate(&input) {
        RegoOutcome::Violations(messages) => {
            let denied = messages.into_iter().enumerate();
            denied.map(|(number, message)| decision(Some(number), Outcome::Deny(message))).collect()
        }
        RegoOutcome::Unknown(causes) => unsure(causes),
        RegoOutcome::Inventory => because(Why::Cluster("`data.inventory`".into())),
        RegoOutcome::Failed(reason) => {
            because(Why::Malformed(format!("the Rego of the template '{kind}' fails: {reason}").into()))
        }
        RegoOutcome::Limit => because(Why::Limit("steps of a template in Rego".into())),
    }
}

/// What Gatekeeper's webhook gives a template.
fn input(request: &AdmissionRequest, constraint: &Value, cluster: &Cluster, place: Span) -> Review {
    let cluster_only = |what: &str| {
        Value::unknown_of(Type::Dynamic, vec![Cause { why: Why::Cluster(what.into()), span: place }], place)
    };
    let text = |text: &str| Value::string(text, place);
    let triple = |of: &GroupVersion, last: &str| {
        let fields = vec![
            (Text::from("group"), text(&of.group)),
            ("version".into(), text(&of.version)),
            (last.into(), text(&of.name)),
        ];
        Value::object(fields, place)
    };
    let object = request.object.clone();
    let name = object.as_ref().and_then(|object| object.get("metadata")?.get("name")).filter(|name| name.is_unknown());
    let mut fields = vec![
        (Text::from("kind"), triple(&request.kind, "kind")),
        ("resource".into(), triple(&request.resource, "resource")),
        ("requestKind".into(), triple(&request.request_kind, "kind")),
        ("requestResource".into(), triple(&request.request_resource, "resource")),
        ("operation".into(), text(&request.operation)),
        ("oldObject".into(), request.old_object.clone().unwrap_or_else(|| Value::null(place))),
        ("namespaceObject".into(), namespace(request, cluster, place)),
        ("dryRun".into(), Value::bool(false, place)),
        ("uid".into(), cluster_only("the id of the request")),
        ("options".into(), cluster_only("the options of the request")),
        ("userInfo".into(), cluster_only("who will deploy the object")),
    ];
    match name {
        Some(unknown) => fields.push(("name".into(), unknown.clone())),
        None if request.name.is_empty() => {}
        None => fields.push(("name".into(), text(&request.name))),
    }
    match &request.unknown_namespace {
        Some(causes) => fields.push(("namespace".into(), Value::unknown_of(Type::String, causes.clone(), place))),
        None if request.namespace.is_empty() => {}
        None => fields.push(("namespace".into(), text(&request.namespace))),
    }
    fields.push(("object".into(), object.unwrap_or_else(|| Value::null(place))));
    let parameters = constraint.get("spec").and_then(|spec| spec.get("parameters")).filter(|given| !given.is_null());
    let mut review = Review::default();
    review.set("review", Value::object(fields, place));
    review.set("parameters", parameters.cloned().unwrap_or_else(|| Value::object(Vec::new(), place)));
    review
}

/// `namespaceObject`: null for an object outside of namespaces.
fn namespace(request: &AdmissionRequest, cluster: &Cluster, place: Span) -> Value {
    if let Some(causes) = &request.unknown_namespace {
        return Value::unknown_of(Type::Dynamic, causes.clone(), place);
    }
    let found = cluster.namespace(&request.namespace).filter(|_| !request.namespace.is_empty());
    let unknown = || cluster.unknown_namespace(&request.namespace).filter(|_| !request.namespace.is_empty());
    match found {
        Some(namespace) => namespace.clone(),
        None => unknown().map_or_else(|| Value::null(place), |causes| Value::unknown_of(Type::Dynamic, causes, place)),
    }
}
