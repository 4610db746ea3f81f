//! An inventory of resource identities by home, kept after the model is dropped.

use super::{Address, Key, Lowered, Text};
use crate::source::Sources;
use std::collections::{HashMap, HashSet};

/// The resources of one or several models by their homes, and the renames that their authors declare.
#[derive(Clone, Debug, Default)]
pub struct Inventory {
    /// Homes, with the stable addresses of resources.
    residents: HashSet<(Text, Text)>,
    /// By the path of the unit.
    moves: HashMap<Text, Moves>,
}

/// The renames in one unit: the new addresses by the stable text of the old ones. The first of several counts.
#[derive(Clone, Debug, Default)]
struct Moves(HashMap<Text, Address>);

impl Inventory {
    /// Adds the resources of a model, whose places lie in `sources`.
    pub fn take(&mut self, model: &Lowered, sources: &Sources) {
        for resource in &model.resources {
            let home = Text::from(model.home(resource, sources).as_ref());
            self.residents.insert((home, resource.address.stable().clone()));
        }
        for moved in &model.moves {
            let Some(unit) = model.units.get(moved.unit.0 as usize) else { continue };
            let Moves(moves) = self.moves.entry(unit.path.as_str().into()).or_default();
            moves.entry(moved.from.stable().clone()).or_insert_with(|| moved.to.clone());
        }
    }

    /// Whether a resource of that stable address lives at `home`.
    pub fn has(&self, home: &Text, address: &Text) -> bool {
        self.residents.contains(&(home.clone(), address.clone()))
    }

    /// Returns the stable address that the resource once at `address` has after all moves in its home.
    pub fn moved(&self, home: &Text, address: &Text) -> Text {
        let Some(moves) = self.moves.get(home) else { return address.clone() };
        let mut address = Address::parse(address);
        // Each move is needed once at most; moves in a circle end somewhere.
        for _ in 0..moves.0.len() {
            match address.renamed(&|address| moves.rename(address)) {
                Some(next) if next.stable() != address.stable() => address = next,
                _ => break,
            }
        }
        address.stable().clone()
    }
}

impl Moves {
    /// The address after the move that names it, or that names all instances of it: these keep their keys, unless the
    /// new address has a key itself.
    fn rename(&self, address: &Address) -> Option<Address> {
        if let Some(to) = self.0.get(address.stable()) {
            return Some(to.clone());
        }
        let to = self.0.get(address.without_key().stable())?;
        (*to.key() == Key::None).then(|| to.with_key(address.key().clone()))
    }
}
