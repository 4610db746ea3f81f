//! What `count` and `for_each` give: the instances of a block, and what `count` and `each` mean in each of them.
//!
//! Evaluates nothing; `repeat` does.

use crate::model::{Cause, Data, Doubt, Key, Reference, Step, Symbol, Type, Value};
use crate::source::Span;
use std::sync::Arc;

/// What `count.index`, `each.key` and `each.value` mean.
#[derive(Clone, Debug)]
pub(super) enum Repetition {
    /// Nothing.
    None,
    /// `count.index`
    Count(Value),
    /// `each.key` and `each.value`
    Each(Value, Value),
}

/// How a block is repeated.
#[derive(Clone, Debug)]
pub(super) struct Repeats {
    /// What a reference to the block as a whole is.
    pub shape: Shape,
    /// Keys with what `count` and `each` mean, in order.
    pub instances: Vec<(Key, Repetition)>,
    /// Why the instances are not known for sure; the ones given are those that may be.
    pub causes: Vec<Cause>,
    /// Whether a condition chooses between these instances and fewer.
    pub conditional: bool,
    /// How many of the first instances exist whatever the condition chooses.
    pub certain: usize,
}

/// What a block with instances is as a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// The one instance.
    Single,
    /// A list, of `count`.
    List,
    /// A map, of `for_each`.
    Map,
}

impl Repeats {
    /// One instance, without `count` and `for_each`.
    pub fn single() -> Self {
        Self::exactly(Shape::Single, vec![(Key::None, Repetition::None)])
    }

    /// These instances and no others.
    pub fn exactly(shape: Shape, instances: Vec<(Key, Repetition)>) -> Self {
        Self { shape, certain: instances.len(), instances, causes: Vec::new(), conditional: false }
    }

    /// Returns why it is not certain that the instance at `place` will exist.
    pub fn doubt(&self, place: usize) -> Option<Doubt> {
        let doubtful = !self.causes.is_empty() && place >= self.certain;
        doubtful.then(|| Doubt { causes: self.causes.clone(), conditional: self.conditional })
    }

    /// One instance that stands for any number of them: those that `over` gives, where that can be said.
    pub fn any(shape: Shape, causes: Vec<Cause>, span: Span, over: Option<&Over>) -> Self {
        let unknown = |ty: Type, symbol: Option<Reference>| {
            let mut value = Value::unknown_of(ty, causes.clone(), span);
            if let Data::Unknown(unknown) = &mut value.data {
                Arc::make_mut(unknown).symbol = symbol.map(Symbol::Reference);
            }
            value
        };
        let repetition = match shape {
            Shape::Single => Repetition::None,
            Shape::List => Repetition::Count(unknown(Type::Number, over.map(Over::key))),
            Shape::Map => {
                let (value_type, value) =
                    over.map(Over::value).map_or((Type::Dynamic, None), |(ty, value)| (ty, Some(value)));
                Repetition::Each(unknown(Type::String, over.map(Over::key)), unknown(value_type, value))
            }
        };
        Self { shape, instances: vec![(Key::Any, repetition)], causes, conditional: false, certain: 0 }
    }
}

/// What a block is repeated over, where that is not known: a number or a collection.
pub(super) struct Over {
    /// What it is.
    pub collection: Reference,
    /// Its type.
    pub ty: Type,
}

impl Over {
    /// What `each.key` and `count.index` are.
    fn key(&self) -> Reference {
        stepped(&self.collection, Step::EachKey)
    }

    /// The type of `each.value`, and what it is: of a set, the key itself.
    fn value(&self) -> (Type, Reference) {
        let element = || stepped(&self.collection, Step::At(Box::new(self.key())));
        match &self.ty {
            Type::Set(_) => (Type::String, self.key()),
            Type::Map(ty) => (Type::clone(ty), element()),
            _ => (Type::Dynamic, element()),
        }
    }
}

fn stepped(reference: &Reference, step: Step) -> Reference {
    let path = reference.path.iter().cloned().chain([step]).collect();
    Reference { address: reference.address.clone(), path }
}

impl Repetition {
    /// What the key of an instance stands for, where it is not known.
    pub fn key_symbol(&self) -> Option<&Reference> {
        let (Self::Count(key) | Self::Each(key, _)) = self else { return None };
        key.referenced()
    }
}
