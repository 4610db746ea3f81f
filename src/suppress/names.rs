//! From the names that people write in suppressions to our checks: ids and globs of ours, and ids of other tools.

use super::directive::{Choice, Named, Syntax};
use crate::check::PeerIds;
use crate::engine::Catalog;
use crate::model::Text;
use crate::source::nearest;
use globset::Glob;
use std::collections::BTreeSet;
use std::sync::OnceLock;

/// The checks there are, under all their names.
pub struct Names<'a> {
    catalog: &'a Catalog<'a>,
    ids: BTreeSet<Text>,
    peers: OnceLock<PeerIds>,
}

/// What a name stands for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Meant {
    /// Our checks.
    pub checks: BTreeSet<Text>,
    /// What was probably meant, where there is none.
    pub nearest: Option<Text>,
}

impl<'a> Names<'a> {
    /// The names of the checks in the catalog.
    pub fn new(catalog: &'a Catalog<'a>) -> Self {
        let ids = catalog.ids().into_iter().map(Text::from).collect();
        Self { catalog, ids, peers: OnceLock::new() }
    }

    /// What each name of a choice stands for.
    pub fn meant(&self, syntax: Syntax, choice: &Choice) -> Vec<Meant> {
        let (Choice::Only(named) | Choice::AllBut(named)) = choice;
        named.iter().map(|named| self.find(syntax, named)).collect()
    }

    /// All checks of ours that find what some check of the tool finds.
    pub fn all_of(&self, syntax: Syntax) -> BTreeSet<Text> {
        if syntax == Syntax::Gatelint {
            return self.ids.clone();
        }
        self.peers().all_of(syntax.tool())
    }

    fn find(&self, syntax: Syntax, named: &Named) -> Meant {
        let checks = match syntax {
            Syntax::Gatelint => self.ours(&named.text),
            other => self.claimed(other, &named.text),
        };
        let nearest = if checks.is_empty() && syntax == Syntax::Gatelint { self.nearest(&named.text) } else { None };
        Meant { checks, nearest }
    }

    fn ours(&self, text: &str) -> BTreeSet<Text> {
        if self.ids.contains(text) {
            return BTreeSet::from([text.into()]);
        }
        match Glob::new(text).map(|glob| glob.compile_matcher()) {
            Ok(glob) if is_glob(text) => self.ids.iter().filter(|id| glob.is_match(id.as_str())).cloned().collect(),
            // The old id of a check that was renamed, or an id of another tool.
            _ => self.peers().find_any(text),
        }
    }

    fn claimed(&self, syntax: Syntax, text: &str) -> BTreeSet<Text> {
        self.peers().find(syntax.tool(), text)
    }

    /// An id that is spelt alike, or ends with the text.
    fn nearest(&self, text: &str) -> Option<Text> {
        let ending = format!("/{text}");
        let near = nearest(text, self.ids.iter().map(Text::as_str)).map(Text::from);
        near.or_else(|| self.ids.iter().find(|id| id.ends_with(&ending)).cloned())
    }

    fn peers(&self) -> &PeerIds {
        self.peers.get_or_init(|| PeerIds::new(self.catalog.aliases()))
    }
}

fn is_glob(text: &str) -> bool {
    text.contains(['*', '?', '[', '{'])
}
