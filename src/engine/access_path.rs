//! A value that a policy read, and how: the path from the resource, and the last place on it that stands in the block
//! that is judged.
//!
//! Knows resources and values. Why the value was read is for the trace to say.

use super::identity::naming;
use crate::model::{Data, HopKind, Origin, Resource, Step, Value};
use crate::source::Span;
use std::fmt::Write as _;

/// The access to a value. Each step leads on to an attribute or an element.
#[derive(Clone, Debug)]
pub struct AccessPath {
    /// What was read; null when it is absent.
    pub value: Value,
    /// `ingress[0].cidr_blocks`
    pub path: String,
    /// The same with elements by what names them, which edits elsewhere leave alone: `ingress[22,22,tcp].cidr_blocks`
    pub stable: String,
    /// Whether nothing is written there.
    pub absent: bool,
    /// The last value on the way that stands in the judged block.
    inside: Option<Origin>,
    /// The header of the innermost block on the way that stands in the judged block.
    header: Span,
    /// What is judged: places in it count.
    block: Span,
}

impl AccessPath {
    /// The attributes of a resource, whole. `judged` is the resource that the policy judges.
    pub fn of_resource(resource: &Resource, judged: &Resource) -> Self {
        let within = judged.block.contains(resource.block);
        Self {
            value: resource.attrs.clone(),
            path: String::new(),
            stable: String::new(),
            absent: false,
            inside: None,
            header: if within || resource.block.contains(judged.block) { resource.header } else { judged.header },
            block: if resource.block.contains(judged.block) { resource.block } else { judged.block },
        }
    }

    /// A field of `meta` of the resource `judged`, that stands in the resource `around` it.
    pub fn of_meta(field: &str, judged: &Resource, around: &Resource) -> Self {
        let block = if around.block.contains(judged.block) { around.block } else { judged.block };
        let whole = Self {
            value: judged.meta.clone(),
            path: "metadata".into(),
            stable: "metadata".into(),
            absent: false,
            inside: None,
            header: judged.header,
            block,
        };
        whole.step(&Step::Key(field.into()))
    }

    /// A value that was computed rather than read step by step.
    pub fn of_value(value: &Value, judged: &Resource) -> Self {
        let inside = is_part_of(judged.block, value).then(|| value.origin.clone());
        let mut access = Self {
            absent: value.is_null(),
            value: value.clone(),
            path: String::new(),
            stable: String::new(),
            inside,
            header: judged.header,
            block: judged.block,
        };
        access.note_header(value);
        access
    }

    /// A value that the policy points at, wherever it stands: in another resource, too. What is null stands where it
    /// should have been.
    pub fn pointed_at(value: &Value, judged: &Resource) -> Self {
        let mut access = Self::of_value(value, judged);
        if access.inside.is_none() {
            access.block = value.origin.span;
            access.inside = Some(value.origin.clone());
        }
        Self { absent: false, ..access }.own_block()
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
        root.clone_into(&mut self.stable);
        self.note_step(step, Some(self.value.clone()).as_ref());
        self.path = format!("{from}{step}");
        self
    }

    /// The same with another stable path.
    #[must_use]
    pub fn known_as(self, stable: String) -> Self {
        Self { stable, ..self }
    }

    fn note_step(&mut self, step: &Step, arrived: Option<&Value>) {
        match step {
            Step::Key(key) if self.path.is_empty() && self.stable.is_empty() => {
                self.path.push_str(key);
                self.stable.push_str(key);
            }
            step => {
                let _ = write!(self.path, "{step}");
                let _ = match step {
                    Step::Key(_) => write!(self.stable, "{step}"),
                    Step::Index(_) | Step::EachKey | Step::At(_) => {
                        write!(self.stable, "[{}]", arrived.map(naming).unwrap_or_default())
                    }
                };
            }
        }
    }

    /// Goes on to an attribute or element.
    #[must_use]
    pub fn step(mut self, step: &Step) -> Self {
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
        if is_part_of(self.block, &value) {
            self.inside = Some(value.origin.clone());
            self.note_header(&value);
            // The parts of what an override file says stand there, too.
            if value.origin.via.as_deref().is_some_and(|hop| matches!(hop.kind, HopKind::Override(_))) {
                self.block = value.origin.span;
            }
        }
        // What is part of a secret is one.
        let sensitive = value.sensitive || self.value.sensitive;
        self.value = Value { sensitive, ..value };
        self
    }

    fn note_header(&mut self, value: &Value) {
        let header = value.as_mapping().and_then(|mapping| mapping.header);
        let counts = |header: &Span| self.block.contains(*header) || value.origin.is_overlaid();
        if let Some(header) = header.filter(counts) {
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

/// Whether a value stands in the block that is judged. What an overlay wrote into it counts as a part of it, wherever
/// the overlay is.
fn is_part_of(block: Span, value: &Value) -> bool {
    block.contains(value.origin.span) || value.origin.is_overlaid()
}
