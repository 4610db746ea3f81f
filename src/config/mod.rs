//! The configuration file, `.gatelint.yaml`: from its text to decisions of the parts that take them.
//!
//! Owns the keys of the file and what they may say. Everything it knows of paths is text from the root: it reads no
//! file, and nothing in it can widen a limit or lead out of the root.

mod entries;
mod file;
mod read;

pub use read::read;

use crate::check::{Edition, Settings};
use crate::discover::Scope;
use crate::gate::{AdmissionModes, Thresholds};
use crate::lower::terraform::{Assignment, Limits};
use crate::model::Text;
use crate::overrides::Override;
use crate::source::Span;
use crate::suppress::{Governance, Rule};
use std::collections::{BTreeMap, BTreeSet};

/// The names of the file, the first one that is there counts.
pub const NAMES: [&str; 2] = [".gatelint.yaml", ".gatelint.yml"];

/// What a configuration decides. All paths count from the root.
#[derive(Debug, Default)]
pub struct Config {
    /// Checks that came later are announced, not judged.
    pub edition: Option<Edition>,
    /// The files that are judged.
    pub scope: Scope,
    /// Which checks run, and how bad their findings are.
    pub settings: Settings,
    /// The same for some paths.
    pub overrides: Vec<Override>,
    /// Name and text of inputs that checks and policies declare.
    pub inputs: Vec<(String, String)>,
    /// Folders of check pages.
    pub check_folders: Vec<String>,
    /// Folders of policies written for Terraform Policy.
    pub policy_folders: Vec<String>,
    /// Values from outside, in every environment.
    pub values: Values,
    /// Named environments, in the order of the file.
    pub environments: Vec<Environment>,
    /// Charts with the sets of values that they are installed with, in the order of the file.
    pub charts: Vec<ChartSet>,
    /// When the gate is shut.
    pub thresholds: Thresholds,
    /// What findings lead to in the validating webhook.
    pub admission: AdmissionModes,
    /// What is asked of suppressions.
    pub governance: Governance,
    /// Suppressions; their places count in the text of the file.
    pub suppressions: Vec<Rule>,
    /// Files of exceptions for Kubescape.
    pub kubescape_exceptions: Vec<String>,
    /// The file of findings that are known.
    pub baseline: Option<String>,
    /// Every name of checks as it is written (an id, a glob of ids, an id of another tool), with its place.
    pub globs: Vec<(String, Span)>,
    /// `paths` as they are written, from the root, with their places.
    pub named_paths: Vec<(String, Span)>,
    /// Where the edition is written.
    pub edition_place: Option<Span>,
    /// Limits, narrowed.
    pub limits: Limits,
}

impl Config {
    /// Replaces the ids of other tools, which `meaning` knows, by the ids of the checks that find the same.
    pub fn translate(&mut self, meaning: &BTreeMap<String, BTreeSet<Text>>) {
        self.settings.translate(meaning);
        for one in &mut self.overrides {
            one.settings.translate(meaning);
        }
        for checks in self.admission.rules.iter_mut().filter_map(|rule| rule.checks.as_mut()) {
            checks.translate(meaning);
        }
        let never = std::mem::take(&mut self.governance.never);
        self.governance.never = never
            .into_iter()
            .flat_map(|name| match meaning.get(&name) {
                Some(ids) => ids.iter().map(|id| globset::escape(id)).collect(),
                None => vec![name],
            })
            .collect();
    }
}

/// Values from outside.
#[derive(Clone, Debug, Default)]
pub struct Values {
    /// Terraform's variables, weakest first, with their places in the text of the file.
    pub variables: Vec<(Assignment, Span)>,
    /// Arguments of Dockerfiles.
    pub build_args: Vec<(String, String)>,
}

/// One environment of the file.
#[derive(Clone, Debug)]
pub struct Environment {
    /// Its name.
    pub name: Text,
    /// What it adds to the values of the file.
    pub values: Values,
    /// Terraform's workspace.
    pub workspace: Option<String>,
    /// What belongs to it.
    pub overlays: Vec<Overlay>,
}

/// A set of values of a chart.
#[derive(Clone, Debug)]
pub struct ChartSet {
    /// The path of the chart's directory, with its place in the file.
    pub chart: (String, Span),
    /// The name of the set.
    pub name: Text,
    /// The name of the release.
    pub release: Option<String>,
    /// Its namespace.
    pub namespace: Option<String>,
    /// Paths of files of values, with their places; the last file wins.
    pub files: Vec<(String, Span)>,
    /// Single values, as `helm --set-json` takes them, with their places.
    pub values: Vec<(String, Span)>,
}

/// The path of an overlay, or of a directory of manifests, that an environment names.
#[derive(Clone, Debug)]
pub struct Overlay {
    /// The path.
    pub path: String,
    /// Its place in the file.
    pub span: Span,
}
