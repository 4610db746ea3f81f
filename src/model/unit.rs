//! Units: what is evaluated together, and what belongs to a unit but is not here.
//!
//! Owns which resources the unseen members of a unit may concern. Knows no resources, and no relations between them.

use super::{Cause, Data, Symbol, Text, Value, Why, mentions};
use crate::source::{Digest, SourceId, Sources};
use std::collections::{BTreeMap, BTreeSet, HashSet};

/// The format that a resource was written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Format {
    /// Terraform or OpenTofu.
    Terraform,
    /// A Kubernetes manifest, rendered or plain.
    Kubernetes,
    /// A Dockerfile.
    Dockerfile,
    /// A Compose project.
    Compose,
    /// A comment, annotation or entry that says what gatelint should leave out.
    Suppression,
}

/// The number of a unit in [`super::Lowered::units`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UnitId(pub u32);

/// What is evaluated together: a root module with all it calls, a rendered overlay, a Dockerfile, or the
/// plain manifests of a directory and of those below it, as far as no two describe the same object.
#[derive(Clone, Debug)]
pub struct Unit {
    /// What it is.
    pub format: Format,
    /// Path of its directory or file from the root.
    pub path: String,
    /// The directory of the repository that it lies in; empty for the one at the root. What units of two repositories
    /// call the same is not the same.
    pub repository: Text,
    /// What of the tree is its own.
    pub owns: Owns,
    /// The name of the environment that it is deployed in, where it is made with values of its own: those of a set of
    /// values of a chart. Empty where the environment of the scan decides.
    pub environment: Text,
    /// Whether it stands for what nobody is known to deploy: a chart with its defaults.
    pub is_default: bool,
    /// What it was made from.
    pub reads: Reads,
    /// Outputs of a root module.
    pub outputs: Vec<Output>,
    /// What belongs to it and is not here.
    pub unseen: Vec<Unseen>,
    /// Whether a plan or a state says what exists of it.
    pub is_planned: bool,
}

impl Unit {
    /// Returns a unit without outputs of which everything is here.
    pub fn new(format: Format, path: impl Into<String>) -> Self {
        Self {
            format,
            path: path.into(),
            repository: Text::new(),
            owns: Owns::Path,
            environment: Text::new(),
            is_default: false,
            reads: Reads::default(),
            outputs: Vec::new(),
            unseen: Vec::new(),
            is_planned: false,
        }
    }
}

/// What of the tree is a unit's own: where its resources live from one commit to the next, and in which environments
/// they are deployed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Owns {
    /// Its path, as a whole: somebody says that what lies there is one unit.
    Path,
    /// Each of its files by itself: they happen to lie in and below its path.
    Files,
}

/// What a unit was made from. As long as none of it changes, neither does the unit: the key for a cache, for a re-run
/// in an editor, for a shard.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reads {
    /// The files that were parsed.
    pub sources: Vec<SourceId>,
    /// What the evaluation asked of the tree, by path.
    pub answers: BTreeMap<String, Digest>,
    /// The files that were rendered as templates.
    pub templates: BTreeSet<String>,
}

impl Reads {
    /// Returns the paths of all files and directories that the unit was made from, each with a digest.
    pub fn digests(&self, sources: &Sources) -> BTreeMap<String, Digest> {
        let mut digests = self.answers.clone();
        for source in self.sources.iter().map(|id| sources.get(*id)) {
            digests.insert(source.path.clone(), source.digest());
        }
        digests
    }
}

/// One output of a root module.
#[derive(Clone, Debug)]
pub struct Output {
    /// Its name.
    pub name: Text,
    /// Its value.
    pub value: Value,
}

/// A member of a unit that exists but is not here, such as a module that is not on disk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unseen {
    /// What it is, for people: "module `hardening` of acme/s3-hardening/aws 1.0.0".
    pub what: Text,
    /// Why it is not here, and what names it.
    pub cause: Cause,
    /// Which resources its own resources may concern.
    pub reach: Reach,
}

/// Which resources of a unit the resources of an unseen member may concern.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reach {
    /// Any resource of the unit.
    Unit,
    /// The resources that the member was given.
    Given(Given),
}

/// What an unseen member was given: all of a unit that it can know of.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Given {
    /// The address of the member, which prefixes the addresses of what it gives to others.
    pub address: Text,
    /// Addresses of resources, and paths into resources, that its arguments were made from.
    pub mentions: BTreeSet<Text>,
    /// What unknown values in its arguments stand for.
    pub symbols: HashSet<Symbol>,
    /// The known texts in its arguments, such as the name of a bucket.
    pub texts: BTreeSet<Text>,
    /// Why arguments are unknown that stand for no attribute of a resource: a variable without value may hold the
    /// name of every resource that is named by the same variable.
    pub missing: Vec<Cause>,
}

impl Given {
    /// Takes in an argument: its parts, the keys of its maps, and what a text in it was encoded from.
    pub fn take(&mut self, value: &Value) {
        self.take_from(value, &mut HashSet::new());
    }

    /// Takes in a value; what many texts were encoded from, once.
    fn take_from(&mut self, value: &Value, encoded: &mut HashSet<*const Value>) {
        mentions(value, &mut |address| {
            self.mentions.insert(address.into());
        });
        self.take_parts(value, encoded);
    }

    fn take_parts(&mut self, value: &Value, encoded: &mut HashSet<*const Value>) {
        if let Some(whole) = value.origin.encoded()
            && encoded.insert(whole)
        {
            self.take_from(whole, encoded);
        }
        match &value.data {
            Data::String(text) if !text.is_empty() => _ = self.texts.insert(text.clone()),
            Data::Unknown(unknown) => {
                if let Some(symbol) = &unknown.symbol {
                    self.symbols.insert(symbol.clone());
                } else {
                    // What a map with an unknown key, or a function of an unknown value, was made from.
                    for cause in &unknown.causes {
                        if let Why::AfterApply(path) | Why::DataSource(path) = &cause.why {
                            self.mentions.insert(path.clone());
                        }
                    }
                    let missing = unknown.causes.iter().filter(|cause| !self.missing.contains(cause));
                    let missing: Vec<Cause> = missing.cloned().collect();
                    self.missing.extend(missing);
                }
            }
            Data::Sequence(sequence) => sequence.items.iter().for_each(|item| self.take_parts(item, encoded)),
            Data::Mapping(mapping) => {
                for (key, item) in &mapping.entries {
                    self.texts.insert(key.clone());
                    self.take_parts(item, encoded);
                }
            }
            _ => {}
        }
    }
}

/// Why it is not certain that a resource will exist.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Doubt {
    /// What the number of instances depends on, at least one.
    pub causes: Vec<Cause>,
    /// Whether a condition decides between this resource and none. Otherwise the resource stands for any number of
    /// instances.
    pub conditional: bool,
}
