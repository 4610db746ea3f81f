//! Variables in the texts of a Compose file: `$NAME`, `${NAME}`, defaults and conditions.
//!
//! Source of the rules: the Compose Specification, "Interpolation". A variable that a file sets is what the file says,
//! and a default that the text gives is taken where no file sets the variable: that is what the repository deploys. A
//! variable that has neither is unknown, since the shell may set it (Compose itself would take an empty text).

use crate::limits::compose::DEFAULT_DEPTH;
use crate::lower::pieces::Pieces;
use crate::model::{Cause, HopKind, Text, Value, Why};
use crate::source::Span;

/// What names mean.
pub(super) trait Variables {
    /// The value of a variable that some file sets.
    fn get(&self, name: &str) -> Option<&Value>;
}

/// The value of `text`, which stands at `span`, or what is wrong with it.
pub(super) fn interpolate(text: &str, span: Span, variables: &dyn Variables) -> Result<Value, String> {
    if !text.contains('$') {
        return Ok(Value::string(text, span));
    }
    Ok(pieces(text, span, variables, 0)?.value(span))
}

fn pieces(text: &str, span: Span, variables: &dyn Variables, depth: usize) -> Result<Pieces, String> {
    if depth > DEFAULT_DEPTH {
        return Err(format!("variables are nested deeper than the limit of {DEFAULT_DEPTH}"));
    }
    let mut pieces = Pieces::default();
    let mut rest = text;
    while let Some(at) = rest.find('$') {
        pieces.push(rest.get(..at).unwrap_or_default());
        let behind = rest.get(at + 1..).unwrap_or_default();
        if let Some(after) = behind.strip_prefix('$') {
            pieces.push("$");
            rest = after;
        } else if let Some(inner) = behind.strip_prefix('{') {
            let end = closing(inner).ok_or_else(|| format!("nothing closes `${{` in `{text}`"))?;
            let (inner, after) = (inner.get(..end).unwrap_or_default(), inner.get(end + 1..).unwrap_or_default());
            pieces.append(braced(inner, span, variables, depth)?);
            rest = after;
        } else {
            let length = name_length(behind);
            let (name, after) = behind.split_at(length);
            if name.is_empty() {
                return Err(format!("`$` in `{text}` names no variable; write `$$` for the character"));
            }
            push(&mut pieces, name, span, variables);
            rest = after;
        }
    }
    pieces.push(rest);
    Ok(pieces)
}

/// What stands between braces.
fn braced(inner: &str, span: Span, variables: &dyn Variables, depth: usize) -> Result<Pieces, String> {
    let (name, operator) = inner.split_at(name_length(inner));
    if name.is_empty() {
        return Err(format!("`${{{inner}}}` names no variable"));
    }
    let (or_empty, operator) = operator.strip_prefix(':').map_or((false, operator), |rest| (true, rest));
    let value = variables.get(name);
    // Whether the variable counts as set; `None` where that is not known.
    let is_set = match value {
        None => Some(false),
        Some(value) => match value.as_str() {
            Some(text) => Some(!(or_empty && text.is_empty())),
            None => (!or_empty).then_some(true),
        },
    };
    let mut pieces = Pieces::default();
    let given = |pieces: &mut Pieces| push(pieces, name, span, variables);
    let argument = operator.get(1..).unwrap_or_default();
    match (operator.chars().next(), is_set) {
        (None, _) if !or_empty => given(&mut pieces),
        (Some('-'), Some(false)) => return self::pieces(argument, span, variables, depth + 1),
        (Some('-' | '?'), _) => given(&mut pieces),
        (Some('+'), Some(true)) => return self::pieces(argument, span, variables, depth + 1),
        (Some('+'), _) if value.is_some_and(|value| value.as_str().is_some()) => {}
        (Some('+'), _) => pieces.push_unknown(missing(name, span)),
        _ => return Err(format!("`${{{inner}}}` is no expression of a variable")),
    }
    Ok(pieces)
}

fn push(pieces: &mut Pieces, name: &str, span: Span, variables: &dyn Variables) {
    match variables.get(name) {
        Some(value) => pieces.push_value(value, HopKind::Environment(name.into())),
        None => pieces.push_unknown(missing(name, span)),
    }
}

fn missing(name: &str, span: Span) -> Cause {
    Cause { why: Why::Environment(Text::from(name)), span }
}

/// The bytes of the name that a text begins with.
fn name_length(text: &str) -> usize {
    let is_part = |(at, c): &(usize, char)| c.is_ascii_alphabetic() || *c == '_' || *at > 0 && c.is_ascii_digit();
    text.char_indices().take_while(is_part).count()
}

/// Where the brace is that closes what was opened before the text.
fn closing(text: &str) -> Option<usize> {
    let mut depth = 0_usize;
    let mut before = ' ';
    for (at, c) in text.char_indices() {
        match c {
            '{' if before == '$' => depth += 1,
            '}' if depth == 0 => return Some(at),
            '}' => depth -= 1,
            _ => {}
        }
        before = c;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::{Variables, interpolate};
    use crate::model::Value;
    use crate::source::{SourceId, Span};
    use std::collections::BTreeMap;

    struct Set(BTreeMap<&'static str, Value>);

    impl Variables for Set {
        fn get(&self, name: &str) -> Option<&Value> {
            self.0.get(name)
        }
    }

    /// The answers are those of compose-go 2.16 for the same variables, but where no file sets the variable.
    #[test]
    fn variables_are_what_compose_makes_of_them() {
        let span = Span::new(SourceId(0), 0, 0);
        let set = Set([("A", Value::string("x", span)), ("EMPTY", Value::string("", span))].into());
        let of = |text: &str| match interpolate(text, span, &set) {
            Ok(value) => value.as_str().map_or_else(|| "?".to_owned(), str::to_owned),
            Err(_) => "!".to_owned(),
        };
        for (text, expected) in [
            ("a$A-${A}", "ax-x"),
            ("$$A", "$A"),
            ("$$$A", "$x"),
            ("${NONE:-d}", "d"),
            ("${NONE-d}", "d"),
            ("${EMPTY:-d}", "d"),
            ("${EMPTY-d}", ""),
            ("${NONE:-${A}y}", "xy"),
            ("${NONE:-${OTHER:-z}}", "z"),
            ("${NONE:-}", ""),
            ("${NONE:-a:b/c}", "a:b/c"),
            ("${A:+set}", "set"),
            ("${EMPTY:+set}", ""),
            ("${EMPTY+set}", "set"),
            ("${A:?must}", "x"),
            ("${NONE:?must}", "?"),
            ("${NONE}", "?"),
            ("$NONE", "?"),
            ("${A", "!"),
            ("${}", "!"),
            ("$", "!"),
            ("$1", "!"),
            ("${A!x}", "!"),
        ] {
            assert_eq!(of(text), expected, "{text}");
        }
    }
}
