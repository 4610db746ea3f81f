//! Suppressions in the configuration, and what it asks of all of them.

use crate::repository::{live, repository, scan};
use serde_json::Value as Json;

const PUBLIC: &str =
    "resource \"aws_s3_bucket\" \"b\" {\n  acl = \"public-read\" # gatelint:ignore aws/s3/public-acl\n}\n";
const BARE: &str = "resource \"aws_s3_bucket\" \"b\" {\n  acl = \"public-read\"\n}\n";
const CHECKS: &str = "checks:\n  '**': off\n  aws/s3/public-acl: on\n  suppression/*: on\n";

fn judged(name: &str, main: &str, keys: &str) -> Json {
    let config = format!("{CHECKS}suppressions:\n{keys}");
    scan(&repository(name, &[("infra/main.tf", main), (".gatelint.yaml", &config)]), &[]).1
}

#[test]
fn an_entry_suppresses_what_its_checks_paths_and_addresses_name() {
    let entry =
        |narrow: &str| format!("  entries:\n    - {{checks: [aws/s3/public-acl], reason: the website, {narrow}}}\n");
    for (name, narrow) in
        [("path", "paths: [infra]"), ("address", "addresses: ['aws_s3_bucket.*']"), ("glob", "paths: ['**/*.tf']")]
    {
        let report = judged(&format!("entry-{name}"), BARE, &entry(narrow));
        assert_eq!(live(&report), Vec::<String>::new(), "{narrow}");
        let suppressed = &report["findings"][0]["suppressed"];
        assert_eq!((suppressed["by"].as_str(), suppressed["reason"].as_str()), (Some("config"), Some("the website")));
        assert_eq!(suppressed["location"]["file"], ".gatelint.yaml");
    }
    for (name, narrow) in [("other-path", "paths: [deploy]"), ("other-address", "addresses: ['aws_s3_bucket.logs']")] {
        let report = judged(&format!("entry-{name}"), BARE, &entry(narrow));
        // It covers nothing, and says so at its own line.
        assert_eq!(live(&report).len(), 2, "{narrow}: {}", report["findings"]);
        assert_eq!(report["findings"][0]["check"], "suppression/unused");
        assert_eq!(report["findings"][0]["location"]["start"]["line"], 7);
    }
}

#[test]
fn what_breaks_the_rules_is_void_and_told() {
    for (name, keys, said) in [
        ("reason", "  require-reason: true\n", "no reason"),
        ("owner", "  require-owner: true\n", "no owner"),
        ("days", "  max-days: 90\n", "90 days"),
        ("never", "  never: ['aws/s3/*']\n", "cannot be suppressed"),
        ("inline", "  inline: false\n", "in the configuration only"),
    ] {
        let report = judged(&format!("void-{name}"), PUBLIC, keys);
        let found = live(&report);
        assert!(found.iter().any(|one| one.starts_with("aws/s3/public-acl ")), "{name}: {found:?}");
        let told =
            report["findings"].as_array().unwrap().iter().find(|one| one["check"] == "suppression/against-policy");
        let message = told.expect("a finding on the suppression")["message"].as_str().unwrap().to_owned();
        assert!(message.contains(said), "{name}: {message}");
    }
    let report = judged("not-void", PUBLIC, "  require-reason: false\n");
    assert_eq!(live(&report), Vec::<String>::new());
}

#[test]
fn an_expired_entry_holds_no_longer() {
    let keys = "  entries:\n    - {checks: [aws/s3/public-acl], until: 2020-01-01}\n";
    let report = judged("expired", BARE, keys);
    let checks: Vec<&Json> = report["findings"].as_array().unwrap().iter().map(|one| &one["check"]).collect();
    assert_eq!(checks, ["suppression/expired", "aws/s3/public-acl"]);
}

#[test]
fn exceptions_for_kubescape_count_where_the_configuration_names_them() {
    let pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec:\n  containers:\n    - name: web\n      image: web:1\n      securityContext: {privileged: true}\n";
    let exceptions = r#"[{"name": "web", "policyType": "postureExceptionPolicy", "actions": ["alertOnly"],
        "resources": [{"designatorType": "Attributes", "attributes": {"kind": "Pod", "name": "web"}}],
        "posturePolicies": [{"controlID": "C-0057"}]}]"#;
    let config = "checks:\n  '**': off\n  kubernetes/container/privileged: on\nsuppressions:\n  kubescape-exceptions: [exceptions.json]\n";
    let files = [("pod.yaml", pod), ("exceptions.json", exceptions), (".gatelint.yaml", config)];
    let (run, report) = scan(&repository("kubescape", &files), &[]);
    assert_eq!((run.exit, live(&report).len()), (0, 0), "{}", report["findings"]);
    assert_eq!(report["summary"]["suppressed"], 1);
}

#[test]
fn an_id_of_another_tool_names_the_checks_that_find_the_same() {
    let comment = PUBLIC.replace("ignore aws/s3/public-acl", "ignore CKV_AWS_20");
    assert_eq!(live(&judged("peer-comment", &comment, "  inline: true\n")), Vec::<String>::new());
    let entry = "  entries:\n    - {checks: [CKV_AWS_20], reason: the website}\n";
    assert_eq!(live(&judged("peer-entry", BARE, entry)), Vec::<String>::new());
    let never = live(&judged("peer-never", PUBLIC, "  never: [AVD-AWS-0092]\n"));
    assert!(never.iter().any(|found| found.starts_with("aws/s3/public-acl ")), "{never:?}");
    for (name, checks, expected) in [
        ("off", "  CKV_AWS_20: off\n", &[][..]),
        ("severity", "  CKV_AWS_20: info\n", &["aws/s3/public-acl aws_s3_bucket.b info"]),
    ] {
        let config = format!("{CHECKS}{checks}");
        let report =
            scan(&repository(&format!("peer-{name}"), &[("main.tf", BARE), (".gatelint.yaml", &config)]), &[]).1;
        assert_eq!(live(&report), expected, "{name}");
    }
}
