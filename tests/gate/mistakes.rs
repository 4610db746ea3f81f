//! A configuration that is wrong is refused with the place, and with what was probably meant.

use crate::repository::{gatelint, repository};

/// The lines that gatelint says about a configuration, without the first.
fn said(name: &str, config: &str) -> Vec<String> {
    let run = gatelint(&repository(name, &[("main.tf", ""), (".gatelint.yaml", config)]), &["scan"]);
    assert_eq!(run.exit, 2, "{}{}", run.out, run.errors);
    assert!(run.errors.starts_with("gatelint: the configuration is invalid\n"), "{}", run.errors);
    run.errors.lines().skip(1).map(str::to_owned).collect()
}

#[test]
fn each_mistake_is_told_with_its_place() {
    let cases = [
        (
            "key",
            "gaet: {}\n",
            "1:1: error: Unknown key `gaet` in the configuration (did you mean `gate`?); the keys are",
        ),
        (
            "inner-key",
            "gate:\n  fail_on: low\n",
            "2:3: error: Unknown key `fail_on` in the configuration (did you mean `fail-on`?)",
        ),
        (
            "severity",
            "gate:\n  fail-on: hihg\n",
            "2:12: error: `hihg` is not a threshold: expected critical, high, medium, low, info or none; did you mean `high`?",
        ),
        (
            "setting",
            "checks:\n  aws/s3/public-acl: offf\n",
            "2:22: error: Invalid setting `offf`, expected off, on or a severity; did you mean `off`?",
        ),
        (
            "check",
            "checks:\n  aws/s3/public-alc: off\n",
            "2:3: error: No check matches `aws/s3/public-alc`; did you mean `aws/s3/public-acl`?",
        ),
        (
            "category",
            "gate:\n  exceptions:\n    - {categories: [secret], fail-on: low}\n",
            "3:21: error: `secret` is not a category",
        ),
        (
            "environment",
            "environments: {dev: {}}\ngate:\n  exceptions:\n    - {environments: [dve], fail-on: low}\n",
            "4:23: error: Unknown environment `dve`; did you mean `dev`?",
        ),
        (
            "reason",
            "gate:\n  may-stay-unread:\n    - {paths: [a], reason: ''}\n",
            "3:28: error: `may-stay-unread` requires a reason.",
        ),
        ("date", "suppressions: {entries: [{paths: [a], until: soon}]}\n", "1:46: error: `soon` is not a date"),
        (
            "everything",
            "suppressions: {entries: [{reason: why not}]}\n",
            "error: This entry would suppress every finding; name checks",
        ),
        (
            "never",
            "suppressions: {never: [aws/s3/publik-acl]}\n",
            "1:24: error: No check matches `aws/s3/publik-acl`; did you mean",
        ),
        ("edition", "edition: latest\n", "1:10: error: `latest` is not an edition"),
        ("type", "paths: here\n", "1:8: error: "),
        ("syntax", "gate: {}\nbaseline: b: c\n", ":2:12: error: Mapping values are not allowed in this context."),
    ];
    for (name, config, expected) in cases {
        let said = said(&format!("mistake-{name}"), config);
        assert!(
            said.iter().any(|line| line.starts_with(".gatelint.yaml:") && line.contains(expected)),
            "{name}: {said:#?}"
        );
    }
}

#[test]
fn an_absent_path_and_a_future_edition_are_warnings() {
    let config = "paths:\n  exclude: [old, infra, '**/generated']\nedition: \"2999.01\"\n";
    let root = repository("absent-path", &[("infra/main.tf", ""), (".gatelint.yaml", config)]);
    let run = gatelint(&root, &["scan", "--exit-zero"]);
    let warnings: Vec<&str> = run.errors.lines().filter(|line| line.contains("warning")).collect();
    assert_eq!(warnings.len(), 2, "{warnings:?}");
    assert!(
        warnings[0].starts_with(".gatelint.yaml:3:11: warning: Edition `2999.01` is in the future"),
        "{warnings:?}"
    );
    assert_eq!(warnings[1], ".gatelint.yaml:2:13: warning: There is no file or directory `old`.");
}

#[test]
fn all_mistakes_are_told_at_once() {
    let said = said("mistakes", "edition: now\ngate: {fail-on: bad}\nbaseline: ../known.jsonl\n");
    assert_eq!(said.len(), 3, "{said:#?}");
}

#[test]
fn nothing_in_it_leads_out_of_the_repository_or_widens_a_limit() {
    for (name, config, expected) in [
        ("baseline", "baseline: ../b.jsonl\n", "leads out of the repository"),
        ("var-file", "var-files: [/etc/passwd]\n", "leads out of the repository"),
        ("checks", "check-folders: [../../checks]\n", "leads out of the repository"),
        ("overlay", "environments: {a: {overlays: [../b]}}\n", "leads out of the repository"),
        ("limit", "limits: {instances: 1000000}\n", "can only lower this limit, which is 10000"),
    ] {
        let said = said(&format!("outside-{name}"), config);
        assert!(said[0].contains(expected), "{name}: {said:#?}");
    }
}

#[cfg(unix)]
#[test]
fn a_folder_that_is_a_link_out_of_the_repository_is_refused() {
    let root = repository("linked", &[("main.tf", ""), (".gatelint.yaml", "check-folders: [checks]\n")]);
    std::os::unix::fs::symlink("/etc", root.join("checks")).unwrap();
    let run = gatelint(&root, &["scan"]);
    assert_eq!(run.exit, 2);
    assert!(run.errors.contains("the folder `checks`, which is not in the repository"), "{}", run.errors);
}

#[test]
fn a_configuration_that_is_named_has_to_be_there() {
    let run = gatelint(&repository("named", &[("main.tf", "")]), &["scan", "--config", "nowhere.yaml"]);
    assert_eq!(run.exit, 2);
    assert!(run.errors.contains("cannot read the configuration `nowhere.yaml`"), "{}", run.errors);
}
