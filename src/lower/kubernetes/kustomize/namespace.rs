//! `namespace`.

use super::field_path::{Create, FieldSpec, expect_scalar, visit};
use super::identity::{Identity, scalar_text};
use super::object::{Object, Objects, mapping_at, put_by, text, value_at};
use crate::model::{Mapping, Origin, Value};
use crate::source::{Problem, Span};
use std::collections::HashMap;

/// Which subjects of role bindings get the namespace.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Subjects {
    /// Those called `default`.
    #[default]
    Default,
    /// All service accounts.
    ServiceAccounts,
    /// None.
    Never,
}

/// What to set.
#[derive(Clone, Debug)]
pub struct Namespace {
    /// The namespace.
    pub name: String,
    /// Where it is written.
    pub span: Span,
    /// Whether objects that have one keep it.
    pub unset_only: bool,
    /// Which subjects get it.
    pub subjects: Subjects,
    /// Further fields that get it.
    pub specs: Vec<FieldSpec>,
}

impl Namespace {
    /// Puts all objects that can have a namespace into this one.
    pub fn apply(&self, objects: &mut Objects) -> Result<(), Problem> {
        if self.name.is_empty() {
            return Ok(());
        }
        for object in objects.change() {
            self.apply_to(object)?;
        }
        let mut called: HashMap<Identity, Span> = HashMap::new();
        for object in objects.all() {
            let identity = object.identity();
            if called.insert(identity.clone().normalized(), object.block).is_some() {
                let message = format!("in namespace `{}` there would be two of `{identity}`", self.name);
                return Err(Problem::error(self.span, message).with_help("Rename one of them."));
            }
        }
        Ok(())
    }

    fn apply_to(&self, object: &mut Object) -> Result<(), Problem> {
        object.remember_identity();
        let gvk = object.gvk();
        let origin = self.origin();
        let namespaced = object.value.as_mapping_mut().filter(|_| !gvk.is_cluster_scoped());
        if let Some(metadata) = namespaced.and_then(|mapping| mapping_at(mapping, "metadata", &origin)) {
            self.set_key(metadata)?;
        }
        let binding = matches!(gvk.kind.as_str(), "RoleBinding" | "ClusterRoleBinding");
        if binding {
            self.apply_to_subjects(&mut object.value)?;
        }
        let further = self.specs.iter().filter(|spec| spec.path != "metadata/namespace");
        for spec in further {
            visit(&mut object.value, spec, Create::Scalar, &origin, &mut |value| self.set(value))?;
        }
        Ok(())
    }

    fn apply_to_subjects(&self, object: &mut Value) -> Result<(), Problem> {
        let subjects = object.as_mapping_mut().and_then(|object| value_at(object, "subjects"));
        let Some(subjects) = subjects.and_then(Value::as_items_mut) else { return Ok(()) };
        for subject in subjects {
            let field = |name| subject.get(name).map(scalar_text).unwrap_or_default();
            let chosen = match self.subjects {
                Subjects::Default => field("name") == "default",
                Subjects::ServiceAccounts => field("kind") == "ServiceAccount",
                Subjects::Never => false,
            };
            if let Some(subject) = subject.as_mapping_mut().filter(|_| chosen) {
                self.set_key(subject)?;
            }
        }
        Ok(())
    }

    fn set_key(&self, mapping: &mut Mapping) -> Result<(), Problem> {
        match value_at(mapping, "namespace") {
            Some(value) => self.set(value)?,
            None => mapping.set("namespace", text(self.name.as_str(), self.origin())),
        }
        Ok(())
    }

    fn set(&self, value: &mut Value) -> Result<(), Problem> {
        expect_scalar(value, "a namespace")?;
        let old = scalar_text(value);
        if (self.unset_only && !old.is_empty()) || old == self.name {
            return Ok(());
        }
        *value = text(self.name.as_str(), self.origin());
        Ok(())
    }

    fn origin(&self) -> Origin {
        put_by(self.span, format!("namespace `{}`", self.name))
    }
}
