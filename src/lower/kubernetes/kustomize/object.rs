//! One object on its way through a build, and the list of them.

use super::identity::{GroupVersionKind, Identity, kind_of};
use crate::model::{Cause, Data, HopKind, Mapping, MappingKind, Origin, Text, Value};
use crate::source::{Problem, Span};
use std::collections::HashSet;
use std::sync::Arc;

/// What a generated object does when one of its name is there already.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Behavior {
    /// It is an error.
    #[default]
    Create,
    /// It takes its place.
    Replace,
    /// Its data is added.
    Merge,
}

/// One object, with what the build has to remember of it.
#[derive(Clone, Debug)]
pub struct Object {
    /// Its content as it is now.
    pub value: Value,
    /// The document, or the generator's entry, that it comes from.
    pub block: Span,
    /// What it was called before each renaming, oldest first.
    pub previous: Vec<Identity>,
    /// The prefixes that were put before its name, innermost first.
    pub prefixes: Vec<Text>,
    /// The suffixes that were put behind its name, innermost first.
    pub suffixes: Vec<Text>,
    /// What it does when one of its name is there already.
    pub behavior: Behavior,
    /// Whether its name ends in a hash of its content.
    pub needs_hash: bool,
    /// The variables that read from it.
    pub variables: Vec<Text>,
    /// Where it comes from, as `buildMetadata` tells it: lines of YAML.
    pub provenance: Option<String>,
    /// Steps that should have changed it and were not taken: it may have more fields.
    pub open: Vec<Cause>,
    /// The transformers that changed it, as `buildMetadata` tells it: elements of a YAML list.
    pub transformations: Vec<String>,
}

impl Object {
    /// An object as it is read.
    pub fn new(value: Value, block: Span) -> Self {
        let needs_hash = annotation(&value, "kustomize.config.k8s.io/needs-hash").as_deref() == Some("enabled");
        Self {
            value,
            block,
            previous: Vec::new(),
            prefixes: Vec::new(),
            suffixes: Vec::new(),
            behavior: Behavior::Create,
            needs_hash,
            variables: Vec::new(),
            provenance: None,
            open: Vec::new(),
            transformations: Vec::new(),
        }
    }

    /// What it is called now.
    pub fn identity(&self) -> Identity {
        Identity::of(&self.value)
    }

    /// What it was called when it was read.
    pub fn original(&self) -> Identity {
        self.previous.first().cloned().unwrap_or_else(|| self.identity())
    }

    /// Its group, version and kind.
    pub fn gvk(&self) -> GroupVersionKind {
        kind_of(&self.value)
    }

    /// Remembers what it is called now, before that changes.
    pub fn remember_identity(&mut self) {
        let identity = self.identity();
        self.previous.push(identity);
    }

    /// Whether it is or was called so.
    pub fn was_ever(&self, identity: &Identity) -> bool {
        self.identity().is_same(identity) || self.previous.iter().any(|previous| previous.is_same(identity))
    }

    /// Whether it was emptied by a patch.
    pub fn is_empty(&self) -> bool {
        self.value.as_mapping().is_none_or(|mapping| mapping.entries.is_empty())
    }
}

/// The value of an annotation, when it is text.
pub fn annotation(value: &Value, key: &str) -> Option<Text> {
    value.get("metadata")?.get("annotations")?.get(key)?.as_str().map(Text::from)
}

/// The mapping at `key`, made when there is none (or null). `None` when something else stands there.
pub fn mapping_at<'a>(mapping: &'a mut Mapping, key: &str, origin: &Origin) -> Option<&'a mut Mapping> {
    let absent = mapping.get(key).is_none_or(Value::is_null);
    if absent {
        mapping.set(key, empty_mapping(origin.clone()));
    }
    value_at(mapping, key)?.as_mapping_mut()
}

/// The value at `key`, for a change.
pub fn value_at<'a>(mapping: &'a mut Mapping, key: &str) -> Option<&'a mut Value> {
    let at = mapping.entries.binary_search_by(|(name, _)| name.as_str().cmp(key)).ok()?;
    mapping.entries.get_mut(at).map(|(_, value)| value)
}

/// A mapping without entries.
pub fn empty_mapping(origin: Origin) -> Value {
    let mapping = Mapping { kind: MappingKind::Object, entries: Vec::new(), header: None, open: None };
    Value { data: Data::Mapping(Arc::new(mapping)), origin, sensitive: false, trace: None }
}

/// A string.
pub fn text(content: impl Into<Text>, origin: Origin) -> Value {
    Value { data: Data::String(content.into()), origin, sensitive: false, trace: None }
}

/// The origin of a value that `what` put where nothing (or something else) was: the place that says so.
pub fn put_by(span: Span, what: impl Into<Text>) -> Origin {
    Origin::at(span).read_at(span, HopKind::Patch(what.into()))
}

/// The origin of a value that `what`, written at `span`, put in the place of the value of origin `base`.
pub fn replaced_by(base: &Origin, span: Span, what: impl Into<Text>) -> Origin {
    base.read_at(span, HopKind::Changed(what.into()))
}

/// The origin of a value that `what`, written at `span`, added to: what it was before says most about it.
pub fn changed_by(base: &Origin, span: Span, what: impl Into<Text>) -> Origin {
    let place = base.span;
    Origin { span, via: base.via.clone() }.read_at(place, HopKind::Patch(what.into()))
}

/// The objects of a build, in order. No two have one identity.
#[derive(Clone, Debug, Default)]
pub struct Objects {
    list: Vec<Object>,
    /// What they are called, as long as nothing but [`Self::append`] has happened to them.
    taken: Option<HashSet<Identity>>,
}

impl Objects {
    /// Adds all of `others`; those whose identity is taken are left out, each with a problem.
    pub fn append(&mut self, others: Vec<Object>, problems: &mut Vec<Problem>) {
        let known = || self.list.iter().map(|object| object.identity().normalized()).collect();
        let mut taken = self.taken.take().unwrap_or_else(known);
        for object in others {
            let identity = object.identity();
            if taken.insert(identity.clone().normalized()) {
                self.list.push(object);
            } else {
                let message = format!("`{identity}` is there twice; rename or remove one of them");
                problems.push(Problem::error(object.block, message));
            }
        }
        self.taken = Some(taken);
    }

    /// All of them.
    pub fn all(&self) -> &[Object] {
        &self.list
    }

    /// All of them.
    pub fn into_all(self) -> Vec<Object> {
        self.list
    }

    /// The list for any change.
    pub fn change(&mut self) -> &mut Vec<Object> {
        self.taken = None;
        &mut self.list
    }

    /// The places in the list of those that are or were called so.
    pub fn ever_called(&self, identity: &Identity) -> Vec<usize> {
        let objects = self.list.iter().enumerate();
        objects.filter(|(_, object)| object.was_ever(identity)).map(|(index, _)| index).collect()
    }

    /// Leaves out what patches have emptied.
    pub fn drop_empty(&mut self) {
        self.change().retain(|object| !object.is_empty());
    }
}
