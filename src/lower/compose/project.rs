//! Which files make up a project, as far as the tree tells.
//!
//! Source of the names: compose-go 2.16 (`cli`). `.env` may name the files in `COMPOSE_FILE`; else the default file of a
//! directory with its override file is a project. Any other file is one of its own, or together with the default file
//! beside it where it only adds to the services of that one. What another file includes belongs to that one, and a file
//! whose services others extend is not run itself.

use super::interpolation::Variables;
use super::library::{ComposeFile, Library};
use super::variables::{EnvReading, Environment};
use crate::model::Value;
use crate::source::{join, parent};
use std::collections::{BTreeMap, BTreeSet};

/// The names of a default file, in the order in which Compose looks for them.
const DEFAULTS: [&str; 4] = ["compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml"];
/// The names of the file that is added to it.
const OVERRIDES: [&str; 4] =
    ["compose.override.yml", "compose.override.yaml", "docker-compose.override.yml", "docker-compose.override.yaml"];

/// A project.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Project {
    /// The path that tells it from others: that of its most specific file.
    pub path: String,
    /// Its directory.
    pub directory: String,
    /// Its files, each overriding those before it.
    pub files: Vec<String>,
}

/// The projects of the files at `paths`, in the order of their paths. `deployed` are paths that the configuration names.
pub(super) fn projects(library: &Library<'_>, paths: &[String], deployed: &[String]) -> Vec<Project> {
    let (mut included, mut extended) = (BTreeSet::new(), BTreeSet::new());
    for file in paths.iter().filter_map(|path| library.file(path).ok()) {
        let uses = file.uses();
        included.extend(uses.included);
        extended.extend(uses.extended);
    }
    let mut directories: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for path in paths {
        directories.entry(parent(path)).or_default().push(path);
    }
    let mut projects = Vec::new();
    for (directory, files) in directories {
        let named =
            |names: &[&str]| names.iter().find_map(|name| files.iter().find(|path| name_of(path) == *name).copied());
        let main = named(&DEFAULTS);
        let mut used: BTreeSet<&str> = BTreeSet::new();
        let mut add = |path: &str, files: Vec<&str>| {
            let files = files.into_iter().map(str::to_owned).collect();
            projects.push(Project { path: path.to_owned(), directory: directory.to_owned(), files });
        };
        let is_wanted = |path: &str| !included.contains(path) || deployed.iter().any(|named| named == path);
        let listed = listed(library, directory);
        let listed: Vec<&str> =
            listed.iter().map(String::as_str).filter(|path| paths.iter().any(|own| own == path)).collect();
        if let Some(first) = listed.first() {
            used.extend(&listed);
            add(first, listed.clone());
        } else if let Some(main) = main {
            let over = named(&OVERRIDES);
            used.insert(main);
            used.extend(over);
            if is_wanted(main) {
                add(main, std::iter::once(main).chain(over).collect());
            }
        }
        for path in files.iter().filter(|path| !used.contains(**path) && is_wanted(path)) {
            let over = main.filter(|main| adds_to(library, path, main));
            match over {
                Some(main) => add(path, vec![main, path]),
                None if extended.contains(*path) && !deployed.iter().any(|named| named == path) => {}
                None => add(path, vec![path]),
            }
        }
    }
    projects.sort_by(|a, b| a.path.cmp(&b.path));
    projects
}

fn name_of(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// The files that `COMPOSE_FILE` in the `.env` of a directory names.
fn listed(library: &Library<'_>, directory: &str) -> Vec<String> {
    let mut reading =
        EnvReading { files: library.files, sources: library.sources, read: Vec::new(), problems: Vec::new() };
    let mut environment = Environment::default();
    let Some(path) = join(directory, ".env").filter(|path| environment.add(path, &mut reading)) else {
        return Vec::new();
    };
    debug_assert!(!path.is_empty(), "the file was read");
    let of = |name: &str| environment.get(name).and_then(Value::as_str);
    let separator = of("COMPOSE_PATH_SEPARATOR").unwrap_or(":");
    let files = of("COMPOSE_FILE").unwrap_or_default();
    let files = files.split(separator).flat_map(|part| part.split(';')).map(str::trim).filter(|file| !file.is_empty());
    files.filter_map(|file| join(directory, file)).collect()
}

/// Whether a file says something of services of another one that could not run by what it says alone.
fn adds_to(library: &Library<'_>, path: &str, main: &str) -> bool {
    let (Ok(file), Ok(main)) = (library.file(path), library.file(main)) else { return false };
    let known: BTreeSet<&str> = services(&main).map(|(name, _)| name).collect();
    services(&file).any(|(name, service)| known.contains(name) && !stands_alone(service))
}

fn services(file: &ComposeFile) -> impl Iterator<Item = (&str, &Value)> {
    let all = file.documents.iter().filter_map(|document| document.get("services")?.as_mapping());
    all.flat_map(|services| services.entries.iter().map(|(name, service)| (name.as_str(), service)))
}

/// Whether a service says what it is made from.
pub(super) fn stands_alone(service: &Value) -> bool {
    ["image", "build", "extends", "provider"].iter().any(|key| service.get(key).is_some_and(|value| !value.is_null()))
}
