//! `images`: other names, tags and digests for container images.

use super::decode::{Fields, Located};
use super::field_path::{Create, FieldSpec, expect_scalar, visit};
use super::identity::scalar_text;
use super::limits;
use super::object::{Objects, replaced_by, text, value_at};
use crate::model::{Data, Origin, Value};
use crate::source::{Problem, Span};
use regex::Regex;
use std::sync::Arc;

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

    /// Changes the images in the fields that `specs` name and in everything called `containers` or `initContainers`.
    pub fn apply(&self, objects: &mut Objects, specs: &[FieldSpec]) -> Result<(), Problem> {
        let parts = [&self.new_name, &self.new_tag, &self.tag_suffix, &self.digest];
        for part in parts.into_iter().flatten() {
            limits::check_name(part.text.len(), part.origin.span)?;
        }
        for object in objects.change() {
            if object.gvk().kind != "CustomResourceDefinition" {
                self.apply_to_containers(&mut object.value)?;
            }
            for spec in specs {
                visit(&mut object.value, spec, Create::Never, &Origin::at(self.span), &mut |value| self.change(value))?;
            }
        }
        Ok(())
    }

    fn apply_to_containers(&self, value: &mut Value) -> Result<(), Problem> {
        match &mut value.data {
            Data::Sequence(sequence) => {
                for item in &mut Arc::make_mut(sequence).items {
                    self.apply_to_containers(item)?;
                }
            }
            Data::Mapping(mapping) => {
                for (key, value) in &mut Arc::make_mut(mapping).entries {
                    if matches!(key.as_str(), "containers" | "initContainers") {
                        self.apply_to_list(value)?;
                    }
                    self.apply_to_containers(value)?;
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn apply_to_list(&self, containers: &mut Value) -> Result<(), Problem> {
        for container in containers.as_items_mut().into_iter().flatten() {
            if let Some(image) = container.as_mapping_mut().and_then(|container| value_at(container, "image")) {
                self.change(image)?;
            }
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
