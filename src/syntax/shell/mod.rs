//! POSIX and Bash scripts: the commands they run.
//!
//! Owns which commands a script holds, with their words, redirections, pipelines and places. The grammar
//! is `tree-sitter-bash`; its tree is left behind here. Expands nothing, and knows no program.

mod convert;
mod tree;
mod word;

pub use crate::limits::shell::{MAX_BYTES, MAX_DEPTH, MAX_HEREDOCS, MAX_STEPS};
pub use tree::{Assignment, Command, Connector, Context, Limit, Part, Redirect, Script, Word};

use std::ops::ControlFlow;
use tree_sitter::{ParseOptions, ParseState};

/// Reads scripts. Reusing it saves making the tables of the grammar anew.
pub struct Parser {
    inner: tree_sitter::Parser,
}

impl Default for Parser {
    fn default() -> Self {
        let mut inner = tree_sitter::Parser::new();
        // Cannot fail: the grammar and the library are pinned to each other in Cargo.toml, and every test
        // that reads a script would show it. Without a language nothing is read, and the limit is told.
        let _ = inner.set_language(&tree_sitter_bash::LANGUAGE.into());
        Self { inner }
    }
}

impl Parser {
    /// The commands of `text`.
    pub fn parse(&mut self, text: &str) -> Script {
        if text.len() > MAX_BYTES {
            return Script { limit: Some(Limit::Bytes), ..Script::default() };
        }
        if text.matches("<<").nth(MAX_HEREDOCS).is_some() {
            return Script { limit: Some(Limit::Steps), ..Script::default() };
        }
        let mut steps = 0;
        let mut count = |_: &ParseState| {
            steps += 1;
            if steps > MAX_STEPS { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        };
        let options = ParseOptions::new().progress_callback(&mut count);
        let mut read = |at: usize, _| text.as_bytes().get(at..).unwrap_or_default();
        let Some(tree) = self.inner.parse_with_options(&mut read, None, Some(options)) else {
            self.inner.reset();
            return Script { limit: Some(Limit::Steps), ..Script::default() };
        };
        convert::script(&tree, text)
    }
}

#[cfg(test)]
mod tests;
