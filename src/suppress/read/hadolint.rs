//! `hadolint ignore=ID[,ID…] # reason`: about the instruction beneath; `hadolint stage ignore=` about the stage
//! whose `FROM` is beneath, `hadolint global ignore=` about the file.

use super::{names, reason};
use crate::suppress::directive::{Choice, Directive, Scope, Syntax};
use crate::suppress::layout::{Layout, Remark};
use regex::Regex;
use std::sync::LazyLock;

static IGNORE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"^hadolint\s+(?:(?<reach>global|stage)\s+)?ignore\s*=\s*(?<ids>[A-Za-z0-9,\s]+)(?:#(?<reason>.*))?$")
        .ok()
});

/// Adds the suppression that the line of a comment is, if it is one.
pub(super) fn read(remark: &Remark<'_>, layout: &Layout, directives: &mut Vec<Directive>) {
    let Some(found) = IGNORE.as_ref().and_then(|pattern| pattern.captures(remark.text)) else { return };
    let Some(ids) = found.name("ids") else { return };
    let about = match found.name("reach").map(|reach| reach.as_str()) {
        Some("global") => Some(layout.whole()),
        Some(_) => layout.beneath(remark.comment, true),
        None => layout.subject(remark.comment, false),
    };
    let checks = Choice::Only(names(remark, ids.start(), ids.as_str(), ','));
    let mut directive = Directive::comment(Syntax::Hadolint, remark.span, checks, Scope::of(about));
    directive.reason = found.name("reason").and_then(|said| reason(said.as_str()));
    directives.push(directive);
}
