//! A value that a policy read, and the way it was read: the path, and the last place on it that
//! lies in the block that is judged.

use super::identity::naming;
use crate::model::{Data, Origin, Resource, Step, Text, Value};
use crate::source::Span;
use std::fmt::Write as _;

/// A read in progress: each step narrows it.
#[derive(Clone, Debug)]
pub struct Reading {
    /// What was read; null when it is absent.
    pub value: Value,
    /// `ingress[0].cidr_blocks`
    pub path: String,
    /// The same as far as it lasts, elements by what names them: `ingress[22,22,tcp].cidr_blocks`
    pub lasting: String,
    /// Whether nothing is written there.
    pub absent: bool,
    /// The last value on the way that stands in the judged block.
    inside: Option<Origin>,
    /// The header of the innermost block on the way that stands in the judged block.
    header: Span,
    /// What is judged: places in it count.
    block: Span,
    /// How the attributes of an object were read that the policy put together.
    parts: Vec<(Text, Self)>,
}

impl Reading {
    /// The attributes of a resource, whole. `judged` is the resource that the policy judges.
    pub fn of_resource(resource: &Resource, judged: &Resource) -> Self {
        let within = judged.block.contains(resource.block);
        Self {
            value: resource.attrs.clone(),
            path: String::new(),
            lasting: String::new(),
            absent: false,
            inside: None,
            header: if within || resource.block.contains(judged.block) { resource.header } else { judged.header },
            block: if resource.block.contains(judged.block) { resource.block } else { judged.block },
            parts: Vec::new(),
        }
    }

    /// A field of `meta` of the resource `judged`, that stands in the resource `around` it.
    pub fn of_meta(field: &str, judged: &Resource, around: &Resource) -> Self {
        let block = if around.block.contains(judged.block) { around.block } else { judged.block };
        let whole = Self {
            value: judged.meta.clone(),
            path: "metadata".into(),
            lasting: "metadata".into(),
            absent: false,
            inside: None,
            header: judged.header,
            block,
            parts: Vec::new(),
        };
        whole.step(&Step::Key(field.into()))
    }

    /// A value that was computed rather than read step by step.
    pub fn of_value(value: &Value, judged: &Resource) -> Self {
        let inside = judged.block.contains(value.origin.span).then(|| value.origin.clone());
        let mut reading = Self {
            absent: value.is_null(),
            value: value.clone(),
            path: String::new(),
            lasting: String::new(),
            inside,
            header: judged.header,
            block: judged.block,
            parts: Vec::new(),
        };
        reading.note_header(value);
        reading
    }

    /// A value that the policy points at, wherever it stands: in another resource, too. What is null stands where it
    /// should have been.
    pub fn pointed_at(value: &Value, judged: &Resource) -> Self {
        let mut reading = Self::of_value(value, judged);
        if reading.inside.is_none() {
            reading.block = value.origin.span;
            reading.inside = Some(value.origin.clone());
        }
        Self { absent: false, ..reading }.own_block()
    }

    /// A statement of a policy document: a block of its own, wherever it is written. What stands for the
    /// resource as a whole is written at its header, and its block is the resource's.
    pub fn own_block(mut self) -> Self {
        if let Some(mapping) = self.value.as_mapping().filter(|_| self.value.origin.span != self.header) {
            self.block = self.value.origin.span;
            self.header = mapping.header.unwrap_or(self.value.origin.span);
            self.inside = Some(self.value.origin.clone());
        }
        self
    }

    /// An element of what was computed from an attribute: named after that attribute, whatever the computation read
    /// in it on the way.
    #[must_use]
    pub fn element_of(mut self, from: &str, step: &Step) -> Self {
        let root = from.split(['.', '[']).next().unwrap_or_default();
        root.clone_into(&mut self.lasting);
        self.note_step(step, Some(self.value.clone()).as_ref());
        self.path = format!("{from}{step}");
        self
    }

    /// The same, known by another path as far as that lasts.
    #[must_use]
    pub fn known_as(self, lasting: String) -> Self {
        Self { lasting, ..self }
    }

    /// An object that was put together of what was read so.
    #[must_use]
    pub fn built_of(self, parts: Vec<(Text, Self)>) -> Self {
        Self { parts, ..self }
    }

    fn note_step(&mut self, step: &Step, arrived: Option<&Value>) {
        match step {
            Step::Key(key) if self.path.is_empty() && self.lasting.is_empty() => {
                self.path.push_str(key);
                self.lasting.push_str(key);
            }
            step => {
                let _ = write!(self.path, "{step}");
                let _ = match step {
                    Step::Key(_) => write!(self.lasting, "{step}"),
                    Step::Index(_) => write!(self.lasting, "[{}]", arrived.map(naming).unwrap_or_default()),
                };
            }
        }
    }

    /// Goes on to an attribute or element.
    #[must_use]
    pub fn step(mut self, step: &Step) -> Self {
        let part = |(name, _): &(Text, Self)| matches!(step, Step::Key(key) if key == name);
        if let Some(at) = self.parts.iter().position(part) {
            return self.parts.swap_remove(at).1;
        }
        self.parts.clear();
        let next = match (&self.value.data, step) {
            (Data::Mapping(mapping), Step::Key(key)) => mapping.get(key).cloned(),
            (Data::Mapping(mapping), Step::Index(index)) => mapping.get(&index.to_string()).cloned(),
            (Data::Sequence(sequence), Step::Index(index)) => {
                usize::try_from(*index).ok().and_then(|at| sequence.items.get(at)).cloned()
            }
            (Data::Unknown(_), _) => {
                self.note_step(step, None);
                return self;
            }
            _ => None,
        };
        self.note_step(step, next.as_ref());
        let Some(value) = next else {
            self.absent = true;
            self.value = Value::null(self.header);
            return self;
        };
        self.arrive(value)
    }

    fn arrive(mut self, value: Value) -> Self {
        if self.block.contains(value.origin.span) {
            self.inside = Some(value.origin.clone());
            self.note_header(&value);
        }
        // What is part of a secret is one.
        let sensitive = value.sensitive || self.value.sensitive;
        self.value = Value { sensitive, ..value };
        self
    }

    fn note_header(&mut self, value: &Value) {
        let header = value.as_mapping().and_then(|mapping| mapping.header);
        if let Some(header) = header.filter(|header| self.block.contains(*header)) {
            self.header = header;
        }
    }

    /// The place of a finding about what was read, in the judged block.
    pub fn place(&self) -> Span {
        let announced = match &self.value.data {
            Data::Mapping(mapping) => mapping.header,
            Data::Sequence(sequence) => sequence.header,
            _ => None,
        };
        match &self.inside {
            _ if self.absent => self.header,
            Some(origin) if origin.span == self.value.origin.span => announced.unwrap_or(origin.span),
            Some(origin) => origin.span,
            None => self.header,
        }
    }

    /// The value's way from that place: its own, or first that of the attribute it was read through.
    pub fn way(&self) -> Vec<Origin> {
        match &self.inside {
            _ if self.absent => Vec::new(),
            Some(inside) if inside.span == self.value.origin.span => vec![inside.clone()],
            Some(inside) => vec![inside.clone(), self.value.origin.clone()],
            None if self.value.origin.span == self.header => Vec::new(),
            None => vec![self.value.origin.clone()],
        }
    }

    /// Whether something is written there.
    pub fn is_present(&self) -> bool {
        !self.absent && !self.value.is_null() && self.inside.is_some()
    }
}
