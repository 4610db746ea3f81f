//! What a file's name says.
//!
//! Where a name only suggests a kind, [`super::content`] decides by the first bytes.

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
    if lower.ends_with(".tfstate") || lower.ends_with(".tfstate.backup") {
        return Some(Kind::TerraformState);
    }
    if is_dockerfile(&lower) {
        return Some(Kind::Dockerfile);
    }
    if matches!(lower.as_str(), "kustomization" | "kustomization.yaml" | "kustomization.yml") {
        return Some(Kind::Kustomization);
    }
    match lower.rsplit_once('.')?.1 {
        "hcl" | "json" if lower.starts_with("docker-bake") => Some(Kind::Bake),
        "yaml" | "yml" => Some(Kind::Yaml),
        "json" => Some(Kind::Json),
        "bicep" => Some(Kind::Bicep),
        "hcl" if lower.ends_with(".pkr.hcl") || lower.ends_with(".pkrvars.hcl") => Some(Kind::Packer),
        _ => None,
    }
}

fn terraform(name: &str) -> Option<Kind> {
    if name.starts_with('.') {
        return None;
    }
    let plain = name.strip_suffix(".json");
    let ends = |endings: &[&str]| endings.iter().any(|ending| plain.unwrap_or(name).ends_with(ending));
    // `x.tftest.hcl` is `x.tftest.json` in JSON.
    let stem = name.strip_suffix(".hcl").or(plain);
    let hcl = |words: &[&str]| stem.is_some_and(|stem| words.iter().any(|word| stem.ends_with(word)));
    if ends(&[".tfvars"]) {
        Some(Kind::TerraformVariables)
    } else if ends(&[".tf", ".tofu"]) {
        Some(if plain.is_some() { Kind::TerraformJson } else { Kind::Terraform })
    } else if hcl(&[".tftest", ".tofutest", ".tfmock", ".tofumock"]) {
        Some(Kind::TerraformTest)
    } else if hcl(&[".tfquery", ".tofuquery"]) {
        Some(Kind::TerraformQuery)
    } else if hcl(&[".tfcomponent", ".tfdeploy", ".tfstack"]) {
        Some(Kind::TerraformStack)
    } else if name.starts_with("terragrunt.") && ends(&[".hcl"]) {
        Some(Kind::Terragrunt)
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
            ("a.tftest.hcl", Some(Kind::TerraformTest)),
            ("a.tofutest.hcl", Some(Kind::TerraformTest)),
            ("a.tftest.json", Some(Kind::TerraformTest)),
            ("a.tfmock.hcl", Some(Kind::TerraformTest)),
            ("a.tfquery.hcl", Some(Kind::TerraformQuery)),
            ("a.tfcomponent.hcl", Some(Kind::TerraformStack)),
            ("a.tfdeploy.hcl", Some(Kind::TerraformStack)),
            ("a.tfstack.hcl", Some(Kind::TerraformStack)),
            ("terragrunt.hcl", Some(Kind::Terragrunt)),
            ("terragrunt.hcl.json", Some(Kind::Terragrunt)),
            ("terragrunt.stack.hcl", Some(Kind::Terragrunt)),
            ("root.hcl", None),
            (".terraform.lock.hcl", None),
            ("terraform.tfstate", Some(Kind::TerraformState)),
            ("terraform.tfstate.backup", Some(Kind::TerraformState)),
            ("main.bicep", Some(Kind::Bicep)),
            ("web.pkr.hcl", Some(Kind::Packer)),
            ("main.tf~", None),
            ("Dockerfile", Some(Kind::Dockerfile)),
            ("api.Dockerfile", Some(Kind::Dockerfile)),
            ("Dockerfile.prod", Some(Kind::Dockerfile)),
            ("Containerfile", Some(Kind::Dockerfile)),
            ("Dockerfile.dockerignore", None),
            ("k/kustomization.yml", Some(Kind::Kustomization)),
            ("deploy.yaml", Some(Kind::Yaml)),
            ("pod.json", Some(Kind::Json)),
            ("docker-bake.hcl", Some(Kind::Bake)),
            ("docker-bake.override.json", Some(Kind::Bake)),
            ("README.md", None),
        ] {
            assert_eq!(kind_of(name), kind, "{name}");
        }
    }
}
