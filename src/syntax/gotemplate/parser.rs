//! Pieces to a tree.
//!
//! Blocks nest by recursion, bounded by [`DEPTH_LIMIT`].

use super::lexer::{self, Fault, Piece};
use super::token::{Keyword, Token, TokenKind};
use super::tree::{Block, BlockKind, Comment, Define, Node, NodeKind, Pipeline, Template, is_empty};
use super::{DEPTH_LIMIT, literal};
use crate::source::{Derived, Problem, Span};
use ecow::EcoString;
use std::ops::Range;

/// Reads the template `text`.
pub fn parse(text: &Derived<'_>) -> Template {
    let pieces = lexer::pieces(text.text());
    let mut parser = Parser {
        text,
        pieces: pieces.into_iter(),
        template: Template::default(),
        variables: vec!["$".into()],
        loops: 0,
        depth: 0,
    };
    parser.template.body = parser.nodes(&mut None).into();
    parser.template
}

/// What ends a list of nodes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ending {
    /// `end`
    End,
    /// `else`
    Else,
    /// The end of the text.
    Text,
}

/// The block that is read, and how it ended.
struct Enclosing {
    /// `else`, with the words behind it.
    rest: Vec<Token>,
    ending: Ending,
    end: usize,
}

pub(super) struct Parser<'t> {
    pub(super) text: &'t Derived<'t>,
    pieces: std::vec::IntoIter<Piece>,
    pub(super) template: Template,
    pub(super) variables: Vec<EcoString>,
    loops: usize,
    pub(super) depth: usize,
}

impl<'t> Parser<'t> {
    pub(super) fn slice(&self, range: Range<usize>) -> &'t str {
        self.text.text().get(range).unwrap_or_default()
    }

    pub(super) fn span(&self, range: Range<usize>) -> Span {
        self.text.span(range)
    }

    fn problem(&mut self, fault: Fault) {
        let span = self.span(fault.range);
        self.template.problems.push(Problem::error(span, fault.message));
    }

    /// Reads nodes up to the end of the block `within`, or of the text where there is none.
    fn nodes(&mut self, within: &mut Option<Enclosing>) -> Vec<Node> {
        let mut nodes = Vec::new();
        while let Some(piece) = self.pieces.next() {
            let (range, tokens) = match piece {
                Piece::Text(range) => {
                    let kind = NodeKind::Text(self.slice(range.clone()).into());
                    nodes.push(Node { kind, span: self.span(range) });
                    continue;
                }
                Piece::Comment(range, inner) => {
                    let text = self.slice(inner).into();
                    let span = self.span(range);
                    self.template.comments.push(Comment { text, span });
                    continue;
                }
                Piece::Broken(range, fault) => {
                    self.problem(fault);
                    nodes.extend(self.broken(range));
                    continue;
                }
                Piece::Action(range, tokens) => (range, tokens),
            };
            let mut words = Words { tokens: &tokens, at: 0 };
            let keyword = match words.peek_word() {
                TokenKind::Keyword(keyword) => Some(keyword),
                _ => None,
            };
            if let Some(ending @ (Keyword::End | Keyword::Else)) = keyword {
                words.next_word();
                let ending = if ending == Keyword::End { Ending::End } else { Ending::Else };
                match within {
                    Some(enclosing) => {
                        let rest = tokens.get(words.at..).unwrap_or_default().to_vec();
                        *enclosing = Enclosing { rest, ending, end: range.end };
                        return nodes;
                    }
                    None => self.problem(Fault { message: "this action ends no block".into(), range }),
                }
                continue;
            }
            let at_top = within.is_none();
            match self.action(range.clone(), &mut words, keyword, at_top) {
                Ok(node) => nodes.extend(node),
                Err(fault) => {
                    self.problem(fault);
                    nodes.push(Node { kind: NodeKind::Broken, span: self.span(range) });
                }
            }
        }
        if let Some(enclosing) = within {
            enclosing.ending = Ending::Text;
            enclosing.end = self.text.text().len();
        }
        nodes
    }

    /// What an action without words stands for: the block that its first word would begin, else nothing.
    fn broken(&mut self, range: Range<usize>) -> Option<Node> {
        let words = self.slice(range.clone()).trim_start_matches(['{', '-', ' ', '\t', '\r', '\n']);
        let word = words.split(|c: char| !c.is_alphabetic()).next().unwrap_or_default();
        let kind = match Keyword::of(word) {
            Some(Keyword::If) => BlockKind::If,
            Some(Keyword::With) => BlockKind::With,
            Some(Keyword::Range) => BlockKind::Range,
            Some(Keyword::Define | Keyword::Block) => {
                self.body(&range, "block").ok()?;
                return None;
            }
            _ => return Some(Node { kind: NodeKind::Broken, span: self.span(range) }),
        };
        self.block(kind, range, None).ok().map(|(node, _)| node)
    }

    fn action(
        &mut self,
        range: Range<usize>,
        words: &mut Words<'_>,
        keyword: Option<Keyword>,
        at_top: bool,
    ) -> Result<Option<Node>, Fault> {
        let Some(keyword) = keyword else {
            let pipeline = self.pipeline(words, "an action", TokenKind::End)?;
            return Ok(Some(Node { kind: NodeKind::Action(pipeline), span: self.span(range) }));
        };
        words.next_word();
        let kind = match keyword {
            Keyword::If => return self.control(BlockKind::If, range, words).map(|(node, _)| Some(node)),
            Keyword::With => return self.control(BlockKind::With, range, words).map(|(node, _)| Some(node)),
            Keyword::Range => return self.control(BlockKind::Range, range, words).map(|(node, _)| Some(node)),
            Keyword::Break | Keyword::Continue => {
                words.expect_end()?;
                if self.loops == 0 {
                    return Err(Fault { message: "this action must stand inside a `range`".into(), range });
                }
                if keyword == Keyword::Break { NodeKind::Break } else { NodeKind::Continue }
            }
            Keyword::Template => {
                let (name, _) = self.name(words, "template")?;
                let pipeline = match words.peek_word() {
                    TokenKind::End => None,
                    _ => Some(self.pipeline(words, "`template`", TokenKind::End)?),
                };
                NodeKind::Call(name, pipeline)
            }
            Keyword::Block => {
                let name = self.name(words, "block");
                let pipeline = name.and_then(|name| Ok((name, self.pipeline(words, "`block`", TokenKind::End)?)));
                let body = self.body(&range, "block")?;
                let ((name, span), pipeline) = pipeline?;
                self.define(Define { name: name.clone(), span, body: body.into() });
                NodeKind::Call(name, Some(pipeline))
            }
            Keyword::Define => {
                let name = self.name(words, "define").and_then(|name| words.expect_end().map(|()| name));
                let body = self.body(&range, "define")?;
                if !at_top {
                    return Err(Fault { message: "`define` must not stand inside a block".into(), range });
                }
                let (name, span) = name?;
                self.define(Define { name, span, body: body.into() });
                return Ok(None);
            }
            Keyword::End | Keyword::Else => return Ok(None),
        };
        Ok(Some(Node { kind, span: self.span(range) }))
    }

    /// Adds a definition. Of two in one text that write something Go refuses the second.
    fn define(&mut self, define: Define) {
        let same = |known: &&mut Define| known.name == define.name;
        match self.template.defines.iter_mut().find(same) {
            Some(known) if is_empty(&known.body) => *known = define,
            Some(_) if is_empty(&define.body) => {}
            Some(_) => {
                let problem = Problem::error(define.span, format!("`{}` is defined twice in this file", define.name));
                self.template.problems.push(problem);
            }
            None => self.template.defines.push(define),
        }
    }

    fn name(&mut self, words: &mut Words<'_>, clause: &str) -> Result<(EcoString, Span), Fault> {
        let token = words.next_word();
        let text = self.slice(token.range.clone());
        let name = match token.kind {
            TokenKind::Raw => text.get(1..text.len() - 1).map(str::to_owned),
            TokenKind::Quoted => literal::unquote(text),
            _ => None,
        };
        let name = name.ok_or_else(|| Fault {
            message: format!("`{clause}` needs the name of a template in quotes"),
            range: token.range.clone(),
        })?;
        Ok((name.into(), self.span(token.range)))
    }

    /// The content of a definition, which has variables and loops of its own.
    fn body(&mut self, range: &Range<usize>, clause: &str) -> Result<Vec<Node>, Fault> {
        let variables = std::mem::replace(&mut self.variables, vec!["$".into()]);
        let loops = std::mem::take(&mut self.loops);
        let (body, enclosing) = self.nested(range)?;
        self.variables = variables;
        self.loops = loops;
        match enclosing.ending {
            Ending::End => Ok(body),
            Ending::Else => Err(Fault { message: format!("`{clause}` has no `else`"), range: range.clone() }),
            Ending::Text => Err(Fault { message: format!("`{clause}` has no `end`"), range: range.clone() }),
        }
    }

    /// Reads what stands in a block that begins with the action at `range`.
    fn nested(&mut self, range: &Range<usize>) -> Result<(Vec<Node>, Enclosing), Fault> {
        let mut within = Some(Enclosing { rest: Vec::new(), ending: Ending::Text, end: range.end });
        let nodes = self.deeper(range, |parser| Ok(parser.nodes(&mut within)))?;
        let enclosing = within.unwrap_or(Enclosing { rest: Vec::new(), ending: Ending::Text, end: range.end });
        Ok((nodes, enclosing))
    }

    /// Reads what nests one block deeper: a body, or the `else if` of a chain.
    fn deeper<T>(
        &mut self,
        range: &Range<usize>,
        read: impl FnOnce(&mut Self) -> Result<T, Fault>,
    ) -> Result<T, Fault> {
        if self.depth >= DEPTH_LIMIT {
            // Which `end` belongs to which block is not known from here on.
            self.pieces = Vec::new().into_iter();
            let message = format!("blocks nest deeper than {DEPTH_LIMIT}; the rest of the template is not read");
            return Err(Fault { message, range: range.clone() });
        }
        self.depth += 1;
        let result = read(self);
        self.depth -= 1;
        result
    }

    /// Reads a block whose first word was taken. Returns where it ends, too.
    fn control(&mut self, kind: BlockKind, range: Range<usize>, words: &mut Words<'_>) -> Result<(Node, usize), Fault> {
        let known = self.variables.len();
        let context = match kind {
            BlockKind::If => "`if`",
            BlockKind::With => "`with`",
            BlockKind::Range => "`range`",
        };
        let pipeline = match self.pipeline(words, context, TokenKind::End) {
            Ok(pipeline) => Some(pipeline),
            Err(fault) => {
                self.problem(fault);
                None
            }
        };
        let block = self.block(kind, range, pipeline);
        self.variables.truncate(known);
        block
    }

    fn block(
        &mut self,
        kind: BlockKind,
        range: Range<usize>,
        pipeline: Option<Pipeline>,
    ) -> Result<(Node, usize), Fault> {
        self.loops += usize::from(kind == BlockKind::Range);
        let nested = self.nested(&range);
        self.loops -= usize::from(kind == BlockKind::Range);
        let (body, enclosing) = nested?;
        let (mut end, mut otherwise) = (enclosing.end, None);
        let unclosed = |range: &Range<usize>| Fault { message: "this block has no `end`".into(), range: range.clone() };
        match enclosing.ending {
            Ending::End => self.expect_end(&enclosing.rest),
            Ending::Text => self.problem(unclosed(&range)),
            Ending::Else => {
                let mut words = Words { tokens: &enclosing.rest, at: 0 };
                let chained = match words.peek_word() {
                    TokenKind::Keyword(Keyword::If) if kind == BlockKind::If => Some(BlockKind::If),
                    TokenKind::Keyword(Keyword::With) if kind == BlockKind::With => Some(BlockKind::With),
                    _ => None,
                };
                if let Some(chained) = chained {
                    let start = words.next_word().range.start;
                    let node;
                    let action = start..enclosing.end;
                    (node, end) = self.deeper(&range, |parser| parser.control(chained, action, &mut words))?;
                    otherwise = Some(vec![node]);
                } else {
                    self.expect_end(&enclosing.rest);
                    let (nodes, last) = self.nested(&range)?;
                    otherwise = Some(nodes);
                    end = last.end;
                    match last.ending {
                        Ending::End => self.expect_end(&last.rest),
                        Ending::Else => {
                            let message = "a block has one `else`, as its last branch".into();
                            self.problem(Fault { message, range: range.clone() });
                        }
                        Ending::Text => self.problem(unclosed(&range)),
                    }
                }
            }
        }
        let span = self.span(range.start..end);
        Ok((Node { kind: NodeKind::Block(Box::new(Block { kind, pipeline, body, otherwise })), span }, end))
    }

    /// Reports words where none may stand.
    fn expect_end(&mut self, rest: &[Token]) {
        if let Err(fault) = (Words { tokens: rest, at: 0 }).expect_end() {
            self.problem(fault);
        }
    }
}

/// The words of an action, read from the left.
pub(super) struct Words<'a> {
    pub(super) tokens: &'a [Token],
    pub(super) at: usize,
}

impl Words<'_> {
    /// The next token, blanks included; [`TokenKind::End`] behind the last one.
    pub(super) fn peek(&self) -> Token {
        self.tokens.get(self.at).or(self.tokens.last()).cloned().unwrap_or(Token { kind: TokenKind::End, range: 0..0 })
    }

    pub(super) fn next(&mut self) -> Token {
        let token = self.peek();
        self.at += 1;
        token
    }

    pub(super) fn skip_space(&mut self) -> bool {
        let is_space = self.peek().kind == TokenKind::Space;
        self.at += usize::from(is_space);
        is_space
    }

    pub(super) fn peek_word(&mut self) -> TokenKind {
        self.skip_space();
        self.peek().kind
    }

    pub(super) fn next_word(&mut self) -> Token {
        self.skip_space();
        self.next()
    }

    pub(super) fn expect_end(&mut self) -> Result<(), Fault> {
        let token = self.next_word();
        if token.kind == TokenKind::End {
            return Ok(());
        }
        Err(Fault { message: "`}}` is expected here".into(), range: token.range })
    }
}
