//! What a team asks of its suppressions. One that does not keep to it is void: it suppresses nothing.

use super::directive::{Directive, Named, Until};
use super::{Date, globs};
use crate::finding::SuppressedBy;
use crate::source::{Paths, Span};
use globset::GlobSet;

/// The rules; by default there is none.
#[derive(Clone, Debug)]
pub struct Governance {
    /// Whether each says why.
    pub reason_required: bool,
    /// Whether each says who answers for it.
    pub owner_required: bool,
    /// The most days from today that one may hold; one without a date is against it.
    pub max_days: Option<u32>,
    /// Checks that cannot be suppressed: ids and globs of ids.
    pub never: Vec<String>,
    /// Whether comments and annotations count.
    pub inline: bool,
}

impl Default for Governance {
    fn default() -> Self {
        Self { reason_required: false, owner_required: false, max_days: None, never: Vec::new(), inline: true }
    }
}

/// A suppression from the configuration. What is not given does not narrow it.
#[derive(Clone, Debug)]
pub struct Rule {
    /// The entry.
    pub span: Span,
    /// Ids and globs of checks, each with its place; none for all.
    pub checks: Vec<Named>,
    /// The files.
    pub paths: Paths,
    /// Globs of addresses.
    pub addresses: Vec<String>,
    /// Why.
    pub reason: Option<String>,
    /// Who answers for it.
    pub owner: Option<String>,
    /// The last day on which it holds.
    pub until: Option<Until>,
}

/// The rules on one day, ready to be asked.
pub struct GovernanceRules<'a> {
    governance: &'a Governance,
    never: GlobSet,
    /// The day.
    pub today: Option<Date>,
}

impl<'a> GovernanceRules<'a> {
    /// The standard of some rules; without a day nothing is too long.
    pub fn new(governance: &'a Governance, today: Option<Date>) -> Self {
        let never: Vec<&str> = governance.never.iter().map(String::as_str).collect();
        // The configuration has been told of a glob that is none.
        let never = globs(never).unwrap_or_else(|_| GlobSet::empty());
        Self { governance, never, today }
    }

    /// Whether a check cannot be suppressed.
    pub fn protects(&self, check: &str) -> bool {
        self.never.is_match(check)
    }

    /// What a suppression lacks, each in a few words.
    pub fn broken(&self, directive: &Directive) -> Vec<String> {
        let (governance, today) = (self.governance, self.today);
        let mut broken = Vec::new();
        let is_inline = matches!(directive.by, SuppressedBy::Comment | SuppressedBy::Annotation);
        if is_inline && !governance.inline {
            broken.push("suppressions stand in the configuration only".to_owned());
        }
        if governance.reason_required && directive.reason.is_none() {
            broken.push("it gives no reason".to_owned());
        }
        if governance.owner_required && directive.owner.is_none() {
            broken.push("it names no owner".to_owned());
        }
        if let Some(most) = governance.max_days {
            match (directive.until, today) {
                (None, _) => broken.push(format!("it never ends; {most} days are allowed")),
                (Some(until), Some(today)) if today.days_until(until.date) > i64::from(most) => {
                    broken.push(format!("it holds until {}; {most} days from today are allowed", until.date));
                }
                _ => {}
            }
        }
        broken
    }
}
