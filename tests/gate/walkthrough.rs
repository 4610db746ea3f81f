//! The walk-throughs of the README and of the other pages, run in the repositories they are about.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// `TerraGoat`, as it lies among the real repositories; `None` where they are not at hand.
fn terragoat() -> Option<PathBuf> {
    let archive = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/realworld/dev.tar.xz");
    let to = Path::new(env!("CARGO_TARGET_TMPDIR")).join("gate/walkthrough");
    let _ = fs::remove_dir_all(&to);
    fs::create_dir_all(&to).expect("a directory for the test");
    let name = "bridgecrewio+terragoat";
    let unpacked = Command::new("tar").arg("-xJf").arg(archive).arg("-C").arg(&to).arg(name).output();
    let root = to.join(name);
    (unpacked.is_ok() && root.is_dir()).then(|| {
        fs::create_dir_all(root.join(".git")).expect("a directory for the test");
        root
    })
}

/// The commands of the section, each with what it is said to print.
fn steps() -> Vec<(String, Vec<String>)> {
    let readme = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")).expect("the README");
    let (_, section) = readme.split_once("## Turn it on in an old repository").expect("the section");
    let (_, fence) = section.split_once("```sh\n").expect("a fence");
    let (fence, _) = fence.split_once("```").expect("its end");
    let step = |call: &str| {
        let mut lines = call.lines();
        let mut command = lines.next().unwrap_or_default().to_owned();
        if command.contains("<<'END'") {
            let given: Vec<&str> = lines.by_ref().take_while(|line| *line != "END").collect();
            command = format!("{command}\n{}\nEND\n", given.join("\n"));
        }
        (command, lines.map(str::to_owned).collect())
    };
    fence.split("$ ").skip(1).map(step).collect()
}

/// Whether a line is the one that is shown, in which `…` stands for anything.
fn fits(shown: &str, line: &str) -> bool {
    match shown.split_once('…') {
        None => shown == line,
        Some((before, after)) => line.starts_with(before) && line.ends_with(after),
    }
}

#[test]
fn the_walk_through_of_the_readme_happens_as_it_is_told() {
    let Some(root) = terragoat() else {
        return eprintln!("skipped: the real repositories are not at hand");
    };
    let binary = Path::new(env!("CARGO_BIN_EXE_gatelint")).parent().expect("its directory");
    let steps = steps();
    assert_eq!(steps.len(), 8, "{steps:#?}");
    for (command, shown) in steps {
        let path = format!("{}:/usr/bin:/bin", binary.display());
        let output =
            Command::new("bash").args(["-c", &command]).current_dir(&root).env_clear().env("PATH", path).output();
        let output = output.expect("bash starts");
        let told = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
        let mut lines = told.lines();
        for wanted in &shown {
            assert!(lines.any(|line| fits(wanted, line)), "`{command}` does not print `{wanted}`:\n{told}");
        }
        if command.contains("compact") {
            let findings = String::from_utf8_lossy(&output.stdout).into_owned();
            assert!(findings.lines().all(|line| line.starts_with("terraform/aws/backups.tf:")), "{findings}");
            assert_eq!(output.status.code(), Some(1));
        }
    }
}

/// The commands in the `console` fences of a page, each with the lines that it is said to print.
fn printed(page: &str) -> Vec<(String, Vec<String>)> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs").join(page);
    let text = fs::read_to_string(path).expect("the page");
    let fences = text.split("```console\n").skip(1).filter_map(|rest| Some(rest.split_once("```")?.0));
    let steps = fences.flat_map(|fence| fence.split("$ ").skip(1)).map(|step| {
        let mut lines = step.lines().map(str::to_owned);
        (lines.next().unwrap_or_default(), lines.collect())
    });
    steps.collect()
}

#[test]
fn what_other_pages_show_is_what_is_printed() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let binary = Path::new(env!("CARGO_BIN_EXE_gatelint")).parent().expect("its directory");
    for page in ["compose.md", "terragrunt.md"] {
        let steps = printed(page);
        assert!(!steps.is_empty(), "{page} shows nothing");
        for (command, shown) in steps {
            let path = format!("{}:/usr/bin:/bin", binary.display());
            let run =
                Command::new("bash").args(["-c", &command]).current_dir(root).env_clear().env("PATH", path).output();
            let told = String::from_utf8(run.expect("bash starts").stdout).expect("UTF-8");
            let mut lines = told.lines();
            for wanted in shown.iter().filter(|line| *line != "…") {
                assert!(lines.any(|line| fits(wanted, line)), "`{command}` does not print `{wanted}`:\n{told}");
            }
        }
    }
}
