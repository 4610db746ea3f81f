//! Dockerfiles to resources.

mod input;

pub use input::{Input, is_candidate};

use crate::model::Lowered;

/// All resources of the candidates, with a ledger entry for each candidate.
pub fn lower(input: &Input<'_>) -> Lowered {
    let _ = (input.files, input.sources, input.candidates, input.build_args, input.target);
    Lowered::default()
}
