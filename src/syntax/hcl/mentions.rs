//! The names, functions and literals that an expression mentions.

use super::{Call, Expr, ExprKind, Ident, ObjectItem, TemplatePart};
use crate::source::Span;

/// Something that an expression takes from outside itself, or says by itself.
#[derive(Clone, Copy, Debug)]
pub enum Mention<'e> {
    /// The beginning of a traversal that is no loop variable.
    Name {
        /// Its first name.
        root: &'e str,
        /// The attribute after it, where one is written.
        next: Option<&'e Ident>,
        /// The place of the first name.
        span: Span,
    },
    /// A call; its arguments are mentioned after it.
    Call(&'e Call),
    /// A number, or a text without interpolation.
    Literal(&'e Expr),
}

/// Calls `visit` with everything that `expr` mentions, in source order. What stands in branches that
/// would not be evaluated counts too.
pub fn mentions<'e>(expr: &'e Expr, visit: &mut dyn FnMut(Mention<'e>)) {
    Walk { bound: Vec::new(), visit }.expr(expr);
}

/// Calls `visit` with the first name of every traversal that is no loop variable, in source order, with
/// its place.
pub fn free_names<'e>(expr: &'e Expr, visit: &mut dyn FnMut(&'e str, Span)) {
    mentions(expr, &mut |mention| {
        if let Mention::Name { root, span, .. } = mention {
            visit(root, span);
        }
    });
}

struct Walk<'e, 'v> {
    bound: Vec<&'e str>,
    visit: &'v mut dyn FnMut(Mention<'e>),
}

impl<'e> Walk<'e, '_> {
    fn all(&mut self, exprs: &'e [Expr]) {
        exprs.iter().for_each(|expr| self.expr(expr));
    }

    fn expr(&mut self, expr: &'e Expr) {
        match &expr.kind {
            ExprKind::Null | ExprKind::Bool(_) | ExprKind::SplatElement => {}
            ExprKind::Number(_) | ExprKind::String(_) => (self.visit)(Mention::Literal(expr)),
            ExprKind::Template(parts) => self.parts(parts),
            ExprKind::Root(_) => self.name(expr, None),
            ExprKind::Attribute(inner, next) => match &inner.kind {
                ExprKind::Root(_) => self.name(inner, Some(next)),
                _ => self.expr(inner),
            },
            ExprKind::Unary(_, inner) | ExprKind::Parens(inner) => self.expr(inner),
            ExprKind::Index(a, b) | ExprKind::Binary(_, a, b) | ExprKind::Splat { base: a, rest: b, .. } => {
                self.expr(a);
                self.expr(b);
            }
            ExprKind::Call(call) => {
                (self.visit)(Mention::Call(call));
                self.all(&call.args);
            }
            ExprKind::Conditional(condition, then, otherwise) => {
                self.expr(condition);
                self.expr(then);
                self.expr(otherwise);
            }
            ExprKind::Tuple(items) => self.all(items),
            ExprKind::Object(items) => items.iter().for_each(|item| self.item(item)),
            ExprKind::For(for_expr) => {
                self.expr(&for_expr.collection);
                let names = for_expr.key_name.iter().chain([&for_expr.value_name]);
                let outside = self.bound.len();
                self.bound.extend(names.map(|name| name.name.as_str()));
                for inner in for_expr.key.iter().chain([&for_expr.value]).chain(&for_expr.condition) {
                    self.expr(inner);
                }
                self.bound.truncate(outside);
            }
        }
    }

    fn name(&mut self, expr: &'e Expr, next: Option<&'e Ident>) {
        if let ExprKind::Root(root) = &expr.kind
            && !self.bound.contains(&root.as_str())
        {
            (self.visit)(Mention::Name { root, next, span: expr.span });
        }
    }

    /// A bare key names itself.
    fn item(&mut self, item: &'e ObjectItem) {
        if !matches!(item.key.kind, ExprKind::Root(_)) {
            self.expr(&item.key);
        }
        self.expr(&item.value);
    }

    fn parts(&mut self, parts: &'e [TemplatePart]) {
        for part in parts {
            match part {
                TemplatePart::Literal(..) => {}
                TemplatePart::Interpolation(expr) => self.expr(expr),
                TemplatePart::If { condition, then, otherwise, .. } => {
                    self.expr(condition);
                    self.parts(then);
                    self.parts(otherwise);
                }
                TemplatePart::For { key, value, collection, body, .. } => {
                    self.expr(collection);
                    let outside = self.bound.len();
                    self.bound.extend(key.iter().chain([value]).map(|name| name.name.as_str()));
                    self.parts(body);
                    self.bound.truncate(outside);
                }
            }
        }
    }
}
