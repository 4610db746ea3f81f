//! References to images: `registry/repository:tag@digest`, known in part or whole.

use super::object::Object;
use super::pieces::{UNKNOWN, UNKNOWN_TEXT, marked, may_be_null, part};
use crate::model::Value;
use crate::source::Span;

/// The parts of a reference, as text with [`UNKNOWN`] for what is not known.
#[derive(Debug, PartialEq, Eq)]
struct Reference<'a> {
    registry: Option<&'a str>,
    repository: &'a str,
    tag: Option<&'a str>,
    digest: Option<&'a str>,
}

impl<'a> Reference<'a> {
    /// By the rules of the distribution project's `reference` package: a first component with a dot, a
    /// colon, or `localhost` is a registry; a colon after the last slash begins the tag.
    fn parse(text: &'a str) -> Self {
        let (rest, digest) = text.split_once('@').map_or((text, None), |(rest, digest)| (rest, Some(digest)));
        let name_start = rest.rfind('/').map_or(0, |at| at + 1);
        let colon = rest.get(name_start..).and_then(|name| name.find(':')).map(|at| name_start + at);
        let (path, tag) = match colon {
            Some(at) => (rest.get(..at).unwrap_or(rest), rest.get(at + 1..)),
            None => (rest, None),
        };
        let (registry, repository) = match path.split_once('/') {
            Some((first, others)) if first.contains(['.', ':']) || first == "localhost" => (Some(first), others),
            _ => (None, path),
        };
        Self { registry, repository, tag, digest }
    }
}

/// Sets `registry`, `repository`, `tag` and `digest` of the image that `value` names. What the reference
/// lacks is null; what an unknown piece may hold is unknown. The registry is the default one where none is written.
pub(super) fn describe(object: &mut Object, value: &Value, span: Span) {
    let text = marked(value).unwrap_or_default();
    let reference = Reference::parse(&text);
    let known = |text: &str| part(value, text, span);
    let ends_unknown = reference.repository.ends_with(UNKNOWN) && reference.tag.is_none();
    let open = |text: Option<&str>, open: bool| match text {
        None if open => Some(may_be_null(known(UNKNOWN_TEXT))),
        text => text.map(known),
    };
    object.set(
        "registry",
        known(match reference.registry {
            Some(registry) => registry,
            None if text.starts_with(UNKNOWN) => UNKNOWN_TEXT,
            None => "docker.io",
        }),
    );
    object.set("repository", known(reference.repository));
    object.set_or_null("tag", open(reference.tag, ends_unknown && reference.digest.is_none()));
    let tag_open = reference.tag.is_some_and(|tag| tag.ends_with(UNKNOWN));
    object.set_or_null("digest", open(reference.digest, ends_unknown || tag_open));
}

/// Whether an image runs Windows, as far as its name tells.
pub(super) fn is_windows(image: &str) -> bool {
    let image = image.to_ascii_lowercase();
    ["mcr.microsoft.com/windows", "windowsservercore", "nanoserver", "servercore", "microsoft/windows"]
        .iter()
        .any(|word| image.contains(word))
}

/// The user that an image runs as, where its name tells: `scratch` has none but root; the `nonroot` tags of
/// distroless are built to run as uid 65532 (its README); who calls an image `nonroot`, `rootless` or `unprivileged`
/// promises that it is not root, and so does Chainguard of its images ("Users" in its image guidelines), but for
/// those that are bases to install on. `nonroot` is said where that is all that is told.
pub(super) fn user_of(image: &str) -> Option<&'static str> {
    if image == "scratch" {
        return Some("root");
    }
    let Reference { registry, repository, tag, .. } = Reference::parse(image);
    let (names, name) = repository.rsplit_once('/').unwrap_or(("", repository));
    let promises = promises_no_root(name) || tag.is_some_and(promises_no_root);
    if promises && names.ends_with("distroless") {
        return Some("65532");
    }
    let by_chainguard = registry == Some("cgr.dev") || names.ends_with("chainguard");
    let is_base = matches!(name, "wolfi-base" | "chainguard-base");
    (promises || by_chainguard && !is_base && !name.contains(UNKNOWN)).then_some("nonroot")
}

/// Whether a word of a name says that the process is not root.
fn promises_no_root(name: &str) -> bool {
    let words: Vec<&str> = name.split(['-', '_', '.']).collect();
    words.iter().any(|word| matches!(*word, "nonroot" | "rootless" | "unprivileged"))
        || words.windows(2).any(|pair| pair == ["non", "root"])
}

#[cfg(test)]
mod tests {
    use super::{Reference, user_of};

    #[test]
    fn references() {
        let parse = |text| {
            let Reference { registry, repository, tag, digest } = Reference::parse(text);
            (registry, repository, tag, digest)
        };
        assert_eq!(parse("node"), (None, "node", None, None));
        assert_eq!(parse("library/node:18"), (None, "library/node", Some("18"), None));
        assert_eq!(parse("r.io:5000/a/b:1@sha256:0"), (Some("r.io:5000"), "a/b", Some("1"), Some("sha256:0")));
        assert_eq!(parse("localhost/a"), (Some("localhost"), "a", None, None));
        assert_eq!(parse("a@sha256:0"), (None, "a", None, Some("sha256:0")));
    }

    #[test]
    fn users_of_base_images() {
        assert_eq!(user_of("gcr.io/distroless/static-debian12:nonroot"), Some("65532"));
        assert_eq!(user_of("gcr.io/distroless/base:debug-nonroot"), Some("65532"));
        assert_eq!(user_of("gcr.io/distroless/static"), None);
        assert_eq!(user_of("nginxinc/nginx-unprivileged:1.27"), Some("nonroot"));
        assert_eq!(user_of("docker:27-dind-rootless"), Some("nonroot"));
        assert_eq!(user_of("r.io/a/app:1.2-non-root"), Some("nonroot"));
        assert_eq!(user_of("cgr.dev/chainguard/node:latest-dev"), Some("nonroot"));
        assert_eq!(user_of("chainguard/python"), Some("nonroot"));
        assert_eq!(user_of("cgr.dev/chainguard/wolfi-base"), None);
        assert_eq!(user_of("rootlesscontainers/app"), None);
        assert_eq!(user_of("scratch"), Some("root"));
        assert_eq!(user_of("node:18"), None);
    }
}
