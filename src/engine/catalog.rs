//! Which checks take part.

use super::Index;
use crate::check::{self, Embedded, Page, Severity, TypePattern};
use crate::source::{Problem, Sources};
use globset::{Glob, GlobSet, GlobSetBuilder};
use rayon::prelude::*;

/// What the command line and the configuration say of the choice of checks.
#[derive(Clone, Debug, Default)]
pub struct Selection {
    /// Only these: ids, or globs of ids. Empty for all that are on by default.
    pub only: Vec<String>,
    /// Not these: ids, or globs of ids.
    pub skip: Vec<String>,
    /// Only checks at least that bad.
    pub severity: Option<Severity>,
}

/// The checks to choose from, and the choice.
pub struct Catalog {
    only: GlobSet,
    skip: GlobSet,
    severity: Option<Severity>,
}

impl Catalog {
    /// The checks in the binary, narrowed by `selection`. Fails on a glob that is none, and on one
    /// that names no check.
    pub fn new(selection: &Selection) -> Result<Self, String> {
        for pattern in selection.only.iter().chain(&selection.skip) {
            let glob = Glob::new(pattern).map_err(|error| error.to_string())?.compile_matcher();
            if !check::pages().iter().any(|page| glob.is_match(page.id)) {
                return Err(format!("no check fits `{pattern}`; `gatelint checks` lists them all"));
            }
        }
        Ok(Self { only: globs(&selection.only)?, skip: globs(&selection.skip)?, severity: selection.severity })
    }

    /// The pages that have something to judge, parsed, sorted by id; a page that is broken is a
    /// problem instead.
    pub fn pages(&self, index: &Index, sources: &Sources) -> (Vec<Page>, Vec<Problem>) {
        let chosen: Vec<&Embedded> =
            check::pages().iter().filter(|page| self.takes(page) && concerns(page, index)).collect();
        let read: Vec<Result<Page, Vec<Problem>>> = chosen.par_iter().map(|page| load(page, sources)).collect();
        let (mut pages, mut problems) = (Vec::new(), Vec::new());
        for page in read {
            match page {
                Ok(page) if self.wants(&page) => pages.push(page),
                Ok(_) => {}
                Err(mut wrong) => problems.append(&mut wrong),
            }
        }
        (pages, problems)
    }

    fn takes(&self, page: &Embedded) -> bool {
        (self.only.is_empty() || self.only.is_match(page.id)) && !self.skip.is_match(page.id)
    }

    fn wants(&self, page: &Page) -> bool {
        let asked_for = !self.only.is_empty() || page.meta.default_on;
        asked_for && self.severity.is_none_or(|least| page.meta.severity >= least)
    }
}

/// Reads one embedded page; its text becomes a source that is no file.
pub fn load(page: &Embedded, sources: &Sources) -> Result<Page, Vec<Problem>> {
    let source = sources.add_input(format!("checks/{}.md", page.id), page.text);
    check::parse(page.id, source, page.text)
}

fn concerns(page: &Embedded, index: &Index) -> bool {
    let names_one = |pattern: &&str| index.types().any(|name| TypePattern::new(pattern).matches(name));
    page.patterns.iter().any(names_one)
}

fn globs(patterns: &[String]) -> Result<GlobSet, String> {
    let mut set = GlobSetBuilder::new();
    for pattern in patterns {
        set.add(Glob::new(pattern).map_err(|error| error.to_string())?);
    }
    set.build().map_err(|error| error.to_string())
}
