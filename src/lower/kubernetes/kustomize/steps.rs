//! The steps that the fields of one kustomization ask for, in the order in which Kustomize takes them.

use super::affixes::Affix;
use super::configuration::Configuration;
use super::decode::Located;
use super::kustomization::Kustomization;
use super::library::Library;
use super::namespace::{Namespace, Subjects};
use super::patches::Patch;
use super::replacements::Replacement;
use super::transformer::Transformer;
use super::unseen::{UnseenStep, reason, unseen};
use crate::model::Value;
use crate::source::Problem;
use crate::syntax::yaml::Dialect;

/// The steps; of patches and replacements that cannot be read, with problems, there is what they leave open.
pub fn steps(
    kustomization: &Kustomization<'_>,
    fields: &Configuration,
    library: &Library<'_>,
    dir: &str,
    problems: &mut Vec<Problem>,
) -> Vec<Transformer> {
    let mut steps = Vec::new();
    for value in kustomization.patches_strategic_merge {
        let read = |problems: &mut Vec<Problem>| Patch::decode_strategic(value, library, dir, problems);
        steps.extend(Transformer::patch("PatchStrategicMergeTransformer", value, problems, read));
    }
    for value in kustomization.patches {
        let read = |problems: &mut Vec<Problem>| Patch::decode(value, "patch", library, dir, problems);
        steps.extend(Transformer::patch("PatchTransformer", value, problems, read));
    }
    if let Some(namespace) = given(kustomization.namespace.as_ref()) {
        steps.push(Transformer::Namespace(Namespace {
            name: namespace.text.to_string(),
            span: namespace.origin.span,
            unset_only: false,
            subjects: Subjects::Default,
            specs: fields.namespace.clone(),
        }));
    }
    let affixes = [
        (Affix::Prefix, &kustomization.name_prefix, &fields.name_prefix),
        (Affix::Suffix, &kustomization.name_suffix, &fields.name_suffix),
    ];
    for (affix, content, specs) in affixes {
        if let Some(content) = given(content.as_ref()) {
            steps.push(Transformer::Affix { affix, content: content.clone(), specs: specs.clone() });
        }
    }
    for labels in &kustomization.labels {
        match labels.specs(&fields.common_labels, &fields.template_labels) {
            Ok(specs) => steps.push(Transformer::Labels { pairs: labels.pairs.clone(), specs, span: labels.span }),
            Err(problem) => problems.push(problem),
        }
    }
    if let Some((_, first)) = kustomization.common_labels.first() {
        let (pairs, specs) = (kustomization.common_labels.clone(), fields.common_labels.clone());
        steps.push(Transformer::Labels { pairs, specs, span: first.origin.span });
    }
    if let Some((_, first)) = kustomization.common_annotations.first() {
        let (pairs, specs) = (kustomization.common_annotations.clone(), fields.common_annotations.clone());
        steps.push(Transformer::Annotations { pairs, specs, span: first.origin.span });
    }
    for value in kustomization.patches_json {
        let read = |problems: &mut Vec<Problem>| Patch::decode(value, "patch", library, dir, problems);
        steps.extend(Transformer::patch("PatchJson6902Transformer", value, problems, read));
    }
    let replicas = kustomization.replicas.iter().cloned();
    steps.extend(replicas.map(|replicas| Transformer::Replicas(replicas, fields.replicas.clone())));
    if !kustomization.images.is_empty() {
        steps.push(Transformer::Images(kustomization.images.clone(), fields.images.clone()));
    }
    steps.extend(replacements(kustomization.replacements, library, dir, problems));
    steps
}

/// The replacements in a list, with the files that it names.
pub fn replacements(list: &[Value], library: &Library<'_>, dir: &str, problems: &mut Vec<Problem>) -> Vec<Transformer> {
    let mut steps = Vec::new();
    for value in list {
        let Some(path) = value.get("path").and_then(Value::as_str) else {
            steps.extend(Replacement::decode(value, problems).map(Transformer::Replacement));
            continue;
        };
        let span = value.origin.span;
        if value.get("source").is_some() || value.get("targets").is_some() {
            problems.push(Problem::error(span, "a replacement takes either `path` or `source` and `targets`"));
            continue;
        }
        let documents = library.load(dir, path, span, Dialect::Kubernetes, problems);
        if documents.is_none() {
            let unseen = unseen(format!("replacements `{path}`"), reason(path), span);
            steps.push(Transformer::Unseen(UnseenStep::on_all(unseen)));
        }
        for document in documents.into_iter().flatten() {
            let entries = document.value.as_items().unwrap_or(std::slice::from_ref(&document.value)).iter();
            let decoded = entries.filter_map(|value| Replacement::decode(value, problems));
            steps.extend(decoded.map(Transformer::Replacement).collect::<Vec<_>>());
        }
    }
    steps
}

fn given(located: Option<&Located>) -> Option<&Located> {
    located.filter(|located| !located.text.is_empty())
}
