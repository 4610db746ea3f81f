//! The images that the Dockerfiles of a tree build, as far as the tree tells: which Dockerfile a base image comes from.
//!
//! Two things tell it. A Compose file beside or above a Dockerfile names the image of a service that it builds. And
//! by habit a Dockerfile lies in a directory that is called as its image, or in one for its tag below that:
//! `images/api/Dockerfile`, `images/api/1.2/Dockerfile`. Of images that others publish the habit says nothing.

use super::image::Reference;
use crate::expr::partial::PartialText;
use crate::source::{Derived, Files, Sources, ancestors, join, parent};
use crate::syntax::yaml::{self, Dialect, Node};
use std::collections::{BTreeMap, BTreeSet};

/// The names under which `docker compose` looks for its file.
const COMPOSE_FILES: [&str; 4] = ["compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml"];

/// Registries whose images are their owners'. A directory that is called as one of these builds something on it.
const PUBLISHERS: [&str; 8] = [
    "mcr.microsoft.com",
    "cgr.dev",
    "dhi.io",
    "registry.access.redhat.com",
    "registry.redhat.io",
    "docker.elastic.co",
    "registry.k8s.io",
    "public.ecr.aws",
];

/// Which Dockerfile of a tree builds which image.
#[derive(Debug, Default)]
pub(super) struct BuiltImages {
    /// By the whole reference, as a Compose file writes it.
    named: BTreeMap<String, String>,
    /// By the last part of the repository, with the tag of a directory where there is one.
    by_directory: BTreeMap<String, Vec<String>>,
}

impl BuiltImages {
    /// Reads what tells the images of the Dockerfiles at `paths`.
    pub(super) fn read(paths: &[&str], files: &dyn Files, sources: &Sources) -> Self {
        let mut built = Self::default();
        let known: BTreeSet<&str> = paths.iter().copied().collect();
        for path in paths {
            let mut directories = parent(path).rsplit('/').filter(|name| !name.is_empty());
            if let Some(name) = directories.next() {
                built.by_directory.entry(name.to_owned()).or_default().push((*path).to_owned());
                if let Some(outer) = directories.next() {
                    built.by_directory.entry(format!("{outer}:{name}")).or_default().push((*path).to_owned());
                }
            }
        }
        let directories: BTreeSet<&str> = paths.iter().flat_map(|path| ancestors(parent(path))).collect();
        for dir in directories {
            let named = COMPOSE_FILES.iter().filter_map(|name| join(dir, name));
            for path in named.filter(|path| files.is_file(path)) {
                let read = || files.read(&path).map(|bytes| sources.add(path.as_str(), yaml::decode(&bytes).text));
                let Some(source) = sources.of_file(&path).or_else(|| read().ok()) else { continue };
                let text = sources.get(source);
                let stream = yaml::read(&Derived::file(source, &text.text), Dialect::Kustomize);
                stream.documents.iter().for_each(|document| built.add_services(&document.root, dir, &known));
            }
        }
        built
    }

    /// Adds the images of the services that a Compose file in `dir` builds from one of the `known` Dockerfiles.
    fn add_services(&mut self, compose: &Node, dir: &str, known: &BTreeSet<&str>) {
        let services = compose.get("services").and_then(Node::as_mapping);
        for service in services.into_iter().flat_map(|services| &services.entries) {
            let (Some(image), Some(build)) =
                (service.value.get("image").and_then(Node::as_str), service.value.get("build"))
            else {
                continue;
            };
            let context = build.as_str().or_else(|| build.get("context")?.as_str()).unwrap_or(".");
            let file = build.get("dockerfile").and_then(Node::as_str).unwrap_or("Dockerfile");
            let path = join(dir, context).and_then(|context| join(&context, file));
            if let Some(path) = path.filter(|path| known.contains(path.as_str())) {
                self.named.insert(image.to_owned(), path);
            }
        }
    }

    /// The Dockerfile that builds an image which another one, at `path`, is built on.
    pub(super) fn builder_of(&self, image: &PartialText, path: &str) -> Option<&str> {
        if image.is_known()
            && let Some(builder) = self.named.get(image.text())
        {
            return Some(builder.as_str()).filter(|builder| *builder != path);
        }
        let Reference { registry, repository, tag, .. } = Reference::parse(image);
        let registry = registry.as_ref().map_or("", PartialText::text);
        let namespaced = repository.text().rsplit_once('/').map(|(_, name)| name);
        let name = namespaced.or_else(|| Some(repository.text()).filter(|_| !registry.is_empty()))?;
        if !repository.is_known() || PUBLISHERS.contains(&registry) || repository.text().starts_with("library/") {
            return None;
        }
        let tagged = tag.filter(PartialText::is_known).map(|tag| format!("{name}:{}", tag.text()));
        let found = tagged.and_then(|tagged| self.by_directory.get(&tagged)).or_else(|| self.by_directory.get(name))?;
        found.iter().map(String::as_str).find(|builder| *builder != path)
    }
}
