//! A finding as a result.

use super::location::Locations;
use super::message;
use crate::finding::{Finding, Label, Remedy, Suppressed, SuppressedBy};
use crate::model::Text;
use crate::report::neutral;
use crate::report::view::{View, level};
use crate::source::prose::{capitalised, sentence};
use crate::source::{Level, Span};
use serde_json::json;
use serde_sarif::sarif::{
    ArtifactChange, ArtifactContent, CodeFlow, Fix, Location, LogicalLocation, PropertyBag, Replacement, Result,
    ResultKind, ResultLevel, Suppression, ThreadFlow, ThreadFlowLocation,
};
use std::fmt::Write;

/// Steps of a code flow; GitHub shows a thousand, nobody reads a hundred.
const MOST_STEPS: usize = 100;
/// Related places; each is a link in the message.
const MOST_RELATED: usize = 20;
/// Addresses of further instances that the message names.
const MOST_NAMED: usize = 5;
/// Addresses of further instances that the location lists.
const MOST_ADDRESSES: usize = 99;

pub(super) fn of(view: &View<'_>, locations: &mut Locations<'_>, finding: &Finding) -> Result {
    // The value of a command line argument has no place in the commit, the judged block has.
    let (place, physical) = match locations.physical_in_context(finding.place) {
        Some(physical) => (finding.place, Some(physical)),
        None => (finding.block, locations.physical_in_context(finding.block)),
    };
    let mut location = Location::builder().build();
    location.physical_location = physical;
    location.logical_locations = Some(addresses(finding));

    let related = related(locations, finding);
    let mut result = Result::builder().message(message(text(view, finding, &related))).build();
    result.rule_id = Some(finding.check.id.to_string());
    let index = view.report.checks.binary_search_by(|evaluated| evaluated.check.id.cmp(&finding.check.id));
    result.rule_index = index.ok().and_then(|at| i64::try_from(at).ok());
    result.kind = Some(ResultKind::Fail);
    result.level = Some(match level(finding.severity) {
        Level::Error => ResultLevel::Error,
        Level::Warning => ResultLevel::Warning,
        Level::Note => ResultLevel::Note,
    });
    result.code_flows = code_flow(locations, finding).map(|flow| vec![flow]);
    result.locations = Some(vec![location]);
    result.partial_fingerprints = Some(fingerprints(locations, finding, place));
    let related: Vec<_> = related.into_iter().filter_map(|related| related.location).collect();
    result.related_locations = if related.is_empty() { None } else { Some(related) };
    if !finding.includes.is_empty() {
        let mut properties = PropertyBag::builder().build();
        properties
            .additional_properties
            .insert("includes".into(), json!(finding.includes.iter().map(Text::as_str).collect::<Vec<_>>()));
        result.properties = Some(properties);
    }
    result.fixes = finding.remedy.as_deref().and_then(|remedy| fixes(view, locations, finding, remedy));
    result.suppressions = finding.suppressed.as_ref().map(|by| vec![suppression(locations, by)]);
    result
}

/// What is proved to remove the finding; none if it would repeat a secret.
fn fixes(view: &View<'_>, locations: &Locations<'_>, finding: &Finding, remedy: &Remedy) -> Option<Vec<Fix>> {
    let change = |(span, text): &(Span, String)| {
        let physical = locations.physical(*span).filter(|_| view.shows(*span))?;
        let mut replacement = Replacement::builder().deleted_region(physical.region?).build();
        replacement.inserted_content = Some(ArtifactContent::builder().text(text.clone()).build());
        let location = physical.artifact_location?;
        Some(ArtifactChange::builder().artifact_location(location).replacements(vec![replacement]).build())
    };
    let changes: Vec<ArtifactChange> = remedy.replacements.iter().map(change).collect::<Option<_>>()?;
    let mut fix = Fix::builder().artifact_changes(changes).build();
    let what = if remedy.safe { "" } else { ", which may change what runs" };
    fix.description = Some(message(format!("Fix {}{what}.", finding.check.id)));
    Some(vec![fix])
}

fn fingerprints(
    locations: &mut Locations<'_>,
    finding: &Finding,
    place: crate::source::Span,
) -> std::collections::BTreeMap<String, String> {
    let hash = locations.line_hash(place).map(|hash| ("primaryLocationLineHash".to_owned(), hash));
    let own = ("gatelintFinding/v1".to_owned(), finding.fingerprint.clone());
    hash.into_iter().chain([own]).collect()
}

fn addresses(finding: &Finding) -> Vec<LogicalLocation> {
    let all = std::iter::once(finding.resource.text()).chain(finding.also.iter().take(MOST_ADDRESSES));
    let logical = all.map(|address| {
        let mut logical = LogicalLocation::builder().build();
        logical.fully_qualified_name = Some(neutral::inline(address).into_owned());
        logical.kind = Some("resource".into());
        logical
    });
    logical.collect()
}

/// A label, numbered when it has a place in the commit.
struct Related<'f> {
    label: &'f Label,
    text: String,
    location: Option<Location>,
}

fn related<'f>(locations: &Locations<'_>, finding: &'f Finding) -> Vec<Related<'f>> {
    let mut number = 0;
    let related = finding.labels.iter().take(MOST_RELATED).map(|label| {
        let text = quoted(&label.message);
        let mut location = locations.labelled(label.span, &sentence(&text));
        if let Some(location) = &mut location {
            number += 1;
            location.id = Some(number);
        }
        Related { label, text, location }
    });
    related.collect()
}

/// The message: what is wrong, where the value comes from, what else it holds for.
fn text(view: &View<'_>, finding: &Finding, related: &[Related<'_>]) -> String {
    let mut text = sentence(&quoted(&finding.display_message()));
    let comes_from = if finding.route.is_empty() { "The value comes from" } else { "The steps:" };
    for (is_hop, opening) in [(true, comes_from), (false, "See")] {
        let links: Vec<_> =
            related.iter().filter(|related| related.label.hop == is_hop).map(|related| link(view, related)).collect();
        if !links.is_empty() {
            // Writing to a string cannot fail.
            let _ = write!(text, " {opening} {}.", links.join(", "));
        }
    }
    if let Some(others) = others(finding) {
        let _ = write!(text, " {others}");
    }
    text
}

/// `[local 'acl'](1)`, or the place in words when no link can lead there.
fn link(view: &View<'_>, related: &Related<'_>) -> String {
    let text = related.text.trim_end_matches('.');
    if let Some(id) = related.location.as_ref().and_then(|location| location.id) {
        let text = text.replace('\\', "\\\\").replace('[', "\\[").replace(']', "\\]");
        return format!("[{text}]({id})");
    }
    let place = view.place(related.label.span);
    let path = neutral::path(&place.source.path);
    let line = if place.source.is_file { format!(":{}", place.start.line) } else { String::new() };
    format!("{text} ('{path}{line}')")
}

fn others(finding: &Finding) -> Option<String> {
    let named: Vec<_> =
        finding.also.iter().take(MOST_NAMED).map(|address| format!("'{}'", neutral::inline(address))).collect();
    let more = finding.also.len() - named.len();
    let named = named.join(", ");
    match (named.is_empty(), more) {
        (true, _) => None,
        (false, 0) => Some(format!("The same holds for {named}.")),
        (false, more) => Some(format!("The same holds for {named} and {more} more.")),
    }
}

/// The steps of a path, or the way of the value, from where it was written to where it does harm.
fn code_flow(locations: &Locations<'_>, finding: &Finding) -> Option<CodeFlow> {
    if !finding.route.is_empty() {
        let legs = finding.route.iter().take(MOST_STEPS);
        return Some(flow(
            legs.filter_map(|leg| locations.labelled(leg.place, &capitalised(&quoted(&leg.to_string())))),
        ));
    }
    let hops: Vec<_> = finding.labels.iter().filter(|label| label.hop).collect();
    let written = hops.iter().rev().filter_map(|hop| locations.labelled(hop.span, &capitalised(&quoted(&hop.message))));
    let mut steps: Vec<_> = written.take(MOST_STEPS - 1).collect();
    if steps.is_empty() {
        return None;
    }
    let name = if finding.path.is_empty() { finding.resource.text() } else { &finding.path };
    steps.push(locations.labelled(finding.place, &format!("Value of '{}'", neutral::inline(name)))?);
    Some(flow(steps.into_iter()))
}

fn flow(steps: impl Iterator<Item = Location>) -> CodeFlow {
    let steps = steps.map(|location| ThreadFlowLocation::builder().location(location).build());
    let thread = ThreadFlow::builder().locations(steps.collect::<Vec<_>>()).build();
    CodeFlow::builder().thread_flows(vec![thread]).build()
}

fn suppression(locations: &Locations<'_>, by: &Suppressed) -> Suppression {
    let kind = match by.by {
        SuppressedBy::Comment | SuppressedBy::Annotation => "inSource",
        SuppressedBy::Configuration | SuppressedBy::IgnoreFile | SuppressedBy::Baseline => "external",
    };
    let mut suppression = Suppression::builder().kind(kind).build();
    suppression.status = Some("accepted".into());
    suppression.justification = by.reason.as_deref().map(|reason| neutral::inline(reason).into_owned());
    let physical = by.span.and_then(|span| locations.physical(span));
    suppression.location = physical.map(|physical| Location::builder().physical_location(physical).build());
    suppression
}

/// Plain text on one line, with single quotes for the Markdown's backticks, that holds no link by accident.
fn quoted(text: &str) -> String {
    neutral::inline(text).replace('`', "'").replace("](", "\\](")
}
