//! What a function is: a name, a signature, and what it does with known arguments.

use super::types::CelType;
use super::value::{CelData, CelValue};

/// Why a function has no result.
#[derive(Clone, Debug)]
pub enum Failure {
    /// An error of the evaluation.
    Error(String),
    /// It depends on a part of an argument that is not known.
    Undecided,
}

/// What a function gives.
pub type Answer = Result<CelValue, Failure>;

/// What a function does. Its arguments are of the types of the signature, and known; their parts may be unknown.
pub type Run = fn(&[CelValue]) -> Answer;

/// One signature of a function, as the tables of the libraries have it: its name, its signature, what it does.
///
/// `string.(string, int) bool` is called as a method, `(string) bool` with the arguments alone. A single capital is a
/// type parameter.
pub struct Row(pub &'static str, pub &'static str, pub Run);

/// A signature that was read.
#[derive(Debug)]
pub struct Overload {
    /// The name of the function.
    pub name: &'static str,
    /// Whether the first argument stands before the dot.
    pub is_member: bool,
    /// The types of the arguments; of a method the one before the dot is the first.
    pub parameters: Vec<CelType>,
    /// The type of the result.
    pub result: CelType,
    /// What it does.
    pub run: Run,
}

impl Overload {
    /// Reads a row of a table; `None` if its signature is none.
    pub fn read(row: &Row) -> Option<Self> {
        let (receiver, rest) = row.1.split_once('(').filter(|(before, _)| before.is_empty()).map_or_else(
            || CelType::read(row.1).map(|(receiver, rest)| (Some(receiver), rest)),
            |_| Some((None, row.1)),
        )?;
        let is_member = receiver.is_some();
        let mut parameters: Vec<CelType> = receiver.into_iter().collect();
        let mut rest = rest.trim_start_matches('.').strip_prefix('(')?;
        while !rest.starts_with(')') {
            let (parameter, after) = CelType::read(rest)?;
            parameters.push(parameter);
            rest = after.strip_prefix(", ").unwrap_or(after);
        }
        let (result, _) = CelType::read(rest.strip_prefix(") ")?)?;
        Some(Self { name: row.0, is_member, parameters, result, run: row.2 })
    }

    /// Returns whether it can be called with these values.
    pub fn takes(&self, args: &[CelValue], is_member: bool) -> bool {
        self.is_member == is_member
            && self.parameters.len() == args.len()
            && self.parameters.iter().zip(args).all(|(ty, arg)| arg.data.is_a(ty))
    }
}

impl From<String> for Failure {
    fn from(message: String) -> Self {
        Self::Error(message)
    }
}

impl From<&str> for Failure {
    fn from(message: &str) -> Self {
        Self::Error(message.to_owned())
    }
}

impl From<CelData> for Answer {
    fn from(data: CelData) -> Self {
        Ok(data.into())
    }
}

/// The error of arguments of types that no signature has.
pub fn no_overload() -> Failure {
    "no such overload".into()
}
