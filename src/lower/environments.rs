//! A tree in several environments: parsed once, and each unit lowered once for all environments in which its inputs
//! are the same.

use super::frontend::{Parsed, UnitPlan};
use super::{FRONTENDS, Inputs, kubernetes, secrets};
use crate::discover::Tree;
use crate::model::Lowered;
use crate::source::Sources;
use rayon::prelude::*;

/// What the tree is with each of the `inputs`, in their order.
pub fn each<'t>(tree: &'t Tree, sources: &'t Sources, inputs: &[&'t Inputs]) -> EachEnvironment<'t> {
    let formats = if inputs.is_empty() { Vec::new() } else { read(tree, sources) };
    EachEnvironment { tree, sources, inputs: inputs.to_vec(), at: 0, formats }
}

fn read<'t>(tree: &'t Tree, sources: &'t Sources) -> Vec<Format<'t>> {
    let parsed = FRONTENDS.par_iter().map(|frontend| frontend.read(tree, sources));
    parsed.map(|parsed| Format { kept: parsed.plans().iter().map(|_| None).collect(), parsed }).collect()
}

/// The environments that are yet to come, and what is shared between them.
pub struct EachEnvironment<'t> {
    tree: &'t Tree,
    sources: &'t Sources,
    inputs: Vec<&'t Inputs>,
    at: usize,
    formats: Vec<Format<'t>>,
}

/// One format, with the units that are the same in the next environment.
struct Format<'t> {
    parsed: Box<dyn Parsed + 't>,
    /// By number of the plan.
    kept: Vec<Option<Lowered>>,
}

impl Iterator for EachEnvironment<'_> {
    type Item = Lowered;

    fn next(&mut self) -> Option<Lowered> {
        let inputs = *self.inputs.get(self.at)?;
        self.at += 1;
        let next = self.inputs.get(self.at).copied();
        let parts: Vec<Lowered> = self.formats.par_iter_mut().map(|format| format.lower(inputs, next)).collect();
        if next.is_none() {
            // What was parsed is not needed while the last environment is evaluated.
            self.formats.clear();
        }
        let mut lowered = Lowered::default();
        for mut part in parts {
            kubernetes::add_described(&mut part, self.sources);
            lowered.append(part);
        }
        lowered.ledger.extend(self.tree.left_out.iter().cloned());
        secrets::hide(&mut lowered, self.sources);
        Some(lowered)
    }
}

impl Format<'_> {
    /// All units with `inputs`. Keeps those that are the same with the inputs of the `next` environment.
    fn lower(&mut self, inputs: &Inputs, next: Option<&Inputs>) -> Lowered {
        let plans = self.parsed.plans();
        let missing = plans.iter().zip(&self.kept).filter(|(_, kept)| kept.is_none()).map(|(plan, _)| plan);
        let missing: Vec<&UnitPlan> = missing.collect();
        let mut made = self.parsed.lower(&missing, inputs).into_iter();
        let mut lowered = Lowered::default();
        for (plan, kept) in plans.iter().zip(&mut self.kept) {
            let unit = kept.take().or_else(|| made.next()).unwrap_or_default();
            if next.is_some_and(|next| plan.depends_on.agrees(inputs, next)) {
                *kept = Some(unit.clone());
            }
            lowered.append(unit);
        }
        self.parsed.finish(inputs, &mut lowered);
        lowered
    }
}
