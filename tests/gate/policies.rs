//! The repository's own admission policies: which objects they are about, and as what they see them.

use crate::repository::{live, repository, scan};

/// A policy on Deployments with one validation, and its binding.
fn policy(name: &str, expression: &str) -> String {
    format!(
        "apiVersion: admissionregistration.k8s.io/v1\nkind: ValidatingAdmissionPolicy\nmetadata: {{name: {name}}}\nspec:\n  \
         matchConstraints:\n    resourceRules: [{{apiGroups: [apps, ''], apiVersions: [v1], operations: [CREATE], resources: \
         [deployments, services, persistentvolumeclaims]}}]\n  validations:\n    - expression: >-\n        {expression}\n---\n\
         apiVersion: admissionregistration.k8s.io/v1\nkind: ValidatingAdmissionPolicyBinding\nmetadata: {{name: \
         {name}}}\nspec: {{policyName: {name}, validationActions: [Deny]}}\n"
    )
}

fn deployment(name: &str, spec: &str) -> String {
    format!(
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: {name}, namespace: shop}}\nspec:\n  {spec}\n  selector: \
         {{matchLabels: {{a: b}}}}\n  template:\n    metadata: {{labels: {{a: b}}}}\n    spec: {{containers: [{{name: web, \
         image: 'nginx:1.27'}}]}}\n"
    )
}

const DENIED: [&str; 2] = ["--check", "kubernetes/admission/*"];

/// `Deployment/shop/web/admission/…` of each finding.
fn denied(report: &serde_json::Value) -> Vec<String> {
    live(report).iter().map(|told| told.split(' ').nth(1).unwrap().to_owned()).collect()
}

#[test]
fn a_policy_is_about_the_objects_of_its_own_repository() {
    let (few, many) = (policy("few", "object.spec.replicas <= 5"), policy("many", "object.spec.replicas >= 12"));
    let files = [
        ("policies/few.yaml", few.as_str()),
        ("deploy/web.yaml", &deployment("web", "replicas: 9")),
        ("vendor/other/.git/HEAD", "ref: refs/heads/main\n"),
        ("vendor/other/policies/many.yaml", &many),
        ("vendor/other/deploy/web.yaml", &deployment("other", "replicas: 11")),
        // A submodule is a part of the repository around it.
        ("modules/sub/.git", "gitdir: ../../.git/modules/sub\n"),
        ("modules/sub/web.yaml", &deployment("sub", "replicas: 9")),
    ];
    let (_, report) = scan(&repository("policies-cloned", &files), &DENIED);
    let mut found = denied(&report);
    found.sort();
    let wanted = [
        "Deployment/shop/other/admission/many/many/Deny/0",
        "Deployment/shop/sub/admission/few/few/Deny/0",
        "Deployment/shop/web/admission/few/few/Deny/0",
    ];
    assert_eq!(found, wanted);
}

#[test]
fn a_policy_sees_the_defaults_of_the_api_server_and_nothing_of_what_the_cluster_chooses() {
    let expressions = [
        // What is not written.
        ("replicas", "object.kind != 'Deployment' || object.spec.replicas > 1"),
        (
            "policy",
            "object.kind != 'Deployment' || object.spec.template.spec.containers[0].imagePullPolicy != 'IfNotPresent'",
        ),
        ("account", "object.kind != 'Deployment' || !has(object.spec.template.spec.serviceAccountName)"),
        ("identity", "has(object.metadata.uid)"),
        ("address", "object.kind != 'Service' || object.spec.clusterIP == '10.0.0.1'"),
        ("class", "object.kind != 'PersistentVolumeClaim' || has(object.spec.storageClassName)"),
        ("amount", "object.kind != 'PersistentVolumeClaim' || object.spec.resources.requests.storage != '1Gi'"),
    ];
    let policies: String = expressions.map(|(name, expression)| format!("{}---\n", policy(name, expression))).concat();
    let objects = format!(
        "{}---\napiVersion: v1\nkind: Service\nmetadata: {{name: web, namespace: shop}}\nspec: {{ports: [{{port: \
         80}}]}}\n---\napiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {{name: web, namespace: shop}}\nspec: \
         {{accessModes: [ReadWriteOnce], resources: {{requests: {{storage: 1024Mi}}}}}}\n",
        deployment("web", "minReadySeconds: 5")
    );
    let files = [("policies.yaml", policies.as_str()), ("web.yaml", objects.as_str())];
    let (_, report) = scan(&repository("policies-defaults", &files), &DENIED);
    let mut found = denied(&report);
    found.sort();
    let wanted = [
        "Deployment/shop/web/admission/policy/policy/Deny/0",
        "Deployment/shop/web/admission/replicas/replicas/Deny/0",
        "PersistentVolumeClaim/shop/web/admission/amount/amount/Deny/0",
    ];
    assert_eq!(found, wanted);
    let mut unsure: Vec<&str> =
        report["inconclusive"].as_array().unwrap().iter().map(|one| one["resource"].as_str().unwrap()).collect();
    unsure.sort_unstable();
    let wanted = [
        "Deployment/shop/web/admission/identity/identity/Deny/0",
        "PersistentVolumeClaim/shop/web/admission/class/class/Deny/0",
        "PersistentVolumeClaim/shop/web/admission/identity/identity/Deny/0",
        "Service/shop/web/admission/address/address/Deny/0",
        "Service/shop/web/admission/identity/identity/Deny/0",
    ];
    assert_eq!(unsure, wanted);
    // Replicas that are absent are missed in `spec`.
    let replicas = report["findings"]
        .as_array()
        .unwrap()
        .iter()
        .find(|one| one["resource"].as_str().unwrap().contains("/replicas/"));
    assert_eq!(replicas.unwrap()["location"]["start"]["line"], 4);
}

#[test]
fn a_custom_object_has_the_defaults_of_its_definition() {
    let definition = "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: \
                      limits.example.com}\nspec:\n  group: example.com\n  scope: Namespaced\n  names: {kind: Limit, plural: \
                      limits}\n  versions:\n    - name: v1\n      served: true\n      storage: true\n      schema:\n        \
                      openAPIV3Schema: {type: object, properties: {spec: {type: object, default: {}, properties: {most: \
                      {type: integer, default: 5}}}}}\n---\napiVersion: example.com/v1\nkind: Limit\nmetadata: {name: few, \
                      namespace: shop}\n";
    let policy = policy("limit", "object.spec.replicas <= params.spec.most")
        .replace("  matchConstraints:", "  paramKind: {apiVersion: example.com/v1, kind: Limit}\n  matchConstraints:")
        .replace(
            "validationActions: [Deny]",
            "validationActions: [Deny], paramRef: {name: few, namespace: shop, \
                 parameterNotFoundAction: Deny}",
        );
    let files = [
        ("limit.yaml", definition),
        ("policy.yaml", &policy),
        ("web.yaml", &format!("{}---\n{}", deployment("web", "replicas: 6"), deployment("small", "replicas: 5"))),
    ];
    let (_, report) = scan(&repository("policies-custom", &files), &DENIED);
    assert_eq!(denied(&report), ["Deployment/shop/web/admission/limit/limit/Deny/0"]);
}
