//! The same files with the values of several environments.

use crate::repository::{gatelint, live, repository, scan};
use serde_json::json;

const BUCKET: &str = "variable \"acl\" {}\nresource \"aws_s3_bucket\" \"b\" {\n  acl = var.acl\n}\n";
const CONFIG: &str = "\
checks:
  '**': off
  aws/s3/public-acl: on
environments:
  staging:
    var-files: [staging.tfvars]
  production:
    vars: {acl: private}
  demo:
    var-files: [staging.tfvars]
";

#[test]
fn a_finding_says_in_which_environments_it_holds() {
    let files = [("main.tf", BUCKET), ("staging.tfvars", "acl = \"public-read\"\n"), (".gatelint.yaml", CONFIG)];
    let root = repository("environments", &files);
    let (_, report) = scan(&root, &[]);
    assert_eq!(live(&report), ["aws/s3/public-acl aws_s3_bucket.b high"]);
    assert_eq!(report["findings"][0]["environments"], json!(["demo", "staging"]));
    assert_eq!(report["ledger"]["files"].as_array().unwrap().len(), 2, "each file once: {}", report["ledger"]);
    for format in ["compact", "github", "gitlab", "junit", "markdown", "sarif", "human"] {
        let out = gatelint(&root, &["scan", "--format", format]).out;
        assert!(out.contains("In demo, staging."), "{format}: {out}");
    }
}

#[test]
fn one_environment_can_be_asked_for() {
    let files = [("main.tf", BUCKET), ("staging.tfvars", "acl = \"public-read\"\n"), (".gatelint.yaml", CONFIG)];
    let root = repository("one-environment", &files);
    let (run, report) = scan(&root, &["--environment", "production"]);
    assert_eq!((run.exit, live(&report).len()), (0, 0));
    let wrong = gatelint(&root, &["scan", "--environment", "prod"]);
    assert_eq!(wrong.exit, 2);
    assert!(
        wrong
            .errors
            .contains("unknown environment `prod`; environments of the configuration: staging, production, demo")
    );
}

#[test]
fn what_is_unknown_in_one_environment_only_says_so() {
    let config = CONFIG.replace("    vars: {acl: private}\n", "    vars: {}\n");
    let files = [("main.tf", BUCKET), ("staging.tfvars", "acl = \"private\"\n"), (".gatelint.yaml", config.as_str())];
    let (_, report) = scan(&repository("unknown-there", &files), &["--show", "inconclusive"]);
    assert_eq!(live(&report).len(), 0);
    assert_eq!(report["inconclusive"][0]["environments"], json!(["production"]));
}

#[test]
fn an_overlay_belongs_to_its_environment() {
    let base = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: web\nspec:\n  containers:\n    - name: web\n      image: web:1\n";
    let overlay = "resources: [../../base]\npatches:\n  - patch: |-\n      apiVersion: v1\n      kind: Pod\n      metadata: {name: web}\n      spec: {containers: [{name: web, securityContext: {privileged: true}}]}\n";
    let config = "checks:\n  '**': off\n  kubernetes/container/privileged: on\nenvironments:\n  staging: {overlays: [overlays/staging]}\n  production: {overlays: [overlays/production]}\n";
    let files = [
        ("base/pod.yaml", base),
        ("base/kustomization.yaml", "resources: [pod.yaml]\n"),
        ("overlays/staging/kustomization.yaml", overlay),
        ("overlays/production/kustomization.yaml", "resources: [../../base]\n"),
        (".gatelint.yaml", config),
    ];
    let (_, report) = scan(&repository("overlays", &files), &[]);
    let found = report["findings"].as_array().unwrap();
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0]["environments"], json!(["staging"]));
}

#[test]
fn a_build_argument_belongs_to_its_environment() {
    let dockerfile = "ARG TAG=1.2\nFROM debian:${TAG}\nUSER app\n";
    let config = "checks:\n  '**': off\n  dockerfile/image/latest-tag: on\nenvironments:\n  dev: {build-args: {TAG: latest}}\n  production: {}\n";
    let files = [("Dockerfile", dockerfile), (".gatelint.yaml", config)];
    let (_, report) = scan(&repository("build-args", &files), &[]);
    assert_eq!(report["findings"][0]["environments"], json!(["dev"]), "{}", report["findings"]);
}

#[test]
fn a_value_of_the_configuration_stands_at_its_line() {
    let list =
        "variable \"acls\" { type = list(string) }\nresource \"aws_s3_bucket\" \"c\" {\n  acl = var.acls[0]\n}\n";
    let config = "checks: {'**': off, aws/s3/public-acl: on}\nenvironments:\n  production:\n    vars: {acl: public-read, acls: [public-read]}\n";
    let files = [("main.tf", BUCKET), ("list.tf", list), (".gatelint.yaml", config)];
    let (_, report) = scan(&repository("configured-value", &files), &[]);
    let found = report["findings"].as_array().unwrap();
    let places: Vec<_> =
        found.iter().map(|finding| &finding["labels"].as_array().unwrap().last().unwrap()["location"]).collect();
    let place = |column: u32| json!({"line": 4, "column": column});
    assert_eq!(places.len(), 2, "{report}");
    assert!(places.iter().all(|place| place["file"] == ".gatelint.yaml"), "{places:?}");
    assert_eq!(places[1]["start"], place(17));
    assert_eq!(places[1]["end"], place(28));
    assert_eq!(places[0]["start"], place(36));
}

#[test]
fn a_mistake_in_an_environment_is_told_at_its_line() {
    let config = "environments:\n  production:\n    vars: {acll: private}\n    var-files: [absent.tfvars]\n";
    let files = [("main.tf", BUCKET), ("other/main.tf", BUCKET), (".gatelint.yaml", config)];
    let (_, report) = scan(&repository("environment-mistakes", &files), &[]);
    let problems = report["ledger"]["problems"].as_array().unwrap();
    let told: Vec<String> = problems
        .iter()
        .filter(|problem| problem["location"]["file"] == ".gatelint.yaml")
        .map(|problem| format!("{} {}", problem["location"]["start"]["line"], problem["message"].as_str().unwrap()))
        .collect();
    assert_eq!(told.len(), 2, "{problems:?}");
    assert!(
        told.iter().any(|line| line == "3 No root module declares the variable `acll`; did you mean `acl`?"),
        "{told:?}"
    );
    assert!(told.iter().any(|line| line.starts_with("4 The variables in `absent.tfvars` were not read")), "{told:?}");
}
