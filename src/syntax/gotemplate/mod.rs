//! The grammar of Go's `text/template` (the package's documentation, and `text/template/parse` of Go 1.26).
//!
//! Owns the way from a template's text to a tree with exact places. Knows neither the functions that a program
//! gives its templates nor how one is evaluated: a name that is called is listed, so that whoever has functions
//! can tell which of them do not exist.
//!
//! Nothing here fails as a whole: a broken action is a problem with a place, and what stands around it is read.

mod lexer;
mod literal;
mod number;
mod parser;
mod pipeline;
mod token;
mod tree;

#[cfg(test)]
mod tests;

pub use crate::limits::templates::DEPTH_LIMIT;
pub use number::{Ideal, Number};
pub use parser::parse;
pub use tree::{
    Block, BlockKind, Command, Comment, Define, Node, NodeKind, Operand, OperandKind, Pipeline, Template, Variable,
    is_empty,
};

/// Reads an integer as `strconv.ParseInt` does with base 0: `0x1f`, `010`, `1_000`.
pub fn parse_integer(text: &str) -> Option<i64> {
    number::integer(text)
}
