//! Templates: quoted strings, heredocs, and texts that are a template as a whole.
//!
//! A template is read in two steps. First to a flat run of pieces, on which the `~` trims and the
//! indentation of `<<-` work; they reach as far as one piece, which in a heredoc is one line. Then the
//! directives among the pieces are matched to a tree.

use super::ast::{Expr, ExprKind, TemplatePart};
use super::collection::ForIntro;
use super::lexer::{TokenKind, line_end};
use super::parser::{Failed, Parsed, Parser};
use crate::source::{Problem, Span};
use ecow::EcoString;
use std::ops::Range;

/// Where a template ends.
#[derive(Clone, Copy)]
enum Ending<'t> {
    /// At the closing quote, on the same line.
    Quote,
    /// Before the line that holds only this word.
    Line(&'t str),
    /// With the text.
    Text,
}

/// A literal, or what stands between `${` or `%{` and `}`.
enum Piece {
    Literal(EcoString, Span),
    Interpolation(Expr),
    If(Expr, Span),
    For(ForIntro, Span),
    Else(Span),
    EndIf(Span),
    EndFor(Span),
}

/// What ended a run of template parts.
enum Closing {
    Else(Span),
    EndIf(Span),
    EndFor(Span),
    Template,
}

impl Closing {
    fn name_and_span(&self) -> Option<(&'static str, Span)> {
        match self {
            Self::Else(span) => Some(("%{ else }", *span)),
            Self::EndIf(span) => Some(("%{ endif }", *span)),
            Self::EndFor(span) => Some(("%{ endfor }", *span)),
            Self::Template => None,
        }
    }
}

type Pieces = std::vec::IntoIter<Piece>;

impl<'t> Parser<'t> {
    /// `"…"`
    pub fn quoted(&mut self) -> Parsed<Expr> {
        let start = self.token.start;
        let content = self.text.get(start + 1..).unwrap_or_default();
        let special = content.bytes().position(|byte| matches!(byte, b'"' | b'\\' | b'$' | b'%' | b'\n' | b'\r'));
        if let Some(length) = special
            && content.as_bytes().get(length) == Some(&b'"')
        {
            self.go_to(start + 1 + length + 1);
            let kind = ExprKind::String(EcoString::from(content.get(..length).unwrap_or_default()));
            return Ok(Expr { kind, span: self.since(start) });
        }
        let outside = std::mem::replace(&mut self.newlines, false);
        let (pieces, end) = self.pieces(start, start + 1, Ending::Quote)?;
        self.newlines = outside;
        self.go_to(end + 1);
        self.template(pieces, self.since(start))
    }

    /// `<<EOT` up to and without the line end after the closing `EOT`.
    pub fn heredoc(&mut self) -> Parsed<Expr> {
        let token = self.token;
        let opening = self.slice(token).trim_end();
        let marker = opening.trim_start_matches("<<").trim_start_matches('-');
        let outside = std::mem::replace(&mut self.newlines, false);
        let (mut pieces, end) = self.pieces(token.start, token.end, Ending::Line(marker))?;
        if opening.starts_with("<<-") {
            remove_indentation(&mut pieces);
        }
        self.newlines = outside;
        let closing = line_end(self.text.as_bytes(), end);
        if closing == self.text.len() {
            let message = format!("The line of the closing `{marker}` needs a line end after it.");
            self.problems.push(Problem::error(self.place.span(end..closing), message));
        }
        self.go_to(end + self.text.get(end..closing).unwrap_or_default().trim_end().len());
        self.template(pieces, self.since(token.start))
    }

    /// The whole text as a template.
    pub fn bare_template(&mut self) -> Parsed<Expr> {
        let (pieces, end) = self.pieces(0, 0, Ending::Text)?;
        self.template(pieces, self.place.span(0..end))
    }

    /// The pieces from `start` on, trimmed, and where they end. `opening` is where the template begins.
    fn pieces(&mut self, opening: usize, start: usize, ending: Ending<'t>) -> Parsed<(Vec<Piece>, usize)> {
        self.enter()?;
        let (mut pieces, mut at, mut height) = (Vec::new(), start, 0);
        // Where in the last literal its last line begins: trims reach no further.
        let mut last_line = 0;
        let (mut line_start, mut trim_next) = (true, false);
        while !(line_start && self.closes_heredoc(at, ending)) {
            let end = self.literal_end(opening, at, ending)?;
            if end > at {
                last_line = self.literal(&mut pieces, at..end, ending, trim_next)?;
                line_start = self.text.as_bytes().get(end - 1) == Some(&b'\n');
                (trim_next, at) = (false, end);
                continue;
            }
            if !self.text.as_bytes().get(at).is_some_and(|byte| matches!(byte, b'$' | b'%')) {
                match ending {
                    Ending::Line(marker) => return self.unclosed_heredoc(opening, marker),
                    Ending::Quote | Ending::Text => break,
                }
            }
            let trim_before = self.text.as_bytes().get(at + 2) == Some(&b'~');
            if let Some(Piece::Literal(text, _)) = pieces.last_mut()
                && trim_before
            {
                let kept = text.get(last_line..).unwrap_or_default().trim_end().len();
                text.truncate(last_line + kept);
            }
            self.height = 0;
            pieces.push(self.sequence(at, if trim_before { at + 3 } else { at + 2 })?);
            height = height.max(self.height);
            trim_next = self.at(TokenKind::TrimBrace);
            (line_start, at) = (false, self.token.end);
        }
        self.leave();
        self.height = height;
        Ok((pieces, at))
    }

    fn unclosed_heredoc<T>(&mut self, opening: usize, marker: &str) -> Parsed<T> {
        let introducer = self.text.get(opening..).and_then(|rest| rest.lines().next()).unwrap_or_default();
        let span = self.place.span(opening..opening + introducer.len());
        // All the rest was looked at in vain.
        self.go_to(self.text.len());
        self.fail(span, format!("This heredoc is never closed: no line holds only `{marker}`."))
    }

    /// Whether the line at `at` is the one that closes the heredoc.
    fn closes_heredoc(&self, at: usize, ending: Ending<'t>) -> bool {
        let Ending::Line(marker) = ending else { return false };
        let rest = self.text.get(at..).unwrap_or_default();
        rest.trim_start_matches([' ', '\t']).starts_with(marker)
            && rest.lines().next().is_some_and(|line| line.trim() == marker)
    }

    /// Where the literal at `at` ends: before the end of the template or a sequence, or after a line.
    fn literal_end(&mut self, opening: usize, at: usize, ending: Ending<'t>) -> Parsed<usize> {
        let bytes = self.text.as_bytes();
        let quoted = matches!(ending, Ending::Quote);
        let mut here = at;
        while let Some(&byte) = bytes.get(here) {
            match byte {
                b'"' if quoted => return Ok(here),
                b'\\' if quoted && !matches!(bytes.get(here + 1), Some(b'\n' | b'\r')) => here += 2,
                b'\n' | b'\r' if quoted => break,
                b'\n' => return Ok(here + 1),
                b'\r' if matches!(ending, Ending::Line(_)) && bytes.get(here + 1) != Some(&b'\n') => {
                    let span = self.place.span(here..here + 1);
                    return self.fail(span, "A carriage return is only valid before a line feed.");
                }
                b'$' | b'%' if bytes.get(here + 1) == Some(&b'{') => return Ok(here),
                b'$' | b'%' if bytes.get(here + 1) == Some(&byte) && bytes.get(here + 2) == Some(&b'{') => here += 3,
                _ => here += 1,
            }
        }
        if quoted {
            let end = line_end(bytes, opening);
            let problem = Problem::error(self.place.span(opening..end), "This string is not closed on its line.");
            return self
                .fail_with(problem.with_help("Close it with `\"`, or use a heredoc for a text of several lines."));
        }
        Ok(here.min(bytes.len()))
    }

    /// Adds the literal text of `range`, escapes resolved, to the pieces; to the last one if that is a
    /// literal too. Gives where in it the text begins.
    fn literal(
        &mut self,
        pieces: &mut Vec<Piece>,
        range: Range<usize>,
        ending: Ending<'t>,
        trim: bool,
    ) -> Parsed<usize> {
        let start = range.start;
        let whole = self.place.span(start..range.end);
        let raw = self.text.get(range).unwrap_or_default();
        let (mut text, span) = match pieces.pop() {
            Some(Piece::Literal(text, before)) => (text, before.to(whole)),
            other => {
                pieces.extend(other);
                (EcoString::new(), whole)
            }
        };
        let begin = text.len();
        let is_escape = |byte: u8| matches!(byte, b'$' | b'%' | b'\\');
        let mut at = 0;
        while let Some(found) = raw.as_bytes().iter().skip(at).position(|byte| is_escape(*byte)) {
            let escape = at + found;
            text.push_str(raw.get(at..escape).unwrap_or_default());
            let rest = raw.get(escape..).unwrap_or_default();
            at = escape
                + if rest.starts_with('\\') && matches!(ending, Ending::Quote) {
                    self.escape(start + escape, rest, &mut text)?
                } else if rest.starts_with("$${") || rest.starts_with("%%{") {
                    text.push_str(rest.get(1..3).unwrap_or_default());
                    3
                } else {
                    text.push_str(rest.get(..1).unwrap_or_default());
                    1
                };
        }
        text.push_str(raw.get(at..).unwrap_or_default());
        if trim {
            let trimmed = EcoString::from(text.get(begin..).unwrap_or_default().trim_start());
            text.truncate(begin);
            text.push_str(&trimmed);
        }
        pieces.push(Piece::Literal(text, span));
        Ok(begin)
    }

    /// Resolves the backslash escape that `rest` begins with, and gives its length in bytes.
    fn escape(&mut self, at: usize, rest: &str, text: &mut EcoString) -> Parsed<usize> {
        let selector = rest.chars().nth(1).unwrap_or('\\');
        let digits = match selector {
            'u' => 4,
            'U' => 8,
            'n' | 'r' | 't' | '"' | '\\' => {
                text.push(match selector {
                    'n' => '\n',
                    'r' => '\r',
                    't' => '\t',
                    other => other,
                });
                return Ok(2);
            }
            other => {
                let message = format!("`\\{}` is not an escape.", other.escape_debug());
                let span = self.place.span(at..at + 1 + other.len_utf8());
                return self.fail_with(Problem::error(span, message).with_help("For a backslash write `\\\\`."));
            }
        };
        let hexadecimal = rest.get(2..2 + digits).filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()));
        match hexadecimal.and_then(|digits| u32::from_str_radix(digits, 16).ok()).map(char::from_u32) {
            Some(Some(character)) => {
                text.push(character);
                Ok(2 + digits)
            }
            Some(None) => self.fail(self.place.span(at..at + 2 + digits), "This escape names no character of Unicode."),
            None => {
                self.fail(self.place.span(at..at + 2), format!("`\\{selector}` needs {digits} hexadecimal digits."))
            }
        }
    }

    /// One `${…}` or `%{…}` that opens at `opening` and whose content begins at `start`. Leaves the
    /// closing brace as the token at hand.
    fn sequence(&mut self, opening: usize, start: usize) -> Parsed<Piece> {
        let interpolation = self.text.as_bytes().get(opening) == Some(&b'$');
        self.go_to(start);
        let piece = if interpolation { Piece::Interpolation(self.expression()?) } else { self.directive(opening)? };
        if matches!(self.token.kind, TokenKind::CloseBrace | TokenKind::TrimBrace) {
            let end = self.token.end;
            return Ok(piece.up_to(self.place.span(opening..end)));
        }
        self.unclosed_sequence(opening, start, interpolation)
    }

    fn unclosed_sequence<T>(&mut self, opening: usize, start: usize, interpolation: bool) -> Parsed<T> {
        let (what, escaped) = if interpolation { ("interpolation", "$${") } else { ("directive", "%%{") };
        let problem = match self.token.kind {
            TokenKind::Quote | TokenKind::End => {
                let message = format!("This {what} is not closed: expected `}}` before the string ends.");
                Problem::error(self.place.span(opening..start), message)
            }
            _ => {
                let found = self.slice(self.token).escape_debug();
                Problem::error(self.span(self.token), format!("Expected `}}` to close the {what}, found `{found}`."))
            }
        };
        self.fail_with(problem.with_help(format!("To write it as plain text, escape it as `{escaped}`.")))
    }

    fn directive(&mut self, opening: usize) -> Parsed<Piece> {
        let (keyword, span) = (self.token, self.place.span(opening..self.token.end));
        let word = if self.at(TokenKind::Ident) { self.slice(keyword) } else { "" };
        if matches!(word, "if" | "for" | "else" | "endif" | "endfor") {
            self.bump();
        }
        Ok(match word {
            "if" => Piece::If(self.expression()?, span),
            "for" => Piece::For(self.for_intro()?, span),
            "else" => Piece::Else(span),
            "endif" => Piece::EndIf(span),
            "endfor" => Piece::EndFor(span),
            _ => return self.expected("`if`, `else`, `endif`, `for` or `endfor`"),
        })
    }

    /// The expression that the pieces of a template make.
    fn template(&mut self, mut pieces: Vec<Piece>, span: Span) -> Parsed<Expr> {
        if pieces.is_empty() {
            return Ok(Expr { kind: ExprKind::String(EcoString::new()), span });
        }
        if let [Piece::Literal(text, _)] = pieces.as_mut_slice() {
            return Ok(Expr { kind: ExprKind::String(std::mem::take(text)), span });
        }
        let height = self.height;
        let mut highest = 0;
        let (parts, closing) = self.parts(&mut pieces.into_iter(), 0, &mut highest)?;
        if let Some((name, span)) = closing.name_and_span() {
            return self.fail(span, format!("This `{name}` closes nothing."));
        }
        self.raise(height + highest, span)?;
        Ok(Expr { kind: ExprKind::Template(parts), span })
    }

    /// Parts up to the directive that closes them. `depth` directives are open around; `highest` is
    /// the most that ever were.
    fn parts(
        &mut self,
        pieces: &mut Pieces,
        depth: u32,
        highest: &mut u32,
    ) -> Result<(Vec<TemplatePart>, Closing), Failed> {
        if depth + self.depth > self.room {
            return self.fail(self.span(self.token), "The directives of this template are nested too deeply.");
        }
        *highest = depth.max(*highest);
        let mut parts = Vec::with_capacity(pieces.len().min(8));
        while let Some(piece) = pieces.next() {
            parts.push(match piece {
                Piece::Literal(text, span) => TemplatePart::Literal(text, span),
                Piece::Interpolation(expr) => TemplatePart::Interpolation(expr),
                Piece::If(condition, opening) => {
                    let (then, mut closing) = self.parts(pieces, depth + 1, highest)?;
                    let mut otherwise = Vec::new();
                    if let Closing::Else(_) = closing {
                        (otherwise, closing) = self.parts(pieces, depth + 1, highest)?;
                    }
                    let Closing::EndIf(end) = closing else {
                        return self.unclosed(&closing, "%{ if }", "%{ endif }", opening);
                    };
                    TemplatePart::If { condition, then, otherwise, span: opening.to(end) }
                }
                Piece::For(ForIntro { key, value, collection }, opening) => {
                    let (body, closing) = self.parts(pieces, depth + 1, highest)?;
                    let Closing::EndFor(end) = closing else {
                        return self.unclosed(&closing, "%{ for }", "%{ endfor }", opening);
                    };
                    TemplatePart::For { key, value, collection, body, span: opening.to(end) }
                }
                Piece::Else(span) => return Ok((parts, Closing::Else(span))),
                Piece::EndIf(span) => return Ok((parts, Closing::EndIf(span))),
                Piece::EndFor(span) => return Ok((parts, Closing::EndFor(span))),
            });
        }
        Ok((parts, Closing::Template))
    }

    fn unclosed<T>(&mut self, closing: &Closing, opened: &str, expected: &str, opening: Span) -> Parsed<T> {
        match closing.name_and_span() {
            Some((name, span)) => self.fail(span, format!("Expected `{expected}`, found `{name}`.")),
            None => self.fail(opening, format!("This `{opened}` has no `{expected}`.")),
        }
    }
}

impl Piece {
    /// The same with its closing brace.
    fn up_to(self, span: Span) -> Self {
        match self {
            Self::If(condition, _) => Self::If(condition, span),
            Self::For(intro, _) => Self::For(intro, span),
            Self::Else(_) => Self::Else(span),
            Self::EndIf(_) => Self::EndIf(span),
            Self::EndFor(_) => Self::EndFor(span),
            Self::Literal(..) | Self::Interpolation(_) => self,
        }
    }
}

/// Takes the least indentation away from all lines, as `<<-` asks for.
fn remove_indentation(pieces: &mut [Piece]) {
    let least = least_indentation(pieces);
    let mut line_start = true;
    for piece in pieces {
        let Piece::Literal(text, _) = piece else {
            line_start = false;
            continue;
        };
        let mut kept = EcoString::with_capacity(text.len());
        for line in text.split_inclusive('\n') {
            let indented = line_start && !is_blank(line);
            let cut = if indented { line.char_indices().nth(least).map_or(line.len(), |(at, _)| at) } else { 0 };
            kept.push_str(line.get(cut..).unwrap_or_default());
            line_start = line.ends_with('\n');
        }
        *text = kept;
    }
}

/// In characters. Only literals count; a line that begins with anything else has no indentation, and
/// blank lines are left out.
fn least_indentation(pieces: &[Piece]) -> usize {
    let mut least = usize::MAX;
    let mut line_start = true;
    for piece in pieces {
        let Piece::Literal(text, _) = piece else {
            least = if line_start { 0 } else { least };
            line_start = false;
            continue;
        };
        for line in text.split_inclusive('\n') {
            if line_start && !is_blank(line) {
                least = least.min(line.chars().take_while(|c| c.is_whitespace()).count());
            }
            line_start = line.ends_with('\n');
        }
    }
    least
}

fn is_blank(line: &str) -> bool {
    line.ends_with('\n') && line.trim_start().is_empty()
}
