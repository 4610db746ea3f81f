//! The patterns of `.Files.Glob`: github.com/gobwas/glob with the slash as separator.

use crate::limits::charts::GLOB_STEPS;
/// A pattern.
#[derive(Clone, Debug)]
pub struct Glob {
    /// The alternatives of braces, written out.
    alternatives: Vec<Vec<Token>>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Token {
    Char(char),
    /// `?`
    One,
    /// `*`
    Any,
    /// `**`
    Everything,
    /// `[a-z]` and `[!abc]`
    Set {
        negated: bool,
        ranges: Vec<(char, char)>,
    },
}

impl Glob {
    /// Reads a pattern. `None` where it is broken.
    pub fn parse(pattern: &str) -> Option<Self> {
        let written_out = alternatives(pattern, 0)?;
        let alternatives = written_out.iter().map(|pattern| tokens(pattern)).collect::<Option<_>>()?;
        Some(Self { alternatives })
    }

    /// Whether a path matches.
    pub fn matches(&self, path: &str) -> bool {
        let path: Vec<char> = path.chars().collect();
        self.alternatives.iter().any(|tokens| {
            let mut steps = GLOB_STEPS;
            matches(tokens, &path, &mut steps)
        })
    }
}

/// Writes out the braces of a pattern: `a{b,c}` is `ab` or `ac`.
fn alternatives(pattern: &str, depth: usize) -> Option<Vec<String>> {
    let Some(open) = find_unescaped(pattern, '{') else { return Some(vec![pattern.to_owned()]) };
    if depth > 8 {
        return None;
    }
    let (before, rest) = (pattern.get(..open)?, pattern.get(open + 1..)?);
    let (mut level, mut start, mut parts, mut end) = (1, 0, Vec::new(), None);
    let mut escaped = false;
    for (at, c) in rest.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '{' => level += 1,
            '}' if level == 1 => {
                parts.push(rest.get(start..at)?);
                end = Some(at + 1);
                break;
            }
            '}' => level -= 1,
            ',' if level == 1 => {
                parts.push(rest.get(start..at)?);
                start = at + 1;
            }
            _ => {}
        }
    }
    let after = rest.get(end?..)?;
    let mut all = Vec::new();
    for part in parts {
        all.extend(alternatives(&format!("{before}{part}{after}"), depth + 1)?);
        if all.len() > 1000 {
            return None;
        }
    }
    Some(all)
}

fn find_unescaped(text: &str, wanted: char) -> Option<usize> {
    let mut escaped = false;
    text.char_indices().find_map(|(at, c)| {
        let found = c == wanted && !escaped;
        escaped = c == '\\' && !escaped;
        found.then_some(at)
    })
}

fn tokens(pattern: &str) -> Option<Vec<Token>> {
    let mut tokens = Vec::new();
    let mut chars = pattern.chars().peekable();
    while let Some(c) = chars.next() {
        tokens.push(match c {
            '?' => Token::One,
            '*' if chars.peek() == Some(&'*') => {
                while chars.next_if_eq(&'*').is_some() {}
                Token::Everything
            }
            '*' => Token::Any,
            '\\' => Token::Char(chars.next()?),
            '[' => {
                let negated = chars.next_if_eq(&'!').is_some();
                let mut ranges = Vec::new();
                loop {
                    let low = match chars.next()? {
                        ']' => break,
                        '\\' => chars.next()?,
                        low => low,
                    };
                    let high = if chars.next_if_eq(&'-').is_some() { chars.next()? } else { low };
                    ranges.push((low, high));
                }
                if ranges.is_empty() {
                    return None;
                }
                Token::Set { negated, ranges }
            }
            c => Token::Char(c),
        });
    }
    Some(tokens)
}

fn matches(tokens: &[Token], path: &[char], steps: &mut usize) -> bool {
    *steps = steps.saturating_sub(1);
    if *steps == 0 {
        return false;
    }
    let Some((token, rest)) = tokens.split_first() else { return path.is_empty() };
    match token {
        Token::Any | Token::Everything => {
            let ends = |c: &char| *token == Token::Any && *c == '/';
            let reach = path.iter().take_while(|c| !ends(c)).count();
            (0..=reach).any(|at| matches(rest, path.get(at..).unwrap_or_default(), steps))
        }
        _ => {
            let Some((first, others)) = path.split_first() else { return false };
            let fits = match token {
                Token::Char(c) => c == first,
                Token::One => *first != '/',
                Token::Set { negated, ranges } => {
                    ranges.iter().any(|(low, high)| (low..=high).contains(&first)) != *negated
                }
                Token::Any | Token::Everything => false,
            };
            fits && matches(rest, others, steps)
        }
    }
}
