//! The tree of an expression.

use crate::source::Span;

/// An expression with its place.
#[derive(Clone, Debug)]
pub struct Expr {
    /// What it is.
    pub kind: ExprKind,
    /// Where it stands; without the parentheses around it.
    pub span: Span,
}

/// A name with its place.
#[derive(Clone, Debug)]
pub struct Name {
    /// The name.
    pub text: String,
    /// Where it stands.
    pub span: Span,
}

/// What an expression is.
#[derive(Clone, Debug)]
pub enum ExprKind {
    /// A literal.
    Literal(Literal),
    /// A name: `object`. Of `.object`, the dot says only that no container is searched.
    Ident(String),
    /// `base.field`, or `base.?field`.
    Select {
        /// What is read.
        base: Box<Expr>,
        /// Which field.
        field: Name,
        /// Whether an absent field is no error.
        optional: bool,
    },
    /// `base[key]`, or `base[?key]`.
    Index {
        /// What is read.
        base: Box<Expr>,
        /// Which element.
        key: Box<Expr>,
        /// Whether an absent element is no error.
        optional: bool,
    },
    /// `name(args)`, or `target.name(args)`.
    Call {
        /// What stands before the dot.
        target: Option<Box<Expr>>,
        /// The name of the function.
        name: Name,
        /// The arguments.
        args: Vec<Expr>,
    },
    /// `!a`
    Not(Box<Expr>),
    /// `-a`, of anything but a literal.
    Negate(Box<Expr>),
    /// `a && b && …`, at least two.
    And(Vec<Expr>),
    /// `a || b || …`, at least two.
    Or(Vec<Expr>),
    /// `a + b` and the like. The span of the operator is where a type error is reported.
    Binary(BinaryOp, Span, Box<[Expr; 2]>),
    /// `a ? b : c`. The span of the question mark is where a type error is reported.
    Conditional(Span, Box<[Expr; 3]>),
    /// `[a, ?b]`
    List(Vec<Element>),
    /// `{a: b, ?c: d}`
    Map(Vec<Entry>),
    /// `google.protobuf.Int32Value{value: 1}`: the name of the type, and its fields.
    Message(Name, Vec<(Name, Expr)>),
}

/// An element of a list literal.
#[derive(Clone, Debug)]
pub struct Element {
    /// The element.
    pub value: Expr,
    /// Whether it is written with a question mark.
    pub optional: bool,
}

/// An entry of a map literal.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The key.
    pub key: Expr,
    /// The value.
    pub value: Expr,
    /// Whether it is written with a question mark.
    pub optional: bool,
}

/// A literal.
#[derive(Clone, Debug, PartialEq)]
pub enum Literal {
    /// `null`
    Null,
    /// `true`, `false`
    Bool(bool),
    /// `1`, `-0x1F`
    Int(i64),
    /// `1u`
    Uint(u64),
    /// `1.5`
    Double(f64),
    /// `"a"`, `r'a'`, `"""a"""`
    String(String),
    /// `b"a"`
    Bytes(Vec<u8>),
}

/// An operator with two operands, beside `&&` and `||`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names are those of the operators")]
pub enum BinaryOp {
    Multiply,
    Divide,
    Modulo,
    Add,
    Subtract,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
    Equal,
    NotEqual,
    In,
}

impl BinaryOp {
    /// Returns it as it is written.
    pub fn symbol(self) -> &'static str {
        match self {
            Self::Multiply => "*",
            Self::Divide => "/",
            Self::Modulo => "%",
            Self::Add => "+",
            Self::Subtract => "-",
            Self::Less => "<",
            Self::LessEqual => "<=",
            Self::Greater => ">",
            Self::GreaterEqual => ">=",
            Self::Equal => "==",
            Self::NotEqual => "!=",
            Self::In => "in",
        }
    }
}
