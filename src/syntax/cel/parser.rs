//! Tokens to a tree, by recursive descent.

use super::lexer::{self, Token, TokenKind};
use super::tree::{BinaryOp, Element, Entry, Expr, ExprKind, Literal, Name};
use crate::limits::cel::MAX_DEPTH;
use crate::source::{Derived, Problem, Span};
use std::ops::Range;

/// Words that are no names, except of fields.
pub const RESERVED: [&str; 17] = [
    "as",
    "break",
    "const",
    "continue",
    "else",
    "for",
    "function",
    "if",
    "import",
    "let",
    "loop",
    "package",
    "namespace",
    "return",
    "var",
    "void",
    "while",
];

/// Reads an expression. Without a tree there is at least one problem; with a tree there is none, since half an
/// expression means nothing.
pub fn parse(text: &Derived<'_>) -> (Option<Expr>, Vec<Problem>) {
    let tokens = match lexer::tokens(text.text()) {
        Ok(tokens) => tokens,
        Err((range, message)) => return (None, vec![Problem::error(text.span(range), message)]),
    };
    let mut parser = Parser { text, tokens: &tokens, at: 0, depth: 0 };
    let result = parser.expression().and_then(|expr| match parser.kind() {
        TokenKind::End => Ok(expr),
        _ => Err(parser.unexpected("the end of the expression")),
    });
    match result {
        Ok(expr) => (Some(expr), Vec::new()),
        Err(problem) => (None, vec![problem]),
    }
}

struct Parser<'a> {
    text: &'a Derived<'a>,
    tokens: &'a [Token],
    at: usize,
    /// How many expressions are open.
    depth: usize,
}

type Parsed<T> = Result<T, Problem>;

impl Parser<'_> {
    fn kind(&self) -> &TokenKind {
        self.tokens.get(self.at).map_or(&TokenKind::End, |token| &token.kind)
    }

    fn range(&self) -> Range<usize> {
        let last = self.tokens.len().saturating_sub(1);
        self.tokens.get(self.at.min(last)).map_or(0..0, |token| token.range.clone())
    }

    fn is(&self, symbol: &str) -> bool {
        matches!(self.kind(), TokenKind::Symbol(found) if *found == symbol)
    }

    fn take(&mut self, symbol: &str) -> bool {
        let found = self.is(symbol);
        self.at += usize::from(found);
        found
    }

    fn expect(&mut self, symbol: &str) -> Parsed<()> {
        if self.take(symbol) { Ok(()) } else { Err(self.unexpected(&format!("`{symbol}`"))) }
    }

    fn unexpected(&self, wanted: &str) -> Problem {
        let range = self.range();
        let found = match self.kind() {
            TokenKind::End => "the end of the expression".to_owned(),
            _ => format!("`{}`", self.text.text().get(range.clone()).unwrap_or_default()),
        };
        Problem::error(self.text.span(range), format!("expected {wanted}, found {found}"))
    }

    /// The span from a byte to the last token that was read.
    fn since(&self, start: usize) -> Span {
        let end = self.at.checked_sub(1).and_then(|at| self.tokens.get(at)).map_or(start, |token| token.range.end);
        self.text.span(start..end.max(start))
    }

    fn expr(&self, kind: ExprKind, start: usize) -> Expr {
        Expr { kind, span: self.since(start) }
    }

    fn deeper<T>(&mut self, read: impl FnOnce(&mut Self) -> Parsed<T>) -> Parsed<T> {
        if self.depth >= MAX_DEPTH {
            let message = format!("expressions stand more than {MAX_DEPTH} deep in each other");
            return Err(Problem::error(self.text.span(self.range()), message));
        }
        self.depth += 1;
        let result = read(self);
        self.depth -= 1;
        result
    }

    fn expression(&mut self) -> Parsed<Expr> {
        self.deeper(|parser| {
            let start = parser.range().start;
            let condition = parser.or()?;
            let place = parser.text.span(parser.range());
            if !parser.take("?") {
                return Ok(condition);
            }
            let chosen = parser.or()?;
            parser.expect(":")?;
            let otherwise = parser.expression()?;
            Ok(parser.expr(ExprKind::Conditional(place, Box::new([condition, chosen, otherwise])), start))
        })
    }

    fn or(&mut self) -> Parsed<Expr> {
        self.logical("||", Self::and, ExprKind::Or)
    }

    fn and(&mut self) -> Parsed<Expr> {
        self.logical("&&", Self::relation, ExprKind::And)
    }

    fn logical(
        &mut self,
        symbol: &str,
        operand: fn(&mut Self) -> Parsed<Expr>,
        kind: fn(Vec<Expr>) -> ExprKind,
    ) -> Parsed<Expr> {
        let start = self.range().start;
        let first = operand(self)?;
        if !self.is(symbol) {
            return Ok(first);
        }
        let mut operands = vec![first];
        while self.take(symbol) {
            operands.push(operand(self)?);
        }
        Ok(self.expr(kind(operands), start))
    }

    fn relation(&mut self) -> Parsed<Expr> {
        self.binary(Self::sum, |kind| {
            Some(match kind {
                TokenKind::In => BinaryOp::In,
                TokenKind::Symbol("<") => BinaryOp::Less,
                TokenKind::Symbol("<=") => BinaryOp::LessEqual,
                TokenKind::Symbol(">") => BinaryOp::Greater,
                TokenKind::Symbol(">=") => BinaryOp::GreaterEqual,
                TokenKind::Symbol("==") => BinaryOp::Equal,
                TokenKind::Symbol("!=") => BinaryOp::NotEqual,
                _ => return None,
            })
        })
    }

    fn sum(&mut self) -> Parsed<Expr> {
        self.binary(Self::product, |kind| {
            Some(match kind {
                TokenKind::Symbol("+") => BinaryOp::Add,
                TokenKind::Symbol("-") => BinaryOp::Subtract,
                _ => return None,
            })
        })
    }

    fn product(&mut self) -> Parsed<Expr> {
        self.binary(Self::unary, |kind| {
            Some(match kind {
                TokenKind::Symbol("*") => BinaryOp::Multiply,
                TokenKind::Symbol("/") => BinaryOp::Divide,
                TokenKind::Symbol("%") => BinaryOp::Modulo,
                _ => return None,
            })
        })
    }

    fn binary(
        &mut self,
        operand: fn(&mut Self) -> Parsed<Expr>,
        operator: fn(&TokenKind) -> Option<BinaryOp>,
    ) -> Parsed<Expr> {
        let start = self.range().start;
        let mut left = operand(self)?;
        // The tree is as deep as the chain is long.
        let outer = self.depth;
        while let Some(op) = operator(self.kind()) {
            let place = self.text.span(self.range());
            self.at += 1;
            let right = self.deeper(operand)?;
            self.depth += 1;
            left = self.expr(ExprKind::Binary(op, place, Box::new([left, right])), start);
        }
        self.depth = outer;
        Ok(left)
    }

    fn unary(&mut self) -> Parsed<Expr> {
        let start = self.range().start;
        for symbol in ["!", "-"] {
            if !self.is(symbol) || symbol == "-" && self.number_after_sign() {
                continue;
            }
            let mut is_odd = false;
            while self.is(symbol) && !(symbol == "-" && is_odd && self.number_after_sign()) {
                self.at += 1;
                is_odd = !is_odd;
            }
            let operand = self.member()?;
            if !is_odd {
                return Ok(operand);
            }
            let operand = Box::new(operand);
            let kind = if symbol == "!" { ExprKind::Not(operand) } else { ExprKind::Negate(operand) };
            return Ok(self.expr(kind, start));
        }
        self.member()
    }

    /// Whether a sign belongs to the number after it.
    fn number_after_sign(&self) -> bool {
        let next = self.tokens.get(self.at + 1).map(|token| &token.kind);
        matches!(next, Some(TokenKind::Literal(Literal::Int(_) | Literal::Double(_)) | TokenKind::IntMinimum))
    }

    fn member(&mut self) -> Parsed<Expr> {
        let start = self.range().start;
        let mut base = self.primary()?;
        let outer = self.depth;
        loop {
            if self.is(".") {
                self.at += 1;
                let optional = self.take("?");
                let field = self.name()?;
                base = if !optional && self.take("(") {
                    let args = self.arguments()?;
                    self.expr(ExprKind::Call { target: Some(Box::new(base)), name: field, args }, start)
                } else {
                    self.expr(ExprKind::Select { base: Box::new(base), field, optional }, start)
                };
            } else if self.take("[") {
                let optional = self.take("?");
                let key = Box::new(self.expression()?);
                self.expect("]")?;
                base = self.expr(ExprKind::Index { base: Box::new(base), key, optional }, start);
            } else if self.is("{") && matches!(base.kind, ExprKind::Ident(_) | ExprKind::Select { .. }) {
                base = self.message(&base, start)?;
            } else {
                self.depth = outer;
                return Ok(base);
            }
            self.depth += 1;
            if self.depth > MAX_DEPTH {
                return self.deeper(|_| Ok(base));
            }
        }
    }

    /// The name of a field or a method, which may be a reserved word.
    fn name(&mut self) -> Parsed<Name> {
        let TokenKind::Ident(text) = self.kind() else { return Err(self.unexpected("a name")) };
        let name = Name { text: text.clone(), span: self.text.span(self.range()) };
        self.at += 1;
        Ok(name)
    }

    fn primary(&mut self) -> Parsed<Expr> {
        let start = self.range().start;
        let is_absolute = self.take(".");
        let token = self.kind().clone();
        let range = self.range();
        if let TokenKind::Ident(name) = token {
            self.at += 1;
            if self.take("(") {
                let args = self.arguments()?;
                let name = Name { text: name, span: self.text.span(range) };
                return Ok(self.expr(ExprKind::Call { target: None, name, args }, start));
            }
            if RESERVED.contains(&name.as_str()) {
                let message = format!("`{name}` is a reserved word");
                return Err(Problem::error(self.text.span(range), message));
            }
            return Ok(self.expr(ExprKind::Ident(name), start));
        }
        if is_absolute {
            return Err(self.unexpected("a name"));
        }
        let kind = match token {
            TokenKind::Literal(literal) => {
                self.at += 1;
                ExprKind::Literal(literal)
            }
            TokenKind::Symbol("-") if self.number_after_sign() => {
                self.at += 1;
                let literal = match self.kind() {
                    TokenKind::Literal(Literal::Int(value)) => Literal::Int(-value),
                    TokenKind::Literal(Literal::Double(value)) => Literal::Double(-value),
                    _ => Literal::Int(i64::MIN),
                };
                self.at += 1;
                ExprKind::Literal(literal)
            }
            TokenKind::IntMinimum => {
                let message = "the integer needs more than 64 bits";
                return Err(Problem::error(self.text.span(range), message));
            }
            TokenKind::Symbol("(") => {
                self.at += 1;
                let inner = self.expression()?;
                self.expect(")")?;
                return Ok(inner);
            }
            TokenKind::Symbol("[") => {
                self.at += 1;
                ExprKind::List(self.separated("]", |parser| {
                    let optional = parser.take("?");
                    Ok(Element { value: parser.expression()?, optional })
                })?)
            }
            TokenKind::Symbol("{") => {
                self.at += 1;
                ExprKind::Map(self.separated("}", |parser| {
                    let optional = parser.take("?");
                    let key = parser.expression()?;
                    parser.expect(":")?;
                    Ok(Entry { key, value: parser.expression()?, optional })
                })?)
            }
            _ => return Err(self.unexpected("an expression")),
        };
        Ok(self.expr(kind, start))
    }

    /// Items up to `end`, with a comma between them and one allowed after the last.
    fn separated<T>(&mut self, end: &str, item: impl Fn(&mut Self) -> Parsed<T>) -> Parsed<Vec<T>> {
        let mut items = Vec::new();
        while !self.take(end) {
            items.push(item(self)?);
            if !self.take(",") {
                self.expect(end)?;
                break;
            }
        }
        Ok(items)
    }

    /// Arguments after the opening parenthesis; no comma may follow the last one.
    fn arguments(&mut self) -> Parsed<Vec<Expr>> {
        let mut args = Vec::new();
        if self.take(")") {
            return Ok(args);
        }
        loop {
            args.push(self.expression()?);
            if !self.take(",") {
                self.expect(")")?;
                return Ok(args);
            }
        }
    }

    /// The fields of a message whose type is named by `base`.
    fn message(&mut self, base: &Expr, start: usize) -> Parsed<Expr> {
        let Some(text) = base.dotted_name() else { return Err(self.unexpected("the name of a type before `{`")) };
        self.expect("{")?;
        let fields = self.separated("}", |parser| {
            let name = parser.name()?;
            parser.expect(":")?;
            Ok((name, parser.expression()?))
        })?;
        Ok(self.expr(ExprKind::Message(Name { text, span: base.span }, fields), start))
    }
}

impl Expr {
    /// Returns the text of a chain of names: `google.protobuf.Duration`.
    pub fn dotted_name(&self) -> Option<String> {
        match &self.kind {
            ExprKind::Ident(name) => Some(name.clone()),
            ExprKind::Select { base, field, optional: false } => {
                let mut name = base.dotted_name()?;
                name.push('.');
                name.push_str(&field.text);
                Some(name)
            }
            _ => None,
        }
    }
}
