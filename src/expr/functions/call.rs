//! The protocol of a call: what happens to arguments before the function sees them, and to its result.

use super::{Function, FunctionError, Invocation, Param, Pieces, Returns, Shape};
use crate::expr::access::{way_passes, way_to};
use crate::expr::set::is_sensitive;
use crate::expr::unknowns::not_null;
use crate::expr::{EvalError, Evaluator, Mode, convert};
use crate::model::{Cause, Data, Origin, SequenceKind, Type, Value, Why, secrecy};
use crate::source::Span;
use std::sync::Arc;

/// Functions that take a list and refuse a set.
const LISTS_ONLY: [&str; 4] = ["concat", "element", "index", "slice"];

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
        if evaluator.mode == Mode::Policy && LISTS_ONLY.contains(&self.name) {
            args.iter_mut().for_each(take_for_list);
        }
        if evaluator.mode == Mode::Policy
            && let Some(result) = self.call_open(evaluator, &args, spans, span)
        {
            return result;
        }
        let place = |index: usize| spans.get(index).copied().unwrap_or(span);
        let mut sensitive = false;
        for (index, arg) in args.iter_mut().enumerate() {
            let Some(param) = self.param(index) else { break };
            if param.shape != Shape::Any {
                let converted = convert::convert(arg, &param.shape.to_type());
                *arg = converted.map_err(|message| self.invalid(param, &message, place(index)).hiding([&*arg]))?;
            }
            sensitive |= !param.allow_sensitive && is_sensitive(arg);
        }
        if !evaluator.strict
            && let Some(null) = self.refused_null(&args).and_then(|index| args.get(index))
        {
            return Ok(self.nothing(null, span));
        }
        evaluator.budget.walk(&args, span)?;
        let dynamic = self.check_nulls(&args, evaluator.mode, place)?;
        let returns = if dynamic {
            Type::Dynamic
        } else {
            self.return_type(&args).map_err(|error| self.failed(error, place, span).hiding(&args))?
        };
        let origin = evaluator.origin_of(&args, span);
        let runs = !dynamic && !self.is_undecided(&args);
        let (scope, mode, budget) = (evaluator.scope, evaluator.mode, evaluator.budget);
        let mut invocation = Invocation { args, spans, span, returns, scope, mode, budget };
        let content = self.content(&invocation.args).and_then(|content| content.origin.via.clone());
        let result = if runs {
            let result = (self.run)(&mut invocation);
            result.map_err(|error| self.failed(error, place, span).hiding(&invocation.args))?
        } else {
            let known = if self.pieces == Pieces::Lost { None } else { invocation.through(self.pieces, self.run) };
            known.unwrap_or_else(|| self.because_of_itself(invocation.unknown(), span))
        };
        let result = self.with_known_elements(evaluator, &invocation.args, spans, span, result);
        let mut result = if self.not_null && result.as_unknown().is_some_and(|unknown| unknown.ty != Type::Dynamic) {
            not_null(result)
        } else {
            result
        };
        result.sensitive |= sensitive;
        // What a configuration decodes is looked through once it is an attribute.
        if self.decodes && mode == Mode::Policy {
            secrecy::hide(&mut result);
        }
        if let Data::String(text) = &result.data
            && result.origin.span == span
        {
            evaluator.budget.bytes(text.len(), span)?;
        }
        result.origin = origin_of_result(evaluator, result.origin, origin, span);
        if content.is_some() && result.origin.span == span {
            result.origin.via = content;
        }
        Ok(result)
    }

    /// What a policy gets of a function that is given null where it takes none: no, zero, or null.
    /// It stands where the null stands.
    fn nothing(&self, null: &Value, span: Span) -> Value {
        let nothing = match self.returns {
            Returns::Always(Shape::Bool) => Value::bool(false, span),
            _ if self.name == "length" => Value::number(0, span),
            _ => Value::null(span),
        };
        Value { sensitive: null.sensitive, ..nothing.with_origin(null.origin.clone()) }
    }

    /// The first argument that is null where the function takes none.
    fn refused_null(&self, args: &[Value]) -> Option<usize> {
        let refused =
            |(index, arg): (usize, &Value)| arg.is_null() && self.param(index).is_some_and(|param| !param.allow_null);
        args.iter().enumerate().position(refused)
    }

    /// Refuses nulls, and tells whether an argument is of a type that is not known where that matters.
    fn check_nulls(&self, args: &[Value], mode: Mode, place: impl Fn(usize) -> Span) -> Result<bool, EvalError> {
        for (index, arg) in args.iter().enumerate() {
            let Some(param) = self.param(index) else { break };
            if arg.is_null() && !param.allow_null {
                return Err(self.invalid(param, "argument must not be null", place(index)));
            }
            let is_dynamic = match &arg.data {
                Data::Unknown(unknown) => unknown.ty == Type::Dynamic,
                // For Terraform a null of no type is not known enough, even where null is allowed.
                Data::Null(ty) => *ty == Type::Dynamic && mode == Mode::Configuration,
                _ => false,
            };
            if is_dynamic && !param.allow_dynamic {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// A result that no argument explains is open because of the function.
    fn because_of_itself(&self, mut result: Value, span: Span) -> Value {
        if let Data::Unknown(unknown) = &mut result.data
            && unknown.causes.is_empty()
        {
            let cause = Cause { why: Why::Function(self.name.into()), span };
            Arc::make_mut(unknown).causes.push(cause);
        }
        result
    }

    fn is_undecided(&self, args: &[Value]) -> bool {
        let blocks = |(index, arg): (usize, &Value)| {
            arg.is_unknown() && self.param(index).is_some_and(|param| !param.allow_unknown)
        };
        args.iter().enumerate().any(blocks)
    }

    fn invalid(&self, param: &Param, message: &str, span: Span) -> EvalError {
        EvalError::new(format!("Invalid value for \"{}\" parameter of {}(): {message}.", param.name, self.name), span)
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

    #[expect(clippy::needless_pass_by_value, reason = "made to be thrown")]
    fn failed(&self, error: FunctionError, place: impl Fn(usize) -> Span, span: Span) -> EvalError {
        let at = error.argument.map_or(span, place);
        let message = format!("{}(): {}", self.name, error.message);
        if error.fatal { EvalError::fatal(message, at) } else { EvalError::new(message, at) }
    }
}

/// Takes a set for the list of its elements in the order of writing. A policy need not know what a provider calls a set.
fn take_for_list(arg: &mut Value) {
    if let Data::Sequence(sequence) = &mut arg.data
        && matches!(sequence.kind, SequenceKind::Set(_))
    {
        Arc::make_mut(sequence).kind = SequenceKind::Tuple;
    }
}

/// What the function made stands at the call and came the way of an argument; an element of an argument
/// keeps its place where it is written in the call, and is read at the call where it came by reference.
fn origin_of_result(evaluator: &Evaluator<'_>, result: Origin, call: Origin, span: Span) -> Origin {
    if result.span == span && result.via.is_none() {
        return call;
    }
    if evaluator.mode == Mode::Policy || span.contains(result.span) {
        return result;
    }
    let via = match &call.via {
        Some(way) if way_passes(way, result.span) => Some(way_to(way, &result)),
        _ => result.via,
    };
    Origin { span, via }
}
