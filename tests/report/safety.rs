//! What no format may do: obey scanned text, show a secret, or differ from run to run.

use crate::ci::command;
use crate::given;
use gatelint::finding::{Label, Suppressed};
use gatelint::model::Address;
use gatelint::model::{Cause, Why};
use gatelint::report::{Format, Options, Report, Show, Terminal, Verbosity, human};
use gatelint::source::{Kind, LedgerEntry, Problem, Span, Status};
use proptest::prelude::*;

/// Everything on, colours too: whatever escapes there are besides our own come from the scanned text.
fn everything(colour: bool) -> Options {
    Options {
        terminal: Terminal { width: 60, colour, unicode: true, hyperlinks: false },
        show: Show { inconclusive: true, suppressed: true, ledger: true, info: true },
        verbosity: Verbosity::Verbose,
        ..Options::default()
    }
}

/// The report in every format, the problems for standard error too.
fn all_formats(report: &Report) -> Vec<(String, String)> {
    let options = everything(false);
    let mut all: Vec<_> =
        Format::ALL.map(|format| (format.to_string(), given::write_with(report, format, &options))).into();
    let mut problems = Vec::new();
    human::problems(report, &options, &mut problems).expect("writing to memory");
    all.push(("problems".into(), String::from_utf8(problems).expect("UTF-8")));
    all.push(("verdict".into(), human::verdict(report)));
    all
}

const PAYLOADS: [&str; 12] = [
    "\n::add-mask::x",
    "::stop-commands::t",
    "x\r\n  ::error::y",
    "##[error]x",
    "a ##[add-path]x",
    "##vso[task.setvariable variable=x]y",
    "\u{1b}[2J\u{1b}[31mred",
    "\u{1b}]8;;http://host\u{1b}\\link\u{1b}]8;;\u{1b}\\",
    "\u{9b}31mred\u{85}next",
    "\u{202e}txet desrever\u{2066}\u{2069}",
    "\u{7}\u{8}\u{7f}\u{0}",
    "\u{2028}::set-output name=x::y\u{feff}\u{200f}",
];

/// The payload wherever scanned text can be.
fn hostile(payload: &str) -> Report {
    let mut report = given::bucket();
    let path = format!("{payload}.tf");
    let text = format!("{payload} acl = value {payload}\n{payload}\nlast {payload}");
    let file = given::add_file(&mut report, &path, &text);
    let mut finding = given::finding(&report, file, "value");
    finding.message = format!("Value {payload} is bad: {payload}");
    finding.resource = Address::other(None, format!("{payload}[\"{payload}\"]"));
    finding.path = format!("tags.{payload}").into();
    finding.also = vec![format!("also.{payload}").into()];
    let last = given::span(&report, file, "last");
    finding.labels = vec![Label { message: format!("local `{payload}`"), span: last, hop: true }];
    let input = report.sources.add_input(format!("--var {payload}"), payload);
    finding.labels.push(Label { message: payload.into(), span: Span::new(input, 0, 1), hop: true });
    let mut suppressed = finding.clone();
    suppressed.suppressed = Some(Suppressed {
        span: Some(last),
        reason: Some(format!("because {payload}")),
        by: gatelint::finding::SuppressedBy::Comment,
        owner: Some(payload.into()),
        until: None,
    });
    report.findings.extend([finding, suppressed]);
    report.problems.push(Problem::error(last, format!("no {payload}")).with_help(format!("write {payload}")));
    report.ledger.push(LedgerEntry::stopped(&path, Kind::Kubernetes, Status::Failed, format!("was {payload}")));
    let mut verdict = report.inconclusive[0].clone();
    verdict.resource = Address::other(None, payload);
    verdict.because = vec![Cause { why: Why::Undeclared(payload.into()), span: last }];
    report.inconclusive.push(verdict);
    report
}

/// Whether GitHub's or Azure's runner takes the line for a command.
fn is_obeyed(line: &str) -> bool {
    let lower = line.to_ascii_lowercase();
    line.contains("##[") || lower.contains("##vso[") || line.trim_start().starts_with("::")
}

#[test]
fn r_gha_4_scanned_text_gives_no_commands() {
    for payload in PAYLOADS {
        for (format, text) in all_formats(&hostile(payload)) {
            let lines = text.split(['\n', '\r', '\u{85}', '\u{2028}']);
            let obeyed: Vec<_> = lines.filter(|line| is_obeyed(line)).collect();
            if format == "github" {
                let ours = |line: &&&str| {
                    command(line).is_some_and(|(name, ..)| ["error", "warning", "notice"].contains(&name.as_str()))
                };
                assert_eq!(obeyed.iter().filter(ours).count(), obeyed.len(), "{obeyed:?}");
                // Three findings, two problems: nothing was added.
                assert_eq!(obeyed.len(), 5, "{payload:?}: {obeyed:?}");
            } else {
                assert_eq!(obeyed, Vec::<&str>::new(), "{format} with {payload:?}");
            }
        }
    }
}

#[test]
fn r_sec_31_scanned_text_does_nothing_to_a_terminal() {
    let has_effect = |char: &char| {
        (char.is_control() && *char != '\n')
            || matches!(char, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200f}' | '\u{2028}' | '\u{feff}')
    };
    for payload in PAYLOADS {
        for (format, text) in all_formats(&hostile(payload)) {
            let found: Vec<char> = text.chars().filter(has_effect).collect();
            assert!(found.is_empty(), "{format} with {payload:?}: {found:?}");
        }
        let coloured = given::write_with(&hostile(payload), Format::Human, &everything(true));
        let escapes = coloured.split('\u{1b}').skip(1);
        let own = |escape: &&str| {
            escape
                .strip_prefix('[')
                .and_then(|rest| rest.split_once('m'))
                .is_some_and(|(codes, _)| codes.chars().all(|char| char.is_ascii_digit() || char == ';'))
        };
        assert!(escapes.clone().all(|escape| own(&escape)), "{payload:?}");
    }
}

/// Forty secrets: literals, parts of literals, heredocs, on lines that are shown as place, hop and context.
fn secrets() -> Report {
    let mut report = given::bucket();
    for number in 0..10 {
        let marker = |part: &str| format!("s3cr3t-{part}-{number}");
        let (literal, part, hop, heredoc) = (marker("literal"), marker("part"), marker("hop"), marker("heredoc"));
        let text = format!(
            "resource \"db\" \"a\" {{\n  password = \"{literal}\" # note\n  url = \"https://user:{part}@host\"\n  \
             key = <<EOT\n{heredoc}\n{heredoc}\nEOT\n}}\nlocals {{\n  p = \"{hop}\"\n}}\n"
        );
        let file = given::add_file(&mut report, &format!("db{number}.tf"), &text);
        let block = format!("{heredoc}\n{heredoc}");
        for secret in [&format!("\"{literal}\""), &part, &hop, &block] {
            let span = given::span(&report, file, secret);
            report.sensitive.push(span);
        }
        // At the secret, inside it, over it, beside it; with the hop as a label.
        for needle in [format!("\"{literal}\""), part.clone(), format!("{heredoc}\nEOT"), "# note".into()] {
            let mut finding = given::finding(&report, file, &needle);
            finding.message = "The password is '<redacted:16>'.".into();
            finding.labels =
                vec![Label { message: "local `p`".into(), span: given::span(&report, file, &hop), hop: true }];
            report.findings.push(finding);
        }
        let inside = given::span(&report, file, &literal);
        let inside = Span::new(file, inside.start + 2, inside.start + 5);
        report.problems.push(Problem::error(inside, "something is wrong"));
        let mut whole = given::finding(&report, file, "url");
        whole.place = whole.block;
        report.findings.push(whole);
        let mut verdict = report.inconclusive[0].clone();
        verdict.place = given::span(&report, file, &heredoc);
        verdict.because = vec![Cause { why: Why::Variable("p".into()), span: inside }];
        report.inconclusive.push(verdict);
    }
    report
}

#[test]
fn r_sec_30_secrets_are_in_no_format() {
    let report = secrets();
    for (format, text) in all_formats(&report) {
        assert!(
            !text.contains("s3cr3t"),
            "{format}: {}",
            text.lines().find(|line| line.contains("s3cr3t")).unwrap_or_default()
        );
    }
    // Not for lack of showing: the stand-ins are where source text is shown.
    for format in [Format::Human, Format::Sarif] {
        let text = given::write_with(&report, format, &everything(false));
        for stand_in in ["<redacted:16>", "<redacted:13>", "<redacted:12>"] {
            assert!(text.contains(stand_in), "{format} without {stand_in}");
        }
    }
}

#[test]
fn r_sec_20_the_bytes_are_the_same_every_time() {
    let first = all_formats(&secrets());
    for threads in [1, 2, 8] {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads");
        for _ in 0..3 {
            assert!(pool.install(|| all_formats(&secrets())) == first, "with {threads} threads");
        }
    }
}

/// Texts with everything that lines, columns and widths stumble on.
fn any_text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        "[a-z \\t\"{}=#]{0,12}",
        Just("\n".to_owned()),
        Just("\r\n".to_owned()),
        Just("\r".to_owned()),
        Just("é😀\u{301}漢\u{200d}".to_owned()),
        Just("\u{1b}[0m\u{0}\u{feff}\u{202e}".to_owned()),
        Just("::x ##[y]".to_owned()),
        Just("x".repeat(500)),
    ];
    prop::collection::vec(piece, 0..30).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    /// Spans may be empty, long, at the end, over each other, over secrets, even between the bytes of a character.
    #[test]
    fn no_text_and_no_span_breaks_a_format(
        texts in [any_text(), any_text()],
        ends in prop::collection::vec((0..2_usize, 0..=1_000_u32, 0..=1_000_u32), 6),
        is_misplaced in prop::bool::weighted(0.1),
    ) {
        let mut report = given::bucket();
        let files = texts.each_ref().map(|text| given::add_file(&mut report, "any.tf", text));
        let spans: Vec<Span> = ends
            .into_iter()
            .map(|(file, start, length)| {
                let text = &texts[file];
                let at = |permille: u32| {
                    let at = text.len() * permille as usize / 1_000;
                    if is_misplaced { at } else { (0..=at).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0) }
                };
                let (start, end) = (at(start), at(start.saturating_add(length / 4).min(1_000)));
                Span::new(files[file], start as u32, end as u32)
            })
            .collect();
        let mut finding = report.findings[0].clone();
        (finding.place, finding.block) = (spans[0], spans[1]);
        finding.labels = spans[2..5]
            .iter()
            .map(|span| Label { message: "label".into(), span: *span, hop: span.start % 2 == 0 })
            .collect();
        report.findings.push(finding);
        report.problems.push(Problem::error(spans[2], "something"));
        report.sensitive = vec![spans[5]];
        for (format, text) in all_formats(&report) {
            prop_assert!(!text.is_empty(), "{}", format);
            prop_assert!(format != "human" || text.contains("╭─[any.tf:"), "the source is drawn:\n{}", text);
            let is_json = ["json", "sarif", "gitlab", "gitlab-sast", "sonarqube", "rdjson"].contains(&format.as_str());
            prop_assert!(!is_json || serde_json::from_str::<serde_json::Value>(&text).is_ok(), "{}", format);
        }
    }
}
