//! sprig's regular expressions: Go's syntax (RE2), and its rules of splitting and replacing.

use super::short::{I, S};
use crate::go::re2;
use crate::lower::kubernetes::helm::render::{Call, Function, Outcome};
use crate::lower::kubernetes::helm::value::{Element, List, Value};
use regex::{Captures, Regex};
use std::ops::Range;
use std::rc::Rc;

pub const FUNCTIONS: &[Function] = &[
    Function::new("regexMatch", &[S, S], |call| {
        let found = re2::compile(call.text(0)).is_ok_and(|regex| regex.is_match(call.text(1)));
        Ok(found.into())
    }),
    Function::new("mustRegexMatch", &[S, S], |call| Ok(compiled(call)?.is_match(call.text(1)).into())),
    Function::new("regexFind", &[S, S], find),
    Function::new("mustRegexFind", &[S, S], find),
    Function::new("regexFindAll", &[S, S, I], find_all),
    Function::new("mustRegexFindAll", &[S, S, I], find_all),
    Function::new("regexReplaceAll", &[S, S, S], |call| replace(call, false)),
    Function::new("mustRegexReplaceAll", &[S, S, S], |call| replace(call, false)),
    Function::new("regexReplaceAllLiteral", &[S, S, S], |call| replace(call, true)),
    Function::new("mustRegexReplaceAllLiteral", &[S, S, S], |call| replace(call, true)),
    Function::new("regexSplit", &[S, S, I], split),
    Function::new("mustRegexSplit", &[S, S, I], split),
    Function::new("regexQuoteMeta", &[S], |call| {
        let special = |c: char| r"\.+*?()|[]{}^$".contains(c);
        let text = call.text(0).chars();
        let quoted: String = text.flat_map(|c| special(c).then_some('\\').into_iter().chain([c])).collect();
        call.result(quoted)
    }),
];

/// Whether a pattern matches somewhere in a text. `None` where it is no pattern.
pub fn matches_pattern(pattern: &str, text: &str) -> Option<bool> {
    re2::compile(pattern).ok().map(|regex| regex.is_match(text))
}

fn compiled(call: &Call<'_, '_>) -> Outcome<Rc<Regex>> {
    re2::compile(call.text(0)).or_else(|message| call.fail(message))
}

/// The matches that Go finds: an empty one never stands where the one before it ends.
fn matches(regex: &Regex, text: &str) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    for one in regex.find_iter(text) {
        let touches = found.last().is_some_and(|last| last.end == one.start());
        if !(one.is_empty() && touches) {
            found.push(one.range());
        }
    }
    found
}

fn find(call: &mut Call<'_, '_>) -> Outcome<Value> {
    let regex = compiled(call)?;
    let found = regex.find(call.text(1)).map_or("", |found| found.as_str()).to_owned();
    call.result(found)
}

fn find_all(call: &mut Call<'_, '_>) -> Outcome<Value> {
    let (regex, count) = (compiled(call)?, call.int(2));
    let most = usize::try_from(count).unwrap_or(usize::MAX);
    let text = call.text(1);
    let all: Vec<Value> =
        matches(&regex, text).into_iter().take(most).filter_map(|range| text.get(range)).map(Value::from).collect();
    call.evaluator.step(all.len() as u64, call.span)?;
    if all.is_empty() {
        return Ok(List::nil(Element::String).into());
    }
    call.result(Value::strings(all))
}

fn replace(call: &mut Call<'_, '_>, literal: bool) -> Outcome<Value> {
    let regex = compiled(call)?;
    let (text, replacement) = (call.text(1), call.text(2));
    let mut out = String::new();
    let mut at = 0;
    for captures in regex.captures_iter(text) {
        let Some(whole) = captures.get(0) else { continue };
        if whole.is_empty() && whole.start() == at && at > 0 {
            continue;
        }
        out.push_str(text.get(at..whole.start()).unwrap_or_default());
        if literal {
            out.push_str(replacement);
        } else {
            expand(&mut out, replacement, &captures);
        }
        at = whole.end();
        if out.len() > 64 << 20 {
            return call.fail("the result of this replacement is too large");
        }
    }
    out.push_str(text.get(at..).unwrap_or_default());
    call.evaluator.bytes(out.len(), call.span)?;
    call.result(out)
}

/// Writes a replacement: `$name` takes the longest name, `$$` is a dollar sign, and what is no group is empty.
fn expand(out: &mut String, replacement: &str, captures: &Captures<'_>) {
    let mut rest = replacement;
    while let Some((before, after)) = rest.split_once('$') {
        out.push_str(before);
        if let Some(after) = after.strip_prefix('$') {
            out.push('$');
            rest = after;
            continue;
        }
        let is_name = |c: char| c == '_' || c.is_alphanumeric();
        let braced = after.strip_prefix('{').and_then(|after| after.split_once('}'));
        let (name, next) = match braced {
            Some((name, next)) if !name.is_empty() && name.chars().all(is_name) => (name, next),
            Some(_) => ("", after),
            None => {
                let end = after.find(|c| !is_name(c)).unwrap_or(after.len());
                after.split_at(end)
            }
        };
        if name.is_empty() {
            out.push('$');
            rest = after;
            continue;
        }
        let group = match name.parse::<usize>() {
            Ok(number) if name == "0" || !name.starts_with('0') => captures.get(number),
            _ => captures.name(name),
        };
        out.push_str(group.map_or("", |group| group.as_str()));
        rest = next;
    }
    out.push_str(rest);
}

fn split(call: &mut Call<'_, '_>) -> Outcome<Value> {
    let (regex, count) = (compiled(call)?, call.int(2));
    let text = call.text(1);
    if count == 0 {
        return Ok(List::nil(Element::String).into());
    }
    if !call.text(0).is_empty() && text.is_empty() {
        return Ok(Value::strings([""]));
    }
    let most = usize::try_from(count).unwrap_or(usize::MAX);
    let mut parts: Vec<Value> = Vec::new();
    let (mut begin, mut end) = (0, 0);
    for found in matches(&regex, text) {
        if parts.len() + 1 >= most {
            break;
        }
        end = found.start;
        if found.end != 0 {
            parts.push(text.get(begin..end).unwrap_or_default().into());
        }
        begin = found.end;
    }
    if end != text.len() {
        parts.push(text.get(begin..).unwrap_or_default().into());
    }
    call.evaluator.step(parts.len() as u64, call.span)?;
    call.result(Value::strings(parts))
}
