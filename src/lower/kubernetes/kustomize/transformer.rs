//! The steps that change objects, whether a field of a kustomization or the configuration of a plugin asks
//! for them.

use super::affixes::{self, Affix};
use super::decode::Located;
use super::field_path::FieldSpec;
use super::hash;
use super::images::{self, Image};
use super::labels;
use super::namespace::Namespace;
use super::object::Objects;
use super::order::Order;
use super::patches::Patch;
use super::replacements::Replacement;
use super::replicas::Replicas;
use super::schema::Schemas;
use super::selector::Selector;
use super::unseen::UnseenStep;
use super::value_add::ValueAdd;
use crate::model::{Cause, Text, Value};
use crate::source::{Level, Problem, Span};

/// One step.
#[derive(Clone, Debug)]
pub enum Transformer {
    /// A patch, by the plugin's name.
    Patch(&'static str, Patch),
    /// A namespace.
    Namespace(Namespace),
    /// A prefix or suffix of names.
    Affix {
        /// Which end.
        affix: Affix,
        /// What to add.
        content: Located,
        /// Where.
        specs: Vec<FieldSpec>,
    },
    /// Labels.
    Labels {
        /// The labels.
        pairs: Vec<(Text, Located)>,
        /// Where.
        specs: Vec<FieldSpec>,
        /// What says so.
        span: Span,
    },
    /// Annotations.
    Annotations {
        /// The annotations.
        pairs: Vec<(Text, Located)>,
        /// Where.
        specs: Vec<FieldSpec>,
        /// What says so.
        span: Span,
    },
    /// A number of replicas.
    Replicas(Replicas, Vec<FieldSpec>),
    /// Other images, a plugin for each.
    Images(Vec<Image>, Vec<FieldSpec>),
    /// A value copied between fields.
    Replacement(Replacement),
    /// A value put into fields.
    ValueAdd(ValueAdd),
    /// Hashes behind the names of what is generated.
    Hash,
    /// An order.
    Order(Order),
    /// A step that cannot be read, or would have to be run.
    Unseen(UnseenStep),
}

impl Transformer {
    /// The patch that `read` makes of `entry`, or the step that is missing where it cannot be read.
    pub fn patch(
        plugin: &'static str,
        entry: &Value,
        problems: &mut Vec<Problem>,
        read: impl FnOnce(&mut Vec<Problem>) -> Option<Patch>,
    ) -> Option<Self> {
        let before = problems.len();
        if let Some(patch) = read(problems) {
            return Some(Self::Patch(plugin, patch));
        }
        let is_lost = problems.iter().skip(before).any(|problem| problem.level > Level::Note);
        is_lost.then(|| Self::Unseen(UnseenStep::patch(entry)))
    }

    /// The plugin that does this.
    pub fn plugin(&self) -> &'static str {
        match self {
            Self::Patch(plugin, _) => plugin,
            Self::Namespace(_) => "NamespaceTransformer",
            Self::Affix { affix: Affix::Prefix, .. } => "PrefixTransformer",
            Self::Affix { affix: Affix::Suffix, .. } => "SuffixTransformer",
            Self::Labels { .. } => "LabelTransformer",
            Self::Annotations { .. } => "AnnotationsTransformer",
            Self::Replicas(..) => "ReplicaCountTransformer",
            Self::Images(..) => "ImageTagTransformer",
            Self::Replacement(_) => "ReplacementTransformer",
            Self::ValueAdd(_) => "ValueAddTransformer",
            Self::Hash => "HashTransformer",
            Self::Order(_) => "SortOrderTransformer",
            Self::Unseen(_) => "",
        }
    }

    /// How many plugins do this.
    pub fn plugins(&self) -> usize {
        match self {
            Self::Images(images, _) => images.len(),
            _ => 1,
        }
    }

    /// What a patch is for, where it names a target.
    pub fn target(&self) -> Option<&Selector> {
        match self {
            Self::Patch(_, patch) => patch.target(),
            _ => None,
        }
    }

    /// Whether one plugin takes both steps: all replacements of a kustomization, and all strategic merge patches.
    pub fn is_told_with(&self, next: &Self) -> bool {
        let together = ["ReplacementTransformer", "PatchStrategicMergeTransformer"];
        self.plugin() == next.plugin() && together.contains(&self.plugin())
    }

    /// Changes the objects. `missing` are the causes of what is unseen and may hold what the step needs.
    pub fn apply(&self, objects: &mut Objects, schemas: &Schemas, missing: &[Cause], problems: &mut Vec<Problem>) {
        let outcome = match self {
            Self::Patch(_, patch) => {
                patch.apply(objects, schemas, problems);
                Ok(())
            }
            Self::Namespace(namespace) => namespace.apply(objects),
            Self::Affix { affix, content, specs } => {
                affixes::apply(objects, *affix, &content.text, content.origin.span, specs)
            }
            Self::Labels { pairs, specs, span } => labels::apply(objects, pairs, specs, "label", *span),
            Self::Annotations { pairs, specs, span } => labels::apply(objects, pairs, specs, "annotation", *span),
            Self::Replicas(replicas, specs) => replicas.apply(objects, specs),
            Self::Images(list, specs) => {
                images::apply(list, objects, specs, problems);
                Ok(())
            }
            Self::Replacement(replacement) => replacement.apply(objects, missing),
            Self::ValueAdd(value) => {
                value.apply(objects);
                Ok(())
            }
            Self::Hash => {
                objects.change().iter_mut().filter(|object| object.needs_hash).for_each(hash::apply);
                Ok(())
            }
            Self::Order(order) => {
                order.apply(objects);
                Ok(())
            }
            Self::Unseen(step) => {
                step.apply(objects);
                Ok(())
            }
        };
        problems.extend(outcome.err());
    }
}
