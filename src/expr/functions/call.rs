//! The protocol of a call: what happens to arguments before the function sees them, and to its result.

use super::{Function, FunctionError, Invocation, Param, Returns, Shape};
use crate::expr::{EvalError, Evaluator, Mode, convert};
use crate::model::{Type, Value};
use crate::source::Span;

impl Function {
    /// Calls the function as Terraform does: arity, conversion, nulls, unknowns, sensitivity, origin.
    /// `spans` are the places of the arguments, as many.
    pub fn call(
        &self,
        evaluator: &Evaluator<'_>,
        mut args: Vec<Value>,
        spans: &[Span],
        span: Span,
    ) -> Result<Value, EvalError> {
        self.check_arity(args.len(), span)?;
        let place = |index: usize| spans.get(index).copied().unwrap_or(span);
        let mut dynamic = false;
        let mut unknown = false;
        let mut sensitive = false;
        for (index, arg) in args.iter_mut().enumerate() {
            let Some(param) = self.param(index) else { break };
            let fault = |message: String| {
                EvalError::new(
                    format!("Invalid value for \"{}\" parameter of {}(): {message}", param.name, self.name),
                    place(index),
                )
            };
            let wanted = param.shape.to_type();
            if wanted != Type::Dynamic {
                *arg = convert::convert(arg, &wanted).map_err(fault)?;
            }
            if arg.is_null() && !param.allow_null {
                if evaluator.mode == Mode::Policy {
                    return Ok(self.nothing(span));
                }
                return Err(fault("argument must not be null.".into()));
            }
            if let Some(missing) = arg.as_unknown() {
                dynamic |= missing.ty == Type::Dynamic && !param.allow_dynamic;
                unknown |= !param.allow_unknown;
            }
            sensitive |= !param.allow_sensitive && is_deeply_sensitive(arg);
        }
        let returns = if dynamic {
            Type::Dynamic
        } else {
            self.return_type(&args).map_err(|error| self.failed(error, place, span))?
        };
        let mut invocation = Invocation {
            args,
            spans,
            span,
            returns,
            scope: evaluator.scope,
            mode: evaluator.mode,
            budget: evaluator.budget,
        };
        let mut result = if dynamic || unknown {
            invocation.unknown()
        } else {
            (self.run)(&mut invocation).map_err(|error| self.failed(error, place, span))?
        };
        result.sensitive |= sensitive;
        Ok(result)
    }

    /// What a policy gets of a function that is given null where it takes none: no, zero, or null.
    fn nothing(&self, span: Span) -> Value {
        match self.returns {
            Returns::Always(Shape::Bool) => Value::bool(false, span),
            _ if self.name == "length" => Value::number(0, span),
            _ => Value::null(span),
        }
    }

    fn param(&self, index: usize) -> Option<&Param> {
        self.params.get(index).or(self.variadic.as_ref())
    }

    fn return_type(&self, args: &[Value]) -> Result<Type, FunctionError> {
        match self.returns {
            Returns::Always(shape) => Ok(shape.to_type()),
            Returns::By(compute) => compute(args),
        }
    }

    fn check_arity(&self, given: usize, span: Span) -> Result<(), EvalError> {
        let wanted = self.params.len();
        if given == wanted || (given > wanted && self.variadic.is_some()) {
            return Ok(());
        }
        let bound = if self.variadic.is_some() { "at least " } else { "" };
        Err(EvalError::new(
            format!("Function \"{}\" expects {bound}{wanted} argument(s), {given} given.", self.name),
            span,
        ))
    }

    fn failed(&self, error: FunctionError, place: impl Fn(usize) -> Span, span: Span) -> EvalError {
        let at = error.argument.map_or(span, place);
        let message = format!("{}(): {}", self.name, error.message);
        if error.fatal { EvalError::fatal(message, at) } else { EvalError::new(message, at) }
    }
}

fn is_deeply_sensitive(value: &Value) -> bool {
    value.sensitive
        || value.as_items().is_some_and(|items| items.iter().any(is_deeply_sensitive))
        || value.as_mapping().is_some_and(|mapping| mapping.entries.iter().any(|(_, item)| is_deeply_sensitive(item)))
}
