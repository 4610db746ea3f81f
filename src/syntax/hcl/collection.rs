//! Tuples, objects and `for` expressions.

use super::ast::{Expr, ExprKind, For, Ident, ObjectItem};
use super::lexer::TokenKind;
use super::parser::{Parsed, Parser};

/// The names and the collection of a `for`, up to and without the `:`.
pub(super) struct ForIntro {
    pub key: Option<Ident>,
    pub value: Ident,
    pub collection: Expr,
}

impl Parser<'_> {
    /// `[…]`
    pub fn tuple(&mut self) -> Parsed<Expr> {
        let start = self.token.start;
        let outside = self.open(false);
        if self.at_word("for") {
            return self.for_expression(start, TokenKind::CloseBracket, outside);
        }
        let (mut items, mut height) = (Vec::new(), 0);
        while !self.at(TokenKind::CloseBracket) {
            items.push(self.expression()?);
            height = height.max(self.height);
            if !self.eat(TokenKind::Comma) {
                break;
            }
        }
        if !self.at(TokenKind::CloseBracket) {
            return self.expected("`,` or `]`");
        }
        self.close(outside);
        let span = self.since(start);
        self.raise(height, span)?;
        Ok(Expr { kind: ExprKind::Tuple(items), span })
    }

    /// `{…}` in an expression. Line ends separate its items.
    pub fn object(&mut self) -> Parsed<Expr> {
        let start = self.token.start;
        let outside = self.open(true);
        self.skip_newlines();
        if self.at_word("for") {
            self.newlines = false;
            return self.for_expression(start, TokenKind::CloseBrace, outside);
        }
        let (mut items, mut height) = (Vec::new(), 0);
        while !self.at(TokenKind::CloseBrace) {
            let key = self.expression()?;
            height = height.max(self.height);
            if !self.eat(TokenKind::Assign) && !self.eat(TokenKind::Colon) {
                return self.expected("`=` or `:` and a value after the key");
            }
            let value = self.expression()?;
            height = height.max(self.height);
            items.push(ObjectItem { key, value });
            if !self.eat(TokenKind::Comma) && !self.at(TokenKind::Newline) {
                break;
            }
            self.skip_newlines();
        }
        if !self.at(TokenKind::CloseBrace) {
            return self.expected("a line end, `,` or `}`");
        }
        self.close(outside);
        let span = self.since(start);
        self.raise(height, span)?;
        Ok(Expr { kind: ExprKind::Object(items), span })
    }

    pub fn skip_newlines(&mut self) {
        while self.at(TokenKind::Newline) {
            self.bump();
        }
    }

    /// `for …` up to the bracket that closes it; the opening one, at `start`, is read.
    fn for_expression(&mut self, start: usize, closing: TokenKind, outside: bool) -> Parsed<Expr> {
        let object = closing == TokenKind::CloseBrace;
        self.enter()?;
        self.bump();
        let ForIntro { key: key_name, value: value_name, collection } = self.for_intro()?;
        let mut height = self.height;
        if !self.eat(TokenKind::Colon) {
            return self.expected("`:` after the collection");
        }
        let mut value = self.expression()?;
        height = height.max(self.height);
        let mut key = None;
        if self.eat(TokenKind::FatArrow) {
            if !object {
                return self.fail(value.span, "A key cannot stand in a list: use `{for …}` to make an object.");
            }
            key = Some(std::mem::replace(&mut value, self.expression()?));
            height = height.max(self.height);
        } else if object {
            return self.expected("`=>` and a value after the key");
        }
        let group = self.at(TokenKind::Ellipsis);
        if group {
            if !object {
                return self.fail(self.span(self.token), "`...` groups values by key: it cannot stand in a list.");
            }
            self.bump();
        }
        let mut condition = None;
        if self.at_word("if") {
            self.bump();
            condition = Some(self.expression()?);
            height = height.max(self.height);
        }
        if !self.at(closing) {
            return self.expected(if object { "`}` at the end of the `for`" } else { "`]` at the end of the `for`" });
        }
        self.close(outside);
        self.leave();
        let span = self.since(start);
        self.raise(height, span)?;
        let whole = For { key_name, value_name, collection, key, value, group, condition };
        Ok(Expr { kind: ExprKind::For(Box::new(whole)), span })
    }

    /// `k, v in collection`
    pub fn for_intro(&mut self) -> Parsed<ForIntro> {
        let mut value = self.for_name()?;
        let mut key = None;
        if self.eat(TokenKind::Comma) {
            key = Some(std::mem::replace(&mut value, self.for_name()?));
        }
        if !self.at_word("in") {
            return self.expected("`in` and a collection");
        }
        self.bump();
        Ok(ForIntro { key, value, collection: self.expression()? })
    }

    fn for_name(&mut self) -> Parsed<Ident> {
        if !self.at(TokenKind::Ident) {
            return self.expected("a name after `for`");
        }
        let ident = Ident { name: self.name(self.token), span: self.span(self.token) };
        self.bump();
        Ok(ident)
    }
}
