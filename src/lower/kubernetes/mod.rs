//! Kubernetes manifests to resources.
//!
//! Owns what makes a YAML or JSON file a manifest, the objects in it, and the pods and containers in the
//! objects. Knows no check, and no cluster: an object is what its file says.

pub mod kustomize;
mod manifest;
mod object;
mod pod;
mod resource;
mod unit;
mod value;

pub use object::{Content, Foreign, Object, objects};
pub use resource::add_object;
pub use value::value;

use crate::model::{Format, Lowered, Unit};
use crate::source::{Files, Kind, Sources};
use rayon::prelude::*;
use std::collections::BTreeSet;

/// A file that may hold manifests.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// Path from the root.
    pub path: String,
    /// What its name says that it is.
    pub kind: Kind,
}

/// What is lowered.
#[derive(Clone, Copy)]
pub struct Input<'a> {
    /// The tree that the files are read from.
    pub files: &'a dyn Files,
    /// Where their texts are kept.
    pub sources: &'a Sources,
    /// Every YAML and JSON file of the tree that no other frontend takes, sorted by path.
    pub candidates: &'a [Candidate],
}

/// All resources of the candidates, with a ledger entry for each candidate.
pub fn lower(input: &Input<'_>) -> Lowered {
    plain(input, &BTreeSet::new())
}

/// The resources of the candidates that stand for themselves. Kustomizations, and the files that overlays take
/// up (`consumed`), are not judged here and get no line in the ledger: that is the renderer's.
fn plain(input: &Input<'_>, consumed: &BTreeSet<String>) -> Lowered {
    let candidates = input.candidates.par_iter();
    let candidates = candidates.filter(|file| file.kind != Kind::Kustomization && !consumed.contains(&file.path));
    let manifests: Vec<_> =
        candidates.map(|file| manifest::read(input.files, input.sources, &file.path, file.kind)).collect();
    let mut lowered = Lowered::default();
    let mut files = Vec::new();
    for manifest in manifests {
        if !manifest.objects.is_empty() {
            files.push((manifest.ledger.file.clone(), manifest.objects));
        }
        lowered.ledger.push(manifest.ledger);
        lowered.problems.extend(manifest.problems);
    }
    for (path, files) in unit::units(files) {
        let unit = lowered.add_unit(Unit { format: Format::Kubernetes, path, outputs: Vec::new() });
        for object in files.into_iter().flat_map(|(_, objects)| objects) {
            add_object(&mut lowered, unit, object);
        }
    }
    lowered
}
