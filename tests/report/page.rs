//! `docs/reports.md` shows what the program prints. `UPDATE=1 cargo test --test report page` writes it.

use std::path::Path;
use std::process::Command;
use std::{env, fs};

const EXAMPLES: [&str; 2] = ["infra/main.tf", "infra/inputs.tf"];

/// The text of the fence that follows `heading`.
fn fence<'p>(page: &'p str, heading: &str) -> &'p str {
    let (_, rest) = page.split_once(heading).expect(heading);
    let (_, rest) = rest.split_once("```terraform\n").expect("a fence");
    rest.split_once("```").expect("its end").0
}

/// Standard output of the command on the first line of a console fence.
fn run(root: &Path, line: &str) -> String {
    let args = line.strip_prefix("$ gatelint ").unwrap_or_else(|| panic!("`{line}` is no call of gatelint"));
    let output = Command::new(env!("CARGO_BIN_EXE_gatelint"))
        .args(args.split(' '))
        .args(["--no-config", "--check", "aws/s3/public-acl"])
        .current_dir(root)
        .env_clear()
        .output()
        .expect("gatelint starts");
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    assert!(!text.is_empty(), "{line}: {}", String::from_utf8_lossy(&output.stderr));
    text
}

#[test]
fn the_page_shows_what_is_printed() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/reports.md");
    let page = fs::read_to_string(&path).expect("the page");
    let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join("page");
    fs::create_dir_all(root.join(".git")).expect("a directory for the test");
    fs::create_dir_all(root.join("infra")).expect("a directory for the test");
    for example in EXAMPLES {
        fs::write(root.join(example), fence(&page, &format!("`{example}`"))).expect("a file for the test");
    }
    let mut parts = page.split("```console\n");
    let mut printed = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (console, rest) = part.split_once("```\n").expect("the end of a fence");
        let line = console.lines().next().expect("a command");
        printed.push_str(&format!("```console\n{line}\n{}```\n{rest}", run(&root, line)));
    }
    if env::var_os("UPDATE").is_some() {
        fs::write(&path, printed).expect("the page");
    } else {
        assert!(printed == page, "docs/reports.md shows something else; UPDATE=1 writes what is printed:\n{printed}");
    }
}

/// The README shows parts of what is printed for a fixture: every line of it, in that order, among others.
#[test]
fn the_readme_shows_lines_of_what_is_printed() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let readme = fs::read_to_string(root.join("README.md")).expect("the README");
    let consoles = readme.split("```console\n").skip(1).filter_map(|part| part.split("```\n").next());
    let mut formats = Vec::new();
    for call in consoles.flat_map(|console| console.split("$ ").skip(1)) {
        let (command, shown) = call.split_once('\n').unwrap_or((call, ""));
        let shown: Vec<&str> = shown.lines().filter(|line| *line != "…").collect();
        if shown.is_empty() {
            continue;
        }
        let (_, args) = command.split_once("scan ").unwrap_or_else(|| panic!("`{command}` is no scan"));
        let output = Command::new(env!("CARGO_BIN_EXE_gatelint"))
            .arg("scan")
            .args(args.split(' '))
            .arg("--no-config")
            .current_dir(root)
            .env_clear()
            .output()
            .expect("gatelint starts");
        let printed = String::from_utf8(output.stdout).expect("UTF-8");
        let mut lines = printed.lines();
        for line in shown {
            assert!(lines.any(|printed| printed == line), "`{command}` does not print, in this order: {line}");
        }
        formats.push(args.split("--format ").nth(1).unwrap_or("human").to_owned());
    }
    formats.sort();
    assert_eq!(formats, ["compact", "github", "gitlab", "human", "json", "junit", "markdown", "sarif"]);
}

/// The n-th output belongs to the n-th format: a format without a file comes last, or the files are of other formats
/// than they are called.
#[test]
fn in_each_command_of_the_documents_outputs_follow_their_formats() {
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs");
    let mut commands = 0;
    for entry in fs::read_dir(docs).expect("the documents") {
        let path = entry.expect("a document").path();
        if path.extension().is_none_or(|extension| extension != "md") {
            continue;
        }
        let page = fs::read_to_string(&path).expect("a document");
        for fence in page.split("```").skip(1).step_by(2) {
            for command in fence.split("gatelint ").skip(1).filter(|command| command.contains("--output")) {
                let options: Vec<&str> =
                    command.split_whitespace().filter(|word| matches!(*word, "--format" | "--output")).collect();
                let pairs = options.chunks(2).all(|pair| pair == ["--format", "--output"] || pair.len() == 1);
                assert!(pairs, "{}: gatelint {command}", path.display());
                commands += 1;
            }
        }
    }
    assert!(commands >= 5, "the guides write reports: {commands}");
}
