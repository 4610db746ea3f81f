//! Paths with slashes: Go's `path`, and `path/filepath`, which is the same on Linux.

use super::short::S;
use crate::lower::kubernetes::helm::render::{Call, Function, Outcome};
use crate::lower::kubernetes::helm::value::Value;

pub const FUNCTIONS: &[Function] = &[
    Function::new("base", &[S], |call| part(call, base)),
    Function::new("osBase", &[S], |call| part(call, base)),
    Function::new("dir", &[S], |call| part(call, directory)),
    Function::new("osDir", &[S], |call| part(call, directory)),
    Function::new("clean", &[S], |call| part(call, clean)),
    Function::new("osClean", &[S], |call| part(call, clean)),
    Function::new("ext", &[S], |call| part(call, extension)),
    Function::new("osExt", &[S], |call| part(call, extension)),
    Function::new("isAbs", &[S], |call| Ok(call.text(0).starts_with('/').into())),
    Function::new("osIsAbs", &[S], |call| Ok(call.text(0).starts_with('/').into())),
];

fn part(call: &mut Call<'_, '_>, part: fn(&str) -> String) -> Outcome<Value> {
    let part = part(call.text(0));
    call.result(part)
}

/// The last element.
pub fn base(path: &str) -> String {
    if path.is_empty() {
        return ".".into();
    }
    let bare = path.trim_end_matches('/');
    if bare.is_empty() { "/".into() } else { bare.rsplit('/').next().unwrap_or(bare).into() }
}

fn directory(path: &str) -> String {
    clean(path.rfind('/').and_then(|at| path.get(..=at)).unwrap_or_default())
}

fn extension(path: &str) -> String {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.rfind('.').and_then(|at| name.get(at..)).unwrap_or_default().into()
}

/// The shortest path to the same place.
pub fn clean(path: &str) -> String {
    let is_absolute = path.starts_with('/');
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            ".." if is_absolute => {}
            part => parts.push(part),
        }
    }
    let joined = parts.join("/");
    match (is_absolute, joined.is_empty()) {
        (true, _) => format!("/{joined}"),
        (false, true) => ".".into(),
        (false, false) => joined,
    }
}
