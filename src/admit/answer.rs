//! From a verdict to the answer, within what the API server and `kubectl` show of it.
//!
//! Limits of Kubernetes 1.36: a warning with a control character is dropped whole; if all warnings of a request have
//! more than 4,096 bytes together, each is cut to 256; a key of an annotation has at most 63 characters and no slash.

use super::evaluation::Verdict;
use crate::finding::Finding;
use crate::gate::AdmissionMode;
use crate::limits::webhook::{MOST_MESSAGE, MOST_WARNING, MOST_WARNINGS};
use crate::report::neutral;
use crate::source::prose::beginning;
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// Characters of a key, and bytes of a value, of an annotation.
const MOST_ANNOTATION: (usize, usize) = (63, 1_000);

/// What is answered.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answer {
    /// Why the object is refused; `None` if it is admitted.
    pub denied: Option<String>,
    /// What the user is told beside.
    pub warnings: Vec<String>,
    /// What the audit log is told, by key.
    pub annotations: BTreeMap<String, String>,
}

/// Makes the answer of a verdict. An object that was not evaluated completely is refused if `fail_closed`.
pub fn answer(verdict: &Verdict, fail_closed: bool) -> Answer {
    let of = |wanted: AdmissionMode| verdict.findings.iter().filter(move |(_, mode)| *mode == wanted);
    let denying: Vec<&Finding> = of(AdmissionMode::Deny).map(|(finding, _)| finding).collect();
    let incomplete = verdict.incomplete.as_deref().map(unevaluated);
    let mut warnings: Vec<String> = of(AdmissionMode::Warn).map(|(finding, _)| line(finding)).collect();
    let mut answer = Answer { annotations: annotations(verdict), ..Answer::default() };
    if !denying.is_empty() {
        answer.denied = Some(denial(&denying));
    } else if fail_closed {
        answer.denied.clone_from(&incomplete);
    }
    if answer.denied != incomplete {
        warnings.splice(0..0, incomplete);
    }
    answer.warnings = shown(warnings);
    answer
}

/// Makes the answer of an object that could not be evaluated at all.
pub fn failed(why: &str, fail_closed: bool) -> Answer {
    answer(&Verdict { incomplete: Some(why.to_owned()), ..Verdict::default() }, fail_closed)
}

fn unevaluated(why: &str) -> String {
    format!("gatelint did not evaluate the object completely: {}", neutral::inline(why))
}

/// A finding in one line, the check first: the end may be cut.
fn line(finding: &Finding) -> String {
    format!("{}: {}", finding.check.id, neutral::inline(&finding.message))
}

/// What refuses an object: each finding with its place and what to do.
fn denial(findings: &[&Finding]) -> String {
    let mut text = String::new();
    for (at, finding) in findings.iter().enumerate() {
        let address = neutral::inline(finding.resource.as_str()).into_owned();
        let fix = neutral::inline(first_sentence(&finding.check.fix)).into_owned();
        let one = format!("{} ({}, {address}) Fix: {fix}.", line(finding), finding.severity);
        let rest = findings.len() - at;
        let room = MOST_MESSAGE.saturating_sub(text.chars().count());
        if at > 0 && one.chars().count() + 20 > room {
            let _ = write!(text, "; +{rest} more");
            break;
        }
        text.push_str(if at > 0 { "; " } else { "" });
        text.extend(one.chars().take(room));
    }
    text
}

/// The first sentence of a text in Markdown.
fn first_sentence(text: &str) -> &str {
    let paragraph = text.split("\n\n").next().unwrap_or_default();
    let end = paragraph.find(". ").map_or(paragraph.len(), |at| at + 1);
    paragraph.get(..end).unwrap_or(paragraph).trim_end_matches([':', '.'])
}

/// The warnings that the API server passes on: each once, cut, with the number of those that are left out.
fn shown(warnings: Vec<String>) -> Vec<String> {
    let mut shown: Vec<String> = Vec::new();
    for warning in warnings {
        let warning = cut(&warning, MOST_WARNING);
        if !shown.contains(&warning) {
            shown.push(warning);
        }
    }
    let all = shown.len();
    let mut bytes = 0;
    shown.retain(|warning| {
        bytes += warning.len();
        bytes <= MOST_WARNINGS
    });
    if shown.len() < all {
        shown.push(format!("+{} more findings of gatelint", all - shown.len()));
    }
    shown
}

/// The text with at most that many bytes.
fn cut(text: &str, most: usize) -> String {
    if text.len() <= most {
        return text.to_owned();
    }
    format!("{}…", beginning(text, most - '…'.len_utf8()))
}

/// What the audit log is told: of each check, its mode and messages; and what is suppressed, with the reasons.
fn annotations(verdict: &Verdict) -> BTreeMap<String, String> {
    let mut annotations: BTreeMap<String, String> = BTreeMap::new();
    let mut add = |key: &str, value: String| {
        let key: String = key.replace('/', ".").chars().take(MOST_ANNOTATION.0).collect();
        let text = annotations.entry(key).or_default();
        let separator = if text.is_empty() { "" } else { "; " };
        *text = cut(&format!("{text}{separator}{value}"), MOST_ANNOTATION.1);
    };
    for (finding, mode) in &verdict.findings {
        add(&finding.check.id, format!("{}: {}", mode.name(), neutral::inline(&finding.message)));
    }
    for finding in &verdict.suppressed {
        let reason = finding.suppressed.as_ref().and_then(|suppressed| suppressed.reason.as_deref());
        let reason = reason.map(|reason| format!(" ({})", neutral::inline(reason))).unwrap_or_default();
        add("suppressed", format!("{}{reason}", finding.check.id));
    }
    if let Some(why) = &verdict.incomplete {
        add("incomplete", neutral::inline(why).into_owned());
    }
    annotations
}
