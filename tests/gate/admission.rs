//! What installs the validating webhook: clean by our own checks, and the same with and without Helm.

use crate::repository::{gatelint, live, repository, scan};
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

fn packaging() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("packaging/admission")
}

/// The objects that a path gives, by kind and name.
fn objects(path: &Path, args: &[&str]) -> BTreeMap<(String, String), Json> {
    let path = path.display().to_string();
    let args: Vec<&str> = ["inspect", &path, "--no-config", "--format", "json"].iter().chain(args).copied().collect();
    let run = gatelint(&packaging(), &args);
    let inspected: Json = serde_json::from_str(&run.out).unwrap_or_else(|error| panic!("{error}: {}", run.errors));
    let resources = inspected["resources"].as_array().expect("resources").iter();
    let objects = resources.map(|resource| &resource["attributes"]).filter(|object| object["apiVersion"].is_string());
    let text = |value: &Json| value.as_str().unwrap_or_default().to_owned();
    objects.map(|object| ((text(&object["kind"]), text(&object["metadata"]["name"])), object.clone())).collect()
}

const RELEASE: [&str; 4] = ["--helm-release", "gatelint", "--helm-namespace", "gatelint"];

#[test]
fn the_manifest_is_what_the_chart_gives_and_a_namespace() {
    let mut manifest = objects(&packaging().join("install.yaml"), &[]);
    let namespace = manifest.remove(&("Namespace".into(), "gatelint".into())).expect("the namespace");
    assert_eq!(namespace["metadata"]["labels"]["pod-security.kubernetes.io/enforce"], "restricted");
    let chart = objects(&packaging().join("chart"), &RELEASE);
    assert_eq!(manifest.keys().collect::<Vec<_>>(), chart.keys().collect::<Vec<_>>());
    for (key, object) in &manifest {
        assert_eq!(Some(object), chart.get(key), "{key:?}");
    }
}

#[test]
fn what_is_installed_is_clean_by_our_own_checks() {
    for (path, args) in [("install.yaml", [].as_slice()), ("chart", RELEASE.as_slice())] {
        let args: Vec<&str> = [path, "--no-config"].iter().chain(args).copied().collect();
        let (run, report) = scan(&packaging(), &args);
        let found: Vec<String> = live(&report).into_iter().filter(|line| !line.ends_with(" info")).collect();
        assert_eq!(found, Vec::<String>::new());
        assert_eq!(run.exit, 0, "{}", run.errors);
    }
}

/// R-ADM-14
#[test]
fn a_cluster_works_without_the_webhook_and_the_webhook_without_rights() {
    let objects = objects(&packaging().join("install.yaml"), &[]);
    let of = |kind: &str| -> Vec<&Json> {
        objects.iter().filter(|((name, _), _)| name == kind).map(|(_, object)| object).collect()
    };
    let [registration] = of("ValidatingWebhookConfiguration")[..] else { panic!("one registration") };
    let webhook = &registration["webhooks"][0];
    let expected = json!({"failurePolicy": "Ignore", "timeoutSeconds": 5, "matchPolicy": "Equivalent",
                          "sideEffects": "None", "admissionReviewVersions": ["v1"]});
    for (field, value) in expected.as_object().expect("fields") {
        assert_eq!(&webhook[field], value, "{field}");
    }
    let selector = &webhook["namespaceSelector"]["matchExpressions"][0];
    assert_eq!(selector["key"], "kubernetes.io/metadata.name");
    assert_eq!(selector["operator"], "NotIn");
    assert_eq!(selector["values"], json!(["kube-system", "gatelint"]));
    let [deployment] = of("Deployment")[..] else { panic!("one Deployment") };
    assert!(deployment["spec"]["replicas"].as_u64() >= Some(2));
    assert_eq!(deployment["spec"]["template"]["spec"]["automountServiceAccountToken"], false);
    assert_eq!(of("PodDisruptionBudget").len(), 1);
    for kind in ["Role", "ClusterRole", "RoleBinding", "ClusterRoleBinding"] {
        assert!(of(kind).is_empty(), "{kind}");
    }
    let [certificate] = of("Certificate")[..] else { panic!("one Certificate") };
    assert_eq!(certificate["spec"]["dnsNames"], json!(["gatelint.gatelint.svc"]));
}

/// The configuration in the chart is one that gatelint reads.
#[test]
fn the_configuration_that_is_installed_is_read() {
    let objects = objects(&packaging().join("install.yaml"), &[]);
    let text = objects[&("ConfigMap".into(), "gatelint".into())]["data"][".gatelint.yaml"].as_str().expect("a text");
    let run = gatelint(&repository("admission-configuration", &[(".gatelint.yaml", text)]), &["inspect"]);
    assert_eq!(run.exit, 0, "{}", run.errors);
}
