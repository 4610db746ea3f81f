//! A plan in a pipeline, as docs/ci.md tells it, and policies that only a plan can answer.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// A directory of its own with the project `pipeline`, and a `terraform` that prints its plan.
fn pipeline(name: &str) -> PathBuf {
    let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/projects/pipeline");
    let to = Path::new(env!("CARGO_TARGET_TMPDIR")).join("gate").join(name);
    let _ = fs::remove_dir_all(&to);
    fs::create_dir_all(to.join("bin")).unwrap();
    fs::create_dir_all(to.join("infra/.git")).unwrap();
    fs::copy(from.join("main.tf"), to.join("infra/main.tf")).unwrap();
    fs::copy(from.join("plan.json"), to.join("planned.json")).unwrap();
    let script = format!("#!/bin/sh\nif [ \"$1\" = show ]; then cat '{}'; fi\n", to.join("planned.json").display());
    fs::write(to.join("bin/terraform"), script).unwrap();
    let made = Command::new("chmod").arg("+x").arg(to.join("bin/terraform")).status();
    assert!(made.is_ok_and(|status| status.success()));
    to
}

fn shell(root: &Path, command: &str) -> Output {
    let own = Path::new(env!("CARGO_BIN_EXE_gatelint")).parent().unwrap();
    let path = format!("{}:{}:/usr/bin:/bin", root.join("bin").display(), own.display());
    let mut bash = Command::new("bash");
    bash.args(["-c", command]).current_dir(root.join("infra")).env_clear().env("PATH", path);
    bash.output().unwrap()
}

fn told(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

#[test]
fn a_plan_in_a_pipeline_happens_as_it_is_told() {
    let root = pipeline("plan");
    let page = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/ci.md")).unwrap();
    let (_, section) = page.split_once("## A plan in a pipeline").unwrap();
    let (fence, _) = section.split_once("```sh\n").unwrap().1.split_once("```").unwrap();
    let steps: Vec<&str> = fence.split("$ ").skip(1).collect();
    assert_eq!(steps.len(), 5, "{steps:#?}");
    for step in steps {
        let (command, shown) = step.split_once('\n').unwrap();
        let output = shell(&root, command);
        let told = told(&output);
        for line in shown.lines() {
            assert!(told.lines().any(|one| one == line), "`{command}` does not print `{line}`:\n{told}");
        }
        assert!(!shown.contains(": error:") || output.status.code() == Some(1), "{told}");
    }
}

#[test]
fn no_format_shows_a_secret_of_a_plan() {
    let root = pipeline("plan-secrets");
    shell(&root, "terraform show > plan.json");
    for format in ["human", "compact", "json", "sarif", "github", "gitlab", "junit", "markdown"] {
        // With and without the configuration.
        let scan = format!("gatelint scan --show ledger,inconclusive --format {format} plan.json");
        let told = told(&shell(&root, &format!("{scan}; rm -f main.tf; {scan}")));
        assert!(told.contains("plan.json") && told.contains("main.tf"), "{told}");
        assert!(!told.contains("tok-5f1b9c2e77") && !told.contains("tok-0000aaaa11"), "{format}: {told}");
        fs::copy(
            Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/projects/pipeline/main.tf"),
            root.join("infra/main.tf"),
        )
        .unwrap();
    }
    let told = told(&shell(&root, "gatelint inspect plan.json; gatelint inspect --format json plan.json"));
    assert!(told.contains("<redacted>") && !told.contains("tok-"), "{told}");
}

#[test]
fn policies_see_what_a_plan_changes_and_deletes() {
    let root = pipeline("plan-policies");
    shell(&root, "terraform show > plan.json");
    let policy = r#"
policy {
  required_providers {
    aws = { source = "hashicorp/aws" }
  }
}
resource_policy "aws_ssm_parameter" "stays_encrypted" {
  operations = ["update"]
  enforce {
    condition     = prior_attrs.type != "SecureString" || attrs.type == "SecureString"
    error_message = "The parameter was a ${prior_attrs.type}, and becomes a ${attrs.type}."
  }
}
resource_policy "aws_s3_bucket" "never_deleted" {
  operations = ["delete"]
  enforce {
    condition     = prior_attrs.bucket == null
    error_message = "The bucket ${prior_attrs.bucket} would be deleted."
  }
}
resource_policy "aws_s3_bucket" "is_new" {
  enforce {
    condition     = meta.operation != "create" || attrs.tags != null
    error_message = "A new bucket has tags."
  }
}
"#;
    fs::write(root.join("infra/own.policy.hcl"), policy).unwrap();
    let output = shell(&root, "gatelint scan plan.json --policy . --check 'own/*' --format compact");
    let told = told(&output);
    for message in [
        "The parameter was a SecureString, and becomes a String. [own/stays_encrypted]",
        "The bucket old-site would be deleted. [own/never_deleted]",
        "A new bucket has tags. [own/is_new]",
    ] {
        assert_eq!(told.matches(message).count(), 1, "{message}:\n{told}");
    }
    assert_eq!(output.status.code(), Some(1), "{told}");
}
