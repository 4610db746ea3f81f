//! `gatelint checks --coverage`: what the checks cover, counted from their pages.
//!
//! Nothing is listed by hand: providers and services are the folders, frameworks and tools what the metadata names.

use crate::check::Meta;
use std::borrow::Borrow;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

/// Columns of a line.
const WIDTH: usize = 100;

/// Writes the tables.
pub fn write<M: Borrow<Meta>>(metas: &[M], out: &mut impl Write) -> io::Result<()> {
    let metas = || metas.iter().map(Borrow::borrow);
    providers(metas(), out)?;
    let frameworks = metas().map(|meta| meta.frameworks.as_slice());
    named("framework", "controls", frameworks, out)?;
    let tools = metas().map(|meta| meta.aliases.as_slice());
    named("tool", "ids", tools, out)
}

/// One row for each folder, with its checks, and below it those of each folder in it.
fn providers<'a>(metas: impl Iterator<Item = &'a Meta>, out: &mut impl Write) -> io::Result<()> {
    let mut providers: BTreeMap<&str, BTreeMap<&str, usize>> = BTreeMap::new();
    for meta in metas {
        let (provider, rest) = meta.id.split_once('/').unwrap_or((&meta.id, ""));
        let service = rest.split_once('/').map_or("", |(service, _)| service);
        *providers.entry(provider).or_default().entry(service).or_default() += 1;
    }
    let names = providers.keys().copied().chain(["provider", "all"]);
    let width = names.map(str::len).max().unwrap_or(0);
    writeln!(out, "{:width$}  {:>6}  services", "provider", "checks")?;
    let mut all = 0;
    for (provider, services) in &providers {
        let checks: usize = services.values().sum();
        all += checks;
        let words = services.iter().filter(|(name, _)| !name.is_empty()).map(|(name, count)| format!("{name} {count}"));
        let indent = width + 10;
        let lines = wrapped(words, WIDTH.saturating_sub(indent));
        let first = lines.first().map(String::as_str).unwrap_or_default();
        writeln!(out, "{}", format!("{provider:width$}  {checks:>6}  {first}").trim_end())?;
        for line in lines.iter().skip(1) {
            writeln!(out, "{:indent$}{line}", "")?;
        }
    }
    writeln!(out, "{:width$}  {all:>6}", "all")
}

/// One row for each name: how many different entries it has, and how many checks name one.
fn named<'a>(
    what: &str,
    entries: &str,
    metas: impl Iterator<Item = &'a [(String, Vec<String>)]>,
    out: &mut impl Write,
) -> io::Result<()> {
    let mut rows: BTreeMap<&str, (BTreeSet<&str>, usize)> = BTreeMap::new();
    for (name, ids) in metas.flatten() {
        let (known, checks) = rows.entry(name).or_default();
        known.extend(ids.iter().map(String::as_str));
        *checks += 1;
    }
    let width = rows.keys().copied().chain([what]).map(str::len).max().unwrap_or(0);
    writeln!(out, "\n{what:width$}  {entries:>8}  {:>6}", "checks")?;
    for (name, (known, checks)) in &rows {
        writeln!(out, "{name:width$}  {:>8}  {checks:>6}", known.len())?;
    }
    Ok(())
}

/// Words with commas between them, on lines of `width` columns.
fn wrapped(words: impl Iterator<Item = String>, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in words {
        match lines.last_mut() {
            Some(line) if line.len() + word.len() + 3 <= width => line.extend([", ", &word]),
            Some(line) => {
                line.push(',');
                lines.push(word);
            }
            None => lines.push(word),
        }
    }
    lines
}
