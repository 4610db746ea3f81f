//! A small repository on disk, and what gatelint says of it.

use serde_json::Value as Json;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A repository of these files, made anew.
pub fn repository(name: &str, files: &[(&str, &str)]) -> PathBuf {
    let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join("gate").join(name);
    let _ = fs::remove_dir_all(&root);
    fs::create_dir_all(root.join(".git")).expect("a directory for the test");
    for (path, text) in files {
        let path = root.join(path);
        fs::create_dir_all(path.parent().expect("a directory")).expect("a directory for the test");
        fs::write(path, text).expect("a file for the test");
    }
    root
}

/// What one run gave.
pub struct Run {
    /// The exit code.
    pub exit: i32,
    /// Standard output.
    pub out: String,
    /// Standard error.
    pub errors: String,
}

/// Runs gatelint in `directory`.
pub fn gatelint(directory: &Path, args: &[&str]) -> Run {
    let mut command = Command::new(env!("CARGO_BIN_EXE_gatelint"));
    let output = command.args(args).current_dir(directory).env_clear().output().expect("gatelint starts");
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).expect("UTF-8");
    Run { exit: output.status.code().expect("a code"), out: text(&output.stdout), errors: text(&output.stderr) }
}

/// A scan of `directory`, with `args`, as JSON.
pub fn scan(directory: &Path, args: &[&str]) -> (Run, Json) {
    let args: Vec<&str> = ["scan", "--format", "json"].iter().chain(args).copied().collect();
    let run = gatelint(directory, &args);
    let json = serde_json::from_str(&run.out).unwrap_or_else(|error| panic!("{error}\n{}", run.errors));
    (run, json)
}

/// `check resource severity` of each finding that counts.
pub fn live(report: &Json) -> Vec<String> {
    let findings = report["findings"].as_array().expect("findings");
    let live = findings.iter().filter(|finding| finding["suppressed"].is_null());
    let told = |finding: &Json| {
        let text = |key: &str| finding[key].as_str().expect("a text").to_owned();
        format!("{} {} {}", text("check"), text("resource"), text("severity"))
    };
    live.map(told).collect()
}
