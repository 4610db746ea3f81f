//! The layout of a Dockerfile: instructions and stages.

use super::{Construct, Part};
use crate::source::SourceId;
use crate::syntax::dockerfile::{self, Keyword};
use std::ops::Range;

/// The comments and the constructs of a file. A comment is a line of its own, also among the lines that an
/// instruction is continued on, but never in a here-document.
pub(super) fn read(id: SourceId, text: &str) -> (Vec<Range<u32>>, Vec<Construct>) {
    let file = dockerfile::parse(id, text);
    let mut constructs = Vec::new();
    let mut documents = Vec::new();
    for instruction in &file.instructions {
        constructs.push(Construct { range: instruction.span.start..instruction.span.end, part: Part::Item });
        for heredoc in &instruction.heredocs {
            let content = heredoc.content.span(0..heredoc.content.text().len());
            documents.push(content.start..content.end);
        }
        if instruction.keyword == Keyword::From {
            end_stage(&mut constructs, instruction.span.start);
            constructs.push(Construct { range: instruction.span.start..text.len() as u32, part: Part::Stage });
        }
    }
    let comments = lines(text).filter(|line| !documents.iter().any(|document| document.contains(&line.start)));
    (comments.collect(), constructs)
}

/// The stage before ends where the next one begins.
fn end_stage(constructs: &mut [Construct], at: u32) {
    if let Some(stage) = constructs.iter_mut().rev().find(|construct| construct.part == Part::Stage) {
        stage.range.end = at;
    }
}

/// The lines that begin with `#`, without the blanks around.
fn lines(text: &str) -> impl Iterator<Item = Range<u32>> {
    let mut at = 0;
    text.split_inclusive('\n').filter_map(move |line| {
        let start = at + line.len() - line.trim_start().len();
        at += line.len();
        let said = line.trim();
        said.starts_with('#').then(|| start as u32..(start + said.len()) as u32)
    })
}
