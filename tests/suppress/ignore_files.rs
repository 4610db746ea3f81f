//! Files of other tools that list what is ignored.

use super::{HOST_NETWORK, PUBLIC_ACL, found};
use gatelint::suppress::SuppressionOptions;

const PUBLIC: &str = "resource \"aws_s3_bucket\" \"b\" {\n  acl = \"public-read\"\n}\n";

#[test]
fn trivyignore_lists_ids_with_dates() {
    for (list, holds) in [
        ("# Accepted.\nAVD-AWS-0092\n", true),
        ("AWS-0092 exp:2026-03-02\n", true),
        ("AWS-0092 exp:2026-03-01 # over\n", false),
        ("AWS-0086\n# AWS-0092\n", false),
    ] {
        let found =
            found(&[("a/main.tf", PUBLIC), (".trivyignore", list)], &[PUBLIC_ACL], SuppressionOptions::default());
        assert_eq!(found[0].contains("ignore-file"), holds, "{list}");
    }
    let elsewhere = [("main.tf", PUBLIC), ("a/.trivyignore", "AWS-0092\n")];
    assert_eq!(found(&elsewhere, &[PUBLIC_ACL], SuppressionOptions::default()), ["main.tf:2"]);
}

#[test]
fn trivyignore_yaml_narrows_by_path() {
    let list = "misconfigurations:\n- id: AVD-AWS-0092\n  paths: [\"live/**\"]\n  statement: The sites.\n- id: aws-0092\n  paths: [old/main.tf]\n  expired_at: 2026-02-01\nvulnerabilities:\n- id: CVE-2020-1\n";
    let files = [("live/main.tf", PUBLIC), ("old/main.tf", PUBLIC), (".trivyignore.yaml", list)];
    let found = found(&files, &[PUBLIC_ACL], SuppressionOptions::default());
    assert_eq!(found, ["live/main.tf:2 ignore-file (The sites.)", "old/main.tf:2"]);
}

#[test]
fn kubescape_describes_objects() {
    let pod = |kind: &str, name: &str, namespace: &str| {
        format!(
            "apiVersion: v1\nkind: {kind}\nmetadata:\n  name: {name}\n  namespace: {namespace}\n  labels: {{tier: node}}\nspec:\n  hostNetwork: true\n"
        )
    };
    let manifests =
        [pod("Pod", "proxy-1", "system"), pod("Pod", "proxy-2", "shop"), pod("Pod", "web", "system")].join("---\n");
    for (attributes, control, expected) in [
        (r#"{"kind": "Pod", "name": "proxy-.*"}"#, r#"{"controlID": "C-0041"}"#, [true, true, false]),
        (r#"{"namespace": "SYSTEM"}"#, r#"{"controlID": "c-0041"}"#, [true, false, true]),
        (r#"{"tier": "node", "name": "web"}"#, r#"{"controlName": "HostNetwork access"}"#, [false, false, true]),
        (r#"{"kind": "Deployment"}"#, r#"{"controlID": "C-0041"}"#, [false, false, false]),
        (r#"{"kind": "Pod"}"#, r#"{"controlID": "C-0001"}"#, [false, false, false]),
        (r#"{"kind": "Pod"}"#, r#"{"controlID": "C-00.*"}"#, [true, true, true]),
        (r#"{"kind": "Pod"}"#, r#"{"frameworkName": "NSA"}"#, [true, true, true]),
        (r#"{"kind": "Pod", "cluster": "prod"}"#, r#"{"controlID": "C-0041"}"#, [false, false, false]),
    ] {
        let text = format!(
            r#"[{{"name": "proxies", "policyType": "postureExceptionPolicy", "actions": ["alertOnly"], "reason": "the node's own",
            "resources": [{{"designatorType": "Attributes", "attributes": {attributes}}}], "posturePolicies": [{control}]}}]"#
        );
        let terms = SuppressionOptions {
            kubescape: vec![("exceptions.json".to_owned(), text)],
            ..SuppressionOptions::default()
        };
        let found = found(&[("pods.yaml", &manifests)], &[HOST_NETWORK], terms);
        let found: Vec<bool> = found.iter().map(|line| line.ends_with("ignore-file (the node's own)")).collect();
        assert_eq!(found, expected, "{attributes} {control}");
    }
}
