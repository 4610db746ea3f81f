//! The Common Expression Language as Kubernetes 1.36 evaluates it, three-valued and with a trace.
//!
//! An expression is compiled in an [`Environment`], which names and types what it may read, to a [`Program`]; what the
//! API server refuses when a policy is written is a problem with its place. An evaluation gives a value, an error or an
//! unknown with its causes. Reads values of the model as they are, so that a trace leads to where they were written.
//! Knows no policies, no requests and no resources.

mod check;
mod compare;
mod environment;
mod error;
mod evaluate;
mod function;
mod library;
mod program;
mod quantity;
#[cfg(test)]
mod tests;
mod text;
mod types;
mod url;
mod value;
mod version;

pub use check::compile;
pub use environment::{Activation, Environment};
pub use error::{CelError, CompileError};
pub use evaluate::{Evaluation, evaluate};
pub use program::Program;
pub use quantity::Quantity;
pub use text::canonical;
pub use types::{CelType, FieldTypes};
pub use value::{CelData, CelList, CelMap, CelValue};
