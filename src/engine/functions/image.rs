//! Image references.

use super::arguments::Arguments;
use crate::expr::EvalError;
use crate::model::official_images::is_official;
use crate::model::{Text, Type, Value};
use crate::source::Span;

/// `image(reference)`: `{registry, repository, tag, digest, is_placeholder}` of an image reference, by the grammar of
/// the distribution specification. `registry` is `docker.io` when none is written; `tag` and `digest` are null when
/// they are not written, and `digest` is null when it is malformed, since it pins nothing. `is_placeholder` is true of
/// a name without registry and namespace that Docker Hub does not have: a build puts the image in its place. Of an
/// unknown reference everything is unknown but what is refined.
pub fn image(args: &Arguments) -> Result<Value, EvalError> {
    match args.text(0)? {
        Some(text) => Ok(object(&parse(text), args.span)),
        None if args.get(0)?.is_unknown() => Ok(args.unknown(Type::Dynamic)),
        None => Ok(Value::null(args.span)),
    }
}

struct Image<'a> {
    registry: &'a str,
    repository: &'a str,
    tag: Option<&'a str>,
    digest: Option<&'a str>,
}

impl Image<'_> {
    /// Whether no registry has it: Docker Hub's images without a namespace are the official ones.
    fn is_placeholder(&self) -> bool {
        let Image { registry, repository, .. } = self;
        *registry == "docker.io" && !repository.contains('/') && !is_official(repository)
    }
}

fn parse(text: &str) -> Image<'_> {
    let (rest, digest) = text.split_once('@').map_or((text, None), |(rest, digest)| (rest, Some(digest)));
    let digest = digest.filter(|digest| is_digest(digest));
    // A colon before the last slash belongs to the registry's port.
    let after_slash = rest.rfind('/').map_or(0, |at| at + 1);
    let colon = rest[after_slash..].find(':').map(|at| after_slash + at);
    let (name, tag) = colon.map_or((rest, None), |at| (&rest[..at], Some(&rest[at + 1..])));
    // The first part is a registry when it looks like a host (distribution's reference grammar).
    let (registry, repository) = match name.split_once('/') {
        Some((host, path)) if host.contains(['.', ':']) || host == "localhost" => (host, path),
        _ => ("docker.io", name),
    };
    Image { registry, repository, tag, digest }
}

/// The repository of a reference, with its registry where one is written.
pub fn repository(text: &str) -> &str {
    let name = text.split('@').next().unwrap_or_default();
    let slash = name.rfind('/').unwrap_or_default();
    name.char_indices().find(|(at, c)| *c == ':' && *at > slash).map_or(name, |(at, _)| &name[..at])
}

/// Whether a text is a digest that runtimes accept: a registered algorithm, and as many lower-case hexadecimal
/// digits as it has. Source: "Digests" of the OCI image specification, and `go-digest`.
fn is_digest(text: &str) -> bool {
    let digits = |text: &str| text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    text.split_once(':').is_some_and(|(algorithm, encoded)| {
        let length = match algorithm {
            "sha256" => 64,
            "sha384" => 96,
            "sha512" => 128,
            _ => return false,
        };
        encoded.len() == length && digits(encoded)
    })
}

fn object(image: &Image, span: Span) -> Value {
    let text = |text: &str| Value::string(text, span);
    let maybe = |part: Option<&str>| part.map_or_else(|| Value::null(span), text);
    let entry = |key: &str, value: Value| (Text::from(key), value);
    Value::object(
        vec![
            entry("registry", text(image.registry)),
            entry("repository", text(image.repository)),
            entry("tag", maybe(image.tag)),
            entry("digest", maybe(image.digest)),
            entry("is_placeholder", Value::bool(image.is_placeholder(), span)),
        ],
        span,
    )
}

#[cfg(test)]
mod tests {
    use super::{parse, repository};

    #[test]
    fn references() {
        let digest = format!("sha256:{}", "0a".repeat(32));
        let pinned = format!("localhost:5000/a/b:1.2@{digest}");
        let image = parse(&pinned);
        assert_eq!((image.registry, image.repository), ("localhost:5000", "a/b"));
        assert_eq!((image.tag, image.digest), (Some("1.2"), Some(digest.as_str())));
        let image = parse("nginx");
        assert_eq!((image.registry, image.repository, image.tag), ("docker.io", "nginx", None));
        assert_eq!(parse("library/nginx:latest").registry, "docker.io");
        assert_eq!(repository("localhost:5000/a/b:1.2@sha256:00"), "localhost:5000/a/b");
    }

    #[test]
    fn a_malformed_digest_pins_nothing() {
        assert_eq!(parse("a@sha256:00").digest, None);
        assert_eq!(parse(&format!("a@sha256:{}", "0A".repeat(32))).digest, None);
        assert_eq!(parse(&format!("a@sha512:{}", "0a".repeat(32))).digest, None);
        assert_eq!(parse("a@crc32:00").digest, None);
        assert!(parse(&format!("a@sha512:{}", "0a".repeat(64))).digest.is_some());
    }
}
