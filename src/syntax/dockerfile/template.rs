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
/// and in here-documents are none, and neither is what a substitution of the build explains: `${V%%-*}`.
pub(super) fn in_image(instruction: &Instruction<'_>) -> Option<Span> {
    let Arguments::Words(words) = &instruction.arguments else { return None };
    let holds = |text: &str| OPENINGS.iter().any(|opening| text.contains(opening));
    words.iter().find(|word| holds(&outside_substitutions(&word.text))).map(|word| word.span)
}

/// The text without its substitutions, `${…}`; one that is not closed is kept.
fn outside_substitutions(text: &str) -> String {
    let mut kept = String::new();
    let mut rest = text;
    while let Some((before, inside)) = rest.split_once("${") {
        let is_named = inside.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_');
        let Some(end) = closing_brace(inside).filter(|_| is_named) else { break };
        kept.push_str(before);
        // What stood on both sides of a substitution does not become one placeholder.
        kept.push('$');
        rest = inside.get(end + 1..).unwrap_or_default();
    }
    kept + rest
}

/// The brace that closes a substitution, those inside of it skipped.
fn closing_brace(inside: &str) -> Option<usize> {
    let mut depth = 0_usize;
    let mut previous = ' ';
    for (at, c) in inside.char_indices() {
        match c {
            '{' if previous == '$' => depth += 1,
            '}' if depth == 0 => return Some(at),
            '}' => depth -= 1,
            _ => {}
        }
        previous = c;
    }
    None
}
