//! What people call checks when they choose them: ids, globs of ids, and ids of other tools.

use super::custom_page::CustomPage;
use crate::check::{self, Aliases, PeerIds};
use crate::model::Text;
use crate::source::nearest;
use globset::{Glob, GlobSet, GlobSetBuilder};
use std::borrow::Cow;
use std::cell::OnceCell;
use std::collections::BTreeSet;

/// Ids that hold a wrong name, at most so many of which are suggested.
const SIMILAR: usize = 5;

/// The checks there are, under all their names.
pub struct CheckNames<'a> {
    ids: Vec<&'a str>,
    custom: &'a [&'a CustomPage],
    /// Made for the first name that is no id: reading all front matter takes a while.
    peers: OnceCell<PeerIds>,
}

impl<'a> CheckNames<'a> {
    /// The names of the checks `ids`, of which `custom` are the user's pages.
    pub fn new(ids: Vec<&'a str>, custom: &'a [&'a CustomPage]) -> Self {
        Self { ids, custom, peers: OnceCell::new() }
    }

    /// Returns one set of globs of ids for all `names`. Errors: an invalid glob; a name of no check, unless
    /// `tolerates_unknown`.
    pub fn globs(&self, names: &[String], tolerates_unknown: bool) -> Result<GlobSet, String> {
        let mut set = GlobSetBuilder::new();
        for name in names {
            let glob = Glob::new(name).map_err(|error| error.to_string())?;
            let matcher = glob.compile_matcher();
            if self.ids.iter().any(|id| matcher.is_match(id)) {
                set.add(glob);
                continue;
            }
            let peers = self.peers(name);
            if peers.is_empty() && !tolerates_unknown {
                let hint = self.similar(name);
                let hint = if hint.is_empty() { "; `gatelint checks` lists all checks" } else { &hint };
                return Err(format!("no check matches `{name}`{hint}"));
            }
            for id in peers {
                set.add(Glob::new(&globset::escape(&id)).map_err(|error| error.to_string())?);
            }
        }
        set.build().map_err(|error| error.to_string())
    }

    /// Returns whether a check has this id, or an id that this glob matches.
    pub fn has(&self, name: &str) -> bool {
        let glob = Glob::new(name).map(|glob| glob.compile_matcher());
        self.ids.iter().any(|id| *id == name || glob.as_ref().is_ok_and(|glob| glob.is_match(id)))
    }

    /// Returns `; did you mean …` with the ids that are spelt alike or hold the name; empty if there are none.
    pub fn similar(&self, name: &str) -> String {
        let near = nearest(name, self.ids.iter().copied());
        let mut ids: Vec<&str> = near.into_iter().collect();
        if ids.is_empty() {
            ids = self.ids.iter().copied().filter(|id| !name.is_empty() && id.contains(name)).take(SIMILAR).collect();
        }
        let quoted: Vec<String> = ids.iter().map(|id| format!("`{id}`")).collect();
        if ids.is_empty() { String::new() } else { format!("; did you mean {}?", quoted.join(", ")) }
    }

    /// Returns the checks that find what the check of another tool with this id finds; the id may have the tool before
    /// it: `checkov:CKV_AWS_20`.
    pub fn peers(&self, name: &str) -> BTreeSet<Text> {
        self.peers.get_or_init(|| PeerIds::new(aliases(self.custom))).find_any(name)
    }
}

/// Returns the ids of all checks there are, with what other tools call what they find.
pub fn aliases<'a>(custom: &[&'a CustomPage]) -> Vec<(&'a str, Cow<'static, Aliases>)> {
    let is_replaced = |id: &str| custom.iter().any(|own| own.id == id);
    let own = custom.iter().map(|page| (page.id.as_str(), Cow::Owned(check::aliases(&page.id, &page.text))));
    let shipped = check::shipped_aliases().iter().filter(|(id, _)| !is_replaced(id));
    own.chain(shipped.map(|(id, aliases)| (*id, Cow::Borrowed(aliases)))).collect()
}
