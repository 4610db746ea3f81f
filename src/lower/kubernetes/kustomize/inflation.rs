//! Charts that a kustomization names: rendered where the tree holds them, else unseen.

use super::build::Builder;
use super::kustomization::Kustomization;
use super::object::Object;
use super::unseen::chart;
use crate::model::Value;
use crate::source::Problem;

impl Builder<'_> {
    /// Returns the objects of the charts that a kustomization in `directory` names; those that are not in the tree are
    /// unseen.
    pub(super) fn inflate(&mut self, kustomization: &Kustomization<'_>, value: &Value, directory: &str) -> Vec<Object> {
        let mut objects = Vec::new();
        for (field, span) in &kustomization.unsupported {
            let entries = value.get(field).and_then(Value::as_items).unwrap_or_default();
            let entry = entries.iter().find(|entry| entry.origin.span == *span).filter(|_| *field == "helmCharts");
            if let Some(rendered) = entry.and_then(|entry| self.library.chart(directory, value, entry)) {
                self.problems.extend(rendered.problems);
                self.unseen.extend(rendered.unseen);
                objects.extend(rendered.objects.into_iter().map(|(value, block)| Object::new(value, block)));
                continue;
            }
            let message =
                format!("the chart of `{field}` is not in the tree or cannot be rendered; its objects are unknown");
            self.problems.push(Problem::warning(*span, message));
            self.unseen.push(chart(value, field, *span));
        }
        objects
    }
}
