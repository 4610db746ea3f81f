//! `kics-scan`: `ignore`, `enable=` and `disable=` with ids of queries before the first code of a file;
//! `ignore-line` about its line and the next, `ignore-block` about what is beneath.

use super::names;
use crate::suppress::directive::{Choice, Directive, Scope, Syntax};
use crate::suppress::layout::{Language, Layout, Remark};

/// Adds the suppression that the line of a comment is, if it is one.
pub(super) fn read(remark: &Remark<'_>, layout: &Layout, directives: &mut Vec<Directive>) {
    let Some(rest) = remark.text.strip_prefix("kics-scan") else { return };
    let command = rest.trim();
    let at = remark.text.len() - rest.trim_start().len();
    let all = || Choice::AllBut(Vec::new());
    let listed = |list: &str| names(remark, at + command.len() - list.len(), list, ',');
    let (checks, scope) = match command.split_once('=') {
        None if command == "ignore-line" => (all(), Scope::Places(lines(remark, layout))),
        None if command == "ignore-block" => (all(), Scope::of(block(remark, layout))),
        // Nothing but the mark means the same.
        None if command.is_empty() || command == "ignore" => (all(), whole(remark, layout)),
        Some(("disable", list)) => (Choice::Only(listed(list)), whole(remark, layout)),
        Some(("enable", list)) => (Choice::AllBut(listed(list)), whole(remark, layout)),
        _ => return,
    };
    directives.push(Directive::comment(Syntax::Kics, remark.span, checks, scope));
}

/// Its line and the next, with all of an instruction that begins there.
fn lines(remark: &Remark<'_>, layout: &Layout) -> Vec<crate::source::Span> {
    let instruction = (layout.language == Language::Dockerfile).then(|| layout.beneath(remark.comment, false));
    std::iter::once(layout.two_lines(remark.comment)).chain(instruction.flatten()).collect()
}

/// In a Dockerfile only a stage is a block; at the top of a YAML document it is the document.
fn block(remark: &Remark<'_>, layout: &Layout) -> Option<crate::source::Span> {
    let document = if layout.language == Language::Yaml { layout.head_of(remark.comment) } else { None };
    document.or_else(|| layout.beneath(remark.comment, true))
}

fn whole(remark: &Remark<'_>, layout: &Layout) -> Scope {
    Scope::of(layout.is_at_top(remark.comment).then(|| layout.whole()))
}
