//! The tree of a Go template.

use crate::source::{Problem, Span};
use ecow::EcoString;
use std::sync::Arc;

/// Everything that was read from one template text.
#[derive(Clone, Debug, Default)]
pub struct Template {
    /// What the text itself writes.
    pub body: Arc<[Node]>,
    /// The templates that it defines, in order, those of `block` among them.
    pub defines: Vec<Define>,
    /// Its comments in order.
    pub comments: Vec<Comment>,
    /// Names that are called as functions, with their places. Which of them exist is not known here.
    pub functions: Vec<(EcoString, Span)>,
    /// What could not be read: each error lost one action.
    pub problems: Vec<Problem>,
}

/// A template with a name.
#[derive(Clone, Debug)]
pub struct Define {
    /// Its name.
    pub name: EcoString,
    /// The place of the name, with its quotes.
    pub span: Span,
    /// What it writes.
    pub body: Arc<[Node]>,
}

/// A comment: `{{/* … */}}`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comment {
    /// The text between the marks.
    pub text: EcoString,
    /// The whole action.
    pub span: Span,
}

/// A part of a template.
#[derive(Clone, Debug)]
pub struct Node {
    /// What it is.
    pub kind: NodeKind,
    /// Its bytes: a text without what its neighbours trim; an action with its braces; a block from its first to
    /// its last brace.
    pub span: Span,
}

/// What a part of a template is.
#[derive(Clone, Debug)]
pub enum NodeKind {
    /// Literal text.
    Text(EcoString),
    /// `{{ pipeline }}`
    Action(Pipeline),
    /// `if`, `with` or `range`.
    Block(Box<Block>),
    /// `break`
    Break,
    /// `continue`
    Continue,
    /// `template`, or the place of a `block`.
    Call(EcoString, Option<Pipeline>),
    /// An action that could not be read; the problem was reported.
    Broken,
}

/// The three blocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BlockKind {
    /// `if`
    If,
    /// `with`
    With,
    /// `range`
    Range,
}

/// A block with its branches.
#[derive(Clone, Debug)]
pub struct Block {
    /// Which of the three.
    pub kind: BlockKind,
    /// Its condition; `None` when it could not be read.
    pub pipeline: Option<Pipeline>,
    /// What stands between it and its `else` or `end`.
    pub body: Vec<Node>,
    /// What stands behind its `else`; an `else if` is a block of its own there.
    pub otherwise: Option<Vec<Node>>,
}

/// Commands of which each gives its result to the next one.
#[derive(Clone, Debug)]
pub struct Pipeline {
    /// Its bytes.
    pub span: Span,
    /// The variables that it sets.
    pub variables: Vec<Variable>,
    /// Whether they exist already: `=` instead of `:=`.
    pub assigns: bool,
    /// Its commands, at least one.
    pub commands: Vec<Command>,
}

/// A variable that is set.
#[derive(Clone, Debug)]
pub struct Variable {
    /// Its name, with the dollar sign.
    pub name: EcoString,
    /// Its place.
    pub span: Span,
}

/// A function, method or value with arguments.
#[derive(Clone, Debug)]
pub struct Command {
    /// Its bytes.
    pub span: Span,
    /// What is called and its arguments, at least one.
    pub operands: Vec<Operand>,
}

/// One word of a command.
#[derive(Clone, Debug)]
pub struct Operand {
    /// What it is.
    pub kind: OperandKind,
    /// Its bytes.
    pub span: Span,
}

/// What a word of a command is.
#[derive(Clone, Debug)]
pub enum OperandKind {
    /// `.`
    Dot,
    /// `nil`
    Nil,
    /// `true` or `false`
    Bool(bool),
    /// A number or a character.
    Number(Box<super::Number>),
    /// A string in either kind of quotes.
    String(EcoString),
    /// A function's name.
    Function(EcoString),
    /// `.a.b`
    Field(Vec<EcoString>),
    /// `$x` or `$x.a.b`
    Variable(EcoString, Vec<EcoString>),
    /// `(…).a.b`, or a function's name with fields.
    Chain(Box<Operand>, Vec<EcoString>),
    /// `(…)`
    Pipeline(Box<Pipeline>),
}

/// Whether a template writes nothing: a definition of that kind never replaces another one.
pub fn is_empty(body: &[Node]) -> bool {
    body.iter().all(|node| matches!(&node.kind, NodeKind::Text(text) if text.trim().is_empty()))
}
