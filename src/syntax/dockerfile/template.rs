//! Dockerfiles that a template engine has to render first.

use super::{Arguments, Instruction};
use crate::source::Span;

/// What begins a directive of Go templates, Jinja, Cottle, Liquid and ERB, or a placeholder.
const OPENINGS: [&str; 5] = ["{{", "{%", "{#", "<%", "%%"];

/// Whether `word`, which stands where an instruction should, is a template's.
pub(super) fn is_opening(word: &str) -> bool {
    OPENINGS.iter().any(|opening| word.starts_with(opening))
}

/// The place of a placeholder in the image of a `FROM`. Braces in commands (`docker inspect -f '{{.Id}}'`)
/// and in here-documents are none.
pub(super) fn in_image(instruction: &Instruction<'_>) -> Option<Span> {
    let Arguments::Words(words) = &instruction.arguments else { return None };
    let holds = |text: &str| OPENINGS.iter().any(|opening| text.contains(opening));
    words.iter().find(|word| holds(&word.text)).map(|word| word.span)
}
