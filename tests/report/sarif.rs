//! SARIF for code scanning. What needs the validator of the format is in `.ci/sarif-validate`.

use crate::given;
use gatelint::check::Severity;
use gatelint::finding::{Finding, Label, Suppressed, SuppressedBy};
use gatelint::report::{Format, Options, Report, Show};
use gatelint::source::Span;
use serde_json::Value;
use std::collections::HashSet;
use std::sync::Arc;

fn sarif(report: &Report) -> Value {
    sarif_with(report, &Options::default())
}

fn sarif_with(report: &Report, options: &Options) -> Value {
    serde_json::from_str(&given::write_with(report, Format::Sarif, options)).expect("SARIF is JSON")
}

fn run(log: &Value) -> &Value {
    &log["runs"][0]
}

fn results(log: &Value) -> &[Value] {
    run(log)["results"].as_array().expect("results")
}

fn rules(log: &Value) -> &[Value] {
    run(log)["tool"]["driver"]["rules"].as_array().expect("rules")
}

fn notifications(log: &Value) -> &[Value] {
    run(log)["invocations"][0]["toolExecutionNotifications"].as_array().expect("notifications")
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("{value} is no text"))
}

/// Every object below `value` that has `key`.
fn with_key<'v>(value: &'v Value, key: &str) -> Vec<&'v Value> {
    let mut found: Vec<&Value> = value.get(key).map(|_| value).into_iter().collect();
    match value {
        Value::Array(items) => found.extend(items.iter().flat_map(|item| with_key(item, key))),
        Value::Object(map) => found.extend(map.values().flat_map(|item| with_key(item, key))),
        _ => {}
    }
    found
}

/// One finding of each severity, on lines of one file.
fn severities() -> Report {
    let mut report = given::clean();
    let ids = ["a/info", "b/low", "c/medium", "d/high", "e/critical"];
    let worst_last = Severity::ALL.into_iter().rev();
    report.checks = ids.into_iter().zip(worst_last).map(|(id, severity)| given::check(id, severity)).collect();
    let file = given::add_file(&mut report, "main.tf", "one\ntwo\nthree\nfour\nfive\n");
    for (needle, at) in ["one", "two", "three", "four", "five"].into_iter().zip(0..) {
        let mut finding = given::finding(&report, file, needle);
        finding.check = Arc::clone(&report.checks[at].check);
        finding.severity = finding.check.severity;
        report.findings.push(finding);
    }
    report
}

/// A report with one finding in a file of that name and text.
fn one(path: &str, source: &str, needle: &str) -> Report {
    let mut report = given::clean();
    let file = given::add_file(&mut report, path, source);
    let finding = given::finding(&report, file, needle);
    report.findings.push(finding);
    report
}

#[test]
fn one_finding_in_sarif() {
    insta::assert_snapshot!(given::write(&given::bucket(), Format::Sarif));
}

#[test]
fn r_sarif_1_schema_version_and_one_run() {
    let log = sarif(&given::bucket());
    assert_eq!(log["$schema"], "https://json.schemastore.org/sarif-2.1.0.json");
    assert_eq!(log["version"], "2.1.0");
    assert_eq!(log["runs"].as_array().map(Vec::len), Some(1));
    serde_json::from_value::<serde_sarif::sarif::Sarif>(log).expect("the types of the schema");
}

#[test]
fn r_sarif_2_results_are_there_when_nothing_was_found() {
    assert!(results(&sarif(&given::clean())).is_empty());
}

#[test]
fn r_sarif_3_the_driver_names_itself() {
    let log = sarif(&given::clean());
    let driver = &run(&log)["tool"]["driver"];
    assert_eq!(driver["name"], "gatelint");
    assert_eq!(driver["semanticVersion"], env!("CARGO_PKG_VERSION"));
    assert!(text(&driver["informationUri"]).starts_with("https://"));
    assert!(driver["rules"].is_array() && driver["organization"].is_string() && driver["fullName"].is_string());
}

#[test]
fn r_sarif_4_rules_describe_themselves() {
    let mut report = severities();
    let mut bare = (*report.checks[0].check).clone();
    (bare.rationale, bare.fix, bare.references) = (String::new(), String::new(), Vec::new());
    bare.title = "A long title ".repeat(200);
    report.checks[0].check = Arc::new(bare);
    for rule in rules(&sarif(&report)) {
        for part in ["shortDescription", "fullDescription"] {
            let length = text(&rule[part]["text"]).chars().count();
            assert!((1..=1024).contains(&length), "{part} of {} has {length} characters", rule["id"]);
        }
        assert!(!text(&rule["help"]["text"]).trim().is_empty() && !text(&rule["help"]["markdown"]).trim().is_empty());
        assert!(text(&rule["name"]).chars().count() <= 255);
        assert!(text(&rule["helpUri"]).starts_with("https://"));
    }
}

#[test]
fn r_sarif_5_rules_have_tags_and_precision() {
    let mut report = severities();
    let mut tagged = (*report.checks[0].check).clone();
    tagged.frameworks = vec![("cwe".into(), (100..130).map(|id| id.to_string()).collect())];
    report.checks[0].check = Arc::new(tagged);
    let log = sarif(&report);
    for rule in rules(&log) {
        let properties = &rule["properties"];
        let tags: Vec<_> = properties["tags"].as_array().expect("tags").iter().map(text).collect();
        assert!(tags.contains(&"security") && tags.len() <= 10, "{tags:?}");
        assert!(["very-high", "high", "medium", "low"].contains(&text(&properties["precision"])));
        assert!(["error", "warning", "recommendation"].contains(&text(&properties["problem.severity"])));
    }
    let tags = &rules(&log)[1]["properties"]["tags"];
    assert!(tags.as_array().expect("tags").contains(&"external/cwe/cwe-732".into()));
}

#[test]
fn r_sarif_6_security_severity_is_a_number_in_a_string() {
    let log = sarif(&severities());
    let of = |rule: &Value| rule["properties"].get("security-severity").map(|number| text(number).to_owned());
    let numbers: Vec<_> = rules(&log).iter().map(of).collect();
    let parsed: Vec<Option<f64>> = numbers.iter().map(|number| number.as_ref()?.parse().ok()).collect();
    let [None, Some(low), Some(medium), Some(high), Some(critical)] = parsed[..] else { panic!("{numbers:?}") };
    assert!((0.1..4.0).contains(&low) && (4.0..7.0).contains(&medium));
    assert!((7.0..9.0).contains(&high) && (9.0..=10.0).contains(&critical));
}

#[test]
fn r_sarif_7_levels_follow_severities() {
    let log = sarif(&severities());
    let levels: Vec<_> = results(&log).iter().map(|result| (text(&result["ruleId"]), text(&result["level"]))).collect();
    let expected =
        [("e/critical", "error"), ("d/high", "error"), ("c/medium", "warning"), ("b/low", "note"), ("a/info", "note")];
    assert_eq!(levels, expected);
    assert!(with_key(&log, "rank").is_empty());
}

#[test]
fn r_sarif_8_results_are_complete() {
    let mut report = severities();
    let again = given::finding(&report, report.findings[0].place.source, "two");
    report.findings.push(again);
    let log = sarif(&report);
    for result in results(&log) {
        let index = usize::try_from(result["ruleIndex"].as_u64().expect("ruleIndex")).expect("small");
        assert_eq!(rules(&log)[index]["id"], result["ruleId"]);
        assert!(!text(&result["message"]["text"]).is_empty());
        assert_eq!(result["locations"].as_array().map(Vec::len), Some(1));
        let region = &result["locations"][0]["physicalLocation"]["region"];
        for key in ["startLine", "startColumn", "endLine", "endColumn"] {
            assert!(region[key].as_u64().is_some_and(|number| number >= 1), "{key} of {region}");
        }
        let [start, end] = ["startColumn", "endColumn"].map(|key| region[key].as_u64().expect(key));
        assert_eq!(end - start, text(&region["snippet"]["text"]).len() as u64, "the end is exclusive");
    }
}

#[test]
fn r_sarif_9_the_first_sentence_stands_alone() {
    let mut report = given::bucket();
    report.findings[0].message = "Bucket ACL `public-read` grants access\nto everyone".into();
    let log = sarif(&report);
    let message = text(&results(&log)[0]["message"]["text"]);
    assert!(message.starts_with("Bucket ACL 'public-read' grants access to everyone. "), "{message}");
    assert!(message.ends_with('.'));
}

#[test]
fn r_sarif_10_rule_ids_are_the_ids_of_checks() {
    let report = severities();
    let log = sarif(&report);
    let ids: Vec<_> = rules(&log).iter().map(|rule| text(&rule["id"])).collect();
    let checks: Vec<_> = report.checks.iter().map(|evaluated| evaluated.check.id.as_str()).collect();
    assert_eq!(ids, checks);
}

#[test]
fn r_sarif_11_all_rules_are_listed_fired_or_not() {
    let mut report = severities();
    report.findings.truncate(1);
    assert_eq!(rules(&sarif(&report)).len(), 5);
}

#[test]
fn r_sarif_12_what_was_not_evaluated_is_notified() {
    let log = sarif(&given::bucket());
    assert_eq!(run(&log)["invocations"][0]["executionSuccessful"], false);
    let told: Vec<_> = notifications(&log)
        .iter()
        .map(|notification| {
            let place = &notification["locations"][0]["physicalLocation"];
            (
                text(&notification["level"]),
                text(&place["artifactLocation"]["uri"]),
                text(&notification["message"]["text"]),
            )
        })
        .collect();
    let expected = [
        ("error", "infra/broken.tf", "The block is not closed. Add a `}`."),
        ("note", "chart/values.yaml", "'chart/values.yaml' (helm) was skipped: charts are not rendered."),
    ];
    assert_eq!(told, expected);
    assert_eq!(run(&sarif(&given::clean()))["invocations"][0]["executionSuccessful"], true);
}

#[test]
fn r_sarif_13_a_category_ends_in_a_slash() {
    for given in ["infra/prod", "infra/prod/"] {
        let options = Options { sarif_category: Some(given.into()), ..Options::default() };
        assert_eq!(run(&sarif_with(&given::clean(), &options))["automationDetails"]["id"], "infra/prod/");
    }
    assert!(run(&sarif(&given::clean())).get("automationDetails").is_none());
}

#[test]
fn r_sarif_14_columns_are_code_points() {
    let log = sarif(&one("main.tf", "a = \"é😀\", acl = \"public-read\"\n", "\"public-read\""));
    assert_eq!(run(&log)["columnKind"], "unicodeCodePoints");
    let region = &results(&log)[0]["locations"][0]["physicalLocation"]["region"];
    assert_eq!((&region["startColumn"], &region["endColumn"]), (&17.into(), &30.into()));
}

#[test]
fn r_sarif_20_uris_are_relative_and_encoded() {
    let paths = [("a b.tf", "a%20b.tf"), ("ü.tf", "%C3%BC.tf"), ("a#b%20.tf", "a%23b%2520.tf"), ("c:d.tf", "c%3Ad.tf")];
    for (path, uri) in paths {
        let log = sarif(&one(path, given::MAIN, "local.acl"));
        let location = &results(&log)[0]["locations"][0]["physicalLocation"]["artifactLocation"];
        assert_eq!((text(&location["uri"]), text(&location["uriBaseId"])), (uri, "%SRCROOT%"));
    }
}

/// A finding whose value comes from `path`.
fn with_label_in(path: &str, is_file: bool) -> Report {
    let mut report = one("main.tf", given::MAIN, "local.acl");
    let source = if is_file { report.sources.add(path, "inner\n") } else { report.sources.add_input(path, "inner\n") };
    let span = Span::new(source, 0, 5);
    report.findings[0].labels.push(Label { message: "inner `acl`".into(), span, hop: true });
    report
}

#[test]
fn r_sarif_21_no_address_of_another_scheme() {
    for path in ["git::https://host/m.git//main.tf", "https://host/main.tf", "/etc/main.tf", "../main.tf"] {
        let log = sarif(&with_label_in(path, true));
        for location in with_key(&log, "uri") {
            assert_eq!(text(&location["uri"]), "main.tf");
        }
    }
}

#[test]
fn r_sarif_22_places_in_fetched_modules_are_told_in_words() {
    let log = sarif(&with_label_in(".terraform/modules/m/main.tf", true));
    let result = &results(&log)[0];
    assert!(result.get("relatedLocations").is_none() && result.get("codeFlows").is_none());
    let message = text(&result["message"]["text"]);
    assert!(message.contains("inner 'acl' ('.terraform/modules/m/main.tf:1')"), "{message}");
}

#[test]
fn r_sarif_23_every_location_has_a_file() {
    // A value given on the command line: the judged block is the place.
    let mut report = with_label_in("--var acl", false);
    let input = report.findings[0].labels[0].span;
    report.findings[0].place = input;
    let log = sarif(&report);
    for location in with_key(&log, "artifactLocation") {
        assert_eq!(text(&location["artifactLocation"]["uri"]), "main.tf");
    }
    assert_eq!(results(&log)[0]["locations"][0]["physicalLocation"]["region"]["startLine"], 1);
    assert!(text(&results(&log)[0]["message"]["text"]).contains("inner 'acl' ('--var acl')"));
    // A whole file.
    let mut report = one("empty.tf", "", "");
    report.findings[0].place = report.findings[0].block;
    let log = sarif(&report);
    let region = &results(&log)[0]["locations"][0]["physicalLocation"]["region"];
    assert_eq!((&region["startLine"], &region["startColumn"]), (&1.into(), &1.into()));
}

#[test]
fn r_sarif_26_related_places_are_linked_from_the_message() {
    let log = sarif(&given::bucket());
    let result = &results(&log)[0];
    let message = text(&result["message"]["text"]);
    for related in result["relatedLocations"].as_array().expect("relatedLocations") {
        assert!(message.contains(&format!("]({})", related["id"])), "{message}");
        assert!(!text(&related["message"]["text"]).is_empty() && related["physicalLocation"]["region"].is_object());
    }
    // Scanned text makes no link of its own.
    let mut report = given::bucket();
    report.findings[0].message = "See [this](1).".into();
    let log = sarif(&report);
    assert!(text(&results(&log)[0]["message"]["text"]).starts_with("See [this\\](1)."));
}

#[test]
fn r_sarif_27_the_way_of_a_value_is_a_code_flow() {
    let log = sarif(&given::bucket());
    let flow = &results(&log)[0]["codeFlows"][0]["threadFlows"][0]["locations"];
    let lines: Vec<_> = flow
        .as_array()
        .expect("steps")
        .iter()
        .map(|step| {
            let place = &step["location"]["physicalLocation"];
            (text(&place["artifactLocation"]["uri"]), place["region"]["startLine"].as_u64().expect("startLine"))
        })
        .collect();
    assert_eq!(lines, [("infra/locals.tf", 7), ("infra/locals.tf", 2), ("infra/main.tf", 3)]);

    let mut report = given::bucket();
    let hop = report.findings[0].labels[0].clone();
    report.findings[0].labels = vec![hop; 5_000];
    let log = sarif(&report);
    let steps = with_key(&results(&log)[0]["codeFlows"], "location").len();
    assert!((2..=100).contains(&steps), "{steps}");
}

#[test]
fn r_sarif_28_snippets_context_and_the_address() {
    let log = sarif(&given::bucket());
    let location = &results(&log)[0]["locations"][0];
    assert_eq!(location["logicalLocations"][0]["fullyQualifiedName"], "aws_s3_bucket.logs");
    let physical = &location["physicalLocation"];
    assert_eq!(physical["region"]["snippet"]["text"], "local.acl");
    let context = &physical["contextRegion"];
    assert_eq!((&context["startLine"], &context["endLine"]), (&1.into(), &4.into()));
    assert_eq!(text(&context["snippet"]["text"]), given::MAIN.trim_end());
    // Nothing is around the only line of a file.
    let log = sarif(&one("main.tf", "acl", "acl"));
    assert!(with_key(&log, "contextRegion").is_empty());
}

#[test]
fn r_sarif_30_results_have_the_hash_of_their_line() {
    // A published vector: line 1 of ten equal lines.
    let text = "Lorem ipsum dolor sit amet.\n".repeat(10);
    let log = sarif(&one("lorem.tf", &text, "ipsum"));
    assert_eq!(results(&log)[0]["partialFingerprints"]["primaryLocationLineHash"], "a7f2ff13bc495cf2:1");
}

#[test]
fn r_sarif_31_findings_on_one_line_have_keys_of_their_own() {
    let mut report = one("main.tf", "a = 1, b = 2\n", "1");
    let second = given::finding(&report, report.findings[0].place.source, "2");
    report.findings.push(second);
    let log = sarif(&report);
    let keys: HashSet<_> =
        results(&log).iter().map(|result| text(&result["partialFingerprints"]["gatelintFinding/v1"])).collect();
    assert_eq!(keys.len(), 2);
}

/// Many findings, the worst last, each with a text of that length that does not compress.
fn many(count: u32, length: usize) -> Report {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut report = one("main.tf", given::MAIN, "local.acl");
    let first = report.findings.pop().expect("one finding");
    let mut state: u64 = 0x9e37_79b9_7f4a_7c15;
    let mut letter = move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        char::from(ALPHABET[(state >> 58) as usize])
    };
    let findings = (1..=count).map(|at| {
        let message = std::iter::repeat_with(&mut letter).take(length).chain(['.']).collect();
        let severity = if at == count { Severity::Critical } else { Severity::Low };
        Finding { severity, message, ..first.clone() }
    });
    report.findings = findings.collect();
    report
}

#[test]
fn r_sarif_40_a_file_too_large_for_an_upload_loses_the_mildest() {
    let report = many(1_000, 14_000);
    let mut out = Vec::new();
    let notes = report.write(Format::Sarif, &Options::default(), &mut out).expect("writing to memory");
    assert!(notes.len() == 1 && notes[0].contains("left out"), "{notes:?}");
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    std::io::Write::write_all(&mut packed, &out).expect("writing to memory");
    assert!(packed.finish().expect("writing to memory").len() <= 9_500_000);
    let log: Value = serde_json::from_slice(&out).expect("SARIF is JSON");
    assert!(results(&log).len() > 600, "{} are left", results(&log).len());
    assert_eq!(results(&log)[0]["level"], "error", "the worst stays");
    assert!(notifications(&log).iter().any(|notification| notification["message"]["text"] == notes[0].as_str()));
}

#[test]
fn r_sarif_41_results_are_capped_by_severity() {
    assert_eq!(Options::default().most_results, 25_000);
    let options = Options { most_results: 25, ..Options::default() };
    let log = sarif_with(&many(30, 4), &options);
    assert_eq!(results(&log).len(), 25);
    assert_eq!(results(&log)[0]["level"], "error", "the worst is kept though it came last");
    let told: Vec<_> = notifications(&log).iter().map(|notification| text(&notification["message"]["text"])).collect();
    assert!(told.iter().any(|told| told.starts_with("5 results")), "{told:?}");
}

#[test]
fn r_sarif_50_suppressed_findings_are_left_out_unless_asked_for() {
    let mut report = one("main.tf", given::MAIN, "local.acl");
    let span = given::span(&report, report.findings[0].place.source, "bucket");
    report.findings[0].suppressed = Some(Suppressed {
        span: Some(span),
        reason: Some("public by design".into()),
        by: SuppressedBy::Comment,
        owner: None,
        until: None,
    });
    assert!(results(&sarif(&report)).is_empty());
    let show = Show { suppressed: true, ..Show::default() };
    let log = sarif_with(&report, &Options { show, ..Options::default() });
    let suppression = &results(&log)[0]["suppressions"][0];
    assert_eq!((text(&suppression["kind"]), text(&suppression["status"])), ("inSource", "accepted"));
    assert_eq!(suppression["justification"], "public by design");
    assert_eq!(suppression["location"]["physicalLocation"]["region"]["startLine"], 1);
}

/// GitLab reads the same file: it needs a rule for each result, orders by rank before anything else, makes
/// identifiers of CWE tags, and skips what is suppressed.
#[test]
fn r_gl_1_gitlab_reads_the_same_file() {
    let mut report = severities();
    report.findings[0].suppressed =
        Some(Suppressed { span: None, reason: None, by: SuppressedBy::Baseline, owner: None, until: None });
    let show = Show { suppressed: true, ..Show::default() };
    let log = sarif_with(&report, &Options { show, ..Options::default() });
    let known: HashSet<&str> = rules(&log).iter().map(|rule| text(&rule["id"])).collect();
    assert_eq!(results(&log).len(), report.findings.len());
    for result in results(&log) {
        assert!(known.contains(text(&result["ruleId"])) && result.get("rank").is_none(), "{result}");
    }
    let suppressed = results(&log).iter().filter(|result| result.get("suppressions").is_some());
    assert_eq!(suppressed.count(), 1);
    assert!(with_key(&log, "tags").iter().any(|tagged| tagged["tags"].to_string().contains("external/cwe/cwe-")));
}

/// The validator itself runs in CI (`.ci/sarif-validate`); it ends well even with errors, so its report is read.
#[test]
fn r_sarif_60_the_report_of_the_validator_is_read() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let runs = std::fs::read_to_string(root.join(".ci/run")).expect("the gate of every change");
    assert!(runs.lines().any(|line| line == "bash .ci/sarif-validate"), "CI runs the validator");
    let verdict = |level: &str, rule: &str| {
        let log =
            serde_json::json!({"runs": [{"results": [{"level": level, "ruleId": rule, "message": {"text": "x"}}]}]});
        let file = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{level}-{rule}.sarif"));
        std::fs::write(&file, log.to_string()).expect("a file for the test");
        let script = root.join(".ci/sarif-verdict.js");
        std::process::Command::new("node").arg(script).arg("x").arg(file).output().map(|output| output.status.success())
    };
    match verdict("note", "SARIF2002") {
        Err(error) => println!("skipped: node is not installed ({error})"),
        Ok(fine) => {
            assert!(fine, "a note with a reason is no fault");
            assert_eq!(verdict("note", "SARIF9999").ok(), Some(false), "a note without a reason is one");
            assert_eq!(verdict("warning", "SARIF2002").ok(), Some(false));
            assert_eq!(verdict("error", "SARIF1001").ok(), Some(false));
        }
    }
}
