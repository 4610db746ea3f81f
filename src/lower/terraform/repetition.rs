//! What `count` and `for_each` give: the instances of a block, and what `count` and `each` mean in each of them.
//!
//! Evaluates nothing; `repeat` does.

use crate::model::{Cause, Doubt, Key, Type, Value};
use crate::source::Span;

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

    /// One instance that stands for any number of them.
    pub fn any(shape: Shape, causes: Vec<Cause>, span: Span) -> Self {
        let unknown = || Value::unknown_of(Type::Dynamic, causes.clone(), span);
        let repetition = match shape {
            Shape::Single => Repetition::None,
            Shape::List => Repetition::Count(unknown()),
            Shape::Map => Repetition::Each(unknown(), unknown()),
        };
        Self { shape, instances: vec![(Key::Any, repetition)], causes, conditional: false, certain: 0 }
    }
}
