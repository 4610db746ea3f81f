//! Tokens to events.

use super::scanner::Scanner;
use super::token::{Fault, Style, Token, TokenKind};
use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::Range;

/// One event and its bytes. Collections that begin have the place where they begin; what is left out has an
/// empty range.
#[derive(Clone, Debug)]
pub struct Event<'a> {
    pub kind: EventKind<'a>,
    pub range: Range<usize>,
}

/// What an event is.
#[derive(Clone, Debug)]
pub enum EventKind<'a> {
    /// A scalar, and how it is written.
    Scalar(Cow<'a, str>, Style, Properties<'a>),
    /// A list begins; whether it stands in `[ ]`.
    SequenceStart(bool, Properties<'a>),
    SequenceEnd,
    /// A mapping begins; whether it stands in `{ }`.
    MappingStart(bool, Properties<'a>),
    MappingEnd,
    /// `*name`
    Alias(&'a str),
    /// The document is over.
    End,
}

/// What stands in front of a node.
#[derive(Clone, Debug, Default)]
pub struct Properties<'a> {
    /// The name of its anchor.
    pub anchor: Option<&'a str>,
    /// Its tag, with the handle resolved; `!` stands for itself.
    pub tag: Option<Cow<'a, str>>,
}

/// What is expected next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    DocumentStart,
    DocumentEnd,
    BlockSequenceEntry { first: bool },
    IndentlessSequenceEntry,
    BlockMappingKey { first: bool },
    BlockMappingValue,
    FlowSequenceEntry { first: bool },
    PairKey,
    PairValue,
    PairEnd,
    FlowMappingKey { first: bool },
    FlowMappingValue,
    FlowMappingEmptyValue,
}

/// Makes the events of the first document. After a fault it must not be asked again.
#[derive(Debug)]
pub struct Parser<'a> {
    scanner: Scanner<'a>,
    state: State,
    states: Vec<State>,
    /// The prefixes that tag handles stand for.
    handles: HashMap<Cow<'a, str>, Cow<'a, str>>,
}

/// The handles that every document has, with their prefixes; a directive may change them.
const HANDLES: [(&str, &str); 2] = [("!", "!"), ("!!", "tag:yaml.org,2002:")];

type Result<T> = std::result::Result<T, Fault>;

impl<'a> Parser<'a> {
    /// A parser of `text`, in which there is no [forbidden character](super::forbidden_character).
    pub fn new(text: &'a str) -> Self {
        let handles = HANDLES.into_iter().map(|(handle, prefix)| (handle.into(), prefix.into())).collect();
        Self { scanner: Scanner::new(text), state: State::DocumentStart, states: Vec::new(), handles }
    }

    /// The comments met so far.
    pub fn comments(&self) -> &[Range<usize>] {
        &self.scanner.comments
    }

    /// The next event. [`EventKind::End`] is the last one.
    pub fn next(&mut self) -> Result<Event<'a>> {
        match self.state {
            State::DocumentStart => self.document_start(),
            State::DocumentEnd => self.document_end(),
            State::BlockSequenceEntry { first } => self.block_sequence_entry(first),
            State::IndentlessSequenceEntry => self.indentless_sequence_entry(),
            State::BlockMappingKey { first } => self.block_mapping_key(first),
            State::BlockMappingValue => self.block_mapping_value(),
            State::FlowSequenceEntry { first } => self.flow_sequence_entry(first),
            State::PairKey => self.pair_key(),
            State::PairValue => self.pair_value(),
            State::PairEnd => {
                let at = self.peek()?.range.start;
                self.state = State::FlowSequenceEntry { first: false };
                Ok(Event { kind: EventKind::MappingEnd, range: at..at })
            }
            State::FlowMappingKey { first } => self.flow_mapping_key(first),
            State::FlowMappingValue => self.flow_mapping_value(),
            State::FlowMappingEmptyValue => {
                let at = self.peek()?.range.start;
                Ok(self.empty(State::FlowMappingKey { first: false }, at))
            }
        }
    }

    fn peek(&mut self) -> Result<&Token<'a>> {
        self.scanner.peek()
    }

    fn fault<T>(&mut self, message: &'static str) -> Result<T> {
        let range = self.peek()?.range.clone();
        Err(Fault::new(message, self.scanner.cursor.visible(range)))
    }

    fn document_start(&mut self) -> Result<Event<'a>> {
        let begins = self.peek()?;
        match begins.kind {
            TokenKind::StreamEnd => {}
            TokenKind::VersionDirective(..) | TokenKind::TagDirective(..) | TokenKind::DocumentStart => {
                self.directives()?;
                if self.peek()?.kind != TokenKind::DocumentStart {
                    return self.fault("`---` is expected behind the directives");
                }
                self.scanner.take()?;
            }
            _ => return self.node(State::DocumentEnd, true, false),
        }
        match self.peek()?.kind {
            TokenKind::VersionDirective(..)
            | TokenKind::TagDirective(..)
            | TokenKind::DocumentStart
            | TokenKind::DocumentEnd
            | TokenKind::StreamEnd => {
                let at = self.peek()?.range.start;
                Ok(self.empty(State::DocumentEnd, at))
            }
            _ => self.node(State::DocumentEnd, true, false),
        }
    }

    fn directives(&mut self) -> Result<()> {
        let mut has_version = false;
        loop {
            let token = self.peek()?.clone();
            match token.kind {
                TokenKind::VersionDirective(..) if has_version => return self.fault("a second `%YAML` directive"),
                TokenKind::VersionDirective(1, 1) => has_version = true,
                TokenKind::VersionDirective(..) => return self.fault("only YAML 1.1 is read; drop this line"),
                TokenKind::TagDirective(handle, prefix) => {
                    let is_usual = HANDLES.iter().any(|(usual, _)| *usual == handle);
                    if self.handles.insert(handle, prefix).is_some() && !is_usual {
                        return self.fault("a second `%TAG` directive for this handle");
                    }
                }
                _ => return Ok(()),
            }
            self.scanner.take()?;
        }
    }

    fn document_end(&mut self) -> Result<Event<'a>> {
        let at = self.peek()?.range.start;
        Ok(Event { kind: EventKind::End, range: at..at })
    }

    /// A node. `then` comes behind it; `in_block` allows block collections, `indentless` also a list that is
    /// not indented deeper than its key.
    fn node(&mut self, then: State, in_block: bool, indentless: bool) -> Result<Event<'a>> {
        let start = self.peek()?.range.start;
        if let TokenKind::Alias(name) = self.peek()?.kind {
            let range = self.scanner.take()?.range;
            self.state = then;
            return Ok(Event { kind: EventKind::Alias(name), range });
        }
        let properties = self.properties()?;
        let token = self.peek()?;
        let at = token.range.start;
        let (state, kind) = match token.kind {
            TokenKind::BlockEntry if indentless => {
                (State::IndentlessSequenceEntry, EventKind::SequenceStart(false, properties))
            }
            TokenKind::Scalar(..) => {
                let Token { kind, range } = self.scanner.take()?;
                self.state = then;
                let (text, style) = match kind {
                    TokenKind::Scalar(text, style) => (text, style),
                    _ => (Cow::Borrowed(""), Style::Plain),
                };
                return Ok(Event { kind: EventKind::Scalar(text, style, properties), range });
            }
            TokenKind::FlowSequenceStart => {
                (State::FlowSequenceEntry { first: true }, EventKind::SequenceStart(true, properties))
            }
            TokenKind::FlowMappingStart => {
                (State::FlowMappingKey { first: true }, EventKind::MappingStart(true, properties))
            }
            TokenKind::BlockSequenceStart if in_block => {
                (State::BlockSequenceEntry { first: true }, EventKind::SequenceStart(false, properties))
            }
            TokenKind::BlockMappingStart if in_block => {
                (State::BlockMappingKey { first: true }, EventKind::MappingStart(false, properties))
            }
            _ if properties.anchor.is_some() || properties.tag.is_some() => {
                self.state = then;
                let kind = EventKind::Scalar(Cow::Borrowed(""), Style::Plain, properties);
                return Ok(Event { kind, range: start..start });
            }
            _ => return self.fault("a value is expected here"),
        };
        self.states.push(then);
        self.state = state;
        Ok(Event { kind, range: at..at })
    }

    /// Anchor and tag, in either order.
    fn properties(&mut self) -> Result<Properties<'a>> {
        let mut properties = Properties::default();
        loop {
            match &self.peek()?.kind {
                TokenKind::Anchor(name) if properties.anchor.is_none() => properties.anchor = Some(name),
                TokenKind::Tag(handle, suffix) if properties.tag.is_none() => {
                    let (handle, suffix) = (handle.clone(), suffix.clone());
                    properties.tag = Some(self.resolve_tag(&handle, suffix)?);
                }
                _ => return Ok(properties),
            }
            self.scanner.take()?;
        }
    }

    fn resolve_tag(&mut self, handle: &str, suffix: Cow<'a, str>) -> Result<Cow<'a, str>> {
        if handle.is_empty() {
            return Ok(suffix);
        }
        match self.handles.get(handle) {
            Some(prefix) => Ok(Cow::Owned(format!("{prefix}{suffix}"))),
            None => self.fault("no `%TAG` directive declares the handle of this tag"),
        }
    }

    /// Nothing, where a scalar may stand.
    fn empty(&mut self, then: State, at: usize) -> Event<'a> {
        self.state = then;
        let kind = EventKind::Scalar(Cow::Borrowed(""), Style::Plain, Properties::default());
        Event { kind, range: at..at }
    }

    /// The token that ends the innermost collection.
    fn close(&mut self, kind: EventKind<'a>) -> Result<Event<'a>> {
        self.state = self.states.pop().unwrap_or(State::DocumentEnd);
        Ok(Event { kind, range: self.scanner.take()?.range })
    }

    fn block_sequence_entry(&mut self, first: bool) -> Result<Event<'a>> {
        if first {
            self.scanner.take()?;
        }
        match self.peek()?.kind {
            TokenKind::BlockEntry => {
                let at = self.scanner.take()?.range.end;
                let then = State::BlockSequenceEntry { first: false };
                match self.peek()?.kind {
                    TokenKind::BlockEntry | TokenKind::BlockEnd => Ok(self.empty(then, at)),
                    _ => self.node(then, true, false),
                }
            }
            TokenKind::BlockEnd => self.close(EventKind::SequenceEnd),
            _ => self.fault("the next element (`-`) of the list is expected here; is the indentation right?"),
        }
    }

    fn indentless_sequence_entry(&mut self) -> Result<Event<'a>> {
        if self.peek()?.kind != TokenKind::BlockEntry {
            let at = self.peek()?.range.start;
            self.state = self.states.pop().unwrap_or(State::DocumentEnd);
            return Ok(Event { kind: EventKind::SequenceEnd, range: at..at });
        }
        let at = self.scanner.take()?.range.end;
        let then = State::IndentlessSequenceEntry;
        match self.peek()?.kind {
            TokenKind::BlockEntry | TokenKind::Key | TokenKind::Value | TokenKind::BlockEnd => Ok(self.empty(then, at)),
            _ => self.node(then, true, false),
        }
    }

    fn block_mapping_key(&mut self, first: bool) -> Result<Event<'a>> {
        if first {
            self.scanner.take()?;
        }
        match self.peek()?.kind {
            TokenKind::Key => {
                let at = self.scanner.take()?.range.end;
                match self.peek()?.kind {
                    TokenKind::Key | TokenKind::Value | TokenKind::BlockEnd => {
                        Ok(self.empty(State::BlockMappingValue, at))
                    }
                    _ => self.node(State::BlockMappingValue, true, true),
                }
            }
            TokenKind::BlockEnd => self.close(EventKind::MappingEnd),
            _ => self.fault("the next key of the mapping is expected here; is the indentation right?"),
        }
    }

    fn block_mapping_value(&mut self) -> Result<Event<'a>> {
        let then = State::BlockMappingKey { first: false };
        if self.peek()?.kind != TokenKind::Value {
            let at = self.peek()?.range.start;
            return Ok(self.empty(then, at));
        }
        let at = self.scanner.take()?.range.end;
        match self.peek()?.kind {
            TokenKind::Key | TokenKind::Value | TokenKind::BlockEnd => Ok(self.empty(then, at)),
            _ => self.node(then, true, true),
        }
    }

    fn flow_sequence_entry(&mut self, first: bool) -> Result<Event<'a>> {
        if first {
            self.scanner.take()?;
        }
        if self.peek()?.kind != TokenKind::FlowSequenceEnd {
            if !first {
                if self.peek()?.kind != TokenKind::FlowEntry {
                    return self.fault("`,` or `]` is expected here");
                }
                self.scanner.take()?;
            }
            match self.peek()?.kind {
                TokenKind::Key => {
                    let at = self.scanner.take()?.range.start;
                    self.state = State::PairKey;
                    let kind = EventKind::MappingStart(false, Properties::default());
                    return Ok(Event { kind, range: at..at });
                }
                TokenKind::FlowSequenceEnd => {}
                _ => return self.node(State::FlowSequenceEntry { first: false }, false, false),
            }
        }
        self.close(EventKind::SequenceEnd)
    }

    /// The key of a mapping with one entry and without braces: `[a: b]`.
    fn pair_key(&mut self) -> Result<Event<'a>> {
        match self.peek()?.kind {
            TokenKind::Value | TokenKind::FlowEntry | TokenKind::FlowSequenceEnd => {
                let at = self.scanner.take()?.range.end;
                Ok(self.empty(State::PairValue, at))
            }
            _ => self.node(State::PairValue, false, false),
        }
    }

    fn pair_value(&mut self) -> Result<Event<'a>> {
        if self.peek()?.kind == TokenKind::Value {
            self.scanner.take()?;
            if !matches!(self.peek()?.kind, TokenKind::FlowEntry | TokenKind::FlowSequenceEnd) {
                return self.node(State::PairEnd, false, false);
            }
        }
        let at = self.peek()?.range.start;
        Ok(self.empty(State::PairEnd, at))
    }

    fn flow_mapping_key(&mut self, first: bool) -> Result<Event<'a>> {
        if first {
            self.scanner.take()?;
        }
        if self.peek()?.kind != TokenKind::FlowMappingEnd {
            if !first {
                if self.peek()?.kind != TokenKind::FlowEntry {
                    return self.fault("`,` or `}` is expected here");
                }
                self.scanner.take()?;
            }
            match self.peek()?.kind {
                TokenKind::Key => {
                    let at = self.scanner.take()?.range.end;
                    return match self.peek()?.kind {
                        TokenKind::Value | TokenKind::FlowEntry | TokenKind::FlowMappingEnd => {
                            Ok(self.empty(State::FlowMappingValue, at))
                        }
                        _ => self.node(State::FlowMappingValue, false, false),
                    };
                }
                TokenKind::FlowMappingEnd => {}
                _ => return self.node(State::FlowMappingEmptyValue, false, false),
            }
        }
        self.close(EventKind::MappingEnd)
    }

    fn flow_mapping_value(&mut self) -> Result<Event<'a>> {
        let then = State::FlowMappingKey { first: false };
        if self.peek()?.kind == TokenKind::Value {
            self.scanner.take()?;
            if !matches!(self.peek()?.kind, TokenKind::FlowEntry | TokenKind::FlowMappingEnd) {
                return self.node(then, false, false);
            }
        }
        let at = self.peek()?.range.start;
        Ok(self.empty(then, at))
    }
}
