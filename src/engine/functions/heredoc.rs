//! Places inside a heredoc: the lines of its value are the lines of its body.

use crate::model::Value;
use crate::source::{Sources, Span};
use serde::Deserialize;
use serde_json::value::RawValue;
use std::ops::Range;

/// The part of a policy that says where its statements are.
#[derive(Deserialize)]
struct Policy<'a> {
    #[serde(rename = "Statement", borrow)]
    statement: &'a RawValue,
}

/// Where each statement of the policy `text`, the text of `value`, is written. None when it is no
/// heredoc, or when an interpolation takes another number of lines than what it stands for.
pub fn statement_spans(text: &str, value: &Value, sources: &Sources) -> Vec<Span> {
    // A template has the hops of its first part: the heredoc is the first place on the way that is one.
    let way = std::iter::once(value.origin.span).chain(value.origin.hops().map(|hop| hop.span));
    let is_heredoc = |span: &Span| sources.get(span.source).slice(*span).starts_with("<<");
    way.into_iter().find(is_heredoc).and_then(|written| spans(text, written, sources)).unwrap_or_default()
}

fn spans(text: &str, written: Span, sources: &Sources) -> Option<Vec<Span>> {
    let source = sources.get(written.source);
    let heredoc = source.slice(written);
    let first = heredoc.find('\n')? + 1;
    let body: Vec<Range<usize>> = lines(heredoc.get(first..)?, first);
    let lines_of_text = lines(text, 0);
    // The last line of the heredoc is its end mark.
    if body.len().saturating_sub(lines_of_text.len()) > 1 {
        return None;
    }
    let place = |range: Range<usize>| {
        let line = |at: usize| lines_of_text.partition_point(|line| line.end <= at);
        let (from, to) = (body.get(line(range.start))?, body.get(line(range.end.saturating_sub(1)))?);
        let (from_text, to_text) = (heredoc.get(from.clone())?, heredoc.get(to.clone())?);
        let start = from.start + (from_text.len() - from_text.trim_start().len());
        let end = to.start + to_text.trim_end().trim_end_matches(',').len();
        Some(Span::new(written.source, written.start + start as u32, written.start + end as u32))
    };
    statements(text)?.into_iter().map(place).collect()
}

/// The byte ranges of the statements in the text.
fn statements(text: &str) -> Option<Vec<Range<usize>>> {
    let policy: Policy = serde_json::from_str(text).ok()?;
    let range = |raw: &RawValue| {
        let start = (raw.get().as_ptr() as usize).checked_sub(text.as_ptr() as usize)?;
        Some(start..start + raw.get().len())
    };
    match serde_json::from_str::<Vec<&RawValue>>(policy.statement.get()) {
        Ok(all) => all.into_iter().map(range).collect(),
        Err(_) => Some(vec![range(policy.statement)?]),
    }
}

/// The lines with their ends, as byte ranges that begin at `offset`.
fn lines(text: &str, offset: usize) -> Vec<Range<usize>> {
    let mut at = offset;
    let line = |line: &str| {
        at += line.len();
        at - line.len()..at
    };
    text.split_inclusive('\n').map(line).collect()
}
