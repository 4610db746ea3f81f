//! Kustomizations: which are built, and which files are judged through them.
//!
//! A base that an overlay takes up is judged as the overlay renders it, never on its own: only kustomizations
//! that no other one takes up are built for judgement. Each is a unit.

use super::kustomize::{self, Build, FILE_NAMES, Rendered, Texts};
use super::{Input, Object, add_object};
use crate::discover::Candidate;
use crate::model::{Format, Lowered, Text, Unit, Value};
use crate::source::{Kind, LedgerEntry, Level, Status, parent};
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// What the kustomizations of a scan gave.
#[derive(Debug, Default)]
pub struct Overlays {
    /// Their resources, with a ledger entry for each candidate they account for.
    pub lowered: Lowered,
    /// The candidates they account for: what they took up, and what lies beside it unused.
    pub taken: BTreeSet<String>,
}

/// Builds the kustomizations among the candidates.
pub fn overlays(input: &Input<'_>) -> Overlays {
    let texts = Texts::new(input.files, input.sources);
    let kustomizations: Vec<&Candidate> = input.candidates.iter().filter(|file| is_kustomization(file)).collect();
    let builds: Vec<(&str, Build)> = kustomizations
        .par_iter()
        .map(|file| (parent(&file.path), kustomize::build(&texts, parent(&file.path))))
        .collect();
    let used = used_by_others(&builds);
    let mut overlays = Overlays::default();
    let mut files = BTreeMap::new();
    let mut rendered = BTreeSet::new();
    for (directory, build) in builds {
        if used.contains(directory) {
            continue;
        }
        note_files(input, &build, &mut files);
        if !build.objects.is_empty() {
            rendered.extend(build.consumed.iter().filter(|path| is_named(path)).map(|path| parent(path).to_owned()));
        }
        overlays.add(directory, build);
    }
    note_unused(input, &rendered, &mut files);
    for candidate in input.candidates {
        let Some(stopped) = files.get(&candidate.path) else { continue };
        let kind = if candidate.kind == Kind::Kustomization { Kind::Kustomization } else { Kind::Kubernetes };
        overlays.lowered.ledger.push(match stopped {
            None => LedgerEntry::evaluated(&candidate.path, kind),
            Some((Status::Skipped, reason)) => {
                LedgerEntry::stopped(&candidate.path, candidate.kind, Status::Skipped, reason)
            }
            Some((status, reason)) => LedgerEntry::stopped(&candidate.path, kind, *status, reason),
        });
        overlays.taken.insert(candidate.path.clone());
    }
    overlays
}

/// How far a file got, when it got no further.
type Stopped = Option<(Status, String)>;

fn is_kustomization(file: &Candidate) -> bool {
    file.kind == Kind::Kustomization && is_named(&file.path)
}

/// Whether Kustomize would find the file by its name.
fn is_named(path: &str) -> bool {
    FILE_NAMES.contains(&path.rsplit('/').next().unwrap_or(path))
}

/// The directories whose kustomization another build takes up.
fn used_by_others(builds: &[(&str, Build)]) -> BTreeSet<String> {
    let mut used = BTreeSet::new();
    for (directory, build) in builds {
        let others = build.consumed.iter().filter(|path| is_named(path)).map(|path| parent(path));
        used.extend(others.filter(|used| used != directory).map(str::to_owned));
    }
    used
}

/// Notes the files that a build took up, and what is wrong with them.
fn note_files(input: &Input<'_>, build: &Build, files: &mut BTreeMap<String, Stopped>) {
    for path in &build.consumed {
        files.entry(path.clone()).or_default();
    }
    for problem in build.problems.iter().filter(|problem| problem.level == Level::Error) {
        let path = &input.sources.get(problem.span.source).path;
        let stopped = files.entry(path.clone()).or_default();
        stopped.get_or_insert_with(|| (Status::Partial, problem.message.clone()));
    }
}

/// Notes the candidates right beside kustomizations that no build takes up: they are not applied.
fn note_unused(input: &Input<'_>, rendered: &BTreeSet<String>, files: &mut BTreeMap<String, Stopped>) {
    for candidate in input.candidates.iter().filter(|file| rendered.contains(parent(&file.path))) {
        let reason = "lies beside a kustomization that does not list it";
        files.entry(candidate.path.clone()).or_insert_with(|| Some((Status::Skipped, reason.into())));
    }
}

impl Overlays {
    fn add(&mut self, directory: &str, build: Build) {
        let unit = Unit { format: Format::Kubernetes, path: directory.to_owned(), outputs: Vec::new() };
        let unit = self.lowered.add_unit(unit);
        for rendered in build.objects {
            add_object(&mut self.lowered, unit, object(rendered));
        }
        self.lowered.problems.extend(build.problems);
    }
}

/// A rendered object, announced where its `kind` is written in the document it comes from.
fn object(rendered: Rendered) -> Object {
    let Rendered { value, block, file } = rendered;
    let kind = value.get("kind").map(|kind| kind.origin.written()).filter(|kind| block.contains(*kind));
    let header = kind.or_else(|| value.as_mapping().and_then(|mapping| mapping.header)).unwrap_or(block);
    Object { value, file: Text::from(file), block, header }
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
                ("base/unused.yaml", Kind::Yaml, Status::Skipped),
                ("base/web.yaml", Kind::Kubernetes, Status::Evaluated),
                ("dev/kustomization.yaml", Kind::Kustomization, Status::Evaluated),
                ("plain/web.yaml", Kind::Kubernetes, Status::Evaluated),
                ("prod/kustomization.yaml", Kind::Kustomization, Status::Evaluated),
            ]
        );
    }
}
