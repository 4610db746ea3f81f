//! For programs: `docs/compliance.schema.json` is the schema.

use super::{Compliance, Control, Outcome};
use crate::finding::{Finding, Inconclusive};
use crate::report::view::{Place, View};
use crate::report::{NAME, VERSION, wire};
use serde::Serialize;
use std::io::{self, Write};

pub(super) fn write(compliance: &Compliance<'_>, view: &View<'_>, out: &mut dyn Write) -> io::Result<()> {
    let framework = compliance.framework;
    let document = Document {
        schema: 1,
        tool: Tool { name: NAME, version: VERSION },
        framework: Framework { name: framework.name, title: framework.title, source: framework.source },
        controls: compliance.controls.iter().map(|control| control_row(control, view)).collect(),
        summary: Summary {
            controls: compliance.controls.len(),
            failed: compliance.count(Outcome::Failed),
            inconclusive: compliance.count(Outcome::Inconclusive),
            suppressed: compliance.count(Outcome::Suppressed),
            passed: compliance.count(Outcome::Passed),
            not_applicable: compliance.count(Outcome::NotApplicable),
            switched_off: compliance.count(Outcome::SwitchedOff),
            not_covered: compliance.count(Outcome::NotCovered),
            incomplete: compliance.caveat(),
            exit: compliance.exit() as u8,
        },
    };
    wire::write(&document, out)
}

#[derive(Serialize)]
struct Document<'r> {
    schema: u32,
    tool: Tool,
    framework: Framework<'r>,
    controls: Vec<Row<'r>>,
    summary: Summary,
}

#[derive(Serialize)]
struct Tool {
    name: &'static str,
    version: &'static str,
}

#[derive(Serialize)]
struct Framework<'r> {
    name: &'r str,
    title: &'r str,
    source: &'r str,
}

#[derive(Serialize)]
struct Row<'r> {
    id: &'r str,
    title: &'r str,
    outcome: &'static str,
    checks: Vec<Check<'r>>,
    failed: Vec<At>,
    suppressed: Vec<At>,
    inconclusive: Vec<At>,
}

#[derive(Serialize)]
struct Check<'r> {
    id: &'r str,
    pass: u32,
    fail: u32,
    inconclusive: u32,
    not_judged: u32,
}

/// A verdict with its place. `resources` are all that one cause was found on.
#[derive(Serialize)]
struct At {
    check: String,
    resources: Vec<String>,
    message: String,
    file: String,
    line: u32,
    column: u32,
}

#[derive(Serialize)]
struct Summary {
    controls: usize,
    failed: usize,
    inconclusive: usize,
    suppressed: usize,
    passed: usize,
    not_applicable: usize,
    switched_off: usize,
    not_covered: usize,
    incomplete: Option<String>,
    exit: u8,
}

fn control_row<'r>(control: &Control<'r>, view: &View<'_>) -> Row<'r> {
    let checks = control.checks.iter().map(|(check, tally)| Check {
        id: &check.id,
        pass: tally.pass,
        fail: tally.fail,
        inconclusive: tally.inconclusive,
        not_judged: tally.not_judged,
    });
    let findings = |findings: &[&Finding]| findings.iter().map(|finding| At::finding(finding, view)).collect();
    Row {
        id: control.row.id,
        title: control.row.title,
        outcome: control.outcome.name(),
        checks: checks.collect(),
        failed: findings(&control.failed),
        suppressed: findings(&control.suppressed),
        inconclusive: control.inconclusive.iter().map(|one| At::inconclusive(one, view)).collect(),
    }
}

impl At {
    fn finding(finding: &Finding, view: &View<'_>) -> Self {
        let also = finding.also.iter().map(ToString::to_string);
        let resources = std::iter::once(finding.resource.to_string()).chain(also).collect();
        let message = finding.display_message().into_owned();
        Self::new(&finding.check.id, resources, message, &view.place_in_file(finding))
    }

    fn inconclusive(one: &Inconclusive, view: &View<'_>) -> Self {
        let causes: Vec<_> = one.because.iter().map(|cause| cause.why.to_string()).collect();
        Self::new(&one.check.id, vec![one.resource.to_string()], causes.join("; "), &view.place(one.place))
    }

    fn new(check: &str, resources: Vec<String>, message: String, place: &Place) -> Self {
        let file = place.source.path.clone();
        let (line, column) = (place.start.line, place.start.column);
        Self { check: check.to_owned(), resources, message, file, line, column }
    }
}
