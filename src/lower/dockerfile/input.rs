//! What the Dockerfile frontend is asked to look at.

use crate::source::{Files, Sources};

/// What is lowered, and the values that the build is given.
pub struct Input<'a> {
    /// The tree that the files are read from.
    pub files: &'a dyn Files,
    /// Where their texts are kept.
    pub sources: &'a Sources,
    /// Paths of the candidate files from the root, sorted.
    pub candidates: &'a [String],
    /// `--build-arg NAME=VALUE`, as name and value; of a name given twice the last counts.
    pub build_args: &'a [(String, String)],
    /// `--target STAGE`: the stage that is built, by name or number. The last one where it is `None`,
    /// or where a file has no such stage.
    pub target: Option<&'a str>,
}

/// Whether a file of that name (without directory) is a candidate: `Dockerfile`, `Containerfile`, either
/// with a prefix or suffix (`Dockerfile.dev`, `api.Dockerfile`, `Dockerfile-alpine.template`), in any case.
/// A `.dockerignore` is none.
pub fn is_candidate(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    if lower.ends_with(".dockerignore") {
        return false;
    }
    ["dockerfile", "containerfile"].into_iter().any(|word| {
        let after = lower.strip_prefix(word).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '-', '_']));
        after && !is_other_language(&lower)
            || lower.strip_suffix(word).is_some_and(|rest| rest.ends_with(['.', '-', '_']))
    })
}

/// Extensions of files that are about Dockerfiles.
const OTHERS: [&str; 19] = [
    "md", "go", "py", "js", "ts", "rs", "rb", "java", "json", "yaml", "yml", "toml", "sh", "html", "lock", "xml",
    "adoc", "rst", "png",
];

/// `Dockerfile.md`, `dockerfile.go`: files about Dockerfiles.
fn is_other_language(lower: &str) -> bool {
    let extension = lower.rsplit_once('.').map_or("", |(_, extension)| extension);
    OTHERS.contains(&extension)
}

#[cfg(test)]
mod tests {
    use super::is_candidate;

    #[test]
    fn names_of_candidates() {
        for name in [
            "Dockerfile",
            "dockerfile",
            "Containerfile.dev",
            "api.Dockerfile",
            "Dockerfile-slim.template",
            "Dockerfile_arm",
        ] {
            assert!(is_candidate(name), "{name}");
        }
        for name in ["Dockerfile.md", "Dockerfile.dockerignore", "dockerfiles.txt", "dockerfile.go", "Makefile"] {
            assert!(!is_candidate(name), "{name}");
        }
    }
}
