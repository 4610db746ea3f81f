//! Interrupts: whoever stops a scan finds a whole report or none, and the signal in the exit code.

use super::attack::{BUCKET, Repository};
use std::fs;
use std::os::unix::process::ExitStatusExt as _;
use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};
use std::thread;
use std::time::Duration;

/// A repository that takes a while, even where there are many processors.
fn large(name: &str) -> Repository {
    let repository = Repository::new(name);
    let bucket = BUCKET.trim_start_matches("resource \"aws_s3_bucket\" \"b\"");
    for directory in 0..40 {
        let buckets = (0..50).map(|n| format!("resource \"aws_s3_bucket\" \"b{n}\"{bucket}"));
        repository.write(format!("{directory}/main.tf"), buckets.collect::<Vec<_>>().concat());
    }
    repository
}

/// How a run of the program ended that gets a signal after so many milliseconds.
fn interrupted(root: &Path, args: &[&str], wait: u64, signal: &str) -> ExitStatus {
    let mut child = Command::new(env!("CARGO_BIN_EXE_gatelint"))
        .args(args)
        .current_dir(root)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    thread::sleep(Duration::from_millis(wait));
    let _ = Command::new("kill").args(["-s", signal, &child.id().to_string()]).stderr(Stdio::null()).status();
    child.wait().unwrap()
}

/// The names in a directory that are none of the repository's own.
fn left(root: &Path) -> Vec<String> {
    let names = fs::read_dir(root).unwrap().map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned());
    names.filter(|name| name.parse::<u32>().is_err() && name != ".git").collect()
}

#[test]
fn r_sec_21_an_interrupted_scan_leaves_a_whole_report_or_none() {
    let repository = large("interrupted");
    let root = repository.root();
    let mut stopped = 0;
    for (number, wait) in (0..24_u64).map(|number| (number, 10 + number * 40)) {
        let signal = if number % 2 == 0 { "INT" } else { "TERM" };
        let args = ["scan", ".", "--format", "sarif", "--output", "report.sarif"];
        let status = interrupted(root, &args, wait, signal);
        let by_signal = status.signal().is_some() || status.code().is_some_and(|code| code > 128);
        stopped += usize::from(by_signal);
        assert!(by_signal || status.code() == Some(1), "{status:?} after {wait} ms");
        let (begun, names): (Vec<String>, Vec<String>) =
            left(root).into_iter().partition(|name| name.starts_with(".report.sarif."));
        // What was begun has a name that nobody takes for the report.
        for name in &begun {
            fs::remove_file(root.join(name)).unwrap();
        }
        assert!(names.is_empty() || names == ["report.sarif"], "{names:?} after {wait} ms");
        if let Ok(report) = fs::read(root.join("report.sarif")) {
            serde_json::from_slice::<serde_json::Value>(&report).unwrap_or_else(|error| panic!("{wait} ms: {error}"));
            fs::remove_file(root.join("report.sarif")).unwrap();
        }
    }
    assert!(stopped > 0, "every scan ended before it could be interrupted");
}

#[test]
fn r_sec_21_fixes_that_are_interrupted_leave_whole_files() {
    let repository = large("interrupted-fixes");
    let root = repository.root();
    for wait in (0..12_u64).map(|number| 100 + number * 150) {
        interrupted(root, &["fix", ".", "--apply", "--unsafe"], wait, "KILL");
        for directory in 0..40 {
            let text = fs::read_to_string(root.join(format!("{directory}/main.tf"))).unwrap();
            let blocks = text.matches("resource \"aws_s3_bucket\" \"").count();
            assert!(blocks == 50 && text.ends_with("}\n"), "{directory} after {wait} ms: {blocks} blocks");
        }
    }
}
