//! Findings that people read as one: those of one resource at one place, and copies of the same resource elsewhere.
//!
//! For the formats that people read. Formats that machines read have each finding apart.

use super::view::View;
use crate::check::Severity;
use crate::finding::Finding;
use crate::source::Span;
use std::collections::HashMap;
use std::collections::hash_map::Entry;

/// One thing to look at.
pub struct Group<'r> {
    /// The findings of one resource at one place, worst first.
    pub findings: Vec<&'r Finding>,
    /// The first finding of each copy: the same resource with the same findings, elsewhere.
    pub copies: Vec<&'r Finding>,
}

/// What makes findings one group: place, resource, and whether they are suppressed.
type Here<'r> = (Span, &'r str, bool);

/// What makes groups copies: the resource, the text that is underlined, and what is said of it.
type Said<'r> = (&'r str, String, Vec<(&'r str, &'r str, &'r str)>);

impl<'r> Group<'r> {
    /// The groups of `findings`, in the order of their first findings.
    pub fn of(view: &View<'r>, findings: impl IntoIterator<Item = &'r Finding>) -> Vec<Self> {
        let mut groups: Vec<Self> = Vec::new();
        let mut here: HashMap<Here<'r>, usize> = HashMap::new();
        for finding in findings {
            let here_is = (view.span_in_file(finding), finding.resource.as_str(), finding.suppressed.is_some());
            match here.entry(here_is) {
                Entry::Occupied(known) => {
                    if let Some(group) = groups.get_mut(*known.get()) {
                        group.findings.push(finding);
                    }
                }
                Entry::Vacant(new) => {
                    new.insert(groups.len());
                    groups.push(Self { findings: vec![finding], copies: Vec::new() });
                }
            }
        }
        for group in &mut groups {
            group.findings.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
        }
        folded(view, groups)
    }

    /// The worst groups of what is shown to people, at most as many as the options say, in the order of the report; and
    /// the others.
    pub fn capped(view: &View<'r>) -> (Vec<Self>, Vec<Self>) {
        let mut groups: Vec<_> = Self::of(view, view.for_people()).into_iter().enumerate().collect();
        groups.sort_by_key(|(_, group)| std::cmp::Reverse(group.severity()));
        let most = view.options.most_findings.unwrap_or(usize::MAX).min(groups.len());
        let others = groups.split_off(most).into_iter().map(|(_, group)| group).collect();
        groups.sort_by_key(|(at, _)| *at);
        (groups.into_iter().map(|(_, group)| group).collect(), others)
    }

    /// How bad the worst of its findings is.
    pub fn severity(&self) -> Severity {
        self.findings.first().map_or(Severity::Info, |finding| finding.severity)
    }

    /// The finding of the last copy, or its own.
    fn last(&self) -> Option<&'r Finding> {
        self.copies.last().copied().or(self.lead())
    }

    /// The worst finding.
    pub fn lead(&self) -> Option<&'r Finding> {
        self.findings.first().copied()
    }
}

/// Puts copies in other files under the first of them.
fn folded<'r>(view: &View<'r>, groups: Vec<Group<'r>>) -> Vec<Group<'r>> {
    let mut kept: Vec<Group<'r>> = Vec::with_capacity(groups.len());
    let mut said: HashMap<Said<'r>, usize> = HashMap::new();
    for group in groups {
        let Some(lead) = group.lead() else { continue };
        let first = *said.entry(says(view, &group, lead)).or_insert(kept.len());
        match kept.get_mut(first) {
            Some(first) if first.last().is_some_and(|last| last.place.source != lead.place.source) => {
                first.copies.push(lead);
            }
            _ => kept.push(group),
        }
    }
    kept
}

fn says<'r>(view: &View<'r>, group: &Group<'r>, lead: &'r Finding) -> Said<'r> {
    let source = view.report.sources.get(lead.place.source);
    let text = source.slice(lead.place).to_owned();
    let said = group
        .findings
        .iter()
        .map(|finding| (finding.check.id.as_str(), finding.path.as_str(), finding.message.as_str()));
    (lead.resource.as_str(), text, said.collect())
}
