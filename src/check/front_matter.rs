//! The metadata between the two `---` lines: a closed schema.

use super::typed_yaml::{self, Wrong};
use super::{Category, Edition, Meta, Precision, Severity, framework};
use crate::model::Text;
use crate::source::suggestion;
use serde::Deserialize;
use std::collections::BTreeMap;

/// Tools whose ids may stand in `aliases`; `gatelint` is for ids that were renamed.
const TOOLS: [&str; 12] = [
    "buildkit",
    "checkov",
    "gatelint",
    "hadolint",
    "kics",
    "kube-linter",
    "kube-score",
    "kubescape",
    "polaris",
    "terrascan",
    "tfsec",
    "trivy",
];

/// The front matter as it is written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct FrontMatter {
    title: String,
    severity: String,
    category: String,
    #[serde(default)]
    default: Option<String>,
    #[serde(default)]
    off_because: Option<String>,
    #[serde(default)]
    precision: Option<String>,
    #[serde(default)]
    part_of: Vec<String>,
    #[serde(default)]
    since: Option<String>,
    #[serde(default)]
    deprecated: Option<String>,
    #[serde(default)]
    aliases: BTreeMap<String, Vec<String>>,
    #[serde(default)]
    frameworks: BTreeMap<String, Vec<String>>,
    #[serde(default)]
    references: Vec<String>,
}

/// Reads the front matter `text` of the page `id`. Prose and targets are left empty.
pub(super) fn read(id: &str, text: &str) -> Result<Meta, Wrong> {
    let written: FrontMatter = typed_yaml::read(text, "a check's metadata")?;
    let wrong = |key: &str, message: String| (message, key_offset(text, key));
    let default_on = match written.default.as_deref() {
        None | Some("on" | "true") => true,
        Some("off" | "false") => false,
        Some(other) => return Err(wrong("default", format!("`default` is `on` or `off`, not `{other}`"))),
    };
    if default_on && written.off_because.is_some() {
        return Err(wrong("off-because", "`off-because` gives the reason of `default: off`".to_owned()));
    }
    if written.part_of.iter().any(|broader| broader == id) {
        return Err(wrong("part-of", "a check cannot be part of itself".to_owned()));
    }
    if let Some(tool) = written.aliases.keys().find(|tool| !TOOLS.contains(&tool.as_str())) {
        return Err(wrong(
            "aliases",
            format!("unknown tool `{tool}` in aliases{}; the tools are {}", hint(tool, &TOOLS), TOOLS.join(", ")),
        ));
    }
    let mut frameworks = written.frameworks.iter();
    if let Some(message) = frameworks.find_map(|(name, controls)| framework::problem(name, controls)) {
        return Err(wrong("frameworks", message));
    }
    if let Some(url) = written.references.iter().find(|url| !url.starts_with("https://")) {
        return Err(wrong("references", format!("`{url}` is not an absolute https URL")));
    }
    Ok(Meta {
        id: Text::from(id),
        title: written.title,
        severity: written.severity.parse::<Severity>().map_err(|message| wrong("severity", message))?,
        category: written.category.parse::<Category>().map_err(|message| wrong("category", message))?,
        default_on,
        off_because: written.off_because,
        precision: match written.precision {
            None => None,
            Some(precision) => Some(precision.parse::<Precision>().map_err(|message| wrong("precision", message))?),
        },
        part_of: written.part_of.iter().map(|broader| Text::from(broader.as_str())).collect(),
        since: match written.since {
            None => Edition::FIRST,
            Some(since) => since.parse::<Edition>().map_err(|message| wrong("since", message))?,
        },
        deprecated: written.deprecated,
        aliases: written.aliases.into_iter().collect(),
        frameworks: written.frameworks.into_iter().collect(),
        references: written.references,
        rationale: String::new(),
        fix: String::new(),
        targets: Vec::new(),
    })
}

/// The byte where a top-level key begins.
fn key_offset(text: &str, key: &str) -> usize {
    let mut offset = 0;
    for line in text.split_inclusive('\n') {
        if line.strip_prefix(key).is_some_and(|rest| rest.starts_with(':')) {
            return offset;
        }
        offset += line.len();
    }
    0
}

/// `, did you mean …?` inside a sentence.
fn hint(word: &str, candidates: &[&str]) -> String {
    suggestion(word, candidates.iter().copied()).replacen("; did", " (did", 1).replacen('?', "?)", 1)
}
