//! What a scan asks of the system: it opens nothing outside of the repository, no connection, and no program, whatever
//! the repository asks for.

use super::attack::Repository;
use std::fs;
use std::os::unix::fs::symlink;
use std::process::{Command, Stdio};

/// Files that ask for what lies outside, in every way that a format has.
const REACHING_OUT: [(&str, &str); 9] = [
    (
        "main.tf",
        "module \"a\" {\n  source = \"../../../../etc\"\n}\nmodule \"b\" {\n  source = \"/etc\"\n}\nlocals {\n  p = \
         file(\"/etc/passwd\")\n  q = templatefile(\"../../../../../etc/hostname\", {})\n  f = fileset(\"/etc\", \
         \"*\")\n}\nresource \"aws_s3_bucket\" \"b\" {\n  bucket = local.p\n}\n",
    ),
    (
        ".terraform/modules/modules.json",
        r#"{"Modules":[{"Key":"a","Source":"x","Dir":"/etc"},{"Key":"b","Source":"x","Dir":"../../../../etc"}]}"#,
    ),
    ("live/terragrunt.hcl", "terraform {\n  source = \"/etc\"\n}\ninclude \"x\" {\n  path = \"/etc/passwd\"\n}\n"),
    (
        "overlay/kustomization.yaml",
        "resources:\n- ../../../../../../etc\n- /etc/passwd\nconfigMapGenerator:\n- name: a\n  files: [/etc/passwd, \
         ../../../../../etc/hostname]\n",
    ),
    (
        "compose.yaml",
        "services:\n  a:\n    image: nginx\n    env_file: [/etc/passwd, ../../../../../etc/hostname]\n    build: {context: \
         /etc, dockerfile: /etc/passwd}\n  b:\n    extends: {file: ../../../../../etc/x.yaml, service: a}\ninclude: \
         [/etc/compose.yaml]\n",
    ),
    ("Dockerfile", "FROM alpine\nCOPY /etc/passwd /\nRUN --mount=type=bind,source=/etc,target=/x cat /x/passwd\n"),
    (
        "chart/Chart.yaml",
        "apiVersion: v2\nname: chart\nversion: 1.0.0\ndependencies:\n- {name: x, version: 1.0.0, repository: \
         \"file:///etc\"}\n- {name: y, version: 1.0.0, repository: \"https://charts.example.com\"}\n",
    ),
    (
        "chart/templates/a.yaml",
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata:\n  a: {{ .Files.Get \"/etc/passwd\" | quote }}\n  b: {{ \
         .Files.Get \"../../../../etc/hostname\" | quote }}\n",
    ),
    (".gatelint.yaml", "check-folders: [checks]\n"),
];

/// What the program needs to start: libraries, and how many processors there are.
const OF_THE_SYSTEM: [&str; 6] = ["/lib", "/usr/lib", "/etc/ld.so", "/proc/", "/sys/", "/dev/null"];

#[test]
fn r_sec_12_14_15_nothing_outside_is_opened_connected_or_started() {
    let is_there = Command::new("strace").arg("-V").stdout(Stdio::null()).status().is_ok_and(|status| status.success());
    if !is_there {
        eprintln!("skipped: there is no strace");
        return;
    }
    let repository = Repository::of("sandbox", &REACHING_OUT);
    let root = repository.root();
    fs::create_dir_all(root.join("checks")).unwrap();
    symlink("/etc/passwd", root.join("link.tf")).unwrap();
    symlink("/etc", root.join("linked")).unwrap();
    let trace = root.join("../trace");
    let traced = Command::new("strace")
        .args(["-f", "-qq", "-e", "trace=network,execve,open,openat,openat2", "-o"])
        .arg(&trace)
        .args([env!("CARGO_BIN_EXE_gatelint"), "scan", ".", "--format", "json", "--verbose"])
        .current_dir(root)
        // The libraries of a build, which cargo names.
        .env_remove("LD_LIBRARY_PATH")
        .output()
        .unwrap();
    if !trace.exists() || traced.status.code().is_none_or(|code| code > 4) {
        eprintln!("skipped: nothing can be traced here: {}", String::from_utf8_lossy(&traced.stderr));
        return;
    }
    let report = String::from_utf8_lossy(&traced.stdout);
    assert!(report.contains("overlay/kustomization.yaml") && report.contains("chart/templates/a.yaml"), "{report}");
    let calls = fs::read_to_string(&trace).unwrap();
    let (mut started, mut outside) = (0, Vec::new());
    for call in calls.lines() {
        let opened = call.split_once("open").and_then(|(_, rest)| rest.split('"').nth(1));
        started += usize::from(call.contains("execve("));
        let is_own = |path: &str| {
            !path.starts_with('/')
                || path.starts_with(root.to_str().unwrap())
                || OF_THE_SYSTEM.iter().any(|known| path.starts_with(known))
        };
        if call.contains("AF_INET") || opened.is_some_and(|path| !is_own(path) || path.contains("..")) {
            outside.push(call);
        }
    }
    assert_eq!(started, 1, "only the program itself is started");
    assert!(outside.is_empty(), "{}", outside.join("\n"));
}
