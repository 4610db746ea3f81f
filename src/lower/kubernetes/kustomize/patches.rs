//! `patches`, `patchesStrategicMerge` and `patchesJson6902`.

use super::decode::{Fields, Located};
use super::identity::Identity;
use super::json_patch::{self, Operation};
use super::library::{self, Document, Library};
use super::object::{Object, Objects, empty_mapping, mapping_at};
use super::schema::Schemas;
use super::selector::Selector;
use super::strategic_merge;
use crate::lower::yaml::read_through;
use crate::model::{HopKind, Value};
use crate::source::{Problem, Span};
use crate::syntax::yaml::Dialect;

/// One patch, ready to be applied.
#[derive(Clone, Debug)]
pub struct Patch {
    content: Content,
    target: Option<Selector>,
    may_rename: bool,
    may_change_kind: bool,
    span: Span,
}

/// Documents, and what could not be read of them.
type Read = (Result<Vec<Document>, Problem>, Vec<Problem>);

#[derive(Clone, Debug)]
enum Content {
    Strategic(Vec<Value>),
    Json(Vec<Operation>),
}

impl Patch {
    /// Reads an element of `patches` or `patchesJson6902`, or the configuration of a plugin, with the file it
    /// names. `inline` is the field that holds a patch itself.
    pub fn decode(
        value: &Value,
        inline: &'static str,
        library: &Library<'_>,
        dir: &str,
        problems: &mut Vec<Problem>,
    ) -> Option<Self> {
        let span = value.origin.span;
        let mut fields = Fields::of(value, "a patch", problems)?;
        fields.ignore(&["apiVersion", "kind", "metadata"]);
        let path = fields.text("path").filter(|path| !path.text.is_empty());
        let text = fields.value(inline).filter(|text| !text.as_str().is_some_and(|text| text.trim().is_empty()));
        let target = fields.value("target");
        let options = fields.value("options");
        let target = match target {
            Some(target) => Some(Selector::decode(target, fields.problems)?),
            None => None,
        };
        let may = |name| options.and_then(|options| options.get(name)).and_then(Value::as_bool) == Some(true);
        let (may_rename, may_change_kind) = (may("allowNameChange"), may("allowKindChange"));
        fields.finish();
        let (documents, hop) = match (path, text) {
            (Some(path), None) => {
                let documents = from_file(library, dir, &path, problems);
                let documents = documents.map_err(|problem| problems.push(problem)).ok()?;
                (documents, format!("patch `{}`", path.text))
            }
            (None, Some(text)) if text.as_str().is_some() => (from_text(library, text, problems), "patch".to_owned()),
            (None, Some(text)) => {
                let message = format!("`{inline}` must be a string; put `|-` before it");
                problems.push(Problem::error(text.origin.span, message));
                return None;
            }
            _ => {
                let message = format!("a patch needs either `path` or `{inline}`");
                problems.push(Problem::error(span, message));
                return None;
            }
        };
        let content = content(documents, &HopKind::Patch(hop.into()), span, problems)?;
        if matches!(content, Content::Json(_)) && target.is_none() {
            problems.push(Problem::error(span, "a JSON patch needs a `target` to say what it is for"));
            return None;
        }
        Some(Self { content, target, may_rename, may_change_kind, span })
    }

    /// Reads an element of `patchesStrategicMerge`: a file or the patch itself. `None` for one without content.
    pub fn decode_strategic(
        value: &Value,
        library: &Library<'_>,
        dir: &str,
        problems: &mut Vec<Problem>,
    ) -> Option<Self> {
        let span = value.origin.span;
        let Some(text) = value.as_str() else {
            problems.push(Problem::error(span, "a strategic merge patch must be a path or a string"));
            return None;
        };
        let mut inline_problems = Vec::new();
        let inline = library.inline(value, Dialect::Kustomize, &mut inline_problems);
        let is_inline =
            inline_problems.is_empty() && inline.iter().any(|document| document.value.as_mapping().is_some());
        let (documents, hop) = if is_inline {
            (inline, "patch".to_owned())
        } else {
            let documents = library.load(dir, text, span, Dialect::Kustomize, problems)?;
            (documents, format!("patch `{text}`"))
        };
        if documents.is_empty() {
            return None;
        }
        let content = content(documents, &HopKind::Patch(hop.into()), span, problems)?;
        if matches!(content, Content::Json(_)) {
            problems.push(Problem::error(span, "this is a JSON patch; put it under `patches` with a `target`"));
            return None;
        }
        Some(Self { content, target: None, may_rename: false, may_change_kind: false, span })
    }

    /// What it is for, where it names that.
    pub fn target(&self) -> Option<&Selector> {
        self.target.as_ref()
    }

    /// Applies it to all objects it is for.
    pub fn apply(&self, objects: &mut Objects, schemas: &Schemas, problems: &mut Vec<Problem>) {
        match (&self.content, &self.target) {
            (Content::Strategic(patches), None) => {
                for patch in patches {
                    match only_target(objects, patch) {
                        Ok(place) => self.merge(objects, &[place], patch, schemas, problems),
                        Err(problem) => problems.push(problem),
                    }
                }
            }
            (Content::Strategic(patches), Some(target)) => {
                if let [patch] = patches.as_slice() {
                    self.merge(objects, &target.select(objects), patch, schemas, problems);
                } else {
                    let message = "a patch with a `target` must be one document; make each an entry of its own";
                    problems.push(Problem::error(self.span, message));
                }
            }
            (Content::Json(_), None) => {}
            (Content::Json(operations), Some(target)) => {
                for place in target.select(objects) {
                    let Some(object) = objects.change().get_mut(place) else { continue };
                    object.remember_identity();
                    problems.extend(json_patch::apply(&mut object.value, operations).err());
                }
            }
        }
        objects.drop_empty();
    }

    fn merge(
        &self,
        objects: &mut Objects,
        places: &[usize],
        patch: &Value,
        schemas: &Schemas,
        problems: &mut Vec<Problem>,
    ) {
        for place in places {
            let Some(object) = objects.change().get_mut(*place) else { continue };
            if self.may_rename || self.may_change_kind {
                object.remember_identity();
            }
            problems.extend(self.merge_into(object, patch, schemas).err());
        }
    }

    fn merge_into(&self, object: &mut Object, patch: &Value, schemas: &Schemas) -> Result<(), Problem> {
        let old = object.value.clone();
        let mut patch = patch.clone();
        if let (Some(patch), Some(version)) = (patch.as_mapping_mut(), old.get("apiVersion")) {
            patch.set("apiVersion", version.clone());
        }
        let Some(mut new) = strategic_merge::apply(old.clone(), &patch, schemas)? else {
            object.value = empty_mapping(old.origin);
            return Ok(());
        };
        if let Some(mapping) = new.as_mapping_mut().filter(|mapping| !mapping.entries.is_empty()) {
            if let Some(kind) = old.get("kind").filter(|_| !self.may_change_kind) {
                mapping.set("kind", kind.clone());
            }
            if let Some(metadata) = mapping_at(mapping, "metadata", &old.origin) {
                let kept = if self.may_rename { ["namespace"].as_slice() } else { &["name", "namespace"] };
                for key in kept {
                    match old.get("metadata").and_then(|metadata| metadata.get(key)) {
                        Some(value) => metadata.set(*key, value.clone()),
                        None => drop(metadata.remove(key)),
                    }
                }
            }
        }
        object.value = new;
        Ok(())
    }
}

/// The one object that is called as the patch says.
fn only_target(objects: &Objects, patch: &Value) -> Result<usize, Problem> {
    let identity = Identity::of(patch);
    match objects.ever_called(&identity).as_slice() {
        [place] => Ok(*place),
        [] => {
            let message = format!("there is no `{identity}` (apiVersion `{}`) to patch", identity.gvk.api_version());
            Err(Problem::error(patch.origin.span, message))
        }
        _ => {
            let message = format!("several objects are called `{identity}`, so the patch could be for any of them");
            Err(Problem::error(patch.origin.span, message))
        }
    }
}

/// The documents of a patch in a file.
fn from_file(
    library: &Library<'_>,
    dir: &str,
    path: &Located,
    problems: &mut Vec<Problem>,
) -> Result<Vec<Document>, Problem> {
    let span = path.origin.span;
    let file = library::locate(dir, &path.text, span, problems)?;
    let whole = library.whole(&file, span)?;
    problems.extend(broken_json(&library.sources.get(whole.source).text, whole.at_start()));
    let (documents, found) = by_kind(|dialect| {
        let mut found = Vec::new();
        (library.documents(&file, span, dialect, &mut found), found)
    });
    problems.extend(found);
    documents
}

/// The documents of a patch in a string.
fn from_text(library: &Library<'_>, text: &Value, problems: &mut Vec<Problem>) -> Vec<Document> {
    problems.extend(broken_json(text.as_str().unwrap_or_default(), text.origin.span));
    let (documents, found) = by_kind(|dialect| {
        let mut found = Vec::new();
        (Ok(library.inline(text, dialect, &mut found)), found)
    });
    problems.extend(found);
    documents.unwrap_or_default()
}

/// What is wrong with a patch that begins as JSON and is none, although it would be YAML.
fn broken_json(text: &str, span: Span) -> Option<Problem> {
    let text = text.trim();
    let is_broken = text.starts_with('[') && serde_json::from_str::<serde::de::IgnoredAny>(text).is_err();
    let message = "a patch that begins with `[` is read as JSON, and this is none; put the keys in double quotes";
    is_broken.then(|| Problem::error(span, message))
}

/// The documents of a patch. JSON patches are read by other rules than objects: `yes` is a boolean in them.
fn by_kind(read: impl Fn(Dialect) -> Read) -> Read {
    let (documents, problems) = read(Dialect::Kustomize);
    match &documents {
        Ok(found) if only_list(found).is_some() => read(Dialect::Kubernetes),
        _ => (documents, problems),
    }
}

/// The only document, when it is a list.
fn only_list(documents: &[Document]) -> Option<&Document> {
    let [only] = documents else { return None };
    only.value.as_items().map(|_| only)
}

/// Tells by its shape what a patch is; every value in it gets the hop.
fn content(documents: Vec<Document>, hop: &HopKind, span: Span, problems: &mut Vec<Problem>) -> Option<Content> {
    let read = |value: Value| read_through(value, hop);
    if let Some(only) = only_list(&documents) {
        return json_patch::decode(&read(only.value.clone()), problems).map(Content::Json);
    }
    let objects: Vec<Value> = documents.into_iter().map(|document| read(document.value)).collect();
    if objects.is_empty() {
        problems.push(Problem::error(span, "the patch is empty"));
        return None;
    }
    for object in &objects {
        let named = object.get("kind").is_some() && object.get("metadata").and_then(|m| m.get("name")).is_some();
        if !named {
            let message = "a strategic merge patch needs `kind` and `metadata.name`, a JSON patch is a list";
            problems.push(Problem::error(object.origin.span, message));
            return None;
        }
    }
    Some(Content::Strategic(objects))
}
