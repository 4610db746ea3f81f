//! Migrating suppressions: the pipeline up to the lowering, for the suppressions that other tools left.

use super::{Request, ScanError};
use crate::discover::Tree;
use crate::engine;
use crate::lower;
use crate::source::Sources;
use crate::suppress::Suppressions;
use crate::suppress::migrate::{self, Migration};
use std::collections::BTreeSet;

/// Plans how other tools' suppressions in `tree` are rewritten as gatelint's, in the first environment.
pub fn migrate(tree: &Tree, request: &Request) -> Result<Migration, ScanError> {
    let sources = Sources::default();
    let catalog = request.catalog(&sources)?;
    let mut suppressions = Suppressions::new(tree.files.as_ref(), &sources, &catalog, &request.suppressing);
    let environments = request.environments();
    let inputs = environments.first().map(|environment| environment.inputs.clone()).unwrap_or_default();
    let lowered = lower::lower(tree, &sources, &inputs);
    suppressions.read(&lowered);
    // A suppression is rewritten for the checks whose findings it covers, selected or not.
    let foreign = catalog.narrowed(suppressions.foreign()).map_err(ScanError::Selection)?;
    let verdicts = engine::evaluate(&lowered, &sources, &foreign, &BTreeSet::new()).selected;
    suppressions.apply(&verdicts, &lowered, inputs.variables.workspace.as_deref());
    Ok(migrate::plan(&suppressions, &lowered))
}
