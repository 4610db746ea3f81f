//! Comments to suppressions: one file for the words of each tool.

mod buildkit;
mod checkov;
mod hadolint;
mod kics;
mod ours;
mod trivy;

pub use ours::{ANNOTATION, annotation};

use super::directive::{Directive, Named};
use super::layout::{Language, Layout, Remark};
use crate::source::Span;

/// What every directive in a comment holds: a text without it is not looked at any further.
pub const MARKS: &str = "gatelint:|checkov:skip|bridgecrew:skip|cortex:skip|trivy:ignore|tfsec:ignore|kics-scan|hadolint|ts:skip|# *check *=";

/// All suppressions in the comments of a file, in their order.
pub fn comments(layout: &Layout) -> Vec<Directive> {
    let mut directives = Vec::new();
    for remark in layout.remarks() {
        ours::read(&remark, layout, &mut directives);
        kics::read(&remark, layout, &mut directives);
        match layout.language {
            Language::Terraform => {
                checkov::in_block(&remark, layout, &mut directives);
                trivy::read(&remark, layout, &mut directives);
            }
            Language::Dockerfile => {
                checkov::in_file(&remark, layout, &mut directives);
                trivy::read(&remark, layout, &mut directives);
                hadolint::read(&remark, layout, &mut directives);
                buildkit::read(&remark, layout, &mut directives);
            }
            // Their comments mean nothing there: Checkov and its like read annotations.
            Language::Yaml | Language::Template => {}
        }
    }
    directives
}

/// The names in a list, `separator` between them, that stands at byte `at` of the remark.
fn names(remark: &Remark<'_>, at: usize, list: &str, separator: char) -> Vec<Named> {
    let mut at = at;
    let mut names = Vec::new();
    for part in list.split(separator) {
        let text = part.trim();
        let start = at + part.len() - part.trim_start().len();
        if !text.is_empty() {
            names.push(Named { text: text.to_owned(), span: within(remark, start, start + text.len()) });
        }
        at += part.len() + separator.len_utf8();
    }
    names
}

/// The place of some bytes of a remark's text.
fn within(remark: &Remark<'_>, start: usize, end: usize) -> Span {
    Span::new(remark.span.source, remark.span.start + start as u32, remark.span.start + end as u32)
}

/// What is said behind a directive, when it says anything.
fn reason(text: &str) -> Option<String> {
    let text = text.trim_start_matches(|c: char| c.is_whitespace() || "-–—:#".contains(c)).trim_end();
    (!text.is_empty()).then(|| text.to_owned())
}
