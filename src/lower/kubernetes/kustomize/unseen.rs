//! What a build should take in and cannot: remote bases, charts, files that are not there, programs that are not run.
//!
//! Owns what each of them leaves open. A base or a resource may give any object. A patch, a component and a transformer
//! may set any field of the objects that they apply to as well.

use super::identity::scalar_text;
use super::object::Objects;
use super::selector::Selector;
use crate::model::{Cause, Data, Reach, Unseen, Value, Why};
use crate::source::Span;
use std::sync::Arc;

/// A member that may give any object.
pub fn unseen(what: String, why: &str, span: Span) -> Unseen {
    let cause = Cause { why: Why::Unseen(format!("{what} {why}").into()), span };
    Unseen { what: what.into(), cause, reach: Reach::Unit }
}

/// Returns the Helm chart at `span`, an element of a field of a kustomization.
pub fn chart(kustomization: &Value, field: &str, span: Span) -> Unseen {
    let entries = kustomization.get(field).and_then(Value::as_items).unwrap_or_default();
    let entry = entries.iter().find(|entry| entry.origin.span == span);
    let text = |names: [&str; 2]| {
        let value = names.iter().find_map(|name| entry?.get(name));
        value.map(scalar_text).unwrap_or_default()
    };
    let (name, source) = (text(["name", "chartName"]), text(["repo", "chartRepo"]));
    let from = if source.is_empty() { String::new() } else { format!(" of {source}") };
    unseen(format!("Helm chart `{name}`{from}"), "is not rendered", span)
}

/// A step that is not taken.
#[derive(Clone, Debug)]
pub struct UnseenStep {
    /// The member of the unit that would take it.
    pub unseen: Unseen,
    /// The objects that it applies to; all of them where it names none.
    target: Option<Selector>,
}

impl UnseenStep {
    /// A step that applies to all objects.
    pub fn on_all(unseen: Unseen) -> Self {
        Self { unseen, target: None }
    }

    /// The patch that `entry` describes: an element of a list of patches, or the configuration of a plugin.
    pub fn patch(entry: &Value) -> Self {
        let path = entry.get("path").unwrap_or(entry).as_str().filter(|path| !path.trim().contains('\n'));
        let what = path.map_or_else(|| "inline patch".to_owned(), |path| format!("patch `{path}`"));
        let unseen = unseen(what, reason(path.unwrap_or_default()), entry.origin.span);
        // Whatever is wrong with the target was reported when the patch was read.
        let target = entry.get("target").and_then(|target| Selector::decode(target, &mut Vec::new()));
        Self { unseen, target }
    }

    /// Notes in the objects that it applies to that they may have more fields.
    pub fn apply(&self, objects: &mut Objects) {
        let is_target =
            |target: &Selector, place| objects.all().get(place).is_some_and(|object| target.selects(object));
        let places: Vec<usize> = (0..objects.all().len())
            .filter(|place| self.target.as_ref().is_none_or(|target| is_target(target, *place)))
            .collect();
        let list = objects.change();
        for place in places {
            let open = list.get_mut(place).map(|object| &mut object.open);
            if let Some(open) = open.filter(|open| !open.contains(&self.unseen.cause)) {
                open.push(self.unseen.cause.clone());
            }
        }
    }
}

/// Why what a path names is not here.
pub fn reason(path: &str) -> &'static str {
    if path.contains("://") { "is not fetched" } else { "cannot be read" }
}

/// Leaves open what is absent from the objects that a step should have changed which was not taken.
pub fn finish(objects: &mut Objects) {
    for object in objects.change().iter_mut().filter(|object| !object.open.is_empty()) {
        open(&mut object.value, &Arc::new(std::mem::take(&mut object.open)));
    }
}

fn open(value: &mut Value, causes: &Arc<Vec<Cause>>) {
    match &value.data {
        Data::Mapping(_) => {
            if let Some(mapping) = value.as_mapping_mut() {
                mapping.open = Some(Arc::clone(causes));
                mapping.entries.iter_mut().for_each(|(_, value)| open(value, causes));
            }
        }
        Data::Sequence(_) => value.as_items_mut().into_iter().flatten().for_each(|item| open(item, causes)),
        _ => {}
    }
}
