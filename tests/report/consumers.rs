//! What other tools import: SonarQube, GitLab's security reports, reviewdog, Checkstyle readers, spreadsheets, browsers.
//!
//! Where the consumer can be had, it reads the report itself; without it, that test says so and skips.

use crate::given;
use crate::scanned::repository;
use gatelint::model::Address;
use gatelint::report::{Format, Report};
use gatelint::source::Span;
use serde_json::{Value, json};
use std::collections::HashSet;
use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

fn document(report: &Report, format: Format) -> Value {
    let text = given::write(report, format);
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

fn hold(schema: &Value, document: &Value) {
    let validator = jsonschema::validator_for(schema).expect("a schema");
    let errors: Vec<String> = validator.iter_errors(document).map(|error| error.to_string()).collect();
    assert!(errors.is_empty(), "{errors:?}\n{document}");
}

/// A report on a value after characters of two UTF-16 code units and four bytes.
fn wide() -> Report {
    let mut report = given::clean();
    let file = given::add_file(&mut report, "infra/é 😀.tf", "# é😀 acl = bad\n");
    let mut finding = given::finding(&report, file, "bad");
    finding.labels = vec![gatelint::finding::Label {
        message: "default of variable `acl`".into(),
        span: given::span(&report, file, "acl"),
        hop: true,
    }];
    report.findings.push(finding);
    report
}

/// The properties that SonarQube's documentation of the generic issue format (10.3 and later) requires.
#[test]
fn r_sq_1_generic_issues() {
    let location = json!({
        "type": "object", "additionalProperties": false, "required": ["message", "filePath", "textRange"],
        "properties": {
            "message": {"type": "string", "minLength": 1},
            "filePath": {"type": "string", "minLength": 1},
            "textRange": {
                "type": "object", "additionalProperties": false, "required": ["startLine"],
                "properties": {
                    "startLine": {"type": "integer", "minimum": 1}, "endLine": {"type": "integer", "minimum": 1},
                    "startColumn": {"type": "integer", "minimum": 0}, "endColumn": {"type": "integer", "minimum": 0}
                }
            }
        }
    });
    let schema = json!({
        "type": "object", "additionalProperties": false, "required": ["rules", "issues"],
        "properties": {
            "rules": {"type": "array", "items": {
                "type": "object", "additionalProperties": false,
                "required": ["id", "name", "engineId", "cleanCodeAttribute", "impacts"],
                "properties": {
                    "id": {"type": "string", "minLength": 1}, "name": {"type": "string", "minLength": 1},
                    "description": {"type": "string"}, "engineId": {"const": "gatelint"},
                    "cleanCodeAttribute": {"enum": [
                        "FORMATTED", "CONVENTIONAL", "IDENTIFIABLE", "CLEAR", "LOGICAL", "COMPLETE", "EFFICIENT",
                        "FOCUSED", "DISTINCT", "MODULAR", "TESTED", "LAWFUL", "TRUSTWORTHY", "RESPECTFUL"
                    ]},
                    "impacts": {"type": "array", "minItems": 1, "items": {
                        "type": "object", "additionalProperties": false, "required": ["softwareQuality", "severity"],
                        "properties": {
                            "softwareQuality": {"enum": ["MAINTAINABILITY", "RELIABILITY", "SECURITY"]},
                            "severity": {"enum": ["HIGH", "MEDIUM", "LOW"]}
                        }
                    }}
                }
            }},
            "issues": {"type": "array", "items": {
                "type": "object", "additionalProperties": false, "required": ["ruleId", "primaryLocation"],
                "properties": {
                    "ruleId": {"type": "string"}, "primaryLocation": location,
                    "secondaryLocations": {"type": "array", "items": location}
                }
            }}
        }
    });
    for report in [given::bucket(), given::clean(), wide()] {
        let document = document(&report, Format::Sonarqube);
        hold(&schema, &document);
        let issues = document["issues"].as_array().expect("issues");
        let rules: HashSet<_> =
            document["rules"].as_array().expect("rules").iter().map(|r| r["id"].to_string()).collect();
        assert!(issues.iter().all(|issue| rules.contains(&issue["ruleId"].to_string())), "each issue has its rule");
    }
    let range = &document(&wide(), Format::Sonarqube)["issues"][0]["primaryLocation"]["textRange"];
    assert_eq!(*range, json!({"startLine": 1, "endLine": 1, "startColumn": 12, "endColumn": 15}), "UTF-16, 0-based");
    // A range without width ends the whole analysis.
    let mut report = wide();
    let place = report.findings[0].place;
    report.findings[0].place = Span::new(place.source, place.start, place.start);
    let range = &document(&report, Format::Sonarqube)["issues"][0]["primaryLocation"]["textRange"];
    assert_eq!(*range, json!({"startLine": 1}));
}

/// What GitLab's security report schema 15 requires of a SAST report.
#[test]
fn r_gl_3_sast_report() {
    let name = json!({"type": "string", "minLength": 1});
    let tool = json!({
        "type": "object", "required": ["id", "name", "version", "vendor"],
        "properties": {"id": name, "name": name, "version": name, "vendor": {"type": "object", "required": ["name"]}}
    });
    let time = json!({"type": "string", "pattern": "^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}$"});
    let schema = json!({
        "type": "object", "required": ["scan", "version", "vulnerabilities"],
        "properties": {
            "version": {"type": "string", "pattern": "^[0-9]+\\.[0-9]+\\.[0-9]+$"},
            "scan": {
                "type": "object", "required": ["analyzer", "end_time", "scanner", "start_time", "status", "type"],
                "properties": {
                    "analyzer": tool, "scanner": tool, "start_time": time, "end_time": time,
                    "status": {"enum": ["success", "failure"]}, "type": {"const": "sast"}
                }
            },
            "vulnerabilities": {"type": "array", "items": {
                "type": "object", "required": ["id", "identifiers", "location"],
                "properties": {
                    "id": name, "name": {"type": "string", "maxLength": 255}, "description": {"type": "string", "maxLength": 1_048_576},
                    "severity": {"enum": ["Info", "Unknown", "Low", "Medium", "High", "Critical"]},
                    "solution": {"type": "string", "maxLength": 7000},
                    "identifiers": {"type": "array", "minItems": 1, "maxItems": 20, "items": {
                        "type": "object", "required": ["type", "name", "value"],
                        "properties": {"type": name, "name": name, "value": name, "url": {"type": "string", "pattern": "^https?://"}}
                    }},
                    "links": {"type": "array", "items": {
                        "type": "object", "required": ["url"], "properties": {"url": {"type": "string", "pattern": "^https?://"}}
                    }},
                    "location": {
                        "type": "object",
                        "properties": {"file": name, "start_line": {"type": "number"}, "end_line": {"type": "number"}}
                    }
                }
            }}
        }
    });
    let mut report = given::bucket();
    let twin = report.findings[0].clone();
    report.findings.push(twin);
    let document = document(&report, Format::GitlabSast);
    hold(&schema, &document);
    let vulnerabilities = document["vulnerabilities"].as_array().expect("vulnerabilities");
    let ids: HashSet<_> = vulnerabilities.iter().map(|one| one["id"].to_string()).collect();
    assert_eq!(ids.len(), vulnerabilities.len(), "an id that stands twice is dropped");
    assert_eq!(vulnerabilities[0]["identifiers"][1]["name"], "CWE-732");
    hold(&schema, &self::document(&given::clean(), Format::GitlabSast));
}

#[test]
fn rdjson_counts_bytes() {
    let range = &document(&wide(), Format::Rdjson)["diagnostics"][0]["location"]["range"];
    // `# é😀 acl = ` has 2 + 2 + 4 + 7 bytes.
    assert_eq!(*range, json!({"start": {"line": 1, "column": 16}, "end": {"line": 1, "column": 19}}));
}

/// Whether a program runs here; if not, the test that needs it says so.
fn has(program: &str) -> bool {
    let is_there = Command::new(program).arg("--version").output().is_ok();
    if !is_there {
        println!("skipped: there is no {program}");
    }
    is_there
}

/// What a program prints for `input`.
fn piped(command: &mut Command, input: &str) -> String {
    let command = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("the program starts");
    child.stdin.take().expect("a pipe").write_all(input.as_bytes()).expect("it reads");
    let output = child.wait_with_output().expect("it ends");
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

#[test]
fn reviewdog_reads_rdjson_and_checkstyle() {
    if !has("reviewdog") {
        return;
    }
    let root = repository("reviewdog", &[("a", "")]);
    // The local reporter prints what it read: diagnostics as they are, lines of compilers for the rest.
    let readings = [
        (Format::Rdjson, "rdjson", ["path:\"infra/main.tf\"", "line:3", "column:12", "severity:ERROR"]),
        (Format::Checkstyle, "checkstyle", ["infra/main.tf:3:12: error:", "Bucket ACL", "aws/s3", "public-acl"]),
    ];
    for (format, name, wanted) in readings {
        let mut command = Command::new("reviewdog");
        command.args(["-reporter=local", "-filter-mode=nofilter", "-diff=git --version", &format!("-f={name}")]);
        let printed = piped(command.current_dir(&root), &given::write(&given::bucket(), format));
        for text in wanted {
            assert!(printed.contains(text), "{name}: no {text} in {printed}");
        }
    }
}

#[test]
fn python_reads_the_table_and_the_xml() {
    if !has("python3") {
        return;
    }
    let mut report = given::bucket();
    report.findings[0].message = "=HYPERLINK(\"http://host\"), \"quoted\"".into();
    report.findings[0].resource = Address::other(None, "a\"],<b>&'");
    let read = "import csv,json,sys; print(json.dumps(list(csv.DictReader(sys.stdin))))";
    let rows = piped(Command::new("python3").args(["-c", read]), &given::write(&report, Format::Csv));
    let rows: Vec<Value> = serde_json::from_str(&rows).unwrap_or_else(|error| panic!("{error}: {rows}"));
    assert_eq!(rows[0]["message"], "'=HYPERLINK(\"http://host\"), \"quoted\"");
    assert_eq!((&rows[0]["file"], &rows[0]["line"]), (&json!("infra/main.tf"), &json!("3")));
    let read = "import sys,xml.etree.ElementTree as e; t=e.parse(sys.stdin).getroot(); \
                print([(f.get('name'),x.get('line'),x.get('severity'),x.get('message'),x.get('source')) \
                for f in t for x in f])";
    let errors = piped(Command::new("python3").args(["-c", read]), &given::write(&report, Format::Checkstyle));
    assert!(errors.contains("infra/main.tf") && errors.contains("gatelint.aws/s3/public-acl"), "{errors}");
    assert!(errors.contains("<b>&"), "the reader sees the text as it was: {errors}");
}

/// The whole page as a browser has it after its script ran.
#[test]
fn a_browser_shows_the_page_and_runs_nothing_else() {
    let Some(browser) = ["chromium", "chromium-browser", "google-chrome"].into_iter().find(|name| has(name)) else {
        return;
    };
    let mut report = given::bucket();
    let hostile = "<img src=x onerror=\"document.title='obeyed'\"></pre><script>document.title='obeyed'</script>";
    report.findings[0].message = format!("Bad: {hostile}");
    report.findings[0].resource = Address::other(None, hostile);
    let root = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let page = root.join("report.html");
    fs::write(&page, given::write(&report, Format::Html)).expect("a file for the test");
    let output = Command::new(browser)
        .args(["--headless", "--no-sandbox", "--disable-gpu", "--dump-dom", "--virtual-time-budget=2000"])
        .arg(format!("--user-data-dir={}", root.join("browser").display()))
        .arg(format!("file://{}", page.display()))
        .output()
        .expect("the browser starts");
    let dom = String::from_utf8_lossy(&output.stdout);
    // The script's own digest lets it run, and it counted what it shows.
    assert!(dom.contains("<output id=\"shown\">1 of 1 places</output>"), "{dom}");
    assert!(dom.contains("<title>gatelint report</title>"), "a script of the scanned text ran");
    assert!(!dom.contains("<img") && dom.matches("<script").count() == 1, "{dom}");
    assert!(dom.contains("acl of") && dom.contains("╰──"), "the way of the value is drawn");
}

#[test]
fn the_page_needs_nothing_from_elsewhere() {
    let page = given::write(&given::bucket(), Format::Html);
    for loads in ["src=", "<link", "@import", "url(", "fetch(", "http://"] {
        assert!(!page.contains(loads), "{loads}");
    }
    assert!(page.contains("default-src 'none'; style-src 'sha256-") && page.contains("script-src 'sha256-"));
}
