//! `namePrefix` and `nameSuffix`.

use super::field_path::{Create, FieldSpec, expect_scalar, visit};
use super::identity::{GroupVersionKind, scalar_text};
use super::limits;
use super::object::{Object, Objects, changed_by, text};
use crate::model::{Data, HopKind, Origin, Text};
use crate::source::{Problem, Span};

/// Which end of the name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Affix {
    /// Before it.
    Prefix,
    /// Behind it.
    Suffix,
}

/// Puts `content`, written at `span`, before or behind the fields that `specs` name.
pub fn apply(
    objects: &mut Objects,
    affix: Affix,
    content: &str,
    span: Span,
    specs: &[FieldSpec],
) -> Result<(), Problem> {
    if content.is_empty() {
        return Ok(());
    }
    limits::check_name(content.len(), span)?;
    objects.change().iter_mut().try_for_each(|object| apply_to(object, affix, content, span, specs))
}

fn apply_to(object: &mut Object, affix: Affix, content: &str, span: Span, specs: &[FieldSpec]) -> Result<(), Problem> {
    let original = object.original().gvk;
    if keeps_its_name(&original) {
        return Ok(());
    }
    let what: Text = match affix {
        Affix::Prefix => format!("name prefix `{content}`").into(),
        Affix::Suffix => format!("name suffix `{content}`").into(),
    };
    for spec in specs.iter().filter(|spec| original.is_selected_by(&spec.gvk)) {
        if spec.path == "metadata/name" {
            object.remember_identity();
            match affix {
                Affix::Prefix => object.prefixes.push(content.into()),
                Affix::Suffix => object.suffixes.push(content.into()),
            }
        }
        visit(&mut object.value, spec, Create::Never, &Origin::at(span), &mut |value| {
            expect_scalar(value, "a name")?;
            if !matches!(value.data, Data::String(_) | Data::Number(_) | Data::Bool(_)) {
                return Ok(());
            }
            let old = scalar_text(value);
            let new = match affix {
                Affix::Prefix => format!("{content}{old}"),
                Affix::Suffix => format!("{old}{content}"),
            };
            *value = text(new, changed_by(&value.origin, span, what.clone()));
            Ok(())
        })?;
    }
    Ok(())
}

/// Objects whose name means something to the cluster.
fn keeps_its_name(gvk: &GroupVersionKind) -> bool {
    match gvk.kind.as_str() {
        "CustomResourceDefinition" | "Namespace" => true,
        "APIService" => gvk.group == "apiregistration.k8s.io",
        _ => false,
    }
}

/// The hop of a name that a reference took over from the object it refers to.
pub fn reference_hop(target: &str) -> HopKind {
    HopKind::Patch(format!("name of {target}").into())
}
