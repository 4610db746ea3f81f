//! Kustomize builds, as `kubectl kustomize` 5.5 does them, without running anything.
//!
//! Owns the way from a `kustomization.yaml` to the objects that would be applied: bases, components, patches,
//! generators, transformers. Every value keeps its place: the line of the base, of the patch, or of the
//! generator. Knows no check. Where Kustomize would refuse the whole build, the rest is built here and the
//! reason is a problem.

mod affixes;
mod annotations;
mod build;
mod chart_renderer;
mod configuration;
mod crds;
mod decode;
mod default_fields;
mod field_path;
mod generators;
mod hash;
mod identity;
mod images;
mod inflation;
mod json_patch;
mod key_values;
mod keyed_list;
mod kustomization;
mod labels;
mod library;
mod limits;
mod lookup;
mod merge_keys;
mod names;
mod namespace;
mod object;
mod order;
mod patches;
mod plugins;
mod provenance;
mod replacements;
mod replicas;
mod resources;
mod schema;
mod scope;
mod selector;
mod steps;
mod strategic_merge;
mod transformer;
mod unseen;
mod value_add;
mod variables;

pub use chart_renderer::{ChartRenderer, RenderedChart};
pub use kustomization::FILE_NAMES;
pub use library::KustomizeTexts;

#[cfg(test)]
mod tests;

use crate::model::{Unseen, Value};
use crate::source::{Problem, Span, join};
use build::Builder;
use library::Library;

/// What one build gave.
#[derive(Debug, Default)]
pub struct Build {
    /// The objects, in the order of `kubectl kustomize`.
    pub objects: Vec<Rendered>,
    /// The kustomization itself.
    pub root: Option<String>,
    /// The files that it took up, sorted: kustomizations, resources, patches, and what generators read.
    pub consumed: Vec<Consumed>,
    /// What could not be built. A warning names something that is never done here, such as fetching a base.
    pub problems: Vec<Problem>,
    /// What would give more objects, if it could be fetched or run.
    pub unseen: Vec<Unseen>,
    /// The targets of patches.
    pub targets: Vec<PatchTarget>,
}

/// The `target` of a patch.
#[derive(Clone, Copy, Debug)]
pub struct PatchTarget {
    /// Its place.
    pub span: Span,
    /// Whether any object fits it, or one that is unseen may.
    pub fits: bool,
}

/// A file that a build took up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Consumed {
    /// Its path from the root.
    pub path: String,
    /// Whether it was read as YAML documents, not as mere data.
    pub as_documents: bool,
}

/// One object of a build.
#[derive(Clone, Debug)]
pub struct Rendered {
    /// Its content.
    pub value: Value,
    /// The document that it comes from, or the entry of the generator.
    pub block: Span,
    /// The file of that.
    pub file: String,
    /// Whether its name ends in a dash and a hash of its content.
    pub is_hashed: bool,
}

/// Builds the kustomization in `dir`.
pub fn build(texts: &KustomizeTexts<'_>, dir: &str) -> Build {
    let library = Library::new(texts);
    let root = FILE_NAMES.iter().filter_map(|name| join(dir, name)).find(|path| library.files.is_file(path));
    let Some((root, source)) = root.and_then(|root| library.place(&root).map(|source| (root, source))) else {
        return Build::default();
    };
    let mut builder = Builder::new(&library, dir);
    let objects = builder.run(Span::new(source, 0, 0));
    let problems = std::mem::take(&mut builder.problems);
    let unseen = std::mem::take(&mut builder.unseen);
    let targets = std::mem::take(&mut builder.targets);
    let rendered = objects.into_iter().map(|object| Rendered {
        file: library.sources.get(object.block.source).path.clone(),
        value: object.value,
        block: object.block,
        is_hashed: object.needs_hash,
    });
    let objects = rendered.collect();
    Build { root: Some(root), objects, problems, unseen, targets, consumed: library.into_consumed() }
}
