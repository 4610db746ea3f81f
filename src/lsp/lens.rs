//! A line above each resource that counts its checks.

use super::commands;
use super::diagnostics::Ranges;
use crate::finding::Tally;
use crate::model::{Lowered, ResourceId};
use crate::source::{SourceId, Span};
use lsp_types::{CodeLens, Command};
use serde_json::json;
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// The lenses of the resources that are written in a file. `tallies` are those of all resources, in their order.
pub fn lenses(lowered: &Lowered, tallies: &[Tally], source: SourceId, ranges: &Ranges<'_>) -> Vec<CodeLens> {
    let mut counted: BTreeMap<(u32, u32), (Span, String, Tally)> = BTreeMap::new();
    for (id, tally) in (0..).map(ResourceId).zip(tallies) {
        let owner = lowered.owners(id).last().unwrap_or(id);
        let resource = lowered.resource(owner);
        let header = resource.header;
        if header.source == source {
            let address = || (header, resource.address.to_string(), Tally::default());
            counted.entry((header.start, header.end)).or_insert_with(address).2 += *tally;
        }
    }
    let lens = |(header, address, tally): (Span, String, Tally)| {
        let title = title(tally)?;
        let arguments = Some(vec![json!(address), json!(ranges.location(header)?.uri)]);
        let command = Command { title, command: commands::EXPLAIN_RESOURCE.to_owned(), arguments };
        Some(CodeLens { range: ranges.range(header), command: Some(command), data: None })
    };
    counted.into_values().filter_map(lens).collect()
}

/// "12 checks passed, 1 failed, 2 undecided"; none where no check applies.
fn title(tally: Tally) -> Option<String> {
    let Tally { pass, fail, inconclusive, .. } = tally;
    if pass + fail + inconclusive == 0 {
        return None;
    }
    let mut title = format!("{pass} check{} passed", if pass == 1 { "" } else { "s" });
    for (count, word) in [(fail, "failed"), (inconclusive, "undecided")] {
        if count > 0 {
            // Writing to a string cannot fail.
            let _ = write!(title, ", {count} {word}");
        }
    }
    Some(title)
}
