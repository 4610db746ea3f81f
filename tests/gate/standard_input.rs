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
fn what_helm_printed_is_placed_in_the_chart_that_is_here() {
    let root = repository("stdin-chart");
    let pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: {{ .Release.Name }}}\nspec:\n  containers:\n    - name: a\n      \
               image: {{ .Values.image }}\n      securityContext: {privileged: {{ .Values.powers }}}\n";
    let chart = root.join("deploy/shop");
    fs::create_dir_all(chart.join("templates")).unwrap();
    fs::write(chart.join("Chart.yaml"), "apiVersion: v2\nname: web\nversion: 1.0.0\n").unwrap();
    fs::write(chart.join("values.yaml"), "image: b\npowers: true\noff: false\n").unwrap();
    fs::write(chart.join("templates/pod.yaml"), pod).unwrap();
    let conditional = format!("{{{{- if .Values.off }}}}\n{pod}{{{{- end }}}}\n");
    fs::write(chart.join("templates/off.yaml"), conditional).unwrap();
    let printed = POD.replace("name: p", "name: own");
    let scan = |text: &str| {
        let words = "scan - --format compact --check kubernetes/container/privileged";
        stdout(&gatelint(&root, words, text)).lines().map(str::to_owned).collect::<Vec<_>>()
    };
    let of = |template: &str, text: &str| scan(&format!("---\n# Source: web/{template}\n{text}"));
    let place = |found: &[String]| found.first().and_then(|line| line.split(" error").next()).map(str::to_owned);
    assert_eq!(place(&of("templates/pod.yaml", &printed)).unwrap(), "deploy/shop/templates/pod.yaml:8:37:");
    // Rendered with values that are not known here: the template has it all the same.
    assert_eq!(place(&of("templates/off.yaml", &printed)).unwrap(), "deploy/shop/templates/off.yaml:3:1:");
    // No chart has it.
    let other = of("templates/gone.yaml", &printed);
    assert_eq!(place(&other).unwrap(), "stdin:10:37:");
    let comment = "      # gatelint:ignore kubernetes/container/privileged -- a node agent\n      securityContext";
    fs::write(chart.join("templates/pod.yaml"), pod.replace("      securityContext", comment)).unwrap();
    assert_eq!(of("templates/pod.yaml", &printed), Vec::<String>::new());
    // A second chart of the name: which one is meant is not known.
    fs::write(chart.join("templates/pod.yaml"), pod).unwrap();
    let copy = root.join("copy/templates");
    fs::create_dir_all(&copy).unwrap();
    fs::write(root.join("copy/Chart.yaml"), "apiVersion: v2\nname: web\nversion: 1.0.0\n").unwrap();
    fs::write(copy.join("pod.yaml"), pod).unwrap();
    assert_eq!(place(&of("templates/pod.yaml", &printed)).unwrap(), "stdin:10:37:");
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
