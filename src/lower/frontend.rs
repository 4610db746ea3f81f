//! What a format is to the pipeline: it parses its files once for a tree, plans the units that are evaluated
//! together, and lowers those that it is asked for with the inputs of one environment.
//!
//! Knows no format.

use super::Inputs;
use crate::discover::Candidate;
use crate::model::{LackedInput, Lowered, SettableInput, Text, Value};
use crate::source::{Files, Kind, LedgerEntry, Sources};
use std::collections::BTreeSet;

/// One format. A new one is a folder of [`crate::lower`] with an implementation, and a row of its table.
pub trait Frontend: Sync {
    /// The kinds of candidates that it reads. It gives each of them an entry in the ledger.
    fn kinds(&self) -> &'static [Kind];

    /// Parses the candidates of its kinds, and plans their units.
    fn read<'t>(&self, input: FrontendInput<'t>) -> Box<dyn Parsed + 't>;
}

/// What a frontend reads.
pub struct FrontendInput<'t> {
    /// The tree that the files are read from.
    pub files: &'t dyn Files,
    /// Where their texts are kept. YAML and JSON that was read to find out its kind is there already.
    pub sources: &'t Sources,
    /// The candidates of its kinds, sorted by path.
    pub candidates: Vec<Candidate>,
    /// The working directory from the root.
    pub directory: &'t str,
    /// The paths that the configuration names as what is deployed.
    pub deployed: Vec<String>,
    /// Directories of which it is known that the manifests below are not applied together with others.
    pub apart: &'t [String],
    /// Files and directories that discovery could not read, or left out.
    pub left_out: &'t [LedgerEntry],
    /// Files that a format before this one made its own resources of, in the first environment, or rendered: they are
    /// evaluated there.
    pub taken: BTreeSet<String>,
    /// The inputs of all environments in which the units will be lowered.
    pub inputs: Vec<&'t Inputs>,
    /// The builds that other formats describe.
    pub builds: Vec<Build>,
}

impl FrontendInput<'_> {
    /// The candidates of some kinds.
    pub fn of<'a>(&'a self, kinds: &'a [Kind]) -> impl Iterator<Item = &'a Candidate> {
        self.candidates.iter().filter(|candidate| kinds.contains(&candidate.kind))
    }
}

/// The files of one format in a tree, parsed.
pub trait Parsed: Send + Sync {
    /// The units, in the order of their paths.
    fn plans(&self) -> &[UnitPlan];

    /// Lowers some of the units; gives what each became, in the same order. May be called several times for a unit.
    fn lower(&self, plans: &[&UnitPlan], inputs: &Inputs) -> Vec<Lowered>;

    /// The builds of Dockerfiles that its files describe.
    fn builds(&self) -> Vec<Build> {
        Vec::new()
    }

    /// Where an input that a unit lacks would be set. `None` where no file of the repository sets such an input.
    fn settable(&self, _plan: &UnitPlan, _lacked: &LackedInput, _inputs: &Inputs) -> Option<SettableInput> {
        None
    }

    /// Adds to what all units became the problems and ledger entries of files that are of no single unit.
    fn finish(&self, inputs: &Inputs, lowered: &mut Lowered);
}

/// How something in the tree builds a Dockerfile.
#[derive(Clone, Debug)]
pub struct Build {
    /// Path of the Dockerfile from the root.
    pub dockerfile: String,
    /// The stage that is built; the last one where none is named.
    pub target: Option<String>,
    /// The build arguments.
    pub args: Vec<(Text, Value)>,
    /// The images that it gives, as they are named.
    pub images: Vec<String>,
}

/// A unit before it is lowered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnitPlan {
    /// Its number among the plans of its format.
    pub index: usize,
    /// Path of its directory or file from the root.
    pub path: String,
    /// Which inputs its resources are made from.
    pub depends_on: DependsOn,
}

/// Which part of the inputs decides what a unit becomes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DependsOn {
    /// None: it is the same in every environment.
    Nothing,
    /// Variables, and limits of the evaluation.
    Variables,
    /// Build arguments, and the target of the build.
    BuildArguments,
    /// What charts are rendered with.
    Charts,
}

impl DependsOn {
    /// Whether a unit becomes the same with either of two inputs.
    pub fn agrees(self, one: &Inputs, other: &Inputs) -> bool {
        match self {
            Self::Nothing => true,
            Self::Variables => one.variables == other.variables && one.limits == other.limits,
            Self::Charts => one.charts == other.charts,
            Self::BuildArguments => one.build_args == other.build_args && one.target == other.target,
        }
    }
}
