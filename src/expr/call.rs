//! Calls: the functions that see expressions rather than values, and the way to all others.

use super::constraint::Constraint;
use super::quantifier::quantified;
use super::trace::Owed;
use super::{EvalError, Evaluator, Mode, functions};
use crate::model::{Cause, Data, Type, Value, Why};
use crate::source::Span;
use crate::syntax::hcl::{Call, Expr, ExprKind};

impl Evaluator<'_> {
    pub(super) fn call(&self, call: &Call, span: Span) -> Result<Value, EvalError> {
        let full_name = call.name.name.as_str();
        let name = full_name.strip_prefix("core::").unwrap_or(full_name);
        if !call.expand {
            match name {
                "try" => return self.try_each(&call.args, span),
                "can" => return self.can(&call.args, span),
                "convert" => return self.conversion(&call.args, span),
                "templatestring" => return self.template_string(&call.args, span),
                _ => {}
            }
        }
        if let Some((for_expr, decisive)) = quantified(self.mode, name, call) {
            return self.quantify(for_expr, decisive, span);
        }
        let Some(args) = self.arguments(call)? else {
            return Ok(Value::unknown_of(Type::Dynamic, self.expansion_causes(call)?, span));
        };
        if name == "templatefile" {
            return self.template_file(&args, &places(call, args.len()), span);
        }
        if let Some(truth) = self.of_each_choice(&args, &|args| self.apply(call, args, span)) {
            return Ok(truth);
        }
        self.apply(call, args, span)
    }

    /// Calls a function on its arguments.
    fn apply(&self, call: &Call, args: Vec<Value>, span: Span) -> Result<Value, EvalError> {
        let full_name = call.name.name.as_str();
        let name = full_name.strip_prefix("core::").unwrap_or(full_name);
        if let Some(result) = self.scope.call(name, &args, span) {
            return result;
        }
        if name == "coalesce" && self.mode == Mode::Policy && args.iter().any(is_structure) {
            return self.first_given(args, span);
        }
        if name == "try" || name == "can" {
            return self.expanded(name, args, span);
        }
        if let Some(function) = functions::find(name) {
            return self.call_function(function, call, args, span);
        }
        if is_of_provider(full_name) {
            let cause = Cause { why: Why::Function(full_name.into()), span };
            return Ok(Value::unknown_of(Type::Dynamic, vec![cause], span));
        }
        Err(EvalError::new(format!("There is no function named \"{full_name}\"."), call.name.span))
    }

    fn call_function(
        &self,
        function: &functions::Function,
        call: &Call,
        args: Vec<Value>,
        span: Span,
    ) -> Result<Value, EvalError> {
        let places = places(call, args.len());
        let deciding = self.deciding_elements(function.name, &args);
        let mut result = function.call(self, args, &places, span);
        self.blame_arguments(call, &mut result);
        match deciding {
            Some(nodes) => result.map(|truth| self.owed(truth, span, |_| Owed::Decided(nodes))),
            None => result,
        }
    }

    /// Says which argument is at fault, when a function failed.
    fn blame_arguments(&self, call: &Call, result: &mut Result<Value, EvalError>) {
        if let Err(error) = result
            && !(self.strict || error.fatal || error.judged.is_some())
            // They were given away, and are only needed now.
            && let Ok(Some(args)) = self.traced(None).arguments(call)
        {
            *error = error.clone().on(&args);
        }
    }

    /// The arguments; `None` when the last one is to be expanded and is not known.
    fn arguments(&self, call: &Call) -> Result<Option<Vec<Value>>, EvalError> {
        let mut args = Vec::with_capacity(call.args.len());
        let last = call.args.len().saturating_sub(1);
        for (index, arg) in call.args.iter().enumerate() {
            let value = self.evaluate(arg)?;
            if !(call.expand && index == last) {
                args.push(value);
                continue;
            }
            match &value.data {
                Data::Sequence(sequence) => {
                    self.budget.elements(sequence.items.len(), arg.span)?;
                    let items = sequence.items.iter().map(|item| self.reach(&value, item, arg.span));
                    args.extend(items);
                }
                Data::Unknown(unknown) if is_expandable(&unknown.ty) => return Ok(None),
                Data::Null(_) => return Err(EvalError::new("The argument before ... is null.", arg.span)),
                _ => {
                    let message = "The argument before ... must be a list, a set or a tuple.";
                    return Err(EvalError::new(message, arg.span).on([&value]));
                }
            }
        }
        Ok(Some(args))
    }

    fn expansion_causes(&self, call: &Call) -> Result<Vec<Cause>, EvalError> {
        let last = call.args.last().map(|arg| self.evaluate(arg)).transpose()?;
        Ok(last.and_then(|value| value.as_unknown().map(|unknown| unknown.causes.clone())).unwrap_or_default())
    }

    fn try_each(&self, args: &[Expr], span: Span) -> Result<Value, EvalError> {
        let mut failures = Vec::new();
        for (at, arg) in args.iter().enumerate() {
            match self.attempt(arg) {
                // What a name leads to is there now, and will be. After the last argument there is no other to count.
                Ok(value) if self.mode == Mode::Configuration && (at + 1 == args.len() || is_certain(arg, &value)) => {
                    return Ok(value);
                }
                Ok(value) if self.mode == Mode::Configuration && !value.is_wholly_known() => {
                    // Once it is known it may fail after all, and then another argument counts.
                    return Ok(self.unknown(Type::Dynamic, [&value], span));
                }
                Ok(value) => return Ok(value),
                Err(error) if error.fatal => return Err(error),
                Err(error) => failures.push(error.message),
            }
        }
        if args.is_empty() {
            return Err(EvalError::new("try() needs at least one argument.", span));
        }
        Err(EvalError::new(format!("No argument of try() can be evaluated: {}", failures.join(" ")), span))
    }

    fn can(&self, args: &[Expr], span: Span) -> Result<Value, EvalError> {
        let [arg] = args else {
            return Err(EvalError::new(format!("can() needs one argument, {} given.", args.len()), span));
        };
        match self.attempt(arg) {
            // Whether a secret can be evaluated is no secret.
            Ok(value) if self.traced(None).is_settled(arg, &value) => {
                Ok(Value { sensitive: false, ..self.outcome(Data::Bool(true), [&value], span) })
            }
            Ok(value) => Ok(Value { sensitive: false, ..self.unknown(Type::Bool, [&value], span) }),
            Err(error) if error.fatal => Err(error),
            Err(_) => Ok(Value::bool(false, span)),
        }
    }

    /// `convert(value, type)` of Terraform 1.15: the second argument is a type, as a variable declares it.
    fn conversion(&self, args: &[Expr], span: Span) -> Result<Value, EvalError> {
        let [value, ty] = args else {
            return Err(EvalError::new(format!("convert() needs two arguments, {} given.", args.len()), span));
        };
        if let ExprKind::Root(name) = &ty.kind
            && matches!(name.as_str(), "list" | "set" | "map")
        {
            return Err(EvalError::fatal(format!("`{name}` alone is no type: write `{name}(string)`."), ty.span));
        }
        let constraint = Constraint::read(ty, &|expr| self.evaluate(expr))?;
        let value = self.evaluate(value)?;
        let converted = constraint.apply(&value);
        converted.map_err(|message| EvalError::new(format!("convert(): {message}."), span).on([&value]))
    }

    /// `coalesce` of structures in a policy: the first that is there, kept as it is, as in a conditional.
    fn first_given(&self, args: Vec<Value>, span: Span) -> Result<Value, EvalError> {
        match args.into_iter().find(|arg| !arg.is_null() && arg.as_str() != Some("")) {
            Some(arg) if arg.is_unknown() => Ok(self.unknown(Type::Dynamic, [&arg], span)),
            Some(arg) => Ok(arg),
            None => Err(EvalError::new("Every argument of coalesce() is null or an empty string.", span)),
        }
    }

    /// `try` and `can` of arguments that were evaluated already, and so did not fail.
    fn expanded(&self, name: &str, args: Vec<Value>, span: Span) -> Result<Value, EvalError> {
        match (name, args.len(), args.into_iter().next()) {
            (_, _, Some(value)) if !value.is_wholly_known() => Ok(self.unknown(Type::Dynamic, [&value], span)),
            ("try", _, Some(value)) => Ok(value),
            ("can", 1, Some(_)) => Ok(Value::bool(true, span)),
            (_, given, _) => Err(EvalError::new(format!("{name}() cannot take {given} argument(s)."), span)),
        }
    }

    /// Whether the evaluation of `arg`, which gave `value`, cannot fail once everything is known.
    fn is_settled(&self, arg: &Expr, value: &Value) -> bool {
        if self.mode == Mode::Configuration {
            return value.is_wholly_known();
        }
        // An attribute that is there is there, whatever its value will be.
        let is_there = |base: &Expr| self.strictly().evaluate(base).is_ok_and(|base| !base.is_unknown());
        match &arg.kind {
            _ if !value.is_unknown() => true,
            ExprKind::Parens(inner) => self.is_settled(inner, value),
            ExprKind::Attribute(base, _) => is_there(base),
            ExprKind::Index(base, key) => is_there(base) && is_there(key),
            ExprKind::Root(_) => true,
            _ => false,
        }
    }
}

/// Whether a name is `provider::PROVIDER::FUNCTION`, of a provider that may have it: the built-in one has three.
fn is_of_provider(name: &str) -> bool {
    let parts: Vec<&str> = name.split("::").collect();
    match parts[..] {
        ["provider", "terraform", function] => {
            matches!(function, "encode_tfvars" | "decode_tfvars" | "encode_expr")
        }
        ["provider", _, _] => true,
        _ => false,
    }
}

/// The places of the arguments that a call gives, `count` of them once the last one is expanded.
fn places(call: &Call, count: usize) -> Vec<Span> {
    let mut places: Vec<Span> = call.args.iter().map(|arg| arg.span).take(count).collect();
    if let Some(last) = call.args.last() {
        places.resize(count, last.span);
    }
    places
}

/// Whether an expression that gave a value, not all of which is known, cannot fail later: it is a name, with attributes
/// and keys that are written out, of something that is known or of an attribute of a resource.
fn is_certain(expr: &Expr, value: &Value) -> bool {
    let is_attribute = |value: &Value| value.referenced().is_some_and(|reference| reference.path.len() == 1);
    is_name(expr) && (!value.is_unknown() || is_attribute(value))
}

fn is_name(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Root(_) => true,
        ExprKind::Parens(base) | ExprKind::Attribute(base, _) => is_name(base),
        ExprKind::Index(base, key) => is_name(base) && matches!(key.kind, ExprKind::String(_) | ExprKind::Number(_)),
        _ => false,
    }
}

/// Whether a value has elements.
fn is_structure(value: &Value) -> bool {
    matches!(value.data, Data::Sequence(_) | Data::Mapping(_))
}

fn is_expandable(ty: &Type) -> bool {
    matches!(ty, Type::Dynamic | Type::List(_) | Type::Set(_) | Type::Tuple(_))
}

/// Whether a value is an object or a map, or not known and possibly one.
pub(super) fn is_mapping(value: &Value) -> bool {
    match &value.data {
        Data::Mapping(_) => true,
        Data::Unknown(unknown) => matches!(unknown.ty, Type::Dynamic | Type::Map(_) | Type::Object(_)),
        _ => false,
    }
}
