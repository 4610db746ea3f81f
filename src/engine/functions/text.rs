//! Texts and patterns.

use super::arguments::Arguments;
use crate::expr::functions::found_in;
use crate::expr::partial::PartialText;
use crate::expr::truth::{Truth, any};
use crate::expr::{EvalError, json};
use crate::go::re2::compile;
use crate::model::{Data, Type, Value};

/// `glob_match(pattern, value)`: whether a string, or one of a list, fits a pattern, or one of a list, in which `*`
/// stands for any text and `?` for one character.
pub fn glob_match(args: &Arguments) -> Result<Value, EvalError> {
    let (patterns, values) = (args.items(0)?, args.items(1)?);
    let pairs = patterns.iter().flat_map(|pattern| values.iter().map(move |value| (pattern, value)));
    Ok(args.answer(any(pairs.map(|(pattern, value)| match (&pattern.data, &value.data) {
        (Data::String(pattern), Data::String(text)) => Truth::Known(glob(pattern, text)),
        (Data::Unknown(_), _) => Truth::open(pattern),
        (_, Data::Unknown(_)) => Truth::open(value),
        _ => Truth::Known(false),
    }))))
}

/// `regex_match(string, pattern)`: whether the pattern (RE2) is found in the string.
pub fn regex_match(args: &Arguments) -> Result<Value, EvalError> {
    let Some(pattern) = args.text(1)? else { return Ok(undecided(args)) };
    let regex = compile(pattern).map_err(|message| args.wrong(&format!("takes a regular expression: {message}")))?;
    let found = match args.text(0)? {
        Some(text) => Some(regex.is_match(text)),
        None => PartialText::of(args.get(0)?).and_then(|text| found_in(&regex, &text)),
    };
    Ok(found.map_or_else(|| undecided(args), |found| args.truth(found)))
}

/// `contains_substring(string, part)`.
pub fn contains_substring(args: &Arguments) -> Result<Value, EvalError> {
    args.text(0)?;
    let found = match (PartialText::of(args.get(0)?), args.text(1)?) {
        (Some(text), Some(part)) => text.contains(part),
        _ => None,
    };
    Ok(found.map_or_else(|| undecided(args), |found| args.truth(found)))
}

/// What is said of a text when nothing is known that decides: no, where one is absent.
fn undecided(args: &Arguments) -> Value {
    if args.values.iter().any(Value::is_unknown) { args.unknown(Type::Bool) } else { args.truth(false) }
}

/// `valuetostring(value)`: any value as a text for a message.
pub fn value_to_string(args: &Arguments) -> Result<Value, EvalError> {
    let value = args.get(0)?;
    let text = match &value.data {
        Data::String(text) => text.to_string(),
        Data::Null(_) => "(null)".to_owned(),
        Data::Unknown(_) => "(unknown)".to_owned(),
        _ => json::to_json(value).unwrap_or_else(|_| "(unknown)".to_owned()),
    };
    Ok(Value::string(text, args.span))
}

/// Whether `text` fits `pattern`; linear in their product, without recursion.
pub fn glob(pattern: &str, text: &str) -> bool {
    let (pattern, text): (Vec<char>, Vec<char>) = (pattern.chars().collect(), text.chars().collect());
    let (mut p, mut t, mut star) = (0, 0, None);
    while t < text.len() {
        match pattern.get(p) {
            Some('*') => {
                star = Some((p, t));
                p += 1;
            }
            Some(c) if *c == '?' || *c == text[t] => {
                p += 1;
                t += 1;
            }
            _ => match star {
                Some((at, taken)) => {
                    star = Some((at, taken + 1));
                    p = at + 1;
                    t = taken + 1;
                }
                None => return false,
            },
        }
    }
    pattern[p..].iter().all(|c| *c == '*')
}

#[cfg(test)]
mod tests {
    use super::glob;

    #[test]
    fn globs() {
        assert!(glob("s3:Get*", "s3:GetObject"));
        assert!(glob("*", ""));
        assert!(glob("s3:?et*ect", "s3:GetObject"));
        assert!(!glob("s3:Put*", "s3:GetObject"));
    }
}
