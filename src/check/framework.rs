//! Frameworks: the catalogs of controls in `frameworks/`, and which checks cover which control.
//!
//! A catalog lists every control of its framework, covered or not: a control that no check covers is only seen
//! where all of them are known. A check covers the controls that its page names. A row of a catalog may also name
//! checks, for frameworks that ask for what a whole category of checks is about.
//!
//! The first three lines of a catalog are its head: the title of the framework, its address, and what the list of
//! controls was checked against.

use super::{Category, Meta, Severity};
use globset::{Glob, GlobMatcher};

include!(concat!(env!("OUT_DIR"), "/frameworks.rs"));

/// Names in `frameworks` that sort findings and are no list of controls to satisfy.
const TAXONOMIES: [&str; 2] = ["cwe", "mitre-attack"];

/// A catalog of controls.
#[derive(Clone, Debug)]
pub struct Framework {
    /// The name on pages and on the command line: `cis-aws-3.0`.
    pub name: &'static str,
    /// The name of the publisher.
    pub title: &'static str,
    /// Where the framework is published.
    pub source: &'static str,
    /// What the list of controls was checked against, as a sentence without its full stop.
    pub checked: &'static str,
    /// The whole text of the catalog.
    pub text: &'static str,
    /// All controls, in the order of the framework.
    pub controls: Vec<Control>,
}

/// A control of a framework.
#[derive(Clone, Debug)]
pub struct Control {
    /// Its id in the framework: `2.1.1`.
    pub id: &'static str,
    /// What it asks for, in a few words of ours.
    pub title: &'static str,
    selectors: Vec<Selector>,
}

/// Checks that a row of a catalog names.
#[derive(Clone, Debug)]
enum Selector {
    /// All checks of a category.
    Category(Category),
    /// Checks by a glob of ids.
    Ids(GlobMatcher),
    /// Checks by a glob of ids that no other selector of the row can add.
    Except(GlobMatcher),
}

impl Framework {
    /// Returns the names of all catalogs with the titles of the frameworks, sorted by name.
    pub fn all() -> impl Iterator<Item = (&'static str, &'static str)> {
        CATALOGS.iter().map(|(name, text)| (*name, text.lines().next().unwrap_or_default()))
    }

    /// Reads the catalog of that name, with or without the version in it, if there is one.
    pub fn named(name: &str) -> Option<Self> {
        let unversioned =
            |known: &str| known.rsplit_once('-').is_some_and(|(stem, of)| of.contains('.') && stem == name);
        let (name, text) = CATALOGS.iter().find(|(known, _)| *known == name || unversioned(known))?;
        let mut lines = text.lines();
        let (title, source, checked) = (lines.next()?, lines.next()?, lines.next()?);
        Some(Self { name, title, source, checked, text, controls: lines.filter_map(Control::read).collect() })
    }

    /// Returns whether the check covers some control.
    pub fn selects(&self, check: &Meta) -> bool {
        self.controls.iter().any(|control| self.covers(control, check))
    }

    /// Returns whether the check covers the control.
    ///
    /// A page that names the control always does. A selector of the catalog takes the checks that run by default and
    /// find more than `info`: others are stricter than a framework that only speaks in general terms.
    pub fn covers(&self, control: &Control, check: &Meta) -> bool {
        let mut named = check.frameworks.iter().filter(|(name, _)| name == self.name);
        let by_catalog = || check.default_on && check.severity > Severity::Info && control.selects(check);
        named.any(|(_, ids)| ids.iter().any(|id| id == control.id)) || by_catalog()
    }
}

impl Control {
    /// Reads a row: id, words, and selectors with commas between them.
    fn read(line: &'static str) -> Option<Self> {
        let mut cells = line.split('\t');
        let (id, title) = (cells.next()?, cells.next()?);
        let selectors = cells.next().unwrap_or_default().split(", ").filter_map(Selector::read).collect();
        Some(Self { id, title, selectors })
    }

    fn selects(&self, check: &Meta) -> bool {
        let mut is_selected = false;
        for selector in &self.selectors {
            match selector {
                Selector::Category(category) => is_selected |= *category == check.category,
                Selector::Ids(glob) => is_selected |= glob.is_match(&check.id),
                Selector::Except(glob) if glob.is_match(&check.id) => return false,
                Selector::Except(_) => {}
            }
        }
        is_selected
    }
}

impl Selector {
    /// Reads `category:NAME`, a glob, or `!` and a glob. `tests/pages` fails on a selector that selects nothing.
    fn read(text: &str) -> Option<Self> {
        let ids = |glob: &str| Glob::new(glob).ok().map(|glob| glob.compile_matcher());
        match (text.strip_prefix("category:"), text.strip_prefix('!')) {
            (Some(category), _) => category.parse().ok().map(Self::Category),
            (None, Some(glob)) => ids(glob).map(Self::Except),
            (None, None) => ids(text).map(Self::Ids),
        }
    }
}

/// Says what is wrong with a framework and controls that a page names, if anything.
pub fn problem(name: &str, controls: &[String]) -> Option<String> {
    if TAXONOMIES.contains(&name) {
        return None;
    }
    let Some((_, text)) = CATALOGS.iter().find(|(known, _)| *known == name) else {
        let known: Vec<&str> = Framework::all().map(|(name, _)| name).chain(TAXONOMIES).collect();
        return Some(format!("unknown framework `{name}`; the frameworks are {}", known.join(", ")));
    };
    let is_known = |id: &String| text.lines().skip(3).any(|line| line.split('\t').next() == Some(id));
    let unknown = controls.iter().find(|id| !is_known(id))?;
    Some(format!("`{name}` has no control `{unknown}`"))
}
