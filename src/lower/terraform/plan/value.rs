//! Values of a plan: what `after` says, with the marks of `after_unknown` and `after_sensitive` beside it.
//!
//! Both marks mirror the value: `true` stands where something is unknown or sensitive. An unknown attribute is missing
//! in the value, and an unknown element is null there.

use super::declared::{Declared, Site, Written};
use crate::model::{Cause, Data, Mapping, Number, Step, Symbol, Text, Type, Unknown, Value, Why};
use crate::model::{Reference, Refinement};
use crate::source::{SourceId, Span};
use crate::syntax::json::{Kind, Node};
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

/// What stands at one position of a resource.
#[derive(Clone, Copy)]
pub(super) struct Position<'n> {
    /// The value, where there is one.
    pub value: Option<&'n Node>,
    /// What is unknown of it.
    pub unknown: Option<&'n Node>,
    /// What is sensitive of it.
    pub sensitive: Option<&'n Node>,
    /// What the configuration has there.
    pub written: Set<'n>,
}

/// Whether a configuration sets something.
#[derive(Clone, Copy)]
pub(super) enum Set<'n> {
    /// It is not known.
    Unclear,
    /// It does not.
    Unset,
    /// It does.
    Written(&'n Written),
}

/// A member of an object: its value, what is unknown of it, and where its name stands.
type Member<'n> = (Option<&'n Node>, Option<&'n Node>, &'n Range<usize>);

/// Makes the values of one resource.
pub(super) struct Reading<'a> {
    /// The text of the plan.
    pub source: SourceId,
    /// The resource.
    pub site: Site<'a>,
    /// What the configuration says.
    pub declared: &'a Declared,
}

impl Reading<'_> {
    /// The value at a position. `name` is where its name stands, and `path` leads to it from the resource.
    pub fn value(&self, at: Position<'_>, name: Span, path: &mut Vec<Step>) -> Value {
        let mut value = self.unmarked(at, name, path);
        value.sensitive = is_true(at.sensitive);
        value
    }

    fn unmarked(&self, at: Position<'_>, name: Span, path: &mut Vec<Step>) -> Value {
        if let Some(unknown) = at.unknown.filter(|node| is_true(Some(node))) {
            return self.unknown(at, self.span(&unknown.at), path);
        }
        let span = at.value.map_or(name, |node| self.span(&node.at));
        match at.value.map(|node| &node.kind) {
            Some(Kind::Bool(value)) => Value::bool(*value, span),
            Some(Kind::Number(digits)) => Number::parse(digits).map_or_else(
                || Value::unknown(Why::Malformed(ecow::eco_format!("the number {digits} is out of range")), span),
                |number| Value::number(number, span),
            ),
            Some(Kind::String(text)) => Value::string(text.clone(), span),
            Some(Kind::Array(items)) => self.sequence(at, items, name, path).unwrap_or_else(|| Value::null(span)),
            Some(Kind::Object(_)) => self.mapping(at, name, path),
            Some(Kind::Null | Kind::Unknown) | None => match at.unknown.map(|node| &node.kind) {
                Some(Kind::Array(marks)) if marks.iter().any(has_true) => {
                    self.sequence(at, &[], name, path).unwrap_or_else(|| Value::null(span))
                }
                Some(Kind::Object(_)) if at.unknown.is_some_and(has_true) => self.mapping(at, name, path),
                _ => Value::null(span),
            },
        }
    }

    fn sequence(&self, at: Position<'_>, items: &[Node], name: Span, path: &mut Vec<Step>) -> Option<Value> {
        let marks = at.unknown.map(Node::items).unwrap_or_default();
        let length = items.len().max(marks.iter().rposition(has_true).map_or(0, |last| last + 1));
        let sensitive = at.sensitive.map(Node::items).unwrap_or_default();
        let mut values = Vec::with_capacity(length);
        for index in 0..length {
            let position = Position {
                value: items.get(index),
                unknown: marks.get(index),
                sensitive: sensitive.get(index),
                written: at.written.item(length),
            };
            path.push(Step::Index(i64::try_from(index).ok()?));
            values.push(self.value(position, name, path));
            path.pop();
        }
        let span = at.value.map_or(name, |node| self.span(&node.at));
        Some(Value::tuple(values, span))
    }

    fn mapping(&self, at: Position<'_>, name: Span, path: &mut Vec<Step>) -> Value {
        let span = at.value.map_or(name, |node| self.span(&node.at));
        let entries = self.members(at, path);
        Value::new(Data::Mapping(Arc::new(Mapping::object(entries, Some(name)))), span)
    }

    /// The attributes of a resource: of its `value`, with what is unknown and what is sensitive of them. `set` tells what
    /// the configuration has for a name.
    pub fn attributes<'n>(
        &self,
        [value, unknown, sensitive]: [Option<&'n Node>; 3],
        set: &dyn Fn(&str) -> Set<'n>,
    ) -> Vec<(Text, Value)> {
        let at = Position { value, unknown, sensitive, written: Set::Unclear };
        self.each(at, set, &mut Vec::new())
    }

    /// The members of an object, those included that are unknown.
    fn members(&self, at: Position<'_>, path: &mut Vec<Step>) -> Vec<(Text, Value)> {
        self.each(at, &|name| at.written.member(name), path)
    }

    fn each<'n>(&self, at: Position<'n>, set: &dyn Fn(&str) -> Set<'n>, path: &mut Vec<Step>) -> Vec<(Text, Value)> {
        let mut names: BTreeMap<&Text, Member<'_>> = BTreeMap::new();
        for member in at.unknown.map(Node::members).unwrap_or_default().iter().filter(|mark| has_true(&mark.value)) {
            names.insert(&member.name, (None, Some(&member.value), &member.name_at));
        }
        for member in at.value.map(Node::members).unwrap_or_default() {
            let mark = names.get(&member.name).and_then(|(_, mark, _)| *mark);
            names.insert(&member.name, (Some(&member.value), mark, &member.name_at));
        }
        let entry = |(name, (value, unknown, name_at)): (&Text, (_, _, &Range<usize>))| {
            let sensitive = at.sensitive.and_then(|marks| marks.get(name));
            let position = Position { value, unknown, sensitive, written: set(name) };
            path.push(Step::Key(name.clone()));
            let value = self.value(position, self.span(name_at), path);
            path.pop();
            (name.clone(), value)
        };
        names.into_iter().map(entry).collect()
    }

    /// What is known only after the plan was applied.
    fn unknown(&self, at: Position<'_>, span: Span, path: &[Step]) -> Value {
        let own = Reference { address: self.site.address.clone(), path: path.to_vec() };
        let place: Text = ecow::eco_format!("{own}");
        let (why, symbol) = match at.written {
            Set::Unset => (Why::Computed(place), None),
            Set::Unclear => (Why::AfterApply(place), None),
            Set::Written(written) => (Why::AfterApply(place), self.declared.target(self.site, written, path)),
        };
        let causes = vec![Cause { why, span }];
        let symbol = symbol.map(Symbol::Reference);
        let unknown = Unknown { ty: Type::Dynamic, causes, symbol, refinement: Refinement::default() };
        Value::new(Data::Unknown(Arc::new(unknown)), span)
    }

    /// The span of bytes of the text.
    pub fn span(&self, at: &Range<usize>) -> Span {
        Span::new(self.source, at.start as u32, at.end as u32)
    }
}

impl Set<'_> {
    /// What the configuration has for a member.
    pub fn member(self, name: &str) -> Self {
        match self {
            Self::Written(Written::Block(body)) => body.get(name).map_or(Self::Unset, Self::Written),
            Self::Written(Written::Blocks(bodies)) => match bodies.as_slice() {
                [body] => body.get(name).map_or(Self::Unset, Self::Written),
                // Blocks of a set have another order in the plan: only what stands in none of them is sure.
                bodies if bodies.iter().all(|body| !body.contains_key(name)) => Self::Unset,
                _ => Self::Unclear,
            },
            // A part of what an expression gives.
            Self::Written(_) | Self::Unclear => Self::Unclear,
            Self::Unset => Self::Unset,
        }
    }

    /// What it has for an element of `length` ones. `dynamic` blocks are in no configuration of a plan: where there are
    /// more elements than blocks, some are theirs.
    fn item(self, length: usize) -> Self {
        match self {
            Self::Written(Written::Blocks(bodies)) if bodies.len() == length => self,
            Self::Written(Written::Block(_)) if length == 1 => self,
            Self::Unset => Self::Unset,
            _ => Self::Unclear,
        }
    }
}

/// A value as checks see it: what is null, empty, or left to the provider is absent, as in a configuration. Blocks stay,
/// and so do the attributes `kept` by which others know the resource.
pub(super) fn present(value: &Value, kept: &[&str]) -> Value {
    let Some(mapping) = value.as_mapping() else { return value.clone() };
    let entry = |(name, value): &(Text, Value)| {
        let is_kept = kept.contains(&name.as_str()) && value.is_unknown();
        if is_kept { Some((name.clone(), value.clone())) } else { Some((name.clone(), part(value)?)) }
    };
    let entries = mapping.entries.iter().filter_map(entry).collect();
    let mapping = Mapping { entries, ..mapping.clone() };
    Value { data: Data::Mapping(Arc::new(mapping)), ..value.clone() }
}

fn part(value: &Value) -> Option<Value> {
    if is_absent(value) {
        return None;
    }
    if !has_absent(value) {
        return Some(value.clone());
    }
    let mut value = value.clone();
    match &mut value.data {
        Data::Sequence(sequence) => {
            for item in &mut Arc::make_mut(sequence).items {
                // An element keeps its place.
                if let Some(present) = part(item) {
                    *item = present;
                }
            }
        }
        Data::Mapping(mapping) => {
            let entries = &mut Arc::make_mut(mapping).entries;
            let all = std::mem::take(entries);
            *entries = all.into_iter().filter_map(|(name, value)| Some((name, part(&value)?))).collect();
        }
        _ => {}
    }
    Some(value)
}

fn is_absent(value: &Value) -> bool {
    match &value.data {
        Data::Null(_) => true,
        Data::Sequence(sequence) => sequence.items.is_empty(),
        Data::Unknown(unknown) => unknown.causes.iter().all(|cause| matches!(cause.why, Why::Computed(_))),
        _ => false,
    }
}

fn has_absent(value: &Value) -> bool {
    match &value.data {
        Data::Sequence(sequence) => sequence.items.iter().any(has_absent),
        Data::Mapping(mapping) => mapping.entries.iter().any(|(_, value)| is_absent(value) || has_absent(value)),
        _ => false,
    }
}

pub(super) fn is_true(mark: Option<&Node>) -> bool {
    matches!(mark.map(|node| &node.kind), Some(Kind::Bool(true)))
}

/// Whether something in a mark is true.
pub(super) fn has_true(mark: &Node) -> bool {
    match &mark.kind {
        Kind::Bool(value) => *value,
        Kind::Array(items) => items.iter().any(has_true),
        Kind::Object(members) => members.iter().any(|member| has_true(&member.value)),
        _ => false,
    }
}
