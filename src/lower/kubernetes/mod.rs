//! Kubernetes manifests to resources.
//!
//! Owns what makes a YAML or JSON file a manifest, the objects in it, and the pods and containers in the
//! objects. Knows no check, and no cluster: an object is what its file says.

mod chart_inputs;
mod chart_ledger;
mod chart_objects;
mod chart_parts;
mod chart_reading;
mod chart_use;
mod chart_users;
mod chart_values;
mod charts;
mod custom_kinds;
mod custom_schema;
mod fields;
mod fragment;
mod head;
pub mod helm;
pub mod kustomize;
mod kustomize_charts;
mod manifest;
mod object;
mod overlay;
mod pod;
mod rendered;
mod resource;
mod step;
mod terraform;
mod terraform_releases;
mod unit;

pub use chart_inputs::{ChartInputs, ChartSet};
pub use custom_kinds::add_custom_problems;
pub use helm::chart::{KubeVersion, SetKind};
pub(super) use manifest::is_part_of_chart;
pub use object::{Content, Foreign, Object, objects};
pub use resource::add_object;
use resource::{Placement, add_placed};
pub use terraform::add_described;
pub use terraform_releases::add_releases;

use super::{DependsOn, Frontend, FrontendInput, Inputs, Parsed, UnitPlan};
use crate::discover::Candidate;
use crate::model::{Call, Format, LackedInput, Lowered, Owns, Reads, SettableInput, Unit, UnitId, Unseen};
use crate::source::{Files, Kind, LedgerEntry, Problem, SourceId, Sources, Status, parent};
use chart_values::GivenValues;
use charts::{LowerInput, PlannedCharts, PlannedInstallation};
use overlay::Overlays;
use rayon::prelude::*;
use std::collections::BTreeSet;
use std::sync::Arc;
use unit::OfFile;

/// The format. Its units are the kustomizations and charts that nothing else uses, and the plain manifests of a
/// directory.
pub struct Kubernetes;

impl Frontend for Kubernetes {
    fn kinds(&self) -> &'static [Kind] {
        &[Kind::Yaml, Kind::Json, Kind::Kustomization, Kind::Helm, Kind::RenderedChart]
    }

    fn read<'t>(&self, input: FrontendInput<'t>) -> Box<dyn Parsed + 't> {
        Box::new(Parts::read(&input))
    }
}

/// The tree with its units.
struct Parts<'t> {
    files: &'t dyn Files,
    sources: &'t Sources,
    directory: &'t str,
    plans: Vec<UnitPlan>,
    manifests: Manifests,
    /// Their plans follow those of the manifests.
    charts: PlannedCharts,
}

/// The objects of a tree, overlays built.
#[derive(Default)]
struct Manifests {
    /// By number of the plan.
    units: Vec<PlannedObjects>,
    problems: Vec<Problem>,
    ledger: Vec<LedgerEntry>,
}

/// The objects of one unit.
struct PlannedObjects {
    path: String,
    owns: Owns,
    /// The files that they were made from.
    sources: Vec<SourceId>,
    objects: Vec<Object>,
    /// What belongs to the unit and is not here.
    unseen: Vec<Unseen>,
}

impl<'t> Parts<'t> {
    fn read(input: &FrontendInput<'t>) -> Self {
        let overlays = overlay::overlays(input);
        let mut charts = charts::charts(input, &overlays.consumed);
        let mut manifests = Manifests::plain(input, &overlays, &charts.consumed);
        let Overlays { mut units, mut problems, mut ledger, .. } = overlays;
        units.append(&mut manifests.units);
        problems.append(&mut manifests.problems);
        charts.plan(input, &units.iter().flat_map(|unit| &unit.objects).collect::<Vec<_>>());
        problems.append(&mut charts.problems);
        ledger.append(&mut manifests.ledger);
        let plan = |(index, (path, depends_on)): (usize, (&String, DependsOn))| UnitPlan {
            index,
            path: path.clone(),
            depends_on,
        };
        let objects = units.iter().map(|unit| (&unit.path, DependsOn::Nothing));
        let rendered = charts.units.iter().map(|unit| (&unit.path, DependsOn::Charts));
        let plans = objects.chain(rendered).enumerate().map(plan).collect();
        let manifests = Manifests { units, problems, ledger };
        let FrontendInput { files, sources, directory, .. } = *input;
        Self { files, sources, directory, plans, manifests, charts }
    }

    /// The installation that a plan stands for, where it does.
    fn chart(&self, plan: &UnitPlan) -> Option<&PlannedInstallation> {
        plan.index.checked_sub(self.manifests.units.len()).and_then(|at| self.charts.units.get(at))
    }
}

impl Manifests {
    /// The candidates that stand for themselves. What belongs to a kustomization is not judged here and gets no line in
    /// the ledger.
    fn plain(input: &FrontendInput<'_>, overlays: &Overlays, of_charts: &BTreeSet<String>) -> Self {
        let stands_alone = |file: &&Candidate| match file.kind {
            Kind::Kustomization => overlays.foreign.contains(&file.path),
            _ => !overlays.consumed.contains(&file.path) && !of_charts.contains(&file.path),
        };
        let candidates = input.candidates.par_iter().filter(stands_alone);
        let manifests: Vec<_> = candidates
            .map(|file| {
                if input.taken.contains(&file.path) {
                    return manifest::Manifest::evaluated_elsewhere(&file.path);
                }
                let mut manifest = manifest::read(input.files, input.sources, &file.path, file.kind);
                if file.kind == Kind::RenderedChart {
                    manifest.problems.extend(rendered::place(&mut manifest.objects, input));
                }
                match overlays.reason_to_leave_out(&file.path, &manifest.objects) {
                    Some(reason) => manifest.left_out(reason),
                    None => manifest,
                }
            })
            .collect();
        let (mut read, mut files) = (Self::default(), Vec::new());
        for manifest in manifests {
            let unseen = manifest.unseen.filter(|_| !overlays.governs(parent(&manifest.ledger.file)));
            if !manifest.objects.is_empty() || unseen.is_some() {
                files.push(OfFile { path: manifest.ledger.file.clone(), objects: manifest.objects, unseen });
            }
            read.ledger.push(manifest.ledger);
            read.problems.extend(manifest.problems);
        }
        files.extend(input.left_out.iter().filter_map(|entry| unread(input, entry)));
        files.sort_by(|a, b| a.path.cmp(&b.path));
        for (path, files) in unit::units(files, input.apart) {
            let sources = files.iter().filter_map(|file| input.sources.of_file(&file.path)).collect();
            let (mut objects, mut unseen) = (Vec::new(), Vec::new());
            for file in files {
                objects.extend(file.objects);
                unseen.extend(file.unseen);
            }
            if !objects.is_empty() {
                read.units.push(PlannedObjects { path, owns: Owns::Files, sources, objects, unseen });
            }
        }
        read
    }
}

/// What discovery could not read, where it may hold manifests.
fn unread(input: &FrontendInput<'_>, entry: &LedgerEntry) -> Option<OfFile> {
    let is_directory = entry.kind == Kind::Directory;
    let may_hold = is_directory || matches!(entry.kind, Kind::Yaml | Kind::Json | Kind::Kubernetes);
    if entry.status != Status::Failed || !may_hold {
        return None;
    }
    let path = if is_directory { format!("{}/", entry.file) } else { entry.file.clone() };
    let what = if is_directory { "directory" } else { "file" };
    let unseen = Some(manifest::unread(input.sources, what, &entry.file));
    Some(OfFile { path, objects: Vec::new(), unseen })
}

impl Parsed for Parts<'_> {
    fn plans(&self) -> &[UnitPlan] {
        &self.plans
    }

    fn lower(&self, plans: &[&UnitPlan], inputs: &Inputs) -> Vec<Lowered> {
        let inputs = inputs.charts.seen_from_root(self.directory);
        let given = GivenValues::read(self.files, self.sources, self.directory, &inputs);
        let input = LowerInput { usual: &given, files: self.files };
        let unit = |plan: &&UnitPlan| {
            if let Some(unit) = self.manifests.units.get(plan.index) {
                return unit.lower();
            }
            self.chart(plan).map(|chart| self.charts.lower(chart, &input)).unwrap_or_default()
        };
        plans.par_iter().map(unit).collect()
    }

    fn settable(&self, plan: &UnitPlan, lacked: &LackedInput, inputs: &Inputs) -> Option<SettableInput> {
        let usual = inputs.charts.seen_from_root(self.directory);
        self.chart(plan)?.settable(lacked, &usual)
    }

    fn finish(&self, _: &Inputs, lowered: &mut Lowered) {
        lowered.problems.extend(self.manifests.problems.iter().cloned());
        lowered.ledger.extend(self.manifests.ledger.iter().cloned());
    }
}

impl PlannedObjects {
    fn lower(&self) -> Lowered {
        let mut lowered = Lowered::default();
        let reads = Reads { sources: self.sources.clone(), ..Reads::default() };
        let (owns, unseen) = (self.owns, self.unseen.clone());
        let unit = Unit { owns, reads, unseen, ..Unit::new(Format::Kubernetes, self.path.as_str()) };
        let unit = lowered.add_unit(unit);
        for object in &self.objects {
            add_object(&mut lowered, unit, object.clone());
        }
        lowered
    }
}

/// Adds the resources of an object that a chart gave, which a dependency may have brought.
fn add_placed_object(lowered: &mut Lowered, unit: UnitId, object: Object, call: Option<Arc<Call>>) {
    let (format, has_places) = (Format::Kubernetes, true);
    let placement = Placement { format, address: None, owner: None, unit, call, doubt: None, has_places };
    add_placed(lowered, &placement, object);
}

#[cfg(test)]
mod tests {
    use crate::discover::Memory;
    use crate::lower::{Inputs, lower};
    use crate::model::{Lowered, Resource, Value};
    use crate::source::{Kind, Sources, Status};

    fn lowered(files: &[(&str, &str)]) -> (Lowered, Sources) {
        let tree = Memory::tree(files.iter().copied());
        let sources = Sources::default();
        (lower(&tree, &sources, &Inputs::default()), sources)
    }

    fn shown(lowered: &Lowered) -> Vec<String> {
        lowered.resources.iter().map(|resource| format!("{} {}", resource.type_name, resource.address)).collect()
    }

    fn text(sources: &Sources, span: crate::source::Span) -> String {
        sources.get(span.source).slice(span).to_owned()
    }

    fn meta<'a>(resource: &'a Resource, name: &str) -> Option<&'a str> {
        resource.meta.get(name).and_then(Value::as_str)
    }

    const DEPLOYMENT: &str = "\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  namespace: shop
spec:
  template:
    metadata:
      labels: {app: web}
    spec:
      securityContext:
        runAsNonRoot: true
      initContainers:
      - name: init
        image: a
      - name: proxy
        image: b
        restartPolicy: Always
      containers:
      - image: c
        name: app
";

    #[test]
    fn a_workload_yields_its_pod_and_its_containers() {
        let (lowered, sources) = lowered(&[("web.yaml", DEPLOYMENT)]);
        assert_eq!(
            shown(&lowered),
            [
                "Deployment Deployment/shop/web",
                "pod Deployment/shop/web/pod",
                "container Deployment/shop/web/container/app",
                "container Deployment/shop/web/container/init",
                "container Deployment/shop/web/container/proxy",
            ]
        );
        let [workload, pod, app, init, proxy] = lowered.resources.as_slice() else { panic!() };
        assert!(workload.families.contains(&"workload"));
        assert_eq!(pod.owner.map(|owner| owner.0), Some(0));
        assert_eq!(app.owner.map(|owner| owner.0), Some(1));
        let kinds = [app, init, proxy].map(|container| meta(container, "container_kind").unwrap());
        assert_eq!(kinds, ["container", "init", "sidecar"]);
        assert_eq!(meta(app, "namespace"), Some("shop"));
        assert_eq!(pod.meta.get("labels").and_then(|labels| labels.get("app")).and_then(Value::as_str), Some("web"));
        let header = |value: &Value| text(&sources, value.as_mapping().unwrap().header.unwrap());
        assert_eq!(header(pod.attrs.get("securityContext").unwrap()), "securityContext");
        assert_eq!((header(&pod.attrs), header(&app.attrs)), ("spec".into(), "image".into()));
        assert_eq!(text(&sources, workload.header), "kind: Deployment");
        assert_eq!(text(&sources, app.block), "image: c\n        name: app");
        assert_eq!(text(&sources, app.attrs.get("image").unwrap().origin.span), "c");
    }

    #[test]
    fn pods_are_found_where_the_api_has_them_else_by_shape_and_not_in_schemas() {
        let rollout = DEPLOYMENT.replace("apps/v1", "argoproj.io/v1alpha1").replace("Deployment", "Rollout");
        let job = "apiVersion: kubeflow.org/v1\nkind: TFJob\nmetadata: {name: t}\nspec:\n  tfReplicaSpecs:\n    \
                   Worker: {template: {spec: {containers: [{image: a, name: w}]}}}\n    \
                   Chief: {template: {spec: {containers: [{image: a, name: w}]}}}\n";
        let schema = "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: c}\n\
                      spec: {default: {spec: {containers: [{name: a, image: b}]}}}\n";
        let partial = "apiVersion: x.io/v1\nkind: Search\nmetadata: {name: s}\n\
                       spec: {podTemplate: {spec: {containers: [{name: search}]}}}\n";
        let bare = "apiVersion: v1\nkind: Pod\nmetadata: {generateName: p-}\nspec: {containers: [{}]}\n";
        let config = "apiVersion: apps.openshift.io/v1\nkind: DeploymentConfig\nmetadata: {name: d}\n\
                      spec: {template: {spec: {hostPID: true}}}\n";
        let (lowered, _) = lowered(&[
            ("a.yaml", &rollout),
            ("b.yaml", job),
            ("c.yaml", schema),
            ("d.yaml", partial),
            ("e.yaml", bare),
            ("f.yaml", config),
        ]);
        let shown = shown(&lowered);
        let pods: Vec<_> = shown.iter().filter(|line| line.starts_with("pod ")).collect();
        assert_eq!(
            pods,
            [
                "pod Rollout/shop/web/pod",
                "pod TFJob/t/spec.tfReplicaSpecs.Chief.template/pod",
                "pod TFJob/t/spec.tfReplicaSpecs.Worker.template/pod",
                "pod Pod/p-/pod",
                "pod DeploymentConfig/d/pod"
            ]
        );
    }

    #[test]
    fn the_ledger_tells_what_each_file_is() {
        let (lowered, _) = lowered(&[
            ("chart/Chart.yaml", "apiVersion: v2\nname: c\nversion: 1.0.0\n"),
            ("chart/crds/crd.yaml", "apiVersion: v1\nkind: A\nmetadata: {name: a}\n"),
            ("chart/templates/web.yaml", DEPLOYMENT),
            ("chart/templates/wrong.yaml", "apiVersion: v1\nkind: {{ .Values.a.b.c }}\n"),
            ("chart/values.yaml", "a: {}\n"),
            ("chart/values-prod.yaml", "a: {}\n"),
            (".github/workflows/ci.yml", "on: push\njobs: {}\n"),
            ("broken.yaml", "apiVersion: v1\nkind: A\n  b: c\n"),
            ("compose.yaml", "services: {web: {image: nginx}}\n"),
            ("half.yaml", "apiVersion: v1\nkind: A\nmetadata: {name: a}\n---\napiVersion: v1\nkind: [\n"),
            ("playbook.yaml", "- hosts: all\n"),
            ("template.yaml", "apiVersion: v1\nkind: A\nmetadata: {name: {{ x }}}\n"),
            ("text.yaml", "a: b: c\n"),
        ]);
        let entries: Vec<_> =
            lowered.ledger.iter().map(|entry| (entry.file.as_str(), entry.kind, entry.status)).collect();
        assert_eq!(
            entries,
            [
                ("chart/Chart.yaml", Kind::Helm, Status::Evaluated),
                ("chart/crds/crd.yaml", Kind::Kubernetes, Status::Evaluated),
                ("chart/templates/web.yaml", Kind::Helm, Status::Evaluated),
                ("chart/templates/wrong.yaml", Kind::Helm, Status::Skipped),
                ("chart/values-prod.yaml", Kind::Helm, Status::Skipped),
                ("chart/values.yaml", Kind::Helm, Status::Evaluated),
                (".github/workflows/ci.yml", Kind::Yaml, Status::Skipped),
                ("broken.yaml", Kind::Kubernetes, Status::Failed),
                ("half.yaml", Kind::Kubernetes, Status::Partial),
                ("playbook.yaml", Kind::Yaml, Status::Skipped),
                ("template.yaml", Kind::Helm, Status::Skipped),
                ("text.yaml", Kind::Yaml, Status::Skipped),
                ("compose.yaml", Kind::Compose, Status::Evaluated),
            ]
        );
    }

    #[test]
    fn manifests_are_one_unit_unless_they_are_alternatives() {
        let object = |kind: &str| format!("apiVersion: v1\nkind: {kind}\nmetadata: {{name: a}}\n");
        let (one, two) = (object("One"), object("Two"));
        let paths = |files: &[(&str, &str)]| {
            let (lowered, _) = lowered(files);
            lowered.units.into_iter().map(|unit| unit.path).collect::<Vec<_>>()
        };
        assert_eq!(paths(&[("a/one.yaml", &one), ("b/two.yaml", &two)]), [""]);
        assert_eq!(
            paths(&[("k8s/dev/x.yaml", &one), ("k8s/prod/x.yaml", &one), ("y.yaml", &two)]),
            ["", "k8s/dev", "k8s/prod"]
        );
    }

    #[test]
    fn what_a_secret_keeps_is_sensitive() {
        let secret = "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\ndata: {a: eA==}\ntype: Opaque\n";
        let (lowered, _) = lowered(&[("s.yaml", secret)]);
        let attrs = &lowered.resources[0].attrs;
        assert!(attrs.get("data").unwrap().get("a").unwrap().sensitive);
        assert!(!attrs.get("type").unwrap().sensitive);
    }
}
