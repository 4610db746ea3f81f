//! Types that policies name: whether anything is known by that name.
//!
//! A policy on a misspelt type never evaluates anything, and nobody would notice. Knows the schemas and the names of the
//! model; what a scan holds is for the index to say.

use super::Index;
use crate::check::{Page, TypePattern};
use crate::schema;
use crate::source::prose::sentence;
use crate::source::{Problem, suggestion};

/// The types of the model that no provider and no API has.
const OF_MODEL: [&str; 14] = [
    "bake_target",
    "compose_config",
    "compose_network",
    "compose_project",
    "compose_secret",
    "compose_service",
    "compose_volume",
    "container",
    "dockerfile",
    "dockerfile_instruction",
    "dockerfile_stage",
    "pod",
    "suppression",
    "workload",
];

/// Returns a warning for each type of a page that no schema and no model knows, and that no resource of the scan has.
/// Custom resources of Kubernetes are known by their resources; types of providers without a schema are not reported.
pub fn unknown_types(page: &Page, index: &Index) -> Vec<Problem> {
    let mut problems = Vec::new();
    for policy in &page.policies {
        for pattern in policy.patterns.iter().filter(|pattern| index.types(pattern).next().is_none()) {
            if let Some(hint) = unknown(pattern) {
                let text = format!(
                    "no provider, no Kubernetes API and no resource here has the type `{}`{hint}",
                    pattern.text
                );
                problems.push(Problem::warning(policy.span, sentence(&text)));
            }
        }
    }
    problems
}

/// What was probably meant by a type that is not known, where there is anything near; `None` for a type that is known.
fn unknown(pattern: &TypePattern) -> Option<String> {
    let name = pattern.exact().filter(|name| !name.starts_with("provider.") && !OF_MODEL.contains(name))?;
    if name.starts_with(|c: char| c.is_ascii_uppercase()) {
        return schema::kubernetes_kinds(name).next().is_none().then(String::new);
    }
    let (prefix, bare) = name.strip_prefix("data.").map_or(("", name), |bare| ("data.", bare));
    let Some((provider, _)) = bare.split_once('_') else { return Some(suggestion(name, OF_MODEL)) };
    let of_provider = format!("{prefix}{provider}_");
    let is_unknown = schema::terraform_types(&of_provider).next().is_some() && schema::terraform(name).is_none();
    is_unknown.then(|| suggestion(name, schema::terraform_types(&of_provider).map(schema::TypeSchema::name)))
}

#[cfg(test)]
mod tests {
    use super::unknown;
    use crate::check::TypePattern;

    #[test]
    fn a_misspelt_type_is_told_from_one_that_somebody_has() {
        for (name, expected) in [
            ("aws_s3_bucket", None),
            ("aws_s3_bukcet", Some("; did you mean `aws_s3_bucket`?")),
            ("data.aws_ami", None),
            ("data.aws_amii", Some("; did you mean `data.aws_ami`?")),
            ("aws_*", None),
            ("acme_widget", None),
            ("provider.aws", None),
            ("Deployment", None),
            ("Deploymnet", Some("")),
            ("workload", None),
            ("containers", Some("; did you mean `container`?")),
        ] {
            assert_eq!(unknown(&TypePattern::new(name)).as_deref(), expected, "{name}");
        }
    }
}
