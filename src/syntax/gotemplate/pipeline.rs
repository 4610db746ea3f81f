//! Words to pipelines, commands and operands.

use super::lexer::Fault;
use super::parser::{Parser, Words};
use super::token::{Token, TokenKind};
use super::tree::{Command, Operand, OperandKind, Pipeline, Variable};
use super::{DEPTH_LIMIT, Number, literal};
use ecow::EcoString;

impl Parser<'_> {
    /// Reads a pipeline up to `end`, which closes it. `context` is where it stands, for messages.
    pub(super) fn pipeline(&mut self, words: &mut Words<'_>, context: &str, end: TokenKind) -> Result<Pipeline, Fault> {
        if self.depth >= DEPTH_LIMIT {
            let message = format!("parentheses nest deeper than {DEPTH_LIMIT}");
            return Err(Fault { message, range: words.peek().range });
        }
        self.depth += 1;
        let pipeline = self.nested_pipeline(words, context, end);
        self.depth -= 1;
        pipeline
    }

    fn nested_pipeline(&mut self, words: &mut Words<'_>, context: &str, end: TokenKind) -> Result<Pipeline, Fault> {
        words.skip_space();
        let start = words.peek().range.start;
        let (variables, assigns) = self.variables(words, context)?;
        let mut commands: Vec<Command> = Vec::new();
        let mut finish = start;
        let last = loop {
            words.skip_space();
            let token = words.peek();
            match token.kind {
                kind if kind == end => {
                    words.next();
                    break token.range;
                }
                TokenKind::Bool
                | TokenKind::Character
                | TokenKind::Dot
                | TokenKind::Field
                | TokenKind::Identifier
                | TokenKind::Number
                | TokenKind::Nil
                | TokenKind::Raw
                | TokenKind::Quoted
                | TokenKind::Variable
                | TokenKind::Open => {
                    let (command, end) = self.command(words)?;
                    finish = end;
                    commands.push(command);
                }
                _ => return Err(self.unexpected(&token, context)),
            }
        };
        if commands.is_empty() {
            return Err(Fault { message: format!("{context} needs a value"), range: last });
        }
        for command in commands.iter().skip(1) {
            use OperandKind::{Bool, Dot, Nil, Number, String};
            if matches!(
                command.operands.first().map(|first| &first.kind),
                Some(Bool(_) | Dot | Nil | Number(_) | String(_))
            ) {
                let message = "a constant cannot take the value of the command before it".into();
                return Err(Fault { message, range: start..finish });
            }
        }
        Ok(Pipeline { span: self.span(start..finish), variables, assigns, commands })
    }

    fn unexpected(&self, token: &Token, context: &str) -> Fault {
        let text = self.slice(token.range.clone());
        Fault { message: format!("`{text}` is not expected in {context}"), range: token.range.clone() }
    }

    /// Reads `$x :=`, `$x =` and, for `range`, `$i, $x :=`.
    fn variables(&mut self, words: &mut Words<'_>, context: &str) -> Result<(Vec<Variable>, bool), Fault> {
        let mut variables = Vec::new();
        loop {
            let before = words.at;
            if words.peek_word() != TokenKind::Variable {
                return Ok((variables, false));
            }
            let token = words.next();
            let name: EcoString = self.slice(token.range.clone()).into();
            let kind = words.peek_word();
            let next = words.peek();
            let is_comma = kind == TokenKind::Char && self.slice(next.range.clone()) == ",";
            if !matches!(kind, TokenKind::Assign | TokenKind::Declare) && !is_comma {
                words.at = before;
                return Ok((variables, false));
            }
            words.next();
            variables.push(Variable { name: name.clone(), span: self.span(token.range) });
            self.variables.push(name);
            if !is_comma {
                return Ok((variables, kind == TokenKind::Assign));
            }
            if context != "`range`" || variables.len() > 1 {
                return Err(Fault { message: format!("{context} sets too many variables"), range: next.range });
            }
            if !matches!(words.peek_word(), TokenKind::Variable | TokenKind::End | TokenKind::Close) {
                return Err(Fault { message: "`range` can only set variables".into(), range: next.range });
            }
        }
    }

    /// Reads one command and the pipe behind it. Returns its end too.
    fn command(&mut self, words: &mut Words<'_>) -> Result<(Command, usize), Fault> {
        let start = words.peek().range.start;
        let mut operands = Vec::new();
        let mut end = start;
        loop {
            words.skip_space();
            if let Some(operand) = self.operand(words)? {
                end = words.at.checked_sub(1).and_then(|at| words.tokens.get(at)).map_or(end, |token| token.range.end);
                operands.push(operand);
            }
            let token = words.peek();
            match token.kind {
                TokenKind::Space => {
                    words.next();
                }
                TokenKind::Pipe => {
                    words.next();
                    // Nothing needs to follow a pipe.
                    break;
                }
                TokenKind::End | TokenKind::Close => break,
                _ => return Err(self.unexpected(&token, "an operand")),
            }
        }
        if operands.is_empty() {
            return Err(Fault { message: "a command is empty".into(), range: start..end });
        }
        Ok((Command { span: self.span(start..end), operands }, end))
    }

    /// Reads one word with the fields behind it; `None` where no word begins.
    fn operand(&mut self, words: &mut Words<'_>) -> Result<Option<Operand>, Fault> {
        let token = words.peek();
        let Some(mut kind) = self.term(words)? else { return Ok(None) };
        let mut end =
            words.at.checked_sub(1).and_then(|at| words.tokens.get(at)).map_or(token.range.end, |last| last.range.end);
        let inner = self.span(token.range.start..end);
        let mut fields = Vec::new();
        while words.peek().kind == TokenKind::Field {
            let field = words.next();
            fields.push(self.field(&field));
            end = field.range.end;
        }
        if !fields.is_empty() {
            kind = match kind {
                OperandKind::Field(mut first) => {
                    first.extend(fields);
                    OperandKind::Field(first)
                }
                OperandKind::Variable(name, mut first) => {
                    first.extend(fields);
                    OperandKind::Variable(name, first)
                }
                OperandKind::Pipeline(_) | OperandKind::Function(_) => {
                    OperandKind::Chain(Box::new(Operand { kind, span: inner }), fields)
                }
                _ => {
                    let message = "a constant has no fields".into();
                    return Err(Fault { message, range: token.range.start..end });
                }
            };
        }
        Ok(Some(Operand { kind, span: self.span(token.range.start..end) }))
    }

    fn field(&self, token: &Token) -> EcoString {
        self.slice(token.range.clone()).trim_start_matches('.').into()
    }

    fn term(&mut self, words: &mut Words<'_>) -> Result<Option<OperandKind>, Fault> {
        let token = words.peek();
        let text = self.slice(token.range.clone());
        let fault = |message: String| Fault { message, range: token.range.clone() };
        let kind = match token.kind {
            TokenKind::Identifier => {
                let name: EcoString = text.into();
                let span = self.span(token.range.clone());
                self.template.functions.push((name.clone(), span));
                OperandKind::Function(name)
            }
            TokenKind::Dot => OperandKind::Dot,
            TokenKind::Nil => OperandKind::Nil,
            TokenKind::Bool => OperandKind::Bool(text == "true"),
            TokenKind::Variable => {
                if !self.variables.iter().any(|known| known == text) {
                    return Err(fault(format!("variable `{text}` is not set before it is used")));
                }
                OperandKind::Variable(text.into(), Vec::new())
            }
            TokenKind::Field => OperandKind::Field(vec![self.field(&token)]),
            TokenKind::Number => OperandKind::Number(Box::new(Number::parse(text).map_err(fault)?)),
            TokenKind::Character => {
                let code = literal::character(text).ok_or_else(|| fault(format!("{text} is not a character")))?;
                OperandKind::Number(Box::new(Number::of_character(code)))
            }
            TokenKind::Quoted => {
                let content =
                    literal::unquote(text).ok_or_else(|| fault("this string holds an invalid escape".into()))?;
                OperandKind::String(content.into())
            }
            TokenKind::Raw => {
                OperandKind::String(text.get(1..text.len() - 1).unwrap_or_default().replace('\r', "").into())
            }
            TokenKind::Open => {
                words.next();
                let pipeline = self.pipeline(words, "parentheses", TokenKind::Close)?;
                return Ok(Some(OperandKind::Pipeline(Box::new(pipeline))));
            }
            _ => return Ok(None),
        };
        words.next();
        Ok(Some(kind))
    }
}
