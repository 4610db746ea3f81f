//! What each key of the configuration does.

use crate::repository::{gatelint, live, repository, scan};

const PUBLIC: &str = "resource \"aws_s3_bucket\" \"b\" {\n  acl = \"public-read\"\n}\n";
const ACL: &str = "aws/s3/public-acl";
/// Everything off but one check, so that a new check leaves these tests alone.
const ONLY_ACL: &str = "checks:\n  '**': off\n  aws/s3/public-acl: on\n";

#[test]
fn checks_are_off_on_and_as_bad_as_it_says_and_the_last_glob_counts() {
    let config = "checks:\n  '**': off\n  aws/s3/*acl: on\n  aws/s3/public-acl: low\n";
    let root = repository("checks", &[("main.tf", PUBLIC), (".gatelint.yaml", config)]);
    let (run, report) = scan(&root, &[]);
    assert_eq!((run.exit, live(&report)), (1, vec![format!("{ACL} aws_s3_bucket.b low")]));
    let (run, report) = scan(&root, &["--no-config", "--check", ACL]);
    assert_eq!((run.exit, live(&report)), (1, vec![format!("{ACL} aws_s3_bucket.b high")]));
    // What the command line asks for is stronger than what is off.
    let (_, report) = scan(&root, &["--check", "aws/s3/without-versioning"]);
    assert!(live(&report).iter().all(|finding| finding.starts_with("aws/s3/without-versioning ")));
}

#[test]
fn the_file_is_found_upwards_to_the_root_and_its_paths_count_from_it() {
    let config = format!("{ONLY_ACL}paths:\n  exclude: [prod/old]\n");
    let files = [
        ("infra/.gatelint.yaml", config.as_str()),
        ("infra/prod/old/main.tf", PUBLIC),
        ("infra/prod/main.tf", PUBLIC),
        ("prod/old/main.tf", PUBLIC),
    ];
    let root = repository("upwards", &files);
    let (_, report) = scan(&root, &["infra/prod"]);
    assert_eq!(report["findings"].as_array().unwrap().len(), 1);
    assert_eq!(report["findings"][0]["location"]["file"], "infra/prod/main.tf");
    // Above the file, it does not hold.
    let (_, report) = scan(&root, &["--check", ACL, "prod"]);
    assert_eq!(report["findings"][0]["location"]["file"], "prod/old/main.tf");
}

#[test]
fn what_is_excluded_stands_in_the_ledger_and_leaves_the_scan_complete() {
    let config = format!("{ONLY_ACL}paths:\n  exclude: ['**/examples/']\n");
    let files = [(".gatelint.yaml", config.as_str()), ("examples/main.tf", PUBLIC), ("main.tf", "")];
    let root = repository("excluded", &files);
    let (run, report) = scan(&root, &["--require-complete"]);
    assert_eq!((run.exit, live(&report)), (0, vec![]));
    let entry = &report["ledger"]["files"][0];
    assert_eq!((entry["file"].as_str(), entry["status"].as_str()), (Some("examples/main.tf"), Some("skipped")));
    assert_eq!(entry["reason"], "excluded by the configuration");
}

#[test]
fn an_excluded_module_is_read_for_its_callers_and_not_reported() {
    let config = format!("{ONLY_ACL}paths:\n  exclude: [vendor]\n");
    let call = "module \"v\" {\n  source = \"./vendor\"\n  acl = \"public-read\"\n}\nmodule \"w\" {\n  source = \"./vendor\"\n}\n";
    let module =
        "variable \"acl\" {\n  default = \"public-read\"\n}\nresource \"aws_s3_bucket\" \"b\" {\n  acl = var.acl\n}\n";
    let root = repository("vendored", &[(".gatelint.yaml", &config), ("main.tf", call), ("vendor/main.tf", module)]);
    let (_, report) = scan(&root, &[]);
    assert_eq!(live(&report), [format!("{ACL} module.v.aws_s3_bucket.b high")]);
}

#[test]
fn only_what_is_included_is_judged() {
    let config = format!("{ONLY_ACL}paths:\n  include: [deploy/*.tf]\n");
    let files = [("deploy/main.tf", PUBLIC), ("other/main.tf", PUBLIC), (".gatelint.yaml", config.as_str())];
    let (_, report) = scan(&repository("included", &files), &[]);
    let files: Vec<_> = report["findings"].as_array().unwrap().iter().map(|one| &one["location"]["file"]).collect();
    assert_eq!(files, ["deploy/main.tf"]);
}

#[test]
fn a_path_has_rules_of_its_own() {
    let config = format!(
        "{ONLY_ACL}overrides:\n  - paths: [sandbox]\n    checks: {{aws/s3/*: info}}\n  - paths: [sandbox/free]\n    checks: {{aws/s3/public-acl: off}}\n"
    );
    let files = [
        ("sandbox/main.tf", PUBLIC),
        ("sandbox/free/main.tf", PUBLIC),
        ("main.tf", PUBLIC),
        (".gatelint.yaml", config.as_str()),
    ];
    let (run, report) = scan(&repository("overrides", &files), &[]);
    let found: Vec<_> =
        report["findings"].as_array().unwrap().iter().map(|one| (&one["location"]["file"], &one["severity"])).collect();
    assert_eq!(found, [(&"main.tf".into(), &"high".into()), (&"sandbox/main.tf".into(), &"info".into())]);
    assert_eq!(run.exit, 1);
}

#[test]
fn values_of_variables_come_after_tfvars_and_before_the_command_line() {
    let main = "variable \"acl\" {}\nresource \"aws_s3_bucket\" \"b\" {\n  acl = var.acl\n}\n";
    let config = format!("{ONLY_ACL}var-files: [values/open.tfvars]\n");
    let files = [
        ("main.tf", main),
        ("terraform.tfvars", "acl = \"private\"\n"),
        ("values/open.tfvars", "acl = \"public-read\"\n"),
        (".gatelint.yaml", config.as_str()),
    ];
    let root = repository("values", &files);
    let (_, report) = scan(&root, &[]);
    let label = &report["findings"][0]["labels"].as_array().unwrap().last().unwrap()["location"]["file"];
    assert_eq!(label, "values/open.tfvars");
    let (run, _) = scan(&root, &["--var", "acl=private"]);
    assert_eq!(run.exit, 0);
}

#[test]
fn checks_and_inputs_of_ones_own_come_from_folders_of_the_repository() {
    let page = r#"---
title: Bucket belongs to no team
severity: low
category: maintenance
---
Nobody knows whom to ask.

## Fix
Name a team.

## Policy
```hcl
input "teams" {
  type    = list(string)
  default = []
}
resource_policy "aws_s3_bucket" "team" {
  enforce {
    condition     = contains(input.teams, attrs.tags.team)
    error_message = "The team is none of ${join(", ", input.teams)}."
  }
}
```

## Examples
```terraform fail
resource "aws_s3_bucket" "b" {} # expect
```
"#;
    let config = "checks:\n  '**': off\n  own/team: on\ncheck-folders: [policy]\ninputs:\n  teams: [web, data]\n";
    let bucket = "resource \"aws_s3_bucket\" \"b\" {\n  tags = { team = \"ops\" }\n}\n";
    let files = [("main.tf", bucket), ("policy/own/team.md", page), (".gatelint.yaml", config)];
    let (_, report) = scan(&repository("own", &files), &[]);
    assert_eq!(report["findings"][0]["message"], "The team is none of web, data.");
}

/// A page on all buckets, of the severity `severity`.
fn own_page(severity: &str) -> String {
    format!(
        "---\ntitle: A bucket\nseverity: {severity}\ncategory: maintenance\n---\nWhy.\n\n## Fix\nNone.\n\n## Policy\n\
         ```hcl\nresource_policy \"aws_s3_bucket\" \"own\" {{\n  enforce {{ condition = false }}\n}}\n```\n\n## Examples\n\
         ```terraform fail\nresource \"aws_s3_bucket\" \"b\" {{}} # expect\n```\n"
    )
}

#[test]
fn a_check_in_a_later_folder_replaces_the_one_of_the_same_id() {
    let config = "checks:\n  '**': off\n  own/*: on\ncheck-folders: [first, second]\n";
    let (low, high, medium) = (own_page("low"), own_page("high"), own_page("medium"));
    let policy = |level: &str| {
        format!(
            "resource_policy \"aws_s3_bucket\" \"own\" {{\n  enforcement_level = \"{level}\"\n  enforce {{\n    condition = false\n  }}\n}}\n"
        )
    };
    let (mandatory, advisory) = (policy("mandatory"), policy("advisory"));
    let files = [
        ("main.tf", "resource \"aws_s3_bucket\" \"b\" {}\n"),
        ("first/own/page.md", low.as_str()),
        ("second/own/page.md", high.as_str()),
        ("third/own/page.md", medium.as_str()),
        ("one/own/file.policy.hcl", mandatory.as_str()),
        ("two/own/file.policy.hcl", advisory.as_str()),
        (".gatelint.yaml", config),
    ];
    let root = repository("replaced", &files);
    assert_eq!(live(&scan(&root, &[]).1), ["own/page aws_s3_bucket.b high"]);
    assert_eq!(live(&scan(&root, &["--checks", "third"]).1), ["own/page aws_s3_bucket.b medium"]);
    assert_eq!(live(&scan(&root, &["--checks", "third", "--checks", "first"]).1), ["own/page aws_s3_bucket.b low"]);
    let policies = ["--checks", "third", "--check", "own/file/*", "--policy", "one", "--policy", "two"];
    assert_eq!(live(&scan(&root, &policies).1), ["own/file/own aws_s3_bucket.b low"]);
    let listed = gatelint(&root, &["checks", "--checks", "first", "--checks", "second"]);
    assert_eq!(listed.out.lines().filter(|line| line.contains("own/page")).count(), 1);
    let explained = gatelint(&root, &["explain", "own/page", "--checks", "first", "--checks", "second"]);
    assert!(explained.out.contains("severity: high"), "{}{}", explained.out, explained.errors);
}

#[test]
fn a_pinned_edition_leaves_out_newer_checks_and_announces_them() {
    let page = |since: &str| {
        format!(
            "---\ntitle: Bucket exists\nseverity: high\ncategory: maintenance\nsince: \"{since}\"\n---\nIt does.\n\n## Fix\nRemove it.\n\n\
             ## Policy\n```hcl\nresource_policy \"aws_s3_bucket\" \"b\" {{\n  enforce {{\n    condition = false\n  }}\n}}\n```\n"
        )
    };
    let config = "edition: \"2026.12\"\nchecks:\n  '**': off\n  own/*: on\ncheck-folders: [policy]\n";
    let files = [
        ("main.tf", PUBLIC),
        ("policy/own/old.md", &page("2026.12")),
        ("policy/own/new.md", &page("2027.01")),
        (".gatelint.yaml", config),
    ];
    let root = repository("edition", &files);
    let (_, report) = scan(&root, &[]);
    assert_eq!(live(&report), ["own/old aws_s3_bucket.b high"]);
    assert_eq!(report["ledger"]["newer"], serde_json::json!(["own/new"]));
    let human = gatelint(&root, &["scan"]).out;
    assert!(
        human.contains("newer than the pinned edition, not evaluated: 1 check\n  own/new (2027.01): Bucket exists\n"),
        "{human}"
    );
    // Asked for by name, it is judged.
    let (_, report) = scan(&root, &["--check", "own/new"]);
    assert_eq!(live(&report), ["own/new aws_s3_bucket.b high"]);
}

#[test]
fn explain_and_inspect_follow_the_configuration_too() {
    let main = "variable \"acl\" {}\nresource \"aws_s3_bucket\" \"b\" {\n  acl = var.acl\n}\n";
    let config = format!("{ONLY_ACL}vars:\n  acl: public-read\n");
    let root = repository("explained", &[("main.tf", main), (".gatelint.yaml", &config)]);
    let inspected = gatelint(&root, &["inspect", "--format", "json"]).out;
    assert!(inspected.contains("\"acl\": \"public-read\""), "{inspected}");
    let explained = gatelint(&root, &["explain", "main.tf:3"]).out;
    assert!(explained.contains(ACL), "{explained}");
}

#[test]
fn inspect_says_of_each_problem_how_bad_it_is() {
    let main = "variable \"acl\" {}\noutput \"o\" {\n  value = local.nothing\n}\nmodule \"m\" {\n  source = \"acme/m/aws\"\n}\n";
    let root = repository("levels", &[("main.tf", main), ("main.auto.tfvars", "acl = \"a\"\nother = 1\n")]);
    let problems = |root| {
        let shown: serde_json::Value =
            serde_json::from_str(&gatelint(root, &["inspect", "--format", "json"]).out).unwrap();
        let problems = shown["problems"].as_array().unwrap().iter();
        let level = |problem: &serde_json::Value| {
            let message = problem["message"].as_str().unwrap().split('`').nth(1).unwrap().to_owned();
            (message, problem["level"].as_str().unwrap().to_owned())
        };
        problems.map(level).collect::<std::collections::BTreeMap<_, _>>()
    };
    let expected = [("acme/m/aws", "warning"), ("local.nothing", "error"), ("other", "note")];
    assert_eq!(problems(&root), expected.map(|(about, level)| (about.to_owned(), level.to_owned())).into());
}

#[test]
fn init_writes_a_configuration_that_changes_nothing_and_never_twice() {
    let root = repository("init", &[("infra/main.tf", PUBLIC), ("infra/examples/main.tf", PUBLIC)]);
    let (_, before) = scan(&root, &[]);
    let run = gatelint(&root.join("infra"), &["init"]);
    assert_eq!(run.exit, 0, "{}", run.errors);
    let (_, after) = scan(&root, &[]);
    assert_eq!(before, after);
    let again = gatelint(&root, &["init"]);
    assert_eq!(again.exit, 2);
    assert!(again.errors.contains("exists; it was not changed"), "{}", again.errors);
}

#[test]
fn a_baseline_of_the_configuration_is_read_and_has_to_be_there() {
    let config = format!("{ONLY_ACL}baseline: known.jsonl\n");
    let root = repository("baseline", &[("main.tf", PUBLIC), (".gatelint.yaml", &config)]);
    let missing = gatelint(&root, &["scan"]);
    assert_eq!(missing.exit, 2);
    assert!(missing.errors.contains("cannot read the baseline `known.jsonl`"), "{}", missing.errors);
    assert_eq!(gatelint(&root, &["baseline", "--output", "known.jsonl"]).exit, 0);
    let (run, report) = scan(&root, &[]);
    assert_eq!((run.exit, live(&report).len()), (0, 0), "{report}");
    assert_eq!(report["findings"][0]["suppressed"]["reason"], "known in known.jsonl");
}
