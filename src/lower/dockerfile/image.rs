//! References to images: `registry/repository:tag@digest`, known in part or whole.

use super::object::Object;
use crate::expr::partial::PartialText;
use crate::lower::pieces::{may_be_null, part, text_of};
use crate::model::Value;
use crate::source::Span;

/// The parts of a reference.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Reference {
    pub registry: Option<PartialText>,
    pub repository: PartialText,
    pub tag: Option<PartialText>,
    pub digest: Option<PartialText>,
}

impl Reference {
    /// By the rules of the distribution project's `reference` package: a first component with a dot, a
    /// colon, or `localhost` is a registry; a colon after the last slash begins the tag.
    pub(super) fn parse(text: &PartialText) -> Self {
        let (rest, digest) = text.split_once('@').map_or((text.clone(), None), |(rest, digest)| (rest, Some(digest)));
        let name_start = rest.text().rfind('/').map_or(0, |at| at + 1);
        let colon = rest.text().get(name_start..).and_then(|name| name.find(':')).map(|at| name_start + at);
        let (path, tag) = match colon {
            Some(at) => (rest.slice(0..at), Some(rest.slice(at + 1..rest.text().len()))),
            None => (rest, None),
        };
        let is_registry = |first: &str| first.contains(['.', ':']) || first == "localhost";
        let (registry, repository) = match path.split_once('/') {
            Some((first, others)) if is_registry(first.text()) => (Some(first), others),
            _ => (None, path),
        };
        Self { registry, repository, tag, digest }
    }
}

/// Sets `registry`, `repository`, `tag` and `digest` of the image that `value` names. What the reference
/// lacks is null; what an unknown piece may hold is unknown. The registry is the default one where none is written.
pub(super) fn describe(object: &mut Object, value: &Value, span: Span) {
    let text = text_of(value);
    let Reference { registry, repository, tag, digest } = Reference::parse(&text);
    let known = |text: PartialText| part(value, text, span);
    let ends_unknown = repository.ends_unknown() && tag.is_none();
    let tag_open = tag.as_ref().is_some_and(PartialText::ends_unknown);
    let open = |text: Option<PartialText>, open: bool| match text {
        None if open => Some(may_be_null(known(PartialText::unknown()))),
        text => text.map(known),
    };
    let default = if text.begins_unknown() { PartialText::unknown() } else { "docker.io".into() };
    object.set("registry", known(registry.unwrap_or(default)));
    object.set("repository", known(repository));
    object.set_or_null("tag", open(tag, ends_unknown && digest.is_none()));
    object.set_or_null("digest", open(digest, ends_unknown || tag_open));
}

/// Whether an image runs Windows, as far as its name tells.
pub(super) fn is_windows(image: &str) -> bool {
    let image = image.to_ascii_lowercase();
    ["mcr.microsoft.com/windows", "windowsservercore", "nanoserver", "servercore", "microsoft/windows"]
        .iter()
        .any(|word| image.contains(word))
}

/// Whether an image is a distribution of Linux, by its name.
pub(super) fn is_linux(image: &str) -> bool {
    let name = image.split(['@', ':']).next().unwrap_or(image);
    let name = name.strip_prefix("docker.io/").unwrap_or(name);
    let name = name.strip_prefix("library/").unwrap_or(name);
    DISTRIBUTIONS.contains(&name)
}

/// Docker Official Images that are distributions of Linux and nothing else.
const DISTRIBUTIONS: [&str; 16] = [
    "almalinux",
    "alpine",
    "alt",
    "amazonlinux",
    "archlinux",
    "busybox",
    "centos",
    "clearlinux",
    "debian",
    "fedora",
    "mageia",
    "oraclelinux",
    "photon",
    "rockylinux",
    "sl",
    "ubuntu",
];

#[cfg(test)]
mod tests {
    use super::{PartialText, Reference};

    #[test]
    fn references() {
        let parse = |text: &str| {
            let Reference { registry, repository, tag, digest } = Reference::parse(&text.into());
            let text = |part: PartialText| part.text().to_owned();
            (registry.map(text), text(repository), tag.map(text), digest.map(text))
        };
        let owned = |(registry, repository, tag, digest): (Option<&str>, &str, Option<&str>, Option<&str>)| {
            let text = |part: &str| part.to_owned();
            (registry.map(text), text(repository), tag.map(text), digest.map(text))
        };
        assert_eq!(parse("node"), owned((None, "node", None, None)));
        assert_eq!(parse("library/node:18"), owned((None, "library/node", Some("18"), None)));
        assert_eq!(parse("r.io:5000/a/b:1@sha256:0"), owned((Some("r.io:5000"), "a/b", Some("1"), Some("sha256:0"))));
        assert_eq!(parse("localhost/a"), owned((Some("localhost"), "a", None, None)));
        assert_eq!(parse("a@sha256:0"), owned((None, "a", None, Some("sha256:0"))));
    }
}
