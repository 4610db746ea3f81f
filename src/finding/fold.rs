//! One mistake, one finding: where a broader check fails on the same thing, the narrower findings are folded into it.
//!
//! A page names the broader checks in `part-of`. Owns what "the same thing" means; knows nothing of suppression beyond
//! that a suppressed finding needs no folding, and nothing of reports.

use super::Finding;
use crate::model::{Address, Role, Text};
use crate::source::Span;
use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};

/// The finding that another one was folded into.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Folded {
    /// The broader check.
    pub check: Text,
    /// The fingerprint of its finding.
    pub fingerprint: String,
}

/// How far a chain of broader checks is followed.
const MOST_STEPS: usize = 8;

/// Folds each finding that counts into one of a broader check about the same thing, if there is one that is at least
/// as severe; and each that stands where a step of a path is opened into that path. A suppressed finding of a broader
/// check covers its parts too: who accepts the whole accepts the parts. What was folded before is forgotten.
pub fn fold(findings: &mut [Finding]) {
    for finding in findings.iter_mut() {
        finding.folded_into = None;
        finding.includes.clear();
    }
    let mut broader = broader(findings);
    for (broader, path) in broader.iter_mut().zip(on_paths(findings)) {
        *broader = broader.or(path);
    }
    for at in 0..findings.len() {
        let Some(root) = root(&broader, at) else { continue };
        let Ok([finding, into]) = findings.get_disjoint_mut([at, root]) else { continue };
        finding.folded_into = Some(Folded { check: into.check.id.clone(), fingerprint: into.fingerprint.clone() });
        super::unite(&mut into.includes, vec![finding.check.id.clone()]);
    }
}

/// For each finding, the one of a broader check that it is a part of.
fn broader(findings: &[Finding]) -> Vec<Option<usize>> {
    let wanted: HashSet<&Text> = findings.iter().flat_map(|finding| &finding.check.part_of).collect();
    let mut by_thing: HashMap<(&Text, &[Text], &str, &Text), Vec<usize>> = HashMap::new();
    for (at, finding) in findings.iter().enumerate().filter(|(_, finding)| wanted.contains(&finding.check.id)) {
        let thing = (&finding.unit, finding.environments.as_slice(), finding.resource.as_str(), &finding.check.id);
        by_thing.entry(thing).or_default().push(at);
    }
    let of = |finding: &Finding| {
        let things = finding.check.part_of.iter().flat_map(|check| {
            wholes(&finding.resource)
                .map(move |address| (&finding.unit, finding.environments.as_slice(), address.as_str(), check))
        });
        let candidates = things.filter_map(|thing| by_thing.get(&thing)).flatten();
        candidates.copied().find(|at| findings.get(*at).is_some_and(|other| covers(other, finding)))
    };
    findings.iter().map(|finding| if finding.suppressed.is_some() { None } else { of(finding) }).collect()
}

/// For each finding, the path of which it opens a step; for a path, the worst one that begins and ends with the same
/// steps, and of several the shortest.
fn on_paths(findings: &[Finding]) -> Vec<Option<usize>> {
    let mut steps: HashMap<Span, usize> = HashMap::new();
    for (at, path) in findings.iter().enumerate().filter(|(_, finding)| finding.suppressed.is_none()) {
        path.route.iter().for_each(|leg| _ = steps.entry(leg.place).or_insert(at));
    }
    let mut ways: HashMap<(Span, Span, &Text), usize> = HashMap::new();
    for (at, path) in findings.iter().enumerate().filter(|(_, finding)| finding.suppressed.is_none()) {
        let Some(ends) = ends(path) else { continue };
        let rank = |at: usize| findings.get(at).map(|path| (Reverse(path.severity), path.route.len()));
        let best = ways.entry(ends).or_insert(at);
        if rank(at) < rank(*best) {
            *best = at;
        }
    }
    let of = |finding: &Finding| {
        if finding.suppressed.is_some() {
            return None;
        }
        let at = *ends(finding).map_or_else(|| steps.get(&finding.place), |ends| ways.get(&ends))?;
        let path = findings.get(at)?;
        if std::ptr::eq(path, finding) {
            return None;
        }
        (path.severity >= finding.severity && path.environments == finding.environments).then_some(at)
    };
    findings.iter().map(of).collect()
}

/// Where the first and the last step of a path are opened, and where it leads.
fn ends(path: &Finding) -> Option<(Span, Span, &Text)> {
    let (first, last) = (path.route.first()?, path.route.last()?);
    Some((first.place, last.place, &last.to))
}

/// The last of the findings that follow each other from `at` to broader ones.
fn root(broader: &[Option<usize>], at: usize) -> Option<usize> {
    let next = |at: usize| broader.get(at).copied().flatten();
    std::iter::successors(next(at), |at| next(*at)).take(MOST_STEPS).take_while(|root| *root != at).last()
}

/// The resource, and what it is a part of.
fn wholes(address: &Address) -> impl Iterator<Item = &Address> {
    let mut is_part = true;
    address.outward().take_while(move |address| std::mem::replace(&mut is_part, address.role() == Role::Part))
}

/// Whether `broad` says what `narrow` says of the same resource: no less severe, and not of another element of a list.
fn covers(broad: &Finding, narrow: &Finding) -> bool {
    let same_resource = broad.resource == narrow.resource;
    broad.severity >= narrow.severity
        && (!same_resource
            || is_within(element(&broad.path), &narrow.path) && is_within(element(&narrow.path), &broad.path))
}

/// The element of a list of blocks that an attribute path leads through: `ingress[0]` of `ingress[0].cidr_blocks[1]`.
fn element(path: &str) -> &str {
    path.rfind("].").and_then(|at| path.get(..=at)).unwrap_or_default()
}

/// Whether one of the paths lies in what the other names.
fn is_within(element: &str, path: &str) -> bool {
    let begins = |outer: &str, inner: &str| {
        inner
            .strip_prefix(outer)
            .is_some_and(|rest| outer.is_empty() || rest.is_empty() || rest.starts_with(['.', '[']))
    };
    begins(element, path) || begins(path, element)
}
