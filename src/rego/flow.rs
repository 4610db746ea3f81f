//! What an expression of Rego may stand for, seen from outside: which parts of `input` flow into it.
//!
//! An over-approximation that knows no order: a name stands for everything that is bound to it anywhere in its rule.

use std::collections::BTreeSet;
use std::rc::Rc;

/// A step of a path in `input`: a key, or `None` for any key or element.
pub type PathStep = Option<Rc<str>>;

/// A path in `input`.
pub type Path = Vec<PathStep>;

/// How many collections of collections are told apart.
const MAX_NESTING: usize = 3;

/// What a value may be.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Flow {
    /// Parts of `input`.
    pub paths: BTreeSet<Path>,
    /// Strings that are written in the code.
    pub constants: BTreeSet<Rc<str>>,
    /// Whether it may be something else, which is computed.
    pub is_computed: bool,
    /// What the elements of a collection that the code makes may be.
    pub elements: Option<Box<Flow>>,
    /// How often values of the input and of the code may be in it, at least one: values that hold others twice double.
    pub weight: u64,
}

impl Flow {
    /// The same, of another weight.
    pub fn weighing(self, weight: u64) -> Self {
        Self { weight, ..self }
    }

    /// Something computed, which is no part of `input`.
    pub fn computed() -> Self {
        Self { is_computed: true, weight: 1, ..Self::default() }
    }

    /// A string of the code.
    pub fn constant(text: &str) -> Self {
        let weight = 1 + text.len() as u64 / 64;
        Self { constants: BTreeSet::from([text.into()]), weight, ..Self::default() }
    }

    /// The part of `input` at a path.
    pub fn path(path: Path) -> Self {
        Self { paths: BTreeSet::from([path]), weight: 1, ..Self::default() }
    }

    /// A collection that the code makes.
    pub fn collection(elements: Self) -> Self {
        Self { weight: elements.weight, elements: Some(Box::new(elements)), ..Self::default() }
    }

    /// The keys that it stands for, if it can be nothing but strings of the code.
    pub fn as_keys(&self) -> Option<&BTreeSet<Rc<str>>> {
        let is_other = self.is_computed || !self.paths.is_empty() || self.elements.is_some();
        (!is_other && !self.constants.is_empty()).then_some(&self.constants)
    }

    /// All paths in it, those of elements included.
    pub fn all_paths(&self) -> Vec<&Path> {
        let mut paths: Vec<&Path> = self.paths.iter().collect();
        let mut elements = self.elements.as_deref();
        while let Some(flow) = elements {
            paths.extend(&flow.paths);
            elements = flow.elements.as_deref();
        }
        paths
    }

    /// Adds what another value may be; whether that was new. Collections that are nested too deeply are one. That it
    /// weighs more is nothing new: weights are followed as far as the rest is.
    pub fn join(&mut self, other: &Self) -> bool {
        self.join_at(other, 0)
    }

    fn join_at(&mut self, other: &Self, depth: usize) -> bool {
        let before = (self.paths.len(), self.constants.len(), self.is_computed);
        self.paths.extend(other.paths.iter().cloned());
        self.constants.extend(other.constants.iter().cloned());
        self.is_computed |= other.is_computed;
        self.weight = self.weight.max(other.weight);
        let mut is_new = before != (self.paths.len(), self.constants.len(), self.is_computed);
        if let Some(elements) = &other.elements {
            if depth >= MAX_NESTING {
                is_new |= self.join_at(elements, depth);
            } else {
                if self.elements.is_none() {
                    self.elements = Some(Box::default());
                    is_new = true;
                }
                if let Some(own) = &mut self.elements {
                    is_new |= own.join_at(elements, depth + 1);
                }
            }
        }
        is_new
    }
}

/// Whether two steps may be the same.
fn meets(a: &PathStep, b: &PathStep) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => a == b,
        _ => true,
    }
}

/// Whether `path` may lie at or below `above`.
pub fn is_below(path: &Path, above: &Path) -> bool {
    path.len() >= above.len() && path.iter().zip(above).all(|(a, b)| meets(a, b))
}
