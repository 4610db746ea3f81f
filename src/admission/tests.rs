//! What policies say of objects, in a cluster of which everything is known and in one that is open.

use super::constraint_match::ConstraintMatch;
use super::selector::Match;
use super::{
    AdmissionRequest, Binding, Cluster, GroupVersion, Policies, Policy, PolicySource, Response, kind_of, plural,
};
use crate::lower::yaml::value;
use crate::model::Value;
use crate::source::{Derived, SourceId, Span};
use crate::syntax::yaml::{self, Dialect};

fn span() -> Span {
    Span::new(SourceId(0), 0, 0)
}

fn objects(text: &str) -> Vec<Value> {
    let stream = yaml::read(&Derived::file(SourceId(0), text), Dialect::Kubernetes);
    stream.documents.iter().map(|document| value(&document.root, None)).collect()
}

/// A policy on Deployments with these validations, bound with these lines.
fn policies(validations: &str, binding: &str) -> Policies {
    let text = format!(
        "apiVersion: admissionregistration.k8s.io/v1\nkind: ValidatingAdmissionPolicy\nmetadata: {{name: p}}\nspec:\n  \
         paramKind: {{apiVersion: v1, kind: ConfigMap}}\n  matchConstraints:\n    resourceRules:\n    - {{apiGroups: \
         [apps], apiVersions: [v1], operations: [CREATE], resources: [deployments]}}\n  validations:\n{validations}---\n\
         apiVersion: admissionregistration.k8s.io/v1\nkind: ValidatingAdmissionPolicyBinding\nmetadata: {{name: \
         b}}\nspec:\n  policyName: p\n{binding}"
    );
    let [policy, binding] = &objects(&text)[..] else { panic!("{text}") };
    Policies {
        policies: Policy::read(policy, PolicySource::Kubernetes, span()).into_iter().collect(),
        bindings: Binding::read(binding, span()).into_iter().collect(),
        ..Policies::default()
    }
}

/// The request by which an object is created.
fn created(text: &str) -> AdmissionRequest {
    let object = objects(text).remove(0);
    let kind = kind_of(&object);
    let resource = GroupVersion { name: plural(&kind.name), ..kind.clone() };
    let metadata = |name: &str| {
        let value = object.get("metadata").and_then(|metadata| metadata.get(name));
        value.and_then(Value::as_str).unwrap_or_default().to_owned()
    };
    AdmissionRequest {
        operation: "CREATE".into(),
        request_kind: kind.clone(),
        request_resource: resource.clone(),
        kind,
        resource,
        subresource: String::new(),
        name: metadata("name"),
        namespace: metadata("namespace"),
        unknown_namespace: None,
        user: None,
        object: Some(object),
        old_object: None,
        is_generated: false,
    }
}

const WEB: &str =
    "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web, namespace: shop}\nspec: {replicas: 9}\n";

fn respond(policies: &Policies, cluster: &Cluster) -> Response {
    policies.respond(&created(WEB), cluster)
}

const SHOP: &str = "apiVersion: v1\nkind: Namespace\nmetadata: {name: shop, labels: {env: prod}}\n";
const LIMITS: &str =
    "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: limits, namespace: shop}\ndata: {max: '5'}\n";
const AT_MOST: &str = "  - expression: object.spec.replicas <= int(params.data.max)\n    messageExpression: \"'at most ' + \
                       params.data.max\"\n";
const DENY: &str = "  validationActions: [Deny]\n  paramRef: {name: limits, parameterNotFoundAction: Deny}\n";

#[test]
fn a_denial_has_the_message_of_the_policy() {
    let cluster = Cluster::closed(objects(&format!("{SHOP}{LIMITS}")), Vec::new());
    let response = respond(&policies(AT_MOST, DENY), &cluster);
    assert_eq!(response.allowed, Some(false));
    let wanted = "deployments.apps \"web\" is forbidden: ValidatingAdmissionPolicy 'p' with binding 'b' denied request: \
                  at most 5";
    assert_eq!(response.message.as_deref(), Some(wanted));
}

#[test]
fn missing_parameters_deny_in_a_known_cluster_and_decide_nothing_in_an_open_one() {
    let closed = respond(&policies(AT_MOST, DENY), &Cluster::closed(objects(SHOP), Vec::new()));
    assert!(closed.message.unwrap().contains("no params found"));
    let open = respond(&policies(AT_MOST, DENY), &Cluster::open(objects(SHOP), span()));
    assert_eq!((open.allowed, open.message), (None, None));
}

#[test]
fn the_labels_of_a_namespace_that_is_elsewhere_decide_nothing() {
    let never = "  - expression: 'false'\n";
    let bound = |selector: &str| {
        let binding = "  validationActions: [Deny]\n  matchResources: {namespaceSelector: ";
        policies(never, &format!("{binding}{selector}}}\n"))
    };
    let (prod, named) = ("{matchLabels: {env: prod}}", "{matchLabels: {kubernetes.io/metadata.name: shop}}");
    let elsewhere = Cluster::open(Vec::new(), span());
    assert_eq!(respond(&bound(prod), &elsewhere).allowed, None);
    assert_eq!(respond(&bound(named), &elsewhere).allowed, Some(false));
    assert_eq!(respond(&bound(prod), &Cluster::open(objects(SHOP), span())).allowed, Some(false));
    assert_eq!(respond(&bound("{matchLabels: {env: dev}}"), &Cluster::open(objects(SHOP), span())).allowed, Some(true));
}

#[test]
fn who_asks_is_unknown_before_a_deployment() {
    let by_admins = "  - expression: \"'admins' in request.userInfo.groups\"\n";
    let either = "  - expression: \"'admins' in request.userInfo.groups || object.spec.replicas == 9\"\n";
    let cluster = Cluster::open(objects(SHOP), span());
    assert_eq!(respond(&policies(by_admins, "  validationActions: [Deny]\n"), &cluster).allowed, None);
    assert_eq!(respond(&policies(either, "  validationActions: [Deny]\n"), &cluster).allowed, Some(true));
}

#[test]
fn an_expression_that_cannot_be_compiled_denies_with_its_place() {
    let wrong = "  - expression: 1 + 'a' == 2\n";
    let response =
        respond(&policies(wrong, "  validationActions: [Deny]\n"), &Cluster::closed(objects(SHOP), Vec::new()));
    let message = response.message.unwrap();
    assert!(message.ends_with("to '(int, string)'\n | 1 + 'a' == 2\n | ..^"), "{message}");
}

/// What stands at `match` of a constraint.
fn matching(written: &str) -> Value {
    objects(&format!("match: {written}")).remove(0).get("match").unwrap().clone()
}

/// Each row is a decision of `Matches` in pkg/mutation/match/match.go of Gatekeeper 3.23.
#[test]
fn a_constraint_matches_what_gatekeeper_matches() {
    let shop = "apiVersion: v1\nkind: Namespace\nmetadata: {name: shop, labels: {env: prod}}\n";
    let role = "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: {name: web}\n";
    let made = "apiVersion: v1\nkind: Pod\nmetadata: {generateName: web-, namespace: shop, labels: {app: web}}\n";
    let cluster = Cluster::closed(objects(shop), Vec::new());
    let rows = [
        ("{}", WEB, true),
        ("{kinds: [{apiGroups: [apps], kinds: [Deployment]}]}", WEB, true),
        ("{kinds: [{apiGroups: [''], kinds: [Deployment]}, {kinds: ['*']}]}", WEB, true),
        ("{kinds: [{apiGroups: [''], kinds: ['*']}]}", WEB, false),
        ("{kinds: [{apiGroups: ['*'], kinds: [Pod]}]}", WEB, false),
        ("{scope: Namespaced}", WEB, true),
        ("{scope: Namespaced}", shop, false),
        ("{scope: Namespaced}", role, false),
        ("{scope: Cluster}", shop, true),
        ("{scope: Cluster}", WEB, false),
        ("{scope: cluster}", WEB, true),
        ("{namespaces: ['sh*']}", WEB, true),
        ("{namespaces: [default]}", WEB, false),
        ("{namespaces: [default]}", role, true),
        ("{namespaces: [shop]}", shop, true),
        ("{namespaces: [default]}", shop, false),
        ("{excludedNamespaces: ['*op']}", WEB, false),
        ("{excludedNamespaces: [shop]}", shop, false),
        ("{excludedNamespaces: ['*']}", role, true),
        ("{labelSelector: {matchLabels: {app: web}}}", made, true),
        ("{labelSelector: {matchLabels: {app: web}}}", WEB, false),
        ("{namespaceSelector: {matchLabels: {env: prod}}}", WEB, true),
        ("{namespaceSelector: {matchLabels: {env: dev}}}", WEB, false),
        ("{namespaceSelector: {matchLabels: {env: prod}}}", shop, true),
        ("{namespaceSelector: {matchLabels: {env: dev}}}", role, true),
        ("{name: 'w*'}", made, true),
        ("{name: '*eb-'}", made, false),
        ("{name: web}", WEB, true),
        ("{name: we}", WEB, false),
        ("{source: Generated}", WEB, false),
        ("{source: Original}", WEB, true),
        ("{source: All}", WEB, true),
    ];
    for (written, object, wanted) in rows {
        let matching = ConstraintMatch::read(Some(&matching(written)), &[]);
        assert_eq!(matching.matches(&created(object), &cluster), Match::of(wanted), "{written} {object}");
    }
    let exempt = ["shop".to_owned()];
    assert_eq!(ConstraintMatch::read(None, &exempt).matches(&created(WEB), &cluster), Match::No);
    let elsewhere = Cluster::open(Vec::new(), span());
    let by_label = ConstraintMatch::read(Some(&matching("{namespaceSelector: {matchLabels: {env: prod}}}")), &[]);
    assert!(matches!(by_label.matches(&created(WEB), &elsewhere), Match::Unknown(_)));
}
