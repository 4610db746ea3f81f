//! What is shown where the pointer rests: the value of the expression with the way it came, and the checks that found
//! something there.

use super::diagnostics::{self, Ranges};
use super::values::Found;
use crate::finding::Finding;
use crate::model::{Unknown, Value};
use crate::report::shown_value;
use crate::source::Span;
use std::fmt::Write as _;

/// Most different values that are shown, of as many instances.
const MOST_VALUES: usize = 5;
/// Most bytes of an expression that is repeated.
const MOST_EXPRESSION: usize = 80;

/// What is said of the expression and the findings at a place; none where there is nothing to say.
pub fn text(found: &[Found<'_>], findings: &[&Finding], ranges: &Ranges<'_>) -> Option<String> {
    let mut parts: Vec<String> = Vec::new();
    for finding in findings {
        parts.push(of_finding(finding));
    }
    let mut values: Vec<(String, Vec<String>)> = Vec::new();
    for one in found {
        let Some(value) = one.value.filter(|value| !is_whole_block(one, value)) else { continue };
        let text = of_value(value, one, ranges);
        let address = one.resource.address.to_string();
        match values.iter_mut().find(|(known, _)| *known == text) {
            Some((_, addresses)) if addresses.contains(&address) => {}
            Some((_, addresses)) => addresses.push(address),
            None => values.push((text, vec![address])),
        }
    }
    let is_one = values.len() == 1;
    for (text, addresses) in values.iter().take(MOST_VALUES) {
        let of = if is_one { String::new() } else { format!("\n\nin `{}`", addresses.join("`, `")) };
        parts.push(format!("{text}{of}"));
    }
    if values.len() > MOST_VALUES {
        parts.push(format!("and {} more values", values.len() - MOST_VALUES));
    }
    (!parts.is_empty()).then(|| parts.join("\n\n---\n\n"))
}

/// Whether it is all of a resource that was found, or a large part of it: nobody asks for that.
fn is_whole_block(found: &Found<'_>, value: &Value) -> bool {
    found.span.contains(found.resource.header) || value.as_mapping().is_some_and(|mapping| mapping.header.is_some())
}

fn of_value(value: &Value, found: &Found<'_>, ranges: &Ranges<'_>) -> String {
    let mut out = match value.as_unknown().filter(|_| !value.sensitive) {
        Some(unknown) => of_unknown(unknown, ranges),
        None => format!("```hcl\n{}{}\n```", expression(found, ranges), shown_value(value)),
    };
    let mut last: Option<Span> = None;
    for hop in &found.way {
        if last != Some(hop.span) {
            // Writing to a string cannot fail.
            let _ = write!(out, "\n- {}, {}", hop.kind, ranges.link(hop.span));
        }
        last = Some(hop.span);
    }
    out
}

/// "var.acl = " for an expression that is more than a literal, and fits a line.
fn expression(found: &Found<'_>, ranges: &Ranges<'_>) -> String {
    let source = ranges.sources().get(found.span.source);
    let text = source.slice(found.span);
    let is_short = !text.contains('\n') && text.len() <= MOST_EXPRESSION && !text.contains("```");
    if is_short && !found.way.is_empty() { format!("{text} = ") } else { String::new() }
}

fn of_unknown(unknown: &Unknown, ranges: &Ranges<'_>) -> String {
    let mut out = "Unknown:".to_owned();
    for cause in &unknown.causes {
        let _ = write!(out, "\n- {}, {}", cause.why, ranges.link(cause.span));
    }
    let prefix = &unknown.refinement.prefix;
    if !prefix.is_empty() {
        let _ = write!(out, "\n- begins with `{prefix}`");
    }
    out
}

fn of_finding(finding: &Finding) -> String {
    let check = &finding.check;
    let mut out = format!("**{}** ({})\n\n{}", check.title, finding.severity, check.rationale.trim());
    if !check.fix.trim().is_empty() {
        let _ = write!(out, "\n\n**Fix:** {}", check.fix.trim());
    }
    match diagnostics::page(check) {
        Some(page) => _ = write!(out, "\n\n[{}]({})", check.id, page.as_str()),
        None => _ = write!(out, "\n\n`{}`", check.id),
    }
    out
}
