//! Which objects a patch or a replacement is for.

use super::configuration::kind_fields;
use super::decode::{Fields, Located};
use super::identity::{GroupVersionKind, Identity};
use super::object::{Object, Objects};
use crate::model::{Text, Value};
use crate::source::{Problem, Span};
use regex::Regex;

/// A selector: kinds, names and namespaces as whole regular expressions, labels and annotations.
#[derive(Clone, Debug)]
pub struct Selector {
    group: Pattern,
    version: Pattern,
    kind: Pattern,
    name: Pattern,
    namespace: Pattern,
    labels: Vec<Requirement>,
    annotations: Vec<Requirement>,
    /// Its place.
    pub span: Span,
    /// What it names when it is taken word for word.
    pub exact: Identity,
}

/// A part of a selector; an empty one fits everything.
#[derive(Clone, Debug)]
struct Pattern(Option<Regex>);

/// One condition on labels or annotations.
#[derive(Clone, Debug)]
struct Requirement {
    key: Text,
    operator: Operator,
    values: Vec<Text>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Operator {
    In,
    NotIn,
    Exists,
    Absent,
    Greater,
    Less,
}

impl Selector {
    /// Reads a `target`, `select` or `reject`.
    pub fn decode(value: &Value, problems: &mut Vec<Problem>) -> Option<Self> {
        let mut fields = Fields::of(value, "a selector", problems)?;
        let selector = Self::read(&mut fields, value.origin.span);
        fields.finish();
        selector
    }

    /// Reads its fields from among others.
    pub fn read(fields: &mut Fields<'_, '_>, span: Span) -> Option<Self> {
        let gvk = kind_fields(fields);
        let name = fields.text("name");
        let namespace = fields.text("namespace");
        let labels = requirements(fields.text("labelSelector"), fields.problems);
        let annotations = requirements(fields.text("annotationSelector"), fields.problems);
        let text = |located: &Option<Located>| located.as_ref().map(|located| located.text.clone()).unwrap_or_default();
        let exact = Identity { gvk, name: text(&name), namespace: text(&namespace) };
        let mut pattern = |text: &Text| {
            let pattern = Pattern::new(text);
            if pattern.is_none() {
                let message = format!("`{text}` is no regular expression; correct it or escape its special characters");
                fields.problems.push(Problem::error(span, message));
            }
            pattern
        };
        Some(Self {
            group: pattern(&exact.gvk.group)?,
            version: pattern(&exact.gvk.version)?,
            kind: pattern(&exact.gvk.kind)?,
            name: pattern(&exact.name)?,
            namespace: pattern(&exact.namespace)?,
            labels: labels?,
            annotations: annotations?,
            span,
            exact,
        })
    }

    /// Reads a selector to be taken word for word.
    pub fn decode_exactly(value: &Value, problems: &mut Vec<Problem>) -> Option<Self> {
        let mut fields = Fields::of(value, "a selector", problems)?;
        let selector = Self::read_exactly(&mut fields, value.origin.span);
        fields.finish();
        selector
    }

    /// Reads its fields from among others, to be taken word for word.
    pub fn read_exactly(fields: &mut Fields<'_, '_>, span: Span) -> Option<Self> {
        let labels = requirements(fields.text("labelSelector"), fields.problems)?;
        let annotations = requirements(fields.text("annotationSelector"), fields.problems)?;
        let gvk = kind_fields(fields);
        let mut part = |name| fields.text(name).map(|located| located.text).unwrap_or_default();
        let exact = Identity { gvk, name: part("name"), namespace: part("namespace") };
        let any = || Pattern(None);
        let (group, version, kind, name, namespace) = (any(), any(), any(), any(), any());
        Some(Self { group, version, kind, name, namespace, labels, annotations, span, exact })
    }

    /// Whether it selects the object, by what it is called now or was called first.
    pub fn selects(&self, object: &Object) -> bool {
        let (now, first) = (object.identity(), object.original());
        let namespaces = [now.effective_namespace(), first.effective_namespace()];
        namespaces.iter().any(|namespace| self.namespace.fits(namespace))
            && (self.name.fits(&now.name) || self.name.fits(&first.name))
            && self.selects_kind(&now.gvk)
            && self.selects_metadata(&object.value)
    }

    /// Whether it selects, word for word, the object by one of the names that it has or had.
    pub fn selects_exactly(&self, object: &Object) -> bool {
        let wanted = &self.exact;
        let fits = |identity: &Identity| {
            identity.gvk.is_selected_by(&wanted.gvk)
                && (wanted.name.is_empty() || wanted.name == identity.name)
                && (wanted.namespace.is_empty() || wanted.namespace == identity.effective_namespace())
        };
        (fits(&object.identity()) || object.previous.iter().any(fits)) && self.selects_metadata(&object.value)
    }

    fn selects_kind(&self, gvk: &GroupVersionKind) -> bool {
        self.group.fits(&gvk.group) && self.version.fits(&gvk.version) && self.kind.fits(&gvk.kind)
    }

    /// Whether the labels and annotations of an object fit.
    pub fn selects_metadata(&self, object: &Value) -> bool {
        let fit = |requirements: &[Requirement], name| {
            let pairs = object.get("metadata").and_then(|metadata| metadata.get(name));
            requirements.iter().all(|requirement| {
                requirement.fits(pairs.and_then(|pairs| pairs.get(&requirement.key)).map(super::identity::scalar_text))
            })
        };
        fit(&self.labels, "labels") && fit(&self.annotations, "annotations")
    }

    /// The places in the list of the objects that it selects.
    pub fn select(&self, objects: &Objects) -> Vec<usize> {
        let objects = objects.all().iter().enumerate();
        objects.filter(|(_, object)| self.selects(object)).map(|(index, _)| index).collect()
    }
}

impl Pattern {
    fn new(text: &str) -> Option<Self> {
        if text.is_empty() {
            return Some(Self(None));
        }
        Regex::new(&format!("^(?:{text})$")).ok().map(|regex| Self(Some(regex)))
    }

    fn fits(&self, text: &str) -> bool {
        self.0.as_ref().is_none_or(|regex| regex.is_match(text))
    }
}

impl Requirement {
    fn fits(&self, value: Option<Text>) -> bool {
        let number = |text: &Text| text.parse::<i64>().ok();
        let limit = self.values.first().and_then(number);
        match self.operator {
            Operator::In => value.is_some_and(|value| self.values.contains(&value)),
            Operator::NotIn => value.is_none_or(|value| !self.values.contains(&value)),
            Operator::Exists => value.is_some(),
            Operator::Absent => value.is_none(),
            Operator::Greater => value.as_ref().and_then(number).zip(limit).is_some_and(|(value, limit)| value > limit),
            Operator::Less => value.as_ref().and_then(number).zip(limit).is_some_and(|(value, limit)| value < limit),
        }
    }
}

/// The conditions of a selector such as `app=web,tier in (a, b),!legacy`.
fn requirements(selector: Option<Located>, problems: &mut Vec<Problem>) -> Option<Vec<Requirement>> {
    let Some(selector) = selector else { return Some(Vec::new()) };
    let text = selector.text.trim();
    let parsed = if text.is_empty() { Some(Vec::new()) } else { split_outside(text).map(requirement).collect() };
    if parsed.is_none() {
        let message = format!(
            "`{}` is no selector of labels; write `key=value`, `key in (a, b)`, `key` or `!key`",
            selector.text
        );
        let help = "Values are those of labels, in a selector of annotations too: at most 63 letters, digits, `-`, `_` and `.`.";
        problems.push(Problem::error(selector.origin.span, message).with_help(help));
    }
    parsed
}

/// Whether a text can be the value of a label. Source: Kubernetes, "Labels and Selectors", syntax and character set.
fn is_label_value(text: &str) -> bool {
    text.is_empty() || is_label_name(text)
}

/// Whether a text can be the key of a label: a name, which may have a DNS subdomain and a slash before it.
fn is_label_key(text: &str) -> bool {
    let (prefix, name) = text.split_once('/').map_or((None, text), |(prefix, name)| (Some(prefix), name));
    let is_part = |part: &str| {
        let plain = part.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
        plain && !part.is_empty() && !part.starts_with('-') && !part.ends_with('-')
    };
    is_label_name(name) && prefix.is_none_or(|prefix| prefix.len() <= 253 && prefix.split('.').all(is_part))
}

fn is_label_name(text: &str) -> bool {
    let ends = |byte: Option<u8>| byte.is_some_and(|byte| byte.is_ascii_alphanumeric());
    let plain = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte));
    plain && text.len() <= 63 && ends(text.bytes().next()) && ends(text.bytes().last())
}

/// The parts between commas that stand outside of parentheses.
fn split_outside(text: &str) -> impl Iterator<Item = &str> {
    let mut depth = 0_u32;
    text.split(move |character| {
        match character {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        character == ',' && depth == 0
    })
}

fn requirement(text: &str) -> Option<Requirement> {
    let text = text.trim();
    let make = |key: &str, operator, values: Vec<Text>| {
        let key = key.trim();
        let limits = matches!(operator, Operator::Greater | Operator::Less);
        let fits = |value: &Text| if limits { value.parse::<i64>().is_ok() } else { is_label_value(value) };
        (is_label_key(key) && values.iter().all(fits)).then(|| Requirement { key: key.into(), operator, values })
    };
    if let Some(key) = text.strip_prefix('!') {
        return make(key, Operator::Absent, Vec::new());
    }
    let one = |value: &str| vec![Text::from(value.trim())];
    if let Some((key, value)) = text.split_once("!=") {
        return make(key, Operator::NotIn, one(value));
    }
    if let Some((key, value)) = text.split_once("==").or_else(|| text.split_once('=')) {
        return make(key, Operator::In, one(value));
    }
    if let Some((key, value)) = text.split_once('>') {
        return make(key, Operator::Greater, one(value));
    }
    if let Some((key, value)) = text.split_once('<') {
        return make(key, Operator::Less, one(value));
    }
    if let Some((head, list)) = text.split_once('(') {
        let values: Vec<Text> = list.strip_suffix(')')?.split(',').map(|value| value.trim().into()).collect();
        let words: Vec<&str> = head.split_whitespace().collect();
        return match words.as_slice() {
            [key, "in"] => make(key, Operator::In, values),
            [key, "notin"] => make(key, Operator::NotIn, values),
            _ => None,
        };
    }
    make(text, Operator::Exists, Vec::new())
}
