//! What means nothing where it stands.

use crate::source::{Problem, Span, suggestion};

/// The problem of a block or attribute that means nothing where it stands.
pub(super) fn unexpected(name: &str, span: Span, there_are: &str) -> Vec<Problem> {
    let words = there_are.split([' ', ',']).filter(|word| !word.is_empty() && *word != "and");
    let hint = suggestion(name, words);
    vec![Problem::error(
        span,
        format!("`{name}` does not belong here; there are {there_are}{}", if hint.is_empty() { "." } else { &hint }),
    )]
}
