//! How far each candidate file got.

use super::Assignment;
use super::inputs;
use super::load;
use super::loader::Loader;
use super::module::Module;
use crate::source::{Kind, LedgerEntry, Level, Problem, ReadError, Status};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// One entry for every candidate file, in the order of the directories; the roots are sorted.
pub(super) fn entries(loader: &Loader, roots: &[String], problems: &[Problem]) -> Vec<LedgerEntry> {
    let sources = loader.input.sources;
    let mut wrong: BTreeMap<String, &str> = BTreeMap::new();
    for problem in problems.iter().filter(|problem| problem.level == Level::Error) {
        wrong.entry(sources.get(problem.span.source).path.clone()).or_insert(&problem.message);
    }
    let given = loader.input.variables;
    let assignments = given.configured.iter().map(|(assignment, _)| assignment).chain(&given.command_line);
    let named: BTreeSet<&str> = assignments
        .filter_map(|assignment| if let Assignment::File(path) = assignment { Some(path.as_str()) } else { None })
        .collect();
    let mut entries = Vec::new();
    for directory in loader.input.directories {
        let is_root = roots.binary_search(&directory.path).is_ok();
        let module = directory
            .files
            .iter()
            .any(|(_, kind)| load::is_configuration(*kind))
            .then(|| loader.module(&directory.path));
        let outcomes = module.as_deref().map(outcomes).unwrap_or_default();
        for (path, kind) in &directory.files {
            entries.push(if load::is_configuration(*kind) {
                configuration(outcomes.get(path.as_str()), path, *kind, wrong.get(path).copied())
            } else {
                variables(
                    &directory.path,
                    path,
                    *kind,
                    is_root,
                    named.contains(path.as_str()),
                    wrong.get(path).copied(),
                )
            });
        }
    }
    entries
}

/// How far the module of a directory got with one of its files.
enum Outcome<'m> {
    Failed(&'m ReadError),
    /// Another file stands for it.
    Hidden(&'m str),
    /// Read; whether anything was found in it.
    Read(bool),
}

/// How far a module got with each of its files, by path.
fn outcomes(module: &Module) -> HashMap<&str, Outcome<'_>> {
    let read = module.files.iter().map(|(path, _, has_content)| (path, Outcome::Read(*has_content)));
    let hidden = module.hidden.iter().map(|(path, by)| (path, Outcome::Hidden(by)));
    let failed = module.failed.iter().map(|(path, error)| (path, Outcome::Failed(error)));
    read.chain(hidden).chain(failed).map(|(path, outcome)| (path.as_str(), outcome)).collect()
}

fn configuration(outcome: Option<&Outcome>, path: &str, kind: Kind, wrong: Option<&str>) -> LedgerEntry {
    match (outcome, wrong) {
        (Some(Outcome::Failed(error)), _) => LedgerEntry::stopped(path, kind, Status::Failed, error.to_string()),
        (Some(Outcome::Hidden(by)), _) => {
            LedgerEntry::stopped(path, kind, Status::Skipped, format!("`{by}` stands for it"))
        }
        (Some(Outcome::Read(true)), Some(reason)) => LedgerEntry::stopped(path, kind, Status::Partial, reason),
        (_, Some(reason)) => LedgerEntry::stopped(path, kind, Status::Failed, reason),
        (Some(Outcome::Read(_)), None) => LedgerEntry::evaluated(path, kind),
        (None, None) => LedgerEntry::stopped(path, kind, Status::Skipped, "Terraform ignores files of that name"),
    }
}

fn variables(dir: &str, path: &str, kind: Kind, is_root: bool, is_named: bool, wrong: Option<&str>) -> LedgerEntry {
    if let Some(reason) = wrong {
        return LedgerEntry::stopped(path, kind, Status::Partial, reason);
    }
    let name = path.strip_prefix(dir).unwrap_or(path).trim_start_matches('/').to_owned();
    if is_named || (is_root && !inputs::automatic(&[name]).is_empty()) {
        return LedgerEntry::evaluated(path, kind);
    }
    let reason = if is_root {
        "not loaded by itself; name it with --var-file to evaluate with it"
    } else {
        "its directory is no root module, so nothing loads it; name it with --var-file to evaluate with it"
    };
    LedgerEntry::stopped(path, kind, Status::Skipped, reason)
}
