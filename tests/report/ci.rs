//! What CI systems read: workflow commands, Code Quality, `JUnit` XML, Markdown.

use crate::given;
use gatelint::check::Severity;
use gatelint::model::Address;
use gatelint::report::{Format, Options, Report};
use serde_json::Value;
use std::collections::HashSet;

/// Name, properties, message.
pub type WorkflowCommand = (String, Vec<(String, String)>, String);

/// A workflow command as GitHub's runner reads it.
pub fn command(line: &str) -> Option<WorkflowCommand> {
    let rest = line.trim_start().strip_prefix("::")?;
    let (head, message) = rest.split_once("::")?;
    let (name, properties) = head.split_once(' ').unwrap_or((head, ""));
    let unescape = |text: &str| text.replace("%0D", "\r").replace("%0A", "\n").replace("%25", "%");
    let value = |text: &str| unescape(&text.replace("%3A", ":").replace("%2C", ","));
    let pairs = properties.split(',').filter_map(|pair| pair.split_once('='));
    let properties = pairs.map(|(key, text)| (key.trim().to_owned(), value(text))).collect();
    Some((name.to_owned(), properties, unescape(message)))
}

fn commands(report: &Report) -> Vec<WorkflowCommand> {
    given::write(report, Format::Github).lines().filter_map(command).collect()
}

fn property<'p>(properties: &'p [(String, String)], name: &str) -> Option<&'p str> {
    properties.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
}

#[test]
fn r_gha_1_commands_come_back_as_they_were() {
    let mut report = given::clean();
    let file = given::add_file(&mut report, "a,b:c%25.tf", given::MAIN);
    let mut finding = given::finding(&report, file, "local.acl");
    finding.message = "100% sure: a, b and 50%0A.".into();
    report.findings.push(finding);
    let commands = commands(&report);
    let [(name, properties, message)] = commands.as_slice() else { panic!("{commands:?}") };
    assert_eq!(name, "error");
    let expected = [
        ("file", "a,b:c%25.tf"),
        ("line", "3"),
        ("endLine", "3"),
        ("col", "12"),
        ("endColumn", "21"),
        ("title", "S3 bucket ACL grants access to everyone (high)"),
    ];
    assert_eq!(properties.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect::<Vec<_>>(), expected);
    assert_eq!(message, "100% sure: a, b and 50%0A. aws_s3_bucket.logs [aws/s3/public-acl]");
}

#[test]
fn r_gha_2_columns_only_on_one_line() {
    let mut report = given::clean();
    let file = given::add_file(&mut report, "main.tf", given::MAIN);
    let mut finding = given::finding(&report, file, "local.acl");
    finding.place = finding.block;
    report.findings.push(finding);
    let commands = commands(&report);
    let properties = &commands[0].1;
    assert_eq!((property(properties, "line"), property(properties, "endLine")), (Some("1"), Some("5")));
    assert_eq!((property(properties, "col"), property(properties, "endColumn")), (None, None));
}

#[test]
fn r_gha_3_the_worst_come_first_and_the_rest_is_counted() {
    let mut report = given::clean();
    let file = given::add_file(&mut report, "main.tf", given::MAIN);
    for (at, severity) in
        [Severity::Low, Severity::Medium, Severity::Critical, Severity::High].repeat(8).into_iter().enumerate()
    {
        let mut finding = given::finding(&report, file, "local.acl");
        finding.resource = Address::parse(&format!("aws_s3_bucket.number_{at}"));
        finding.severity = severity;
        finding.message = "x".repeat(10_000);
        report.findings.push(finding);
    }
    let commands = commands(&report);
    let names: Vec<_> = commands.iter().map(|(name, ..)| name.as_str()).collect();
    assert_eq!(names, [vec!["error"; 16], vec!["warning"; 8], vec!["notice"; 8]].concat());
    assert!(property(&commands[0].1, "title").is_some_and(|title| title.ends_with("(critical)")));
    assert!(commands.iter().all(|(.., message)| message.chars().count() <= 4_096));
    let text = given::write(&report, Format::Github);
    assert!(
        text.lines().last().is_some_and(|line| line.contains("6 annotations above stand in this log only")),
        "{text}"
    );
}

#[test]
fn r_gha_5_a_job_summary_has_room() {
    let mut report = given::clean();
    let file = given::add_file(&mut report, "main.tf", given::MAIN);
    let finding = given::finding(&report, file, "local.acl");
    report.findings = vec![finding; 20_000];
    let text = given::write(&report, Format::Markdown);
    assert!(text.len() <= 1 << 20, "{} bytes", text.len());
    assert!(text.contains("more findings not shown: "));
}

#[test]
fn problems_are_annotated_too() {
    let commands = commands(&given::bucket());
    let problem = commands.iter().find(|(_, properties, _)| property(properties, "title") == Some("Not evaluated"));
    let (name, properties, message) = problem.expect("an annotation");
    assert_eq!((name.as_str(), property(properties, "file")), ("error", Some("infra/broken.tf")));
    assert_eq!(message, "The block is not closed. Add a `}`.");
}

#[test]
fn r_gl_2_code_quality() {
    let mut report = given::bucket();
    let twin = report.findings[0].clone();
    report.findings.push(twin);
    let issues: Vec<Value> = serde_json::from_str(&given::write(&report, Format::Gitlab)).expect("JSON");
    let fingerprints: HashSet<_> = issues.iter().map(|issue| issue["fingerprint"].to_string()).collect();
    assert_eq!(fingerprints.len(), 2, "a repeated one is dropped");
    let issue = &issues[0];
    assert_eq!(issue["severity"], "critical");
    assert_eq!(issue["check_name"], "aws/s3/public-acl");
    assert_eq!(
        (&issue["location"]["path"], &issue["location"]["lines"]["begin"]),
        (&"infra/main.tf".into(), &3.into())
    );
    assert!(issue["description"].as_str().is_some_and(|text| text.contains("aws/s3/public-acl")));
    let severities: Vec<_> = Severity::ALL
        .into_iter()
        .map(|severity| {
            let mut report = given::bucket();
            report.findings[0].severity = severity;
            let issues: Value = serde_json::from_str(&given::write(&report, Format::Gitlab)).expect("JSON");
            issues[0]["severity"].as_str().expect("severity").to_owned()
        })
        .collect();
    assert_eq!(severities, ["blocker", "critical", "major", "minor", "info"]);
    assert_eq!(given::write(&given::clean(), Format::Gitlab), "[]\n");
}

#[test]
fn r_ju_1_suites_are_files_and_cases_are_findings() {
    let mut report = given::bucket();
    let file = given::add_file(&mut report, "a<b>&\"\u{1b}\u{0}'.tf", "x\n");
    let finding = given::finding(&report, file, "x");
    report.findings.push(finding);
    insta::assert_snapshot!(given::write(&report, Format::Junit));
}

#[test]
fn a_markdown_report_reads_well() {
    insta::assert_snapshot!(given::write(&given::bucket(), Format::Markdown));
}

#[test]
fn markdown_holds_no_markup_of_scanned_text() {
    let mut report = given::bucket();
    report.findings[0].message =
        "<img src=x> [link](http://host) @team `code` *bold* | cell\n# head https://host".into();
    report.findings[0].resource = gatelint::model::Address::parse("aws_s3_bucket.a[\"`|`\"]");
    let text = given::write(&report, Format::Markdown);
    let row = text.lines().find(|line| line.contains("cell")).expect("a row");
    assert_eq!(
        row,
        "| high | 3 | &lt;img src=x&gt; \\[link\\](http&#58;//host) &#64;team `code` \\*bold\\* \\| cell \\# head \
         https&#58;//host [aws/s3/public-acl](https://gatelint.github.io/gatelint/checks/aws/s3/public-acl.html) \
         | ``aws_s3_bucket.a[\"`\\|`\"]`` and 1 more |"
    );
    let quiet = Options { most_findings: Some(0), ..Options::default() };
    assert!(given::write_with(&report, Format::Markdown, &quiet).contains("1 more finding not shown: 1 high"));
}
