//! The configurations of `generators`, `transformers` and `validators`, as far as their plugins are built
//! into Kustomize.

use super::affixes::Affix;
use super::configuration::field_specs;
use super::decode::{Fields, Located};
use super::generators::{Generator, Kind, Options};
use super::images::Image;
use super::library::Library;
use super::namespace::{Namespace, Subjects};
use super::object::{Object, annotation, mapping_at, text};
use super::order::Order;
use super::patches::Patch;
use super::replicas::Replicas;
use super::transformer::Transformer;
use super::value_add::ValueAdd;
use crate::model::{HopKind, Mapping, Origin, Value};
use crate::source::{Problem, Span};

/// The kind of a built-in plugin that an object configures; a problem when it is another.
pub fn builtin_kind(object: &Value, problems: &mut Vec<Problem>) -> Option<String> {
    let field = |name| object.get(name).and_then(Value::as_str);
    let kind = field("kind").unwrap_or_default();
    let is_function = annotation(object, "config.kubernetes.io/function").is_some();
    if field("apiVersion") == Some("builtin") && !is_function && kind != "HelmChartInflationGenerator" {
        return Some(kind.to_owned());
    }
    let message = format!("`{kind}` is a plugin that has to be run, which is never done; its effect is unknown");
    problems.push(Problem::warning(object.origin.span, message));
    None
}

/// The object that a built-in generator makes.
pub fn generate(
    configuration: &Value,
    kind: &str,
    library: &Library<'_>,
    dir: &str,
    problems: &mut Vec<Problem>,
) -> Option<Object> {
    let span = configuration.origin.span;
    let mut fields = Fields::of(configuration, "a generator", problems)?;
    let (name, namespace) = metadata(&mut fields);
    let generated = match kind {
        "ConfigMapGenerator" => Kind::ConfigMap,
        "SecretGenerator" => Kind::Secret,
        "IAMPolicyGenerator" => return service_account(&mut fields, span),
        _ => {
            fields.problems.push(no_plugin(kind, span));
            return None;
        }
    };
    let generator = Generator::read(&mut fields, generated, name, namespace, &Options::default(), span)?;
    Some(generator.generate(library, dir, problems))
}

/// The steps of a built-in transformer.
pub fn transformers(
    configuration: &Value,
    kind: &str,
    library: &Library<'_>,
    dir: &str,
    problems: &mut Vec<Problem>,
) -> Option<Vec<Transformer>> {
    let span = configuration.origin.span;
    let mut fields = Fields::of(configuration, "a transformer", problems)?;
    let fields = &mut fields;
    let affix = |fields: &mut Fields<'_, '_>, affix, name| {
        let content = fields.text(name)?;
        let specs = field_specs(fields, "fieldSpecs");
        Some(Transformer::Affix { affix, content, specs })
    };
    let single = match kind {
        "PrefixTransformer" => affix(fields, Affix::Prefix, "prefix")?,
        "SuffixTransformer" => affix(fields, Affix::Suffix, "suffix")?,
        "PrefixSuffixTransformer" => {
            let prefix = affix(fields, Affix::Prefix, "prefix");
            return Some(prefix.into_iter().chain(affix(fields, Affix::Suffix, "suffix")).collect());
        }
        "NamespaceTransformer" => Transformer::Namespace(namespace(fields, span)?),
        "LabelTransformer" => {
            let pairs = fields.lenient_pairs("labels");
            Transformer::Labels { pairs, specs: field_specs(fields, "fieldSpecs"), span }
        }
        "AnnotationsTransformer" => {
            let pairs = fields.lenient_pairs("annotations");
            Transformer::Annotations { pairs, specs: field_specs(fields, "fieldSpecs"), span }
        }
        "ImageTagTransformer" => {
            let image = Image::decode(fields.value("imageTag")?, fields.problems)?;
            Transformer::Images(vec![image], field_specs(fields, "fieldSpecs"))
        }
        "ReplicaCountTransformer" => {
            let replicas = Replicas::decode(fields.value("replica")?, fields.problems)?;
            Transformer::Replicas(replicas, field_specs(fields, "fieldSpecs"))
        }
        "PatchTransformer" => Transformer::Patch(
            "PatchTransformer",
            Patch::decode(configuration, "patch", library, dir, fields.problems)?,
        ),
        "PatchJson6902Transformer" => {
            let patch = Patch::decode(configuration, "jsonOp", library, dir, fields.problems)?;
            Transformer::Patch("PatchJson6902Transformer", patch)
        }
        "PatchStrategicMergeTransformer" => return Some(strategic(fields, span, library, dir)),
        "ReplacementTransformer" => {
            let list = fields.list("replacements");
            return Some(super::steps::replacements(list, library, dir, fields.problems));
        }
        "ValueAddTransformer" => Transformer::ValueAdd(ValueAdd::read(fields, library, dir)?),
        "HashTransformer" => Transformer::Hash,
        "LegacyOrderTransformer" => Transformer::Order(Order::default()),
        _ => {
            fields.problems.push(no_plugin(kind, span));
            return None;
        }
    };
    Some(vec![single])
}

fn no_plugin(kind: &str, span: Span) -> Problem {
    Problem::error(span, format!("`{kind}` is no built-in plugin of Kustomize"))
}

fn metadata(fields: &mut Fields<'_, '_>) -> (Option<Located>, Option<Located>) {
    let Some(metadata) = fields.value("metadata") else { return (None, None) };
    let Some(mut fields) = fields.nested(metadata, "metadata") else { return (None, None) };
    (fields.text("name"), fields.text("namespace"))
}

fn strategic(fields: &mut Fields<'_, '_>, span: Span, library: &Library<'_>, dir: &str) -> Vec<Transformer> {
    let mut patches = Vec::new();
    let paths = fields.list("paths").iter();
    let inline = fields.value("patches").into_iter().filter(|text| !text.as_str().is_some_and(str::is_empty));
    let all: Vec<&Value> = paths.chain(inline).collect();
    if all.is_empty() {
        fields.problems.push(Problem::error(span, "a strategic merge patch needs `paths` or `patches`"));
    }
    for value in all {
        let read = |problems: &mut Vec<Problem>| Patch::decode_strategic(value, library, dir, problems);
        patches.extend(Transformer::patch("PatchStrategicMergeTransformer", value, fields.problems, read));
    }
    patches
}

fn namespace(fields: &mut Fields<'_, '_>, span: Span) -> Option<Namespace> {
    let (_, name) = metadata(fields);
    let subjects = match fields.text("setRoleBindingSubjects").as_ref().map(|subjects| subjects.text.as_str()) {
        None | Some("" | "defaultOnly") => Subjects::Default,
        Some("allServiceAccounts") => Subjects::ServiceAccounts,
        Some("none") => Subjects::Never,
        Some(other) => {
            let message = format!(
                "`setRoleBindingSubjects` must be `defaultOnly`, `allServiceAccounts` or `none`, not `{other}`"
            );
            fields.problems.push(Problem::error(span, message));
            return None;
        }
    };
    let unset_only = fields.truth("unsetOnly").unwrap_or_default();
    let specs = field_specs(fields, "fieldSpecs");
    let (name, name_span) = name.map_or_else(Default::default, |name| (name.text.to_string(), Some(name.origin.span)));
    Some(Namespace { name, span: name_span.unwrap_or(span), unset_only, subjects, specs })
}

/// The Kubernetes service account of `IAMPolicyGenerator`.
fn service_account(fields: &mut Fields<'_, '_>, span: Span) -> Option<Object> {
    let hop = || HopKind::Generator("`IAMPolicyGenerator`".into());
    let origin = Origin::at(span).read_at(span, hop());
    let nested = |fields: &mut Fields<'_, '_>, name: &str, part: &'static str| {
        let value = fields.value(name)?;
        fields.nested(value, "a service account")?.text(part)
    };
    let name = nested(fields, "kubernetesService", "name")?;
    let namespace = nested(fields, "kubernetesService", "namespace");
    let account = nested(fields, "serviceAccount", "name")?;
    let project = nested(fields, "serviceAccount", "projectId")?;
    let put = |located: &Located| text(located.text.clone(), located.origin.read_at(located.origin.span, hop()));
    let mut metadata = Mapping::object(vec![("name".into(), put(&name))], Some(span));
    if let Some(namespace) = namespace {
        metadata.set("namespace", put(&namespace));
    }
    let address = format!("{}@{}.iam.gserviceaccount.com", account.text, project.text);
    mapping_at(&mut metadata, "annotations", &origin)?
        .set("iam.gke.io/gcp-service-account", text(address, origin.clone()));
    let metadata = Value::object(metadata.entries, span).with_origin(origin.clone());
    let entries = vec![
        ("apiVersion".into(), text("v1", origin.clone())),
        ("kind".into(), text("ServiceAccount", origin.clone())),
        ("metadata".into(), metadata),
    ];
    Some(Object::new(Value::object(entries, span).with_origin(origin), span))
}
