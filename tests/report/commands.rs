//! What the command line says of itself, and of the time it took.

use crate::scanned::repository;
use std::path::Path;
use std::process::{Command, Output};

const COMMANDS: [&str; 10] =
    ["scan", "baseline", "checks", "explain", "inspect", "test", "init", "completions", "man", "help"];

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
    let named: Vec<_> = list.lines().map_while(|line| line.split_whitespace().next()).collect();
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
