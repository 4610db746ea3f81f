//! The code of ConstraintTemplates in Rego: read from a template, with why it is not evaluated.

use crate::expr::decoding::EncodedText;
use crate::model::{Cause, Value};
use crate::rego::{RegoProgram, RegoSource};
use crate::source::Derived;

/// The code of a template.
#[derive(Debug)]
pub enum RegoCode {
    /// What can be evaluated.
    Program(RegoProgram),
    /// Not known: a part of its text is not.
    Unknown(Vec<Cause>),
}

/// Why the code of a template is not evaluated.
pub struct RegoRefusal {
    /// Part of a sentence, with the line.
    pub message: String,
    /// Whether Gatekeeper refuses it too.
    pub is_refused: bool,
}

impl RegoCode {
    /// Reads the code and the libraries of a template.
    pub fn read(code: &Value, libs: &[Value], is_v1: bool) -> Result<Self, RegoRefusal> {
        let mut texts = Vec::new();
        for value in [code].into_iter().chain(libs) {
            if let Some(unknown) = value.as_unknown() {
                return Ok(Self::Unknown(unknown.causes.clone()));
            }
            let Some(encoded) = EncodedText::of(value, None) else {
                return Err(RegoRefusal { message: "the code is not a string".into(), is_refused: true });
            };
            texts.push(encoded.text);
        }
        let mut texts = texts.iter().map(Derived::text);
        let source = RegoSource { code: texts.next().unwrap_or_default(), libs: texts.collect(), is_v1 };
        RegoProgram::compile(&source).map(Self::Program).map_err(|problem| {
            let line = problem.line.map(|(module, line)| match module.strip_prefix("lib_") {
                Some(number) => format!(" (line {line} of library {number})"),
                None => format!(" (line {line} of the code)"),
            });
            let message = format!("{}{}", problem.message, line.unwrap_or_default());
            RegoRefusal { message, is_refused: problem.is_refused }
        })
    }
}
