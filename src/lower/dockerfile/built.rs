//! The images that the Dockerfiles of a tree build, as far as the tree tells: which Dockerfile a base image comes from.
//!
//! Two things tell it. A Compose or Bake file names the image that it builds from a Dockerfile. And by habit a Dockerfile lies in a directory that is called as its image, or in one for its tag below that:
//! `images/api/Dockerfile`, `images/api/1.2/Dockerfile`. Of images that others publish the habit says nothing.

use super::image::Reference;
use crate::expr::partial::PartialText;
use crate::lower::Build;
use crate::source::parent;
use std::collections::{BTreeMap, BTreeSet};

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
    /// By the whole reference, as it is written where it is built.
    named: BTreeMap<String, String>,
    /// By the last part of the repository, with the tag of a directory where there is one.
    by_directory: BTreeMap<String, Vec<String>>,
}

impl BuiltImages {
    /// What tells the images of the Dockerfiles at `paths`.
    pub(super) fn of(paths: &[&str], builds: &[Build]) -> Self {
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
        for build in builds.iter().filter(|build| known.contains(build.dockerfile.as_str())) {
            built.named.extend(build.images.iter().map(|image| (image.clone(), build.dockerfile.clone())));
        }
        built
    }

    /// The images that a Compose or Bake file says the Dockerfile at `path` builds, as they are written there.
    pub(super) fn images_of(&self, path: &str) -> impl Iterator<Item = &str> {
        self.named.iter().filter(move |(_, builder)| *builder == path).map(|(image, _)| image.as_str())
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
