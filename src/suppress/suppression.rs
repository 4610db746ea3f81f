//! One suppression: what its words stand for, whether it holds, and what it covers.

use super::directive::{Choice, Directive, Named};
use super::governance::GovernanceRules;
use super::names::{Meant, Names};
use crate::finding::Suppressed;
use crate::model::Text;
use std::collections::BTreeSet;

/// A suppression, and what became of it.
#[derive(Clone, Debug)]
pub struct Suppression {
    /// As it was read.
    pub directive: Directive,
    /// What each of its names stands for.
    pub meant: Vec<Meant>,
    /// All checks it is about.
    pub checks: BTreeSet<Text>,
    /// The checks whose findings it covers, or whose verdicts that could not be given.
    pub covers: BTreeSet<Text>,
    /// Whether its last day is over.
    pub is_expired: bool,
    /// What it lacks of what is asked, in words.
    pub broken: Vec<String>,
    /// The names in it of checks that cannot be suppressed.
    pub protected: Vec<String>,
}

impl Suppression {
    /// Finds out what a directive means, and holds it to what is asked.
    pub fn new(directive: Directive, names: &Names<'_>, standard: &GovernanceRules<'_>) -> Self {
        let meant = names.meant(directive.syntax, &directive.checks);
        let listed: BTreeSet<Text> = meant.iter().flat_map(|meant| meant.checks.iter().cloned()).collect();
        let checks = match &directive.checks {
            Choice::Only(_) => listed,
            Choice::AllBut(_) => names.all_of(directive.syntax).difference(&listed).cloned().collect(),
        };
        // Who ignores all there is does not speak of these.
        let of_them = |(named, meant): (&Named, &Meant)| {
            let one = meant.checks.iter().find(|id| standard.protects(id))?;
            (meant.checks.len() == 1 || named.text == one.as_str()).then(|| named.text.clone())
        };
        let protected = directive.named().iter().zip(&meant).filter_map(of_them).collect();
        let is_expired = directive.until.zip(standard.today).is_some_and(|(until, today)| until.date < today);
        let broken = standard.broken(&directive);
        Self { directive, meant, checks, covers: BTreeSet::new(), is_expired, broken, protected }
    }

    /// Whether it suppresses what it covers.
    pub fn holds(&self) -> bool {
        self.directive.fault.is_none() && !self.is_expired && self.broken.is_empty()
    }

    /// What is said of a finding that it suppresses.
    pub fn suppressed(&self) -> Suppressed {
        let directive = &self.directive;
        Suppressed {
            span: Some(directive.place),
            reason: directive.reason.clone(),
            by: directive.by,
            owner: directive.owner.clone(),
            until: directive.until.map(|until| until.date.to_string()),
        }
    }
}
