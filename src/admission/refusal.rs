//! What becomes of an expression when it is compiled: why the API server refuses it, in its words and with the place.

use crate::cel::{CelType, CompileError, Environment, Program, compile};
use crate::expr::decoding::EncodedText;
use crate::model::{Cause, Value};
use crate::source::{Derived, Problem, SourceId};

/// What an expression is.
#[derive(Debug)]
pub enum Compiled {
    /// What can be evaluated.
    Program(Program),
    /// Nothing that the API server takes.
    Refused(Refusal),
    /// Not known: a part of its text is not.
    Unknown(Vec<Cause>),
}

impl Compiled {
    /// Compiles the text of a value.
    pub fn of(value: &Value, environment: &Environment, wanted: &[CelType]) -> Self {
        if let Some(unknown) = value.as_unknown() {
            return Self::Unknown(unknown.causes.clone());
        }
        let Some(encoded) = EncodedText::of(value, None) else {
            let told = "the expression is not a string";
            let problem = Problem::error(value.origin.span, told);
            return Self::Refused(Refusal { told: told.into(), problem });
        };
        Self::of_text(&encoded.text, environment, wanted)
    }

    /// Compiles a text.
    pub fn of_text(text: &Derived<'_>, environment: &Environment, wanted: &[CelType]) -> Self {
        compiled(text, environment, wanted).map_or_else(Self::Refused, Self::Program)
    }

    /// Returns why it is refused.
    pub fn refusal(&self) -> Option<&Refusal> {
        match self {
            Self::Refused(refusal) => Some(refusal),
            Self::Program(_) | Self::Unknown(_) => None,
        }
    }

    /// Returns the type of its values.
    pub fn ty(&self) -> CelType {
        match self {
            Self::Program(program) => program.ty.clone(),
            Self::Refused(_) | Self::Unknown(_) => CelType::Dyn,
        }
    }
}

/// Why the API server refuses an expression.
#[derive(Debug)]
pub struct Refusal {
    /// What it says.
    pub told: String,
    /// The same with its place.
    pub problem: Problem,
}

/// Compiles an expression, whose result must be of one of some types; of any, where none is given.
fn compiled(text: &Derived<'_>, environment: &Environment, wanted: &[CelType]) -> Result<Program, Refusal> {
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
