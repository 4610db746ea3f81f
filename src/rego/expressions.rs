//! Which parts of `input` an expression may stand for, and what it reads.

use super::analysis::{Walk, Walked};
use super::builtins;
use super::calls::Callee;
use super::flow::{Flow, PathStep};
use super::modules::{constant, dotted};
use super::problem::RegoProblem;
use crate::limits::rego::{MAX_PATH_STEPS, MAX_WEIGHT};
use regorus::unstable::{AssignOp, BinOp, Expr, Ref};

/// Functions whose result may be as long as the product of its arguments.
const MULTIPLYING: [&str; 4] = ["regex.replace", "replace", "strings.replace_n", "strings.render_template"];

/// What is bound to a pattern by `=` from a name, which in turn is bound to the pattern: without a weight of its own.
fn parted(from: &Expr, pattern: &Expr, flow: Flow) -> Flow {
    let is_pattern = matches!(pattern, Expr::Array { .. } | Expr::Object { .. });
    if is_pattern && matches!(from, Expr::Var { .. }) { flow.weighing(1) } else { flow }
}

impl Walk<'_, '_> {
    /// What an expression may be.
    pub(super) fn expr(&mut self, expr: &Expr) -> Walked {
        match expr {
            Expr::String { .. } | Expr::RawString { .. } => {
                Ok(constant(expr).map_or_else(Flow::computed, Flow::constant))
            }
            Expr::Number { .. } | Expr::Bool { .. } | Expr::Null { .. } => Ok(Flow::computed()),
            Expr::Var { .. } | Expr::RefDot { .. } | Expr::RefBrack { .. } => self.reference(expr),
            Expr::Array { items, .. } | Expr::Set { items, .. } => self.collection(items.iter()),
            Expr::Object { fields, .. } => {
                for (_, key, _) in fields {
                    self.read(key)?;
                }
                self.collection(fields.iter().map(|(_, _, value)| value))
            }
            Expr::ArrayCompr { term, query, .. } | Expr::SetCompr { term, query, .. } => {
                self.query(query)?;
                Ok(Flow::collection(self.expr(term)?))
            }
            Expr::ObjectCompr { key, value, query, .. } => {
                self.query(query)?;
                self.read(key)?;
                Ok(Flow::collection(self.expr(value)?))
            }
            Expr::Call { fcn, params, .. } => self.call(fcn, params),
            Expr::UnaryExpr { expr, .. } => {
                self.read(expr)?;
                Ok(Flow::computed())
            }
            Expr::BinExpr { op: BinOp::Union, lhs, rhs, .. } => {
                let flow = self.pair(lhs, rhs)?;
                // Sets drop what they have already.
                self.read_flow(&flow);
                Ok(flow)
            }
            Expr::BinExpr { lhs, rhs, .. } | Expr::BoolExpr { lhs, rhs, .. } | Expr::ArithExpr { lhs, rhs, .. } => {
                let mut flow = self.pair(lhs, rhs)?;
                self.read_flow(&flow);
                // What is left of a set has the same elements.
                flow.is_computed = true;
                Ok(flow)
            }
            Expr::AssignExpr { op, lhs, rhs, .. } => {
                let right = self.expr(rhs)?;
                if *op == AssignOp::Eq {
                    // It may compare, and it may bind either side.
                    let left = self.expr(lhs)?;
                    self.read_flow(&left);
                    self.read_flow(&right);
                    self.bind(rhs, &parted(lhs, rhs, left))?;
                    self.bind(lhs, &parted(rhs, lhs, right))?;
                } else {
                    self.bind(lhs, &right)?;
                }
                Ok(Flow::computed())
            }
            Expr::Membership { key, value, collection, .. } => {
                for part in key.iter().chain([value, collection]) {
                    self.read(part)?;
                }
                Ok(Flow::computed())
            }
        }
    }

    fn collection<'e>(&mut self, items: impl Iterator<Item = &'e Ref<Expr>>) -> Walked {
        let (mut elements, mut weight) = (Flow::default(), 1);
        for item in items {
            let item = self.expr(item)?;
            weight = self.heavier(weight, item.weight)?;
            elements.join(&item);
        }
        Ok(Flow::collection(elements).weighing(weight))
    }

    /// What two operands may be together.
    fn pair(&mut self, left: &Expr, right: &Expr) -> Walked {
        let (mut flow, right) = (self.expr(left)?, self.expr(right)?);
        let weight = self.heavier(flow.weight, right.weight)?;
        flow.join(&right);
        Ok(flow.weighing(weight))
    }

    /// The weight of what holds two values.
    fn heavier(&self, a: u64, b: u64) -> Walked<u64> {
        let weight = a.saturating_add(b);
        if weight > MAX_WEIGHT {
            let name = self.rule.rsplit('.').next().unwrap_or_default();
            return Err(RegoProblem::unsupported(format!("values of the rule `{name}` grow too large")));
        }
        Ok(weight)
    }

    /// What stands at a key of a value.
    pub(super) fn step(&mut self, flow: &Flow, step: &PathStep) -> Flow {
        let mut found = flow.elements.as_deref().cloned().unwrap_or_default();
        found.is_computed |= flow.is_computed || !flow.constants.is_empty();
        found.weight = flow.weight.max(1);
        for path in &flow.paths {
            if path.len() >= MAX_PATH_STEPS {
                self.analysis.is_new |= self.analysis.found.reads.read.insert(path.clone());
                found.is_computed = true;
                continue;
            }
            let mut path = path.clone();
            path.push(step.clone());
            self.analysis.is_new |= self.analysis.found.reads.touched.insert(path.clone());
            found.paths.insert(path);
        }
        found
    }

    fn reference(&mut self, expr: &Expr) -> Walked {
        if let Some(flow) = self.of_data(expr)? {
            return Ok(flow);
        }
        match expr {
            Expr::Var { span, .. } => {
                let name = span.text();
                if name == "input" {
                    return Ok(Flow::path(Vec::new()));
                }
                let local = self.locals.get(name).cloned();
                let full = format!("{}.{name}", self.module.package);
                let is_bound = local.is_some() || name == "_";
                let mut flow = local.unwrap_or_default();
                if self.analysis.names.has(&full) {
                    flow.join(&self.used(full));
                } else if !is_bound {
                    self.analysis.found.unbound.get_or_insert_with(|| (name.to_owned(), span.clone()));
                }
                Ok(flow)
            }
            Expr::RefDot { refr, field, .. } => {
                let base = self.reference_or_other(refr)?;
                Ok(self.step(&base, &Some(field.0.text().into())))
            }
            Expr::RefBrack { refr, index, .. } => {
                let base = self.reference_or_other(refr)?;
                self.element(&base, index)
            }
            other => self.expr(other),
        }
    }

    fn reference_or_other(&mut self, expr: &Expr) -> Walked {
        match expr {
            Expr::Var { .. } | Expr::RefDot { .. } | Expr::RefBrack { .. } => self.reference(expr),
            other => self.expr(other),
        }
    }

    /// What stands in a value at an index, which may be a name that is bound by that.
    fn element(&mut self, base: &Flow, index: &Expr) -> Walked {
        let key = self.expr(index)?;
        if let Some(keys) = key.as_keys() {
            let mut found = Flow::default();
            for key in keys {
                found.join(&self.step(base, &Some(key.clone())));
            }
            return Ok(found);
        }
        self.read_flow(&key);
        // An index of a set is an element of it.
        let element = self.step(base, &None);
        if matches!(index, Expr::Var { .. } | Expr::Array { .. } | Expr::Object { .. }) {
            let mut bound = base.elements.as_deref().cloned().unwrap_or_default();
            bound.is_computed = true;
            self.bind(index, &bound)?;
        }
        Ok(element)
    }

    /// What a reference to `data`, or to what is imported from it, stands for; `None` of other references.
    fn of_data(&mut self, expr: &Expr) -> Walked<Option<Flow>> {
        let mut steps = Vec::new();
        let mut at = expr;
        let first = loop {
            match at {
                Expr::Var { span, .. } => break span,
                Expr::RefDot { refr, .. } | Expr::RefBrack { refr, .. } => {
                    steps.push(at);
                    at = refr;
                }
                _ => return Ok(None),
            }
        };
        steps.reverse();
        let imported = self.module.imports.iter().find(|(name, _)| name == first.text());
        let mut path = match imported {
            Some((_, path)) => path.clone(),
            None if first.text() == "data" => "data".to_owned(),
            None => return Ok(None),
        };
        let mut rest = steps.as_slice();
        while let [step, more @ ..] = rest {
            let name = match step {
                Expr::RefDot { field, .. } => field.0.text(),
                Expr::RefBrack { index, .. } => match constant(index) {
                    Some(name) => name,
                    None => break,
                },
                _ => break,
            };
            path = format!("{path}.{name}");
            rest = more;
            if self.analysis.names.has(&path) {
                break;
            }
        }
        let mut flow = if self.analysis.names.has(&path) {
            self.used(path)
        } else if path == "data.inventory" || path.starts_with("data.inventory.") {
            self.analysis.found.reads.inventory = true;
            Flow::computed()
        } else if path.starts_with("data.lib.") {
            Flow::computed()
        } else {
            let message = format!("'{path}' is read: Gatekeeper gives templates only `data.inventory` and `data.lib`");
            return Err(RegoProblem::refused(message, Some(first)));
        };
        for step in rest {
            flow = match step {
                Expr::RefDot { field, .. } => self.step(&flow, &Some(field.0.text().into())),
                Expr::RefBrack { index, .. } => self.element(&flow, index)?,
                _ => flow,
            };
        }
        Ok(Some(flow))
    }

    /// What a rule gives, which this one uses.
    fn used(&mut self, full: String) -> Flow {
        let flow = self.analysis.rules.get(&full).map(|rule| rule.value.clone()).unwrap_or_default();
        self.analysis.uses.entry(self.rule.clone()).or_default().insert(full);
        flow
    }

    fn call(&mut self, function: &Expr, arguments: &[Ref<Expr>]) -> Walked {
        let name = dotted(function).unwrap_or_default();
        match self.analysis.names.callee(self.module, &name, function.span())? {
            Callee::Rule(full) => {
                let arity = self.analysis.names.arity(&full);
                for (at, argument) in arguments.iter().take(arity).enumerate() {
                    let flow = self.expr(argument)?;
                    let rule = self.analysis.rules.entry(full.clone()).or_default();
                    while rule.params.len() <= at {
                        rule.params.push(Flow::default());
                    }
                    let is_new = rule.params.get_mut(at).is_some_and(|param| param.join(&flow));
                    self.analysis.is_new |= is_new;
                }
                if full != format!("{}.{name}", self.module.package) && full != name {
                    let span = function.span();
                    let call = (span.source.get_path().clone(), span.start, span.end, full.clone());
                    self.analysis.found.calls.insert(call);
                }
                let value = self.used(full);
                // One argument more takes the result.
                if let Some(result) = arguments.get(arity) {
                    self.bind(result, &value)?;
                }
                Ok(value)
            }
            Callee::Builtin => self.builtin(&name, arguments),
        }
    }

    fn builtin(&mut self, name: &str, arguments: &[Ref<Expr>]) -> Walked {
        match (name, arguments) {
            ("object.get", [object, key, default]) => {
                let object = self.expr(object)?;
                let mut found = self.at_keys(object, key)?;
                found.join(&self.expr(default)?);
                Ok(found)
            }
            ("array.concat", [first, second]) => {
                let mut joined = self.expr(first)?;
                let second = self.expr(second)?;
                let weight = self.heavier(joined.weight, second.weight)?;
                joined.join(&second);
                joined.weight = weight;
                // It is undefined unless both are arrays.
                for path in joined.paths.clone() {
                    self.step(&Flow::path(path), &None);
                }
                Ok(joined)
            }
            _ => {
                let mut weight = 1_u64;
                let arity = builtins::arity(name);
                for argument in arguments.iter().take(arity) {
                    let flow = self.expr(argument)?;
                    self.read_flow(&flow);
                    // What replaces a part may stand in many places.
                    weight = if MULTIPLYING.contains(&name) {
                        self.heavier(weight.saturating_mul(flow.weight.max(1)), 0)?
                    } else {
                        self.heavier(weight, flow.weight)?
                    };
                }
                // One argument more takes the result.
                if let Some(result) = arguments.get(arity) {
                    self.bind(result, &Flow::computed().weighing(weight))?;
                }
                Ok(Flow::computed().weighing(weight))
            }
        }
    }

    /// What stands in a value at a key, or at the keys of a list one after the other.
    fn at_keys(&mut self, mut flow: Flow, key: &Expr) -> Walked {
        let Expr::Array { items, .. } = key else { return self.element(&flow, key) };
        for item in items {
            flow = self.element(&flow, item)?;
        }
        Ok(flow)
    }
}
