//! Fixes that are proved: each is made in a tree of its own and evaluated, and offered only if the finding is gone and
//! nothing else came.
//!
//! Fixes that change different bytes are tried together, unit by unit; where that fails, in halves. What is left of a
//! round (a fix whose bytes another one took) is made on the texts of the next one, so that the order of the findings
//! alone decides.

use super::part::part;
use super::{Analysis, Request, ScanError, Settled};
use crate::check::Severity;
use crate::discover::Tree;
use crate::finding::{Finding, FixPlan, Remedy};
use crate::fix::{Edit, Editor, applied, difference};
use crate::model::Text;
use crate::source::{Level, Sources, Span};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// The texts of files that change: before and after, by path.
pub type Changed = BTreeMap<String, (String, String)>;

/// What proved fixes make of a tree.
#[derive(Debug, Default)]
pub struct Mended {
    /// The texts of the files that change.
    pub files: Changed,
    /// The findings that are gone.
    pub fixed: Vec<Fixed>,
    /// Those for which no fix could be proved.
    pub refused: Vec<Fixed>,
}

/// A finding that was to be fixed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fixed {
    /// The check.
    pub check: Text,
    /// The address of the resource.
    pub resource: String,
    /// What was wrong.
    pub message: String,
    /// What it is known by.
    fingerprint: String,
}

/// Fixes what is `wanted` of the findings in a tree.
pub fn mend(tree: &Tree, request: &Request, wanted: &dyn Fn(&Finding, &FixPlan) -> bool) -> Result<Mended, ScanError> {
    let sources = Sources::default();
    let catalog = request.catalog(&sources)?;
    let mut analysis = Analysis::new(request, &sources, &catalog);
    analysis.whole(tree);
    Ok(mend_more(&mut analysis, tree, wanted))
}

/// The same for a tree that was evaluated already. Afterwards the analysis is of the tree with the fixes.
pub fn mend_more(analysis: &mut Analysis<'_>, tree: &Tree, wanted: &dyn Fn(&Finding, &FixPlan) -> bool) -> Mended {
    let (mut mended, mut texts) = (Mended::default(), BTreeMap::new());
    // How many ways of each were tried.
    let mut tried: BTreeMap<Fixed, usize> = BTreeMap::new();
    loop {
        let settled = analysis.settled();
        let editor = Editor::new(analysis.sources, tree.files.as_ref());
        let mut round = Round::new(analysis, tree, &texts);
        let mut attempts: Vec<Attempt<'_>> = Vec::new();
        let mut refused: Vec<Fixed> = Vec::new();
        for finding in settled.findings.iter().filter(|finding| finding.suppressed.is_none()) {
            let Some(plan) = finding.fix.as_deref().filter(|plan| wanted(finding, plan)) else { continue };
            let own = Fixed::of(finding);
            let ways = editor.ways(plan);
            match ways.into_iter().nth(tried.get(&own).copied().unwrap_or_default()) {
                Some(edits) => attempt(&mut attempts, finding, edits),
                None => refused.push(own),
            }
        }
        if attempts.is_empty() {
            mended.refused = refused;
            // What one round changes, the next one may change back.
            mended.files.retain(|_, (before, after)| before != after);
            return mended;
        }
        for group in round.by_units(attempts) {
            round.prove(group);
        }
        let Round { made, fixed, failed, .. } = round;
        mended.fixed.extend(fixed);
        failed.into_iter().for_each(|one| *tried.entry(one).or_default() += 1);
        let new = applied(&made, analysis.sources);
        let changed: BTreeSet<String> = new.keys().cloned().collect();
        for (path, after) in &new {
            let entry = mended.files.entry(path.clone());
            entry.or_insert_with(|| (text(tree, path), String::new())).1.clone_from(after);
        }
        texts.extend(new);
        if !changed.is_empty() {
            analysis.again(&tree.overlaid(texts.clone()), &changed);
        }
    }
}

/// Gives findings of a tree the changes that are proved to remove them.
pub fn propose(findings: &mut [Finding], tree: &Tree, request: &Request, sources: &Sources) -> Result<(), ScanError> {
    let own = Sources::default();
    let catalog = request.catalog(&own)?;
    let mut analysis = Analysis::new(request, &own, &catalog);
    analysis.whole(tree);
    let settled = analysis.settled();
    let known: BTreeMap<Fixed, &Finding> = settled.findings.iter().map(|one| (Fixed::of(one), one)).collect();
    for finding in findings.iter_mut().filter(|finding| finding.suppressed.is_none()) {
        let Some(plan) = finding.fix.as_deref() else { continue };
        let Some(changed) = known.get(&Fixed::of(finding)).and_then(|known| proved(known, &analysis, tree)) else {
            continue;
        };
        let replacement = |(path, (before, after)): (String, (String, String))| {
            let (bytes, new) = difference(&before, &after);
            let new = new.to_owned();
            (Span::new(sources.add(path, before), bytes.start as u32, bytes.end as u32), new)
        };
        let replacements = changed.into_iter().map(replacement).collect();
        finding.remedy = Some(Arc::new(Remedy { safe: plan.safe, replacements }));
    }
    Ok(())
}

/// The texts, before and after by path, with which a finding goes away and nothing else comes; none if there are no such
/// texts.
pub fn proved(finding: &Finding, analysis: &Analysis<'_>, tree: &Tree) -> Option<Changed> {
    let plan = finding.fix.as_deref()?;
    let texts = BTreeMap::new();
    let ways = Editor::new(analysis.sources, tree.files.as_ref()).ways(plan);
    ways.into_iter().find_map(|edits| {
        let mut round = Round::new(analysis, tree, &texts);
        round.prove(vec![Attempt { findings: vec![finding], edits }]);
        let changed = |(path, after): (String, String)| (path.clone(), (text(tree, &path), after));
        (!round.made.is_empty()).then(|| applied(&round.made, analysis.sources).into_iter().map(changed).collect())
    })
}

/// The text of a file as it is.
fn text(tree: &Tree, path: &str) -> String {
    tree.files.read(path).map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).unwrap_or_default()
}

impl Fixed {
    fn of(finding: &Finding) -> Self {
        Self {
            check: finding.check.id.clone(),
            resource: finding.resource.to_string(),
            message: finding.message.clone(),
            fingerprint: finding.fingerprint.clone(),
        }
    }

    /// What findings of one cause have in common in all evaluations.
    fn key(finding: &Finding) -> (Text, String) {
        (finding.check.id.clone(), finding.fingerprint.clone())
    }
}

/// Edits, and the findings that they are to remove.
struct Attempt<'f> {
    findings: Vec<&'f Finding>,
    edits: Vec<Edit>,
}

/// Adds an attempt, unless others take the same bytes for something else: then it waits for the next round.
fn attempt<'f>(attempts: &mut Vec<Attempt<'f>>, finding: &'f Finding, edits: Vec<Edit>) {
    if let Some(same) = attempts.iter_mut().find(|attempt| attempt.edits == edits) {
        same.findings.push(finding);
        return;
    }
    let is_free = |edit: &Edit| attempts.iter().flat_map(|attempt| &attempt.edits).all(|other| !edit.overlaps(other));
    if edits.iter().all(is_free) {
        attempts.push(Attempt { findings: vec![finding], edits });
    }
}

/// Attempts on the same texts.
struct Round<'a, 'p> {
    analysis: &'a Analysis<'p>,
    tree: &'a Tree,
    /// The texts in place of files of the tree, to which the edits refer.
    texts: &'a BTreeMap<String, String>,
    /// The edits that are proved.
    made: Vec<Edit>,
    fixed: Vec<Fixed>,
    failed: Vec<Fixed>,
}

impl<'a, 'p> Round<'a, 'p> {
    fn new(analysis: &'a Analysis<'p>, tree: &'a Tree, texts: &'a BTreeMap<String, String>) -> Self {
        Self { analysis, tree, texts, made: Vec::new(), fixed: Vec::new(), failed: Vec::new() }
    }

    /// The attempts on each group of units that read the same files.
    fn by_units<'f>(&self, attempts: Vec<Attempt<'f>>) -> Vec<Vec<Attempt<'f>>> {
        let mut groups: Vec<(BTreeSet<String>, Vec<Attempt<'f>>)> = Vec::new();
        for attempt in attempts {
            let mut reach = self.analysis.reach(&self.paths(&attempt.edits));
            let (same, others): (Vec<_>, Vec<_>) = groups.into_iter().partition(|(own, _)| !own.is_disjoint(&reach));
            let mut together = Vec::new();
            for (own, earlier) in same {
                reach.extend(own);
                together.extend(earlier);
            }
            together.push(attempt);
            groups = others;
            groups.push((reach, together));
        }
        groups.into_iter().map(|(_, attempts)| attempts).collect()
    }

    fn paths<'e>(&self, edits: impl IntoIterator<Item = &'e Edit>) -> BTreeSet<String> {
        let sources = self.analysis.sources;
        edits.into_iter().map(|edit| sources.get(edit.span.source).path.clone()).collect()
    }

    /// Makes attempts together if everything that they are for goes away and nothing comes, else in halves.
    fn prove(&mut self, attempts: Vec<Attempt<'_>>) {
        let paths = self.paths(attempts.iter().flat_map(|attempt| &attempt.edits));
        let before = self.judged(&[], &paths);
        self.prove_from(attempts, &paths, before);
    }

    /// The same, where `before` is what is found now. Returns what is found afterwards.
    fn prove_from(&mut self, mut attempts: Vec<Attempt<'_>>, paths: &BTreeSet<String>, before: Settled) -> Settled {
        let edits: Vec<&Edit> = attempts.iter().flat_map(|attempt| &attempt.edits).collect();
        let findings: Vec<&Finding> = attempts.iter().flat_map(|attempt| attempt.findings.iter().copied()).collect();
        let after = self.judged(&edits, paths);
        if is_better(&findings, &before, &after, self.analysis.sources) {
            self.fixed.extend(findings.into_iter().map(Fixed::of));
            self.made.extend(attempts.into_iter().flat_map(|attempt| attempt.edits));
            return after;
        }
        if attempts.len() < 2 {
            self.failed.extend(findings.into_iter().map(Fixed::of));
            return before;
        }
        let second = attempts.split_off(attempts.len() / 2);
        let between = self.prove_from(attempts, paths, before);
        self.prove_from(second, paths, between)
    }

    /// What is found in the units of some files with more edits made.
    fn judged(&self, more: &[&Edit], paths: &BTreeSet<String>) -> Settled {
        let Analysis { request, sources, catalog, .. } = self.analysis;
        let mut texts = self.texts.clone();
        texts.extend(applied(self.made.iter().chain(more.iter().copied()), sources));
        let tree = self.analysis.around(&self.tree.overlaid(texts), paths);
        Settled::of(part(&tree, request, sources, catalog).judged, sources)
    }
}

/// Whether findings are gone, no other one came, and everything can be read and decided as before.
fn is_better(gone: &[&Finding], before: &Settled, after: &Settled, sources: &Sources) -> bool {
    let (old, mut left) = (Count::all(before), Count::all(after));
    for finding in gone {
        // What is left of it, and of what nothing tells apart from it, is less by this one.
        left.entry(Fixed::key(finding)).or_default().times += Count::of(finding);
    }
    let nothing_came = left.iter().all(|(key, count)| {
        let known = old.get(key).copied().unwrap_or_default();
        count.times <= known.times && count.severity <= known.severity
            || count.severity < Some(Severity::Low) && !gone.iter().any(|finding| Fixed::key(finding) == *key)
    });
    let wrong = |settled: &Settled| -> Vec<(String, String)> {
        let wrong = settled.problems.iter().filter(|problem| problem.level >= Level::Warning);
        wrong.map(|problem| (sources.get(problem.span.source).path.clone(), problem.message.clone())).collect()
    };
    let undecided = |settled: &Settled| -> BTreeSet<(Text, String)> {
        let verdicts = settled.inconclusive.iter();
        verdicts.map(|verdict| (verdict.check.id.clone(), verdict.resource.to_string())).collect()
    };
    let known = wrong(before);
    nothing_came
        && wrong(after).iter().all(|problem| known.contains(problem))
        && undecided(after).is_subset(&undecided(before))
}

/// How often a finding that nothing tells apart is there, and how bad it is at worst.
#[derive(Clone, Copy, Default)]
struct Count {
    times: usize,
    severity: Option<Severity>,
}

impl Count {
    /// Once for each resource and each environment.
    fn of(finding: &Finding) -> usize {
        (1 + finding.also.len()) * finding.environments.len().max(1)
    }

    fn all(settled: &Settled) -> BTreeMap<(Text, String), Self> {
        let mut counts: BTreeMap<(Text, String), Self> = BTreeMap::new();
        for finding in settled.findings.iter().filter(|finding| finding.suppressed.is_none()) {
            let count = counts.entry(Fixed::key(finding)).or_default();
            count.times += Self::of(finding);
            count.severity = count.severity.max(Some(finding.severity));
        }
        counts
    }
}

#[cfg(test)]
mod tests;
