//! Tokens.

use std::borrow::Cow;
use std::ops::Range;

/// One token and its bytes.
#[derive(Clone, Debug)]
pub struct Token<'a> {
    pub kind: TokenKind<'a>,
    pub range: Range<usize>,
}

/// What a token is. The names are those of the YAML specification's own parser.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TokenKind<'a> {
    StreamEnd,
    /// `%YAML`: major and minor version.
    VersionDirective(u32, u32),
    /// `%TAG`: handle and prefix.
    TagDirective(Cow<'a, str>, Cow<'a, str>),
    DocumentStart,
    DocumentEnd,
    BlockSequenceStart,
    BlockMappingStart,
    BlockEnd,
    FlowSequenceStart,
    FlowSequenceEnd,
    FlowMappingStart,
    FlowMappingEnd,
    BlockEntry,
    FlowEntry,
    Key,
    Value,
    Alias(&'a str),
    Anchor(&'a str),
    /// Handle and suffix; the handle is empty for a verbatim tag, and for `!` alone.
    Tag(Cow<'a, str>, Cow<'a, str>),
    Scalar(Cow<'a, str>, Style),
}

/// How a scalar is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    Plain,
    Quoted,
    Block,
}

/// Why the text is no YAML.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// What is wrong.
    pub message: Cow<'static, str>,
    /// Where, in bytes of the text.
    pub range: Range<usize>,
}

impl Fault {
    /// A fault at one place.
    pub fn new(message: impl Into<Cow<'static, str>>, range: Range<usize>) -> Self {
        Self { message: message.into(), range }
    }
}
