//! Everything that the evaluation of all environments gave, collected while their models are alive.

use super::{Coverage, Evaluated, Finding, Inconclusive, Suppressed, Verdicts};
use crate::check::Meta;
use crate::model::{Inventory, Lowered, Text};
use crate::source::{LedgerEntry, Problem, Sources, Span, Status};
use std::collections::BTreeMap;
use std::sync::Arc;

/// How much a status of one environment counts: a failure is not outweighed, but a file of values that one environment
/// loads was evaluated, although the others skip it.
fn weight(status: Status) -> u8 {
    match status {
        Status::Skipped => 0,
        Status::Evaluated => 1,
        Status::Partial => 2,
        Status::Failed => 3,
    }
}

/// What the evaluation of all environments gave.
#[derive(Clone, Debug, Default)]
pub struct Judged {
    /// Fails, each in the environment it holds in.
    pub findings: Vec<Finding>,
    /// Verdicts that could not be given, each in its environment.
    pub inconclusive: Vec<Inconclusive>,
    /// What could not be read, lowered or evaluated.
    pub problems: Vec<Problem>,
    /// The checks that took part, once each, sorted by id.
    pub checks: Vec<Evaluated>,
    /// The checks that would have taken part if they were not newer than the edition that is pinned.
    pub newer: Vec<Arc<Meta>>,
    /// Every candidate file once, sorted: failed where it failed in any environment, evaluated where any evaluated it.
    pub ledger: Vec<LedgerEntry>,
    /// Places whose text must not be shown.
    pub secrets: Vec<Span>,
    /// How many resources there are, at most, in one environment.
    pub resources: usize,
    /// What was not judged.
    pub coverage: Coverage,
    /// Who lives where.
    pub inventory: Inventory,
}

impl Judged {
    /// Takes in what one environment gave, `suppressed` being why each of the fails does not count.
    pub fn take(
        &mut self,
        environment: &Text,
        mut lowered: Lowered,
        verdicts: Verdicts,
        suppressed: Vec<Option<Suppressed>>,
        sources: &Sources,
    ) {
        let Verdicts { fails, inconclusive, problems, checks } = verdicts;
        let findings = fails.into_iter().zip(suppressed);
        self.findings
            .extend(findings.map(|(verdict, reason)| Finding::new(verdict, reason, &lowered, sources, environment)));
        let inconclusive = inconclusive.into_iter();
        self.inconclusive.extend(inconclusive.map(|one| Inconclusive::new(one, &lowered, sources, environment)));
        self.inventory.take(&lowered, sources);
        self.problems.append(&mut lowered.problems);
        self.problems.extend(problems);
        self.checks.extend(checks);
        self.ledger.append(&mut lowered.ledger);
        self.secrets.append(&mut lowered.secrets);
    }

    /// Merges what several environments reported alike.
    pub fn settle(&mut self) {
        self.newer.sort_by(|a, b| a.id.cmp(&b.id));
        self.newer.dedup_by(|a, b| a.id == b.id);
        self.checks.sort_by(|a, b| a.check.id.cmp(&b.check.id));
        self.checks.dedup_by(|again, first| {
            let is_same = again.check.id == first.check.id;
            if is_same {
                first.tally += again.tally;
            }
            is_same
        });
        let mut files: BTreeMap<String, LedgerEntry> = BTreeMap::new();
        for entry in self.ledger.drain(..) {
            match files.get_mut(&entry.file) {
                Some(known) if weight(known.status) >= weight(entry.status) => {}
                Some(known) => *known = entry,
                None => {
                    files.insert(entry.file.clone(), entry);
                }
            }
        }
        self.ledger = files.into_values().collect();
    }

    /// Makes one finding, and one inconclusive verdict, of those with one cause, and sorts all of them and the problems.
    pub fn merge(&mut self, sources: &Sources) {
        self.findings = super::merge(std::mem::take(&mut self.findings), sources);
        self.inconclusive = super::merge_inconclusive(std::mem::take(&mut self.inconclusive), sources);
        self.problems = super::sort_problems(std::mem::take(&mut self.problems), sources);
    }
}
