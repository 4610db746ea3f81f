//! What a person sees.

use crate::given;
use crate::scanned::repository;
use gatelint::check::Severity;
use gatelint::finding::Finding;
use gatelint::model::Address;
use gatelint::report::{Format, Options, Report, Terminal, Verbosity, human};
use gatelint::source::Problem;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

fn with(report: &Report, change: impl FnOnce(&mut Options)) -> String {
    let mut options = Options::default();
    change(&mut options);
    given::write_with(report, Format::Human, &options)
}

#[test]
fn a_finding_shows_the_value_and_its_way() {
    insta::assert_snapshot!(given::write(&given::bucket(), Format::Human));
}

#[test]
fn problems_look_like_findings() {
    let mut out = Vec::new();
    human::problems(&given::bucket(), &Options::default(), &mut out).unwrap();
    insta::assert_snapshot!(String::from_utf8(out).unwrap());
}

#[test]
fn colours_and_links_are_only_there_when_asked_for() {
    let plain = given::write(&given::bucket(), Format::Human);
    assert!(!plain.contains('\u{1b}'));
    let terminal = Terminal { width: 100, colour: true, unicode: true, hyperlinks: true };
    let rich = with(&given::bucket(), |options| options.terminal = terminal);
    assert!(rich.contains("\u{1b}[1;31mhigh\u{1b}[0m"), "{rich}");
    assert!(rich.contains("\u{1b}]8;;https://gatelint.github.io/"), "{rich}");
    let ascii = with(&given::bucket(), |options| options.terminal.unicode = false);
    assert!(ascii.is_ascii(), "{ascii}");
}

#[test]
fn prose_keeps_to_the_width() {
    let narrow = with(&given::bucket(), |options| options.terminal.width = 50);
    let is_prose = |line: &&str| !line.contains(['│', '·', '─']) && !line.contains("://");
    for line in narrow.lines().skip(3).filter(is_prose).take_while(|line| *line != "inconclusive") {
        assert!(line.chars().count() <= 50, "{line}");
    }
}

/// Findings at two lines of two files each, in the order of the report.
fn two_files() -> Report {
    let mut report = given::clean();
    let files = ["a.tf", "b.tf"].map(|path| given::add_file(&mut report, path, "one = 1\n\n\n\ntwo = 2\n"));
    for (file, needle) in [(files[0], "1"), (files[0], "2"), (files[1], "1"), (files[1], "2")] {
        let mut finding = given::finding(&report, file, needle);
        finding.resource = Address::parse(&format!("aws_s3_bucket.number_{}", report.findings.len()));
        report.findings.push(finding);
    }
    report
}

#[test]
fn findings_are_grouped_by_file_and_a_check_explains_itself_once() {
    let text = given::write(&two_files(), Format::Human);
    let headers: Vec<_> = text.lines().filter(|line| line.starts_with("── ")).map(|line| &line[7..11]).collect();
    assert_eq!(headers, ["a.tf", "b.tf"]);
    assert_eq!(text.matches("  why:  ").count(), 1);
    assert_eq!(with(&two_files(), |options| options.verbosity = Verbosity::Verbose).matches("  why:  ").count(), 4);
}

#[test]
fn the_worst_are_kept_in_place_when_the_list_is_capped() {
    let mut report = two_files();
    report.findings[1].severity = Severity::Critical;
    report.findings[2].severity = Severity::Low;
    report.findings[3].severity = Severity::Critical;
    let text = with(&report, |options| options.most_findings = Some(2));
    let places: Vec<_> = text.lines().filter_map(|line| line.trim().strip_prefix("╭─[")).collect();
    assert_eq!(places, ["a.tf:5:7]", "b.tf:5:7]"]);
    assert!(text.contains("2 more findings not shown: 1 high, 1 low"), "{text}");
    assert!(text.contains("4 findings: 2 critical, 1 high, 1 low"), "the counts are of all: {text}");
}

#[test]
fn repeated_instances_are_one_report_with_their_addresses() {
    let mut report = given::bucket();
    report.findings[0].also = (0..12).map(|at| format!("aws_s3_bucket.logs[{at}]").into()).collect();
    let text = given::write(&report, Format::Human);
    assert!(text.contains("  also: aws_s3_bucket.logs[0], aws_s3_bucket.logs[1], "), "{text}");
    assert!(text.contains(" and 7 more\n"), "{text}");
}

#[test]
fn quiet_says_only_what_was_found() {
    let text = with(&given::bucket(), |options| options.verbosity = Verbosity::Quiet);
    assert!(text.contains("aws/s3/public-acl") && !text.contains("gate ") && !text.contains("not evaluated"), "{text}");
    assert_eq!(with(&given::clean(), |options| options.verbosity = Verbosity::Quiet), "");
}

#[test]
fn problems_are_told_worst_first_and_counted() {
    let mut report = given::bucket();
    let place = report.findings[0].place;
    report.problems = (0..30).map(|at| Problem::warning(place, format!("something odd, {at}"))).collect();
    report.problems.push(Problem::error(place, "something broken"));
    let mut out = Vec::new();
    human::problems(&report, &Options::default(), &mut out).expect("writing to memory");
    let text = String::from_utf8(out).expect("UTF-8");
    assert!(text.starts_with("  × Something broken.\n"), "{text}");
    assert_eq!(text.matches("Something odd").count(), 19);
    assert!(text.ends_with("  and 11 more problems; --verbose shows all of them\n\n"), "{text}");
}

/// The renderer is to stay exchangeable: its name stands in one file only.
#[test]
fn only_one_file_names_the_renderer() {
    let mut open = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src")];
    let mut naming = Vec::new();
    while let Some(path) = open.pop() {
        if path.is_dir() {
            open.extend(fs::read_dir(&path).expect("a directory").map(|entry| entry.expect("an entry").path()));
            continue;
        }
        let text = fs::read_to_string(&path).unwrap_or_default();
        let names = |line: &str| line.contains("miette") && !line.trim_start().starts_with("//");
        if text.lines().any(names) {
            naming.push(path.file_name().map(|name| name.to_string_lossy().into_owned()));
        }
    }
    assert_eq!(naming, [Some("human.rs".to_owned())]);
}

/// That each costs what it shows, not what the file holds, is for `tests/growth` to hold.
#[test]
fn every_finding_of_a_big_file_is_shown() {
    let mut report = given::clean();
    let text: String = (0..50_000).map(|line| format!("resource_{line} = \"é\" value\n")).collect();
    let file = given::add_file(&mut report, "main.tf", &text);
    let first = given::finding(&report, file, "value");
    let line = |at: usize| report.sources.get(file).lines().start_of(at as u32 * 5 + 1);
    let place = |at| gatelint::source::Span::new(file, line(at), line(at) + 8);
    report.findings = (0..10_000).map(|at| Finding { place: place(at), ..first.clone() }).collect();
    let text = given::write(&report, Format::Human);
    assert_eq!(text.matches("╭─[main.tf:").count(), 10_000);
}

/// Two instances of one bucket, whose missing settings are found at its header.
fn two_buckets(args: &[&str]) -> String {
    let main = "resource \"aws_s3_bucket\" \"logs\" {\n  count = 2\n}\nresource \"aws_s3_bucket\" \"more\" {}\n";
    let root = repository("two-buckets", &[("main.tf", main)]);
    let all = [&["scan", "--check", "aws/s3/*"][..], args].concat();
    let output = Command::new(env!("CARGO_BIN_EXE_gatelint")).args(all).current_dir(root).env_clear().output();
    String::from_utf8(output.expect("gatelint starts").stdout).expect("UTF-8")
}

#[test]
fn findings_of_one_place_share_what_is_the_same_and_name_what_is_not() {
    let text = two_buckets(&["--verbose"]);
    let (first, _) = text.split_once("aws_s3_bucket.more").expect("two reports");
    assert!(first.matches("\nlow aws/s3/").count() > 1, "several checks find the first bucket: {first}");
    assert_eq!(first.matches("aws_s3_bucket.logs[1]").count(), 1, "{first}");
    let explained: Vec<&str> = first.lines().filter_map(|line| line.strip_prefix("  aws/s3/")).collect();
    assert_eq!(explained.len(), first.matches("  why:").count(), "each explanation has the id of its check: {first}");
}

#[test]
fn the_worst_checks_are_named_once_each() {
    let text = two_buckets(&["--most", "1"]);
    let (_, end) = text.split_once("most severe, the worst last\n").expect("the list");
    let lines: Vec<&str> = end.lines().take_while(|line| line.starts_with("  ")).collect();
    let ids: BTreeSet<&str> = lines.iter().filter_map(|line| line.split_whitespace().nth(1)).collect();
    assert_eq!(ids.len(), lines.len(), "{lines:?}");
    assert!(lines.iter().all(|line| line.ends_with(" (2 findings)")), "{lines:?}");
}

#[test]
fn what_is_counted_and_not_shown_says_how_to_see_it() {
    let mut report = two_files();
    report.findings[0].severity = Severity::Info;
    let text = given::write(&report, Format::Human);
    assert!(text.contains("1 info (not shown; --show info)\n"), "{text}");
    assert!(!with(&report, |options| options.show.info = true).contains("not shown"));
    report.checks.clear();
    report.findings.clear();
    let text = given::write(&report, Format::Human);
    assert!(text.ends_with(": no check applied to these files\n"), "{text}");
}
