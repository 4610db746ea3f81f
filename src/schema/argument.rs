//! Bodies and the arguments and blocks in them.

use super::Releases;
use super::code;
use super::table::{Reader, TABLE, number};

/// The names that may stand in a resource, an object or a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Body(pub(super) usize);

/// What is said of one name: an argument or attribute, or a nested block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Argument {
    flags: u16,
    releases: u16,
    nesting: u8,
    value: usize,
    body: usize,
}

/// How often a body may stand there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Nesting {
    /// Once.
    Single,
    /// Any number of times, in order.
    List,
    /// Any number of times; the order has no meaning.
    Set,
    /// Once for each key.
    Map,
}

/// The type of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ValueType(&'static str);

/// What a type of values is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// Anything: the schema does not say, or its releases differ.
    Any,
    /// A string.
    String,
    /// A number.
    Number,
    /// A whole number.
    Integer,
    /// `true` or `false`.
    Bool,
    /// A whole number or a string, as ports and percentages of Kubernetes are.
    IntOrString,
    /// A quantity of Kubernetes, a string or a number.
    Quantity,
    /// Elements in order.
    List(ValueType),
    /// Elements without order.
    Set(ValueType),
    /// Elements by key.
    Map(ValueType),
}

impl ValueType {
    /// What it is.
    pub fn shape(self) -> Shape {
        let element = || Self(self.0.get(1..).unwrap_or_default());
        match self.0.as_bytes().first() {
            Some(b's') => Shape::String,
            Some(b'n') => Shape::Number,
            Some(b'i') => Shape::Integer,
            Some(b'b') => Shape::Bool,
            Some(b'x') => Shape::IntOrString,
            Some(b'q') => Shape::Quantity,
            Some(b'l') => Shape::List(element()),
            Some(b'S') => Shape::Set(element()),
            Some(b'm') => Shape::Map(element()),
            _ => Shape::Any,
        }
    }
}

impl Argument {
    /// Whether it must be given in every release that has it.
    pub fn is_required(self) -> bool {
        self.flags & code::REQUIRED != 0
    }

    /// Whether a configuration may give it.
    pub fn is_settable(self) -> bool {
        self.flags & (code::REQUIRED | code::OPTIONAL) != 0
    }

    /// Whether the provider gives it a value where the configuration does not.
    pub fn is_computed(self) -> bool {
        self.flags & code::COMPUTED != 0
    }

    /// Whether it can be written as a block.
    pub fn may_be_block(self) -> bool {
        self.flags & code::ARGUMENT == 0
    }

    /// Whether what it has are bodies that blocks can give: one, a list or a set of them.
    pub fn is_list_of_blocks(self) -> bool {
        self.may_be_block() && matches!(self.nesting, code::SINGLE | code::LIST | code::SET)
    }

    /// Whether it is written as a block only.
    pub fn is_block(self) -> bool {
        self.flags & code::BLOCK != 0
    }

    /// Whether the provider declares it to be secret.
    pub fn is_sensitive(self) -> bool {
        self.flags & code::SENSITIVE != 0
    }

    /// Whether it is sent to the provider and never read back.
    pub fn is_write_only(self) -> bool {
        self.flags & code::WRITE_ONLY != 0
    }

    /// Whether the provider says that it will be removed.
    pub fn is_deprecated(self) -> bool {
        self.flags & code::DEPRECATED != 0
    }

    /// The releases that have it.
    pub fn releases(self) -> Releases {
        Releases(self.releases)
    }

    /// The type of its value; any, of what has a body.
    pub fn value_type(self) -> ValueType {
        ValueType(TABLE.values.text(self.value))
    }

    /// What may stand in it, where that is known.
    pub fn body(self) -> Option<(Nesting, Body)> {
        let nesting = match self.nesting {
            code::SINGLE => Nesting::Single,
            code::LIST => Nesting::List,
            code::SET => Nesting::Set,
            code::MAP => Nesting::Map,
            _ => return None,
        };
        Some((nesting, Body(self.body)))
    }
}

impl Body {
    /// What is said of a name.
    pub fn get(self, name: &str) -> Option<Argument> {
        let wanted = TABLE.names.find(name)?;
        self.rows().find(|(name, _)| *name == wanted).map(|(_, argument)| argument)
    }

    /// All names, sorted, with what is said of them.
    pub fn arguments(self) -> impl Iterator<Item = (&'static str, Argument)> {
        self.rows().map(|(name, argument)| (TABLE.names.text(name), argument))
    }

    fn rows(self) -> impl Iterator<Item = (usize, Argument)> {
        let mut reader = Reader { rest: TABLE.bodies.get(self.0) };
        std::iter::from_fn(move || {
            if reader.rest.is_empty() {
                return None;
            }
            let name = number(reader.take(2));
            let kind = TABLE.kind_row(reader.varint());
            let body = if kind.nesting == code::NO_BODY { 0 } else { reader.varint() };
            let (flags, releases, nesting, value) = (kind.flags, kind.releases, kind.nesting, kind.value);
            Some((name, Argument { flags, releases, nesting, value, body }))
        })
    }
}
