//! What policies say of objects, in a cluster of which everything is known and in one that is open.

use super::{AdmissionRequest, Binding, Cluster, GroupVersion, Policies, Policy, Response, kind_of, plural};
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
        policies: Policy::read(policy, span()).into_iter().collect(),
        bindings: Binding::read(binding, span()).into_iter().collect(),
    }
}

fn respond(policies: &Policies, cluster: &Cluster) -> Response {
    let text = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web, namespace: shop}\nspec: {replicas: 9}\n";
    let object = objects(text).remove(0);
    let kind = kind_of(&object);
    let resource = GroupVersion { name: plural(&kind.name), ..kind.clone() };
    let request = AdmissionRequest {
        operation: "CREATE".into(),
        request_kind: kind.clone(),
        request_resource: resource.clone(),
        kind,
        resource,
        subresource: String::new(),
        name: "web".into(),
        namespace: "shop".into(),
        unknown_namespace: None,
        user: None,
        object: Some(object),
        old_object: None,
    };
    policies.respond(&request, cluster)
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
