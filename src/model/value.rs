//! Values.

use super::{
    Cause, KnownElements, Number, Origin, Reference, Refinement, Step, Symbol, Text, Type, TypeKind, Unknown, Why,
};
use crate::source::Span;
use std::num::NonZeroU32;
use std::sync::Arc;

/// The number of a node in the trace of an evaluation, from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TraceId(pub NonZeroU32);

/// A value, with where it came from. Cloning shares.
#[derive(Clone, Debug)]
pub struct Value {
    /// What it is.
    pub data: Data,
    /// Where it stands and came from.
    pub origin: Origin,
    /// Whether it must not be shown: derived from a sensitive variable, a Secret, a password.
    pub sensitive: bool,
    /// The node of the trace that the value is owed to, in an evaluation that keeps one; values of the model have none.
    /// A value that is passed on keeps it, and so do the parts of a value that is put together.
    pub trace: Option<TraceId>,
}

/// What a value is.
#[derive(Clone, Debug)]
pub enum Data {
    /// Null, of some type.
    Null(Type),
    /// `true` or `false`
    Bool(bool),
    /// A number.
    Number(Number),
    /// A string; Terraform's are NFC-normalised.
    String(Text),
    /// A tuple, list or set.
    Sequence(Arc<Sequence>),
    /// An object or map.
    Mapping(Arc<Mapping>),
    /// Not known.
    Unknown(Arc<Unknown>),
}

/// Elements in order. A set's are unique and in Terraform's order of sets.
#[derive(Clone, Debug)]
pub struct Sequence {
    /// Which of the three.
    pub kind: SequenceKind,
    /// The elements.
    pub items: Vec<Value>,
    /// The key that announces it, when it is a YAML list whose items stand below that: what people call its place.
    pub header: Option<Span>,
}

impl Sequence {
    /// The `items`, which nothing announces.
    pub fn new(kind: SequenceKind, items: Vec<Value>) -> Self {
        Self { kind, items, header: None }
    }
}

/// Kinds of sequences.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SequenceKind {
    /// Each element has its own type. Blocks and YAML lists are tuples.
    Tuple,
    /// All elements have one type.
    List(Type),
    /// All elements have one type; no order of their own.
    Set(Type),
}

/// Keys with values, sorted by key, each key once.
#[derive(Clone, Debug)]
pub struct Mapping {
    /// Which of the two.
    pub kind: MappingKind,
    /// Key and value, sorted by key (bytewise).
    pub entries: Vec<(Text, Value)>,
    /// Where the thing is announced, when it is a block or a YAML mapping: `resource "x" "y"`,
    /// `securityContext`. The place of what is absent from it.
    pub header: Option<Span>,
    /// Why it may have more entries than these; `None` where it has not.
    pub open: Option<Arc<Vec<Cause>>>,
}

/// Kinds of mappings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MappingKind {
    /// Each attribute has its own type. Blocks and YAML mappings are objects.
    Object,
    /// All elements have one type.
    Map(Type),
}

impl Mapping {
    /// An object of `entries`; of a key that is there twice the last counts.
    pub fn object(mut entries: Vec<(Text, Value)>, header: Option<Span>) -> Self {
        entries.sort_by(|(a, _), (b, _)| a.cmp(b));
        let mut unique: Vec<(Text, Value)> = Vec::with_capacity(entries.len());
        for entry in entries {
            match unique.last_mut() {
                Some(last) if last.0 == entry.0 => *last = entry,
                _ => unique.push(entry),
            }
        }
        Self { kind: MappingKind::Object, entries: unique, header, open: None }
    }

    /// The value of `key`.
    pub fn get(&self, key: &str) -> Option<&Value> {
        let at = self.entries.binary_search_by(|(name, _)| name.as_str().cmp(key)).ok()?;
        self.entries.get(at).map(|(_, value)| value)
    }

    /// The value of `key`, for a change.
    pub fn get_mut(&mut self, key: &str) -> Option<&mut Value> {
        let at = self.entries.binary_search_by(|(name, _)| name.as_str().cmp(key)).ok()?;
        self.entries.get_mut(at).map(|(_, value)| value)
    }

    /// Sets `key`, replacing what was there.
    pub fn set(&mut self, key: impl Into<Text>, value: Value) {
        let key = key.into();
        match self.entries.binary_search_by(|(name, _)| name.cmp(&key)) {
            Ok(at) => self.entries[at].1 = value,
            Err(at) => self.entries.insert(at, (key, value)),
        }
    }

    /// Removes `key` and gives what was there.
    pub fn remove(&mut self, key: &str) -> Option<Value> {
        let at = self.entries.binary_search_by(|(name, _)| name.as_str().cmp(key)).ok()?;
        Some(self.entries.remove(at).1)
    }
}

impl Value {
    /// A value written at `span`.
    pub fn new(data: Data, span: Span) -> Self {
        Self { data, origin: Origin::at(span), sensitive: false, trace: None }
    }

    /// An untyped null.
    pub fn null(span: Span) -> Self {
        Self::new(Data::Null(Type::Dynamic), span)
    }

    /// A string.
    pub fn string(text: impl Into<Text>, span: Span) -> Self {
        Self::new(Data::String(text.into()), span)
    }

    /// `true` or `false`.
    pub fn bool(value: bool, span: Span) -> Self {
        Self::new(Data::Bool(value), span)
    }

    /// A number.
    pub fn number(value: impl Into<Number>, span: Span) -> Self {
        Self::new(Data::Number(value.into()), span)
    }

    /// A tuple.
    pub fn tuple(items: Vec<Value>, span: Span) -> Self {
        Self::new(Data::Sequence(Arc::new(Sequence::new(SequenceKind::Tuple, items))), span)
    }

    /// An object without header; of a key that is there twice the last counts.
    pub fn object(entries: Vec<(Text, Value)>, span: Span) -> Self {
        Self::new(Data::Mapping(Arc::new(Mapping::object(entries, None))), span)
    }

    /// An unknown of any type, for one reason.
    pub fn unknown(why: Why, span: Span) -> Self {
        Self::unknown_of(Type::Dynamic, vec![Cause { why, span }], span)
    }

    /// An unknown of a type, for some reasons.
    pub fn unknown_of(ty: Type, causes: Vec<Cause>, span: Span) -> Self {
        let unknown = Unknown { ty, causes, symbol: None, refinement: Refinement::default() };
        Self::new(Data::Unknown(Arc::new(unknown)), span)
    }

    /// A list that has at least these elements, and may have more for some reasons.
    pub fn open_list(known: Vec<Self>, causes: Vec<Cause>, span: Span) -> Self {
        let refinement = Refinement {
            not_null: true,
            min_length: known.len() as u64,
            elements: KnownElements::new(known, causes.clone(), span),
            ..Refinement::default()
        };
        let ty = Type::List(Arc::new(Type::Dynamic));
        Self::new(Data::Unknown(Arc::new(Unknown { ty, causes, symbol: None, refinement })), span)
    }

    /// Returns the known elements of a list that may have more; none of any other value.
    pub fn known_elements(&self) -> Option<&[Self]> {
        self.as_unknown()?.refinement.elements.known()
    }

    /// Returns the known values that an unknown one is chosen from.
    pub fn choices(&self) -> Option<&[Self]> {
        self.as_unknown()?.refinement.choices.known()
    }

    /// Returns the attribute of a resource instance that an unknown value stands for.
    pub fn referenced(&self) -> Option<&Reference> {
        self.as_unknown()?.referenced()
    }

    /// An unknown that is an attribute of a resource instance.
    pub fn reference(reference: Reference, cause: Cause, span: Span) -> Self {
        let symbol = Some(Symbol::Reference(reference));
        let unknown = Unknown { ty: Type::Dynamic, causes: vec![cause], symbol, refinement: Refinement::default() };
        Self::new(Data::Unknown(Arc::new(unknown)), span)
    }

    /// The same value with another origin.
    #[must_use]
    pub fn with_origin(mut self, origin: Origin) -> Self {
        self.origin = origin;
        self
    }

    /// Whether it is null.
    pub fn is_null(&self) -> bool {
        matches!(self.data, Data::Null(_))
    }

    /// Whether it is unknown itself (its elements may still be).
    pub fn is_unknown(&self) -> bool {
        matches!(self.data, Data::Unknown(_))
    }

    /// Whether it and everything in it is known.
    pub fn is_wholly_known(&self) -> bool {
        match &self.data {
            Data::Unknown(_) => false,
            Data::Sequence(sequence) => sequence.items.iter().all(Self::is_wholly_known),
            Data::Mapping(mapping) => mapping.entries.iter().all(|(_, value)| value.is_wholly_known()),
            _ => true,
        }
    }

    /// The unknown, when it is one.
    pub fn as_unknown(&self) -> Option<&Unknown> {
        if let Data::Unknown(unknown) = &self.data { Some(unknown) } else { None }
    }

    /// The text, when it is a string.
    pub fn as_str(&self) -> Option<&str> {
        if let Data::String(text) = &self.data { Some(text) } else { None }
    }

    /// The truth, when it is a bool.
    pub fn as_bool(&self) -> Option<bool> {
        if let Data::Bool(value) = self.data { Some(value) } else { None }
    }

    /// The elements, when it is a tuple, list or set.
    pub fn as_items(&self) -> Option<&[Value]> {
        if let Data::Sequence(sequence) = &self.data { Some(&sequence.items) } else { None }
    }

    /// The mapping, when it is an object or map.
    pub fn as_mapping(&self) -> Option<&Mapping> {
        if let Data::Mapping(mapping) = &self.data { Some(mapping) } else { None }
    }

    /// The value of `key`, when it is an object or map that has it.
    pub fn get(&self, key: &str) -> Option<&Value> {
        self.as_mapping()?.get(key)
    }

    /// The value at the end of a path.
    pub fn at(&self, path: &[Step]) -> Option<&Value> {
        path.iter().try_fold(self, |value, step| match step {
            Step::Key(key) => value.get(key),
            Step::Index(index) => value.as_items()?.get(usize::try_from(*index).ok()?),
            Step::EachKey | Step::At(_) => None,
        })
    }

    /// The mapping for a change, copied first when it is shared.
    pub fn as_mapping_mut(&mut self) -> Option<&mut Mapping> {
        if let Data::Mapping(mapping) = &mut self.data { Some(Arc::make_mut(mapping)) } else { None }
    }

    /// The elements for a change, copied first when they are shared.
    pub fn as_items_mut(&mut self) -> Option<&mut Vec<Value>> {
        if let Data::Sequence(sequence) = &mut self.data { Some(&mut Arc::make_mut(sequence).items) } else { None }
    }

    /// Index or key, and element, of each that a sequence or mapping has. The key stands where its element does.
    pub fn elements(&self) -> impl Iterator<Item = (Self, &Self)> {
        let (items, entries): (&[Self], &[(Text, Self)]) = match &self.data {
            Data::Sequence(sequence) => (&sequence.items, &[]),
            Data::Mapping(mapping) => (&[], &mapping.entries),
            _ => (&[], &[]),
        };
        let numbered = (0_i64..).zip(items).map(|(at, item)| (Self::number(at, item.origin.span), item));
        numbered.chain(entries.iter().map(|(key, item)| (Self::string(key.clone(), item.origin.span), item)))
    }

    /// What it is, without the types of its elements.
    pub fn kind(&self) -> TypeKind {
        match &self.data {
            Data::Bool(_) => TypeKind::Bool,
            Data::Number(_) => TypeKind::Number,
            Data::String(_) => TypeKind::String,
            Data::Sequence(sequence) => match &sequence.kind {
                SequenceKind::Tuple => TypeKind::Tuple,
                SequenceKind::List(_) => TypeKind::List,
                SequenceKind::Set(_) => TypeKind::Set,
            },
            Data::Mapping(mapping) => match &mapping.kind {
                MappingKind::Object => TypeKind::Object,
                MappingKind::Map(_) => TypeKind::Map,
            },
            Data::Null(ty) => ty.kind(),
            Data::Unknown(unknown) => unknown.ty.kind(),
        }
    }

    /// Its type. It takes as long as the value is large.
    pub fn ty(&self) -> Type {
        match &self.data {
            Data::Null(ty) => ty.clone(),
            Data::Bool(_) => Type::Bool,
            Data::Number(_) => Type::Number,
            Data::String(_) => Type::String,
            Data::Sequence(sequence) => match &sequence.kind {
                SequenceKind::Tuple => Type::Tuple(Arc::new(sequence.items.iter().map(Self::ty).collect())),
                SequenceKind::List(element) => Type::List(Arc::new(element.clone())),
                SequenceKind::Set(element) => Type::Set(Arc::new(element.clone())),
            },
            Data::Mapping(mapping) => match &mapping.kind {
                MappingKind::Object => Type::Object(Arc::new(super::ObjectType {
                    fields: mapping.entries.iter().map(|(key, value)| (key.clone(), value.ty())).collect(),
                    optional: Vec::new(),
                })),
                MappingKind::Map(element) => Type::Map(Arc::new(element.clone())),
            },
            Data::Unknown(unknown) => unknown.ty.clone(),
        }
    }
}
