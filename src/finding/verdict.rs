//! Verdicts as the engine gives them: on resources of a model that is still there, before anything else is known.

use super::fix::FixPlan;
use super::{Label, Leg};
use crate::check::{Meta, Severity};
use crate::model::{Cause, ResourceId, Text};
use crate::source::{Problem, Span};
use std::ops::AddAssign;
use std::sync::Arc;

/// What the evaluation of some checks on all resources gave, in the order of the resources.
#[derive(Debug, Default)]
pub struct Verdicts {
    /// Fails.
    pub fails: Vec<Verdict>,
    /// Verdicts that could not be given.
    pub inconclusive: Vec<Undecided>,
    /// Defects of checks, and limits that were reached.
    pub problems: Vec<Problem>,
    /// The checks that had something to evaluate, sorted by id.
    pub checks: Vec<Evaluated>,
}

/// A check that took part.
#[derive(Clone, Debug)]
pub struct Evaluated {
    /// What its page says of itself.
    pub check: Arc<Meta>,
    /// How often it came to each result.
    pub tally: Tally,
}

/// A fail: one check on one resource, at one place.
#[derive(Clone, Debug)]
pub struct Verdict {
    /// The check.
    pub check: Arc<Meta>,
    /// The resource that was evaluated.
    pub resource: ResourceId,
    /// How bad it is.
    pub severity: Severity,
    /// What is wrong, one sentence with a period; sensitive values redacted.
    pub message: String,
    /// The value at fault, or the header of the block that lacks it.
    pub place: Span,
    /// Attribute path of the value in the resource: `ingress[0].cidr_blocks`; empty for the resource itself.
    pub path: Text,
    /// The same path, with elements of lists by what names them: `ingress[22,22,tcp].cidr_blocks`.
    pub stable_path: Text,
    /// The way of the value, nearest first, then other places that matter.
    pub labels: Vec<Label>,
    /// The steps, where it is a path.
    pub route: Vec<Leg>,
    /// What a machine would change.
    pub fix: Option<Arc<FixPlan>>,
}

/// A verdict that could not be given.
#[derive(Clone, Debug)]
pub struct Undecided {
    /// The check.
    pub check: Arc<Meta>,
    /// The resource that was evaluated.
    pub resource: ResourceId,
    /// The unknown value in the resource.
    pub place: Span,
    /// The inputs that are missing, with the places where they would be set.
    pub because: Vec<Cause>,
    /// The steps, where it is a path.
    pub route: Vec<Leg>,
}

/// How often the conditions of one check came to each result.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// The condition holds.
    pub pass: u32,
    /// It does not.
    pub fail: u32,
    /// Inputs are missing.
    pub inconclusive: u32,
    /// The filter does not hold, or the `for_each` is empty.
    pub not_judged: u32,
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.pass += other.pass;
        self.fail += other.fail;
        self.inconclusive += other.inconclusive;
        self.not_judged += other.not_judged;
    }
}
