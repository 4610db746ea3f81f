//! A report by the controls of a framework: which were satisfied, which were not, and which nobody looked at.
//!
//! Owns how verdicts of checks become the outcome of a control, and the formats of that. A control is never counted as
//! passed because nothing was found: it passes when a check that covers it came to a pass, and no check to anything
//! else.

mod attestation;
mod format;
mod html;
mod human;
mod json;
mod markdown;
mod outcome;

pub use attestation::Subject;
pub use format::ComplianceFormat;
pub use outcome::{Control, Outcome};

use super::view::View;
use super::{Options, Report};
use crate::check::{Framework, Meta};
use crate::gate::Exit;
use std::io::{self, Write};
use std::sync::Arc;

/// A report by the controls of one framework.
pub struct Compliance<'r> {
    /// The framework.
    framework: &'r Framework,
    /// The scan, which judged the checks of the framework only.
    report: &'r Report,
    /// What the attestation is about.
    subject: Subject,
    /// All controls, in the order of the framework.
    controls: Vec<Control<'r>>,
}

impl<'r> Compliance<'r> {
    /// Sorts what a scan found by the controls of `framework`. `checks` are all checks there are, `runs` those that
    /// were not switched off.
    pub fn new(
        framework: &'r Framework,
        report: &'r Report,
        checks: &'r [Arc<Meta>],
        runs: impl Fn(&Meta) -> bool,
        subject: Subject,
    ) -> Self {
        let controls = framework.controls.iter().map(|control| {
            let covering = checks.iter().map(Arc::as_ref).filter(|check| framework.covers(control, check));
            Control::new(control, covering.collect(), report, &runs)
        });
        Self { framework, report, subject, controls: controls.collect() }
    }

    /// The exit code: failed controls first, then whatever the scan itself came to.
    pub fn exit(&self) -> Exit {
        let exit = self.report.decision.exit;
        let is_failed = self.count(Outcome::Failed) > 0;
        if is_failed && matches!(exit, Exit::Open | Exit::Incomplete) { Exit::Findings } else { exit }
    }

    /// Writes the report to `out`.
    pub fn write(&self, format: ComplianceFormat, options: &Options, out: &mut dyn Write) -> io::Result<()> {
        let view = View::new(self.report, options);
        match format {
            ComplianceFormat::Human => human::write(self, &view, out),
            ComplianceFormat::Json => json::write(self, &view, out),
            ComplianceFormat::Markdown => markdown::write(self, &view, out),
            ComplianceFormat::Html => html::write(self, &view, out),
            ComplianceFormat::Attestation => attestation::write(self, out),
        }
    }

    /// How many controls have that outcome.
    fn count(&self, outcome: Outcome) -> usize {
        self.controls.iter().filter(|control| control.outcome == outcome).count()
    }

    /// Controls with that outcome, in the order of the framework.
    fn with(&self, outcome: Outcome) -> impl Iterator<Item = &Control<'r>> {
        self.controls.iter().filter(move |control| control.outcome == outcome)
    }

    /// Why the outcomes may be better than the truth, if the scan did not see everything.
    fn caveat(&self) -> Option<String> {
        let is_whole = matches!(self.report.decision.exit, Exit::Open | Exit::Findings);
        (!is_whole).then(|| self.report.decision.reason.clone())
    }
}
