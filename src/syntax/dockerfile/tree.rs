//! The tree of a Dockerfile.

use super::Keyword;
use crate::source::{Derived, Problem, Span};
use ecow::EcoString;
use std::ops::Range;

/// What a Dockerfile says.
#[derive(Clone, Debug)]
pub struct Dockerfile<'a> {
    /// `# syntax=`, `# escape=`, `# check=`.
    pub directives: Vec<Directive>,
    /// The escape character: `\` or, with `# escape`, a backtick.
    pub escape: u8,
    /// The instructions in source order.
    pub instructions: Vec<Instruction<'a>>,
    /// The first place that only a template engine understands: the file has to be rendered first.
    pub template: Option<Span>,
    /// What could not be understood.
    pub problems: Vec<Problem>,
}

/// One parser directive.
#[derive(Clone, Debug)]
pub struct Directive {
    /// Lower-case name.
    pub name: EcoString,
    /// What follows the `=`.
    pub value: Word,
}

/// One instruction.
#[derive(Clone, Debug)]
pub struct Instruction<'a> {
    /// Which.
    pub keyword: Keyword,
    /// Its lines joined: without continuation characters, and without the comments and blank lines between.
    pub line: Derived<'a>,
    /// `--name=value` before the arguments.
    pub flags: Vec<Flag>,
    /// The rest of the line.
    pub arguments: Arguments,
    /// The here-documents announced in the line.
    pub heredocs: Vec<Heredoc<'a>>,
    /// The first word.
    pub header: Span,
    /// From the first word to the last character, here-documents included.
    pub span: Span,
}

/// A piece of a line.
#[derive(Clone, Debug)]
pub struct Word {
    /// The text: as written, or decoded when it is an element of a JSON array.
    pub text: EcoString,
    /// Its bytes in [`Instruction::line`]; those of a JSON string include the quotes.
    pub at: Range<u32>,
    /// Its place.
    pub span: Span,
}

/// `--name` or `--name=value`.
#[derive(Clone, Debug)]
pub struct Flag {
    /// Without the dashes.
    pub name: EcoString,
    /// What follows the `=`, quotes removed.
    pub value: Option<Word>,
    /// The whole flag.
    pub span: Span,
}

/// `name=value` or, in the old form, `name value`; an `ARG` may lack the value.
#[derive(Clone, Debug)]
pub struct Pair {
    /// The name.
    pub name: Word,
    /// The value, with quotes and variables as written.
    pub value: Option<Word>,
    /// Both.
    pub span: Span,
}

/// The rest of an instruction.
#[derive(Clone, Debug)]
pub enum Arguments {
    /// There is none.
    None,
    /// Words between white space: `FROM`, `EXPOSE`, `COPY`, `ADD`, `VOLUME`.
    Words(Vec<Word>),
    /// A JSON array of strings, the exec form.
    Exec(Vec<Word>),
    /// The rest of the line as it is, as bytes of [`Instruction::line`]: the shell form, `USER`, `WORKDIR`, ….
    Text(Range<u32>),
    /// `ENV`, `LABEL`, `ARG`.
    Pairs {
        /// The pairs.
        pairs: Vec<Pair>,
        /// Whether it is the old form, `ENV name value`.
        legacy: bool,
    },
    /// `HEALTHCHECK CMD …` or `HEALTHCHECK NONE`: the type, and `Exec`, `Text` or `None`.
    Healthcheck(Word, Box<Arguments>),
    /// The instruction after `ONBUILD`.
    Onbuild(Box<Instruction<'static>>),
}

/// A here-document.
#[derive(Clone, Debug)]
pub struct Heredoc<'a> {
    /// The word that ends it, quotes removed.
    pub name: EcoString,
    /// The marker in the line: `<<EOF`, as bytes of [`Instruction::line`].
    pub marker: Range<u32>,
    /// Whether variables in it are expanded: no part of the name is quoted.
    pub expand: bool,
    /// `<<-`: leading tabs are removed.
    pub chomp: bool,
    /// The text, with leading tabs removed where the marker says so.
    pub content: Derived<'a>,
}

impl Instruction<'_> {
    /// The text of a range of the line.
    pub fn text(&self, at: &Range<u32>) -> &str {
        self.line.text().get(at.start as usize..at.end as usize).unwrap_or_default()
    }

    /// The place of a range of the line.
    pub fn place(&self, at: &Range<u32>) -> Span {
        self.line.span(at.start as usize..at.end as usize)
    }

    /// How many words, pairs and flags it has.
    pub fn words(&self) -> usize {
        let arguments = match &self.arguments {
            Arguments::None | Arguments::Text(_) => 0,
            Arguments::Words(words) | Arguments::Exec(words) => words.len(),
            Arguments::Pairs { pairs, .. } => pairs.len(),
            Arguments::Healthcheck(_, inner) => {
                if let Arguments::Exec(words) = &**inner {
                    words.len()
                } else {
                    0
                }
            }
            Arguments::Onbuild(inner) => inner.words(),
        };
        self.flags.len() + arguments
    }

    /// The flag `name`; the last one where it is repeated.
    pub fn flag(&self, name: &str) -> Option<&Flag> {
        self.flags.iter().rev().find(|flag| flag.name == name)
    }
}
