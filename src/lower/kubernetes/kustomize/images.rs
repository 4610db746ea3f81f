//! `images`: other names, tags and digests for container images.

use super::decode::{Fields, Located};
use super::field_path::{Create, FieldSpec, expect_scalar, visit};
use super::identity::{kind_of, scalar_text};
use super::limits;
use super::object::{Object, Objects, replaced_by, text, value_at};
use crate::model::{Data, Origin, Value};
use crate::source::{Problem, Span};
use regex::Regex;
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

/// Called with each image of an object.
type Each<'a> = &'a mut dyn FnMut(&mut Value) -> Result<(), Problem>;

/// One change of images.
#[derive(Clone, Debug)]
pub struct Image {
    /// Fits the images that it changes; none when the name is no regular expression, which fits nothing.
    pattern: Option<Regex>,
    name: String,
    new_name: Option<Located>,
    new_tag: Option<Located>,
    tag_suffix: Option<Located>,
    digest: Option<Located>,
    span: Span,
}

impl Image {
    /// Reads an element of `images`.
    pub fn decode(value: &Value, problems: &mut Vec<Problem>) -> Option<Self> {
        let mut fields = Fields::of(value, "an image", problems)?;
        let name = fields.text("name").map(|name| name.text.to_string()).unwrap_or_default();
        let mut given = |field| fields.text(field).filter(|located| !located.text.is_empty());
        let image = Self {
            pattern: Regex::new(&format!("^{name}(:[a-zA-Z0-9_.{{}}-]*)?(@sha256:[a-zA-Z0-9_.{{}}-]*)?$")).ok(),
            new_name: given("newName"),
            new_tag: given("newTag"),
            tag_suffix: given("tagSuffix"),
            digest: given("digest"),
            span: value.origin.span,
            name,
        };
        fields.finish();
        Some(image)
    }

    /// Changes the objects whose images it may fit.
    fn apply(&self, objects: &mut [Object], specs: &[FieldSpec], names: &mut Names) -> Result<(), Problem> {
        let parts = [&self.new_name, &self.new_tag, &self.tag_suffix, &self.digest];
        for part in parts.into_iter().flatten() {
            limits::check_name(part.text.len(), part.origin.span)?;
        }
        for place in names.places(&self.name, objects.len()) {
            let Some(object) = objects.get_mut(place) else { continue };
            each_image(&mut object.value, specs, self.span, &mut |image| self.change(image))?;
            names.add(place, object, specs, self.span);
        }
        Ok(())
    }

    fn change(&self, value: &mut Value) -> Result<(), Problem> {
        expect_scalar(value, "an image")?;
        let old = scalar_text(value);
        if !self.pattern.as_ref().is_some_and(|pattern| pattern.is_match(&old)) {
            return Ok(());
        }
        let (name, tag, digest) = split(&old);
        let mut new = self.new_name.as_ref().map_or(name, |name| name.text.as_str()).to_string();
        let (tag, digest) = match (&self.new_tag, &self.digest, &self.tag_suffix) {
            (Some(tag), Some(digest), _) => (tag.text.to_string(), digest.text.to_string()),
            (Some(tag), None, _) => (tag.text.to_string(), String::new()),
            (None, Some(digest), _) => (String::new(), digest.text.to_string()),
            (None, None, Some(suffix)) => (format!("{tag}{}", suffix.text), String::new()),
            (None, None, None) => (tag.to_string(), digest.to_string()),
        };
        for (separator, part) in [(":", tag), ("@", digest)] {
            if !part.is_empty() {
                new.push_str(separator);
                new.push_str(&part);
            }
        }
        if new != *old {
            let origin = replaced_by(&value.origin, self.place(), format!("image `{}`", self.name));
            *value = text(new, origin);
        }
        Ok(())
    }

    /// The part of it that says most about the result.
    fn place(&self) -> Span {
        let parts = [&self.digest, &self.new_tag, &self.tag_suffix, &self.new_name];
        parts.into_iter().flatten().next().map_or(self.span, |part| part.origin.span)
    }
}

/// Makes the changes of images, one after the other, in the fields that `specs` name and in everything called
/// `containers` or `initContainers`. An image that cannot be changed ends its change only.
pub fn apply(images: &[Image], objects: &mut Objects, specs: &[FieldSpec], problems: &mut Vec<Problem>) {
    let objects = objects.change();
    let mut names = Names::default();
    if let [first, _, ..] = images {
        for (place, object) in objects.iter().enumerate() {
            names.add(place, object, specs, first.span);
        }
    } else {
        names.unread.extend(0..objects.len());
    }
    problems.extend(images.iter().filter_map(|image| image.apply(objects, specs, &mut names).err()));
}

/// The places of objects in their list by what their images are or were called, so that each change of images looks at
/// few of them.
#[derive(Default)]
struct Names {
    /// By the last part of the name, without tag and digest.
    by_last_part: HashMap<String, BTreeSet<usize>>,
    /// Objects whose images cannot all be read: each change comes to them, and says why.
    unread: BTreeSet<usize>,
}

impl Names {
    /// Adds an object under the images that it has now.
    fn add(&mut self, place: usize, object: &Object, specs: &[FieldSpec], span: Span) {
        if self.unread.contains(&place) {
            return;
        }
        let mut add = |image: &mut Value| {
            expect_scalar(image, "an image")?;
            let text = scalar_text(image);
            let part = last_part(&text).split([':', '@']).next().unwrap_or_default();
            self.by_last_part.entry(part.to_owned()).or_default().insert(place);
            Ok(())
        };
        if each_image(&mut object.value.clone(), specs, span, &mut add).is_err() {
            self.unread.insert(place);
        }
    }

    /// The places of the objects, `all` of which there are, that may have images of a name, sorted. The name is a
    /// regular expression: one that says more than its last part letter by letter may fit any.
    fn places(&self, name: &str, all: usize) -> BTreeSet<usize> {
        let part = last_part(name);
        let is_plain = |text: &str, but: &[char]| text.chars().all(|c| c.is_ascii_alphanumeric() || but.contains(&c));
        if !is_plain(part, &['-', '_']) || !is_plain(name, &['-', '_', '.', ':', '/']) {
            return (0..all).collect();
        }
        self.by_last_part.get(part).into_iter().flatten().chain(&self.unread).copied().collect()
    }
}

/// What stands behind the last slash.
fn last_part(image: &str) -> &str {
    image.rsplit_once('/').map_or(image, |(_, last)| last)
}

/// Calls `each` for the images in everything called `containers` or `initContainers`, and then for those in the fields
/// that `specs` name.
fn each_image(object: &mut Value, specs: &[FieldSpec], span: Span, each: Each<'_>) -> Result<(), Problem> {
    if kind_of(object).kind != "CustomResourceDefinition" {
        each_in_containers(object, each)?;
    }
    specs.iter().try_for_each(|spec| visit(object, spec, Create::Never, &Origin::at(span), each))
}

fn each_in_containers(value: &mut Value, each: Each<'_>) -> Result<(), Problem> {
    match &mut value.data {
        Data::Sequence(sequence) => {
            for item in &mut Arc::make_mut(sequence).items {
                each_in_containers(item, each)?;
            }
        }
        Data::Mapping(mapping) => {
            for (key, value) in &mut Arc::make_mut(mapping).entries {
                if matches!(key.as_str(), "containers" | "initContainers") {
                    each_in_list(value, each)?;
                }
                each_in_containers(value, each)?;
            }
        }
        _ => {}
    }
    Ok(())
}

fn each_in_list(containers: &mut Value, each: Each<'_>) -> Result<(), Problem> {
    for container in containers.as_items_mut().into_iter().flatten() {
        if let Some(image) = container.as_mapping_mut().and_then(|container| value_at(container, "image")) {
            each(image)?;
        }
    }
    Ok(())
}

/// Name, tag and digest; the port of a registry is no tag.
fn split(image: &str) -> (&str, &str, &str) {
    let (rest, digest) = image.split_once('@').unwrap_or((image, ""));
    let path = rest.find('/').filter(|at| *at > 0).unwrap_or(0);
    match rest.get(path..).and_then(|rest| rest.find(':')) {
        Some(colon) => {
            let (name, tag) = rest.split_at(path + colon);
            (name, tag.trim_start_matches(':'), digest)
        }
        None => (rest, "", digest),
    }
}

#[cfg(test)]
mod tests {
    use super::split;

    #[test]
    fn a_port_is_no_tag() {
        assert_eq!(split("registry:5000/app"), ("registry:5000/app", "", ""));
        assert_eq!(split("registry:5000/app:1@sha256:0"), ("registry:5000/app", "1", "sha256:0"));
        assert_eq!(split("nginx:1"), ("nginx", "1", ""));
    }
}
