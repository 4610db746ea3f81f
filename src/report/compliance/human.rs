//! For people at a terminal: the controls that failed with their places, the others in a line each, the counts last.

use super::{Compliance, Control, Outcome};
use crate::report::neutral;
use crate::report::prose::Ink;
use crate::report::view::View;
use crate::source::prose::count;
use std::io::{self, Write};

/// Places that are shown of one control, unless `--verbose` asks for all.
const MOST_PLACES: usize = 10;

pub(super) fn write(compliance: &Compliance<'_>, view: &View<'_>, out: &mut dyn Write) -> io::Result<()> {
    let terminal = view.options.terminal;
    writeln!(out, "{}\n", terminal.paint(Ink::Bold, compliance.framework.title))?;
    let width = compliance.controls.iter().map(|control| control.row.id.len()).max().unwrap_or(0);
    for outcome in Outcome::ALL {
        // Most controls of most frameworks ask for what no configuration shows: their number says enough.
        let is_long = matches!(outcome, Outcome::NotCovered | Outcome::NotApplicable);
        let controls: Vec<_> = compliance.with(outcome).collect();
        if controls.is_empty() || is_long && view.list_length() != usize::MAX {
            continue;
        }
        for control in controls {
            let word = terminal.paint(ink(outcome), &format!("{:<14}", outcome.name()));
            writeln!(out, "{word} {:<width$}  {}", control.row.id, control.row.title)?;
            places(control, view, out)?;
        }
    }
    if let Some(caveat) = compliance.caveat() {
        writeln!(out, "\n{}", terminal.paint(Ink::Yellow, &neutral::inline(&caveat)))?;
    }
    writeln!(out, "\n{}", summary(compliance))?;
    let hidden = compliance.count(Outcome::NotCovered) + compliance.count(Outcome::NotApplicable);
    if hidden > 0 && view.list_length() != usize::MAX {
        writeln!(
            out,
            "{}",
            terminal.paint(Ink::Dim, "--verbose lists the controls that are not applicable or covered")
        )?;
    }
    Ok(())
}

/// "62 controls: 5 failed, 1 passed, 56 not covered".
pub(super) fn summary(compliance: &Compliance<'_>) -> String {
    let counted = Outcome::ALL.map(|outcome| (outcome, compliance.count(outcome)));
    let told: Vec<_> = counted
        .into_iter()
        .filter(|(_, controls)| *controls > 0)
        .map(|(outcome, controls)| format!("{controls} {}", outcome.name()))
        .collect();
    format!("{}: {}", count(compliance.controls.len(), "control"), told.join(", "))
}

fn places(control: &Control<'_>, view: &View<'_>, out: &mut dyn Write) -> io::Result<()> {
    let failed = control.failed.iter().map(|finding| {
        let place = view.place_in_file(finding);
        let message = finding.display_message();
        format!("{} {} [{}]", at(&place), neutral::inline(&message), finding.check.id)
    });
    let undecided = control.inconclusive.iter().map(|one| {
        let causes: Vec<_> = one.because.iter().map(|cause| cause.why.to_string()).collect();
        let place = view.place(one.place);
        format!("{} cannot be decided: {} [{}]", at(&place), neutral::inline(&causes.join("; ")), one.check.id)
    });
    let lines: Vec<String> = failed.chain(undecided).collect();
    let most = if view.list_length() == usize::MAX { usize::MAX } else { MOST_PLACES };
    for line in lines.iter().take(most) {
        writeln!(out, "    {line}")?;
    }
    match lines.len().saturating_sub(most) {
        0 => Ok(()),
        more => writeln!(out, "    and {more} more"),
    }
}

fn at(place: &crate::report::view::Place) -> String {
    format!("{}:{}", neutral::path(&place.source.path), place.start.line)
}

fn ink(outcome: Outcome) -> Ink {
    match outcome {
        Outcome::Failed => Ink::Red,
        Outcome::Inconclusive | Outcome::Suppressed | Outcome::SwitchedOff => Ink::Yellow,
        Outcome::Passed => Ink::Green,
        Outcome::NotApplicable | Outcome::NotCovered => Ink::Dim,
    }
}
