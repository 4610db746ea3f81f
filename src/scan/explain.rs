//! Explaining verdicts: the pipeline up to the engine, with every step of the evaluation kept.

use super::{Request, ScanError};
use crate::discover::Disk;
use crate::engine::{self, Subject};
use crate::lower;
use crate::report::Explained;
use crate::source::Sources;
use std::path::PathBuf;

/// Explains the verdicts on `subject` in the files below `paths`, in the first environment that has any.
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
