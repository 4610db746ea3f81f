//! YAML that people write for gatelint, read into types: what is wrong is said with its place and with what was
//! probably meant.

use crate::source::suggestion;
use serde::de::DeserializeOwned;
use serde_saphyr::Location;

/// What is wrong with a text, and the byte in it where that stands.
pub type Wrong = (String, usize);

/// Reads `text`, which describes a `subject` such as "a check's metadata".
pub fn read<T: DeserializeOwned>(text: &str, subject: &str) -> Result<T, Wrong> {
    serde_saphyr::from_str(text).map_err(|error| {
        let offset = error.location().map_or(0, |place| offset(text, place));
        let message = error.to_string();
        (said(message.lines().next().unwrap_or_default(), subject), offset)
    })
}

/// The byte in `text` of a place that the reader tells.
pub fn offset(text: &str, place: Location) -> usize {
    let line = place.line().saturating_sub(1) as usize;
    let before: usize = text.split_inclusive('\n').take(line).map(str::len).sum();
    let rest = text.get(before..).unwrap_or_default();
    let column = place.column().saturating_sub(1) as usize;
    before + rest.char_indices().nth(column).map_or(0, |(at, _)| at)
}

/// The message without `error: line 3 column 5: ` in front, which is told in our own way.
fn without_place(message: &str) -> &str {
    let message = message.strip_prefix("error: ").unwrap_or(message);
    let is_place = |text: &str| text.starts_with("line ") && text.contains(" column ");
    message.split_once(": ").filter(|(place, _)| is_place(place)).map_or(message, |(_, rest)| rest)
}

/// What the reader says, with what was probably meant. Unknown keys are told as ``unknown field `a`, expected one of
/// b, c``, and end with the place, which is told elsewhere.
fn said(message: &str, subject: &str) -> String {
    let unknown = message.split_once("unknown field `").and_then(|(_, rest)| rest.split_once("`, expected one of "));
    let Some((key, known)) = unknown else { return without_place(message).to_owned() };
    let known: Vec<&str> = known.split(", ").map(|word| word.split_whitespace().next().unwrap_or_default()).collect();
    let hint = suggestion(key, known.iter().copied()).replacen("; did", " (did", 1).replacen('?', "?)", 1);
    format!("unknown key `{key}` in {subject}{hint}; the keys are {}", known.join(", "))
}
