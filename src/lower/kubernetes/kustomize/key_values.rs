//! The keys and values of a generated ConfigMap or Secret: literals, files, and files of variables.

use super::decode::Located;
use super::library::{self, Library};
use crate::model::{Origin, Text};
use crate::source::{Problem, Span};

/// One key with its value.
#[derive(Clone, Debug)]
pub struct KeyValue {
    /// The key.
    pub key: Text,
    /// The value; `None` when the environment of whoever builds would give it.
    pub content: Option<Vec<u8>>,
    /// Where the value is written.
    pub origin: Origin,
    /// What it is: "literal", "file `x`".
    pub what: String,
}

/// `key=value`; quotes around the value are left out.
pub fn literal(given: &Located) -> Result<KeyValue, Problem> {
    let refused = || {
        let message = format!("`{}` is no literal; write `key=value`", given.text);
        Problem::error(given.origin.span, message)
    };
    let (key, value) = given.text.split_once('=').filter(|(key, _)| !key.is_empty()).ok_or_else(refused)?;
    Ok(KeyValue {
        key: key.into(),
        content: Some(unquoted(value).as_bytes().to_vec()),
        origin: given.origin.clone(),
        what: "literal".into(),
    })
}

fn unquoted(value: &str) -> &str {
    let stripped = |quote| value.strip_prefix(quote).and_then(|rest| rest.strip_suffix(quote));
    stripped('"').or_else(|| stripped('\'')).unwrap_or(value)
}

/// `path`, whose name is the key, or `key=path`.
pub fn file(
    library: &Library<'_>,
    dir: &str,
    given: &Located,
    problems: &mut Vec<Problem>,
) -> Result<KeyValue, Problem> {
    let span = given.origin.span;
    let refused = |message: String| Problem::error(span, message);
    let (key, path) = match given.text.split_once('=') {
        None => (given.text.rsplit('/').next().unwrap_or_default(), given.text.as_str()),
        Some((key, path)) if !key.is_empty() && !path.is_empty() && !path.contains('=') => (key, path),
        Some(_) => return Err(refused(format!("`{}` names no file; write `path` or `key=path`", given.text))),
    };
    let path = library::locate(dir, path, span, problems)?;
    let content = library.bytes(&path, span)?;
    let origin = library.whole(&path, span).map_or_else(|_| given.origin.clone(), Origin::at);
    Ok(KeyValue { key: key.into(), content: Some(content), origin, what: format!("file `{path}`") })
}

/// The lines `KEY=value` of a file.
pub fn variables(
    library: &Library<'_>,
    dir: &str,
    given: &Located,
    problems: &mut Vec<Problem>,
) -> Result<Vec<KeyValue>, Problem> {
    let path = library::locate(dir, &given.text, given.origin.span, problems)?;
    let whole = library.whole(&path, given.origin.span)?;
    let source = library.sources.get(whole.source);
    let mut start = 0;
    let mut pairs = Vec::new();
    for raw in source.text.split_inclusive('\n') {
        let line_start = start;
        start += raw.len();
        let line = raw.trim_end_matches('\n').trim_end_matches('\r').trim_start_matches('\u{feff}').trim_start();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let span = Span::new(whole.source, line_start as u32, (line_start + raw.trim_end().len()) as u32);
        let (key, value) = line.split_once('=').map_or((line, None), |(key, value)| (key, Some(value)));
        if !is_variable_name(key) {
            let message = format!("`{key}` is no name of a variable; write lines of `NAME=value`");
            return Err(Problem::error(span, message));
        }
        pairs.push(KeyValue {
            key: key.into(),
            content: value.map(|value| value.as_bytes().to_vec()),
            origin: Origin::at(span),
            what: format!("file `{path}`"),
        });
    }
    Ok(pairs)
}

fn is_variable_name(name: &str) -> bool {
    let begins_well = name.chars().next().is_some_and(|first| !first.is_ascii_digit());
    begins_well && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'))
}
