//! What a policy asks that a configuration alone cannot answer: providers, the network, the state before.

use crate::check::{Policy, TypePattern};
use crate::model::Text;
use crate::source::{Problem, Span};
use crate::syntax::hcl::{Expr, Mention, mentions};

/// What policies are read to judge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Judged {
    /// A configuration, which knows neither the state before nor what a provider would answer.
    Configuration,
    /// A plan, which knows the state before.
    Plan,
    /// Mocks, which say both.
    Mocks,
}

/// A policy that is left out, and why.
#[derive(Clone, Debug)]
pub struct Skipped {
    /// Its name.
    pub name: Text,
    /// The types that it judges.
    pub patterns: Vec<TypePattern>,
    /// Completes "the policy …".
    pub reason: String,
    /// The call that asks the outside, where that is the reason; such a policy can never be evaluated.
    pub call: Option<Span>,
    /// The header.
    pub span: Span,
}

impl Skipped {
    /// What is said of it when a configuration is judged. That a policy about deletions finds none is no
    /// gap; that one is never evaluated is.
    pub fn problem(&self) -> Problem {
        match self.call {
            Some(call) => Problem::error(call, format!("Policy `{}` is not evaluated: it {}.", self.name, self.reason)),
            None => Problem::note(self.span, format!("Policy `{}` is skipped: it {}.", self.name, self.reason)),
        }
    }
}

/// The function that asks a provider.
pub const DATA_SOURCE: &str = "getdatasource";
/// The function that asks the network.
pub const HTTP_REQUEST: &str = "gethttprequest";

/// Why `policy` is to be left out, if it is; an error when its operations contradict what it reads.
pub(super) fn refused(policy: &Policy, judged: Judged) -> Result<Option<Skipped>, Vec<Problem>> {
    let (mut calls, mut compares) = (Vec::new(), false);
    for expr in needed(policy) {
        mentions(expr, &mut |mention| match mention {
            Mention::Call(call) => calls.extend(asked(&call.name.name, judged).map(|asked| (asked, &call.name))),
            Mention::Name { root, .. } => compares |= root == "prior_attrs",
            Mention::Literal(_) => {}
        });
    }
    let operations = policy.terraform.as_ref().map(|subject| subject.operations.as_slice()).unwrap_or_default();
    if compares && (operations.is_empty() || operations.iter().any(|one| one == "create" || one == "no-op")) {
        let message = "A policy that reads `prior_attrs` lists `operations`: update, delete, or both.";
        return Err(vec![Problem::error(policy.span, message)]);
    }
    let forgets = judged == Judged::Configuration;
    let (reason, call) = if forgets && compares {
        ("compares with what was there before, which a configuration does not tell".to_owned(), None)
    } else if forgets && !operations.is_empty() && operations.iter().all(|operation| operation == "delete") {
        ("judges what is deleted, which a configuration does not tell".to_owned(), None)
    } else if let Some((asked, name)) = calls.first() {
        (format!("calls `{}`, which asks {asked}; gatelint never does", name.name), Some(name.span))
    } else {
        return Ok(None);
    };
    let (name, patterns) = (policy.name.clone(), policy.patterns.clone());
    Ok(Some(Skipped { name, patterns, reason, call, span: policy.span }))
}

/// Whom a function asks that is not there.
fn asked(function: &str, judged: Judged) -> Option<&'static str> {
    match function.strip_prefix("core::").unwrap_or(function) {
        DATA_SOURCE if judged != Judged::Mocks => Some("a provider"),
        HTTP_REQUEST => Some("the network"),
        name => name.starts_with("plugin::").then_some("a plug-in"),
    }
}

/// The expressions that the verdict depends on: locals only as far as they are read.
fn needed(policy: &Policy) -> Vec<&Expr> {
    let mut needed: Vec<&Expr> = policy.filter.iter().collect();
    needed.extend(policy.enforces.iter().flat_map(crate::check::Enforce::expressions));
    let mut read: Vec<&str> = Vec::new();
    let mut at = 0;
    while let Some(expr) = needed.get(at).copied() {
        at += 1;
        mentions(expr, &mut |mention| {
            let Mention::Name { root: "local", next: Some(next), .. } = mention else { return };
            if !read.contains(&next.name.as_str()) {
                read.push(&next.name);
                needed.extend(policy.locals.iter().filter(|(name, _)| *name == next.name).map(|(_, local)| local));
            }
        });
    }
    needed
}
