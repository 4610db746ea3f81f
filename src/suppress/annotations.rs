//! Annotations of Kubernetes objects that suppress: those that the object has once it is rendered, wherever
//! they are written.

use super::cover::object;
use super::directive::{Choice, Condition, Directive, Named, Scope, Syntax};
use super::read;
use crate::finding::SuppressedBy;
use crate::model::{Format, Lowered, Mapping, Resource, ResourceId};
use crate::source::Span;

/// All suppressions in annotations, in the order of the model.
pub fn all(lowered: &Lowered) -> Vec<Directive> {
    let mut directives = Vec::new();
    for (number, resource) in (0..).zip(&lowered.resources) {
        let Some(annotations) = annotations(resource) else { continue };
        for (key, value) in &annotations.entries {
            let Some(text) = value.as_str() else { continue };
            let place = value.origin.span;
            if key == read::ANNOTATION {
                let scope = Scope::Object(object(lowered, ResourceId(number)));
                directives.push(read::annotation(text, place, scope));
                continue;
            }
            let Some((syntax, checks, reason)) = said(key, text, place) else { continue };
            directives.push(Directive {
                syntax,
                by: SuppressedBy::Annotation,
                place,
                checks,
                reason,
                owner: None,
                until: None,
                scope: Scope::Object(object(lowered, ResourceId(number))),
                condition: Condition::default(),
                fault: None,
            });
        }
    }
    directives
}

fn annotations(resource: &Resource) -> Option<&Mapping> {
    if resource.format == Format::Dockerfile {
        return None;
    }
    resource.attrs.get("metadata")?.get("annotations")?.as_mapping()
}

/// What an annotation suppresses, and why.
fn said(key: &str, value: &str, place: Span) -> Option<(Syntax, Choice, Option<String>)> {
    let only = |name: &str| Choice::Only(vec![Named { text: name.to_owned(), span: place }]);
    let all = || Choice::AllBut(Vec::new());
    let told = |reason: &str| Some(reason.trim().to_owned()).filter(|reason| !reason.is_empty());
    if let Some(check) = key.strip_prefix("ignore-check.kube-linter.io/") {
        return Some((Syntax::KubeLinter, only(check), told(value)));
    }
    if key == "kube-linter.io/ignore-all" {
        return Some((Syntax::KubeLinter, all(), told(value)));
    }
    if let Some(rest) = key.strip_prefix("polaris.fairwinds.com/") {
        let check = if rest == "exempt" { all() } else { only(rest.strip_suffix("-exempt")?) };
        return (value == "true").then_some((Syntax::Polaris, check, None));
    }
    if key == "kube-score/ignore" {
        let ids = value.split(',').map(str::trim).filter(|id| !id.is_empty());
        let named = ids.map(|id| Named { text: id.to_owned(), span: place });
        return Some((Syntax::KubeScore, Choice::Only(named.collect()), None));
    }
    if ["checkov.io/skip", "bridgecrew.io/skip", "cortex.io/skip"].iter().any(|prefix| key.starts_with(prefix)) {
        let (id, reason) = value.split_once('=').unwrap_or((value, ""));
        return Some((Syntax::Checkov, only(id.trim()), told(reason)));
    }
    if key == "runterrascan.io/skip" {
        return terrascan(value, place);
    }
    None
}

/// `[{"rule": "AC_K8S_0001", "comment": "…"}]`
fn terrascan(value: &str, place: Span) -> Option<(Syntax, Choice, Option<String>)> {
    let rows: serde_json::Value = serde_json::from_str(value).ok()?;
    let field = |row: &serde_json::Value, name: &str| Some(row.get(name)?.as_str()?.to_owned());
    let rows = rows.as_array()?;
    let named = rows.iter().filter_map(|row| Some(Named { text: field(row, "rule")?, span: place }));
    let reasons: Vec<String> = rows.iter().filter_map(|row| field(row, "comment")).collect();
    let reason = Some(reasons.join("; ")).filter(|reason| !reason.is_empty());
    Some((Syntax::Terrascan, Choice::Only(named.collect()), reason))
}
