//! Reads YAML as `yamldecode` does: one document, mappings to objects and sequences to tuples.
//!
//! Scalars follow Terraform's mix of YAML versions: `yes`, `no`, `on`, `off`, `y`, `n` are bools, `017` is
//! seventeen, `0o17` fifteen, `1_000` a string, and a plain date becomes a timestamp. A scalar with
//! an unknown piece is unknown, or partly known.

use super::datetime_text::{Reader, Timestamp};
use crate::expr::decoding::EncodedText;
use crate::expr::{convert, normalized};
use crate::model::{Data, Number, Text, Type, Value};
use crate::syntax::yaml::events::{EventKind, Fault, Parser, Properties, Style, forbidden_character};
use crate::syntax::yaml::{DEPTH_LIMIT, NODE_LIMIT};
use std::collections::HashMap;
use std::ops::Range;

/// What tags of the YAML specification begin with.
const TAG_PREFIX: &str = "tag:yaml.org,2002:";

/// What was read.
#[derive(Clone)]
pub struct Decoded {
    /// The value.
    pub value: Value,
    /// How many values it holds, itself included; one that several aliases stand for counts every time.
    pub nodes: usize,
}

/// Reads the only document of a text.
pub fn decode(encoded: &EncodedText<'_>) -> Result<Decoded, String> {
    let source = encoded.text.text();
    let is_content = |line: &str| !line.trim().is_empty() && !line.trim_start().starts_with('#');
    if !source.lines().any(is_content) {
        return Err("The text holds no YAML document.".into());
    }
    let line = |at: usize| source.get(..at).unwrap_or_default().matches('\n').count() + 1;
    let syntax_error = |fault: Fault| format!("Line {} is not YAML: {}.", line(fault.range.start), fault.message);
    if let Some(fault) = forbidden_character(source) {
        return Err(syntax_error(fault));
    }
    let mut parser = Parser::new(source);
    let mut composer = Composer { encoded, open: Vec::new(), anchors: HashMap::new(), root: None };
    loop {
        let event = parser.next().map_err(syntax_error)?;
        if !matches!(event.kind, EventKind::End) {
            let at = event.range.start;
            composer.take(event.kind, event.range).map_err(|message| format!("Line {}: {message}", line(at)))?;
            continue;
        }
        let after = source.get(event.range.start..).unwrap_or_default();
        if after.trim_start().trim_start_matches("...").lines().any(is_content) {
            return Err(format!(
                "Line {}: yamldecode() reads one document, and this is a second.",
                line(event.range.start)
            ));
        }
        return composer.root.ok_or_else(|| "The text holds no YAML document.".into());
    }
}

/// A collection that is not closed yet.
struct Open {
    /// First byte in the text.
    start: usize,
    anchor: Option<String>,
    /// Nodes in it so far.
    nodes: usize,
    content: Content,
}

enum Content {
    Sequence(Vec<Value>),
    Mapping { entries: Vec<(Text, Value)>, key: Option<Key> },
}

/// A key whose value is next.
enum Key {
    Name(Text),
    Merge,
}

struct Composer<'a> {
    encoded: &'a EncodedText<'a>,
    open: Vec<Open>,
    /// What anchors stand for; nothing while that is not closed.
    anchors: HashMap<String, Option<Decoded>>,
    root: Option<Decoded>,
}

impl Composer<'_> {
    fn take(&mut self, event: EventKind<'_>, range: Range<usize>) -> Result<(), String> {
        match event {
            EventKind::Scalar(source, style, properties) => self.scalar(&source, style, &properties, range),
            EventKind::SequenceStart(_, properties) => {
                self.begin(&properties, "seq", range.start, Content::Sequence(Vec::new()))
            }
            EventKind::MappingStart(_, properties) => {
                self.begin(&properties, "map", range.start, Content::Mapping { entries: Vec::new(), key: None })
            }
            EventKind::SequenceEnd | EventKind::MappingEnd => self.end(range.end),
            EventKind::Alias(name) => {
                let target = self.anchors.get(name).ok_or_else(|| format!("There is no anchor `&{name}` above."))?;
                let target = target.as_ref().ok_or_else(|| format!("`*{name}` stands for what it is a part of."))?;
                let copy = target.clone();
                if self.expects_key() {
                    return Err("A key must be a string, not an alias.".into());
                }
                self.place(copy)
            }
            EventKind::End => Ok(()),
        }
    }

    fn expects_key(&self) -> bool {
        matches!(self.open.last(), Some(Open { content: Content::Mapping { key: None, .. }, .. }))
    }

    fn scalar(
        &mut self,
        source: &str,
        style: Style,
        properties: &Properties<'_>,
        range: Range<usize>,
    ) -> Result<(), String> {
        let is_quoted = style == Style::Quoted;
        let tag = properties.tag.as_deref();
        let is_merge = source == "<<" && !is_quoted && tag.is_none_or(|tag| tag == "tag:yaml.org,2002:merge");
        if is_merge && !self.expects_key() {
            return Err("`<<` is a key that merges a mapping, and no value.".into());
        }
        let value = if is_merge {
            Value::bool(true, self.encoded.origin(range.clone()).span)
        } else if self.encoded.is_known(range.clone()) {
            let origin = self.encoded.origin(range);
            Value::new(resolve(source, is_quoted, tag)?, origin.span).with_origin(origin)
        } else if self.expects_key() {
            return Err("A key is not known.".into());
        } else {
            self.encoded.unknown(range)
        };
        if let Some(Open { content: Content::Mapping { key: key @ None, .. }, .. }) = self.open.last_mut() {
            *key = Some(if is_merge {
                Key::Merge
            } else {
                Key::Name(convert::to_text(&value).ok_or("A key must not be null.")?)
            });
            return Ok(());
        }
        let node = Decoded { value, nodes: 1 };
        self.anchor(properties.anchor, &node);
        self.place(node)
    }

    fn begin(&mut self, properties: &Properties<'_>, kind: &str, start: usize, content: Content) -> Result<(), String> {
        if self.expects_key() {
            return Err("A key must be a string, not a collection.".into());
        }
        if properties.tag.as_deref().is_some_and(|tag| tag.strip_prefix(TAG_PREFIX) != Some(kind)) {
            return Err("The tag of the collection is not supported; remove it.".into());
        }
        if self.open.len() >= DEPTH_LIMIT {
            return Err(format!("Collections are nested more than {DEPTH_LIMIT} deep."));
        }
        let anchor = properties.anchor.map(str::to_owned);
        if let Some(name) = &anchor {
            self.anchors.insert(name.clone(), None);
        }
        self.open.push(Open { start, anchor, nodes: 1, content });
        Ok(())
    }

    fn end(&mut self, end: usize) -> Result<(), String> {
        let Some(open) = self.open.pop() else { return Ok(()) };
        let origin = self.encoded.origin(open.start..end.max(open.start));
        let value = match open.content {
            Content::Sequence(items) => Value::tuple(items, origin.span),
            Content::Mapping { entries, .. } => Value::object(entries, origin.span),
        };
        let value = value.with_origin(origin);
        let node = Decoded { value, nodes: open.nodes };
        self.anchor(open.anchor.as_deref(), &node);
        self.place(node)
    }

    fn anchor(&mut self, name: Option<&str>, node: &Decoded) {
        if let Some(name) = name {
            self.anchors.insert(name.to_owned(), Some(node.clone()));
        }
    }

    /// Puts a complete value where it belongs.
    fn place(&mut self, node: Decoded) -> Result<(), String> {
        let Some(parent) = self.open.last_mut() else {
            self.root = Some(node);
            return Ok(());
        };
        parent.nodes = parent.nodes.saturating_add(node.nodes);
        if parent.nodes > NODE_LIMIT {
            return Err(format!("The document has more than {NODE_LIMIT} nodes, counting what its aliases stand for."));
        }
        match &mut parent.content {
            Content::Sequence(items) => items.push(node.value),
            Content::Mapping { entries, key } => match key.take() {
                Some(Key::Name(name)) => entries.push((name, node.value)),
                // A sequence of mappings is merged by OpenTofu since 1.12, and an error for Terraform. Of a key that
                // several have, the first mapping's counts.
                Some(Key::Merge) => {
                    let merged = node.value.as_items().unwrap_or(std::slice::from_ref(&node.value));
                    for merged in merged.iter().rev() {
                        let mapping = merged.as_mapping().ok_or("Only mappings can be merged with `<<`.")?;
                        entries.extend(mapping.entries.iter().cloned());
                    }
                }
                None => return Err("A key must be a string.".into()),
            },
        }
        Ok(())
    }
}

/// What a scalar means. Block scalars are not quoted: `|-` and a number is a number.
fn resolve(source: &str, is_quoted: bool, tag: Option<&str>) -> Result<Data, String> {
    let string = || Data::String(normalized(source));
    let tag = match tag {
        None | Some("!") => "",
        Some(tag) => {
            tag.strip_prefix(TAG_PREFIX).ok_or_else(|| format!("The tag `{tag}` is not supported; remove it."))?
        }
    };
    let failed = || format!("`{source}` is no {tag}.");
    let may_be_special = source
        .bytes()
        .next()
        .is_none_or(|first| matches!(first, b'+' | b'-' | b'.' | b'~' | b'0'..=b'9') || b"yYnNtTfFoO".contains(&first));
    let mut kind = tag;
    if may_be_special && !matches!(tag, "str" | "binary") {
        if is_quoted {
            return Ok(string());
        }
        if let Some(data) = word(source) {
            return Ok(data);
        }
        match source {
            ".nan" | ".NaN" | ".NAN" if tag.is_empty() => {
                return Err("Terraform has no number that is not a number.".into());
            }
            _ => {}
        }
        if let Some(time) = timestamp(source).filter(|_| matches!(tag, "" | "timestamp")) {
            return Ok(Data::String(time.to_rfc3339().into()));
        }
        if number(source).is_some() {
            kind = "float";
        }
    }
    match kind {
        "str" | "" => Ok(string()),
        "binary" => super::base64::decode_bytes(source).map(|_| string()).ok_or_else(failed),
        "int" | "float" => number(source).map(Data::Number).ok_or_else(failed),
        "null" => Ok(Data::Null(Type::Dynamic)),
        "bool" | "timestamp" => Err(failed()),
        _ => Err(format!("The tag `!!{tag}` is not supported; remove it.")),
    }
}

/// Bools, null and infinities.
fn word(source: &str) -> Option<Data> {
    Some(match source {
        "y" | "Y" | "yes" | "Yes" | "YES" | "true" | "True" | "TRUE" | "on" | "On" | "ON" => Data::Bool(true),
        "n" | "N" | "no" | "No" | "NO" | "false" | "False" | "FALSE" | "off" | "Off" | "OFF" => Data::Bool(false),
        "" | "~" | "null" | "Null" | "NULL" => Data::Null(Type::Dynamic),
        ".inf" | ".Inf" | ".INF" | "+.inf" | "+.Inf" | "+.INF" => Data::Number(Number::infinity()),
        "-.inf" | "-.Inf" | "-.INF" => Data::Number(Number::negative_infinity()),
        _ => return None,
    })
}

/// Decimal, `0o` octal or `0x` hexadecimal.
fn number(source: &str) -> Option<Number> {
    let digits = source.strip_prefix(['-', '+']).unwrap_or(source);
    for (prefix, base) in [("0o", 8), ("0x", 16)] {
        if let Some(digits) = digits.strip_prefix(prefix) {
            let magnitude = Number::parse_integer(digits, base).filter(|_| !digits.starts_with(['-', '+']))?;
            return Some(if source.starts_with('-') { magnitude.negated() } else { magnitude });
        }
    }
    let begins_well = digits.starts_with(|first: char| first.is_ascii_digit() || first == '.');
    Number::parse(source).filter(|_| begins_well)
}

/// The subset of YAML's timestamps that Go's `time` can read: month, day and time with one or two digits.
fn timestamp(source: &str) -> Option<Timestamp> {
    let mut rest = Reader(source);
    let year = rest.digits(4)?;
    rest.literal('-')?;
    let month = rest.digits_between(1, 2)?;
    rest.literal('-')?;
    let date = Timestamp::date(year, month, rest.digits_between(1, 2)?)?;
    if rest.0.is_empty() {
        return Some(date);
    }
    let has_zone = rest.literal('T').or_else(|| rest.literal('t')).is_some();
    if !has_zone {
        rest.literal(' ')?;
    }
    let hour = rest.digits_between(1, 2).filter(|hour| *hour < 24)?;
    rest.literal(':')?;
    let minute = rest.digits_between(1, 2).filter(|minute| *minute < 60)?;
    rest.literal(':')?;
    let second = rest.digits_between(1, 2).filter(|second| *second < 60)?;
    let nanoseconds = rest.fraction()?;
    let offset = if has_zone { rest.offset()? } else { 0 };
    rest.0.is_empty().then(|| date.at(hour * 3600 + minute * 60 + second, nanoseconds, offset))
}
