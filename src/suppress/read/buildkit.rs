//! `# check=skip=RULE[,RULE…][;error=true]`, a directive of BuildKit at the top of a Dockerfile: about the file.
//!
//! Only what BuildKit itself reads as a directive counts: nothing but directives may stand before it.

use super::names;
use crate::suppress::directive::{Choice, Directive, Scope, Syntax};
use crate::suppress::layout::{Layout, Remark};
use crate::syntax::dockerfile::parse;

/// Adds the suppression that the line of a comment is, if it is one.
pub(super) fn read(remark: &Remark<'_>, layout: &Layout, directives: &mut Vec<Directive>) {
    let is_check = remark.text.split_once('=').is_some_and(|(name, _)| name.trim().eq_ignore_ascii_case("check"));
    if !is_check {
        return;
    }
    let file = parse(remark.span.source, &layout.source().text);
    let Some(check) = file.directives.iter().find(|directive| remark.span.contains(directive.value.span)) else {
        return;
    };
    let mut at = (check.value.span.start - remark.span.start) as usize;
    for option in check.value.text.split(';') {
        if let Some((name, rules)) = option.split_once('=').filter(|(name, _)| name.trim() == "skip") {
            let start = at + name.len() + 1;
            let checks = if rules.trim().eq_ignore_ascii_case("all") {
                Choice::AllBut(Vec::new())
            } else {
                Choice::Only(names(remark, start, rules, ','))
            };
            let scope = Scope::of(Some(layout.whole()));
            directives.push(Directive::comment(Syntax::BuildKit, remark.span, checks, scope));
        }
        at += option.len() + 1;
    }
}
