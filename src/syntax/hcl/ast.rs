//! The tree of an HCL file. The JSON form is read into the same tree.

use crate::source::Span;
use ecow::EcoString;

/// A name with its place.
#[derive(Clone, Debug)]
pub struct Ident {
    /// The name.
    pub name: EcoString,
    /// Its place.
    pub span: Span,
}

/// What stands between two braces, or in a whole file.
#[derive(Clone, Debug)]
pub struct Body {
    /// Attributes and blocks in source order.
    pub items: Vec<Item>,
    /// The place, braces not included.
    pub span: Span,
}

/// One item of a body.
#[derive(Clone, Debug)]
pub enum Item {
    /// `name = expression`
    Attribute(Attribute),
    /// `kind "label" { … }`
    Block(Block),
}

/// `name = expression`
#[derive(Clone, Debug)]
pub struct Attribute {
    /// The name.
    pub name: Ident,
    /// The expression.
    pub value: Expr,
    /// Name and expression.
    pub span: Span,
}

/// `kind "label" { … }`
#[derive(Clone, Debug)]
pub struct Block {
    /// The first word.
    pub kind: Ident,
    /// The labels, quoted or not; a label's span includes its quotes.
    pub labels: Vec<Ident>,
    /// What stands in it.
    pub body: Body,
    /// From the first word to the last label; in JSON, the last label or, in an array of blocks, the brace.
    pub header: Span,
    /// From the first word to the closing brace.
    pub span: Span,
}

impl Body {
    /// The attribute `name`; the first, where a file repeats it.
    pub fn attribute(&self, name: &str) -> Option<&Attribute> {
        self.attributes().find(|attribute| attribute.name.name == name)
    }

    /// The attributes in source order.
    pub fn attributes(&self) -> impl Iterator<Item = &Attribute> {
        self.items.iter().filter_map(|item| if let Item::Attribute(attribute) = item { Some(attribute) } else { None })
    }

    /// The blocks in source order.
    pub fn blocks(&self) -> impl Iterator<Item = &Block> {
        self.items.iter().filter_map(|item| if let Item::Block(block) = item { Some(block) } else { None })
    }

    /// The blocks of one kind in source order.
    pub fn blocks_of<'a>(&'a self, kind: &'a str) -> impl Iterator<Item = &'a Block> {
        self.blocks().filter(move |block| block.kind.name == kind)
    }
}

/// An expression with its place.
#[derive(Clone, Debug)]
pub struct Expr {
    /// What it is.
    pub kind: ExprKind,
    /// Its place; parentheses around it are an expression of their own.
    pub span: Span,
}

/// The expressions of HCL.
#[derive(Clone, Debug)]
pub enum ExprKind {
    /// `null`
    Null,
    /// `true`, `false`
    Bool(bool),
    /// A number as it is written, digits checked.
    Number(EcoString),
    /// A quoted string or heredoc without interpolation, escapes resolved.
    String(EcoString),
    /// A string with interpolations or directives. A single [`TemplatePart::Interpolation`] keeps its
    /// value's type; beside anything else, an empty literal too, the whole is a string.
    Template(Vec<TemplatePart>),
    /// The first name of a traversal: `var`, `each`, a loop variable.
    Root(EcoString),
    /// `base.name`
    Attribute(Box<Expr>, Ident),
    /// `base[key]`, and `base.0` of old versions.
    Index(Box<Expr>, Box<Expr>),
    /// `base.*.rest` (`full` false) and `base[*].rest` (`full` true). `rest` is applied to each
    /// element; in it the element is [`ExprKind::SplatElement`].
    Splat {
        /// The collection.
        base: Box<Expr>,
        /// What is done with each element.
        rest: Box<Expr>,
        /// Whether indexes belong to `rest` too.
        full: bool,
    },
    /// The element of the innermost splat around.
    SplatElement,
    /// `name(args…)`
    Call(Box<Call>),
    /// `!x`, `-x`
    Unary(UnaryOp, Box<Expr>),
    /// `a && b`
    Binary(BinaryOp, Box<Expr>, Box<Expr>),
    /// `condition ? then : otherwise`
    Conditional(Box<Expr>, Box<Expr>, Box<Expr>),
    /// `[a, b]`
    Tuple(Vec<Expr>),
    /// `{ a = b }`
    Object(Vec<ObjectItem>),
    /// `[for …]`, `{for …}`
    For(Box<For>),
    /// `(x)`
    Parens(Box<Expr>),
}

/// A part of a template, trims applied.
#[derive(Clone, Debug)]
pub enum TemplatePart {
    /// Literal text, escapes resolved.
    Literal(EcoString, Span),
    /// `${expression}`; the span is the expression's.
    Interpolation(Expr),
    /// `%{if condition}…%{else}…%{endif}`
    If {
        /// The condition.
        condition: Expr,
        /// When it is true.
        then: Vec<TemplatePart>,
        /// When it is not; empty without `else`.
        otherwise: Vec<TemplatePart>,
        /// The whole directive.
        span: Span,
    },
    /// `%{for k, v in collection}…%{endfor}`
    For {
        /// Name for the key, when two names are given.
        key: Option<Ident>,
        /// Name for the value.
        value: Ident,
        /// What is walked.
        collection: Expr,
        /// What each element gives.
        body: Vec<TemplatePart>,
        /// The whole directive.
        span: Span,
    },
}

/// A function call.
#[derive(Clone, Debug)]
pub struct Call {
    /// The name, namespaces included: `core::length`, `provider::aws::arn_parse`.
    pub name: Ident,
    /// The arguments.
    pub args: Vec<Expr>,
    /// Whether the last one is followed by `...`.
    pub expand: bool,
}

/// One entry of an object expression.
#[derive(Clone, Debug)]
pub struct ObjectItem {
    /// The key. A bare name is [`ExprKind::Root`] and means itself; in parentheses, its value.
    pub key: Expr,
    /// The value.
    pub value: Expr,
}

/// A `for` expression.
#[derive(Clone, Debug)]
pub struct For {
    /// Name for the key or index, when two names are given.
    pub key_name: Option<Ident>,
    /// Name for the value.
    pub value_name: Ident,
    /// What is walked.
    pub collection: Expr,
    /// The key of each entry; `None` in the list form.
    pub key: Option<Expr>,
    /// The value of each entry.
    pub value: Expr,
    /// Whether values of one key are collected in a list (`...`).
    pub group: bool,
    /// The `if`.
    pub condition: Option<Expr>,
}

/// Operators of one operand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnaryOp {
    /// `!`
    Not,
    /// `-`
    Negate,
}

/// Operators of two operands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BinaryOp {
    /// `||`
    Or,
    /// `&&`
    And,
    /// `==`
    Equal,
    /// `!=`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
    /// `+`
    Add,
    /// `-`
    Subtract,
    /// `*`
    Multiply,
    /// `/`
    Divide,
    /// `%`
    Modulo,
}
