//! A repository made for a test, and a scan of it within bounds of time and memory.

use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

/// Processor time that one scan may take, in seconds, in a build without optimization.
const MOST_SECONDS: u32 = 30;
/// Memory that one scan may take at its peak, in MiB.
const MOST_MEMORY: u64 = 256;

/// A Terraform configuration in which something is found.
pub const BUCKET: &str = "resource \"aws_s3_bucket\" \"b\" {\n  acl = \"public-read\"\n}\n";

/// A manifest in which something is found.
pub const POD: &str = "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec:\n  containers:\n  - {name: a, image: \
                       nginx, securityContext: {privileged: true}}\n";

/// A repository of its own.
pub struct Repository(PathBuf);

/// What a scan did.
#[derive(Debug)]
pub struct Scan {
    /// The exit code; `None` after a signal.
    pub code: Option<i32>,
    /// Standard output.
    pub out: String,
    /// Standard error.
    pub errors: String,
    /// Memory at the peak, in MiB.
    pub memory: u64,
}

impl Repository {
    /// An empty one. What stands beside it belongs to the test too.
    pub fn new(name: &str) -> Self {
        let around = Path::new(env!("CARGO_TARGET_TMPDIR")).join("hostile").join(name);
        // A test before may have left a directory that cannot be read.
        let _ = Command::new("chmod").args(["-R", "u+rwx"]).arg(&around).stderr(Stdio::null()).status();
        let _ = fs::remove_dir_all(&around);
        let repository = Self(around.join("repository"));
        fs::create_dir_all(repository.0.join(".git")).unwrap();
        repository
    }

    /// One with some files.
    pub fn of(name: &str, files: &[(&str, &str)]) -> Self {
        let repository = Self::new(name);
        files.iter().for_each(|(path, text)| repository.write(path, text));
        repository
    }

    /// Its root.
    pub fn root(&self) -> &Path {
        &self.0
    }

    /// Writes a file, in directories that are made.
    pub fn write(&self, path: impl AsRef<Path>, content: impl AsRef<[u8]>) {
        let path = self.0.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }

    /// Scans it, with the whole report as JSON.
    pub fn scan(&self, args: &[&str]) -> Scan {
        self.run(&[&["scan", ".", "--format", "json"], args].concat())
    }

    /// Runs gatelint in it.
    pub fn run(&self, args: &[&str]) -> Scan {
        let limited = format!("ulimit -c 0; ulimit -t {MOST_SECONDS}; exec \"$0\" \"$@\"");
        let mut child = Command::new("sh")
            .args(["-c", &limited, env!("CARGO_BIN_EXE_gatelint")])
            .args(args)
            .current_dir(&self.0)
            .env_remove("CI")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("a shell");
        let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
        let out = thread::spawn(move || text(stdout));
        let errors = thread::spawn(move || text(stderr));
        let mut memory = 0;
        let status = loop {
            memory = memory.max(peak(child.id()).unwrap_or_default());
            if let Some(status) = child.try_wait().unwrap() {
                break status;
            }
            thread::sleep(Duration::from_millis(5));
        };
        Scan { code: status.code(), out: out.join().unwrap(), errors: errors.join().unwrap(), memory }
    }
}

fn text(stream: Option<impl std::io::Read>) -> String {
    let mut bytes = Vec::new();
    stream.unwrap().read_to_end(&mut bytes).unwrap();
    String::from_utf8_lossy(&bytes).into_owned()
}

/// The memory that a process took at its peak, in MiB, where the system tells.
fn peak(process: u32) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().trim_end_matches(" kB").parse::<u64>().ok().map(|kilobytes| kilobytes / 1024)
}

impl Scan {
    /// Fails unless the program ended by itself, within its bounds, and with an exit code that means something.
    pub fn expect_end(&self, what: &str) {
        assert!(self.code.is_some_and(|code| code <= 4), "{what}: {self:?}");
        assert!(!self.errors.contains("panicked"), "{what}: {}", self.errors);
        assert!(self.memory <= MOST_MEMORY, "{what} took {} MiB", self.memory);
    }

    /// Fails unless the gate is closed for what it could not judge, and the report says so with these words.
    pub fn expect_said(&self, what: &str, words: &str) {
        self.expect_end(what);
        assert!(matches!(self.code, Some(1 | 4)), "{what}: exit {:?}\n{}", self.code, self.out);
        assert!(self.out.contains(words), "{what}: no word of `{words}` in\n{}", self.shown());
    }

    /// The state of a file in the ledger.
    pub fn status(&self, file: &str) -> Option<String> {
        let report: Value = serde_json::from_str(&self.out).ok()?;
        let entries = report["ledger"]["files"].as_array()?;
        let entry = entries.iter().find(|entry| entry["file"] == file)?;
        entry["status"].as_str().map(str::to_owned)
    }

    /// Whether something is found in a file.
    pub fn finds_in(&self, file: &str) -> bool {
        let Ok(report) = serde_json::from_str::<Value>(&self.out) else { return false };
        report["findings"].as_array().is_some_and(|all| all.iter().any(|one| one["location"]["file"] == file))
    }

    /// The ledger, without the findings.
    fn shown(&self) -> String {
        let report: Value = serde_json::from_str(&self.out).unwrap_or_default();
        format!("{:#}\n{}", report["ledger"], self.errors)
    }
}
