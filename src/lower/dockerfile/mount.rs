//! `RUN --mount`.

use super::evaluation::Evaluation;
use super::object::Object;
use crate::lower::pieces::truth;
use crate::model::{Text, Value};
use crate::source::{Problem, Span};
use crate::syntax::dockerfile::Flag;

/// The keys of BuildKit's mounts, with the name that is told.
const KEYS: [(&str, &str); 19] = [
    ("type", "type"),
    ("from", "from"),
    ("source", "source"),
    ("src", "source"),
    ("target", "target"),
    ("dst", "target"),
    ("destination", "target"),
    ("readonly", "readonly"),
    ("ro", "readonly"),
    ("readwrite", "readwrite"),
    ("rw", "readwrite"),
    ("required", "required"),
    ("size", "size"),
    ("id", "id"),
    ("sharing", "sharing"),
    ("mode", "mode"),
    ("uid", "uid"),
    ("gid", "gid"),
    ("env", "env"),
];

/// Those that are true or false.
const TRUTHS: [&str; 3] = ["readonly", "readwrite", "required"];

/// One object with the mount's options, the type `bind` where none is given.
pub(super) fn describe(evaluation: &mut Evaluation<'_, '_>, flag: &Flag) -> Option<Value> {
    let word = flag.value.as_ref()?;
    let mut object = Object::new(flag.span);
    let mut seen: Vec<&str> = Vec::new();
    let mut at = 0;
    // Fields are those of a line of CSV; the quotes around them were removed with the flag's.
    for field in word.text.split(',') {
        let place = field_place(word.span, word.text.len(), at, field.len());
        at += field.len() + 1;
        let (key, value) = field.split_once('=').map_or((field, None), |(key, value)| (key, Some(value)));
        let key = Text::from(key.trim()).to_ascii_lowercase();
        let Some((_, name)) = KEYS.iter().find(|(known, _)| *known == key) else {
            let message = format!("a mount has no option `{key}`");
            evaluation.shared.problems.push(Problem::warning(place, message));
            continue;
        };
        seen.push(name);
        let value = match value {
            Some(value) => evaluation.expand(value, place),
            None => Value::bool(true, place),
        };
        object.set(name, if TRUTHS.contains(name) { truth(value) } else { value });
    }
    for (_, name) in KEYS {
        if !seen.contains(&name) {
            seen.push(name);
            let default = (name == "type").then(|| Value::string("bind", flag.span));
            object.set_or_null(name, default);
        }
    }
    Some(object.value(flag.span))
}

/// The place of a field, or that of the whole flag where quotes shifted the bytes.
fn field_place(whole: Span, length: usize, at: usize, field: usize) -> Span {
    if (whole.end - whole.start) as usize != length {
        return whole;
    }
    Span::new(whole.source, whole.start + at as u32, whole.start + (at + field) as u32)
}
