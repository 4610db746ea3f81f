//! The type checker: a tree and an environment to a [`Program`], or to the error that the API server would refuse it
//! with.
//!
//! Types are as cel-go has them: `dyn` fits everything, other types fit themselves. Macros are expanded here, since
//! what they mean is fixed by Kubernetes' environment; literals that functions convert are converted here, since a
//! literal that cannot be is refused when the expression is compiled.

mod calls;
mod macros;
mod unify;

use super::environment::Environment;
use super::error::CompileError;
use super::function::Failure;
use super::library;
use super::program::{Node, NodeKind, Program, Read};
use super::types::CelType;
use super::value::{CelData, CelValue};
use crate::limits::cel::MAX_TYPE_DEPTH;
use crate::model::Text;
use crate::source::{Derived, Span};
use crate::syntax::cel::{Element, Entry, Expr, ExprKind, Literal, Name, parse};
use unify::Unifier;

/// Compiles an expression in an environment.
pub fn compile(text: &Derived<'_>, environment: &Environment) -> Result<Program, CompileError> {
    let (expr, problems) = parse(text);
    let Some(expr) = expr else {
        let problem = problems.into_iter().next();
        let unread = || CompileError::new(text.span(0..text.text().len()), "the expression cannot be read");
        return Err(problem.map_or_else(unread, |problem| CompileError::new(problem.span, problem.message)));
    };
    let mut checker = Checker::new(environment);
    let (ty, root) = checker.expr(&expr)?;
    checker.finish()?;
    Ok(Program { root, ty: checker.types.closed(&ty) })
}

/// A type with the part of the program that gives it.
type Typed = (CelType, Node);

struct Checker<'e> {
    environment: &'e Environment,
    types: Unifier,
    /// The variables of the macros around, outermost first.
    locals: Vec<(String, CelType)>,
    /// Literals whose parts must have one type, by the places of the parts.
    literals: Vec<Vec<(CelType, Span)>>,
    /// Literal formats, with the types of their arguments and the place of the call.
    formats: Vec<(Text, Vec<CelType>, Span)>,
    /// How many calls of `format` are open: literals in them may have parts of many types.
    in_format: usize,
    /// The types of the elements of the list literal that was checked last.
    last_list: Vec<CelType>,
}

impl<'e> Checker<'e> {
    fn new(environment: &'e Environment) -> Self {
        Self {
            environment,
            types: Unifier::default(),
            locals: Vec::new(),
            literals: Vec::new(),
            formats: Vec::new(),
            in_format: 0,
            last_list: Vec::new(),
        }
    }

    /// Checks what can be known only when all types are.
    fn finish(&self) -> Result<(), CompileError> {
        for parts in &self.literals {
            let mut parts = parts.iter().map(|(ty, span)| (self.types.closed(ty), *span));
            let Some((first, _)) = parts.next() else { continue };
            if let Some((other, span)) = parts.find(|(ty, _)| *ty != first) {
                return Err(CompileError::new(span, format!("expected type '{first}' but found '{other}'")));
            }
        }
        for (format, args, span) in &self.formats {
            let args: Vec<CelType> = args.iter().map(|ty| self.types.closed(ty)).collect();
            library::check_format(format, &args).map_err(|message| CompileError::new(*span, message))?;
        }
        Ok(())
    }

    fn expr(&mut self, expr: &Expr) -> Result<Typed, CompileError> {
        let span = expr.span;
        match &expr.kind {
            ExprKind::Literal(literal) => {
                let data = constant(literal);
                Ok((data.ty(), Node { kind: NodeKind::Constant(data), span }))
            }
            ExprKind::Ident(name) => self.name(name, span),
            ExprKind::Select { base, field, optional } => self.select(expr, base, field, *optional),
            ExprKind::Index { base, key, optional } => {
                let operator = if *optional { "_[?_]" } else { "_[_]" };
                let (base, key) = (self.expr(base)?, self.expr(key)?);
                let (ty, _) = self.resolve(operator, &[base.0, key.0], false, span)?;
                let read = if *optional { Read::Optional } else { Read::Plain };
                let kind = NodeKind::Index { base: Box::new(base.1), key: Box::new(key.1), read };
                Ok((ty, Node { kind, span }))
            }
            ExprKind::Call { target, name, args } => self.call(expr, target.as_deref(), name, args),
            ExprKind::Not(operand) => self.operator("!_", &[operand], span, span),
            ExprKind::Negate(operand) => self.operator("-_", &[operand], span, span),
            ExprKind::And(operands) => {
                Ok((CelType::Bool, Node { kind: NodeKind::And(self.truths("_&&_", operands)?), span }))
            }
            ExprKind::Or(operands) => {
                Ok((CelType::Bool, Node { kind: NodeKind::Or(self.truths("_||_", operands)?), span }))
            }
            ExprKind::Binary(operator, place, operands) => {
                let [a, b] = &**operands;
                let name = match operator.symbol() {
                    "in" => "@in".to_owned(),
                    symbol => format!("_{symbol}_"),
                };
                self.operator(&name, &[a, b], span, *place)
            }
            ExprKind::Conditional(place, operands) => self.conditional(operands, span, *place),
            ExprKind::List(elements) => self.list(elements, span),
            ExprKind::Map(entries) => self.map(entries, span),
            ExprKind::Message(name, fields) => self.message(name, fields, span),
        }
    }

    fn name(&mut self, name: &str, span: Span) -> Result<Typed, CompileError> {
        if let Some(number) = self.locals.iter().rposition(|(local, _)| local == name)
            && let Some((_, ty)) = self.locals.get(number)
        {
            return Ok((ty.clone(), Node { kind: NodeKind::Local(number), span }));
        }
        self.global(name, span).ok_or_else(|| CompileError::new(span, format!("undeclared reference to '{name}'")))
    }

    /// A name of the environment or of a type, which may have dots.
    fn global(&self, name: &str, span: Span) -> Option<Typed> {
        if let Some(ty) = self.environment.ty(name) {
            return Some((ty.clone(), Node { kind: NodeKind::Name(name.into()), span }));
        }
        let ty = CelType::named(name)?;
        Some((CelType::type_of(ty.clone()), Node { kind: NodeKind::Constant(CelData::Type(ty)), span }))
    }

    /// A chain of names as one name, unless its first is a variable of a macro.
    fn dotted(&self, expr: &Expr) -> Option<String> {
        let name = expr.dotted_name()?;
        let first = name.split('.').next()?;
        (!self.locals.iter().any(|(local, _)| local == first)).then_some(name)
    }

    fn select(&mut self, expr: &Expr, base: &Expr, field: &Name, optional: bool) -> Result<Typed, CompileError> {
        if let Some(name) = self.dotted(expr)
            && let Some(found) = self.global(&name, expr.span)
        {
            return Ok(found);
        }
        let (ty, node) = self.expr(base)?;
        let read = if optional { Read::Optional } else { Read::Plain };
        let ty = self.field(&ty, field)?;
        let ty = match ty {
            CelType::Optional(_) if optional => ty,
            ty if optional => CelType::optional(ty),
            ty => ty,
        };
        let kind = NodeKind::Select { base: Box::new(node), field: field.text.as_str().into(), read };
        Ok((ty, Node { kind, span: expr.span }))
    }

    /// The type of a field; of an optional's, the optional of it.
    fn field(&mut self, base: &CelType, field: &Name) -> Result<CelType, CompileError> {
        let undefined = || CompileError::new(field.span, format!("undefined field '{}'", field.text));
        match self.types.resolved(base) {
            CelType::Map(entry) => Ok(entry.1.clone()),
            CelType::Optional(of) => self.field(&of, field).map(CelType::optional),
            CelType::Object(object) => object.fields.get(&field.text).cloned().ok_or_else(undefined),
            CelType::Dyn => Ok(CelType::Dyn),
            CelType::Variable(number) => {
                self.types.fits(&CelType::Dyn, &CelType::Variable(number));
                Ok(CelType::Dyn)
            }
            other => Err(CompileError::new(field.span, format!("type '{other}' does not support field selection"))),
        }
    }

    fn truths(&mut self, operator: &str, operands: &[Expr]) -> Result<Vec<Node>, CompileError> {
        let mut nodes = Vec::with_capacity(operands.len());
        for operand in operands {
            let (ty, node) = self.expr(operand)?;
            self.expect(&ty, &CelType::Bool, operator, operand.span)?;
            nodes.push(node);
        }
        Ok(nodes)
    }

    /// Checks that a value of the type `given` can stand where a function has `wanted`.
    fn expect(&mut self, given: &CelType, wanted: &CelType, name: &str, span: Span) -> Result<(), CompileError> {
        if self.types.fits(given, wanted) {
            return Ok(());
        }
        let given = self.types.closed(given);
        Err(CompileError::new(span, format!("found no matching overload for '{name}' applied to '({given})'")))
    }

    fn conditional(&mut self, operands: &[Expr; 3], span: Span, place: Span) -> Result<Typed, CompileError> {
        let [condition, chosen, otherwise] = operands;
        let (condition, chosen, otherwise) = (self.expr(condition)?, self.expr(chosen)?, self.expr(otherwise)?);
        let result = self.types.fresh();
        let given = [condition.0, chosen.0, otherwise.0];
        if !self.types.fits_all(&given, &[CelType::Bool, result.clone(), result.clone()]) {
            return Err(self.no_overload("_?_:_", &given, false, place));
        }
        let kind = NodeKind::Conditional(Box::new([condition.1, chosen.1, otherwise.1]));
        Ok((self.types.resolved(&result), Node { kind, span }))
    }

    /// The type of several parts of a literal, which the check at the end compares.
    fn joined(&mut self, parts: Vec<(CelType, Span)>) -> CelType {
        let mut joined: Option<CelType> = None;
        for (ty, _) in &parts {
            joined = Some(match joined {
                None => ty.clone(),
                Some(before) if self.types.fits(&before, ty) => self.types.more_general(&before, ty),
                Some(_) => CelType::Dyn,
            });
        }
        if self.in_format == 0 && parts.len() > 1 {
            self.literals.push(parts);
        }
        joined.unwrap_or_else(|| self.types.fresh())
    }

    /// The type that an optional part of a literal has when it is there.
    fn unwrapped(&mut self, ty: &CelType, span: Span) -> Result<CelType, CompileError> {
        let inner = self.types.fresh();
        if self.types.fits(ty, &CelType::optional(inner.clone())) {
            return Ok(self.types.resolved(&inner));
        }
        let ty = self.types.closed(ty);
        Err(CompileError::new(span, format!("expected type 'optional_type({ty})' but found '{ty}'")))
    }

    /// A type that is not too deep.
    fn bounded(&self, ty: CelType) -> CelType {
        if self.types.is_deeper(&ty, MAX_TYPE_DEPTH) { CelType::Dyn } else { ty }
    }

    fn list(&mut self, elements: &[Element], span: Span) -> Result<Typed, CompileError> {
        let (mut types, mut nodes) = (Vec::new(), Vec::new());
        for element in elements {
            let (mut ty, node) = self.expr(&element.value)?;
            if element.optional {
                ty = self.unwrapped(&ty, element.value.span)?;
            }
            types.push((ty, element.value.span));
            nodes.push((node, element.optional));
        }
        let given: Vec<CelType> = types.iter().map(|(ty, _)| ty.clone()).collect();
        let element = self.joined(types);
        let ty = self.bounded(CelType::list(element));
        self.last_list = given;
        let constants: Option<Vec<CelData>> = nodes.iter().map(|(node, optional)| folded(node, *optional)).collect();
        let kind = constants.map_or(NodeKind::List(nodes), |items| NodeKind::Constant(CelData::list(items)));
        Ok((ty, Node { kind, span }))
    }

    fn map(&mut self, entries: &[Entry], span: Span) -> Result<Typed, CompileError> {
        let (mut keys, mut values, mut nodes) = (Vec::new(), Vec::new(), Vec::new());
        for entry in entries {
            let (key_type, key) = self.expr(&entry.key)?;
            let (mut ty, value) = self.expr(&entry.value)?;
            if entry.optional {
                ty = self.unwrapped(&ty, entry.value.span)?;
            }
            keys.push((key_type, entry.key.span));
            values.push((ty, entry.value.span));
            nodes.push((key, value, entry.optional));
        }
        let ty = CelType::map(self.joined(keys), self.joined(values));
        let ty = self.bounded(ty);
        let constants: Option<Vec<(CelValue, CelValue)>> = nodes
            .iter()
            .map(|(key, value, optional)| Some((folded(key, false)?.into(), folded(value, *optional)?.into())))
            .collect();
        let kind = match constants {
            Some(entries) => NodeKind::Constant(super::evaluate::map_of(entries)),
            None => NodeKind::Map(nodes),
        };
        Ok((ty, Node { kind, span }))
    }

    /// A message that stands for a scalar: `google.protobuf.Int32Value{value: 1}`.
    fn message(&mut self, name: &Name, fields: &[(Name, Expr)], span: Span) -> Result<Typed, CompileError> {
        let Some(of) = CelType::wrapped(&name.text) else {
            return Err(CompileError::new(name.span, format!("undeclared reference to '{}'", name.text)));
        };
        let ty = CelType::Wrapper(of.clone().into());
        let mut kind = NodeKind::Constant(CelData::Null);
        for (field, value) in fields {
            if field.text != "value" {
                return Err(CompileError::new(field.span, format!("undefined field '{}'", field.text)));
            }
            let (given, node) = self.expr(value)?;
            self.expect(&given, &of, &name.text, value.span)?;
            kind = node.kind;
        }
        Ok((ty, Node { kind, span }))
    }
}

/// The value of a literal.
fn constant(literal: &Literal) -> CelData {
    match literal {
        Literal::Null => CelData::Null,
        Literal::Bool(value) => CelData::Bool(*value),
        Literal::Int(value) => CelData::Int(*value),
        Literal::Uint(value) => CelData::Uint(*value),
        Literal::Double(value) => CelData::Double(*value),
        Literal::String(text) => CelData::string(text.as_str()),
        Literal::Bytes(bytes) => CelData::Bytes(bytes.as_slice().into()),
    }
}

/// The value of a part that is computed before the evaluation.
fn folded(node: &Node, optional: bool) -> Option<CelData> {
    match &node.kind {
        NodeKind::Constant(data) if !optional => Some(data.clone()),
        _ => None,
    }
}

/// Words for why a conversion of a literal failed.
fn refused(failure: &Failure) -> String {
    match failure {
        Failure::Error(message) => format!("program instantiation failed: {message}"),
        Failure::Undecided => "program instantiation failed".into(),
    }
}
