//! Which parts of `input` a template may read: its rules are walked until nothing more flows anywhere.
//!
//! A part is *touched* where something depends on whether it is there, and *read* where something depends on all of it.

use super::calls::RuleNames;
use super::flow::{Flow, Path, PathStep, is_below};
use super::modules::{RegoModule, head, head_name};
use super::problem::RegoProblem;
use crate::limits::rego::{MAX_DEPTH, MAX_PATHS, MAX_ROUNDS};
use regorus::unstable::{Expr, Literal, Query, Rule, RuleAssign, RuleHead};
use std::collections::{BTreeMap, BTreeSet};

/// What a template may read of `input`.
#[derive(Debug, Default)]
pub struct Reads {
    pub(super) touched: BTreeSet<Path>,
    pub(super) read: BTreeSet<Path>,
    /// Whether it reads `data.inventory`, the objects of the cluster.
    pub inventory: bool,
    /// Whether the walk gave up: any part may be read.
    all: bool,
}

impl Reads {
    /// Whether the template may notice what stands at a path, or whether it is there. Where the path ends in any key,
    /// `known` are the keys that it does not stand for.
    pub fn notice(&self, path: &Path, known: &[&str]) -> bool {
        let is_known = |found: &Path| {
            let key = found.get(path.len().saturating_sub(1)).and_then(Option::as_deref);
            key.is_some_and(|key| known.contains(&key))
        };
        let touches = |touched: &Path| is_below(touched, path) && !is_known(touched);
        let reaches = |read: &Path| is_below(path, read) || touches(read);
        self.all || self.touched.iter().any(touches) || self.read.iter().any(reaches)
    }

    /// Whether the template names what stands at a path, or something in it.
    pub fn name(&self, path: &Path) -> bool {
        let is_same = |(found, step): (&PathStep, &PathStep)| step.is_none() || found == step;
        // Where `input` may be another one, the last name tells.
        let is_elsewhere = |found: &Path| self.all && path.last().is_some_and(|last| found.contains(last));
        let names = |found: &Path| found.len() >= path.len() && found.iter().zip(path).all(is_same);
        self.touched.iter().chain(&self.read).any(|found| names(found) || is_elsewhere(found))
    }
}

/// Walks the rules of a template.
pub fn analyze(modules: &[RegoModule], names: &RuleNames) -> Result<Analyzed, RegoProblem> {
    let mut analysis =
        Analysis { names, rules: BTreeMap::new(), uses: BTreeMap::new(), found: Analyzed::default(), is_new: true };
    let mut locals: BTreeMap<(usize, usize), BTreeMap<String, Flow>> = BTreeMap::new();
    let mut rounds = 0;
    // Weights follow through the uses of rules, though nothing else is new.
    while analysis.is_new || rounds <= MAX_DEPTH {
        analysis.is_new = false;
        analysis.found.unbound = None;
        for (at, module) in modules.iter().enumerate() {
            for (number, rule) in module.tree.policy.iter().enumerate() {
                let locals = locals.entry((at, number)).or_default();
                let Some((name, has_more)) = head_name(head(rule)) else { continue };
                let full = format!("{}.{}", module.package, name.text());
                Walk { analysis: &mut analysis, module, rule: full, locals }.rule(rule, has_more)?;
            }
        }
        if rounds == 0 {
            names.refuse_circles(&analysis.uses)?;
        }
        rounds += 1;
        if rounds > MAX_ROUNDS || analysis.found.reads.touched.len() + analysis.found.reads.read.len() > MAX_PATHS {
            analysis.found.reads.all = true;
            break;
        }
    }
    match analysis.found.unbound {
        Some((name, span)) => Err(RegoProblem::refused(format!("nothing binds the variable `{name}`"), Some(&span))),
        None => Ok(analysis.found),
    }
}

/// What a rule gives, and what its parameters may be.
#[derive(Default)]
pub(super) struct RuleFlow {
    pub(super) value: Flow,
    pub(super) params: Vec<Flow>,
}

pub(super) struct Analysis<'a> {
    pub(super) names: &'a RuleNames,
    pub(super) rules: BTreeMap<String, RuleFlow>,
    /// Which rules a rule uses.
    pub(super) uses: BTreeMap<String, BTreeSet<String>>,
    pub(super) found: Analyzed,
    /// Whether this round has found something.
    pub(super) is_new: bool,
}

/// What is found of a template.
#[derive(Default)]
pub struct Analyzed {
    /// What it may read.
    pub reads: Reads,
    /// Calls of functions of other packages.
    pub calls: BTreeSet<LibraryCall>,
    /// Names that nothing is bound to, with the first place of one.
    pub(super) unbound: Option<(String, regorus::unstable::Span)>,
}

/// A call of a function of another package: the module, where the name begins and ends there, and the full name.
pub type LibraryCall = (String, u32, u32, String);

/// The walk over one rule.
pub(super) struct Walk<'w, 'a> {
    pub(super) analysis: &'w mut Analysis<'a>,
    pub(super) module: &'w RegoModule,
    /// The full name of the rule.
    pub(super) rule: String,
    pub(super) locals: &'w mut BTreeMap<String, Flow>,
}

/// What a walk gives, or why the template is not evaluated.
pub(super) type Walked<T = Flow> = Result<T, RegoProblem>;

impl Walk<'_, '_> {
    fn rule(&mut self, rule: &Rule, has_more: bool) -> Walked<()> {
        match rule {
            Rule::Default { value, .. } => {
                let value = self.expr(value)?;
                self.give(&value, has_more);
            }
            Rule::Spec { head, bodies, .. } => {
                self.head(head, has_more)?;
                for body in bodies {
                    if let Some(assign) = &body.assign {
                        self.assigned(assign, has_more)?;
                    }
                    self.query(&body.query)?;
                }
            }
        }
        Ok(())
    }

    fn head(&mut self, head: &RuleHead, has_more: bool) -> Walked<()> {
        match head {
            RuleHead::Compr { refr, assign, .. } => {
                self.head_keys(refr)?;
                match assign {
                    Some(assign) => self.assigned(assign, has_more)?,
                    None => self.give(&Flow::computed(), has_more),
                }
            }
            RuleHead::Set { refr, key, .. } => {
                self.head_keys(refr)?;
                let elements = match key {
                    Some(key) => self.expr(key)?,
                    None => Flow::computed(),
                };
                self.give(&Flow::collection(elements), has_more);
            }
            RuleHead::Func { args, assign, .. } => {
                for (at, arg) in args.iter().enumerate() {
                    let given = self.analysis.rules.get(&self.rule).and_then(|rule| rule.params.get(at)).cloned();
                    self.bind(arg, &given.unwrap_or_default())?;
                }
                match assign {
                    Some(assign) => self.assigned(assign, has_more)?,
                    None => self.give(&Flow::computed(), has_more),
                }
            }
        }
        Ok(())
    }

    /// The keys of a rule that makes an object: `name[key]`.
    fn head_keys(&mut self, refr: &Expr) -> Walked<()> {
        match refr {
            Expr::RefBrack { refr, index, .. } => {
                self.read(index)?;
                self.head_keys(refr)
            }
            Expr::RefDot { refr, .. } => self.head_keys(refr),
            _ => Ok(()),
        }
    }

    fn assigned(&mut self, assign: &RuleAssign, has_more: bool) -> Walked<()> {
        let value = self.expr(&assign.value)?;
        self.give(&value, has_more);
        Ok(())
    }

    /// The rule has a value; one below further keys is an element.
    fn give(&mut self, value: &Flow, is_element: bool) {
        let value = if is_element { Flow::collection(value.clone()) } else { value.clone() };
        let is_new = self.analysis.rules.entry(self.rule.clone()).or_default().value.join(&value);
        self.analysis.is_new |= is_new;
    }

    pub(super) fn query(&mut self, query: &Query) -> Walked<()> {
        for statement in &query.stmts {
            if !statement.with_mods.is_empty() {
                self.analysis.found.reads.all = true;
            }
            match &statement.literal {
                Literal::SomeVars { .. } => {}
                Literal::SomeIn { key, value, collection, .. } => {
                    let collection = self.expr(collection)?;
                    if let Some(key) = key {
                        self.bind(key, &Flow::computed())?;
                    }
                    let element = self.step(&collection, &None);
                    self.bind(value, &element)?;
                }
                Literal::Expr { expr, .. } | Literal::NotExpr { expr, .. } => self.read(expr)?,
                Literal::Every { key, value, domain, query, .. } => {
                    let domain = self.expr(domain)?;
                    let element = self.step(&domain, &None);
                    self.bind_name(value.text(), &element);
                    if let Some(key) = key {
                        self.bind_name(key.text(), &Flow::computed());
                    }
                    self.query(query)?;
                }
            }
        }
        Ok(())
    }

    /// Something depends on all of an expression.
    pub(super) fn read(&mut self, expr: &Expr) -> Walked<()> {
        let flow = self.expr(expr)?;
        self.read_flow(&flow);
        Ok(())
    }

    pub(super) fn read_flow(&mut self, flow: &Flow) {
        for path in flow.all_paths() {
            if !self.analysis.found.reads.read.contains(path) {
                self.analysis.found.reads.read.insert(path.clone());
                self.analysis.is_new = true;
            }
        }
    }

    pub(super) fn bind_name(&mut self, name: &str, flow: &Flow) {
        if name != "_" {
            let is_new = self.locals.entry(name.to_owned()).or_default().join(flow);
            self.analysis.is_new |= is_new;
        }
    }

    /// A value is put into a name, or taken apart by a pattern.
    pub(super) fn bind(&mut self, pattern: &Expr, flow: &Flow) -> Walked<()> {
        match pattern {
            Expr::Var { span, .. } => self.bind_name(span.text(), flow),
            Expr::Array { items, .. } => {
                self.read_flow(flow);
                let element = self.step(flow, &None);
                for item in items {
                    self.bind(item, &element)?;
                }
            }
            Expr::Object { fields, .. } => {
                self.read_flow(flow);
                let element = self.step(flow, &None);
                for (_, key, value) in fields {
                    self.read(key)?;
                    self.bind(value, &element)?;
                }
            }
            other => {
                self.read(other)?;
                self.read_flow(flow);
            }
        }
        Ok(())
    }
}
