//! Files that call modules and deploy nothing that stays: tests and queries.
//!
//! Owns their entries in the ledger, and which modules tests call.

use super::load;
use crate::discover::Candidate;
use crate::lower::FrontendInput;
use crate::source::{Files, Kind, LedgerEntry, Problem, SourceId, Status, is_within, join, parent};
use crate::syntax::hcl::{self, Body, ExprKind};
use std::collections::BTreeSet;
use std::path::Path;

/// What was found in such files.
#[derive(Debug, Default)]
pub(super) struct Callers {
    /// An entry for each of them.
    pub ledger: Vec<LedgerEntry>,
    /// What is wrong with them.
    pub problems: Vec<Problem>,
    /// The directories of modules that tests set up beside the module that is tested.
    pub tested: BTreeSet<String>,
}

impl Callers {
    /// Looks at all of them.
    pub fn read(input: &FrontendInput<'_>) -> Self {
        let mut callers = Self::default();
        for candidate in &input.candidates {
            let Some(reason) = reason(candidate.kind) else { continue };
            let entry = match candidate.kind {
                Kind::TerraformTest => callers.test(input, candidate).map_err(|error| error.to_string()),
                _ => Ok(()),
            };
            let (path, kind) = (candidate.path.as_str(), candidate.kind);
            callers.ledger.push(match entry {
                Ok(()) => LedgerEntry::undeployed(path, kind, reason),
                Err(error) => LedgerEntry::stopped(path, kind, Status::Failed, error),
            });
        }
        callers
    }

    /// Notes the modules that the `run` blocks of a test name.
    fn test(&mut self, input: &FrontendInput<'_>, candidate: &Candidate) -> Result<(), crate::source::ReadError> {
        let (source, text) = read(input, &candidate.path)?;
        // A test in JSON is no HCL: what it names stays a root module.
        let (body, problems) = hcl::parse(source, &text);
        if Path::new(&candidate.path).extension().is_none_or(|extension| extension != "json") {
            // It decides nothing that is evaluated, but `init` refuses the whole directory for it.
            let told = problems.into_iter().map(|problem| Problem::refused(problem.span, problem.message));
            self.problems.extend(told);
        }
        let tested = run_modules(&body).filter_map(|module| directory(input.files, &candidate.path, module));
        self.tested.extend(tested);
        Ok(())
    }
}

fn reason(kind: Kind) -> Option<&'static str> {
    Some(match kind {
        Kind::TerraformTest => "a Terraform test, which deploys nothing that stays",
        Kind::TerraformQuery => "a Terraform query, which deploys nothing",
        _ => return None,
    })
}

fn read(input: &FrontendInput<'_>, path: &str) -> Result<(SourceId, String), crate::source::ReadError> {
    load::read_text(input.files, input.sources, path, &mut Vec::new())
}

/// The local sources of the modules in `run` blocks.
fn run_modules(body: &Body) -> impl Iterator<Item = &str> {
    let runs = body.blocks().filter(|block| block.kind.name == "run");
    let modules = runs.flat_map(|run| run.body.blocks().filter(|block| block.kind.name == "module"));
    modules.filter_map(|module| match &module.body.attribute("source")?.value.kind {
        ExprKind::String(source) if source.starts_with('.') => Some(source.as_str()),
        _ => None,
    })
}

/// The directory that a test means by `source`: paths count from the module that is tested, which is the directory of
/// the test, or the one above where that is called `tests`. `None` for that module itself, or one around it.
fn directory(files: &dyn Files, test: &str, source: &str) -> Option<String> {
    let own = parent(test);
    let above = (own.rsplit('/').next() == Some("tests")).then(|| parent(own));
    let base = above.unwrap_or(own);
    join(base, source).filter(|dir| files.is_dir(dir) && !is_within(base, dir))
}
