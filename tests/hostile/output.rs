//! R-SEC-31 and R-GHA-4: nothing that a file or an argument holds has an effect on a terminal or a runner of CI, in any
//! format and from any command.

use crate::attack::{BUCKET, Repository, Scan};
use gatelint::report::Format;

/// Escape sequences, a bidi control, C1, and commands to two runners.
const PAYLOAD: &str =
    "\u{1b}[31mX\u{1b}]8;;http://evil\u{7}\u{202e}\u{2066}\u{9b}31m\n##vso[task.setvariable]x\n::stop-commands::x";

/// The same as HCL and JSON write it.
const ESCAPED: &str =
    "\\u001b[31mX\\u001b]8;;http://evil\\u0007\\u202e\\u2066\\u009b31m\\n##vso[task.setvariable]x\\n::stop-commands::x";

fn expect_inert(scan: &Scan, what: &str) {
    scan.expect_end(what);
    let text = format!("{}\n{}", scan.out, scan.errors);
    for effect in ["\u{1b}]", "\u{1b}[31mX", "\u{7}", "\u{202e}", "\u{2066}", "\u{9b}", "##vso["] {
        assert!(!text.contains(effect), "{what} writes {effect:?}:\n{text:?}");
    }
    let is_command = |line: &str| line.starts_with("::stop-commands");
    assert!(!text.lines().any(is_command), "{what} writes a command:\n{text}");
}

fn repository(name: &str) -> Repository {
    let main = format!(
        "resource \"aws_s3_bucket\" \"b\" {{\n  acl      = \"public-read\"\n  bucket   = \"{ESCAPED}\"\n  for_each = \
         toset([\"{ESCAPED}\"])\n}}\nmodule \"m\" {{\n  source = \"{ESCAPED}\"\n}}\nlocals {{\n  a = {PAYLOAD}\n}}\n"
    );
    let pod = format!(
        "apiVersion: v1\nkind: Pod\nmetadata: {{name: \"{ESCAPED}\"}}\nspec: {{containers: [{{name: \"{ESCAPED}\", \
         image: \"{ESCAPED}\", securityContext: {{privileged: true}}}}]}}\n"
    );
    let dockerfile = format!("FROM a\nRUN sudo {PAYLOAD}\nUSER root\n");
    let chart = format!(
        "apiVersion: v2\nname: c\nversion: 1.0.0\ndependencies: [{{name: \"{ESCAPED}\", version: 1.0.0, repository: \"https://e\"}}]\n"
    );
    let template = format!("{{{{ fail \"{ESCAPED}\" }}}}");
    Repository::of(
        name,
        &[
            ("main.tf", &main),
            ("pod.yaml", &pod),
            ("Dockerfile", &dockerfile),
            ("c/Chart.yaml", &chart),
            ("c/templates/a.yaml", &template),
            (&format!("{}.tf", PAYLOAD.replace('/', "_")), BUCKET),
        ],
    )
}

#[test]
fn no_format_and_no_command_passes_on_what_has_an_effect() {
    let repository = repository("inert");
    for format in Format::ALL.map(Format::name) {
        let args = ["scan", ".", "--format", format, "--verbose", "--show", "inconclusive,suppressed,ledger,info"];
        expect_inert(&repository.run(&args), format);
    }
    for args in [
        &["inspect", "."][..],
        &["inspect", ".", "--format", "json"],
        &["explain", "main.tf:2"],
        &["paths", "."],
        &["migrate", "."],
        &["baseline", ".", "--output", "/dev/stdout"],
    ] {
        expect_inert(&repository.run(args), &args.join(" "));
    }
}

#[test]
fn what_is_made_harmless_stays_json() {
    let bucket = BUCKET.replace("public-read", "a ::b");
    let repository = Repository::of("inert-json", &[("main.tf", &bucket)]);
    for args in [
        &["inspect", ".", "--format", "json"][..],
        &["paths", ".", "--format", "json"],
        &["scan", ".", "--format", "json"],
        &["checks", "--format", "json"],
    ] {
        let scan = repository.run(args);
        let json: Result<serde_json::Value, _> = serde_json::from_str(&scan.out);
        assert!(json.is_ok(), "{}: {json:?}", args.join(" "));
    }
    let inspected = repository.run(&["inspect", ".", "--format", "json"]);
    let json: serde_json::Value = serde_json::from_str(&inspected.out).unwrap();
    assert_eq!(json["resources"][0]["attributes"]["acl"], "a ::b");
}

#[test]
fn arguments_are_echoed_without_effect() {
    let repository = Repository::of("echoed", &[("main.tf", BUCKET)]);
    for args in [
        &["scan", ".", "--check", PAYLOAD][..],
        &["scan", PAYLOAD],
        &["scan", ".", "--format", PAYLOAD],
        &["scan", ".", "--baseline", PAYLOAD],
        &["scan", ".", "--config", PAYLOAD],
        &["scan", ".", "--var", PAYLOAD],
        &["scan", ".", "--var-file", PAYLOAD],
        &["scan", ".", "--new-since", PAYLOAD],
        &["scan", ".", "--environment", PAYLOAD],
        &["scan", ".", "--helm-set", PAYLOAD],
        &["scan", ".", "--fail-on", PAYLOAD],
        &["checks", PAYLOAD],
        &["explain", PAYLOAD],
        &["explain", "--pass", PAYLOAD, "."],
        &["inspect", PAYLOAD],
        &["test", PAYLOAD],
        &["fmt", PAYLOAD],
        &[PAYLOAD],
    ] {
        expect_inert(&repository.run(args), &args.join(" "));
    }
}
