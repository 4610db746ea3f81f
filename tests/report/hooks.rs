//! gatelint in a commit hook and as a step of GitHub Actions.

use crate::scanned::repository;
use serde_json::Value;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

const PUBLIC: &str = "resource \"aws_s3_bucket\" \"b\" {\n  acl = var.acl\n}\nvariable \"acl\" {}\n";
const PRIVATE: &str = "resource \"aws_s3_bucket\" \"c\" {\n  acl = \"private\"\n}\n";

fn shipped(name: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(name)).expect(name)
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// The search path with the gatelint under test in front.
fn path() -> OsString {
    let own = Path::new(env!("CARGO_BIN_EXE_gatelint")).parent().expect("a directory").to_path_buf();
    let others = std::env::var_os("PATH").unwrap_or_default();
    std::env::join_paths(std::iter::once(own).chain(std::env::split_paths(&others))).expect("a search path")
}

fn scan(root: &Path, args: &[&str]) -> (i32, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_gatelint"))
        .args(["scan", "--no-config", "--check", "aws/s3/public-acl", "--format", "compact", "--only-given"])
        .args(args)
        .current_dir(root)
        .env_clear()
        .output()
        .expect("gatelint starts");
    (output.status.code().expect("it ends by itself"), text(&output.stdout))
}

#[test]
fn a_given_file_keeps_the_unseen_members_of_its_unit() {
    let bucket = "resource \"aws_s3_bucket\" \"b\" {\n  bucket = \"logs\"\n}\n";
    let files = [
        ("one/main.tf", bucket),
        ("one/calls.tf", "module \"m\" {\n  source = \"acme/hardening/aws\"\n}\n"),
        ("two/main.tf", bucket),
    ];
    let root = repository("unseen-of-given", &files);
    for (given, code) in [("one/main.tf", 4), ("two/main.tf", 0)] {
        assert_eq!(scan(&root, &["--require-complete", given]).0, code, "{given}");
    }
}

#[test]
fn a_given_file_keeps_what_stands_in_a_text_that_it_reads() {
    let role = "resource \"aws_iam_policy\" \"p\" {\n  policy = file(\"p.json\")\n}\n";
    let policy = "{\"Statement\": [{\"Effect\": \"Allow\", \"Action\": \"*\", \"Resource\": \"*\"}]}\n";
    let root = repository("text-of-given", &[("main.tf", role), ("p.json", policy), ("other.tf", PRIVATE)]);
    for (given, code) in [("main.tf", 1), ("p.json", 1), ("other.tf", 0)] {
        let output = Command::new(env!("CARGO_BIN_EXE_gatelint"))
            .args(["scan", "--no-config", "--check", "aws/iam/admin-policy", "--only-given", given])
            .current_dir(&root)
            .env_clear()
            .output()
            .expect("gatelint starts");
        assert_eq!(output.status.code(), Some(code), "{given}: {}", text(&output.stdout));
    }
}

#[test]
fn r_pc_4_a_hook_shows_no_progress_and_fails_at_its_threshold() {
    let root = repository("quiet-hook", &[("main.tf", &PUBLIC.replace("var.acl", "\"public-read\""))]);
    for (threshold, code) in [("low", 1), ("high", 1), ("critical", 0), ("none", 0)] {
        let output = Command::new(env!("CARGO_BIN_EXE_gatelint"))
            .args(["scan", "--no-config", "--check", "aws/s3/public-acl", "--fail-on", threshold, "main.tf"])
            .current_dir(&root)
            .env_clear()
            .output()
            .expect("gatelint starts");
        assert_eq!((output.status.code(), text(&output.stderr)), (Some(code), String::new()), "{threshold}");
    }
}

#[test]
fn r_pc_3_given_files_are_judged_in_their_context_and_alone_reported() {
    let files = [
        ("live/main.tf", PUBLIC),
        ("live/terraform.tfvars", "acl = \"public-read\"\n"),
        ("live/other.tf", PRIVATE),
        ("live/broken.tf", "resource {\n"),
        ("else/main.tf", "resource \"aws_s3_bucket\" \"d\" {\n  acl = \"public-read\"\n}\n"),
        ("notes.yaml", "a: 1\n"),
    ];
    let root = repository("given-files", &files);
    let found = "live/main.tf:2:9: error: Bucket ACL 'public-read' grants access to everyone. [aws/s3/public-acl]\n";
    let open = (0, String::new());
    assert_eq!(scan(&root, &["live/main.tf"]), (1, found.to_owned()), "the value comes from a file not given");
    assert_eq!(scan(&root, &["live/terraform.tfvars"]), (1, found.to_owned()), "the given file brought the value");
    assert_eq!(scan(&root, &["live/other.tf", "live/main.tf"]), (1, found.to_owned()));
    assert_eq!(scan(&root, &["live/other.tf"]), open, "what others did wrong is not this commit's matter");
    assert_eq!(scan(&root, &["live/broken.tf"]).0, 4, "what cannot be read never passes");
    assert_eq!(scan(&root, &["notes.yaml"]), open, "nothing to judge is nothing wrong with the commit");
    assert_eq!(scan(&root.join("live"), &["."]), (1, found.to_owned()), "directories can be given");
    assert_eq!(scan(&root, &["liv"]).0, 2);
}

fn git(directory: &Path, args: &[&str]) {
    let identity = ["-c", "user.name=test", "-c", "user.email=test@example.com", "-c", "commit.gpgsign=false"];
    let output = Command::new("git").args(identity).args(args).current_dir(directory).output().expect("git starts");
    assert!(output.status.success(), "{}", text(&output.stderr));
}

/// A repository of git with these files in one commit.
fn committed(name: &str, files: &[(&str, &str)]) -> PathBuf {
    let root = repository(name, files);
    fs::remove_dir_all(root.join(".git")).expect("the stand-in");
    git(&root, &["init", "--quiet", "--initial-branch=main", "."]);
    git(&root, &["add", "--all"]);
    git(&root, &["commit", "--quiet", "--message", "All"]);
    root
}

#[test]
fn r_pc_1_pre_commit_takes_the_hook() {
    let program = std::env::var_os("PRE_COMMIT").unwrap_or_else(|| "pre-commit".into());
    if let Err(error) = Command::new(&program).arg("--version").output() {
        println!("skipped: pre-commit is not installed ({error})");
        return;
    }
    let hooks = committed("hooks", &[(".pre-commit-hooks.yaml", &shipped(".pre-commit-hooks.yaml"))]);
    let home = repository("hooks-home", &[]);
    let run = |name: &str, files: &[(&str, &str)]| -> (Option<i32>, String) {
        let output = Command::new(&program)
            .args(["try-repo", &hooks.to_string_lossy(), "gatelint-system", "--all-files"])
            .current_dir(committed(name, files))
            .env("PATH", path())
            .env("HOME", &home)
            .env("PRE_COMMIT_HOME", home.join("cache"))
            .output()
            .expect("pre-commit starts");
        (output.status.code(), text(&output.stdout) + &text(&output.stderr))
    };
    let public = PUBLIC.replace("var.acl", "\"public-read\"");
    let (code, said) =
        run("hooks-bad", &[("with space/main file.tf", &public), ("clean.tf", PRIVATE), ("a.md", "#\n")]);
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("aws/s3/public-acl") && said.contains("with space/main file.tf:2"), "{said}");
    let (code, said) = run("hooks-clean", &[("a.md", "# a\n"), ("with space.yaml", "a: 1\n")]);
    assert!(code == Some(0) && said.contains("Passed"), "{said}");
    let (code, said) = run("hooks-none", &[("a.md", "# a\n")]);
    assert!(code == Some(0) && said.contains("no files to check"), "{said}");
}

#[test]
fn r_pc_2_the_hook_takes_every_name_that_is_read() {
    let hooks: Value = serde_saphyr::from_str(&shipped(".pre-commit-hooks.yaml")).expect("YAML");
    for hook in hooks.as_array().expect("a list") {
        assert_eq!(hook["require_serial"], true);
        let files = regex::Regex::new(hook["files"].as_str().expect("a pattern")).expect("a pattern");
        for name in [
            "main.tf",
            "a/b.tofu",
            "x.tf.json",
            "x.tofu.json",
            "p.tfvars",
            "p.tfvars.json",
            "a.yaml",
            "b.YML",
            "c.json",
            "Dockerfile",
            "a/Dockerfile.prod",
            "api.Dockerfile",
            "Containerfile",
            "dockerfile-dev",
            "kustomization",
            "overlays/Kustomization",
        ] {
            assert!(gatelint::discover::kind_of(name).is_some(), "{name} is not read");
            assert!(files.is_match(name), "{name} is not given");
        }
        for name in ["README.md", "main.go", "a.tfstate", "mydockerfiles/a.txt"] {
            assert!(!files.is_match(name), "{name} is given");
        }
    }
}

fn steps() -> Vec<Value> {
    let action: Value = serde_saphyr::from_str(&shipped("action.yml")).expect("YAML");
    action["runs"]["steps"].as_array().expect("steps").clone()
}

#[test]
fn r_act_1_inputs_reach_the_action_as_environment_only() {
    let steps = steps();
    for step in &steps {
        let run = step["run"].as_str().expect("a script: no other action is used");
        assert!(!run.contains("${{"), "{run}");
        assert!(!run.contains("curl") && !run.contains("wget"), "{run}");
        match Command::new("bash").args(["-n", "-c", run]).output() {
            Ok(output) => assert!(output.status.success(), "{}", text(&output.stderr)),
            Err(error) => println!("skipped: bash is not installed ({error})"),
        }
        match Command::new("shellcheck").args(["--shell=bash", "-"]).stdin(script(run)).output() {
            Ok(output) => assert!(output.status.success(), "{}", text(&output.stdout)),
            Err(error) => println!("skipped: shellcheck is not installed ({error})"),
        }
    }
    let action: Value = serde_saphyr::from_str(&shipped("action.yml")).expect("YAML");
    let given: Vec<_> = action["inputs"].as_object().expect("inputs").keys().collect();
    let taken: Vec<&Value> =
        steps.iter().filter_map(|step| step["env"].as_object()).flat_map(|env| env.values()).collect();
    for name in given {
        assert!(taken.iter().any(|value| **value == format!("${{{{ inputs.{name} }}}}")), "{name} is not used");
    }
}

/// A file that holds `script`, to be read.
fn script(script: &str) -> fs::File {
    let root = repository("shellcheck", &[("step.sh", script)]);
    fs::File::open(root.join("step.sh")).expect("the script")
}

#[test]
fn r_act_1_the_action_writes_sarif_and_a_summary_and_keeps_the_exit_code() {
    let run = |name: &str, files: &[(&str, &str)], paths: &str| -> (Output, PathBuf) {
        let root = repository(name, files);
        let temp = repository(&format!("{name}-temp"), &[("summary.md", "before\n"), ("output", "")]);
        let output = Command::new("bash")
            .args(["-c", steps()[1]["run"].as_str().expect("a script")])
            .current_dir(&root)
            .env("PATH", path())
            .env("RUNNER_TEMP", &temp)
            .env("GITHUB_STEP_SUMMARY", temp.join("summary.md"))
            .env("GITHUB_OUTPUT", temp.join("output"))
            .env("INPUT_PATHS", paths)
            .env("INPUT_FAIL_ON", "high")
            .env("INPUT_ARGUMENTS", "--check\naws/s3/public-acl")
            .env("INPUT_CATEGORY", "$(touch pwned)`touch pwned`")
            .output();
        (output.expect("bash starts"), temp)
    };
    if Command::new("bash").arg("--version").output().is_err() {
        println!("skipped: bash is not installed");
        return;
    }
    let public = PUBLIC.replace("var.acl", "\"public-read\"");
    let files = [("a b/main.tf", public.as_str()), ("; touch pwned/main.tf", PRIVATE)];
    let (output, temp) = run("action", &files, "a b\n; touch pwned\n");
    assert_eq!(output.status.code(), Some(1), "{}", text(&output.stderr));
    assert!(text(&output.stdout).starts_with("::error "), "{}", text(&output.stdout));
    let read = |name: &str| fs::read_to_string(temp.join(name)).expect(name);
    let sarif: Value = serde_json::from_str(&read("gatelint.sarif")).expect("JSON");
    assert_eq!(sarif["runs"][0]["results"].as_array().map(Vec::len), Some(1));
    assert!(read("summary.md").starts_with("before\n") && read("summary.md").contains("aws/s3/public-acl"));
    assert!(read("output").contains("exit-code=1\n") && read("output").contains("gatelint.sarif\n"));
    let root = temp.with_file_name("action");
    assert!(!root.join("pwned").exists(), "an input was executed");
    let (output, _) = run("action-clean", &[("main.tf", PRIVATE)], ".");
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
}

/// Runs the script that installs, with stand-ins for `gh` and `cargo` that note their calls. `download` and `verify` are
/// the exit codes of the two calls of `gh`.
#[cfg(unix)]
fn install(name: &str, download: i32, verify: i32, build: &str) -> (Option<i32>, String, String) {
    use std::os::unix::fs::PermissionsExt as _;
    let gh = format!(
        "#!/bin/sh\necho \"gh $*\" >>\"$CALLS\"\ncase $1 in\n  release) [ {download} = 0 ] || exit {download}\n    \
         cp \"$ARCHIVE\" \"$RUNNER_TEMP/gatelint/$7\" ;;\n  attestation) exit {verify} ;;\nesac\n"
    );
    let cargo = "#!/bin/sh\necho \"cargo $*\" >>\"$CALLS\"\n";
    let root = repository(
        name,
        &[("bin/gh", &gh), ("bin/cargo", cargo), ("new/gatelint", "#!/bin/sh\n"), ("out", ""), ("calls", "")],
    );
    for program in ["bin/gh", "bin/cargo", "new/gatelint"] {
        fs::set_permissions(root.join(program), fs::Permissions::from_mode(0o755)).expect("a program for the test");
    }
    let packed = Command::new("tar").args(["-czf", "archive", "new"]).current_dir(&root).status().expect("tar starts");
    assert!(packed.success());
    let output = Command::new("bash")
        .args(["-c", steps()[0]["run"].as_str().expect("a script")])
        .env_clear()
        .env("PATH", format!("{}:/usr/bin:/bin", root.join("bin").display()))
        .env("RUNNER_TEMP", &root)
        .env("RUNNER_OS", "Linux")
        .env("RUNNER_ARCH", "X64")
        .env("GITHUB_ACTION_PATH", env!("CARGO_MANIFEST_DIR"))
        .env("GITHUB_OUTPUT", root.join("out"))
        .env("INPUT_BUILD", build)
        .env("CALLS", root.join("calls"))
        .env("ARCHIVE", root.join("archive"))
        .output()
        .expect("bash starts");
    let read = |name: &str| fs::read_to_string(root.join(name)).expect(name);
    (output.status.code(), read("calls"), read("out"))
}

#[cfg(unix)]
#[test]
fn r_sec_41_the_action_runs_a_released_binary_only_with_its_attestation() {
    if Command::new("bash").arg("--version").output().is_err() {
        println!("skipped: bash is not installed");
        return;
    }
    let (code, calls, out) = install("install-released", 0, 0, "false");
    assert_eq!(code, Some(0), "{calls}");
    assert!(out.ends_with("/gatelint/gatelint\n"), "{out}");
    let version = env!("CARGO_PKG_VERSION");
    assert!(calls.contains("--signer-workflow gatelint/gatelint/.github/workflows/release.yml"), "{calls}");
    assert!(calls.contains(&format!("--source-ref refs/tags/v{version}")) && !calls.contains("cargo"), "{calls}");
    // Nobody vouches for it: nothing is run, and nothing else is taken in its place.
    let (code, calls, out) = install("install-unverified", 0, 1, "false");
    assert!(code != Some(0) && out.is_empty() && !calls.contains("cargo"), "{calls}{out}");
    // No release for the platform, or source is wanted: it is built.
    for (name, download, build) in [("install-none", 1, "false"), ("install-source", 0, "true")] {
        let (code, calls, out) = install(name, download, 0, build);
        assert!(code == Some(0) && out.ends_with("/gatelint/bin/gatelint\n"), "{out}");
        assert!(calls.contains("cargo install --locked") && !calls.contains("attestation"), "{calls}");
    }
}
