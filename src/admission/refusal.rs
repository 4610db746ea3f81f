//! Why the API server refuses an expression, in its words and with the place.

use crate::cel::{CelType, CompileError, Environment, Program, compile};
use crate::source::{Derived, Problem, SourceId};

/// Why the API server refuses an expression.
#[derive(Debug)]
pub struct Refusal {
    /// What it says.
    pub told: String,
    /// The same with its place.
    pub problem: Problem,
}

/// Compiles an expression, whose result must be of one of some types; of any, where none is given.
pub fn compiled(text: &Derived<'_>, environment: &Environment, wanted: &[CelType]) -> Result<Program, Refusal> {
    let program = compile(text, environment)
        .map_err(|error| Refusal { told: report(text.text(), &error, environment), problem: error.problem() })?;
    if wanted.is_empty() || wanted.contains(&program.ty) {
        return Ok(program);
    }
    let names: Vec<String> = wanted.iter().map(CelType::runtime_name).collect();
    let names = if let [name] = &names[..] { name.clone() } else { format!("one of [{}]", names.join(" ")) };
    let told = format!("must evaluate to {names} but got {}", program.ty);
    Err(Refusal { problem: Problem::error(text.span(0..text.text().len()), told.as_str()), told })
}

/// The report of the API server's compiler: the position in the expression, and the line.
fn report(text: &str, error: &CompileError, environment: &Environment) -> String {
    if error.message.starts_with("program instantiation failed") {
        return error.message.clone();
    }
    // Places in the expression itself, wherever it is written.
    let alone = compile(&Derived::file(SourceId(0), text), environment).err();
    // Of a field, the API server points at the dot.
    let is_field = error.message.starts_with("undefined field") || error.message.ends_with("field selection");
    let at = alone.map_or(0, |error| error.span.start as usize).saturating_sub(usize::from(is_field)).min(text.len());
    let before = text.get(..at).unwrap_or_default();
    let (number, start) = (before.matches('\n').count() + 1, before.rfind('\n').map_or(0, |end| end + 1));
    let column = text.get(start..at).unwrap_or_default().chars().count();
    let line = text.get(start..).and_then(|rest| rest.lines().next()).unwrap_or_default();
    let container = if error.message.starts_with("undeclared reference") { " (in container '')" } else { "" };
    let (message, dots) = (&error.message, ".".repeat(column));
    format!("compilation failed: ERROR: <input>:{number}:{}: {message}{container}\n | {line}\n | {dots}^", column + 1)
}
