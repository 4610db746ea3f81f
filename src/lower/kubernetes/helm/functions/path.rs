//! Paths with slashes: Go's `path`, and `path/filepath`, which is the same on Linux.

use super::short::S;
use crate::go::path;
use crate::lower::kubernetes::helm::render::{Call, Function, Outcome};
use crate::lower::kubernetes::helm::value::Value;

pub const FUNCTIONS: &[Function] = &[
    Function::new("base", &[S], |call| part(call, |text| path::base(text).into())),
    Function::new("osBase", &[S], |call| part(call, |text| path::base(text).into())),
    Function::new("dir", &[S], |call| part(call, path::directory)),
    Function::new("osDir", &[S], |call| part(call, path::directory)),
    Function::new("clean", &[S], |call| part(call, path::clean)),
    Function::new("osClean", &[S], |call| part(call, path::clean)),
    Function::new("ext", &[S], |call| part(call, extension)),
    Function::new("osExt", &[S], |call| part(call, extension)),
    Function::new("isAbs", &[S], |call| Ok(call.text(0).starts_with('/').into())),
    Function::new("osIsAbs", &[S], |call| Ok(call.text(0).starts_with('/').into())),
];

fn part(call: &mut Call<'_, '_>, part: fn(&str) -> String) -> Outcome<Value> {
    let part = part(call.text(0));
    call.result(part)
}

/// The text from the last dot of the last element on.
fn extension(name: &str) -> String {
    let name = name.rsplit('/').next().unwrap_or(name);
    name.rfind('.').and_then(|at| name.get(at..)).unwrap_or_default().into()
}
