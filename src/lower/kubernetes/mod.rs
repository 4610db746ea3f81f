//! Kubernetes manifests to resources.
//!
//! Owns what makes a YAML or JSON file a manifest, the objects in it, and the pods and containers in the
//! objects. Knows no check, and no cluster: an object is what its file says.

mod object;
mod resource;
mod value;

pub use object::{Content, Object, objects};
pub use resource::{add_object, add_objects};
pub use value::value;

use crate::model::Lowered;
use crate::source::{Files, Kind, Sources};

/// A file that may hold manifests.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// Path from the root.
    pub path: String,
    /// What its name says that it is.
    pub kind: Kind,
}

/// What is lowered.
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
    let _ = (input.files, input.sources, input.candidates);
    Lowered::default()
}
