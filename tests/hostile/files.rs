//! What a directory can hold beside plain files: R-SEC-7, 10 and 11. Nothing is waited for, nothing outside of the root
//! is read or written, and nothing vanishes.

use crate::attack::{BUCKET, POD, Repository};
use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::Path;
use std::process::Command;

fn pipe(path: &Path) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    assert!(Command::new("mkfifo").arg(path).status().unwrap().success());
}

#[test]
fn pipes_and_devices_are_neither_waited_for_nor_read() {
    let text = format!("{BUCKET}locals {{\n  a = file(\"read.txt\")\n}}\nvariable \"v\" {{}}\n");
    for (number, name) in [
        "b.tf",
        "terraform.tfvars",
        "read.txt",
        "x.yaml",
        "x.json",
        "Dockerfile",
        "Dockerfile.dockerignore",
        ".gitignore",
        ".trivyignore",
        "chart/Chart.yaml",
        "overlay/kustomization.yaml",
        ".terraform/modules/modules.json",
    ]
    .into_iter()
    .enumerate()
    {
        for device in [false, true] {
            let repository = Repository::of(&format!("special-{number}-{device}"), &[("main.tf", &text)]);
            let path = repository.root().join(name);
            if device {
                fs::create_dir_all(path.parent().unwrap()).unwrap();
                symlink("/dev/zero", &path).unwrap();
            } else {
                pipe(&path);
            }
            let scan = repository.scan(&["--check", "aws/s3/public-acl"]);
            scan.expect_end(name);
            assert!(scan.finds_in("main.tf") || scan.code == Some(4), "{name}: {scan:?}");
        }
    }
}

#[test]
fn files_that_are_named_are_regular_files() {
    for (number, args) in [
        ["--config", "given"],
        ["--baseline", "given"],
        ["--var-file", "given"],
        ["--checks", "given"],
        ["--helm-values", "given"],
    ]
    .into_iter()
    .enumerate()
    {
        for device in [false, true] {
            let repository = Repository::of(&format!("named-{number}-{device}"), &[("main.tf", BUCKET)]);
            let given = repository.root().join("given");
            if device {
                symlink("/dev/zero", &given).unwrap();
            } else {
                pipe(&given);
            }
            let scan = repository.scan(&args);
            scan.expect_end(args[0]);
            assert_ne!(scan.code, Some(0), "{args:?}: {scan:?}");
        }
    }
}

#[test]
fn a_configuration_that_cannot_be_read_is_an_error() {
    let outside = Repository::of("configuration-link", &[("main.tf", BUCKET)]);
    outside.write("../elsewhere.yaml", "edition: \"2026.1\"\n");
    symlink("../elsewhere.yaml", outside.root().join(".gatelint.yaml")).unwrap();
    let dangling = Repository::of("configuration-nowhere", &[("main.tf", BUCKET)]);
    symlink("nowhere", dangling.root().join(".gatelint.yaml")).unwrap();
    let waiting = Repository::of("configuration-pipe", &[("main.tf", BUCKET)]);
    pipe(&waiting.root().join(".gatelint.yaml"));
    for repository in [outside, dangling, waiting] {
        let scan = repository.scan(&[]);
        assert_eq!(scan.code, Some(2), "{scan:?}");
        assert!(scan.errors.contains(".gatelint.yaml"), "{}", scan.errors);
    }
}

#[test]
fn rules_above_the_root_do_not_count_and_those_in_it_do() {
    for name in [".gitignore", ".ignore"] {
        let repository = Repository::of(
            &format!("rules-{}", name.trim_start_matches('.')),
            &[("main.tf", BUCKET), ("deep/er/other.tf", BUCKET), ("deep/kept/other.tf", BUCKET), ("deep/x", "er\n")],
        );
        repository.write(format!("../{name}"), "*.tf\n");
        repository.write(format!("deep/{name}"), "er/\n");
        let scan = repository.scan(&["--check", "aws/s3/public-acl"]);
        assert!(scan.finds_in("main.tf") && scan.finds_in("deep/kept/other.tf"), "{name}: {scan:?}");
        assert!(!scan.finds_in("deep/er/other.tf"), "{name}: {scan:?}");
    }
}

#[test]
fn too_many_rules_are_reported_and_nothing_is_ignored() {
    let repository = Repository::of("many-rules", &[("main.tf", BUCKET)]);
    repository.write(".gitignore", "*.tf\n".repeat(100_000));
    let scan = repository.scan(&[]);
    scan.expect_said("many rules", "limit");
    assert!(scan.finds_in("main.tf"), "{scan:?}");
    assert_eq!(scan.status(".gitignore").as_deref(), Some("failed"));
}

#[test]
fn names_that_cannot_be_shown_and_directories_that_cannot_be_read_are_in_the_ledger() {
    let repository = Repository::of("names", &[("main.tf", "")]);
    repository.write(OsStr::from_bytes(b"bad\xff.tf"), BUCKET);
    repository.write(Path::new(OsStr::from_bytes(b"dir\xfe")).join("main.tf"), BUCKET);
    repository.write("locked/main.tf", BUCKET);
    let locked = repository.root().join("locked");
    fs::set_permissions(&locked, fs::Permissions::from_mode(0o000)).unwrap();
    let scan = repository.scan(&[]);
    let may_read = fs::read_dir(&locked).is_ok();
    fs::set_permissions(&locked, fs::Permissions::from_mode(0o755)).unwrap();
    scan.expect_said("names", "not UTF-8");
    assert_eq!(scan.status("bad\u{fffd}.tf").as_deref(), Some("failed"));
    assert_eq!(scan.status("dir\u{fffd}/main.tf").as_deref(), Some("failed"));
    // The superuser may read it.
    assert!(may_read || scan.status("locked").as_deref() == Some("failed"), "{scan:?}");
}

#[test]
fn json_manifests_are_found_whatever_stands_before_their_kind() {
    let body = r#""metadata": {"name": "p"}, "spec": {"containers": [{"name": "a", "image": "nginx", "securityContext": {"privileged": true}}]}"#;
    let kind = r#""apiVersion": "v1", "kind": "Pod""#;
    let escaped = kind.replace("kind", "\\u006bind").replace("apiVersion", "api\\u0056ersion");
    let repository = Repository::new("json");
    repository.write("late.json", format!("{{\"x\": \"{}\", {body}, {kind}}}", "x".repeat(100_000)));
    repository.write("blank.json", format!("{}{{{kind}, {body}}}", " ".repeat(100_000)));
    repository.write("escaped.json", format!("{{{escaped}, {body}}}"));
    let utf16: Vec<u8> = format!("\u{feff}{{{kind}, {body}}}").encode_utf16().flat_map(u16::to_le_bytes).collect();
    repository.write("wide.json", utf16);
    let scan = repository.scan(&[]);
    scan.expect_end("JSON");
    for name in ["late.json", "blank.json", "escaped.json", "wide.json"] {
        let is_said = scan.status(name).is_some_and(|status| status == "failed");
        assert!(scan.finds_in(name) || is_said, "{name}: {scan:?}");
    }
}

#[test]
fn links_never_lead_a_report_to_another_file() {
    for (number, args) in [
        &["scan", ".", "--format", "json", "--output", "report.json"][..],
        &["baseline", ".", "--output", "report.json"],
    ]
    .into_iter()
    .enumerate()
    {
        for link in ["report.json.part", "report.json", ".report.json.part"] {
            let repository = Repository::of(&format!("written-{number}-{link}"), &[("main.tf", BUCKET)]);
            repository.write("../victim", "untouched");
            symlink("../victim", repository.root().join(link)).unwrap();
            repository.run(args).expect_end(link);
            let victim = fs::read_to_string(repository.root().join("../victim")).unwrap();
            assert_eq!(victim, "untouched", "{args:?} through {link}");
        }
    }
}

#[test]
fn a_report_that_cannot_be_written_leaves_nothing_behind() {
    let repository = Repository::of("full", &[("main.tf", BUCKET)]);
    let scan = repository.run(&["scan", ".", "--format", "json", "--output", "/dev/full"]);
    assert_eq!(scan.code, Some(2), "{scan:?}");
    fs::create_dir(repository.root().join("report.json")).unwrap();
    let scan = repository.run(&["scan", ".", "--format", "json", "--output", "report.json"]);
    assert_eq!(scan.code, Some(2), "{scan:?}");
    let names = fs::read_dir(repository.root()).unwrap().map(|entry| entry.unwrap().file_name());
    let parts: Vec<_> = names.filter(|name| name.to_string_lossy().contains("part")).collect();
    assert!(parts.is_empty(), "{parts:?}");
}

#[test]
fn loops_and_depths_of_directories_end() {
    let repository = Repository::of("loops", &[("main.tf", BUCKET), ("a/pod.yaml", POD), ("page/a.md", "no page")]);
    for (target, link) in [("..", "a/up"), (".", "a/here"), ("c", "b"), ("b", "c"), (".", "page/x"), (".", "page/y")] {
        symlink(target, repository.root().join(link)).unwrap();
    }
    // Each name is short, and the whole path longer than the system takes.
    let script = "for i in $(seq 600); do mkdir 0123456789 && cd 0123456789 || exit; done; touch main.tf";
    let _ = Command::new("sh").args(["-c", script]).current_dir(repository.root()).status();
    let scan = repository.scan(&[]);
    scan.expect_said("a deep directory", "cannot be read");
    assert!(scan.finds_in("main.tf") && scan.finds_in("a/pod.yaml"), "{scan:?}");
    repository.run(&["test", "page"]).expect_end("links in a folder of pages");
}

#[test]
fn git_is_read_from_regular_files_of_bounded_size() {
    for (number, name) in ["HEAD", "packed-refs", "config", "objects/info/alternates"].into_iter().enumerate() {
        for device in [false, true] {
            let repository = Repository::of(&format!("git-{number}-{device}"), &[("main.tf", BUCKET)]);
            let git = repository.root().join(".git");
            fs::create_dir_all(git.join("objects/info")).unwrap();
            fs::create_dir_all(git.join("refs/heads")).unwrap();
            fs::write(git.join("HEAD"), "ref: refs/heads/main\n").unwrap();
            let _ = fs::remove_file(git.join(name));
            if device {
                symlink("/dev/zero", git.join(name)).unwrap();
            } else {
                pipe(&git.join(name));
            }
            let scan = repository.scan(&["--new-since", "HEAD"]);
            scan.expect_end(name);
            assert_eq!(scan.code, Some(2), "{name}: {scan:?}");
        }
    }
}
