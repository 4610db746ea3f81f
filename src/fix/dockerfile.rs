//! Edits of Dockerfiles: of the words of instructions.

use super::Edit;
use crate::model::Value;
use crate::source::Span;

/// Puts a word in place of another one.
pub fn replaced(span: Span, old: &Value, new: &Value, text: &str) -> Option<Edit> {
    is_written(span, old, text)?;
    Some(Edit { span, text: word(new)? })
}

/// Puts a word behind another one.
pub fn inserted(span: Span, after: &Value, new: &Value, text: &str) -> Option<Edit> {
    is_written(span, after, text)?;
    Some(Edit { span: Span::new(span.source, span.end, span.end), text: format!(" {}", word(new)?) })
}

/// Whether a value is written as it is, without quotes, variables or continued lines.
fn is_written(span: Span, value: &Value, text: &str) -> Option<()> {
    let written = text.get(span.start as usize..span.end as usize)?;
    written.eq_ignore_ascii_case(value.as_str()?).then_some(())
}

fn word(value: &Value) -> Option<String> {
    let word = value.as_str()?;
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_=./:@".contains(&byte);
    (!word.is_empty() && word.bytes().all(is_plain)).then(|| word.to_owned())
}
