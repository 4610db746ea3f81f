//! Explaining verdicts: the pipeline up to the engine, with every step of the evaluation kept.

use super::{Request, ScanError};
use crate::discover::Disk;
use crate::engine::{self, Subject};
use crate::environment;
use crate::report::Explained;
use crate::source::Sources;
use std::path::PathBuf;

/// Explains the verdicts on `subject` in the files below `paths`, in the first environment that has any.
pub fn explain(paths: &[PathBuf], request: &Request, subject: &Subject) -> Result<Explained, ScanError> {
    let tree = Disk::tree(paths)?.within(&request.scope);
    let sources = Sources::default();
    let catalog = request.catalog(&sources)?;
    let (mut sensitive, mut explanations) = (Vec::new(), Vec::new());
    for (_, lowered) in environment::each(&tree, &sources, &request.environments()) {
        explanations = engine::explain(&lowered, &sources, &catalog, subject);
        sensitive = lowered.secrets;
        if !explanations.is_empty() {
            break;
        }
    }
    Ok(Explained { sources, sensitive, explanations })
}
