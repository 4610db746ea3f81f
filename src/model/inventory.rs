//! Who lives where: what is left of resources when only their identities matter.

use super::{Lowered, Text};
use crate::source::Sources;
use std::collections::{BTreeMap, HashSet};

/// The resources of one or several models by their homes, and what was called otherwise before.
#[derive(Clone, Debug, Default)]
pub struct Inventory {
    /// Homes, with the addresses of resources as far as they last.
    residents: HashSet<(Text, Text)>,
    /// By the path of the unit: old and new addresses as far as they last.
    moves: BTreeMap<Text, Vec<(Text, Text)>>,
}

impl Inventory {
    /// Counts in the resources of a model, whose places lie in `sources`.
    pub fn take(&mut self, model: &Lowered, sources: &Sources) {
        for resource in &model.resources {
            let home = Text::from(model.home(resource, sources).as_ref());
            self.residents.insert((home, resource.lasting.clone()));
        }
        for moved in &model.moves {
            let Some(unit) = model.units.get(moved.unit.0 as usize) else { continue };
            self.moves.entry(unit.path.as_str().into()).or_default().push((moved.from.clone(), moved.to.clone()));
        }
    }

    /// Whether a resource of that address lives at `home`.
    pub fn has(&self, home: &Text, address: &Text) -> bool {
        self.residents.contains(&(home.clone(), address.clone()))
    }

    /// What the resource that was at `address` is called after all moves in its home.
    pub fn moved(&self, home: &Text, address: &Text) -> Text {
        let moves = self.moves.get(home).map(Vec::as_slice).unwrap_or_default();
        let mut address = address.clone();
        // Each move is needed once at most; those in a circle end somewhere.
        for _ in moves {
            match moves.iter().find_map(|(from, to)| renamed(&address, from, to)) {
                Some(next) if next != address => address = next,
                _ => break,
            }
        }
        address
    }
}

/// The address after one move, when that is of the resource, of its instance, or of a module around.
fn renamed(address: &str, from: &str, to: &str) -> Option<Text> {
    let rest = address.strip_prefix(from)?;
    let is_whole = rest.is_empty() || rest.starts_with(['.', '/']);
    // All instances keep their keys, unless the new address has one: then only what had none is meant.
    let is_instance = rest.starts_with('[') && !to.ends_with(']');
    (is_whole || is_instance).then(|| ecow::eco_format!("{to}{rest}"))
}
