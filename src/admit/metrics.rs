//! What the webhook counts, in the text format of Prometheus.

use super::answer::Answer;
use super::evaluation::Verdict;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// The upper bounds of the buckets, in seconds.
const BUCKETS: [f64; 11] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0];

/// Everything that is counted.
#[derive(Debug, Default)]
pub struct Metrics(Mutex<Counts>);

#[derive(Debug, Default)]
struct Counts {
    /// By verdict.
    requests: BTreeMap<&'static str, u64>,
    /// By check and mode.
    findings: BTreeMap<(String, &'static str), u64>,
    inconclusive: u64,
    buckets: [u64; BUCKETS.len()],
    seconds: f64,
    reloads: BTreeMap<&'static str, u64>,
}

impl Metrics {
    fn with<R>(&self, change: impl FnOnce(&mut Counts) -> R) -> R {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Counts an answer, and how long it took.
    pub fn answered(&self, answer: &Answer, took: Duration) {
        let verdict = match answer {
            Answer { denied: Some(_), .. } => "deny",
            Answer { warnings, .. } if !warnings.is_empty() => "warn",
            _ => "allow",
        };
        self.with(|counts| {
            *counts.requests.entry(verdict).or_default() += 1;
            let seconds = took.as_secs_f64();
            counts.seconds += seconds;
            for (count, _) in counts.buckets.iter_mut().zip(BUCKETS).filter(|(_, most)| seconds <= *most) {
                *count += 1;
            }
        });
    }

    /// Counts a request that got an error in place of an answer.
    pub fn refused(&self) {
        self.with(|counts| *counts.requests.entry("error").or_default() += 1);
    }

    /// Counts what an evaluation found.
    pub fn evaluated(&self, verdict: &Verdict) {
        self.with(|counts| {
            counts.inconclusive += verdict.inconclusive as u64;
            for (finding, mode) in &verdict.findings {
                *counts.findings.entry((finding.check.id.to_string(), mode.name())).or_default() += 1;
            }
        });
    }

    /// Counts a reading of the certificate.
    pub fn reloaded(&self, succeeded: bool) {
        self.with(|counts| *counts.reloads.entry(if succeeded { "success" } else { "failure" }).or_default() += 1);
    }

    /// Returns all of it.
    pub fn text(&self) -> String {
        self.with(|counts| counts.text())
    }
}

impl Counts {
    fn text(&self) -> String {
        let mut text = String::new();
        let head = |text: &mut String, name: &str, kind: &str, help: &str| {
            let _ = writeln!(text, "# HELP gatelint_admission_{name} {help}\n# TYPE gatelint_admission_{name} {kind}");
        };
        head(&mut text, "requests_total", "counter", "Requests by verdict.");
        for verdict in ["allow", "warn", "deny", "error"] {
            let count = self.requests.get(verdict).copied().unwrap_or_default();
            let _ = writeln!(text, "gatelint_admission_requests_total{{verdict=\"{verdict}\"}} {count}");
        }
        head(&mut text, "duration_seconds", "histogram", "Time from the request to the answer.");
        let answered: u64 = self.requests.iter().filter(|(name, _)| **name != "error").map(|(_, count)| count).sum();
        for (most, count) in BUCKETS.iter().zip(self.buckets) {
            let _ = writeln!(text, "gatelint_admission_duration_seconds_bucket{{le=\"{most}\"}} {count}");
        }
        let _ = writeln!(text, "gatelint_admission_duration_seconds_bucket{{le=\"+Inf\"}} {answered}");
        let _ = writeln!(text, "gatelint_admission_duration_seconds_sum {}", self.seconds);
        let _ = writeln!(text, "gatelint_admission_duration_seconds_count {answered}");
        head(&mut text, "findings_total", "counter", "Findings by check and mode.");
        for ((check, mode), count) in &self.findings {
            let _ = writeln!(text, "gatelint_admission_findings_total{{check=\"{check}\",mode=\"{mode}\"}} {count}");
        }
        head(&mut text, "inconclusive_total", "counter", "Verdicts that depend on what is not known.");
        let _ = writeln!(text, "gatelint_admission_inconclusive_total {}", self.inconclusive);
        head(&mut text, "certificate_reads_total", "counter", "Readings of the certificate after it changed.");
        for result in ["success", "failure"] {
            let count = self.reloads.get(result).copied().unwrap_or_default();
            let _ = writeln!(text, "gatelint_admission_certificate_reads_total{{result=\"{result}\"}} {count}");
        }
        text
    }
}
