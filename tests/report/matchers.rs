//! The one-line format and those who read it: the shipped patterns, and real editors where there are any.

use crate::given;
use gatelint::check::Severity;
use gatelint::report::{Format, Report};
use regex::Regex;
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

/// Five hundred findings of all severities in files with uncomfortable names.
fn findings() -> Report {
    let mut report = given::clean();
    report.checks = Severity::ALL.map(|severity| given::check(&format!("aws/s3/{severity}"), severity)).to_vec();
    report.checks.sort_by(|a, b| a.check.id.cmp(&b.check.id));
    let names = ["infra/main.tf", "a b.tf", "ü/é.tf", "c:d.tf", "(x) [y].tf"];
    let text: String = (0..100).map(|line| format!("resource_{line} = \"é\" value\n")).collect();
    for name in names {
        let file = given::add_file(&mut report, name, &text);
        for line in 0..100 {
            let mut finding = given::finding(&report, file, &format!("resource_{line} "));
            finding.check = Arc::clone(&report.checks[line % 5].check);
            finding.severity = finding.check.severity;
            finding.message = format!("Value {line}: it's [odd] at 1:2: error: and 100% \"quoted\".");
            report.findings.push(finding);
        }
    }
    report
}

/// What a reader should make of a line: path, line, column, level, message, check.
type Fields = (String, u64, u64, String, String, String);

fn expected(report: &Report) -> Vec<Fields> {
    let json: Value = serde_json::from_str(&given::write(report, Format::Json)).expect("JSON");
    let findings = json["findings"].as_array().expect("findings").iter();
    let text = |value: &Value| value.as_str().expect("text").to_owned();
    findings
        .map(|finding| {
            let start = &finding["location"]["start"];
            let level = match finding["severity"].as_str() {
                Some("critical" | "high") => "error",
                Some("medium") => "warning",
                _ => "note",
            };
            let (line, column) = (start["line"].as_u64().expect("line"), start["column"].as_u64().expect("column"));
            let file = text(&finding["location"]["file"]);
            (file, line, column, level.to_owned(), text(&finding["message"]), text(&finding["check"]))
        })
        .collect()
}

fn shipped(name: &str) -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("matchers").join(name);
    serde_json::from_str(&std::fs::read_to_string(path).expect("a shipped matcher")).expect("JSON")
}

/// The fields of a line by a pattern of a matcher, as the matcher's own indexes name them.
fn read(pattern: &Value, line: &str) -> Option<Fields> {
    let regexp = Regex::new(pattern["regexp"].as_str().expect("regexp")).expect("a regular expression");
    let groups = regexp.captures(line)?;
    let group = |key: &str| {
        let index = pattern[key].as_u64().and_then(|index| usize::try_from(index).ok());
        index.and_then(|index| groups.get(index)).map_or_else(String::new, |group| group.as_str().to_owned())
    };
    let number = |key: &str| group(key).parse().expect("a number");
    let level = if pattern.get("severity").is_some() { group("severity") } else { "note".into() };
    Some((group("file"), number("line"), number("column"), level, group("message"), group("code")))
}

#[test]
fn r_pm_1_one_line_a_finding_and_nothing_else() {
    let report = findings();
    let compact = given::write(&report, Format::Compact);
    assert_eq!(compact.lines().count(), report.findings.len());
    let first = "infra/main.tf:1:1: error: Value 0: it's [odd] at 1:2: error: and 100% \"quoted\". [aws/s3/critical]";
    assert_eq!(compact.lines().next(), Some(first));
    assert_eq!(given::write(&given::clean(), Format::Compact), "");
}

#[test]
fn r_pm_2_the_shipped_patterns_read_every_line() {
    let report = findings();
    let compact = given::write(&report, Format::Compact);
    let code = &shipped("vscode.json")["problemMatchers"][0]["pattern"];
    let read_by_code: Vec<_> = compact.lines().filter_map(|line| read(code, line)).collect();
    assert_eq!(read_by_code, expected(&report));
    let github = shipped("github.json");
    let patterns: Vec<_> =
        github["problemMatcher"].as_array().expect("matchers").iter().map(|matcher| &matcher["pattern"][0]).collect();
    let read_by_github: Vec<_> =
        compact.lines().filter_map(|line| patterns.iter().find_map(|pattern| read(pattern, line))).collect();
    assert_eq!(read_by_github, expected(&report));
}

#[test]
fn r_pm_3_a_file_name_cannot_break_or_forge_a_line() {
    let mut report = given::clean();
    for name in ["a:1:2: error: fake.tf", "b\n::error::c.tf", "::error::d.tf", "\u{1b}[31m.tf"] {
        let file = given::add_file(&mut report, name, "x\n");
        let finding = given::finding(&report, file, "x");
        report.findings.push(finding);
    }
    let compact = given::write(&report, Format::Compact);
    assert_eq!(compact.lines().count(), 4);
    let pattern = &shipped("vscode.json")["problemMatchers"][0]["pattern"];
    for line in compact.lines() {
        let (file, line_number, column, _, message, _) = read(pattern, line).expect("a finding");
        assert_eq!((line_number, column, message.as_str()), (1, 1, report.findings[0].message.as_str()), "{file}");
        assert!(!line.starts_with("::") && !line.contains('\u{1b}'), "{line}");
    }
}

#[test]
fn r_pm_4_windows_paths_are_read() {
    let pattern = &shipped("vscode.json")["problemMatchers"][0]["pattern"];
    let fields = read(pattern, r"C:\infra\main.tf:3:4: note: Something. [a/b]").expect("a finding");
    assert_eq!((fields.0.as_str(), fields.1, fields.2), (r"C:\infra\main.tf", 3, 4));
}

/// A directory for one editor, with the lines to read; none, with a message, when the editor is not there.
fn for_editor(editor: &str, report: &Report) -> Option<PathBuf> {
    if Command::new(editor).arg("--version").output().is_err() {
        println!("skipped: {editor} is not installed");
        return None;
    }
    let dir = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("matchers-{editor}"));
    std::fs::create_dir_all(&dir).expect("a directory for the test");
    std::fs::write(dir.join("compact.txt"), given::write(report, Format::Compact)).expect("a file for the test");
    Some(dir)
}

/// Runs an editor on a script and reads the JSON that the script wrote.
fn run(dir: &Path, editor: &str, args: &[&str], script: &str) -> Vec<Value> {
    std::fs::write(dir.join("script"), script).expect("a file for the test");
    let _ = std::fs::remove_file(dir.join("read.json"));
    let output = Command::new(editor).args(args).current_dir(dir).output().expect("the editor runs");
    let read = std::fs::read_to_string(dir.join("read.json"));
    let read = read.unwrap_or_else(|_| panic!("{editor}: {}", String::from_utf8_lossy(&output.stderr)));
    serde_json::from_str(&read).expect("JSON")
}

/// The engine that VS Code runs patterns on backtracks: a long line must not make it slow.
#[test]
fn r_pm_2_a_long_line_is_read_in_linear_time() {
    if Command::new("node").arg("--version").output().is_err() {
        println!("skipped: node is not installed");
        return;
    }
    let script = r#"
        const pattern = require("./matchers/vscode.json").problemMatchers[0].pattern;
        const lines = ["x".repeat(1e6), "1:".repeat(5e5), "a:1:2: error: " + "[x ".repeat(3e5), "a:1:2: note: " + " [a]".repeat(2e5)];
        const start = Date.now();
        const read = lines.map((line) => new RegExp(pattern.regexp).test(line));
        console.log(JSON.stringify([read, Date.now() - start]));
    "#;
    let output = Command::new("node").args(["-e", script]).current_dir(env!("CARGO_MANIFEST_DIR")).output();
    let (read, milliseconds): (Vec<bool>, u64) =
        serde_json::from_slice(&output.expect("node runs").stdout).expect("JSON");
    assert_eq!(read, [false, false, true, true]);
    assert!(milliseconds < 1_000, "{milliseconds} ms");
}

#[test]
fn vim_reads_every_line() {
    let report = findings();
    let Some(dir) = for_editor("vim", &report) else { return };
    let compiler = Path::new(env!("CARGO_MANIFEST_DIR")).join("matchers/gatelint.vim");
    let script = format!(
        "set encoding=utf-8\ncommand -nargs=* CompilerSet setlocal <args>\nsource {}\ncgetfile compact.txt\n\
         let list = map(getqflist(), {{_, item -> [bufname(item.bufnr), item.lnum, item.col, item.type, item.text]}})\n\
         call writefile([json_encode(list)], 'read.json')\nqall!\n",
        compiler.display()
    );
    let read = run(&dir, "vim", &["-Nu", "NONE", "-es", "-S", "script"], &script);
    let expected: Vec<_> = expected(&report)
        .into_iter()
        .map(|(file, line, column, level, message, check)| {
            serde_json::json!([file, line, column, level.get(..1), format!("{message} [{check}]")])
        })
        .collect();
    assert_eq!(read, expected);
}

#[test]
fn emacs_reads_every_line() {
    let report = findings();
    let Some(dir) = for_editor("emacs", &report) else { return };
    // Its columns count from the beginning of the line; types are 2 for errors, 1 for warnings, 0 for notes.
    let script = r#"
(require 'compile)
(require 'json)
(with-temp-buffer
  (let ((coding-system-for-read 'utf-8)) (insert-file-contents "compact.txt"))
  (compilation-mode)
  (compilation--ensure-parse (point-max))
  (goto-char (point-min))
  (let (read)
    (while (not (eobp))
      (let ((message (get-text-property (point) 'compilation-message)))
        (when message
          (let ((loc (compilation--message->loc message)))
            (push (vector (caar (compilation--loc->file-struct loc)) (compilation--loc->line loc)
                          (compilation--loc->col loc) (compilation--message->type message))
                  read))))
      (forward-line 1))
    (let ((coding-system-for-write 'utf-8))
      (write-region (json-encode (vconcat (nreverse read))) nil "read.json"))))
"#;
    let read = run(&dir, "emacs", &["-Q", "--batch", "-l", "script"], script);
    let expected: Vec<_> = expected(&report)
        .into_iter()
        .map(|(file, line, column, level, ..)| {
            let kind = match level.as_str() {
                "error" => 2,
                "warning" => 1,
                _ => 0,
            };
            serde_json::json!([file, line, column, kind])
        })
        .collect();
    assert_eq!(read, expected);
}
