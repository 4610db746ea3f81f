//! A checked expression, ready to be evaluated: names resolved, macros expanded, constants folded.

use super::function::Overload;
use super::types::CelType;
use super::value::CelData;
use crate::model::Text;
use crate::source::Span;

/// A checked expression.
#[derive(Debug)]
pub struct Program {
    /// What is evaluated.
    pub root: Node,
    /// The type of the result.
    pub ty: CelType,
}

/// A part of a checked expression.
#[derive(Debug)]
pub struct Node {
    /// What it is.
    pub kind: NodeKind,
    /// Where the expression stands.
    pub span: Span,
}

/// What a part of a checked expression is.
#[derive(Debug)]
pub enum NodeKind {
    /// A literal, or what was computed of literals.
    Constant(CelData),
    /// A variable of the environment: `object`, `variables.images`.
    Name(Text),
    /// A variable of a macro, by its number.
    Local(usize),
    /// A field.
    Select {
        /// What it is read from.
        base: Box<Node>,
        /// Which field.
        field: Text,
        /// What an absent field gives.
        read: Read,
    },
    /// An element.
    Index {
        /// What it is read from.
        base: Box<Node>,
        /// Which element.
        key: Box<Node>,
        /// What an absent element gives.
        read: Read,
    },
    /// A function.
    Call {
        /// Its name, or that of its operator.
        name: &'static str,
        /// The signatures that fit the types of the arguments.
        overloads: Vec<&'static Overload>,
        /// Whether the first argument stands before the dot.
        is_member: bool,
        /// The arguments.
        args: Vec<Node>,
    },
    /// `&&`
    And(Vec<Node>),
    /// `||`
    Or(Vec<Node>),
    /// `a ? b : c`
    Conditional(Box<[Node; 3]>),
    /// A list; each element with whether it is optional.
    List(Vec<(Node, bool)>),
    /// A map: keys, values, and whether the value is optional.
    Map(Vec<(Node, Node, bool)>),
    /// A macro over a list or a map.
    Fold(Box<Fold>),
    /// `a.or(b)` and `a.orValue(b)`
    Otherwise {
        /// The optional, and what is taken without it.
        operands: Box<[Node; 2]>,
        /// Whether the value is wanted rather than the optional.
        value: bool,
    },
    /// `a.optMap(x, b)` and `a.optFlatMap(x, b)`
    OptionalMap {
        /// The optional, and what is computed of its value.
        operands: Box<[Node; 2]>,
        /// The number of the variable.
        local: usize,
        /// Whether the result is an optional already.
        flat: bool,
    },
}

/// What reading gives that finds nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Read {
    /// An error.
    Plain,
    /// `optional.none()`
    Optional,
    /// Whether something is there is the result.
    Test,
}

/// A macro over a list or a map.
#[derive(Debug)]
pub struct Fold {
    /// Which macro.
    pub kind: FoldKind,
    /// The list or map.
    pub range: Node,
    /// The number of the variable for the index or key, in a macro with two variables.
    pub key: Option<usize>,
    /// The number of the variable for the element; in a macro with one variable, the key of a map.
    pub item: usize,
    /// Which elements count.
    pub filter: Option<Node>,
    /// What is computed of each.
    pub body: Node,
}

/// Macros over lists and maps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names are those of the macros")]
pub enum FoldKind {
    All,
    Exists,
    ExistsOne,
    /// `map` and `transformList`
    Map,
    Filter,
    TransformMap,
    TransformMapEntry,
    SortBy,
}
