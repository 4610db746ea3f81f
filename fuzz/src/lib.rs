//! What fuzz targets share: a scan of some files in memory, and what must hold of every place that is told.

use gatelint::discover::Memory;
use gatelint::scan::{self, Request};
use gatelint::source::Span;

/// Objects for a kustomization to work on.
pub const OBJECTS: &str = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a, labels: {app: a}}\nspec:\n  \
                           selector: {matchLabels: {app: a}}\n  template:\n    metadata: {labels: {app: a}}\n    spec: \
                           {containers: [{name: a, image: \"nginx:1\"}]}\n---\napiVersion: v1\nkind: \
                           Service\nmetadata: {name: a}\nspec: {selector: {app: a}, ports: [{port: 80}]}\n";

/// Scans some files with all checks. A panic that the scan catches aborts too, since libFuzzer sets the hook.
pub fn scan(files: &[(&str, &str)]) {
    let tree = Memory::tree(files.iter().copied());
    let report = scan::judge(&tree, &Request::default()).expect("no check is chosen that does not exist");
    for problem in &report.problems {
        expect_places([problem.span], &report.sources.get(problem.span.source).text);
    }
    for finding in &report.findings {
        expect_places([finding.place], &report.sources.get(finding.place.source).text);
    }
}

/// Fails unless the spans lie within a text, between its characters.
pub fn expect_places(spans: impl IntoIterator<Item = Span>, text: &str) {
    for span in spans {
        assert!(text.get(span.start as usize..span.end as usize).is_some(), "{span:?} is no place in the text");
    }
}
