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

/// A page that is not in the binary: a user's own check, or a newer text of one of ours.
#[derive(Clone, Debug)]
pub struct CustomPage {
    /// Its id: the path below the folder that was given, without `.md`.
    pub id: String,
    /// Where it was read.
    pub path: String,
    /// The whole page.
    pub text: String,
}

/// The checks to choose from, and the choice.
pub struct Catalog<'a> {
    custom: &'a [CustomPage],
    only: GlobSet,
    skip: GlobSet,
    severity: Option<Severity>,
}

impl<'a> Catalog<'a> {
    /// The checks in the binary and `custom` ones, which come before those of the same id, narrowed
    /// by `selection`. Fails on a glob that is none, and on one that names no check.
    pub fn new(custom: &'a [CustomPage], selection: &Selection) -> Result<Self, String> {
        let ids = || custom.iter().map(|page| page.id.as_str()).chain(check::pages().iter().map(|page| page.id));
        for pattern in selection.only.iter().chain(&selection.skip) {
            let glob = Glob::new(pattern).map_err(|error| error.to_string())?.compile_matcher();
            if !ids().any(|id| glob.is_match(id)) {
                return Err(format!("no check fits `{pattern}`; `gatelint checks` lists them all"));
            }
        }
        Ok(Self { custom, only: globs(&selection.only)?, skip: globs(&selection.skip)?, severity: selection.severity })
    }

    /// The pages that have something to judge, parsed, sorted by id; a page that is broken is a
    /// problem instead.
    pub fn pages(&self, index: &Index, sources: &Sources) -> (Vec<Page>, Vec<Problem>) {
        let own: Vec<&CustomPage> = self.custom.iter().filter(|page| self.takes(&page.id)).collect();
        let shipped: Vec<&Embedded> = check::pages().iter().filter(|page| self.ships(page, index)).collect();
        let mut read: Vec<Result<Page, Vec<Problem>>> = own.par_iter().map(|page| load_custom(page, sources)).collect();
        read.par_extend(shipped.par_iter().map(|page| load(page, sources)));
        let (mut pages, mut problems) = (Vec::new(), Vec::new());
        for page in read {
            match page {
                Ok(page) if self.wants(&page) => pages.push(page),
                Ok(_) => {}
                Err(mut wrong) => problems.append(&mut wrong),
            }
        }
        pages.sort_by(|a, b| a.meta.id.cmp(&b.meta.id));
        (pages, problems)
    }

    fn ships(&self, page: &Embedded, index: &Index) -> bool {
        let replaced = || self.custom.iter().any(|own| own.id == page.id);
        self.takes(page.id) && concerns(page, index) && !replaced()
    }

    fn takes(&self, id: &str) -> bool {
        (self.only.is_empty() || self.only.is_match(id)) && !self.skip.is_match(id)
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

/// Reads one page that is not in the binary.
pub fn load_custom(page: &CustomPage, sources: &Sources) -> Result<Page, Vec<Problem>> {
    let source = sources.add(page.path.as_str(), page.text.as_str());
    check::parse(&page.id, source, &page.text)
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
