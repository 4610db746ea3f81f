//! The keys of the configuration file, as they are written. `docs/config.schema.json` says the same to editors.

use super::entries::Entries;
use serde::Deserialize;
use serde_json::Value as Json;
use serde_saphyr::Spanned;

/// A text with its place.
pub type Word = Spanned<String>;

/// The whole file.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct File {
    pub edition: Option<Word>,
    pub paths: Paths,
    pub checks: Entries<Word, Word>,
    pub overrides: Vec<Override>,
    pub inputs: Entries<Word, Json>,
    pub check_folders: Vec<Word>,
    pub policy_folders: Vec<Word>,
    pub vars: Entries<Word, Spanned<Json>>,
    pub var_files: Vec<Word>,
    pub build_args: Entries<Word, Json>,
    pub environments: Entries<Word, Environment>,
    pub charts: Entries<Word, Chart>,
    pub gate: Gate,
    pub admission: Admission,
    pub suppressions: Suppressions,
    pub baseline: Option<Word>,
    pub limits: Limits,
}

/// `paths`
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Paths {
    pub include: Vec<Word>,
    pub exclude: Vec<Word>,
}

/// One of `overrides`
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Override {
    pub paths: Vec<Word>,
    pub checks: Entries<Word, Word>,
}

/// One of `environments`
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct Environment {
    pub vars: Entries<Word, Spanned<Json>>,
    pub var_files: Vec<Word>,
    pub build_args: Entries<Word, Json>,
    pub workspace: Option<Word>,
    pub overlays: Vec<Word>,
}

/// One of `charts`
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Chart {
    pub release: Option<Word>,
    pub namespace: Option<Word>,
    pub sets: Entries<Word, ChartSet>,
}

/// One of `sets` of a chart
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ChartSet {
    pub values: Vec<Word>,
    pub set: Entries<Word, Spanned<Json>>,
    pub release: Option<Word>,
    pub namespace: Option<Word>,
}

/// `gate`
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct Gate {
    pub fail_on: Option<Word>,
    pub inconclusive: Option<Word>,
    pub require_complete: bool,
    pub exceptions: Vec<Exception>,
    pub may_stay_unread: Vec<Tolerated>,
}

/// One of `gate.exceptions`
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Exception {
    #[serde(default)]
    pub paths: Vec<Word>,
    #[serde(default)]
    pub categories: Vec<Word>,
    #[serde(default)]
    pub environments: Vec<Word>,
    pub fail_on: Word,
}

/// One of `gate.may-stay-unread`
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tolerated {
    pub paths: Vec<Word>,
    pub reason: Word,
}

/// `admission`
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Admission {
    pub mode: Option<Word>,
    pub rules: Vec<AdmissionRule>,
}

/// One of `admission.rules`
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AdmissionRule {
    #[serde(default)]
    pub namespaces: Vec<Word>,
    #[serde(default)]
    pub checks: Vec<Word>,
    #[serde(default)]
    pub severity: Option<Word>,
    pub mode: Word,
}

/// `suppressions`
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct Suppressions {
    pub require_reason: bool,
    pub require_owner: bool,
    pub max_days: Option<u32>,
    pub never: Vec<Word>,
    pub inline: Option<bool>,
    pub kubescape_exceptions: Vec<Word>,
    pub entries: Vec<Spanned<Suppression>>,
}

/// One of `suppressions.entries`
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Suppression {
    pub checks: Vec<Word>,
    pub paths: Vec<Word>,
    pub addresses: Vec<Word>,
    pub reason: Option<Word>,
    pub owner: Option<Word>,
    pub until: Option<Word>,
}

/// `limits`
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct Limits {
    pub instances: Option<Spanned<u64>>,
    pub module_depth: Option<Spanned<u64>>,
}
