//! What names mean in a policy: `attrs`, `meta`, `owner`, `local`, and the domain functions.

use super::accounts;
use super::documents::Documents;
use super::firewalls;
use super::index::whole_meta;
use super::mocks::PRIOR_ATTRS;
use super::owned::of_owner;
use super::relations::{self, RelationScope};
use super::{Index, functions};
use crate::check::{Policy, PolicyKind};
use crate::expr::trace::Owed;
use crate::expr::{Budget, EvalError, Evaluator, ExprScope, Mode, Resolved, Trace};
use crate::model::{Address, DELETED, Resource, ResourceId, Value, Why};
use crate::source::Span;
use std::cell::RefCell;

/// The scope of one policy on one resource. Locals are evaluated when first read.
pub struct PolicyScope<'a> {
    /// All resources.
    pub index: &'a Index<'a>,
    /// The policy.
    pub policy: &'a Policy,
    /// The resource that is judged.
    pub resource: &'a Resource,
    /// Its number.
    pub id: ResourceId,
    /// What the evaluation may use.
    pub budget: &'a Budget,
    /// Where the evaluation is noted, if anywhere.
    trace: Option<&'a Trace>,
    /// The documents of the resource, as far as they were read.
    documents: Option<&'a Documents>,
    /// Whether locals that only the owner decides are looked up among those of the resources beside it.
    shares: bool,
    locals: RefCell<Vec<Local>>,
}

/// How far a local is.
#[derive(Clone)]
enum Local {
    Unread,
    /// Being evaluated: to read it now is a cycle.
    Open,
    Known(Result<Value, EvalError>),
}

impl<'a> PolicyScope<'a> {
    /// The scope of `policy` on `resource`, whose number is `id`.
    pub fn new(index: &'a Index<'a>, policy: &'a Policy, id: ResourceId, budget: &'a Budget) -> Self {
        Self {
            index,
            policy,
            resource: index.get(id),
            id,
            budget,
            trace: None,
            documents: None,
            shares: true,
            locals: RefCell::default(),
        }
    }

    /// The same scope for an evaluation that is noted in `trace`.
    #[must_use]
    pub fn traced(self, trace: &'a Trace) -> Self {
        Self { trace: Some(trace), shares: false, ..self }
    }

    /// The same scope, which remembers what it read in the documents of the resource.
    #[must_use]
    pub fn reading(self, documents: &'a Documents) -> Self {
        Self { documents: Some(documents), ..self }
    }

    /// Returns how many locals have been evaluated.
    pub fn locals_read(&self) -> usize {
        self.locals.borrow().iter().filter(|local| matches!(local, Local::Known(_))).count()
    }

    /// Whether a value was put together by the policy itself, and stands on its page.
    pub fn is_own(&self, value: &Value) -> bool {
        value.origin.span.source == self.policy.span.source
    }

    /// The resource that `steps` times `owner` leads to.
    pub fn owner(&self, steps: usize) -> Option<&'a Resource> {
        let mut resource = self.resource;
        for _ in 0..steps {
            resource = self.index.get(resource.owner?);
        }
        Some(resource)
    }

    /// The attributes of the resource. For Terraform Policy a planned one has all that its type has, null or not.
    fn attributes(&self) -> &'a Value {
        let planned = self.resource.planned.as_ref().filter(|_| self.policy.terraform.is_some());
        planned.map_or(&self.resource.attrs, |planned| &planned.attrs)
    }

    fn among_others(&self) -> RelationScope<'a> {
        RelationScope { index: self.index, resource: self.resource, id: self.id }
    }

    fn meta(&self, name: &str) -> Option<Value> {
        let subject = self.policy.terraform.as_ref();
        let named = subject.and_then(|subject| terraform_meta(subject.kind, self.resource, name));
        named.or_else(|| meta(self.resource, name))
    }

    fn input(&self, name: &str, span: Span) -> Result<Value, EvalError> {
        let value = self.policy.inputs.iter().find(|(input, _)| input == name);
        value.map(|(_, value)| value.clone()).ok_or_else(|| undeclared(&format!("input.{name}"), span))
    }

    fn local(&self, name: &str, span: Span) -> Result<Value, EvalError> {
        let position = self.policy.locals.iter().rposition(|(local, _)| local == name);
        let position = position.ok_or_else(|| undeclared(&format!("local.{name}"), span))?;
        let mut locals = self.locals.borrow_mut();
        if locals.is_empty() {
            // Most resources are none of a policy's business, and read no local.
            locals.resize(self.policy.locals.len(), Local::Unread);
        }
        match &mut locals[position] {
            Local::Known(value) => return value.clone(),
            Local::Open => return Err(EvalError::fatal(format!("`local.{name}` depends on itself."), span)),
            unread @ Local::Unread => *unread = Local::Open,
        }
        drop(locals);
        let value = match self.resource.owner.filter(|_| self.shares && self.is_of_owner(position)) {
            Some(owner) => {
                let key = (self.policy.span, position, owner);
                self.index.tables.owned.get_or_make(key, || self.apart(position)).as_ref().clone()
            }
            None => self.evaluated(position),
        };
        self.locals.borrow_mut()[position] = Local::Known(value.clone());
        value
    }

    fn evaluated(&self, position: usize) -> Result<Value, EvalError> {
        let evaluator = Evaluator::new(self, Mode::Policy, self.budget).traced(self.trace);
        evaluator.evaluate_apart(&self.policy.locals[position].1)
    }

    /// A local as all resources of the owner read it: what one of them has spent already does not count.
    fn apart(&self, position: usize) -> Result<Value, EvalError> {
        let budget = Budget::policy_on(1);
        let (name, value) = &self.policy.locals[position];
        let scope = PolicyScope::new(self.index, self.policy, self.id, &budget);
        PolicyScope { shares: false, ..scope }.local(name, value.span)
    }

    fn is_of_owner(&self, position: usize) -> bool {
        self.index.tables.owned_locals.get_or_make(self.policy.span, || of_owner(self.policy))[position]
    }
}

impl ExprScope for PolicyScope<'_> {
    fn resolve(&self, root: &str, following: [Option<&str>; 2], span: Span) -> Result<Resolved, EvalError> {
        let resolved = |value, consumed| Ok(Resolved { value, consumed });
        match (root, following) {
            ("attrs", _) => resolved(self.attributes().clone(), 0),
            ("meta", [Some(name), _]) => match self.meta(name) {
                Some(value) => resolved(value, 1),
                None => resolved(whole_meta(self.resource), 0),
            },
            ("input", [Some(name), _]) => resolved(self.input(name, span)?, 1),
            ("meta", _) => resolved(whole_meta(self.resource), 0),
            (PRIOR_ATTRS, _) => match (self.resource.meta.get(PRIOR_ATTRS), &self.resource.planned) {
                (Some(prior), _) => resolved(prior.clone(), 0),
                (None, Some(planned)) => resolved(planned.prior.clone().unwrap_or_else(|| Value::null(span)), 0),
                // What was there before is in a plan, or in a mock.
                (None, None) if self.policy.terraform.is_some() => {
                    let why = Why::AfterApply(ecow::eco_format!("{}.{PRIOR_ATTRS}", self.resource.address));
                    resolved(Value::unknown(why, self.resource.header), 0)
                }
                (None, None) => Err(undeclared(root, span)),
            },
            ("local", [Some(name), _]) => resolved(self.local(name, span)?, 1),
            // There is none: one that is there is held.
            ("owner", _) => resolved(Value::null(span), 0),
            _ => Err(undeclared(root, span)),
        }
    }

    fn resolve_ref(&self, root: &str) -> Option<&Value> {
        match root {
            "attrs" => Some(self.attributes()),
            "owner" => self.resource.owner.map(|owner| self.index.as_owner(owner)),
            _ => None,
        }
    }

    fn call(&self, name: &str, args: &[Value], span: Span) -> Option<Result<Value, EvalError>> {
        let others = self.among_others();
        let related = relations::call(&others, name, args, span);
        let related = related.or_else(|| accounts::call(&others, name, args, span));
        if let Some(related) = related.or_else(|| firewalls::call(&others, name, args, span)) {
            // What other resources say is not owed to what they were chosen by.
            let owed = || self.trace.and_then(|trace| trace.add(span, Owed::Computed(Box::default())));
            let charged = related.and_then(|value| {
                self.budget.steps(value.as_items().map_or(1, <[Value]>::len) as u64, span)?;
                Ok(Value { trace: owed(), ..value })
            });
            return Some(charged);
        }
        let read = || functions::call(name, args, span, self.index.sources, self.budget);
        match self.documents {
            // What is noted belongs to one evaluation.
            Some(documents) if self.trace.is_none() => documents.answer(name, args, read),
            _ => read(),
        }
    }
}

/// `meta.NAME`: what the engine knows of every resource, then what its frontend says.
fn meta(resource: &Resource, name: &str) -> Option<Value> {
    let header = resource.header;
    match name {
        "type" => Some(Value::string(resource.type_name.clone(), header)),
        "address" => Some(Value::string(resource.address.clone(), header)),
        _ => resource.meta.get(name).cloned(),
    }
}

/// `meta.NAME` as Terraform Policy has it, where that differs from ours.
fn terraform_meta(kind: PolicyKind, resource: &Resource, name: &str) -> Option<Value> {
    let header = resource.header;
    let text = |text: &str| Value::string(text, header);
    // A mock says all that it wants to be known.
    if resource.meta.get("operation").is_some()
        && let Some(value) = resource.meta.get(name)
    {
        return Some(value.clone());
    }
    let type_name = resource.type_name.strip_prefix(DELETED).unwrap_or(&resource.type_name);
    let provider = type_name.strip_prefix("provider.").unwrap_or(type_name);
    match (kind, name) {
        (_, "type") if resource.type_name.starts_with(DELETED) => Some(text(type_name)),
        (_, "operation") => Some(text(resource.planned.as_ref().map_or("create", |planned| planned.operation.name()))),
        (_, "module_path") => Some(text(resource.address.module_instance().map_or(".", Address::as_str))),
        (PolicyKind::Resource, "provider_type") => Some(text(type_name.split('_').next().unwrap_or_default())),
        (PolicyKind::Provider, "type" | "name") => Some(text(provider)),
        (PolicyKind::Provider, "alias") | (PolicyKind::Module, "source" | "version") => {
            resource.attrs.get(name).cloned()
        }
        (PolicyKind::Provider, "source" | "namespace" | "version") => {
            let why = Why::AfterApply(ecow::eco_format!("{type_name}.{name}"));
            Some(Value::unknown(why, header))
        }
        _ => None,
    }
}

fn undeclared(name: &str, span: Span) -> EvalError {
    EvalError::fatal(format!("`{name}` is not known here; there are attrs, meta, owner, local, input and each."), span)
}
