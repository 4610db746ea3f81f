//! Operators, operands and what may follow an operand.
//!
//! Precedence, lowest first: `?:`, `||`, `&&`, `== !=`, `< <= > >=`, `+ -`, `* / %`, then `!` and
//! unary `-`, then traversals. Operators of one level associate to the left, `?:` to the right.

use super::ast::{BinaryOp, Call, Expr, ExprKind, Ident, UnaryOp};
use super::lexer::{Token, TokenKind};
use super::parser::{Parsed, Parser};
use crate::source::Problem;
use ecow::{EcoString, eco_format};

/// An operator that waits for its right side, with its left side and that one's height.
struct Waiting {
    left: Expr,
    height: u32,
    operator: BinaryOp,
    strength: u8,
}

impl Parser<'_> {
    /// Any expression.
    pub fn expression(&mut self) -> Parsed<Expr> {
        self.enter()?;
        let mut expr = self.operand()?;
        if strength_of(self.token.kind).is_some() {
            expr = self.operations(expr)?;
        }
        if self.at(TokenKind::Question) {
            expr = self.conditional(expr)?;
        }
        self.leave();
        Ok(expr)
    }

    fn conditional(&mut self, condition: Expr) -> Parsed<Expr> {
        let mut height = self.height;
        self.bump();
        let then = self.expression()?;
        height = height.max(self.height);
        if !self.eat(TokenKind::Colon) {
            return self.expected("`:` and the other result of the conditional");
        }
        let otherwise = self.expression()?;
        let span = condition.span.to(otherwise.span);
        self.raise(height.max(self.height), span)?;
        Ok(Expr { kind: ExprKind::Conditional(Box::new(condition), Box::new(then), Box::new(otherwise)), span })
    }

    /// The operations that begin with the operand `first`. Works with a stack of its own, so that the
    /// levels of precedence cost no depth.
    fn operations(&mut self, first: Expr) -> Parsed<Expr> {
        let mut waiting: Vec<Waiting> = Vec::new();
        let mut right = first;
        while let Some((operator, strength)) = strength_of(self.token.kind) {
            right = self.combine(&mut waiting, right, strength)?;
            waiting.push(Waiting { left: right, height: self.height, operator, strength });
            self.bump();
            right = self.operand()?;
        }
        self.combine(&mut waiting, right, 0)
    }

    /// Ends the waiting operations that bind at least as strongly as `strength`.
    fn combine(&mut self, waiting: &mut Vec<Waiting>, mut right: Expr, strength: u8) -> Parsed<Expr> {
        while let Some(last) = waiting.pop_if(|last| last.strength >= strength) {
            let span = last.left.span.to(right.span);
            self.raise(last.height.max(self.height), span)?;
            right = Expr { kind: ExprKind::Binary(last.operator, Box::new(last.left), Box::new(right)), span };
        }
        Ok(right)
    }

    /// An operand with its signs and traversals.
    fn operand(&mut self) -> Parsed<Expr> {
        match self.token.kind {
            TokenKind::Not => self.unary(UnaryOp::Not),
            TokenKind::Minus => self.unary(UnaryOp::Negate),
            _ => {
                let base = self.term()?;
                self.traversal(base)
            }
        }
    }

    fn unary(&mut self, operator: UnaryOp) -> Parsed<Expr> {
        self.enter()?;
        let start = self.token.start;
        self.bump();
        let operand = self.operand()?;
        self.leave();
        let span = self.since(start);
        self.raise(self.height, span)?;
        Ok(Expr { kind: ExprKind::Unary(operator, Box::new(operand)), span })
    }

    fn term(&mut self) -> Parsed<Expr> {
        self.height = 0;
        match self.token.kind {
            TokenKind::Ident => self.name_or_call(),
            TokenKind::Quote => self.quoted(),
            TokenKind::Number => {
                let token = self.token;
                self.bump();
                self.number(token)
            }
            TokenKind::OpenBracket => self.tuple(),
            TokenKind::OpenBrace => self.object(),
            TokenKind::OpenParen => self.parens(),
            TokenKind::Heredoc => self.heredoc(),
            _ => self.expected("an expression"),
        }
    }

    fn number(&mut self, token: Token) -> Parsed<Expr> {
        let (span, digits) = (self.span(token), self.slice(token));
        if !is_number(digits) {
            return self.fail(span, format!("`{digits}` is not a number; put quotes around it if it is a string."));
        }
        Ok(Expr { kind: ExprKind::Number(EcoString::from(digits)), span })
    }

    fn parens(&mut self) -> Parsed<Expr> {
        let start = self.token.start;
        let outside = self.open(false);
        let inner = self.expression()?;
        if !self.at(TokenKind::CloseParen) {
            return self.expected("`)`");
        }
        self.close(outside);
        let span = self.since(start);
        self.raise(self.height, span)?;
        Ok(Expr { kind: ExprKind::Parens(Box::new(inner)), span })
    }

    fn name_or_call(&mut self) -> Parsed<Expr> {
        let token = self.token;
        self.bump();
        if matches!(self.token.kind, TokenKind::OpenParen | TokenKind::DoubleColon) {
            return self.call(token);
        }
        let kind = match self.slice(token) {
            "true" => ExprKind::Bool(true),
            "false" => ExprKind::Bool(false),
            "null" => ExprKind::Null,
            name => ExprKind::Root(EcoString::from(name)),
        };
        Ok(Expr { kind, span: self.span(token) })
    }

    fn call(&mut self, first: Token) -> Parsed<Expr> {
        let mut name = self.name(first);
        while self.eat(TokenKind::DoubleColon) {
            if !self.at(TokenKind::Ident) {
                return self.expected("a function name after `::`");
            }
            name = eco_format!("{name}::{}", self.slice(self.token));
            self.bump();
        }
        let name = Ident { name, span: self.since(first.start) };
        if !self.at(TokenKind::OpenParen) {
            return self.expected("`(` and the arguments of the function");
        }
        let outside = self.open(false);
        let (mut args, mut expand, mut height) = (Vec::new(), false, 0);
        while !self.at(TokenKind::CloseParen) {
            args.push(self.expression()?);
            height = height.max(self.height);
            if self.at(TokenKind::Ellipsis) {
                self.bump();
                expand = true;
                break;
            }
            if !self.eat(TokenKind::Comma) {
                break;
            }
        }
        if !self.at(TokenKind::CloseParen) {
            return self.expected(if expand { "`)` after `...`" } else { "`,` or `)`" });
        }
        self.close(outside);
        let span = self.since(first.start);
        self.raise(height, span)?;
        Ok(Expr { kind: ExprKind::Call(Box::new(Call { name, args, expand })), span })
    }

    /// What follows `base`: attributes, indexes, splats.
    fn traversal(&mut self, mut base: Expr) -> Parsed<Expr> {
        loop {
            base = match self.token.kind {
                TokenKind::Dot => {
                    self.bump();
                    if self.at(TokenKind::Star) { self.attribute_splat(base)? } else { self.dotted(base)? }
                }
                TokenKind::OpenBracket => self.index(base)?,
                _ => return Ok(base),
            };
        }
    }

    /// `.name`, or `.0` as old versions write an index; the dot is read.
    fn dotted(&mut self, base: Expr) -> Parsed<Expr> {
        let (token, height) = (self.token, self.height);
        let span = base.span.to(self.span(token));
        let kind = match token.kind {
            TokenKind::Ident => {
                ExprKind::Attribute(Box::new(base), Ident { name: self.name(token), span: self.span(token) })
            }
            TokenKind::Number => {
                if let Some((first, second)) = self.slice(token).split_once('.') {
                    let message = format!("Two indexes in a row need brackets: `[{first}][{second}]`.");
                    return self.fail(self.span(token), message);
                }
                ExprKind::Index(Box::new(base), Box::new(self.number(token)?))
            }
            TokenKind::Star => {
                let problem = Problem::error(self.span(token), "A `.*` cannot stand inside another `.*`.");
                return self.fail_with(problem.with_help("Use `[*]` for the outer one."));
            }
            _ => return self.expected("an attribute name after `.`"),
        };
        self.bump();
        self.raise(height, span)?;
        Ok(Expr { kind, span })
    }

    /// `.*` with the attributes that follow; the dot is read.
    fn attribute_splat(&mut self, base: Expr) -> Parsed<Expr> {
        let height = self.height;
        let mut rest = Expr { kind: ExprKind::SplatElement, span: self.span(self.token) };
        self.bump();
        self.height = 0;
        while self.eat(TokenKind::Dot) {
            rest = self.dotted(rest)?;
        }
        self.splat(base, height, rest, false)
    }

    /// `[key]`, or `[*]` with all that follows.
    fn index(&mut self, base: Expr) -> Parsed<Expr> {
        let (open, height, outside) = (self.token, self.height, self.newlines);
        self.bump();
        if self.at(TokenKind::Star) {
            return self.full_splat(base, height, open.start);
        }
        self.newlines = false;
        self.go_to(open.end);
        let key = self.expression()?;
        if !self.at(TokenKind::CloseBracket) {
            return self.expected("`]`");
        }
        self.close(outside);
        self.indexed(base, key, height)
    }

    fn indexed(&mut self, base: Expr, key: Expr, height: u32) -> Parsed<Expr> {
        let span = self.up_to_here(base.span);
        self.raise(height.max(self.height), span)?;
        Ok(Expr { kind: ExprKind::Index(Box::new(base), Box::new(key)), span })
    }

    /// `*]` with all that follows; the `[`, at `start`, is read.
    fn full_splat(&mut self, base: Expr, height: u32, start: usize) -> Parsed<Expr> {
        self.bump();
        if !self.eat(TokenKind::CloseBracket) {
            return self.expected("`]` after `[*`");
        }
        self.enter()?;
        self.height = 0;
        let element = Expr { kind: ExprKind::SplatElement, span: self.since(start) };
        let rest = self.traversal(element)?;
        self.leave();
        self.splat(base, height, rest, true)
    }

    fn splat(&mut self, base: Expr, height: u32, rest: Expr, full: bool) -> Parsed<Expr> {
        let span = base.span.to(rest.span);
        self.raise(height.max(self.height), span)?;
        Ok(Expr { kind: ExprKind::Splat { base: Box::new(base), rest: Box::new(rest), full }, span })
    }
}

/// Whether digits that the scanner took together are one number.
fn is_number(digits: &str) -> bool {
    let all_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let (mantissa, exponent) = digits.split_once(['e', 'E']).unwrap_or((digits, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, "0"));
    all_digits(whole) && all_digits(fraction) && all_digits(exponent.strip_prefix(['+', '-']).unwrap_or(exponent))
}

/// The operator that a token is, and how strongly it binds.
fn strength_of(kind: TokenKind) -> Option<(BinaryOp, u8)> {
    Some(match kind {
        TokenKind::Or => (BinaryOp::Or, 1),
        TokenKind::And => (BinaryOp::And, 2),
        TokenKind::Equal => (BinaryOp::Equal, 3),
        TokenKind::NotEqual => (BinaryOp::NotEqual, 3),
        TokenKind::Less => (BinaryOp::Less, 4),
        TokenKind::LessOrEqual => (BinaryOp::LessOrEqual, 4),
        TokenKind::Greater => (BinaryOp::Greater, 4),
        TokenKind::GreaterOrEqual => (BinaryOp::GreaterOrEqual, 4),
        TokenKind::Plus => (BinaryOp::Add, 5),
        TokenKind::Minus => (BinaryOp::Subtract, 5),
        TokenKind::Star => (BinaryOp::Multiply, 6),
        TokenKind::Slash => (BinaryOp::Divide, 6),
        TokenKind::Percent => (BinaryOp::Modulo, 6),
        _ => return None,
    })
}
