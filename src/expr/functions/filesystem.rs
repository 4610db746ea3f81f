//! Functions that read files, through the scope and never outside the root of the scan; and those of
//! paths, which read nothing.
//!
//! A file that is missing is an error, as in Terraform. One outside the root may well be there: the
//! result is unknown.

use super::glob::Glob;
use super::{Function, FunctionError, Invocation, Param, Returns, Shape};
use crate::go::path;
use crate::model::{Cause, Data, Origin, Refinement, Type, Unknown, Value, Why};
use crate::source::{Files, ReadError, join};
use std::sync::Arc;

const TEXT: Returns = Returns::Always(Shape::String);
const PATH: Param = Param::new("path", Shape::String);

pub(super) const TABLE: &[Function] = &[
    Function::new("abspath", &[PATH], TEXT, |call| Ok(abspath(call))),
    Function::new("basename", &[PATH], TEXT, |call| Ok(call.string(path::base(call.text(0))))),
    Function::new("dirname", &[PATH], TEXT, |call| Ok(call.string(path::directory(call.text(0))))),
    Function::new("file", &[PATH], TEXT, |call| file(call)),
    Function::new("fileexists", &[PATH], Returns::Always(Shape::Bool), fileexists),
    Function::new(
        "fileset",
        &[PATH, Param::new("pattern", Shape::String)],
        Returns::Always(Shape::Set(&Shape::String)),
        fileset,
    ),
    Function::new("pathexpand", &[PATH], TEXT, |call| {
        let written = call.text(0);
        // The home directory is that of whoever runs Terraform.
        Ok(if written.starts_with('~') { by_machine(call, "pathexpand", "") } else { call.string(written) })
    }),
];

/// The text of a file. What is decoded from it stands where it is written in that file.
fn file(call: &Invocation<'_>) -> Result<Value, FunctionError> {
    with_file(call, |path, bytes| {
        let text = String::from_utf8(bytes);
        let text = text.map_err(|_| "The file is not UTF-8 text; read it with filebase64().".to_owned())?;
        let value = call.string(&text);
        let Some(sources) = call.scope.sources() else { return Ok(value) };
        let source = sources.add(path, text.as_str());
        Ok(value.with_origin(Origin::contents(path, source, &text, call.span)))
    })
}

/// The file that the first argument names, and what `read` makes of its path and its bytes.
pub(super) fn with_file(
    call: &Invocation<'_>,
    read: impl FnOnce(&str, Vec<u8>) -> Result<Value, FunctionError>,
) -> Result<Value, FunctionError> {
    let Some((files, path)) = locate(call) else { return Ok(outside(call, Type::String)) };
    match files.read(&path) {
        Ok(bytes) => {
            call.budget.file(bytes.len(), call.span)?;
            read(&path, bytes)
        }
        Err(ReadError::OutsideRoot(_)) => Ok(outside(call, Type::String)),
        Err(error) => Err(FunctionError::argument(0, format!("{error}."))),
    }
}

/// The files of the scope with the path of the first argument among them.
fn locate<'a>(call: &Invocation<'a>) -> Option<(&'a dyn Files, String)> {
    let (files, directory) = call.scope.files()?;
    let written = call.text(0);
    let path = if written.starts_with('~') { None } else { join(directory, written) };
    Some((files, path?))
}

/// An unknown that a file outside of the root decides.
fn outside(call: &Invocation<'_>, ty: Type) -> Value {
    let is_secret = call.args.first().is_some_and(|path| path.sensitive);
    let path = if is_secret { "a file whose path is sensitive" } else { call.text(0) };
    unknown(call, ty, Why::File(path.into()), "")
}

/// A path of the machine that runs Terraform, of which only the beginning is known.
fn by_machine(call: &Invocation<'_>, function: &str, prefix: &str) -> Value {
    unknown(call, Type::String, Why::Function(function.into()), prefix)
}

fn unknown(call: &Invocation<'_>, ty: Type, why: Why, prefix: &str) -> Value {
    let causes = vec![Cause { why, span: call.span }];
    let refinement = Refinement { not_null: true, prefix: prefix.into(), ..Refinement::default() };
    call.data(Data::Unknown(Arc::new(Unknown { ty, causes, symbol: None, refinement })))
}

/// A relative path becomes one below the working directory of the machine that runs Terraform, where the
/// scope knows that; it begins with `/` in any case.
fn abspath(call: &Invocation<'_>) -> Value {
    let written = call.text(0);
    if written.starts_with('/') {
        return call.string(path::clean(written));
    }
    let working = call.scope.resolve("path", [Some("cwd"), None], call.span).map(|resolved| resolved.value);
    match working.as_ref().ok().and_then(Value::as_str) {
        Some(working) => call.string(path::clean(&format!("{working}/{written}"))),
        None => by_machine(call, "abspath", "/"),
    }
}

/// A directory is an error, not `false`.
fn fileexists(call: &mut Invocation<'_>) -> Result<Value, FunctionError> {
    let Some((files, path)) = locate(call) else { return Ok(outside(call, Type::Bool)) };
    call.budget.file(0, call.span)?;
    if files.is_dir(&path) {
        return Err(FunctionError::argument(0, format!("`{}` is a directory, not a file.", call.text(0))));
    }
    Ok(call.bool(files.is_file(&path)))
}

/// The files under a directory whose path matches, relative to the directory; none where it is missing.
fn fileset(call: &mut Invocation<'_>) -> Result<Value, FunctionError> {
    let unknown = || outside(call, Type::Set(Arc::new(Type::String)));
    let Some((files, base)) = locate(call) else { return Ok(unknown()) };
    let glob = Glob::parse(call.text(1)).map_err(|message| FunctionError::argument(1, message))?;
    let Some(matches) = glob.find(files, &base, |entries| {
        call.budget.file(0, call.span)?;
        call.budget.elements(entries, call.span)
    })?
    else {
        return Ok(unknown());
    };
    let items = matches.iter().map(|path| call.string(path::relative(&base, path))).collect();
    Ok(crate::expr::set::build(call.data(Data::Null(Type::Dynamic)), Type::String, items))
}
