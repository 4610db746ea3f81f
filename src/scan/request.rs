//! What is asked of a scan.

use crate::baseline::Baseline;
use crate::check::Severity;
use crate::discover::{Disk, RevisionError, Scope, StandardInput, Tree, WalkError};
use crate::engine::{Catalog, CustomPage, PolicySet, Selection};
use crate::environment::Environment;
use crate::gate::{AdmissionModes, Thresholds};
use crate::lower::Inputs;
use crate::model::Text;
use crate::overrides::Override;
use crate::source::Sources;
use crate::suppress::SuppressionOptions;
use std::borrow::Cow;
use std::path::PathBuf;

/// Everything that decides the result of a scan beside the files.
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// The environments to judge in; one without name where there is none.
    pub environments: Vec<Environment>,
    /// Which files are judged.
    pub scope: Scope,
    /// Which checks take part.
    pub selection: Selection,
    /// What is decided about checks for some paths only.
    pub overrides: Vec<Override>,
    /// Checks that are not in the binary.
    pub custom: Vec<CustomPage>,
    /// Policies written for Terraform Policy, and values of inputs.
    pub policies: PolicySet,
    /// Which suppressions hold.
    pub suppressing: SuppressionOptions,
    /// When the gate is shut.
    pub thresholds: Thresholds,
    /// What findings lead to in the validating webhook.
    pub admission: AdmissionModes,
    /// What was found before, so that it does not shut the gate.
    pub known: Known,
    /// Whether the whole root is read and judged, but only the paths given are reported on.
    pub only_given: bool,
    /// Whether findings are reported with the changes that are proved to remove them.
    pub fixes: bool,
    /// What exists beside the files and cannot be seen, such as the cluster that an object is admitted to: a relation
    /// that does not find what it looks for is inconclusive, with that as its cause.
    pub surroundings: Option<Text>,
    /// A text that is judged beside the files.
    pub standard_input: Option<StandardInput>,
}

impl Request {
    /// A request in one environment without name.
    pub fn with(inputs: Inputs) -> Self {
        let environment = Environment { inputs, ..Environment::default() };
        Self { environments: vec![environment], ..Self::default() }
    }

    /// The files below `paths`, with what was read from standard input.
    pub(crate) fn tree(&self, paths: &[PathBuf]) -> Result<Tree, WalkError> {
        match &self.standard_input {
            Some(input) => input.tree(paths),
            None => Disk::tree(paths),
        }
    }

    /// The checks to choose from, and the choice.
    pub fn catalog(&self, sources: &Sources) -> Result<Catalog<'_>, ScanError> {
        let catalog = Catalog::new(&self.custom, &self.policies, &self.selection, sources);
        catalog.map_err(ScanError::Selection)
    }

    /// Whether findings of severity `info` were asked for: checks are named, or such findings close the gate.
    pub(crate) fn asks_for_info(&self) -> bool {
        let selection = &self.selection;
        !selection.only.is_empty()
            || selection.severity == Some(Severity::Info)
            || self.thresholds.fail_on == Some(Severity::Info)
    }

    /// The environments, of which there is always one.
    pub fn environments(&self) -> Cow<'_, [Environment]> {
        if self.environments.is_empty() { vec![Environment::default()].into() } else { (&self.environments).into() }
    }
}

/// What is known before a scan.
#[derive(Clone, Debug, Default)]
pub enum Known {
    /// Nothing.
    #[default]
    Nothing,
    /// What a baseline says.
    Baseline(Baseline),
    /// What is found in the tree of this revision of git.
    Since(String),
}

impl Known {
    /// The baseline, where it is one.
    pub(crate) fn baseline(&self) -> Option<&Baseline> {
        if let Self::Baseline(baseline) = self { Some(baseline) } else { None }
    }
}

/// Why there is no report at all.
#[derive(Debug, thiserror::Error)]
pub enum ScanError {
    /// The paths cannot be walked.
    #[error(transparent)]
    Walk(#[from] WalkError),
    /// The tree that new findings are told apart by cannot be had.
    #[error("--new-since")]
    Revision(#[from] RevisionError),
    /// The choice of checks makes no sense.
    #[error("{0}")]
    Selection(String),
}
