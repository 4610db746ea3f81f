//! What a file's name says.

use crate::source::Kind;

/// What the file of that name is a candidate for; `None` when it is none.
///
/// Dockerfile names are those that people write for `BuildKit` and Podman: `Dockerfile`,
/// `Containerfile`, with any suffix after a dot, or as an extension, in any case.
pub fn kind_of(path: &str) -> Option<Kind> {
    let name = path.rsplit('/').next().unwrap_or(path);
    let lower = name.to_ascii_lowercase();
    // Editors' backups, which Terraform leaves out too (internal/configs, IsIgnoredFile).
    if name.ends_with('~') || (name.starts_with('#') && name.ends_with('#')) {
        return None;
    }
    // Our own configuration is no input.
    if [".gatelint.yaml", ".gatelint.yml"].contains(&name) {
        return None;
    }
    if let Some(kind) = terraform(name) {
        return Some(kind);
    }
    if is_dockerfile(&lower) {
        return Some(Kind::Dockerfile);
    }
    if matches!(lower.as_str(), "kustomization" | "kustomization.yaml" | "kustomization.yml") {
        return Some(Kind::Kustomization);
    }
    match lower.rsplit_once('.')?.1 {
        "yaml" | "yml" => Some(Kind::Yaml),
        "json" => Some(Kind::Json),
        _ => None,
    }
}

/// What a file is whose name does not tell, by its first bytes.
pub(super) fn kind_by_content(head: &str) -> Option<Kind> {
    let first = head.lines().map(str::trim).find(|line| !line.is_empty() && !line.starts_with('#'))?;
    let word = first.split_whitespace().next()?;
    if ["from", "arg"].contains(&word.to_ascii_lowercase().as_str()) {
        return Some(Kind::Dockerfile);
    }
    head.contains("apiVersion").then_some(Kind::Yaml)
}

/// Whether a JSON file with these first bytes can hold a Kubernetes object: other JSON is no candidate.
pub(super) fn mentions_kubernetes(head: &str) -> bool {
    head.contains("\"apiVersion\"") && head.contains("\"kind\"")
}

fn terraform(name: &str) -> Option<Kind> {
    const NOT_OF_A_MODULE: [&str; 4] = [".tftest.hcl", ".tftest.json", ".tfquery.hcl", ".tofutest.hcl"];
    let ends = |endings: &[&str]| endings.iter().any(|ending| name.ends_with(ending));
    if name.starts_with('.') || ends(&NOT_OF_A_MODULE) {
        return None;
    }
    if ends(&[".tfvars", ".tfvars.json"]) {
        Some(Kind::TerraformVariables)
    } else if ends(&[".tf.json", ".tofu.json"]) {
        Some(Kind::TerraformJson)
    } else if ends(&[".tf", ".tofu"]) {
        Some(Kind::Terraform)
    } else {
        None
    }
}

fn is_dockerfile(lower: &str) -> bool {
    const ENDINGS_OF_OTHER_THINGS: [&str; 8] = [".dockerignore", ".md", ".sh", ".py", ".go", ".txt", ".json", ".yaml"];
    let other = ENDINGS_OF_OTHER_THINGS.iter().any(|ending| lower.ends_with(ending));
    ["dockerfile", "containerfile"].iter().any(|word| {
        lower == *word
            || lower.strip_suffix(word).is_some_and(|rest| rest.ends_with('.') && rest.len() > 1)
            || !other && lower.strip_prefix(word).is_some_and(|rest| rest.starts_with(['.', '-', '_']))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_each_kind() {
        for (name, kind) in [
            ("a/main.tf", Some(Kind::Terraform)),
            ("main.tofu", Some(Kind::Terraform)),
            ("main.tf.json", Some(Kind::TerraformJson)),
            ("x.auto.tfvars", Some(Kind::TerraformVariables)),
            ("terraform.tfvars.json", Some(Kind::TerraformVariables)),
            ("a.tftest.hcl", None),
            ("main.tf~", None),
            ("Dockerfile", Some(Kind::Dockerfile)),
            ("api.Dockerfile", Some(Kind::Dockerfile)),
            ("Dockerfile.prod", Some(Kind::Dockerfile)),
            ("Containerfile", Some(Kind::Dockerfile)),
            ("Dockerfile.dockerignore", None),
            ("k/kustomization.yml", Some(Kind::Kustomization)),
            ("deploy.yaml", Some(Kind::Yaml)),
            ("pod.json", Some(Kind::Json)),
            ("README.md", None),
        ] {
            assert_eq!(kind_of(name), kind, "{name}");
        }
    }
}
