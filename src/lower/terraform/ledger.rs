//! How far each candidate file got.

use super::Assignment;
use super::inputs;
use super::load;
use super::loader::Loader;
use crate::source::{Kind, LedgerEntry, Level, Problem, Status};
use std::collections::{BTreeMap, BTreeSet};

/// One entry for every candidate file, in the order of the directories; the roots are sorted.
pub(super) fn entries(loader: &Loader, roots: &[String], problems: &[Problem]) -> Vec<LedgerEntry> {
    let sources = loader.input.sources;
    let mut wrong: BTreeMap<String, &str> = BTreeMap::new();
    for problem in problems.iter().filter(|problem| problem.level == Level::Error) {
        wrong.entry(sources.get(problem.span.source).path.clone()).or_insert(&problem.message);
    }
    let named: BTreeSet<&str> = loader
        .input
        .variables
        .command_line
        .iter()
        .filter_map(|assignment| if let Assignment::File(path) = assignment { Some(path.as_str()) } else { None })
        .collect();
    let mut entries = Vec::new();
    for directory in loader.input.directories {
        let is_root = roots.binary_search(&directory.path).is_ok();
        for (path, kind) in &directory.files {
            entries.push(if load::is_configuration(*kind) {
                configuration(loader, &directory.path, path, *kind, wrong.get(path).copied())
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

fn configuration(loader: &Loader, dir: &str, path: &str, kind: Kind, wrong: Option<&str>) -> LedgerEntry {
    let module = loader.module(dir);
    if let Some((_, error)) = module.failed.iter().find(|(failed, _)| failed == path) {
        return LedgerEntry::stopped(path, kind, Status::Failed, error.to_string());
    }
    if let Some((_, by)) = module.hidden.iter().find(|(hidden, _)| hidden == path) {
        return LedgerEntry::stopped(path, kind, Status::Skipped, format!("`{by}` stands for it"));
    }
    match (wrong, module.files.iter().find(|(read, ..)| read == path)) {
        (Some(reason), Some((_, _, true))) => LedgerEntry::stopped(path, kind, Status::Partial, reason),
        (Some(reason), _) => LedgerEntry::stopped(path, kind, Status::Failed, reason),
        (None, Some(_)) => LedgerEntry::evaluated(path, kind),
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
