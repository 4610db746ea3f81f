//! Which plain manifests are applied together.
//!
//! A check that asks for another object ("no network policy selects this pod") must see all that is applied
//! beside it, wherever in the tree it is written. So the manifests of a directory with all directories below
//! are one unit, as `kubectl apply --recursive` has it, unless two files describe the same object: then they are
//! alternatives, such as one directory per environment, and each directory below is a unit of its own.

use super::Object;
use crate::model::Unseen;
use crate::source::{is_within, parent};
use std::collections::{BTreeMap, BTreeSet};

/// What one file, or a directory that cannot be read, gives to the unit that it is in.
pub struct OfFile {
    /// Path from the root; of a directory, with a slash at the end.
    pub path: String,
    /// The objects in it.
    pub objects: Vec<Object>,
    /// What cannot be read of it.
    pub unseen: Option<Unseen>,
}

/// Files with objects, sorted by path, grouped to units: the directory of each, and its files. What lies below
/// different directories of `apart` is not joined.
pub fn units(files: Vec<OfFile>, apart: &[String]) -> Vec<(String, Vec<OfFile>)> {
    let mut units = Vec::new();
    let mut waiting: BTreeMap<String, Vec<OfFile>> = BTreeMap::new();
    for file in files {
        let around = apart.iter().filter(|directory| is_within(&file.path, directory));
        let directory = around.max_by_key(|directory| directory.len()).cloned().unwrap_or_default();
        waiting.entry(directory).or_default().push(file);
    }
    let mut waiting: Vec<(String, Vec<OfFile>)> = waiting.into_iter().collect();
    while let Some((directory, files)) = waiting.pop() {
        if files.is_empty() {
            continue;
        }
        if !has_alternatives(&files) {
            units.push((directory, files));
            continue;
        }
        let mut own = Vec::new();
        let mut below: BTreeMap<String, Vec<OfFile>> = BTreeMap::new();
        for file in files {
            match child(&directory, &file.path) {
                None => own.push(file),
                Some(child) => below.entry(child).or_default().push(file),
            }
        }
        waiting.extend(below);
        if !own.is_empty() {
            units.push((directory, own));
        }
    }
    units.sort_by(|(a, _), (b, _)| a.cmp(b));
    units
}

/// The directory right below `directory` in which the file lies, when it does not lie in `directory` itself.
fn child(directory: &str, file: &str) -> Option<String> {
    let begin = if directory.is_empty() { 0 } else { directory.len() + 1 };
    let rest = parent(file).get(begin..).filter(|rest| !rest.is_empty())?;
    let name = rest.split('/').next().unwrap_or(rest);
    file.get(..begin + name.len()).map(str::to_owned)
}

/// Whether an object is described in two files.
fn has_alternatives(files: &[OfFile]) -> bool {
    let mut seen = BTreeSet::new();
    files.iter().any(|file| {
        let own: BTreeSet<_> = file.objects.iter().filter_map(identity).collect();
        own.into_iter().any(|identity| !seen.insert(identity))
    })
}

/// What makes two descriptions the same object in a cluster.
fn identity(object: &Object) -> Option<(&str, &str, &str, &str)> {
    let group = object.field("apiVersion")?.split_once('/').map_or("", |(group, _)| group);
    let namespace = object.metadata("namespace").unwrap_or_default();
    Some((group, object.field("kind")?, namespace, object.metadata("name")?))
}
