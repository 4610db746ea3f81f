//! Places in SARIF: addresses that code scanning can find in the commit, regions, and the text in them.

use super::{ROOT, message};
use crate::report::line_hash::line_hashes;
use crate::report::view::{Place, View};
use crate::source::{Source, SourceId, Span};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_sarif::sarif::{ArtifactContent, ArtifactLocation, Location, PhysicalLocation, Region};
use std::collections::HashMap;

/// All but what RFC 3986 calls unreserved, and the separator.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'/');
/// Lines shown around a region.
const CONTEXT_LINES: u32 = 2;
/// Texts longer than this are left out: a minified file would repeat itself in every result.
const MOST_TEXT_BYTES: u32 = 4_000;

/// Makes locations for one run.
pub(super) struct Locations<'r> {
    view: &'r View<'r>,
    hashes: HashMap<SourceId, Vec<String>>,
}

impl<'r> Locations<'r> {
    pub(super) fn new(view: &'r View<'r>) -> Self {
        Self { view, hashes: HashMap::new() }
    }

    /// The physical location of `span` with the lines around it; none when it lies in no file of the commit.
    pub(super) fn physical_in_context(&self, span: Span) -> Option<PhysicalLocation> {
        let mut physical = self.physical(span)?;
        physical.context_region = self.context(span, &self.view.place(span));
        Some(physical)
    }

    /// The physical location of `span`; none when it lies in no file of the commit.
    pub(super) fn physical(&self, span: Span) -> Option<PhysicalLocation> {
        let place = self.view.place(span);
        let mut physical = PhysicalLocation::builder().build();
        physical.artifact_location = Some(artifact(&place.source)?);
        physical.region = Some(self.region(span, &place));
        Some(physical)
    }

    /// The location of `span` with a message.
    pub(super) fn labelled(&self, span: Span, text: &str) -> Option<Location> {
        let mut location = Location::builder().build();
        location.physical_location = Some(self.physical(span)?);
        location.message = Some(message(text));
        Some(location)
    }

    /// GitHub's hash of the line where `span` begins.
    pub(super) fn line_hash(&mut self, span: Span) -> Option<String> {
        let source = self.view.report.sources.get(span.source);
        let hashes = self.hashes.entry(span.source).or_insert_with(|| line_hashes(&source.text));
        hashes.get(source.lines().line(span.start) as usize - 1).cloned()
    }

    fn region(&self, span: Span, place: &Place) -> Region {
        let mut region = Region::builder().build();
        region.start_line = Some(place.start.line.into());
        region.start_column = Some(place.start.column.into());
        region.end_line = Some(place.end.line.into());
        region.end_column = Some(place.end.column.into());
        region.snippet = self.text(span, &place.source);
        region
    }

    /// The lines around `span`; none when there is nothing around it, or too much.
    fn context(&self, span: Span, place: &Place) -> Option<Region> {
        let lines = place.source.lines();
        let first = place.start.line.saturating_sub(CONTEXT_LINES).max(1);
        let last = (place.end.line + CONTEXT_LINES).min(lines.count());
        let end = if last < lines.count() { lines.start_of(last + 1) } else { place.source.text.len() as u32 };
        let start = lines.start_of(first);
        // An empty last line is no line to an editor.
        let last = if last > place.end.line && lines.start_of(last) == end { last - 1 } else { last };
        let around = Span::new(span.source, start, end);
        let text = place.source.slice(around).trim_end_matches(['\r', '\n']);
        let around = Span::new(span.source, start, start + text.len() as u32);
        if around == span || !around.contains(span) {
            return None;
        }
        let mut region = Region::builder().build();
        region.start_line = Some(first.into());
        region.end_line = Some(last.into());
        region.snippet = Some(self.text(around, &place.source)?);
        Some(region)
    }

    fn text(&self, span: Span, source: &Source) -> Option<ArtifactContent> {
        let is_fit = span.start < span.end && span.end - span.start <= MOST_TEXT_BYTES;
        is_fit.then(|| ArtifactContent::builder().text(self.view.masks.apply(source, span)).build())
    }
}

/// The address of the file at `path`, without a place in it.
pub(super) fn of_file(path: &str) -> Option<Location> {
    let mut physical = PhysicalLocation::builder().build();
    physical.artifact_location = Some(relative(path)?);
    let mut location = Location::builder().build();
    location.physical_location = Some(physical);
    Some(location)
}

fn artifact(source: &Source) -> Option<ArtifactLocation> {
    if source.is_file { relative(&source.path) } else { None }
}

/// A relative reference from the root of the repository. None for paths that no commit can hold: absolute
/// ones, those that lead out, and the modules that `terraform init` fetched.
fn relative(path: &str) -> Option<ArtifactLocation> {
    let is_committed = !path.is_empty() && path.split('/').all(|name| !matches!(name, "" | "." | ".." | ".terraform"));
    is_committed.then(|| {
        let uri = utf8_percent_encode(path, ENCODED).to_string();
        ArtifactLocation::builder().uri(uri).uri_base_id(ROOT).build()
    })
}

#[cfg(test)]
mod tests {
    use super::relative;

    #[test]
    fn r_sarif_20_uris_are_relative_and_encoded() {
        let uri = |path| relative(path).and_then(|location| location.uri);
        assert_eq!(uri("a b.tf").as_deref(), Some("a%20b.tf"));
        assert_eq!(uri("ü.tf").as_deref(), Some("%C3%BC.tf"));
        assert_eq!(uri("a#b%20.tf").as_deref(), Some("a%23b%2520.tf"));
        assert_eq!(uri("c:d.tf").as_deref(), Some("c%3Ad.tf"));
        assert_eq!(uri("infra/a\\b.tf").as_deref(), Some("infra/a%5Cb.tf"));
        for path in
            ["", "/etc/passwd", "../x.tf", "a/../x.tf", "https://host/x.tf", ".terraform/modules/m/main.tf", "dir/"]
        {
            assert_eq!(uri(path), None, "{path}");
        }
    }
}
