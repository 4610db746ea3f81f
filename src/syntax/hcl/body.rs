//! Bodies: attributes and blocks, and how a file goes on after a syntax error.

use super::ast::{Attribute, Block, Body, ExprKind, Ident, Item};
use super::lexer::{Token, TokenKind};
use super::parser::{MAX_NODES, Parsed, Parser};
use super::recovery::{Next, next_item};
use crate::limits::hcl::MAX_PROBLEMS;
use crate::source::Problem;

impl Parser<'_> {
    /// A whole file. What holds a syntax error is left out, up to the outermost block around it: a
    /// block without one of its attributes would be judged wrongly.
    pub fn file(&mut self) -> Body {
        let mut items = Vec::new();
        // What was read in vain, bounded so that a file full of errors takes linear time.
        let mut wasted = 0;
        loop {
            self.skip_newlines();
            if self.at(TokenKind::End) {
                break;
            }
            let start = self.token.start;
            if let Ok(item) = self.item() {
                items.push(item);
                continue;
            }
            if self.at(TokenKind::OpenComment) || self.nodes >= MAX_NODES {
                break;
            }
            let next = next_item(self.text, start);
            self.blame_bracket(&next);
            wasted += self.token.end.max(next.scanned) - start;
            if wasted > 4 * self.text.len() + (1 << 16) || self.problems.len() > MAX_PROBLEMS {
                let message = "Too many syntax errors: the rest of the file is not read.";
                self.problems.push(Problem::error(self.place.span(next.at..next.at), message));
                break;
            }
            (self.newlines, self.depth) = (true, 0);
            self.go_to(next.at);
        }
        self.refuse_repeated(&items);
        Body { items, span: self.place.span(0..self.text.len()) }
    }

    /// When the next item begins inside of a bracket, the error is not where it was noticed, but that
    /// the bracket is never closed.
    fn blame_bracket(&mut self, next: &Next) {
        let noticed = self.place.span(next.at..next.at).start;
        if let Some(open) = next.open
            && let Some(problem) = self.problems.last_mut()
            && problem.span.start >= noticed
        {
            let bracket = self.text.get(open..=open).unwrap_or_default();
            *problem = Problem::error(self.place.span(open..open + 1), format!("This `{bracket}` is never closed."));
        }
    }

    fn item(&mut self) -> Parsed<Item> {
        let name = self.token;
        if !self.eat(TokenKind::Ident) {
            return self.expected_item();
        }
        match self.token.kind {
            TokenKind::Assign => {
                let attribute = self.attribute(name)?;
                self.line_end("argument")?;
                Ok(Item::Attribute(attribute))
            }
            TokenKind::OpenBrace | TokenKind::Quote | TokenKind::Ident => {
                let block = self.block(name)?;
                self.line_end("block")?;
                Ok(Item::Block(block))
            }
            _ => self.expected_after(name),
        }
    }

    fn expected_item<T>(&mut self) -> Parsed<T> {
        if !self.at(TokenKind::Quote) {
            return self.expected("an attribute or a block");
        }
        let problem = Problem::error(self.span(self.token), "The name of an attribute stands without quotes here.");
        self.fail_with(problem.with_help("Quoted keys are for objects: `name = { \"key\" = value }`."))
    }

    fn expected_after<T>(&mut self, name: Token) -> Parsed<T> {
        let name = self.slice(name);
        self.expected(&format!("`=` or `{{` after `{name}`"))
    }

    fn line_end(&mut self, what: &str) -> Parsed<()> {
        match self.token.kind {
            TokenKind::Newline => {
                self.bump();
                Ok(())
            }
            TokenKind::End => Ok(()),
            TokenKind::Comma => {
                let problem = Problem::error(self.span(self.token), "Items of a block are not separated by commas.");
                self.fail_with(problem.with_help("Put each on its own line."))
            }
            _ => self.expected(&format!("a line end after the {what}")),
        }
    }

    /// `= expression`; the name is read.
    fn attribute(&mut self, name: Token) -> Parsed<Attribute> {
        self.bump();
        let value = self.expression()?;
        let name = Ident { name: self.name(name), span: self.span(name) };
        let span = name.span.to(value.span);
        Ok(Attribute { name, value, span })
    }

    /// Labels and body; the kind is read.
    fn block(&mut self, kind: Token) -> Parsed<Block> {
        let labels = self.labels()?;
        let header = self.since(kind.start);
        let body = self.braces()?;
        let kind_name = Ident { name: self.name(kind), span: self.span(kind) };
        Ok(Block { kind: kind_name, labels, body, header, span: self.since(kind.start) })
    }

    fn labels(&mut self) -> Parsed<Vec<Ident>> {
        let mut labels = Vec::new();
        loop {
            match self.token.kind {
                TokenKind::OpenBrace => return Ok(labels),
                TokenKind::Ident => {
                    labels.push(Ident { name: self.name(self.token), span: self.span(self.token) });
                    self.bump();
                }
                TokenKind::Quote => labels.push(self.quoted_label()?),
                _ => return self.expected("a label or `{`"),
            }
        }
    }

    /// `{…}` of a block.
    fn braces(&mut self) -> Parsed<Body> {
        let opening = self.token;
        self.enter()?;
        self.bump();
        let items = match self.token.kind {
            TokenKind::Newline | TokenKind::CloseBrace | TokenKind::End => self.items()?,
            _ => self.single_item()?,
        };
        if !self.at(TokenKind::CloseBrace) {
            return self.never_closed(opening);
        }
        self.leave();
        self.refuse_repeated(&items);
        let body = Body { items, span: self.place.span(opening.end..self.token.start) };
        self.bump();
        Ok(body)
    }

    fn never_closed<T>(&mut self, opening: Token) -> Parsed<T> {
        let problem = Problem::error(self.span(opening), "This `{` is never closed.");
        self.fail_with(problem.with_help("Add the missing `}`, here or in a block within."))
    }

    fn quoted_label(&mut self) -> Parsed<Ident> {
        let label = self.quoted()?;
        match label.kind {
            ExprKind::String(name) => Ok(Ident { name, span: label.span }),
            _ => self.fail(label.span, "A label is a plain string: it cannot hold `${` or `%{`."),
        }
    }

    /// The items of a block of several lines, up to its closing brace or the end of the text.
    fn items(&mut self) -> Parsed<Vec<Item>> {
        let mut items = Vec::new();
        loop {
            self.skip_newlines();
            if matches!(self.token.kind, TokenKind::CloseBrace | TokenKind::End) {
                return Ok(items);
            }
            items.push(self.item()?);
        }
    }

    /// The one attribute that a block on one line may hold.
    fn single_item(&mut self) -> Parsed<Vec<Item>> {
        let name = self.token;
        if !self.at(TokenKind::Ident) {
            return self.expected("an attribute, a line end or `}`");
        }
        self.bump();
        if !self.at(TokenKind::Assign) {
            let problem = Problem::error(self.span(name), "A block on one line can only hold one attribute.");
            return self.fail_with(problem.with_help("Put what stands in the block on lines of its own."));
        }
        let attribute = self.attribute(name)?;
        if !matches!(self.token.kind, TokenKind::CloseBrace | TokenKind::End) {
            let message = "A block that begins on one line with its attribute holds only that and ends there.";
            let problem = Problem::error(self.span(self.token), message);
            return self.fail_with(problem.with_help("Put what stands in the block on lines of its own."));
        }
        Ok(vec![Item::Attribute(attribute)])
    }

    /// Reports attributes that a body sets twice. The first is what the body's readers get.
    fn refuse_repeated(&mut self, items: &[Item]) {
        let names = items.iter().filter_map(|item| match item {
            Item::Attribute(attribute) => Some((&attribute.name.name, attribute.name.span)),
            Item::Block(_) => None,
        });
        let mut names: Vec<_> = names.collect();
        names.sort_by_key(|(name, span)| (*name, span.start));
        for pair in names.windows(2) {
            if let [(first, _), (second, span)] = pair
                && first == second
            {
                let message = format!("`{second}` is set a second time in the same body.");
                self.problems.push(Problem::error(*span, message));
                if self.problems.len() > MAX_PROBLEMS {
                    break;
                }
            }
        }
    }
}
