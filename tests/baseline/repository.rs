//! Directories with files, with `git` and with gatelint in them.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A bucket that everyone can read.
pub fn public(name: &str) -> String {
    format!("resource \"aws_s3_bucket\" \"{name}\" {{\n  acl = \"public-read\"\n}}\n")
}

/// A directory for one test, empty at first.
pub struct Repository {
    pub root: PathBuf,
}

impl Repository {
    /// A directory that is the root of a scan, without git.
    pub fn plain(name: &str) -> Self {
        let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join("baseline").join(name);
        let _ = fs::remove_dir_all(&root);
        fs::create_dir_all(root.join(".git")).unwrap();
        Self { root }
    }

    /// A repository of git; none where `git` is not installed.
    pub fn of_git(name: &str) -> Option<Self> {
        if let Err(error) = Command::new("git").arg("--version").output() {
            println!("skipped: git is not installed ({error})");
            return None;
        }
        let repository = Self::plain(name);
        fs::remove_dir(repository.root.join(".git")).unwrap();
        repository.git("init --quiet --initial-branch=main .");
        Some(repository)
    }

    /// Another directory beside the files of this one.
    pub fn beside(&self, name: &str) -> Self {
        Self { root: self.root.join(name) }
    }

    pub fn write(&self, path: &str, text: &str) -> &Self {
        let path = self.root.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
        self
    }

    pub fn read(&self, path: &str) -> String {
        fs::read_to_string(self.root.join(path)).unwrap()
    }

    /// Runs `git` with words, which hold no spaces.
    pub fn git(&self, words: &str) -> String {
        let output = Command::new("git")
            .args(["-c", "user.name=test", "-c", "user.email=test@example.com", "-c", "commit.gpgsign=false"])
            .args(["-c", "protocol.file.allow=always", "-c", "advice.detachedHead=false"])
            .args(words.split_whitespace())
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("GIT_CONFIG_SYSTEM", "/dev/null")
            .current_dir(&self.root)
            .output()
            .unwrap();
        assert!(output.status.success(), "git {words}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    }

    /// Commits all files and gives the id.
    pub fn commit(&self) -> String {
        self.git("add --all");
        self.git("commit --quiet --allow-empty --message=all");
        self.git("rev-parse HEAD")
    }

    /// Runs gatelint; its exit code, standard output, and standard error.
    pub fn gatelint(&self, args: &[&str]) -> (i32, String, String) {
        let output = Command::new(env!("CARGO_BIN_EXE_gatelint"))
            .args(args)
            .current_dir(&self.root)
            .env_clear()
            .output()
            .unwrap();
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
        (output.status.code().unwrap(), text(&output.stdout), text(&output.stderr))
    }

    /// A scan for public buckets: its exit code, the files with lines that are told, and standard error.
    pub fn scan(&self, args: &[&str]) -> (i32, Vec<String>, String) {
        let all: Vec<&str> =
            ["scan", "--check", "aws/s3/public-acl", "--format", "compact"].iter().chain(args).copied().collect();
        let (code, out, errors) = self.gatelint(&all);
        let place = |line: &str| line.splitn(3, ':').take(2).collect::<Vec<_>>().join(":");
        (code, out.lines().map(place).collect(), errors)
    }
}
