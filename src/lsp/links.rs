//! Where a value leads: to its definition step by step, and as a link to where it was written.

use super::client::Client;
use super::diagnostics::Ranges;
use super::values::{self, Found};
use crate::model::Lowered;
use crate::source::{SourceId, Span};
use lsp_types::{DocumentLink, Location, LocationLink};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::str::FromStr as _;

/// Where the expressions at a place get their values: the next step of the way, or the resource that is referred to.
pub fn definition(found: &[Found<'_>], lowered: &Lowered, ranges: &Ranges<'_>, client: &Client) -> Value {
    let mut targets: Vec<(Span, Location)> = Vec::new();
    for one in found {
        let Some(target) = next(one, lowered).filter(|target| *target != one.span) else { continue };
        if let Some(location) = ranges.location(target)
            && targets.iter().all(|(_, known)| *known != location)
        {
            targets.push((one.span, location));
        }
    }
    if !client.definition_links {
        return json!(targets.into_iter().map(|(_, location)| location).collect::<Vec<_>>());
    }
    let link = |(from, to): (Span, Location)| LocationLink {
        origin_selection_range: Some(ranges.range(from)),
        target_uri: to.uri,
        target_range: to.range,
        target_selection_range: to.range,
    };
    json!(targets.into_iter().map(link).collect::<Vec<_>>())
}

fn next(found: &Found<'_>, lowered: &Lowered) -> Option<Span> {
    let onward = found.way.iter().map(|hop| hop.span).find(|span| *span != found.span);
    onward.or_else(|| {
        let unknown = found.value?.as_unknown()?;
        if let Some(reference) = unknown.referenced() {
            let same = |resource: &&crate::model::Resource| {
                resource.address == reference.address && resource.unit == found.resource.unit
            };
            return lowered.resources.iter().find(same).map(|resource| resource.header);
        }
        unknown.causes.first().map(|cause| cause.span)
    })
}

/// The expressions of a file whose values were written elsewhere, each with a link to there.
pub fn links(lowered: &Lowered, source: SourceId, ranges: &Ranges<'_>) -> Vec<DocumentLink> {
    let mut found: BTreeMap<(u32, u32), (Span, Span, String)> = BTreeMap::new();
    values::each(lowered, ranges.sources(), &mut |one| {
        let Some(last) = one.way.last().filter(|_| one.span.source == source) else { return };
        if one.value.is_none() || one.span == last.span || one.span.contains(one.resource.header) {
            return;
        }
        let way: Vec<String> = one.way.iter().map(|hop| hop.kind.to_string()).collect();
        found.entry((one.span.start, one.span.end)).or_insert_with(|| (one.span, last.span, way.join(", ")));
    });
    // A link within a link is none.
    let mut links: Vec<DocumentLink> = Vec::new();
    let mut end = 0;
    for ((start, stop), (from, to, tooltip)) in found {
        let Some(location) = ranges.location(to).filter(|_| start >= end) else { continue };
        let (line, column) = (location.range.start.line + 1, location.range.start.character + 1);
        let target = lsp_types::Uri::from_str(&format!("{}#L{line},{column}", location.uri.as_str()));
        let range = ranges.range(from);
        links.push(DocumentLink { range, target: target.ok(), tooltip: Some(tooltip), data: None });
        end = stop;
    }
    links
}
