//! Values of `input` blocks: given by whoever runs a policy, or declared with it.

use crate::check::{Input, Page};
use crate::expr::constraint::Constraint;
use crate::expr::{Budget, EvalError, Evaluator, ExprScope, Mode, Resolved};
use crate::model::{Text, Type, Value};
use crate::source::{Problem, Sources, Span};
use crate::syntax::hcl::{self, Expr};
use std::sync::Arc;

/// Values that are given from outside.
#[derive(Clone, Copy, Debug, Default)]
pub struct Given<'a> {
    /// Name and text, as on the command line; of two the later counts.
    pub texts: &'a [(String, String)],
    /// Name and value, as in a test; stronger than texts, and of two the later counts.
    pub values: &'a [(Text, Value)],
}

/// A scope of inputs only.
pub struct InputScope<'a>(pub &'a [(Text, Value)]);

impl ExprScope for InputScope<'_> {
    fn resolve(&self, root: &str, following: [Option<&str>; 2], span: Span) -> Result<Resolved, EvalError> {
        let name = following[0].filter(|_| root == "input");
        let value = name.and_then(|name| self.0.iter().find(|(known, _)| known == name));
        match value {
            Some((_, value)) => Ok(Resolved { value: value.clone(), consumed: 1 }),
            None => Err(EvalError::fatal(format!("`{root}` is not known here; there are constants and inputs."), span)),
        }
    }
}

/// The value of an expression in which only inputs have names.
pub fn constant(expr: &Expr, inputs: &[(Text, Value)]) -> Result<Value, EvalError> {
    Evaluator::new(&InputScope(inputs), Mode::Policy, &Budget::policy()).evaluate(expr)
}

/// Gives the policies of a page the values of its inputs.
pub fn bind_page(page: &mut Page, given: Given, sources: &Sources) -> Result<(), Vec<Problem>> {
    if page.inputs.is_empty() {
        return Ok(());
    }
    let values = Arc::new(bind(&page.inputs, given, sources)?);
    page.policies.iter_mut().for_each(|policy| policy.inputs = values.clone());
    Ok(())
}

/// The values of declared inputs, in the order of the declarations.
pub fn bind(declared: &[Input], given: Given, sources: &Sources) -> Result<Vec<(Text, Value)>, Vec<Problem>> {
    let (mut values, mut problems) = (Vec::new(), Vec::new());
    for input in declared {
        match value(input, given, sources) {
            Ok(value) => values.push((input.name.clone(), value)),
            Err(problem) => problems.push(problem),
        }
    }
    if problems.is_empty() { Ok(values) } else { Err(problems) }
}

fn value(input: &Input, given: Given, sources: &Sources) -> Result<Value, Problem> {
    let wrong = |error: EvalError| Problem::error(error.span, error.message);
    let constraint = match &input.constraint {
        Some(written) => Constraint::read(written, &|expr| constant(expr, &[])).map_err(wrong)?,
        None => Constraint::default(),
    };
    let value = match (given_value(input, given, &constraint, sources)?, &input.default) {
        (Some(value), _) => value,
        (None, Some(default)) => constant(default, &[]).map_err(wrong)?,
        (None, None) if input.nullable => Value::null(input.span),
        (None, None) => {
            let message = format!("Input `{}` has no value; give one with `--input {0}=VALUE`.", input.name);
            return Err(Problem::error(input.span, message));
        }
    };
    let value = constraint.apply(&value).map_err(|message| {
        Problem::error(value.origin.span, format!("The value of input `{}` has the wrong type: {message}.", input.name))
    })?;
    Ok(Value { sensitive: value.sensitive || input.sensitive, ..value })
}

fn given_value(
    input: &Input,
    given: Given,
    constraint: &Constraint,
    sources: &Sources,
) -> Result<Option<Value>, Problem> {
    if let Some((_, value)) = given.values.iter().rev().find(|(name, _)| *name == input.name) {
        return Ok(Some(value.clone()));
    }
    let Some((name, text)) = given.texts.iter().rev().find(|(name, _)| *name == input.name.as_str()) else {
        return Ok(None);
    };
    let source = sources.add_input(format!("--input {name}"), text.as_str());
    if matches!(constraint.ty, Type::String | Type::Dynamic) {
        return Ok(Some(Value::string(text.as_str(), Span::new(source, 0, text.len() as u32))));
    }
    let expr = hcl::parse_expression(source, text, 0)?;
    constant(&expr, &[]).map(Some).map_err(|error| Problem::error(error.span, error.message))
}
