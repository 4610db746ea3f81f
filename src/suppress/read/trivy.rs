//! `trivy:ignore:ID[PARAMETERS]:exp:YYYY-MM-DD:ws:NAME`, several on a line; `tfsec:ignore:` is the same.
//!
//! About what begins on its line or, stacked, on the next line of code: for a `module` block all that is in it.
//! A date ends the suppression on that day; one that is none, or parameters that do not hold, undo it.

use super::{reason, within};
use crate::suppress::Date;
use crate::suppress::directive::{Choice, Condition, Directive, Named, Scope, Syntax, Until};
use crate::suppress::layout::{Layout, Remark};
use globset::Glob;

const MARKS: [&str; 2] = ["trivy:ignore:", "tfsec:ignore:"];

/// Adds the suppressions in the line of a comment.
pub(super) fn read(remark: &Remark<'_>, layout: &Layout, directives: &mut Vec<Directive>) {
    let mut found = Vec::new();
    let (mut offset, mut rest) = (0, String::new());
    for word in remark.text.split_inclusive(char::is_whitespace) {
        let start = offset;
        offset += word.len();
        let stripped = word.trim_start_matches(['#', '/', '*']);
        let start = start + word.len() - stripped.len();
        let stripped = stripped.trim_end();
        match MARKS.iter().find_map(|mark| stripped.strip_prefix(mark)) {
            Some(said) => {
                let at = start + stripped.len() - said.len();
                found.push(directive(remark, layout, (start, at), said));
            }
            None => rest.push_str(word),
        }
    }
    let reason = reason(&rest);
    directives.extend(found.into_iter().map(|directive| Directive { reason: reason.clone(), ..directive }));
}

/// One suppression: from byte `start` of the remark, what it says from byte `at`.
fn directive(remark: &Remark<'_>, layout: &Layout, (start, at): (usize, usize), said: &str) -> Directive {
    let sections = sections(said);
    let place = within(remark, start, at + said.len());
    let mut words = sections.iter().copied();
    let (id, parameters) = words.next().map_or(("", ""), |id| match id.split_once('[') {
        Some((id, parameters)) => (id, parameters.trim_end_matches(']')),
        None => (id, ""),
    });
    let named = Named { text: id.to_owned(), span: within(remark, at, at + id.len()) };
    let mut directive = Directive::comment(Syntax::Trivy, place, Choice::Only(vec![named]), scope(remark, layout));
    let pairs = parameters.split(',').filter_map(|pair| pair.split_once('='));
    let attributes = pairs.map(|(path, value)| (path.trim().to_owned(), value.trim().to_owned())).collect();
    directive.condition = Condition { attributes, workspace: None };
    while let Some(key) = words.next() {
        let value = words.next().unwrap_or_default();
        match key {
            "exp" => match value.parse::<Date>() {
                // It counts while the date lies ahead.
                Ok(date) => directive.until = Some(Until { date: date.before(), span: place }),
                Err(message) => directive = directive.with_fault(message, place),
            },
            "ws" => match Glob::new(value) {
                Ok(glob) => directive.condition.workspace = Some(glob.compile_matcher()),
                Err(error) => directive = directive.with_fault(error.to_string(), place),
            },
            _ => {}
        }
    }
    directive
}

fn scope(remark: &Remark<'_>, layout: &Layout) -> Scope {
    let beside = if layout.is_alone(remark.comment) { None } else { layout.subject(remark.comment, false) };
    Scope::Places(beside.into_iter().chain(layout.beneath(remark.comment, false)).collect())
}

/// What stands between the colons; those in brackets divide nothing.
fn sections(text: &str) -> Vec<&str> {
    let (mut sections, mut start, mut bracketed) = (Vec::new(), 0, false);
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'[' => bracketed = true,
            b']' => bracketed = false,
            b':' if !bracketed => {
                sections.extend(text.get(start..at));
                start = at + 1;
            }
            _ => {}
        }
    }
    sections.extend(text.get(start..));
    sections
}
