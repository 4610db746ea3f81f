//! `ValueAddTransformer`: a value put into fields, or before or behind a part of a path in them.

use super::decode::{Fields, Located};
use super::field_path;
use super::identity::scalar_text;
use super::library::Library;
use super::limits;
use super::lookup::{self, Part};
use super::object::{Objects, put_by, text};
use super::selector::Selector;
use crate::model::Value;
use crate::syntax::yaml::Dialect;

/// What to put where.
#[derive(Clone, Debug)]
pub struct ValueAdd {
    value: Located,
    targets: Vec<Target>,
}

#[derive(Clone, Debug)]
struct Target {
    selector: Option<Selector>,
    field: Located,
    /// The place of the value among the parts of a path; 0 for the value alone.
    position: i64,
}

impl ValueAdd {
    /// Reads the configuration of the plugin.
    pub fn read(fields: &mut Fields<'_, '_>, library: &Library<'_>, dir: &str) -> Option<Self> {
        let value = fields.text("value")?;
        let mut targets = Self::targets(fields)?;
        if let Some(path) = fields.text("targetFilePath").filter(|path| !path.text.is_empty()) {
            let span = path.origin.span;
            for document in library.load(dir, &path.text, span, Dialect::Kubernetes, fields.problems)? {
                let mut fields = Fields::of(&document.value, "a file of targets", fields.problems)?;
                targets.extend(Self::targets(&mut fields)?);
            }
        }
        Some(Self { value, targets })
    }

    fn targets(fields: &mut Fields<'_, '_>) -> Option<Vec<Target>> {
        let mut targets = Vec::new();
        for target in fields.list("targets") {
            let mut fields = fields.nested(target, "a target")?;
            let selector = match fields.value("selector") {
                Some(selector) => Some(Selector::decode(selector, fields.problems)?),
                None => None,
            };
            let field = fields.text("fieldPath")?;
            let position = fields.integer("filePathPosition").map_or(0, |(position, _)| position);
            targets.push(Target { selector, field, position });
        }
        Some(targets)
    }

    /// Puts the value.
    pub fn apply(&self, objects: &mut Objects) {
        let origin = put_by(self.value.origin.span, "added value");
        for target in &self.targets {
            let parts: Vec<Part> =
                field_path::split(&target.field.text).into_iter().take(limits::DEPTH).map(Part::Key).collect();
            for object in objects.change() {
                if target.selector.as_ref().is_some_and(|selector| !selector.selects(object)) {
                    continue;
                }
                for way in lookup::find(&mut object.value, &parts, Some(&origin)) {
                    if let Some(place) = lookup::at_mut(&mut object.value, &way) {
                        *place = self.placed(place, target.position);
                    }
                }
            }
        }
    }

    fn placed(&self, old: &Value, position: i64) -> Value {
        let origin = put_by(self.value.origin.span, "added value");
        let path = scalar_text(old);
        let Some(index) = usize::try_from(position).ok().and_then(|position| position.checked_sub(1)) else {
            return text(self.value.text.clone(), origin);
        };
        let absolute = path.starts_with('/');
        let mut parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
        parts.insert(index.min(parts.len()), &self.value.text);
        let joined = parts.join("/");
        text(if absolute { format!("/{joined}") } else { joined }, origin)
    }
}
