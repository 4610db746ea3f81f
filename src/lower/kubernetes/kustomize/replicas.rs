//! `replicas`.

use super::decode::Fields;
use super::field_path::{Create, FieldSpec, expect_scalar, visit};
use super::object::{Objects, put_by};
use crate::model::{Data, Value};
use crate::source::{Problem, Span};

/// The number of replicas of one workload.
#[derive(Clone, Debug)]
pub struct Replicas {
    name: String,
    count: i64,
    span: Span,
}

impl Replicas {
    /// Reads an element of `replicas`.
    pub fn decode(value: &Value, problems: &mut Vec<Problem>) -> Option<Self> {
        let mut fields = Fields::of(value, "a replica count", problems)?;
        let before = fields.problems.len();
        let name = fields.text("name").map(|name| name.text.to_string()).unwrap_or_default();
        let count = fields.integer("count");
        let failed = fields.problems.len() > before;
        fields.finish();
        let (count, span) = count.unwrap_or((0, value.origin.span));
        (!failed).then_some(Self { name, count, span })
    }

    /// Sets the count in the workloads of that name.
    pub fn apply(&self, objects: &mut Objects, specs: &[FieldSpec]) -> Result<(), Problem> {
        let origin = put_by(self.span, format!("replicas of `{}`", self.name));
        let mut found = false;
        for spec in specs {
            for object in objects.change() {
                let called = std::iter::once(object.identity()).chain(object.previous.iter().cloned());
                let mut called = called.filter(|identity| identity.name == self.name);
                if called.any(|identity| identity.gvk.is_selected_by(&spec.gvk)) {
                    found = true;
                    visit(&mut object.value, spec, Create::Scalar, &origin, &mut |value| {
                        expect_scalar(value, "a number of replicas")?;
                        *value = Value {
                            data: Data::Number(self.count.into()),
                            origin: origin.clone(),
                            sensitive: false,
                            trace: None,
                        };
                        Ok(())
                    })?;
                }
            }
        }
        let message = format!("`replicas` names `{}`, but no workload is called so", self.name);
        if found { Ok(()) } else { Err(Problem::error(self.span, message)) }
    }
}
