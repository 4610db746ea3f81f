//! The proof of a translation: on the examples of its page, the policy denies what the check finds fault with, and
//! nothing else.

use super::Refusal;
use super::manifest::{Action, Exported};
use crate::check::{Expectation, Language, Page};
use crate::discover::Memory;
use crate::engine::{CustomPage, Selection};
use crate::model::Address;
use crate::report::Report;
use crate::scan::{self, Request};
use std::collections::BTreeSet;

/// The check that reports what a policy denies, and the check that reports a policy that does not compile.
const DENIED: &str = "kubernetes/admission/denied-by-policy";
const INVALID: &str = "kubernetes/admission/invalid-policy-expression";

/// Compares both on each example.
pub fn prove(page: &Page, custom: Option<&CustomPage>, exported: &Exported) -> Result<(), Refusal> {
    let policy = exported.yaml(Action::Deny);
    let mut denied_any = false;
    for example in page.examples.iter().filter(|example| example.language == Language::Yaml) {
        let files = example.files.iter().map(|(name, text)| (name.as_str(), text.as_str()));
        let tree = Memory::tree(files.chain([("gatelint-policy.yaml", policy.as_str())]));
        let request = Request {
            selection: Selection {
                only: [page.meta.id.as_str(), DENIED, INVALID].map(str::to_owned).into(),
                ..Selection::default()
            },
            custom: custom.into_iter().cloned().collect(),
            ..Request::default()
        };
        let report = scan::judge(&tree, &request).map_err(|error| Refusal::Differs(error.to_string()))?;
        if let Some(invalid) = of(&report, INVALID).next() {
            return Err(Refusal::Differs(invalid.message.clone()));
        }
        if let Some(failed) = of(&report, DENIED).find(|finding| finding.message.contains("resulted in error")) {
            return Err(Refusal::Differs(failed.message.clone()));
        }
        let is_covered = |address: &Address| exported.kinds.iter().any(|(_, kind)| kind == address.kind());
        let objects = |check: &str| -> BTreeSet<String> {
            let whole = of(&report, check).map(|finding| finding.resource.whole());
            whole.filter(|address| is_covered(address)).map(ToString::to_string).collect()
        };
        let (found, denied) = (objects(&page.meta.id), objects(DENIED));
        let undecided = report.inconclusive.iter().filter(|verdict| verdict.check.id != DENIED);
        let undecided: BTreeSet<String> = undecided.map(|verdict| verdict.resource.whole().to_string()).collect();
        if let Some(missed) = found.difference(&denied).find(|object| !undecided.contains(*object)) {
            return Err(Refusal::Differs(format!("{missed} is not denied")));
        }
        if let Some(extra) = denied.difference(&found).next() {
            return Err(Refusal::Differs(format!("{extra} is denied")));
        }
        denied_any |= example.expectation == Expectation::Fail && !denied.is_empty();
    }
    if denied_any { Ok(()) } else { Err(Refusal::NoExample) }
}

fn of<'r>(report: &'r Report, check: &'r str) -> impl Iterator<Item = &'r crate::finding::Finding> {
    report.findings.iter().filter(move |finding| finding.check.id == check)
}
