//! The Common Expression Language, as Kubernetes' API server reads it: text to tree plus problems.
//!
//! Owns tokens, literals and the grammar of the language definition (cel-spec), with the optional syntax (`a.?b`,
//! `a[?b]`, `[?a]`, `{?a: b}`). Knows neither types nor functions; macros are calls here, and are expanded by whoever
//! gives the expression a meaning.

mod lexer;
mod literal;
mod parser;
#[cfg(test)]
mod tests;
mod tree;

pub use parser::{RESERVED, parse};
pub use tree::{BinaryOp, Element, Entry, Expr, ExprKind, Literal, Name};
