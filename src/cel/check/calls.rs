//! Calls: which signatures fit, and what can be computed before the evaluation.

use super::super::error::CompileError;
use super::super::function::Overload;
use super::super::library;
use super::super::program::{Node, NodeKind};
use super::super::types::CelType;
use super::super::value::{CelData, CelValue};
use super::{Checker, Typed, refused};
use crate::go::re2;
use crate::source::Span;
use crate::syntax::cel::{Expr, ExprKind, Literal, Name};
use std::collections::BTreeMap;

/// Functions whose literal argument is converted before the evaluation.
const CONVERSIONS: [&str; 10] =
    ["bool", "bytes", "double", "duration", "dyn", "int", "string", "timestamp", "type", "uint"];

/// Functions whose second argument is a regular expression.
const PATTERNS: [&str; 3] = ["matches", "find", "findAll"];

impl Checker<'_> {
    pub(super) fn call(
        &mut self,
        expr: &Expr,
        target: Option<&Expr>,
        name: &Name,
        args: &[Expr],
    ) -> Result<Typed, CompileError> {
        if let Some(result) = self.macro_call(expr, target, name, args) {
            return result;
        }
        // A name with dots before the function may be a part of the function's name.
        let qualified = target.and_then(|target| self.dotted(target)).map(|prefix| format!("{prefix}.{}", name.text));
        let qualified = qualified.filter(|full| library::function(full).is_some());
        let (full, target) = match &qualified {
            Some(full) => (full.as_str(), None),
            None => (name.text.as_str(), target),
        };
        let is_format = full == "format" && target.is_some();
        self.in_format += usize::from(is_format);
        let mut operands = Vec::with_capacity(args.len() + 1);
        for operand in target.into_iter().chain(args) {
            operands.push(self.expr(operand)?);
        }
        self.in_format -= usize::from(is_format);
        if is_format {
            self.note_format(target, args, expr.span);
        }
        let mut result = self.apply(full, operands, target.is_some(), expr.span, name.span)?;
        if target.is_some() && matches!(full, "or" | "orValue") {
            result.1.kind = otherwise(result.1.kind, full == "orValue");
        }
        Ok(result)
    }

    /// Remembers the types of the arguments of a literal format, whose list was checked last.
    fn note_format(&mut self, target: Option<&Expr>, args: &[Expr], span: Span) {
        if let Some(ExprKind::Literal(Literal::String(format))) = target.map(|target| &target.kind)
            && let Some(ExprKind::List(_)) = args.first().map(|arg| &arg.kind)
        {
            let types = std::mem::take(&mut self.last_list);
            self.formats.push((format.as_str().into(), types, span));
        }
    }

    /// An operator with its operands; `place` is where it stands.
    pub(super) fn operator(
        &mut self,
        name: &str,
        operands: &[&Expr],
        span: Span,
        place: Span,
    ) -> Result<Typed, CompileError> {
        let operands: Result<Vec<Typed>, CompileError> = operands.iter().map(|operand| self.expr(operand)).collect();
        self.apply(name, operands?, false, span, place)
    }

    /// A function with its arguments.
    pub(super) fn apply(
        &mut self,
        name: &str,
        operands: Vec<Typed>,
        is_member: bool,
        span: Span,
        place: Span,
    ) -> Result<Typed, CompileError> {
        let (types, args): (Vec<CelType>, Vec<Node>) = operands.into_iter().unzip();
        let (ty, overloads) = self.resolve(name, &types, is_member, place)?;
        let name = overloads.first().map_or("", |overload| overload.name);
        if PATTERNS.contains(&name)
            && let Some(Node { kind: NodeKind::Constant(CelData::String(pattern)), .. }) = args.get(1)
        {
            re2::compile(pattern).map_err(|message| CompileError::new(place, message))?;
        }
        if let [Node { kind: NodeKind::Constant(literal), .. }] = &args[..]
            && CONVERSIONS.contains(&name)
        {
            let kind = NodeKind::Constant(converted(literal, &overloads, place)?);
            return Ok((ty, Node { kind, span }));
        }
        Ok((ty, Node { kind: NodeKind::Call { name, overloads, is_member, args }, span }))
    }

    /// The signatures of a function that fit some types, and the type of the result: that of all of them, or `dyn`.
    pub(super) fn resolve(
        &mut self,
        name: &str,
        given: &[CelType],
        is_member: bool,
        span: Span,
    ) -> Result<(CelType, Vec<&'static Overload>), CompileError> {
        let Some(all) = library::function(name) else {
            return Err(CompileError::new(span, format!("undeclared reference to '{name}'")));
        };
        let mut result: Option<CelType> = None;
        let mut fitting = Vec::new();
        for overload in all.iter().filter(|overload| overload.is_member == is_member) {
            let mut parameters = BTreeMap::new();
            let wanted: Vec<CelType> =
                overload.parameters.iter().map(|ty| self.types.instance(ty, &mut parameters)).collect();
            if !self.types.fits_all(given, &wanted) {
                continue;
            }
            fitting.push(overload);
            let ty = self.types.instance(&overload.result, &mut parameters);
            let ty = self.types.resolved(&ty);
            result = Some(match result {
                Some(before) if before != ty => CelType::Dyn,
                _ => ty,
            });
        }
        result.map(|ty| (ty, fitting)).ok_or_else(|| self.no_overload(name, given, is_member, span))
    }

    pub(super) fn no_overload(&self, name: &str, given: &[CelType], is_member: bool, span: Span) -> CompileError {
        let types: Vec<String> = given.iter().map(|ty| self.types.closed(ty).to_string()).collect();
        let applied = match types.split_first() {
            Some((target, rest)) if is_member => format!("{target}.({})", rest.join(", ")),
            _ => format!("({})", types.join(", ")),
        };
        CompileError::new(span, format!("found no matching overload for '{name}' applied to '{applied}'"))
    }
}

/// What a conversion makes of a literal.
fn converted(literal: &CelData, overloads: &[&'static Overload], place: Span) -> Result<CelData, CompileError> {
    let args = [CelValue::from(literal.clone())];
    let fitting = overloads.iter().find(|overload| overload.takes(&args, false));
    let Some(overload) = fitting else {
        let name = overloads.first().map_or("", |overload| overload.name);
        let given = literal.ty().runtime_name();
        let message = format!("program instantiation failed: no such overload: {name}({given})");
        return Err(CompileError::new(place, message));
    };
    (overload.run)(&args).map(|value| value.data).map_err(|failure| CompileError::new(place, refused(&failure)))
}

/// `or` and `orValue` evaluate their argument only if they need it.
fn otherwise(kind: NodeKind, value: bool) -> NodeKind {
    let NodeKind::Call { name, overloads, is_member, args } = kind else { return kind };
    match <[Node; 2]>::try_from(args) {
        Ok(operands) => NodeKind::Otherwise { operands: Box::new(operands), value },
        Err(args) => NodeKind::Call { name, overloads, is_member, args },
    }
}
