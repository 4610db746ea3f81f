//! sprig's strings.

use super::builtin::bytes_of;
use super::case::{lower, upper};
use super::convert::string;
use super::short::{A, I, S};
use crate::lower::kubernetes::helm::render::{Call, Function, Outcome};
use crate::lower::kubernetes::helm::text::{quote, write_value};
use crate::lower::kubernetes::helm::value::{Map, MapKind, Place, PlacedText, TextBuilder, Value};
use crate::source::PieceKind;
use crate::source::prose::beginning;

pub const FUNCTIONS: &[Function] = &[
    Function::new("trim", &[S], |call| cut(call, 0, |text| trimmed(text, char::is_whitespace, char::is_whitespace)))
        .of_parts(),
    Function::new("trimAll", &[S, S], trim_all).of_parts(),
    Function::new("trimall", &[S, S], trim_all).of_parts(),
    Function::new("trimPrefix", &[S, S], |call| {
        let prefix = call.text(0).to_owned();
        cut(call, 1, |text| if text.starts_with(&prefix) { prefix.len()..text.len() } else { 0..text.len() })
    })
    .of_parts(),
    Function::new("trimSuffix", &[S, S], |call| {
        let suffix = call.text(0).to_owned();
        cut(call, 1, |text| 0..text.len() - if text.ends_with(&suffix) { suffix.len() } else { 0 })
    })
    .of_parts(),
    Function::new("upper", &[S], |call| call.result(call.placed(0).map(|text| text.chars().map(upper).collect())))
        .of_parts(),
    Function::new("lower", &[S], |call| call.result(call.placed(0).map(|text| text.chars().map(lower).collect())))
        .of_parts(),
    Function::new("quote", &[], |call| quoted(call, false)).and(A).of_anything(),
    Function::new("squote", &[], |call| quoted(call, true)).and(A).of_anything(),
    Function::new("cat", &[], cat).and(A).of_anything(),
    Function::new("indent", &[I, S], |call| indent(call, "")).of_anything(),
    Function::new("nindent", &[I, S], |call| indent(call, "\n")).of_anything(),
    Function::new("replace", &[S, S, S], replace).of_parts(),
    Function::new("repeat", &[I, S], repeat).of_parts(),
    Function::new("trunc", &[I, S], trunc).of_parts(),
    Function::new("substr", &[I, I, S], substr),
    Function::new("abbrev", &[I, S], |call| abbreviated(call, 0, call.int(0))),
    Function::new("abbrevboth", &[I, I, S], |call| {
        let (left, right) = (call.int(0), call.int(1));
        if left > 0 && right < 7 { call.result(call.placed(2)) } else { abbreviated(call, left, right) }
    }),
    Function::new("contains", &[S, S], |call| known(call, 0, |needle, text| text.contains(needle))).of_parts(),
    Function::new("hasPrefix", &[S, S], |call| known(call, 1, |needle, text| text.starts_with(needle))).of_parts(),
    Function::new("hasSuffix", &[S, S], |call| known(call, -1, |needle, text| text.ends_with(needle))).of_parts(),
    Function::new("split", &[S, S], |call| {
        let parts = split(call.text(0), &call.placed(1), -1);
        numbered(call, parts)
    }),
    Function::new("splitn", &[S, I, S], |call| {
        let parts = split(call.text(0), &call.placed(2), call.int(1));
        numbered(call, parts)
    }),
    Function::new("splitList", &[S, S], |call| {
        let parts = split(call.text(0), &call.placed(1), -1);
        call.evaluator.step(parts.len() as u64, call.span)?;
        call.result(Value::strings(parts))
    }),
    Function::new("hello", &[], |_| Ok("Hello!".into())),
];

/// The bytes between what both ends lose.
fn trimmed(text: &str, start: impl Fn(char) -> bool, end: impl Fn(char) -> bool) -> std::ops::Range<usize> {
    let rest = text.trim_start_matches(start);
    let first = text.len() - rest.len();
    first..first + rest.trim_end_matches(end).len()
}

/// A part of argument `at`.
fn cut(call: &mut Call<'_, '_>, at: usize, part: impl Fn(&str) -> std::ops::Range<usize>) -> Outcome<Value> {
    let text = call.placed(at);
    let range = part(text.text());
    call.result(text.slice(range))
}

fn trim_all(call: &mut Call<'_, '_>) -> Outcome<Value> {
    let set: Vec<char> = call.text(0).chars().collect();
    cut(call, 1, |text| trimmed(text, |c| set.contains(&c), |c| set.contains(&c)))
}

/// `quote` and `squote`: each argument that is not nil in quotes.
fn quoted(call: &mut Call<'_, '_>, single: bool) -> Outcome<Value> {
    let mut out = TextBuilder::default();
    let mark = if single { "'" } else { "\"" };
    let mut first = true;
    for value in &call.arguments {
        if value.is_nil() {
            continue;
        }
        let place = Place::noted(value.note);
        out.push_plain(if first { "" } else { " " });
        out.push(mark, place);
        if value.is_unknown() {
            out.push_unknown(None, value.note);
        } else {
            let text = string(value);
            for (part, own) in text.parts() {
                if single || own.kind == PieceKind::Unknown {
                    out.push(part, own.or(place).replaced());
                } else {
                    let quoted = quote(part, false);
                    let inner = quoted.get(1..quoted.len() - 1).unwrap_or_default();
                    out.push(inner, own.or(place).replaced());
                }
            }
        }
        out.push(mark, place);
        first = false;
    }
    call.evaluator.bytes(out.len(), call.span)?;
    Ok(Value::from(out.finish()).noted(call.note()))
}

fn cat(call: &mut Call<'_, '_>) -> Outcome<Value> {
    let mut out = TextBuilder::default();
    for (at, value) in call.arguments.iter().filter(|value| !value.is_nil()).enumerate() {
        out.push_plain(if at == 0 { "" } else { " " });
        write_value(&mut out, value, 0);
    }
    call.result(out.finish())
}

fn indent(call: &mut Call<'_, '_>, before: &str) -> Outcome<Value> {
    let value = call.value(1);
    let text = if value.is_unknown() { PlacedText::unknown(value.note, false) } else { call.placed(1) };
    let Ok(count) = usize::try_from(call.int(0)) else { return call.fail("an indentation must not be negative") };
    let lines = text.text().bytes().filter(|byte| *byte == b'\n').count() + 1;
    call.evaluator.bytes(lines.saturating_mul(count).saturating_add(text.text().len()), call.span)?;
    let pad = " ".repeat(count);
    let mut out = TextBuilder::default();
    out.push_plain(before);
    let mut at = 0;
    for line in text.text().split_inclusive('\n') {
        out.push_plain(&pad);
        out.push_slice(&text, at..at + line.len(), Place::default());
        at += line.len();
    }
    if text.text().is_empty() || text.text().ends_with('\n') {
        out.push_plain(&pad);
    }
    call.result(out.finish())
}

fn replace(call: &mut Call<'_, '_>) -> Outcome<Value> {
    let (old, new, text) = (call.text(0).to_owned(), call.placed(1), call.placed(2));
    let found: Vec<usize> = text.text().match_indices(&old).map(|(at, _)| at).collect();
    call.evaluator.bytes(found.len().saturating_mul(new.text().len()).saturating_add(text.text().len()), call.span)?;
    let mut out = TextBuilder::default();
    let mut at = 0;
    for start in found {
        out.push_slice(&text, at..start, Place::default());
        let place = text.place(start.min(text.text().len().saturating_sub(1)));
        out.push_text(&new, Place { kind: PieceKind::Replacement, ..place });
        at = start + old.len();
    }
    out.push_slice(&text, at..text.text().len(), Place::default());
    call.result(out.finish())
}

fn repeat(call: &mut Call<'_, '_>) -> Outcome<Value> {
    let (count, text) = (call.int(0), call.placed(1));
    let Ok(count) = usize::try_from(count) else {
        return call.fail("a text cannot be repeated a negative number of times");
    };
    call.evaluator.step(if text.text().is_empty() { 0 } else { count as u64 }, call.span)?;
    call.evaluator.bytes(count.saturating_mul(text.text().len()), call.span)?;
    if text.text().is_empty() {
        return call.result(text);
    }
    let mut out = TextBuilder::default();
    (0..count).for_each(|_| out.push_text(&text, Place::default()));
    call.result(out.finish())
}

fn trunc(call: &mut Call<'_, '_>) -> Outcome<Value> {
    let (count, text) = (call.int(0), call.placed(1));
    let length = text.text().len();
    let wanted = usize::try_from(count.unsigned_abs()).unwrap_or(usize::MAX);
    if wanted >= length {
        return call.result(text);
    }
    if !text.is_known() {
        // Where it is cut depends on the length of the unknown part.
        let head = text.slice(0..beginning(text.text(), wanted).len());
        return call.result(if count >= 0 && head.is_known() { head } else { text });
    }
    let range = if count < 0 { length - wanted..length } else { 0..wanted };
    call.result(bytes_of(&text, range))
}

fn substr(call: &mut Call<'_, '_>) -> Outcome<Value> {
    let (start, end, text) = (call.int(0), call.int(1), call.placed(2));
    let length = text.text().len() as i64;
    let range = match () {
        () if start < 0 => 0..end,
        () if end < 0 || end > length => start..length,
        () => start..end,
    };
    if range.start < 0 || range.end < range.start || range.end > length {
        return call.fail("the bounds of this part of a text are out of range");
    }
    call.result(bytes_of(&text, range.start as usize..range.end as usize))
}

/// At most `width` bytes from `offset` on, with dots where something is left out.
fn abbreviated(call: &mut Call<'_, '_>, offset: i64, width: i64) -> Outcome<Value> {
    let text = call.placed(call.arguments.len() - 1);
    let length = text.text().len() as i64;
    if width < 4 || length <= width {
        return call.result(text);
    }
    let offset = offset.min(length);
    let offset = if length - offset < width - 3 { length - (width - 3) } else { offset };
    let part = |range: std::ops::Range<i64>| bytes_of(&text, range.start.max(0) as usize..range.end.max(0) as usize);
    let mut out = TextBuilder::default();
    if offset <= 4 {
        out.push_text(&part(0..width - 3), Place::default());
        out.push_plain("...");
    } else if width < 7 {
        return Ok("".into());
    } else if offset + width - 3 < length {
        out.push_plain("...");
        // What remains is abbreviated once more, to the rest of the width.
        out.push_text(&part(offset..offset + width - 6), Place::default());
        out.push_plain("...");
    } else {
        out.push_plain("...");
        out.push_text(&part(length - (width - 3)..length), Place::default());
    }
    call.result(out.finish())
}

/// A test on a text. `side` is where the needle has to stand: 1 in front, -1 at the back, 0 anywhere.
fn known(call: &mut Call<'_, '_>, side: i32, holds: fn(&str, &str) -> bool) -> Outcome<Value> {
    let (needle, text) = (call.value(0), call.value(1));
    let unknown = needle.unknown_note().or(text.unknown_note());
    if unknown.is_none() {
        return Ok(holds(call.text(0), call.text(1)).into());
    }
    // A known part that holds the needle decides all the same.
    let Some(placed) = text.as_text().filter(|_| needle.is_wholly_known()) else { return Ok(Value::unknown(unknown)) };
    let parts: Vec<(&str, Place)> = placed.parts().collect();
    let is_sure = |part: &(&str, Place)| part.1.kind != PieceKind::Unknown && holds(call.text(0), part.0);
    let decided = match side {
        0 => parts.iter().any(is_sure),
        1 => parts.first().is_some_and(is_sure),
        _ => parts.last().is_some_and(is_sure),
    };
    Ok(if decided { true.into() } else { Value::unknown(unknown) })
}

/// `strings.SplitN`: an empty separator splits between characters; a count of 0 gives nothing, a negative one all.
pub fn split(separator: &str, text: &PlacedText, count: i64) -> Vec<PlacedText> {
    let content = text.text();
    let most = if count < 0 { usize::MAX } else { count as usize };
    if most == 0 {
        return Vec::new();
    }
    let mut parts = Vec::new();
    let mut at = 0;
    let ends: Vec<(usize, usize)> = if separator.is_empty() {
        content.char_indices().skip(1).map(|(at, _)| (at, at)).collect()
    } else {
        content.match_indices(separator).map(|(at, found)| (at, at + found.len())).collect()
    };
    if separator.is_empty() && content.is_empty() {
        return Vec::new();
    }
    for (end, next) in ends.into_iter().take(most - 1) {
        parts.push(text.slice(at..end));
        at = next;
    }
    parts.push(text.slice(at..content.len()));
    parts
}

fn numbered(call: &mut Call<'_, '_>, parts: Vec<PlacedText>) -> Outcome<Value> {
    call.evaluator.step(parts.len() as u64, call.span)?;
    let note = call.note();
    let entries = parts.into_iter().enumerate();
    let entries = entries.map(|(at, part)| (format!("_{at}").into(), Value::from(part).noted(note))).collect();
    Ok(Map::new(MapKind::Strings, entries).into())
}
