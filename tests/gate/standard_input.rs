//! `-`: a text on standard input.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// An empty repository.
fn repository(name: &str) -> PathBuf {
    let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join("gate").join(name);
    let _ = fs::remove_dir_all(&root);
    fs::create_dir_all(root.join(".git")).unwrap();
    root
}

/// `gatelint`, the words of the command line behind it, with a text on standard input.
fn gatelint(root: &Path, words: &str, text: &str) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_gatelint"))
        .args(words.split(' '))
        .current_dir(root)
        .env_clear()
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // A program that ends before it has read everything closes the pipe.
    let _ = child.stdin.take().unwrap().write_all(text.as_bytes());
    child.wait_with_output().unwrap()
}

fn stdout(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

const POD: &str = "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec:\n  containers:\n    - name: a\n      image: b\n      \
                   securityContext: {privileged: true}\n";

#[test]
fn what_it_is_shows_in_its_content() {
    let root = repository("stdin");
    let chart = format!("---\n# Source: web/templates/pod.yaml\n{POD}");
    for (text, check, finding) in [
        (POD, "kubernetes/container/privileged", "stdin:8:37: error"),
        (chart.as_str(), "kubernetes/container/privileged", "stdin:10:37: error"),
        ("FROM alpine:latest\nUSER root\n", "dockerfile/user/root", "stdin:2:"),
        (
            "resource \"aws_s3_bucket\" \"b\" {\n  acl = \"public-read\"\n}\n",
            "aws/s3/public-acl",
            "stdin/main.tf:2:9: error",
        ),
    ] {
        let output = gatelint(&root, &format!("scan - --format compact --check {check}"), text);
        assert!(stdout(&output).starts_with(finding), "{check}: {output:?}");
        assert_eq!(output.status.code(), Some(1));
    }
}

#[test]
fn a_name_makes_it_a_file_among_others() {
    let root = repository("stdin-name");
    fs::create_dir_all(root.join("infra")).unwrap();
    fs::write(root.join("infra/main.tf"), "resource \"aws_s3_bucket\" \"b\" {\n  acl = var.acl\n}\n").unwrap();
    fs::write(root.join("infra/variables.tf"), "variable \"acl\" {}\n").unwrap();
    let words = "scan - --stdin-name infra/variables.tf --format compact --check aws/s3/public-acl";
    let output = gatelint(&root, words, "variable \"acl\" {\n  default = \"public-read\"\n}\n");
    assert!(stdout(&output).starts_with("infra/main.tf:2:9: error"), "{output:?}");
    let output = gatelint(&root, "inspect - --stdin-name x.yaml --format json", POD);
    assert!(stdout(&output).contains("\"file\": \"x.yaml\""), "{output:?}");
}

#[test]
fn nothing_on_standard_input_is_no_pass() {
    let root = repository("stdin-wrong");
    for (words, text, message) in [
        ("scan -", "", "standard input is empty"),
        ("scan -", "Error: no chart\n", "--stdin-name"),
        ("scan - --new-since HEAD", POD, "--new-since"),
        ("scan --stdin-name a.tf", "", "give `-` as a path"),
    ] {
        let output = gatelint(&root, words, text);
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(told.contains(message) && output.status.code() == Some(2), "{words}: {output:?}");
    }
}
