//! Macros: `has`, and those that bind variables.

use super::super::error::CompileError;
use super::super::program::{Fold, FoldKind, Node, NodeKind, Read};
use super::super::types::CelType;
use super::{Checker, Typed};
use crate::syntax::cel::{Expr, ExprKind, Name};

/// A macro over a list or a map.
struct Shape {
    name: &'static str,
    kind: FoldKind,
    /// How many variables it binds.
    variables: usize,
    /// Whether an argument says which elements count.
    filtered: bool,
}

const fn shape(name: &'static str, kind: FoldKind, variables: usize, filtered: bool) -> Shape {
    Shape { name, kind, variables, filtered }
}

const SHAPES: [Shape; 17] = [
    shape("all", FoldKind::All, 1, false),
    shape("all", FoldKind::All, 2, false),
    shape("exists", FoldKind::Exists, 1, false),
    shape("exists", FoldKind::Exists, 2, false),
    shape("exists_one", FoldKind::ExistsOne, 1, false),
    shape("exists_one", FoldKind::ExistsOne, 2, false),
    shape("existsOne", FoldKind::ExistsOne, 2, false),
    shape("map", FoldKind::Map, 1, false),
    shape("map", FoldKind::Map, 1, true),
    shape("filter", FoldKind::Filter, 1, false),
    shape("transformList", FoldKind::Map, 2, false),
    shape("transformList", FoldKind::Map, 2, true),
    shape("transformMap", FoldKind::TransformMap, 2, false),
    shape("transformMap", FoldKind::TransformMap, 2, true),
    shape("transformMapEntry", FoldKind::TransformMapEntry, 2, false),
    shape("transformMapEntry", FoldKind::TransformMapEntry, 2, true),
    shape("sortBy", FoldKind::SortBy, 1, false),
];

impl Checker<'_> {
    /// A call that is a macro; `None` of any other.
    pub(super) fn macro_call(
        &mut self,
        expr: &Expr,
        target: Option<&Expr>,
        name: &Name,
        args: &[Expr],
    ) -> Option<Result<Typed, CompileError>> {
        match (target, name.text.as_str(), args) {
            (None, "has", [arg]) => Some(self.has(expr, arg)),
            (Some(target), "optMap" | "optFlatMap", [variable, body]) => {
                Some(self.optional_map(expr, target, name, variable, body))
            }
            (Some(target), _, _) => {
                let fits = |shape: &&Shape| {
                    shape.name == name.text && args.len() == shape.variables + usize::from(shape.filtered) + 1
                };
                SHAPES.iter().find(fits).map(|shape| self.fold(expr, target, name, args, shape))
            }
            _ => None,
        }
    }

    fn has(&mut self, expr: &Expr, arg: &Expr) -> Result<Typed, CompileError> {
        let ExprKind::Select { base, field, optional: false } = &arg.kind else {
            return Err(CompileError::new(arg.span, "invalid argument to has() macro"));
        };
        let (ty, base) = self.expr(base)?;
        self.field(&ty, field)?;
        let kind = NodeKind::Select { base: Box::new(base), field: field.text.as_str().into(), read: Read::Test };
        Ok((CelType::Bool, Node { kind, span: expr.span }))
    }

    fn variable(expr: &Expr) -> Result<String, CompileError> {
        match &expr.kind {
            ExprKind::Ident(name) => Ok(name.clone()),
            _ => Err(CompileError::new(expr.span, "argument must be a simple name")),
        }
    }

    fn fold(
        &mut self,
        expr: &Expr,
        target: &Expr,
        name: &Name,
        args: &[Expr],
        shape: &Shape,
    ) -> Result<Typed, CompileError> {
        let (names, rest) = args.split_at(shape.variables.min(args.len()));
        let names: Vec<String> = names.iter().map(Self::variable).collect::<Result<_, _>>()?;
        let (range_type, range) = self.expr(target)?;
        let (key_type, item_type) = self.range(&range_type, shape.variables, target)?;
        let outer = self.locals.len();
        for (at, variable) in names.into_iter().enumerate() {
            let is_key = shape.variables == 2 && at == 0;
            self.locals.push((variable, if is_key { key_type.clone() } else { item_type.clone() }));
        }
        let checked = self.fold_parts(rest, name, shape);
        self.locals.truncate(outer);
        let (filter, (body_type, body)) = checked?;
        let ty = match shape.kind {
            FoldKind::All | FoldKind::Exists | FoldKind::ExistsOne => CelType::Bool,
            FoldKind::Map => CelType::list(body_type),
            FoldKind::Filter => CelType::list(item_type),
            FoldKind::TransformMap => CelType::map(key_type, body_type),
            FoldKind::TransformMapEntry => {
                let entry = CelType::map(self.types.fresh(), self.types.fresh());
                self.expect(&body_type, &entry, "cel.@mapInsert", body.span)?;
                self.types.resolved(&entry)
            }
            FoldKind::SortBy => {
                self.resolve("sort", &[CelType::list(body_type)], true, body.span)?;
                CelType::list(item_type)
            }
        };
        let key = (shape.variables == 2).then_some(outer);
        let item = outer + shape.variables - 1;
        let fold = Fold { kind: shape.kind, range, key, item, filter, body };
        Ok((ty, Node { kind: NodeKind::Fold(Box::new(fold)), span: expr.span }))
    }

    /// What a macro computes of each element, with its variables bound.
    fn fold_parts(&mut self, args: &[Expr], name: &Name, shape: &Shape) -> Result<(Option<Node>, Typed), CompileError> {
        let (filter, body) = match args {
            [filter, body] => (Some(self.expr(filter)?), body),
            [body] => (None, body),
            _ => return Err(CompileError::new(name.span, format!("undeclared reference to '{}'", name.text))),
        };
        if let Some((ty, node)) = &filter {
            self.expect(ty, &CelType::Bool, "_?_:_", node.span)?;
        }
        let (ty, node) = self.expr(body)?;
        if matches!(shape.kind, FoldKind::All | FoldKind::Exists | FoldKind::ExistsOne | FoldKind::Filter) {
            self.expect(&ty, &CelType::Bool, "_?_:_", node.span)?;
        }
        Ok((filter.map(|(_, node)| node), (ty, node)))
    }

    /// The types of the index or key and of the element of what a macro walks. With one variable, that of a map is its
    /// key.
    fn range(&mut self, ty: &CelType, variables: usize, target: &Expr) -> Result<(CelType, CelType), CompileError> {
        match self.types.resolved(ty) {
            CelType::List(element) => Ok((CelType::Int, (*element).clone())),
            CelType::Map(entry) if variables == 1 => Ok((entry.0.clone(), entry.0.clone())),
            CelType::Map(entry) => Ok((entry.0.clone(), entry.1.clone())),
            CelType::Dyn => Ok((CelType::Dyn, CelType::Dyn)),
            CelType::Variable(number) => {
                self.types.fits(&CelType::Dyn, &CelType::Variable(number));
                Ok((CelType::Dyn, CelType::Dyn))
            }
            other => {
                let message = format!("'{other}' cannot be range of a comprehension (must be list, map, or dynamic)");
                Err(CompileError::new(target.span, message))
            }
        }
    }

    fn optional_map(
        &mut self,
        expr: &Expr,
        target: &Expr,
        name: &Name,
        variable: &Expr,
        body: &Expr,
    ) -> Result<Typed, CompileError> {
        let variable = Self::variable(variable)?;
        let (ty, base) = self.expr(target)?;
        let of = self.types.fresh();
        self.expect(&ty, &CelType::optional(of.clone()), &name.text, target.span)?;
        let local = self.locals.len();
        let of = self.types.resolved(&of);
        self.locals.push((variable, of));
        let checked = self.expr(body);
        self.locals.truncate(local);
        let (body_type, body) = checked?;
        let flat = name.text == "optFlatMap";
        let ty = if flat {
            let result = CelType::optional(self.types.fresh());
            self.expect(&body_type, &result, &name.text, body.span)?;
            self.types.resolved(&result)
        } else {
            CelType::optional(body_type)
        };
        let kind = NodeKind::OptionalMap { operands: Box::new([base, body]), local, flat };
        Ok((ty, Node { kind, span: expr.span }))
    }
}
