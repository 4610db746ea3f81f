//! Pipelines that end before the gate: what somebody wants to know of a tree.

use super::{Request, ScanError};
use crate::discover::{Disk, Tree};
use crate::engine::{self, Subject};
use crate::lower;
use crate::report::Explained;
use crate::source::Sources;
use crate::suppress::Suppressions;
use crate::suppress::migrate::{self, Migration};
use std::path::PathBuf;

/// How the verdicts on `subject` came about in the files below `paths`: in the first environment in which there is
/// something to say.
pub fn explain(paths: &[PathBuf], request: &Request, subject: &Subject) -> Result<Explained, ScanError> {
    let tree = Disk::tree(paths)?.within(&request.scope);
    let sources = Sources::default();
    let catalog = request.catalog(&sources)?;
    let mut explained = Explained { sensitive: Vec::new(), explanations: Vec::new(), sources };
    for environment in request.environments().iter() {
        let lowered = lower::lower(&tree, &explained.sources, &environment.inputs);
        explained.explanations = engine::explain(&lowered, &explained.sources, &catalog, subject);
        explained.sensitive = lowered.secrets;
        if !explained.explanations.is_empty() {
            break;
        }
    }
    Ok(explained)
}

/// How other tools' suppressions below `paths` can be rewritten into ours, in the first environment.
pub fn migrate(tree: &Tree, request: &Request) -> Result<Migration, ScanError> {
    let sources = Sources::default();
    let catalog = request.catalog(&sources)?;
    let suppressions = Suppressions::new(tree.files.as_ref(), &sources, &catalog, &request.suppressing);
    let environments = request.environments();
    let inputs = environments.first().map(|environment| environment.inputs.clone()).unwrap_or_default();
    let lowered = lower::lower(tree, &sources, &inputs);
    Ok(migrate::plan(suppressions, &lowered, inputs.variables.workspace.as_deref()))
}
