//! Which kustomizations are judged, and what becomes of them: resources, and lines in the ledger.
//!
//! What another kustomization uses is a part of it and not judged by itself, unless the configuration names it as what
//! is deployed. The rest are the units to judge: each is what one `kubectl apply -k` would send.

use super::fragment::is_fragment;
use super::kustomize::{Build, Consumed, FILE_NAMES, KustomizeTexts, PatchTarget, Rendered, build};
use super::kustomize_charts::InflatedCharts;
use super::{Object, PlannedObjects};
use crate::lower::FrontendInput;
use crate::model::{Owns, Value};
use crate::source::{Kind, LedgerEntry, Level, Problem, Sources, Span, Status, ancestors, join, parent};
use crate::syntax::yaml::Dialect;
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// What the kustomizations of a tree gave.
#[derive(Default)]
pub(super) struct Overlays {
    /// The kustomizations to judge.
    pub units: Vec<PlannedObjects>,
    /// What could not be built.
    pub problems: Vec<Problem>,
    /// Every candidate file that belongs to one of them, once.
    pub ledger: Vec<LedgerEntry>,
    /// Every file that belongs to one of them.
    pub consumed: BTreeSet<String>,
    /// Files that are called like a kustomization, but hold an object for a cluster.
    pub foreign: BTreeSet<String>,
    /// The directories whose kustomization says what of them is applied.
    governed: BTreeSet<String>,
}

/// Builds what is to be judged.
pub(super) fn overlays(input: &FrontendInput<'_>) -> Overlays {
    let inputs = input.inputs.first().map(|inputs| inputs.charts.clone()).unwrap_or_default();
    let charts = InflatedCharts { files: input.files, sources: input.sources, inputs };
    let texts = KustomizeTexts::new(input.files, input.sources).with_charts(&charts);
    let mut overlays = Overlays::default();
    let mut directories: BTreeMap<String, Outline> = BTreeMap::new();
    for candidate in input.candidates.iter().filter(|candidate| candidate.kind == Kind::Kustomization) {
        match outline(&texts, &candidate.path) {
            Some(outline) => drop(directories.insert(parent(&candidate.path).to_owned(), outline)),
            None => drop(overlays.foreign.insert(candidate.path.clone())),
        }
    }
    let used: BTreeSet<&String> = directories.values().flat_map(|outline| &outline.uses).collect();
    let deployed: BTreeSet<String> = input.deployed.iter().map(|path| texts.resolved(path)).collect();
    let is_part = |directory: &String| used.contains(directory) && !deployed.contains(directory);
    let judged: Vec<&String> = directories
        .iter()
        .filter(|(directory, outline)| !outline.is_component && !is_part(directory))
        .map(|(directory, _)| directory)
        .collect();
    let texts = texts.shared_by(directories.len());
    let mut builds: Vec<(&String, Build)> =
        judged.par_iter().map(|directory| (*directory, build(&texts, directory))).collect();
    let mut reached: BTreeSet<String> = builds.iter().flat_map(|(_, build)| paths(build)).collect();
    // Components that nobody uses, and circles.
    for (directory, outline) in &directories {
        if reached.contains(&outline.file) {
            continue;
        }
        let mut left = build(&texts, directory);
        if outline.is_component {
            excuse(&mut left);
        }
        reached.extend(paths(&left));
        builds.push((directory, left));
    }
    builds.sort_by_key(|(directory, _)| *directory);
    overlays.consumed = reached;
    overlays.add(input, builds);
    overlays
}

/// What can be told of a kustomization without building it.
struct Outline {
    file: String,
    is_component: bool,
    /// The directories that it names.
    uses: Vec<String>,
}

/// `None` for a file that is no kustomization.
fn outline(texts: &KustomizeTexts<'_>, file: &str) -> Option<Outline> {
    let name = file.rsplit('/').next().unwrap_or(file);
    if !FILE_NAMES.contains(&name) {
        return None;
    }
    let mut outline = Outline { file: file.to_owned(), is_component: false, uses: Vec::new() };
    let Ok(source) = texts.source(file) else { return Some(outline) };
    let documents = texts.documents(source, Dialect::Kubernetes);
    let Some(document) = documents.all.first() else { return Some(outline) };
    let field = |name| document.value.get(name).and_then(Value::as_str);
    if field("apiVersion").is_some_and(|version| !version.starts_with("kustomize.config.k8s.io/")) {
        return None;
    }
    outline.is_component = field("kind") == Some("Component");
    for name in ["resources", "bases", "components", "generators", "transformers", "validators"] {
        let entries = document.value.get(name).and_then(Value::as_items).unwrap_or_default();
        let paths = entries.iter().filter_map(Value::as_str).filter(|entry| !entry.contains('\n'));
        let directories = paths.filter_map(|entry| join(parent(file), entry));
        let directories = directories.filter(|directory| directory != parent(file));
        outline.uses.extend(directories.map(|directory| texts.resolved(&directory)));
    }
    Some(outline)
}

fn paths(build: &Build) -> impl Iterator<Item = String> {
    build.consumed.iter().map(|consumed| consumed.path.clone())
}

/// A component is made to be used: what it lacks by itself, such as the targets of its patches, is no failure, and is
/// noted once.
fn excuse(build: &mut Build) {
    build.targets.clear();
    let failed = build.problems.iter().any(|problem| problem.level == Level::Error);
    let mut is_first = true;
    build.problems.retain_mut(|problem| {
        if problem.level != Level::Error {
            return true;
        }
        problem.level = Level::Note;
        problem.message = format!("No kustomization uses this component. By itself: {}", problem.message);
        std::mem::take(&mut is_first)
    });
    if failed {
        build.objects.clear();
    }
}

impl Overlays {
    /// Why a file with objects is not applied. A kustomization says what of its own directory is applied: what neither it
    /// nor another one takes up is not. In the directories below it says nothing of manifests, but what can only be
    /// merged into a manifest waits for a kustomization there too.
    pub fn reason_to_leave_out(&self, path: &str, objects: &[Object]) -> Option<&'static str> {
        if objects.is_empty() || self.consumed.contains(path) || self.foreign.contains(path) {
            return None;
        }
        let directory = parent(path);
        if self.governs(directory) {
            return Some("no kustomization names it, though its directory has one, so it is not applied");
        }
        let waits = objects.iter().all(is_fragment) && ancestors(directory).any(|dir| self.governed.contains(dir));
        waits.then_some("a fragment for a patch, which no kustomization names, so it is not applied")
    }

    /// Whether a kustomization says what of a directory is applied.
    pub fn governs(&self, directory: &str) -> bool {
        self.governed.contains(directory)
    }

    fn add(&mut self, input: &FrontendInput<'_>, builds: Vec<(&String, Build)>) {
        let candidates: BTreeMap<&str, Kind> =
            input.candidates.iter().map(|candidate| (candidate.path.as_str(), candidate.kind)).collect();
        let mut ledger: BTreeMap<String, LedgerEntry> = BTreeMap::new();
        let mut known: BTreeSet<(String, u32, u32, String)> = BTreeSet::new();
        let mut targets: BTreeMap<(String, u32), PatchTarget> = BTreeMap::new();
        for (directory, build) in builds {
            for target in build.targets {
                let place = (input.sources.get(target.span.source).path.clone(), target.span.start);
                targets.entry(place).or_insert(target).fits |= target.fits;
            }
            let root = build.root.clone().unwrap_or_else(|| directory.clone());
            for consumed in &build.consumed {
                if let Some(kind) = candidates.get(consumed.path.as_str()) {
                    let entry = LedgerEntry::evaluated(consumed.path.as_str(), kind_of(*kind, consumed));
                    ledger.entry(consumed.path.clone()).or_insert(entry);
                }
            }
            for problem in build.problems {
                let path = input.sources.get(problem.span.source).path.clone();
                let nothing_left = build.objects.is_empty();
                let stopped = if ledger.contains_key(&path) { &path } else { &root };
                if let Some(entry) = ledger.get_mut(stopped) {
                    stop(entry, &problem, nothing_left && *stopped == root);
                }
                if known.insert((path, problem.span.start, problem.span.end, problem.message.clone())) {
                    self.problems.push(problem);
                }
            }
            let objects = build.objects.into_iter().map(|rendered| object(input.sources, rendered)).collect();
            let sources = build.consumed.iter().filter_map(|consumed| input.sources.of_file(&consumed.path)).collect();
            let (path, owns) = (directory.clone(), Owns::Path);
            self.units.push(PlannedObjects { path, owns, sources, objects, unseen: build.unseen });
        }
        self.problems.extend(targets.into_values().filter(|target| !target.fits).map(|target| void(target.span)));
        let readable =
            ledger.values().filter(|entry| entry.kind == Kind::Kustomization && entry.status != Status::Failed);
        self.governed.extend(readable.map(|entry| parent(&entry.file).to_owned()));
        self.ledger.extend(ledger.into_values());
    }
}

/// A patch for which no build has an object.
fn void(target: Span) -> Problem {
    let help = "Correct the target, or remove the patch.";
    Problem::warning(target, "No object fits this target, so the patch changes nothing.").with_help(help)
}

fn kind_of(named: Kind, consumed: &Consumed) -> Kind {
    if named != Kind::Kustomization && consumed.as_documents { Kind::Kubernetes } else { named }
}

/// Notes how far a file got: the worst counts.
fn stop(entry: &mut LedgerEntry, problem: &Problem, nothing_left: bool) {
    let status = match problem.level {
        Level::Note => return,
        Level::Warning => Status::Skipped,
        Level::Error if nothing_left => Status::Failed,
        Level::Error => Status::Partial,
    };
    if status > entry.status {
        *entry = LedgerEntry::stopped(entry.file.as_str(), entry.kind, status, problem.message.as_str());
    }
}

fn object(sources: &Sources, rendered: Rendered) -> Object {
    let kind = rendered.value.get("kind").map(|kind| kind.origin.span);
    let announced = kind.filter(|kind| rendered.block.contains(*kind) && *kind != rendered.block);
    let name = rendered.value.get("metadata").and_then(|metadata| metadata.get("name"));
    let named = name.map(|name| name.origin.written()).filter(|name| rendered.block.contains(*name));
    let header = announced.or(named).unwrap_or_else(|| rendered.block.at_start());
    let header = from_line_start(sources, header);
    Object {
        file: rendered.file.into(),
        block: rendered.block,
        header,
        is_hashed: rendered.is_hashed,
        value: rendered.value,
    }
}

/// The range with what stands before it in its line: the key.
fn from_line_start(sources: &Sources, span: Span) -> Span {
    let source = sources.get(span.source);
    let start = source.lines().start_of(source.lines().line(span.start));
    let before = source.slice(Span::new(span.source, start, span.start));
    let blank = before.len() - before.trim_start_matches([' ', '\t', '-', '{']).len();
    Span::new(span.source, start + blank as u32, span.end)
}

#[cfg(test)]
mod tests {
    use crate::discover::Memory;
    use crate::lower::{Inputs, lower};
    use crate::source::{Kind, Sources, Status};

    #[test]
    fn a_base_is_judged_as_its_overlays_render_it() {
        let object = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\n\
                      spec: {template: {spec: {containers: [{name: a, image: b}]}}}\n";
        let tree = Memory::tree([
            ("base/kustomization.yaml", "resources: [web.yaml]\n"),
            ("base/unused.yaml", object),
            ("base/web.yaml", object),
            ("dev/kustomization.yaml", "namePrefix: dev-\nresources: [../base]\n"),
            ("prod/kustomization.yaml", "namespace: prod\nresources: [../base]\n"),
            ("plain/web.yaml", object),
        ]);
        let lowered = lower(&tree, &Sources::default(), &Inputs::default());
        let found: Vec<_> = lowered.resources.iter().map(|resource| resource.address.as_str()).collect();
        let of = |address: &str| [address.to_owned(), format!("{address}/pod"), format!("{address}/container/a")];
        let expected = ["Deployment/dev-web", "Deployment/prod/web", "Deployment/web"].map(of).concat();
        assert_eq!(found, expected);
        let mut ledger = lowered.ledger.clone();
        ledger.sort();
        let ledger: Vec<_> = ledger.iter().map(|entry| (entry.file.as_str(), entry.kind, entry.status)).collect();
        assert_eq!(
            ledger,
            [
                ("base/kustomization.yaml", Kind::Kustomization, Status::Evaluated),
                ("base/unused.yaml", Kind::Kubernetes, Status::Skipped),
                ("base/web.yaml", Kind::Kubernetes, Status::Evaluated),
                ("dev/kustomization.yaml", Kind::Kustomization, Status::Evaluated),
                ("plain/web.yaml", Kind::Kubernetes, Status::Evaluated),
                ("prod/kustomization.yaml", Kind::Kustomization, Status::Evaluated),
            ]
        );
    }

    #[test]
    fn a_patch_is_reported_that_no_overlay_has_an_object_for() {
        let patch = |target: &str| format!("- target: {{{target}}}\n  patch: '[{{op: add, path: /a, value: 1}}]'\n");
        let patches = |targets: &[&str]| targets.iter().map(|target| patch(target)).collect::<String>();
        let prod = patches(&["kind: Deployment, name: wbe", "name: w.b", "kind: Service"]);
        let remote = patches(&["kind: Job"]);
        let part = patches(&["kind: Secret", "kind: ConfigMap"]);
        let tree = Memory::tree([
            ("base/web.yaml", "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\n".to_owned()),
            ("base/kustomization.yaml", "resources: [web.yaml]\n".to_owned()),
            ("dev/kustomization.yaml", format!("resources: [../base]\ncomponents: [../part]\npatches:\n{remote}")),
            ("more/more.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: more}\n".to_owned()),
            ("more/kustomization.yaml", "resources: [more.yaml]\ncomponents: [../part]\n".to_owned()),
            ("part/kustomization.yaml", format!("kind: Component\npatches:\n{part}")),
            ("prod/kustomization.yaml", format!("resources: [../base]\npatches:\n{prod}")),
            ("remote/kustomization.yaml", format!("resources: ['https://example.com/a']\npatches:\n{remote}")),
            ("unused/kustomization.yaml", format!("kind: Component\npatches:\n{remote}")),
        ]);
        let sources = Sources::default();
        let lowered = lower(&tree, &sources, &Inputs::default());
        let void = lowered.problems.iter().filter(|problem| problem.message.contains("this target"));
        let void: Vec<_> =
            void.map(|problem| sources.get(problem.span.source).slice(problem.span).to_owned()).collect();
        assert_eq!(void, ["{kind: Job}", "{kind: Secret}", "{kind: Deployment, name: wbe}", "{kind: Service}"]);
    }
}
