//! The file of known findings: JSON Lines, a header and one finding a line.
//!
//! Made to be merged: sorted, keys in one order, and nothing in a line that an edit elsewhere would change. A finding
//! that nothing tells apart from another stands there as often as it was found.

use crate::finding::Identity;
use serde::{Deserialize, Serialize};

/// The form that this version writes and reads.
const SCHEMA: u32 = 1;
const TOOL: &str = "gatelint";

/// Why a file cannot be used as a baseline.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {message}")]
pub struct BaselineError {
    /// The line at fault, from 1.
    pub line: usize,
    /// What is wrong with it, and what to do.
    pub message: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct HeaderWire<'t> {
    schema: u32,
    tool: &'t str,
}

/// One finding: where it is comes first, so that lines of one resource stand together.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct EntryWire {
    unit: String,
    resource: String,
    check: String,
    path: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    environment: String,
}

/// The entries of a file, in its order.
pub(super) fn read(text: &str) -> Result<Vec<Identity>, BaselineError> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut lines = (1..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty());
    let (line, first) = lines.next().ok_or_else(|| error(1, format!("the header is missing; {HOW}")))?;
    header(first).map_err(|message| error(line, message))?;
    // Two branches that both made the file leave two headers.
    let entries = lines.filter(|(_, line)| header(line).is_err());
    entries.map(|(line, text)| entry(text).map_err(|message| error(line, message))).collect()
}

const HOW: &str = "`gatelint baseline --output FILE` writes a baseline";

fn error(line: usize, message: String) -> BaselineError {
    BaselineError { line, message }
}

fn header(line: &str) -> Result<(), String> {
    match serde_json::from_str(line) {
        Ok(HeaderWire { schema: SCHEMA, tool: TOOL }) => Ok(()),
        Ok(HeaderWire { schema, tool: TOOL }) => Err(format!(
            "schema {schema} is not known to this version of gatelint, only {SCHEMA}; use a newer gatelint"
        )),
        Ok(_) | Err(_) => Err(format!("this is not the header of a baseline; {HOW}")),
    }
}

fn entry(line: &str) -> Result<Identity, String> {
    if ["<<<<<<<", "=======", ">>>>>>>", "|||||||"].iter().any(|mark| line.starts_with(mark)) {
        return Err("a merge conflict; keep the lines of both sides and delete the marks".into());
    }
    let wire: EntryWire = serde_json::from_str(line).map_err(|error| {
        let message = error.to_string();
        let what = message.rsplit_once(" at line ").map_or(message.as_str(), |(what, _)| what);
        format!("not a known finding: {what} at column {}", error.column())
    })?;
    Ok(Identity {
        check: wire.check.into(),
        home: wire.unit.into(),
        resource: wire.resource.into(),
        path: wire.path.into(),
        environment: wire.environment.into(),
    })
}

/// The text of a file.
pub(super) fn write(mut entries: Vec<Identity>) -> String {
    entries.sort_by(|a, b| order(a).cmp(&order(b)));
    let header = serde_json::to_string(&HeaderWire { schema: SCHEMA, tool: TOOL });
    let lines = entries.into_iter().map(|entry| {
        serde_json::to_string(&EntryWire {
            unit: entry.home.into(),
            resource: entry.resource.into(),
            check: entry.check.into(),
            path: entry.path.into(),
            environment: entry.environment.into(),
        })
    });
    // Strings and numbers always can be written.
    std::iter::once(header).chain(lines).filter_map(Result::ok).fold(String::new(), |mut text, line| {
        text.push_str(&line);
        text.push('\n');
        text
    })
}

fn order(entry: &Identity) -> [&str; 5] {
    [&entry.home, &entry.resource, &entry.check, &entry.path, &entry.environment]
}
