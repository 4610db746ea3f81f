//! `gatelint:ignore ID[,ID…] [until=YYYY-MM-DD] [owner=NAME] -- reason`, and `gatelint:ignore-file`.
//!
//! About what stands beside it, or directly beneath when it is alone; as the first thing in a block or a YAML
//! document about all of that; `ignore-file`, at the top of a file, about the file.

use super::{names, within};
use crate::finding::SuppressedBy;
use crate::source::Span;
use crate::suppress::directive::{Choice, Directive, Named, Scope, Syntax, Until};
use crate::suppress::layout::{Layout, Remark};

const WORD: &str = "gatelint:";

/// The annotation whose value is what follows `gatelint:ignore` in a comment.
pub const ANNOTATION: &str = "gatelint.github.io/ignore";

/// Returns the suppression that the value of the annotation is, which stands at `place`.
pub fn annotation(value: &str, place: Span, scope: Scope) -> Directive {
    let remark = Remark { text: value, span: place, comment: place };
    let directive = Directive::comment(Syntax::Gatelint, place, Choice::Only(Vec::new()), scope);
    Directive { by: SuppressedBy::Annotation, ..with_arguments(directive, &remark, 0, value) }
}

/// Adds the suppression that the line of a comment is, if it is one.
pub(super) fn read(remark: &Remark<'_>, layout: &Layout, directives: &mut Vec<Directive>) {
    let Some(rest) = remark.text.strip_prefix(WORD) else { return };
    let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
    let (verb, arguments) = rest.split_at(end);
    let empty = |scope| Directive::comment(Syntax::Gatelint, remark.span, Choice::Only(Vec::new()), scope);
    let directive = match verb {
        "ignore" => empty(Scope::of(layout.about(remark.comment))),
        "ignore-file" => {
            let directive = empty(Scope::of(Some(layout.whole())));
            if layout.is_at_top(remark.comment) {
                directive
            } else {
                directive.with_fault("`gatelint:ignore-file` counts only at the top of the file", remark.span)
            }
        }
        other => empty(Scope::of(None)).with_fault(
            format!("`gatelint:{other}` means nothing; there are `gatelint:ignore` and `gatelint:ignore-file`"),
            within(remark, 0, WORD.len() + end),
        ),
    };
    directives.push(with_arguments(directive, remark, WORD.len() + end, arguments));
}

/// Reads what follows the first word, which begins at byte `at` of the remark.
fn with_arguments(mut directive: Directive, remark: &Remark<'_>, at: usize, arguments: &str) -> Directive {
    let (said, reason) = split_reason(arguments);
    directive.reason = reason.map(str::trim).filter(|reason| !reason.is_empty()).map(str::to_owned);
    let mut named: Vec<Named> = Vec::new();
    let mut offset = 0;
    for word in said.split_inclusive(char::is_whitespace) {
        let start = at + offset;
        offset += word.len();
        let word = word.trim_end();
        let place = within(remark, start, start + word.len());
        match word.split_once('=') {
            None => named.extend(names(remark, start, word, ',')),
            Some(("owner", owner)) if !owner.is_empty() => directive.owner = Some(owner.to_owned()),
            Some(("until", date)) => match date.parse() {
                Ok(date) => directive.until = Some(Until { date, span: place }),
                Err(message) => directive = directive.with_fault(message, place),
            },
            Some(("owner", _)) => directive = directive.with_fault("`owner=` names nobody", place),
            Some((key, _)) => {
                let near = crate::source::suggestion(key, ["until", "owner"]);
                directive = directive.with_fault(format!("`{key}=` means nothing here{near}"), place);
            }
        }
    }
    if named.is_empty() {
        let message = "it names no check; write `gatelint:ignore ID -- reason`";
        directive = directive.with_fault(message, remark.span);
    }
    directive.checks = Choice::Only(named);
    directive
}

/// What stands before and behind ` -- `.
fn split_reason(text: &str) -> (&str, Option<&str>) {
    let mut from = 0;
    while let Some(found) = text.get(from..).and_then(|rest| rest.find("--")) {
        let at = from + found;
        let (before, after) = (text.get(..at).unwrap_or_default(), text.get(at + 2..).unwrap_or_default());
        let opens = before.is_empty() || before.ends_with(char::is_whitespace);
        let closes = after.is_empty() || after.starts_with(char::is_whitespace);
        if opens && closes {
            return (before, Some(after));
        }
        from = at + 2;
    }
    (text, None)
}
