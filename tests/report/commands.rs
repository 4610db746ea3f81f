//! What the command line says of itself, and of the time it took.

use crate::scanned::repository;
use std::path::Path;
use std::process::{Command, Output};

const COMMANDS: [&str; 17] = [
    "scan",
    "report",
    "baseline",
    "checks",
    "explain",
    "inspect",
    "paths",
    "fix",
    "export",
    "lsp",
    "test",
    "fmt",
    "migrate",
    "init",
    "completions",
    "man",
    "help",
];

fn gatelint(directory: &Path, args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_gatelint"));
    command.args(args).current_dir(directory).env_clear().output().expect("gatelint starts")
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).expect("UTF-8")
}

#[test]
fn the_list_here_is_the_list_of_the_help() {
    let help = gatelint(Path::new("."), &["help"]);
    let (_, list) = text(&help.stdout).split_once("Commands:\n").expect("a list");
    let named = list.lines().map_while(|line| line.split_whitespace().next());
    // The webhook is a feature of its own.
    let named: Vec<_> = named.filter(|name| *name != "admit").collect();
    assert_eq!(named, COMMANDS);
}

#[test]
fn completions_know_every_command_and_flag() {
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let output = gatelint(Path::new("."), &["completions", shell]);
        let script = text(&output.stdout);
        for word in COMMANDS.into_iter().chain(["fail-on", "var-file", "timings"]) {
            assert!(script.contains(word), "{shell} does not know {word}");
        }
    }
    let bash = gatelint(Path::new("."), &["completions", "bash"]);
    let root = repository("completions", &[("gatelint.bash", text(&bash.stdout))]);
    let script = ". ./gatelint.bash; COMP_WORDS=(gatelint scan --fail); COMP_CWORD=2; _gatelint gatelint --fail scan; \
                  echo \"${COMPREPLY[@]}\"";
    match Command::new("bash").args(["-c", script]).current_dir(&root).output() {
        Ok(output) => assert_eq!(text(&output.stdout).trim(), "--fail-on", "{}", text(&output.stderr)),
        Err(error) => println!("skipped: bash is not installed ({error})"),
    }
}

#[test]
fn the_manual_has_a_page_for_gatelint_and_for_each_command() {
    let page = gatelint(Path::new("."), &["man"]);
    for command in COMMANDS {
        assert!(text(&page.stdout).contains(&format!("gatelint\\-{command}(1)")), "{command} is missing");
    }
    for command in COMMANDS.into_iter().filter(|command| *command != "help") {
        let page = gatelint(Path::new("."), &["man", command]);
        assert!(text(&page.stdout).contains(&format!(".TH gatelint-{command} 1")), "{}", text(&page.stdout));
    }
    let page = gatelint(Path::new("."), &["man", "scan"]);
    assert!(text(&page.stdout).contains("\\-\\-fail\\-on"));
    assert_eq!(gatelint(Path::new("."), &["man", "none"]).status.code(), Some(2));
}

#[test]
fn timings_go_to_standard_error_and_progress_to_terminals_only() {
    let root =
        repository("timings", &[("main.tf", "resource \"aws_s3_bucket\" \"b\" {\n  acl = \"public-read\"\n}\n")]);
    let plain = gatelint(&root, &["scan", "--no-config"]);
    let timed = gatelint(&root, &["scan", "--no-config", "--timings"]);
    assert_eq!((&plain.stdout, plain.status), (&timed.stdout, timed.status));
    assert_eq!(text(&plain.stderr), "", "no terminal, no progress");
    let rows: Vec<_> = text(&timed.stderr).lines().map(str::trim).collect();
    let named = ["discover", "parse and lower", "evaluate", "report", "total"];
    assert_eq!(rows.len(), named.len(), "{rows:?}");
    for (row, name) in rows.iter().zip(named) {
        assert!(row.starts_with(name) && row.contains(" ms"), "{row}");
    }
    assert!(rows[1].ends_with("1 file") && rows[2].ends_with("1 resource"), "{rows:?}");
}

/// The numbers of the row that begins with `name`.
fn row(table: &str, name: &str) -> Vec<usize> {
    let row = table.lines().find(|line| line.split_whitespace().next() == Some(name));
    let words = row.unwrap_or_else(|| panic!("no row {name} in\n{table}")).split_whitespace().skip(1);
    words.map_while(|word| word.parse().ok()).collect()
}

#[test]
fn coverage_is_counted_from_the_pages() {
    let page = |title: &str, metadata: &str| {
        let policy = "resource_policy \"x_y\" \"p\" {\n  enforce { condition = true }\n}";
        format!(
            "---\ntitle: {title}\nseverity: low\ncategory: network\n{metadata}---\nWhy.\n\n## Fix\nDo.\n\n## Policy\n```hcl\n{policy}\n```\n"
        )
    };
    let one = page("One", "aliases:\n  trivy: [OWN-1, OWN-2]\nframeworks:\n  cwe: [\"9901\", \"9902\"]\n");
    let two = page("Two", "aliases:\n  trivy: [OWN-2]\nframeworks:\n  cwe: [\"9902\"]\n");
    let files =
        [("own/team/net/one.md", one.as_str()), ("own/team/net/two.md", &two), ("own/team/disk/three.md", &two)];
    let root = repository("coverage", &files);
    let shipped = gatelint(&root, &["checks", "--coverage"]);
    let shipped = text(&shipped.stdout);
    let list = gatelint(&root, &["checks"]);
    assert_eq!(row(shipped, "all"), [text(&list.stdout).lines().count()]);
    let with = gatelint(&root, &["checks", "--coverage", "--checks", "own"]);
    let with = text(&with.stdout);
    assert_eq!(row(with, "team"), [3], "{with}");
    assert!(with.contains("disk 1, net 2"), "{with}");
    let more =
        |name: &str| -> Vec<usize> { row(with, name).iter().zip(row(shipped, name)).map(|(a, b)| a - b).collect() };
    assert_eq!(more("cwe"), [2, 3], "two more controls, in three more checks");
    assert_eq!(more("trivy"), [2, 3], "two more ids, in three more checks");
    assert_eq!(gatelint(&root, &["checks", "--coverage", "--format", "json"]).status.code(), Some(2));
}

#[test]
fn checks_are_listed_by_resource_type_and_framework() {
    let root = repository("listed", &[]);
    let list = |pattern: &str| {
        let output = gatelint(&root, &["checks", pattern]);
        assert!(output.status.success(), "{pattern}: {}", text(&output.stderr));
        text(&output.stdout).to_owned()
    };
    assert!(list("aws_sqs_queue").contains("aws/sqs/not-encrypted"));
    assert!(list("azurerm_*_web_app").contains("azure/appservice/"));
    let of_requirements = list("pci-dss");
    assert!(of_requirements.contains("aws/sqs/not-encrypted"), "encryption at rest");
    assert_eq!(of_requirements, list("pci-dss-4.0"));
    assert!(of_requirements.lines().count() < list("*").lines().count());
}
