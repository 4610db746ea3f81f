//! HCL: native syntax, its JSON form, and the expression language's grammar.

mod ast;

pub use ast::*;
