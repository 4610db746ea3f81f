//! The fields of a `kustomization.yaml`.

use super::configuration::{add_specs, field_specs};
use super::decode::{Fields, Located};
use super::field_path::FieldSpec;
use super::generators::{Generator, Kind, Options};
use super::images::Image;
use super::order::Order;
use super::replicas::Replicas;
use super::variables::Variable;
use crate::model::{Text, Value};
use crate::source::{Problem, Span};

/// The names that such a file can have.
pub const FILE_NAMES: [&str; 3] = ["kustomization.yaml", "kustomization.yml", "Kustomization"];

/// What one such file says. Patches, replacements and plugins name files, so they are read when it is built.
#[derive(Clone, Debug, Default)]
pub struct Kustomization<'v> {
    /// Whether it is a component.
    pub is_component: bool,
    /// Files and directories.
    pub resources: Vec<Located>,
    /// Directories of components.
    pub components: Vec<Located>,
    /// Files of further configuration.
    pub configurations: Vec<Located>,
    /// Files of OpenAPI definitions of custom resources.
    pub crds: Vec<Located>,
    /// Plugins that generate: paths, or configurations themselves.
    pub generators: &'v [Value],
    /// Plugins that transform.
    pub transformers: &'v [Value],
    /// Plugins that validate.
    pub validators: &'v [Value],
    /// ConfigMaps and Secrets to generate.
    pub generated: Vec<Generator>,
    /// Strategic merge patches: paths, or patches themselves.
    pub patches_strategic_merge: &'v [Value],
    /// Patches.
    pub patches: &'v [Value],
    /// JSON patches.
    pub patches_json: &'v [Value],
    /// The namespace of everything.
    pub namespace: Option<Located>,
    /// What comes before all names.
    pub name_prefix: Option<Located>,
    /// What comes behind all names.
    pub name_suffix: Option<Located>,
    /// Labels with the fields they go to.
    pub labels: Vec<Labels>,
    /// Labels that go everywhere, selectors included.
    pub common_labels: Vec<(Text, Located)>,
    /// Annotations that go everywhere.
    pub common_annotations: Vec<(Text, Located)>,
    /// Numbers of replicas.
    pub replicas: Vec<Replicas>,
    /// Other images.
    pub images: Vec<Image>,
    /// Values copied between fields.
    pub replacements: &'v [Value],
    /// Values that `$(NAME)` stands for.
    pub variables: Vec<Variable>,
    /// The schema that patches are merged by.
    pub openapi: Option<OpenApi>,
    /// The order of the result.
    pub order: Option<Order>,
    /// What is told of the build in the result.
    pub build_metadata: Vec<Located>,
    /// Fields that need a program or the network, with the place of each.
    pub unsupported: Vec<(&'static str, Span)>,
}

/// An element of `labels`.
#[derive(Clone, Debug)]
pub struct Labels {
    /// The labels.
    pub pairs: Vec<(Text, Located)>,
    /// Whether selectors get them too.
    pub in_selectors: bool,
    /// Whether pod templates get them too.
    pub in_templates: bool,
    /// Further fields.
    pub fields: Vec<FieldSpec>,
    /// Its place.
    pub span: Span,
}

/// The `openapi` field.
#[derive(Clone, Debug, Default)]
pub struct OpenApi {
    /// A file.
    pub path: Option<Located>,
    /// A version that is built into Kustomize.
    pub version: Option<Located>,
}

impl<'v> Kustomization<'v> {
    /// Reads one. `None` when it is none at all.
    pub fn decode(value: &'v Value, problems: &mut Vec<Problem>) -> Option<Self> {
        let span = value.origin.span;
        let mut fields = Fields::of(value, "a kustomization", problems)?;
        let kind = fields.text("kind").filter(|kind| !kind.text.is_empty());
        let version = fields.text("apiVersion").filter(|version| !version.text.is_empty());
        let is_component = kind.as_ref().is_some_and(|kind| kind.text == "Component");
        if let Some(kind) = kind.as_ref().filter(|kind| !is_component && kind.text != "Kustomization") {
            let message = format!("`kind` must be `Kustomization` or `Component`, not `{}`", kind.text);
            fields.problems.push(Problem::error(kind.origin.span, message));
            return None;
        }
        let expected =
            if is_component { "kustomize.config.k8s.io/v1alpha1" } else { "kustomize.config.k8s.io/v1beta1" };
        if let Some(version) = version.filter(|version| version.text != expected) {
            fields.problems.push(Problem::error(version.origin.span, format!("`apiVersion` must be `{expected}`")));
            return None;
        }
        fields.ignore(&["metadata"]);
        let mut resources = fields.texts("resources");
        resources.extend(fields.texts("bases"));
        let mut kustomization = Self { is_component, resources, ..Self::default() };
        kustomization.components = fields.texts("components");
        kustomization.configurations = fields.texts("configurations");
        kustomization.crds = fields.texts("crds");
        kustomization.generators = fields.list("generators");
        kustomization.transformers = fields.list("transformers");
        kustomization.validators = fields.list("validators");
        kustomization.generated = generated(&mut fields);
        kustomization.patches_strategic_merge = fields.list("patchesStrategicMerge");
        kustomization.patches = fields.list("patches");
        kustomization.patches_json = fields.list("patchesJson6902");
        kustomization.namespace = fields.text("namespace");
        kustomization.name_prefix = fields.text("namePrefix");
        kustomization.name_suffix = fields.text("nameSuffix");
        kustomization.labels = each(&mut fields, "labels", Labels::decode);
        kustomization.common_labels = fields.pairs("commonLabels");
        kustomization.common_annotations = fields.pairs("commonAnnotations");
        kustomization.replicas = each(&mut fields, "replicas", Replicas::decode);
        kustomization.images = each(&mut fields, "images", Image::decode);
        kustomization.images.extend(each(&mut fields, "imageTags", Image::decode));
        kustomization.replacements = fields.list("replacements");
        kustomization.variables = each(&mut fields, "vars", Variable::decode);
        kustomization.openapi = fields.value("openapi").and_then(|value| OpenApi::decode(value, fields.problems));
        kustomization.order = fields.value("sortOptions").and_then(|value| order(value, fields.problems));
        kustomization.build_metadata = fields.texts("buildMetadata");
        fields.ignore(&["helmGlobals"]);
        for name in ["helmCharts", "helmChartInflationGenerator"] {
            let charts = fields.list(name);
            kustomization.unsupported.extend(charts.iter().map(|chart| (name, chart.origin.span)));
        }
        fields.finish();
        kustomization.check_options(span, problems);
        Some(kustomization)
    }

    fn check_options(&self, span: Span, problems: &mut Vec<Problem>) {
        const KNOWN: [&str; 3] = ["managedByLabel", "originAnnotations", "transformerAnnotations"];
        for option in self.build_metadata.iter().filter(|option| !KNOWN.contains(&option.text.as_str())) {
            let message = format!("`{}` is no option of `buildMetadata`; it takes {}", option.text, KNOWN.join(", "));
            problems.push(Problem::error(option.origin.span, message));
        }
        if self.is_component && self.order.is_some() {
            problems.push(Problem::note(span, "`sortOptions` of a component have no effect"));
        }
    }

    /// Whether it says nothing that could give an object.
    pub fn is_empty(value: &Value) -> bool {
        let fields = value.as_mapping().into_iter().flat_map(|mapping| &mapping.entries);
        let filled = |value: &Value| match value.as_items() {
            Some(items) => !items.is_empty(),
            None => !value.is_null() && value.as_str() != Some(""),
        };
        !fields
            .into_iter()
            .any(|(key, value)| !matches!(key.as_str(), "apiVersion" | "kind" | "metadata") && filled(value))
    }
}

/// The elements of a list that may be absent, as far as they can be read.
fn each<'v, T>(
    fields: &mut Fields<'v, '_>,
    name: &'static str,
    decode: impl Fn(&'v Value, &mut Vec<Problem>) -> Option<T>,
) -> Vec<T> {
    let list = fields.list(name);
    list.iter().filter_map(|value| decode(value, fields.problems)).collect()
}

fn generated(fields: &mut Fields<'_, '_>) -> Vec<Generator> {
    let common = fields.value("generatorOptions").and_then(|value| Options::decode(value, fields.problems));
    let common = common.unwrap_or_default();
    let mut generated = Vec::new();
    for kind in [Kind::ConfigMap, Kind::Secret] {
        let list = fields.list(kind.field());
        generated.extend(list.iter().filter_map(|value| Generator::decode(value, kind, &common, fields.problems)));
    }
    generated
}

impl Labels {
    fn decode(value: &Value, problems: &mut Vec<Problem>) -> Option<Self> {
        let mut fields = Fields::of(value, "an element of `labels`", problems)?;
        let labels = Self {
            pairs: fields.pairs("pairs"),
            in_selectors: fields.truth("includeSelectors").unwrap_or_default(),
            in_templates: fields.truth("includeTemplates").unwrap_or_default(),
            fields: field_specs(&mut fields, "fields"),
            span: value.origin.span,
        };
        fields.finish();
        Some(labels)
    }

    /// All fields that they go to, where `common` and `templates` are the configured ones.
    pub fn specs(&self, common: &[FieldSpec], templates: &[FieldSpec]) -> Result<Vec<FieldSpec>, Problem> {
        let metadata = FieldSpec {
            gvk: super::identity::GroupVersionKind::default(),
            path: "metadata/labels".into(),
            create: true,
        };
        let mut specs = self.fields.clone();
        let added = if self.in_selectors {
            add_specs(&mut specs, common)
        } else {
            let templates = if self.in_templates { templates } else { &[] };
            add_specs(&mut specs, templates).and(add_specs(&mut specs, &[metadata]))
        };
        added.map_err(|path| {
            let message = format!("`{path}` is made where it is absent by one field spec, but not by another");
            Problem::error(self.span, message)
        })?;
        Ok(specs)
    }
}

impl OpenApi {
    fn decode(value: &Value, problems: &mut Vec<Problem>) -> Option<Self> {
        let mut fields = Fields::of(value, "`openapi`", problems)?;
        let openapi = Self { path: fields.text("path"), version: fields.text("version") };
        fields.finish();
        Some(openapi)
    }
}

/// Reads `sortOptions`.
pub fn order(value: &Value, problems: &mut Vec<Problem>) -> Option<Order> {
    let mut fields = Fields::of(value, "`sortOptions`", problems)?;
    let name = fields.text("order");
    let legacy = fields.value("legacySortOptions");
    let order = match name.as_ref().map(|name| name.text.as_str()) {
        Some("fifo") if legacy.is_none() => Some(Order::FirstInFirstOut),
        Some("legacy") => legacy.map_or_else(
            || Some(Order::default()),
            |legacy| {
                let mut fields = fields.nested(legacy, "`legacySortOptions`")?;
                let mut kinds = |name| fields.texts(name).into_iter().map(|kind| kind.text).collect();
                let order = Order::Legacy { first: kinds("orderFirst"), last: kinds("orderLast") };
                fields.finish();
                Some(order)
            },
        ),
        _ => None,
    };
    fields.finish();
    if order.is_none() {
        let message = "`order` must be `legacy` or `fifo`, and only `legacy` takes `legacySortOptions`";
        problems.push(Problem::error(value.origin.span, message));
    }
    order
}
