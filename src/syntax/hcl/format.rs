//! The canonical layout of HCL: what `terraform fmt` makes of a text.
//!
//! Works on lines of tokens. Owns indentation, the spaces between tokens, and the alignment of `=` and of trailing
//! comments over consecutive lines. Changes nothing else: blank lines, line breaks, strings and heredocs stay as they
//! are written. A text that does not parse must not be given to it: its brackets mean nothing.

use super::lexer::{TokenKind, comment_end, line_end, token};

/// A token of a line.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// A token of the grammar.
    Token(TokenKind),
    /// A whole quoted string, or a whole heredoc with its closing marker.
    Text,
    /// A comment.
    Comment,
}

#[derive(Clone, Copy)]
struct Piece<'t> {
    kind: Kind,
    text: &'t str,
}

impl Piece<'_> {
    fn is(&self, kind: TokenKind) -> bool {
        self.kind == Kind::Token(kind)
    }

    fn is_word(&self, word: &str) -> bool {
        self.is(TokenKind::Ident) && self.text == word
    }

    /// How many brackets it opens; negative if it closes some.
    fn brackets(&self) -> i32 {
        match self.kind {
            Kind::Token(TokenKind::OpenBrace | TokenKind::OpenBracket | TokenKind::OpenParen) => 1,
            Kind::Token(TokenKind::CloseBrace | TokenKind::CloseBracket | TokenKind::CloseParen) => -1,
            _ => 0,
        }
    }
}

/// A line in three cells: what stands before an aligned `=`, what stands from there on, and a trailing comment.
#[derive(Default)]
struct Line {
    lead: String,
    assign: Option<String>,
    comment: Option<String>,
}

/// The text in its canonical layout. Applied to its own result, it changes nothing.
pub fn format(text: &str) -> String {
    let lines = lines(text);
    let mut indents = Indents::default();
    let mut formatted: Vec<Line> = lines.iter().map(|pieces| line(pieces, &mut indents)).collect();
    align(
        &mut formatted,
        |line| line.assign.is_some().then(|| width(&line.lead)),
        |line, spaces| {
            let assign = line.assign.take().unwrap_or_default();
            line.lead = format!("{}{}{assign}", line.lead, " ".repeat(spaces));
        },
    );
    align(
        &mut formatted,
        |line| line.comment.is_some().then(|| width(&line.lead)),
        |line, spaces| {
            let comment = line.comment.take().unwrap_or_default();
            line.lead = format!("{}{}{comment}", line.lead, " ".repeat(spaces));
        },
    );
    let mut out = formatted.iter().map(|line| line.lead.trim_end()).collect::<Vec<_>>().join("\n");
    if text.ends_with('\n') {
        out.push('\n');
    }
    out
}

/// The pieces of each line.
fn lines(text: &str) -> Vec<Vec<Piece<'_>>> {
    let mut lines = vec![Vec::new()];
    let mut at = 0;
    while at < text.len() {
        let Some((piece, end)) = piece(text, at) else { break };
        at = end;
        if piece.is(TokenKind::Newline) {
            if at < text.len() {
                lines.push(Vec::new());
            }
        } else if let Some(line) = lines.last_mut() {
            line.push(piece);
        }
    }
    lines
}

/// The piece at or after `at`, and where it ends.
fn piece(text: &str, at: usize) -> Option<(Piece<'_>, usize)> {
    let bytes = text.as_bytes();
    let start = at + bytes.get(at..)?.iter().position(|byte| !matches!(byte, b' ' | b'\t' | b'\r'))?;
    let (kind, end) = match (bytes.get(start)?, bytes.get(start + 1)) {
        (b'#', _) | (b'/', Some(b'/')) => (Kind::Comment, line_end(bytes, start)),
        (b'/', Some(b'*')) => (Kind::Comment, comment_end(text, start).unwrap_or(text.len())),
        _ => {
            let found = token(text, start, true);
            match found.kind {
                TokenKind::End => return None,
                TokenKind::Quote => (Kind::Text, string_end(text, found.end)),
                TokenKind::Heredoc => (Kind::Text, heredoc_end(text, start, found.end)),
                kind => (Kind::Token(kind), found.end),
            }
        }
    };
    Some((Piece { kind, text: text.get(start..end)? }, end))
}

/// Where the string ends whose content begins at `at`.
fn string_end(text: &str, mut at: usize) -> usize {
    let bytes = text.as_bytes();
    while let Some(byte) = bytes.get(at) {
        match (byte, bytes.get(at + 1), bytes.get(at + 2)) {
            (b'"', ..) => return at + 1,
            (b'\\', ..) => at += 2,
            (b'$', Some(b'$'), Some(b'{')) | (b'%', Some(b'%'), Some(b'{')) => at += 3,
            (b'$' | b'%', Some(b'{'), _) => at = interpolation_end(text, at + 2),
            _ => at += 1,
        }
    }
    text.len()
}

/// Where the `${` or `%{` ends whose content begins at `at`.
fn interpolation_end(text: &str, mut at: usize) -> usize {
    let mut open = 1;
    while open > 0 {
        let found = token(text, at, false);
        at = found.end;
        match found.kind {
            TokenKind::End => break,
            TokenKind::OpenBrace => open += 1,
            TokenKind::CloseBrace | TokenKind::TrimBrace => open -= 1,
            TokenKind::Quote => at = string_end(text, at),
            _ => {}
        }
    }
    at
}

/// Where the heredoc ends that begins at `start` and whose content begins at `at`: after its closing marker.
fn heredoc_end(text: &str, start: usize, at: usize) -> usize {
    let opening = text.get(start..at).unwrap_or_default();
    let marker = opening.trim_start_matches(['<', '-']).trim();
    let mut end = at;
    for line in text.get(at..).unwrap_or_default().split_inclusive('\n') {
        if line.trim() == marker {
            return end + line.trim_end().len();
        }
        end += line.len();
    }
    text.len()
}

/// The brackets that are open, by the lines that opened them: each such line indents once.
#[derive(Default)]
struct Indents(Vec<i32>);

impl Indents {
    /// The indentation of a line that opens as many brackets, or closes them if negative.
    fn of(&mut self, brackets: i32) -> usize {
        if brackets > 0 {
            let depth = self.0.len();
            self.0.push(brackets);
            return depth * 2;
        }
        let mut closed = -brackets;
        while let Some(last) = self.0.last_mut().filter(|_| closed > 0) {
            if closed < *last {
                *last -= closed;
                break;
            }
            closed -= *last;
            self.0.pop();
        }
        self.0.len() * 2
    }
}

fn line(pieces: &[Piece<'_>], indents: &mut Indents) -> Line {
    let (pieces, comment) = match pieces.split_last() {
        Some((last, rest)) if last.kind == Kind::Comment && !rest.is_empty() => (rest, Some(last.text.to_owned())),
        _ => (pieces, None),
    };
    if pieces.is_empty() {
        return Line::default();
    }
    let indent = " ".repeat(indents.of(pieces.iter().map(Piece::brackets).sum()));
    // An `=` whose value goes on below is not aligned.
    let assign = pieces.iter().position(|piece| piece.is(TokenKind::Assign)).filter(|at| *at > 0);
    let whole = |at: &usize| pieces.iter().skip(*at).map(Piece::brackets).sum::<i32>() == 0;
    let assign = assign.filter(whole);
    let (lead, rest) = pieces.split_at(assign.unwrap_or(pieces.len()));
    let lead = format!("{indent}{}", spaced(lead));
    Line { lead, assign: assign.map(|_| spaced(rest)), comment }
}

fn width(text: &str) -> usize {
    text.chars().count()
}

/// Puts the cells of consecutive lines that have one (`end_of` gives the width before it) below each other.
fn align(lines: &mut [Line], end_of: impl Fn(&Line) -> Option<usize>, put: impl Fn(&mut Line, usize)) {
    let mut rest = lines;
    while !rest.is_empty() {
        let length = rest.iter().take_while(|line| end_of(line).is_some()).count();
        let (run, others) = rest.split_at_mut(length.max(1));
        let widest = run.iter().filter_map(&end_of).max().unwrap_or(0);
        for line in run {
            if let Some(end) = end_of(line) {
                put(line, widest - end + 1);
            }
        }
        rest = others;
    }
}

/// The pieces with the spaces between them.
fn spaced(pieces: &[Piece<'_>]) -> String {
    let mut out = String::new();
    for (at, piece) in pieces.iter().enumerate() {
        let before = at.checked_sub(2).and_then(|at| pieces.get(at));
        if let Some(last) = at.checked_sub(1).and_then(|at| pieces.get(at))
            && has_space(before, last, piece)
        {
            out.push(' ');
        }
        out.push_str(piece.text);
    }
    out
}

/// Whether a space stands between two pieces; `before` is the one in front of both.
fn has_space(before: Option<&Piece<'_>>, piece: &Piece<'_>, next: &Piece<'_>) -> bool {
    use TokenKind as K;
    let keyword = |piece: &Piece<'_>| ["if", "in", "for"].iter().any(|word| piece.is_word(word));
    if next.is(K::Comma)
        || next.is(K::Ellipsis)
        || [piece, next].iter().any(|it| it.is(K::Dot) || it.is(K::DoubleColon))
    {
        return false;
    }
    if piece.is(K::Comma) {
        return true;
    }
    let is_value = piece.is(K::Ident) && !keyword(piece);
    if is_value && next.is(K::OpenParen) {
        return false;
    }
    if next.is(K::OpenBracket) && (is_value || piece.is(K::Number) || piece.kind == Kind::Text || piece.brackets() < 0)
    {
        return false;
    }
    if piece.is(K::Not) {
        return false;
    }
    if piece.is(K::Minus) {
        return before.is_some_and(ends_operand);
    }
    if piece.is(K::OpenBrace) || next.is(K::CloseBrace) {
        return !(piece.is(K::OpenBrace) && next.is(K::CloseBrace));
    }
    piece.brackets() <= 0 && next.brackets() >= 0
}

/// Whether an operand ends with a piece, so that a `-` behind it subtracts.
fn ends_operand(piece: &Piece<'_>) -> bool {
    let is_value = matches!(piece.kind, Kind::Text | Kind::Token(TokenKind::Ident | TokenKind::Number));
    is_value || piece.brackets() < 0
}

#[cfg(test)]
mod tests {
    use super::format;

    #[test]
    fn the_layout_is_that_of_terraform_fmt() {
        let text = "resource  \"a\" \"b\"{\n a=1 # one\nlonger = [ 1,2 ,- 3 ]   # two\n\n  x = f( a.b [0],!c )\n tags={\n k=\"v ${ x } \"\n}\n  list = [{\n a = 1\n  },{\n b = 2 }]\n d = 3-1\n}\n";
        let wanted = "resource \"a\" \"b\" {\n  a      = 1          # one\n  longer = [1, 2, -3] # two\n\n  x = f(a.b[0], !c)\n  tags = {\n    k = \"v ${ x } \"\n  }\n  list = [{\n    a = 1\n    }, {\n  b = 2 }]\n  d = 3 - 1\n}\n";
        assert_eq!(format(text), wanted);
        assert_eq!(format(wanted), wanted);
    }

    #[test]
    fn strings_heredocs_and_comments_stay() {
        let text = "a = <<-EOT\n   x  =  1\n   EOT\n# c\nb = \"${x[\"}\"]}  #  no comment\"\n";
        assert_eq!(format(text), text);
    }
}
