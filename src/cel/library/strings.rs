//! Functions of strings: those of the language, and version 2 of its extension.

use super::super::function::{Answer, Failure, Row, no_overload};
use super::super::value::{CelData, CelValue};
use CelData::{Bool, Bytes, Int, List, Map, String};
use std::fmt::Write as _;

pub const ROWS: &[Row] = &[
    Row("size", "(string) int", size),
    Row("size", "string.() int", size),
    Row("size", "(bytes) int", size),
    Row("size", "bytes.() int", size),
    Row("size", "(list(A)) int", size),
    Row("size", "list(A).() int", size),
    Row("size", "(map(A, B)) int", size),
    Row("size", "map(A, B).() int", size),
    Row("contains", "string.(string) bool", contains),
    Row("endsWith", "string.(string) bool", ends_with),
    Row("startsWith", "string.(string) bool", starts_with),
    Row("charAt", "string.(int) string", char_at),
    Row("indexOf", "string.(string) int", index_of),
    Row("indexOf", "string.(string, int) int", index_of),
    Row("lastIndexOf", "string.(string) int", last_index_of),
    Row("lastIndexOf", "string.(string, int) int", last_index_of),
    Row("join", "list(string).() string", join),
    Row("join", "list(string).(string) string", join),
    Row("lowerAscii", "string.() string", lower_ascii),
    Row("upperAscii", "string.() string", upper_ascii),
    Row("replace", "string.(string, string) string", replace),
    Row("replace", "string.(string, string, int) string", replace),
    Row("split", "string.(string) list(string)", split),
    Row("split", "string.(string, int) list(string)", split),
    Row("strings.quote", "(string) string", quote),
    Row("substring", "string.(int) string", substring),
    Row("substring", "string.(int, int) string", substring),
    Row("trim", "string.() string", trim),
];

/// The text of an argument.
pub fn text(args: &[CelValue], at: usize) -> Result<&str, Failure> {
    args.get(at).and_then(|arg| arg.data.as_str()).ok_or_else(no_overload)
}

/// The whole number of an argument; `None` where there is no such argument.
pub fn number(args: &[CelValue], at: usize) -> Result<Option<i64>, Failure> {
    match args.get(at).map(|arg| &arg.data) {
        None => Ok(None),
        Some(Int(value)) => Ok(Some(*value)),
        Some(_) => Err(no_overload()),
    }
}

fn size(args: &[CelValue]) -> Answer {
    let size = match args.first().map(|arg| &arg.data) {
        Some(String(text)) => text.chars().count(),
        Some(Bytes(bytes)) => bytes.len(),
        Some(List(list)) => list.len(),
        Some(Map(map)) if map.open().is_some() => return Err(Failure::Undecided),
        Some(Map(map)) => map.len(),
        _ => return Err(no_overload()),
    };
    Int(size as i64).into()
}

fn contains(args: &[CelValue]) -> Answer {
    Bool(text(args, 0)?.contains(text(args, 1)?)).into()
}

fn starts_with(args: &[CelValue]) -> Answer {
    Bool(text(args, 0)?.starts_with(text(args, 1)?)).into()
}

fn ends_with(args: &[CelValue]) -> Answer {
    Bool(text(args, 0)?.ends_with(text(args, 1)?)).into()
}

fn out_of_range(at: i64) -> Failure {
    format!("index out of range: {at}").into()
}

/// The byte at which a character begins, by its number; the end of the text has one too.
fn offset(text: &str, at: i64) -> Result<usize, Failure> {
    let number = usize::try_from(at).map_err(|_| out_of_range(at))?;
    let mut offsets = text.char_indices().map(|(offset, _)| offset).chain([text.len()]);
    offsets.nth(number).ok_or_else(|| out_of_range(at))
}

/// The number of the character that begins at a byte.
fn position(text: &str, offset: Option<usize>) -> CelData {
    let count = |offset: usize| text.get(..offset).map_or(0, |before| before.chars().count()) as i64;
    Int(offset.map_or(-1, count))
}

fn char_at(args: &[CelValue]) -> Answer {
    let text = text(args, 0)?;
    let at = offset(text, number(args, 1)?.unwrap_or_default())?;
    let found = text.get(at..).and_then(|rest| rest.chars().next());
    CelData::string(found.map(std::string::String::from).unwrap_or_default()).into()
}

fn index_of(args: &[CelValue]) -> Answer {
    let (text, part) = (text(args, 0)?, text(args, 1)?);
    let from = number(args, 2)?.unwrap_or_default();
    if from < 0 {
        return Err(out_of_range(from));
    }
    let Ok(start) = offset(text, from) else { return Int(-1).into() };
    if part.is_empty() {
        return Int(from).into();
    }
    let found = text.get(start..).and_then(|rest| rest.find(part)).map(|at| start + at);
    position(text, found).into()
}

fn last_index_of(args: &[CelValue]) -> Answer {
    let (text, part) = (text(args, 0)?, text(args, 1)?);
    let Some(last) = number(args, 2)? else {
        return position(text, text.rfind(part)).into();
    };
    if last < 0 {
        return Err(out_of_range(last));
    }
    let Ok(begin) = offset(text, last) else { return Int(-1).into() };
    let end = (begin + part.len()).min(text.len());
    let found = text.get(..end).and_then(|text| text.rfind(part));
    position(text, found).into()
}

fn join(args: &[CelValue]) -> Answer {
    let Some(List(list)) = args.first().map(|arg| &arg.data) else { return Err(no_overload()) };
    let separator = if args.len() > 1 { text(args, 1)? } else { "" };
    let mut out = std::string::String::new();
    for (at, item) in list.iter().enumerate() {
        out.push_str(if at == 0 { "" } else { separator });
        match &item.data {
            String(text) => out.push_str(text),
            CelData::Unknown(_) => return Err(Failure::Undecided),
            other => return Err(format!("join: invalid input: {}", super::super::text::plain(other)).into()),
        }
    }
    CelData::string(out).into()
}

fn lower_ascii(args: &[CelValue]) -> Answer {
    CelData::string(text(args, 0)?.to_ascii_lowercase()).into()
}

fn upper_ascii(args: &[CelValue]) -> Answer {
    CelData::string(text(args, 0)?.to_ascii_uppercase()).into()
}

fn replace(args: &[CelValue]) -> Answer {
    let (text, old, new) = (text(args, 0)?, text(args, 1)?, text(args, 2)?);
    let count = number(args, 3)?.filter(|count| *count >= 0);
    CelData::string(match count {
        Some(count) => text.replacen(old, new, usize::try_from(count).unwrap_or(usize::MAX)),
        None => text.replace(old, new),
    })
    .into()
}

fn split(args: &[CelValue]) -> Answer {
    let (text, separator) = (text(args, 0)?, text(args, 1)?);
    let most = match number(args, 2)? {
        Some(count) if count >= 0 => usize::try_from(count).unwrap_or(usize::MAX),
        _ => usize::MAX,
    };
    let parts: Vec<&str> =
        if separator.is_empty() { characters(text, most) } else { text.splitn(most, separator).collect() };
    CelData::list(parts.into_iter().map(CelData::string)).into()
}

/// At most so many characters of a text, the last part with all that is left.
fn characters(text: &str, most: usize) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some(next) = rest.chars().next().filter(|_| parts.len() < most) {
        let length = if parts.len() + 1 == most { rest.len() } else { next.len_utf8() };
        let (part, after) = rest.split_at(length);
        parts.push(part);
        rest = after;
    }
    parts
}

fn quote(args: &[CelValue]) -> Answer {
    let mut out = std::string::String::from("\"");
    for next in text(args, 0)?.chars() {
        match next {
            '\u{7}' => out.push_str("\\a"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{b}' => out.push_str("\\v"),
            '\\' => out.push_str("\\\\"),
            '"' => out.push_str("\\\""),
            _ => {
                let _ = write!(out, "{next}");
            }
        }
    }
    out.push('"');
    CelData::string(out).into()
}

fn substring(args: &[CelValue]) -> Answer {
    let text = text(args, 0)?;
    let first = number(args, 1)?.unwrap_or_default();
    let last = number(args, 2)?;
    let start = offset(text, first)?;
    let end = last.map_or(Ok(text.len()), |last| offset(text, last))?;
    if let Some(last) = last.filter(|last| first > *last) {
        return Err(format!("invalid substring range. start: {first}, end: {last}").into());
    }
    CelData::string(text.get(start..end).unwrap_or_default()).into()
}

fn trim(args: &[CelValue]) -> Answer {
    CelData::string(text(args, 0)?.trim()).into()
}
