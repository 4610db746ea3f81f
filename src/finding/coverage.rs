//! What was not judged: members of units that are not here, and resources that no check knows.

use crate::model::{Cause, Lowered, Text, UnitId};
use crate::source::{SourceId, Sources};
use std::collections::{BTreeMap, BTreeSet, HashSet};

/// What was not judged in all environments together.
#[derive(Clone, Debug, Default)]
pub struct Coverage {
    /// What belongs to a unit and is not here, sorted by unit, once each.
    pub unseen: Vec<UnseenMember>,
    /// How many resources no check judges, at most in one environment, by what they have in common: the provider or
    /// type of Terraform, or the Kubernetes kind.
    pub unjudged: BTreeMap<Text, usize>,
    /// The charts that are judged with their own values only, by their directories: with which values somebody installs
    /// them, nothing here says.
    pub own_values: BTreeSet<Text>,
    /// The files that the units with unseen members were made from, by path of the unit.
    pub made_from: BTreeMap<Text, HashSet<SourceId>>,
}

/// A member of a unit that is not here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnseenMember {
    /// Path of the unit from the root.
    pub unit: Text,
    /// What it is: "module `hardening` of acme/s3-hardening/aws 1.0.0".
    pub what: Text,
    /// Why it is not here, and what names it.
    pub cause: Cause,
}

impl Coverage {
    /// Takes in what one environment has, and what of it no check judges.
    pub fn take(&mut self, lowered: &Lowered, unjudged: BTreeMap<Text, usize>) {
        for unit in lowered.units.iter().filter(|unit| !unit.unseen.is_empty()) {
            self.made_from.entry(unit.path.as_str().into()).or_default().extend(&unit.reads.sources);
            self.unseen.extend(unit.unseen.iter().map(|unseen| UnseenMember {
                unit: unit.path.as_str().into(),
                what: unseen.what.clone(),
                cause: unseen.cause.clone(),
            }));
        }
        let used: HashSet<UnitId> = lowered.resources.iter().map(|resource| resource.unit).collect();
        let units = (0..).map(UnitId).zip(&lowered.units);
        let defaults = units.filter(|(id, unit)| unit.is_default && used.contains(id));
        self.own_values.extend(defaults.map(|(_, unit)| Text::from(unit.path.as_str())));
        for (what, resources) in unjudged {
            let most = self.unjudged.entry(what).or_default();
            *most = resources.max(*most);
        }
    }

    /// Merges what several environments, or several instances of a module, lack alike.
    pub fn settle(&mut self, sources: &Sources) {
        self.unseen.sort_by_cached_key(|member| {
            let source = sources.get(member.cause.span.source);
            (member.unit.clone(), source.path.clone(), member.cause.span.start, member.what.clone())
        });
        self.unseen.dedup_by(|a, b| a.unit == b.unit && a.what == b.what && a.cause.span == b.cause.span);
    }

    /// Returns how many resources no check judges.
    pub fn unjudged_resources(&self) -> usize {
        self.unjudged.values().sum()
    }

    /// Returns what the resources that no check judges are of: "azurerm, google".
    pub fn unjudged_names(&self) -> String {
        self.unjudged.keys().map(Text::as_str).collect::<Vec<_>>().join(", ")
    }
}
