//! Dockerfiles, as BuildKit's own parser reads them.
//!
//! Owns directives, logical lines, flags, words, here-documents, and the shape of each instruction's
//! arguments. Variables stay as written, shell commands stay text, and nothing is checked that BuildKit
//! checks only when it builds. The rules are those of the Dockerfile reference and of BuildKit's
//! `frontend/dockerfile/parser`, version 1.x of the frontend.

mod exec;
mod instruction;
mod keyword;
mod lines;
mod template;
mod tree;
mod words;

pub use crate::limits::dockerfile::MAX_LINE_BYTES;
pub use keyword::Keyword;
pub use tree::{Arguments, Directive, Dockerfile, Flag, Heredoc, Instruction, Pair, Word};

use crate::source::{Problem, SourceId, Span};
use lines::Reader;

/// Reads the text of a Dockerfile. A broken instruction is reported, and the next one is read.
pub fn parse(source: SourceId, text: &str) -> Dockerfile<'_> {
    let mut problems = Vec::new();
    let mut reader = Reader::new(source, text);
    let directives = reader.directives(&mut problems);
    let mut instructions = Vec::new();
    let mut template = None;
    while let Some(line) = reader.logical() {
        if template.is_none() && template::is_opening(line.text().trim_start()) {
            template = Some(line.span(0..line.text().len()));
        }
        if line.text().len() > MAX_LINE_BYTES {
            let message = format!("the instruction has more than {MAX_LINE_BYTES} bytes; it is not read");
            problems.push(Problem::error(line.span(0..1), message));
            continue;
        }
        if let Some(mut instruction) = instruction::parse(line, reader.escape(), &mut problems) {
            read_heredocs(&mut reader, &mut instruction, &mut problems);
            if instruction.keyword == Keyword::From {
                template = template.or_else(|| template::in_image(&instruction));
            }
            instructions.push(instruction);
        }
    }
    Dockerfile { directives, escape: reader.escape(), instructions, template, problems: Problem::of_syntax(problems) }
}

fn read_heredocs<'a>(reader: &mut Reader<'a>, instruction: &mut Instruction<'a>, problems: &mut Vec<Problem>) {
    let mut heredocs = std::mem::take(&mut instruction.heredocs);
    for heredoc in &mut heredocs {
        match reader.heredoc(heredoc) {
            Ok(end) => instruction.span = Span::new(instruction.span.source, instruction.span.start, end as u32),
            Err(end) => {
                // It took the rest of the file: those after it are not even begun.
                instruction.span = Span::new(instruction.span.source, instruction.span.start, end as u32);
                let message = format!("the here-document is never ended; add a line that is only `{}`", heredoc.name);
                problems.push(Problem::error(instruction.place(&heredoc.marker), message));
                break;
            }
        }
    }
    instruction.heredocs = heredocs;
}

#[cfg(test)]
mod tests;
