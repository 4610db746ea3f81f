//! SARIF 2.1.0, for code scanning.
//!
//! What uploads need was learned from GitHub's documentation, its upload action and the rules of Microsoft's
//! validator: one run, all rules with help, one committed place a result with all four numbers, stable
//! hashes, and limits that are kept by leaving out the mildest results and saying so.

mod location;
mod notification;
mod result;
mod rule;

use super::view::View;
use super::wire;
use crate::finding::Finding;
use crate::source::prose::count;
use flate2::Compression;
use flate2::write::GzEncoder;
use location::Locations;
use serde_sarif::sarif::{
    ArtifactLocation, Invocation, Message, MultiformatMessageString, Notification, Run, RunAutomationDetails, Sarif,
    Tool, ToolComponent,
};
use std::io::{self, Write};

/// GitHub rejects an upload of more than 10 MB after gzip.
const MOST_COMPRESSED_BYTES: usize = 9_500_000;
const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";
/// Stands for the root of the repository. It has no address of its own, so the bytes do not depend on where
/// the scan ran; code scanning resolves it against the checkout.
const ROOT: &str = "%SRCROOT%";

/// Returns what the caller should say on standard error.
pub(super) fn write(view: &View<'_>, out: &mut dyn Write) -> io::Result<Vec<String>> {
    let findings = view.worst_first();
    let mut kept = findings.len().min(view.options.most_results);
    loop {
        let left_out = findings.len() - kept;
        let text = render(view, findings.get(..kept).unwrap_or_default(), left_out)?;
        let size = if text.len() > MOST_COMPRESSED_BYTES { compressed_size(&text)? } else { 0 };
        if size <= MOST_COMPRESSED_BYTES || kept == 0 {
            out.write_all(&text)?;
            return Ok(notes(left_out));
        }
        // In proportion, with some room: one more round is seldom needed.
        kept = (kept * (MOST_COMPRESSED_BYTES / 100) / (size / 95)).min(kept - 1);
    }
}

fn notes(left_out: usize) -> Vec<String> {
    let message = left_out_message(left_out);
    if left_out == 0 { Vec::new() } else { vec![message] }
}

fn left_out_message(left_out: usize) -> String {
    format!(
        "{} of the lowest severity left out of SARIF to keep the limits of code scanning.",
        count(left_out, "result")
    )
}

/// The size after gzip at its quickest: what an upload compresses better only leaves more room.
fn compressed_size(text: &[u8]) -> io::Result<usize> {
    let mut encoder = GzEncoder::new(Counter(0), Compression::fast());
    encoder.write_all(text)?;
    Ok(encoder.finish()?.0)
}

/// Counts what is written to it.
struct Counter(usize);

impl Write for Counter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += bytes.len();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn render(view: &View<'_>, findings: &[&Finding], left_out: usize) -> io::Result<Vec<u8>> {
    let mut log =
        Sarif::builder().version(serde_json::json!("2.1.0")).runs(vec![run(view, findings, left_out)]).build();
    log.schema = Some(SCHEMA.into());
    let mut text = Vec::new();
    wire::write(&log, &mut text)?;
    Ok(text)
}

fn run(view: &View<'_>, findings: &[&Finding], left_out: usize) -> Run {
    let mut locations = Locations::new(view);
    let mut run = Run::builder().tool(Tool::builder().driver(driver(view)).build()).build();
    run.automation_details = view.options.sarif_category.as_deref().map(|category| {
        let id = format!("{}/", category.trim_end_matches('/'));
        RunAutomationDetails::builder().id(id).build()
    });
    run.column_kind = Some("unicodeCodePoints".into());
    run.invocations = Some(vec![invocation(view, &locations, left_out)]);
    run.language = Some("en-US".into());
    let mut root = ArtifactLocation::builder().build();
    root.description = Some(message("The root of the repository."));
    run.original_uri_base_ids = Some([(ROOT.to_owned(), root)].into());
    run.results = Some(findings.iter().map(|finding| result::of(view, &mut locations, finding)).collect());
    run
}

fn driver(view: &View<'_>) -> ToolComponent {
    let mut driver = ToolComponent::builder().name(super::NAME).build();
    driver.full_name = Some(format!("{} {}", super::NAME, super::VERSION));
    driver.organization = Some(super::NAME.into());
    driver.information_uri = Some(super::HOMEPAGE.into());
    driver.semantic_version = Some(super::VERSION.into());
    driver.version = Some(super::VERSION.into());
    driver.short_description = Some(multiformat(super::DESCRIPTION));
    driver.rules = Some(view.report.checks.iter().map(|evaluated| rule::of(&evaluated.check)).collect());
    driver.notifications = Some(notification::descriptors());
    driver
}

fn invocation(view: &View<'_>, locations: &Locations<'_>, left_out: usize) -> Invocation {
    let mut notifications: Vec<Notification> = notification::all(view, locations);
    if left_out > 0 {
        notifications.push(notification::results_left_out(&left_out_message(left_out)));
    }
    let complete = !notifications.iter().any(notification::is_error);
    let mut invocation = Invocation::builder().execution_successful(complete).build();
    invocation.exit_code = Some(view.report.decision.exit as i64);
    invocation.exit_code_description = Some(view.report.decision.reason.clone());
    invocation.tool_execution_notifications = Some(notifications);
    invocation
}

fn message(text: impl Into<String>) -> Message {
    Message::builder().text(text.into()).build()
}

fn multiformat(text: impl Into<String>) -> MultiformatMessageString {
    MultiformatMessageString::builder().text(text.into()).build()
}
