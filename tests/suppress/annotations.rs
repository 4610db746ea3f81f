//! Annotations of Kubernetes objects, as they are once the object is rendered.

use super::{HOST_NETWORK, PRIVILEGED, found};
use gatelint::suppress::SuppressionOptions;

fn deployment(name: &str, annotation: &str) -> String {
    format!(
        "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: {name}\n  annotations:\n    {annotation}\nspec:\n  selector: {{matchLabels: {{app: a}}}}\n  template:\n    metadata:\n      labels: {{app: a}}\n    spec:\n      hostNetwork: true\n      containers:\n      - name: a\n        image: a:1\n        securityContext:\n          privileged: true\n"
    )
}

#[test]
fn each_tool_has_its_own() {
    let both = ["d.yaml:13 annotation", "d.yaml:18 annotation"];
    let network = ["d.yaml:13 annotation", "d.yaml:18"];
    let container = ["d.yaml:13", "d.yaml:18 annotation"];
    let none = ["d.yaml:13", "d.yaml:18"];
    for (annotation, expected, reason) in [
        ("ignore-check.kube-linter.io/host-network: \"the proxy\"", network, "the proxy"),
        ("ignore-check.kube-linter.io/privileged-container: x", container, "x"),
        ("kube-linter.io/ignore-all: \"the node's own\"", both, "the node's own"),
        ("ignore-lint.kube-linter.io/host-network: \"no such annotation\"", none, ""),
        ("polaris.fairwinds.com/hostNetworkSet-exempt: \"true\"", network, "no reason"),
        ("polaris.fairwinds.com/hostNetworkSet-exempt: \"false\"", none, ""),
        ("polaris.fairwinds.com/exempt: \"true\"", both, "no reason"),
        ("kube-score/ignore: pod-probes,container-security-context-privileged", container, "no reason"),
        ("checkov.io/skip1: CKV_K8S_19=the proxy", network, "the proxy"),
        ("bridgecrew.io/skip7: CKV_K8S_16", container, "no reason"),
        ("cortex.io/skip: CKV_K8S_19=a = b", network, "a = b"),
        ("runterrascan.io/skip: '[{\"rule\": \"AC_K8S_0084\", \"comment\": \"the proxy\"}]'", network, "the proxy"),
        ("runterrascan.io/skip: 'not JSON'", none, ""),
        ("note: \"checkov:skip=CKV_K8S_19\"", none, ""),
    ] {
        let text = deployment("a", annotation);
        let found = found(&[("d.yaml", &text)], &[HOST_NETWORK, PRIVILEGED], SuppressionOptions::default());
        let expected = expected.map(|line| line.replace("annotation", &format!("annotation ({reason})")));
        assert_eq!(found, expected, "{annotation}");
    }
}

#[test]
fn they_are_about_their_own_object() {
    let one = deployment("a", "ignore-check.kube-linter.io/host-network: \"the proxy\"");
    let text = format!("{one}---\n{}", deployment("b", "x: y"));
    let found = found(&[("d.yaml", &text)], &[HOST_NETWORK], SuppressionOptions::default());
    assert_eq!(found, ["d.yaml:13 annotation (the proxy)", "d.yaml:32"]);
}

#[test]
fn one_that_an_overlay_adds_holds_in_that_overlay() {
    let base = deployment("a", "x: y");
    let files = [
        ("base/kustomization.yaml", "resources: [d.yaml]\n"),
        ("base/d.yaml", base.as_str()),
        (
            "one/kustomization.yaml",
            "resources: [../base]\ncommonAnnotations:\n  ignore-check.kube-linter.io/host-network: the proxy\n",
        ),
        ("two/kustomization.yaml", "resources: [../base]\n"),
    ];
    let found = found(&files, &[HOST_NETWORK], SuppressionOptions::default());
    assert_eq!(found, ["base/d.yaml:13", "base/d.yaml:13 annotation (the proxy)"]);
}

#[test]
fn those_of_objects_that_terraform_describes_count() {
    let text = "resource \"kubernetes_pod\" \"a\" {\n  metadata {\n    name = \"a\"\n    annotations = {\n      \"ignore-check.kube-linter.io/host-network\" = \"the proxy\"\n    }\n  }\n  spec {\n    host_network = true\n    container {\n      name = \"a\"\n      image = \"a:1\"\n    }\n  }\n}\n";
    let found = found(&[("main.tf", text)], &[HOST_NETWORK], SuppressionOptions::default());
    assert_eq!(found, ["main.tf:9 annotation (the proxy)"]);
}
