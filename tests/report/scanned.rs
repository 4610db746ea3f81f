//! What only a whole scan decides of a report: paths, roots, links, modules, secrets.

use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

const CHECK: &str = "aws/s3/public-acl";
const PUBLIC: &str = "resource \"aws_s3_bucket\" \"b\" {\n  acl = \"public-read\"\n}\n";

/// A repository of these files, made anew.
pub fn repository(name: &str, files: &[(&str, &str)]) -> PathBuf {
    let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join("scanned").join(name);
    let _ = fs::remove_dir_all(&root);
    fs::create_dir_all(root.join(".git")).expect("a directory for the test");
    for (path, text) in files {
        let path = root.join(path);
        fs::create_dir_all(path.parent().expect("a directory")).expect("a directory for the test");
        fs::write(path, text).expect("a file for the test");
    }
    root
}

/// Standard output and standard error of a scan.
fn scan(directory: &Path, args: &[&str]) -> (String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_gatelint"))
        .args(["scan", "--no-config", "--exit-zero", "--check", CHECK])
        .args(args)
        .current_dir(directory)
        .env_clear()
        .output()
        .expect("gatelint starts");
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).expect("UTF-8");
    (text(&output.stdout), text(&output.stderr))
}

fn sarif(directory: &Path, path: &str) -> Value {
    let (out, errors) = scan(directory, &["--format", "sarif", path]);
    serde_json::from_str(&out).unwrap_or_else(|error| panic!("{error}: {errors}"))
}

/// The addresses and lines of the results, sorted.
fn places(log: &Value) -> Vec<String> {
    let place = |result: &Value| {
        let physical = &result["locations"][0]["physicalLocation"];
        format!(
            "{}:{}",
            physical["artifactLocation"]["uri"].as_str().unwrap_or_default(),
            physical["region"]["startLine"]
        )
    };
    let mut places: Vec<_> = log["runs"][0]["results"].as_array().expect("results").iter().map(place).collect();
    places.sort();
    places
}

#[test]
fn r_sarif_20_and_25_addresses_count_from_the_root_of_the_repository() {
    let files = ["infra/a b.tf", "infra/ü.tf", "infra/a#b%20.tf", "infra/c:d.tf"];
    let named = |file: &str| PUBLIC.replace("\"b\"", &format!("\"b{}\"", file.len()));
    let texts = files.map(named);
    let pairs: Vec<_> = files.into_iter().zip(texts.iter().map(String::as_str)).collect();
    let root = repository("names", &pairs);
    let expected = ["infra/%C3%BC.tf:2", "infra/a%20b.tf:2", "infra/a%23b%2520.tf:2", "infra/c%3Ad.tf:2"];
    let absolute = root.to_string_lossy();
    for (directory, path) in [(&root, "."), (&root.join("infra"), "."), (&std::env::temp_dir(), &*absolute)] {
        assert_eq!(places(&sarif(directory, path)), expected, "from {} with {path}", directory.display());
    }
}

#[test]
fn r_sarif_22_findings_in_fetched_modules_stand_at_the_module_block() {
    let main = "module \"bucket\" {\n  source = \"acme/bucket/aws\"\n}\n";
    let manifest = r#"{"Modules":[{"Key":"","Source":"","Dir":"."},{"Key":"bucket","Source":"registry.terraform.io/acme/bucket/aws","Dir":".terraform/modules/bucket"}]}"#;
    let root = repository(
        "fetched",
        &[
            ("main.tf", main),
            (".terraform/modules/modules.json", manifest),
            (".terraform/modules/bucket/main.tf", PUBLIC),
            (".gitignore", ".terraform\n"),
        ],
    );
    let log = sarif(&root, ".");
    assert_eq!(places(&log), ["main.tf:1"]);
    let message = log["runs"][0]["results"][0]["message"]["text"].as_str().expect("a message");
    assert!(message.contains("'.terraform/modules/bucket/main.tf:"), "{message}");
}

#[cfg(unix)]
#[test]
fn r_sarif_24_a_link_is_reported_where_it_leads() {
    let root = repository("link", &[("real/main.tf", PUBLIC)]);
    std::os::unix::fs::symlink("real", root.join("linked")).expect("a link for the test");
    assert_eq!(places(&sarif(&root, "linked")), ["real/main.tf:2"]);
}

#[test]
fn r_sec_20_a_scan_says_the_same_whatever_is_around_it() {
    let files = [
        ("main.tf", PUBLIC),
        (
            "other.tf",
            "resource \"aws_s3_bucket\" \"c\" {\n  acl = \"public-read\"\n  tags = { password = \"hunter2-hunter2\" }\n}\n",
        ),
        ("broken.tf", "resource {\n"),
        (
            "deploy/web.yaml",
            "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  containers: [{name: a, image: a}]\n",
        ),
        ("Dockerfile", "FROM alpine\nRUN apk add curl\n"),
    ];
    let root = repository("again", &files);
    let paths = ["main.tf", "other.tf", "broken.tf", "deploy", "Dockerfile"];
    let run = |format: &str, threads: &str, turn: usize, around: [(&str, &str); 3]| {
        let mut given = paths;
        given.rotate_left(turn % paths.len());
        let output = Command::new(env!("CARGO_BIN_EXE_gatelint"))
            .args(["scan", "--no-config", "--threads", threads, "--format", format])
            .args(given)
            .current_dir(&root)
            .env_clear()
            .envs(around)
            .output()
            .expect("gatelint starts");
        (output.stdout, output.status.code())
    };
    for format in gatelint::report::Format::ALL.map(gatelint::report::Format::name) {
        let first = run(format, "1", 0, [("TZ", "UTC"), ("LANG", "C.UTF-8"), ("HOME", "/")]);
        for (turn, threads) in (1..).zip(["1", "2", "8", "2", "8"]) {
            let again = run(format, threads, turn, [("TZ", "Asia/Tokyo"), ("LANG", "de_DE.UTF-8"), ("HOME", "/tmp")]);
            assert!(again == first, "{format} with {threads} threads, turn {turn}");
        }
    }
}

#[test]
fn r_sec_21_the_same_tree_elsewhere_gives_the_same_bytes() {
    let files = [("main.tf", PUBLIC), ("broken.tf", "resource {\n")];
    let (one, two) = (repository("here", &files), repository("there/deeper", &files));
    for format in gatelint::report::Format::ALL.map(gatelint::report::Format::name) {
        assert_eq!(scan(&one, &["--format", format, "."]), scan(&two, &["--format", format, "."]), "{format}");
    }
}

#[test]
fn r_sec_30_secrets_of_a_scan_are_in_no_format() {
    let main = r#"
variable "token" {
  type      = string
  sensitive = true
  default   = "s3cr3t-default"
}
resource "aws_s3_bucket" "b" {
  acl  = "public-read"
  tags = { password = "s3cr3t-tag" }
}
resource "aws_s3_bucket" "c" {
  bucket = var.token
  acl    = "public-read"
}
resource "aws_db_instance" "d" {
  password = "s3cr3t-password"
  acl      = "public-read"
}
"#;
    let root = repository("secrets", &[("main.tf", main), ("terraform.tfvars", "token = \"s3cr3t-line\"\n")]);
    for format in gatelint::report::Format::ALL.map(gatelint::report::Format::name) {
        let (out, errors) =
            scan(&root, &["--format", format, "--verbose", "--show", "inconclusive,suppressed,ledger", "."]);
        assert!(out.contains("main.tf"), "{format} shows nothing");
        assert!(!out.contains("s3cr3t") && !errors.contains("s3cr3t"), "{format}:\n{out}{errors}");
    }
    assert!(scan(&root, &["."]).0.contains("<redacted:10>"), "the line beside a finding is shown");
}

#[test]
fn several_formats_in_one_run_and_whole_files_only() {
    let root = repository("several", &[("main.tf", PUBLIC)]);
    let args = ["--format", "sarif", "--output", "out.sarif", "--format", "compact", "."];
    let (out, errors) = scan(&root, &args);
    assert_eq!(out, "main.tf:2:9: error: Bucket ACL 'public-read' grants access to everyone. [aws/s3/public-acl]\n");
    assert!(errors.starts_with("gatelint: "), "{errors}");
    let log: Value = serde_json::from_str(&fs::read_to_string(root.join("out.sarif")).expect("a file")).expect("JSON");
    assert_eq!(places(&log), ["main.tf:2"]);
    assert!(!root.join("out.sarif.part").exists());
}

#[test]
fn r_cli_5_a_reader_that_goes_away_opens_no_gate() {
    let many: String = (0..2_000).map(|at| PUBLIC.replace("\"b\"", &format!("\"b{at}\""))).collect();
    let root = repository("pipe", &[("main.tf", &many)]);
    let mut child = Command::new(env!("CARGO_BIN_EXE_gatelint"))
        .args(["scan", "--no-config", "--check", CHECK])
        .current_dir(&root)
        .env_clear()
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("gatelint starts");
    drop(child.stdout.take());
    let output = child.wait_with_output().expect("it ends");
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
}
