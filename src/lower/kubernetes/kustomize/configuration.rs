//! Which fields the transformers change: the defaults, what `configurations` add, what `crds` add.

use super::decode::Fields;
use super::default_fields as defaults;
use super::field_path::FieldSpec;
use super::identity::GroupVersionKind;
use crate::model::Value;
use crate::source::Problem;
use std::sync::{Arc, LazyLock};

/// Where objects of some kinds are referred to by name.
#[derive(Clone, Debug)]
pub struct NameReference {
    /// The kinds referred to.
    pub target: GroupVersionKind,
    /// The fields that refer.
    pub referrers: Vec<FieldSpec>,
}

/// The fields that each transformer changes.
#[derive(Clone, Debug, Default)]
pub struct Configuration {
    /// `namePrefix`
    pub name_prefix: Vec<FieldSpec>,
    /// `nameSuffix`
    pub name_suffix: Vec<FieldSpec>,
    /// `namespace`
    pub namespace: Vec<FieldSpec>,
    /// `commonLabels`, and `labels` with selectors.
    pub common_labels: Vec<FieldSpec>,
    /// `labels` with templates.
    pub template_labels: Vec<FieldSpec>,
    /// `commonAnnotations`
    pub common_annotations: Vec<FieldSpec>,
    /// `images`
    pub images: Vec<FieldSpec>,
    /// `replicas`
    pub replicas: Vec<FieldSpec>,
    /// `vars`
    pub var_references: Vec<FieldSpec>,
    /// Names of other objects.
    pub name_references: Vec<NameReference>,
}

impl Configuration {
    /// What counts when nobody configures anything. Nearly every build shares it.
    pub fn standard() -> &'static Arc<Self> {
        static STANDARD: LazyLock<Arc<Configuration>> = LazyLock::new(|| Arc::new(Configuration::of_defaults()));
        &STANDARD
    }

    fn of_defaults() -> Self {
        let specs = |table| defaults::specs(table).collect::<Vec<_>>();
        let mut common_labels = specs(defaults::SELECTOR_LABELS);
        common_labels.extend(defaults::specs(defaults::TEMPLATE_LABELS));
        let name_references = defaults::NAME_REFERENCES
            .iter()
            .map(|(target, table)| NameReference { target: defaults::kind_pattern(target), referrers: specs(table) })
            .collect();
        Self {
            name_prefix: specs(defaults::NAME_PREFIX),
            name_suffix: specs(defaults::NAME_SUFFIX),
            namespace: specs(defaults::NAMESPACE),
            common_labels,
            template_labels: specs(defaults::TEMPLATE_LABELS),
            common_annotations: specs(defaults::COMMON_ANNOTATIONS),
            images: specs(defaults::IMAGES),
            replicas: specs(defaults::REPLICAS),
            var_references: specs(defaults::VAR_REFERENCES),
            name_references,
        }
    }

    /// Reads a file of `configurations`.
    pub fn decode(value: &Value, problems: &mut Vec<Problem>) -> Self {
        let mut configuration = Self::default();
        let Some(mut fields) = Fields::of(value, "a transformer configuration", problems) else { return configuration };
        configuration.name_prefix = field_specs(&mut fields, "namePrefix");
        configuration.name_suffix = field_specs(&mut fields, "nameSuffix");
        configuration.namespace = field_specs(&mut fields, "namespace");
        configuration.common_labels = field_specs(&mut fields, "commonLabels");
        configuration.common_labels.extend(field_specs(&mut fields, "labels"));
        configuration.template_labels = field_specs(&mut fields, "templateLabels");
        configuration.common_annotations = field_specs(&mut fields, "commonAnnotations");
        configuration.images = field_specs(&mut fields, "images");
        configuration.replicas = field_specs(&mut fields, "replicas");
        configuration.var_references = field_specs(&mut fields, "varReference");
        for entry in fields.list("nameReference") {
            let Some(mut fields) = fields.nested(entry, "a name reference") else { continue };
            let target = kind_fields(&mut fields);
            let referrers = field_specs(&mut fields, "fieldSpecs");
            fields.finish();
            configuration.name_references.push(NameReference { target, referrers });
        }
        fields.finish();
        configuration
    }

    /// Adds what `other` has besides to `own`, which may be nothing yet.
    pub fn join(own: &mut Option<Arc<Self>>, other: &Arc<Self>) -> Result<(), String> {
        match own {
            None if Arc::ptr_eq(other, Self::standard()) => {
                *own = Some(Arc::clone(other));
                Ok(())
            }
            Some(own) if Arc::ptr_eq(own, other) => Ok(()),
            _ => Arc::make_mut(own.get_or_insert_default()).merge(other),
        }
    }

    /// Adds what `other` has besides. Two that differ only in whether the field is made contradict one another:
    /// the first counts, and the path is given.
    pub fn merge(&mut self, other: &Self) -> Result<(), String> {
        let lists = [
            (&mut self.name_prefix, &other.name_prefix),
            (&mut self.name_suffix, &other.name_suffix),
            (&mut self.namespace, &other.namespace),
            (&mut self.common_labels, &other.common_labels),
            (&mut self.template_labels, &other.template_labels),
            (&mut self.common_annotations, &other.common_annotations),
            (&mut self.images, &other.images),
            (&mut self.replicas, &other.replicas),
            (&mut self.var_references, &other.var_references),
        ];
        let mut result = Ok(());
        for (own, others) in lists {
            result = result.and(add_specs(own, others));
            // Those for all kinds come last, so that more of them are left out where this is merged again.
            own.sort_by_key(|spec| spec.gvk == GroupVersionKind::default());
        }
        for reference in &other.name_references {
            match self.name_references.iter_mut().find(|own| own.target == reference.target) {
                Some(own) => result = result.and(add_specs(&mut own.referrers, &reference.referrers)),
                None => self.name_references.push(reference.clone()),
            }
        }
        result
    }
}

/// Adds those of `others` that are not in `own`: one for more kinds is left out, too.
pub fn add_specs(own: &mut Vec<FieldSpec>, others: &[FieldSpec]) -> Result<(), String> {
    let mut result = Ok(());
    for spec in others {
        match own.iter().find(|known| known.gvk.is_selected_by(&spec.gvk) && known.path == spec.path) {
            Some(known) if known.create == spec.create => {}
            Some(_) => result = Err(spec.path.to_string()),
            None => own.push(spec.clone()),
        }
    }
    result
}

/// The field specs in the list at `name`.
pub fn field_specs(fields: &mut Fields<'_, '_>, name: &'static str) -> Vec<FieldSpec> {
    let mut specs = Vec::new();
    for entry in fields.list(name) {
        let Some(mut fields) = fields.nested(entry, "a field spec") else { continue };
        let gvk = kind_fields(&mut fields);
        let path = fields.text("path").map(|path| path.text).unwrap_or_default();
        let create = fields.truth("create").unwrap_or_default();
        fields.finish();
        specs.push(FieldSpec { gvk, path, create });
    }
    specs
}

/// `group`, `version` and `kind`.
pub fn kind_fields(fields: &mut Fields<'_, '_>) -> GroupVersionKind {
    let mut part = |name| fields.text(name).map(|located| located.text).unwrap_or_default();
    GroupVersionKind { group: part("group"), version: part("version"), kind: part("kind") }
}
