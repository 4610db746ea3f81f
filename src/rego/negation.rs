//! Negation, as OPA has it and `regorus` has not: the variables of a negated expression are bound elsewhere, and what a
//! negated call is given is there. `not startswith(input.a, "x")` does not hold where `input.a` is undefined.
//!
//! Owns the check of the variables, and a form of the code in which `regorus` says the same as OPA: what a negated call is
//! given is bound to a name before. Source: `rewriteDynamics`, `expandExpr` and `checkSafetyRuleBodies` in
//! ast/compile.go of open-policy-agent/opa.

use super::calls::RuleNames;
use super::modules::RegoModule;
use super::problem::RegoProblem;
use regorus::unstable::{BoolOp, Expr, Literal, Query, Rule, RuleHead, Span};
use std::collections::{BTreeMap, BTreeSet};

/// Refuses a negated expression with a variable that nothing else binds.
pub fn refuse_unbound(modules: &[RegoModule], names: &RuleNames) -> Result<(), RegoProblem> {
    modules.iter().try_for_each(|module| Negations::of(module, names).map(drop))
}

/// Returns the code of a module in which what a negated call is given is bound to names before, in the same line.
pub fn with_operands(text: &str, module: &RegoModule, names: &RuleNames) -> Result<String, RegoProblem> {
    let mut negations = Negations::of(module, names)?.found;
    // Those inside of others first.
    negations.sort_by_key(|negation| std::cmp::Reverse(negation.start));
    let mut inserted = BTreeMap::new();
    for Negation { start, operands } in negations {
        let bound = operands.into_iter().enumerate().filter_map(|(at, (from, to))| {
            let operand = with_inserted(text, from, to, &inserted)?;
            Some(format!("{NAME}{start}_{at} := {operand}; "))
        });
        let bound: String = bound.collect();
        inserted.insert(start, bound);
    }
    Ok(with_inserted(text, 0, text.len(), &inserted).unwrap_or_else(|| text.to_owned()))
}

/// How the names begin.
const NAME: &str = "gatelint_operand_";

/// A part of a text, with what is inserted there.
fn with_inserted(text: &str, from: usize, to: usize, inserted: &BTreeMap<usize, String>) -> Option<String> {
    let (mut made, mut at) = (String::new(), from);
    for (place, added) in inserted.range(from..to) {
        made.push_str(text.get(at..*place)?);
        made.push_str(added);
        at = *place;
    }
    made.push_str(text.get(at..to)?);
    Some(made)
}

/// A negated expression: where it begins, and where what it is computed from begins and ends.
struct Negation {
    start: usize,
    operands: Vec<(usize, usize)>,
}

struct Negations<'m> {
    module: &'m RegoModule,
    names: &'m RuleNames,
    found: Vec<Negation>,
}

/// Names that are bound.
type Bound<'m> = BTreeSet<&'m str>;

impl<'m> Negations<'m> {
    fn of(module: &'m RegoModule, names: &'m RuleNames) -> Result<Self, RegoProblem> {
        let mut found = Self { module, names, found: Vec::new() };
        module.tree.policy.iter().try_for_each(|rule| found.rule(rule))?;
        Ok(found)
    }

    fn rule(&mut self, rule: &'m Rule) -> Result<(), RegoProblem> {
        let Rule::Spec { head, bodies, .. } = rule else { return Ok(()) };
        let mut bound = Bound::new();
        if let RuleHead::Func { args, .. } = head {
            args.iter().for_each(|arg| variables(arg, &mut bound));
        }
        let mut of_head = bound.clone();
        for body in bodies {
            let inside = self.query(&body.query, &bound)?;
            if let Some(assign) = &body.assign {
                self.expr(&assign.value, &inside)?;
            }
            of_head.extend(inside);
        }
        match head {
            RuleHead::Compr { assign, .. } | RuleHead::Func { assign, .. } => {
                assign.iter().try_for_each(|assign| self.expr(&assign.value, &of_head))
            }
            RuleHead::Set { key, .. } => key.iter().try_for_each(|key| self.expr(key, &of_head)),
        }
    }

    /// Walks a query. Returns the names that are bound in it.
    fn query(&mut self, query: &'m Query, around: &Bound<'m>) -> Result<Bound<'m>, RegoProblem> {
        let mut bound = around.clone();
        for statement in &query.stmts {
            if let Literal::SomeVars { vars, .. } = &statement.literal {
                bound.retain(|name| vars.iter().all(|declared| declared.text() != *name));
            }
        }
        for statement in &query.stmts {
            match &statement.literal {
                Literal::SomeIn { key, value, collection, .. } => {
                    key.iter().chain([value, collection]).for_each(|part| variables(part, &mut bound));
                }
                Literal::Expr { expr, .. } | Literal::Every { domain: expr, .. } => variables(expr, &mut bound),
                Literal::SomeVars { .. } | Literal::NotExpr { .. } => {}
            }
        }
        for statement in &query.stmts {
            match &statement.literal {
                Literal::SomeVars { .. } => {}
                Literal::SomeIn { collection, .. } => self.expr(collection, &bound)?,
                Literal::Expr { expr, .. } => self.expr(expr, &bound)?,
                Literal::NotExpr { span, expr } => {
                    self.check(expr, &bound)?;
                    let mut operands = Vec::new();
                    if statement.with_mods.is_empty() {
                        self.operands(expr, &mut operands);
                    }
                    let operands = operands.into_iter().map(Expr::span);
                    let operands = operands.map(|span| (span.start as usize, span.end as usize)).collect();
                    self.found.push(Negation { start: span.start as usize, operands });
                    self.expr(expr, &bound)?;
                }
                Literal::Every { key, value, domain, query, .. } => {
                    self.expr(domain, &bound)?;
                    let names = key.iter().chain([value]).map(Span::text);
                    self.query(query, &bound.iter().copied().chain(names).collect())?;
                }
            }
        }
        Ok(bound)
    }

    /// Walks the queries inside of an expression.
    fn expr(&mut self, expr: &'m Expr, bound: &Bound<'m>) -> Result<(), RegoProblem> {
        match expr {
            Expr::ArrayCompr { term, query, .. } | Expr::SetCompr { term, query, .. } => {
                let inside = self.query(query, bound)?;
                self.expr(term, &inside)
            }
            Expr::ObjectCompr { key, value, query, .. } => {
                let inside = self.query(query, bound)?;
                self.expr(key, &inside)?;
                self.expr(value, &inside)
            }
            _ => parts(expr).into_iter().try_for_each(|part| self.expr(part, bound)),
        }
    }

    /// Refuses a variable of a negated expression that nothing binds.
    fn check(&self, expr: &'m Expr, bound: &Bound<'m>) -> Result<(), RegoProblem> {
        if let Expr::Var { span, .. } = expr {
            let name = span.text();
            if name == "_" || !(bound.contains(name) || self.is_global(name)) {
                let message = format!("nothing binds the variable `{name}` of a negated expression");
                return Err(RegoProblem::refused(message, Some(span)));
            }
        }
        parts(expr).into_iter().try_for_each(|part| self.check(part, bound))
    }

    /// Whether a name stands for something outside of rules.
    fn is_global(&self, name: &str) -> bool {
        matches!(name, "input" | "data") || self.is_rule(name)
    }

    fn is_rule(&self, name: &str) -> bool {
        self.names.has(&format!("{}.{name}", self.module.package))
            || self.module.imports.iter().any(|(imported, _)| imported == name)
    }

    /// What a negated expression is computed from.
    fn operands(&self, expr: &'m Expr, found: &mut Vec<&'m Expr>) {
        match expr {
            Expr::BoolExpr { op: BoolOp::Eq, lhs, rhs, .. } | Expr::AssignExpr { lhs, rhs, .. } => {
                self.of_compared(lhs, found);
                self.of_compared(rhs, found);
            }
            Expr::RefDot { .. } | Expr::RefBrack { .. } => self.of_compared(expr, found),
            _ => parts(expr).into_iter().for_each(|part| self.required(part, found)),
        }
    }

    /// A side of a comparison may be undefined; what selects in it may not.
    fn of_compared(&self, expr: &'m Expr, found: &mut Vec<&'m Expr>) {
        match expr {
            Expr::RefDot { refr, .. } => self.of_compared(refr, found),
            Expr::RefBrack { refr, index, .. } => {
                self.of_compared(refr, found);
                self.required(index, found);
            }
            Expr::Var { .. } => {}
            other => self.required(other, found),
        }
    }

    fn required(&self, expr: &'m Expr, found: &mut Vec<&'m Expr>) {
        match expr {
            Expr::Var { span, .. } if self.is_rule(span.text()) => found.push(expr),
            Expr::RefDot { .. }
            | Expr::RefBrack { .. }
            | Expr::Call { .. }
            | Expr::BinExpr { .. }
            | Expr::BoolExpr { .. }
            | Expr::ArithExpr { .. }
            | Expr::Membership { .. } => found.push(expr),
            Expr::Array { .. } | Expr::Set { .. } | Expr::Object { .. } | Expr::UnaryExpr { .. } => {
                parts(expr).into_iter().for_each(|part| self.required(part, found));
            }
            _ => {}
        }
    }
}

/// The expressions that one is put together from, without the queries in it and names of functions.
fn parts(expr: &Expr) -> Vec<&Expr> {
    match expr {
        Expr::Array { items, .. } | Expr::Set { items, .. } => items.iter().map(|item| &**item).collect(),
        Expr::Object { fields, .. } => fields.iter().flat_map(|(_, key, value)| [&**key, &**value]).collect(),
        Expr::Call { params, .. } => params.iter().map(|param| &**param).collect(),
        Expr::UnaryExpr { expr, .. } | Expr::RefDot { refr: expr, .. } => vec![&**expr],
        Expr::RefBrack { refr, index, .. } => vec![&**refr, &**index],
        Expr::BinExpr { lhs, rhs, .. }
        | Expr::BoolExpr { lhs, rhs, .. }
        | Expr::ArithExpr { lhs, rhs, .. }
        | Expr::AssignExpr { lhs, rhs, .. } => vec![&**lhs, &**rhs],
        Expr::Membership { key, value, collection, .. } => {
            key.iter().chain([value, collection]).map(|part| &**part).collect()
        }
        _ => Vec::new(),
    }
}

/// The variables of an expression, without those of queries in it.
fn variables<'m>(expr: &'m Expr, found: &mut Bound<'m>) {
    if let Expr::Var { span, .. } = expr {
        found.insert(span.text());
    }
    parts(expr).into_iter().for_each(|part| variables(part, found));
}
