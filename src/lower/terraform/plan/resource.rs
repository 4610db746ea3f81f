//! Resources of a plan without its configuration: their places are in the plan.

use super::read::{Plan, PlannedResource};
use super::value::present;
use crate::model::{DELETED, Format, Lowered, Reads, Reference, Resource, Step, Symbol, Text, Unit, UnitId, Value};
use crate::model::{Data, PlanOperation};
use crate::source::parent;
use std::sync::Arc;

use super::super::ids;

impl Plan {
    /// The resources of the plan as a unit of its own.
    pub fn alone(&self) -> Lowered {
        let mut lowered = Lowered::default();
        let reads = Reads { sources: vec![self.source], ..Reads::default() };
        let unit =
            lowered.add_unit(Unit { reads, is_planned: true, ..Unit::new(Format::Terraform, self.path.as_str()) });
        let directory = parent(&self.path);
        lowered.resources = self.resources.iter().map(|resource| resource.alone(directory, unit)).collect();
        lowered.resources.extend(self.deleted.iter().map(|resource| resource.deleted(directory, unit)));
        lowered.secrets.clone_from(&self.hidden);
        lowered.units.iter_mut().for_each(|unit| unit.unseen.extend(self.unseen()));
        lowered
    }
}

impl PlannedResource {
    /// The resource as checks see it, in a root module whose files are not there.
    pub fn alone(&self, directory: &str, unit: UnitId) -> Resource {
        let text = |text: &str| Value::string(text, self.header);
        let meta = vec![("provider".into(), text(&self.provider)), ("module_path".into(), text(directory))];
        Resource {
            format: Format::Terraform,
            type_name: self.type_name.clone(),
            families: &[],
            address: self.address.clone(),
            attrs: self.present(&self.planned.attrs),
            meta: Value::object(meta, self.header),
            block: self.block,
            header: self.header,
            owner: None,
            unit,
            call: None,
            doubt: None,
            planned: Some(Box::new(self.planned.clone())),
        }
    }

    /// The same of what is deleted: every attribute that it had, and none has a value.
    pub fn deleted(&self, directory: &str, unit: UnitId) -> Resource {
        let had = self.planned.prior.as_ref().and_then(Value::as_mapping);
        let gone = |(name, _): &(Text, Value)| (name.clone(), Value::null(self.header));
        let entries = had.map(|had| had.entries.iter().map(gone).collect()).unwrap_or_default();
        let mut resource = self.alone(directory, unit);
        resource.type_name = ecow::eco_format!("{DELETED}{}", self.type_name);
        resource.attrs = Value::object(entries, self.header);
        if let Some(planned) = &mut resource.planned {
            planned.attrs = resource.attrs.clone();
        }
        resource
    }

    /// The attributes that are present, with those that others know the resource by: an unknown `id` stands for the
    /// resource.
    pub fn present(&self, attrs: &Value) -> Value {
        let mut attrs = present(attrs, &["id", "arn"]);
        if self.planned.operation == PlanOperation::Read || self.type_name.starts_with("data.") {
            return attrs;
        }
        let names: Vec<Text> =
            attrs.as_mapping().into_iter().flat_map(|all| &all.entries).map(|(name, _)| name.clone()).collect();
        let Some(mapping) = attrs.as_mapping_mut() else { return attrs };
        for name in names {
            let Some(mut value) = mapping.get(&name).cloned() else { continue };
            let Data::Unknown(unknown) = &mut value.data else { continue };
            if unknown.symbol.is_some() {
                continue;
            }
            let attribute = if name == "id" { ids::attribute(&self.type_name).unwrap_or("id") } else { name.as_str() };
            let reference = Reference { address: self.address.clone(), path: vec![Step::Key(attribute.into())] };
            Arc::make_mut(unknown).symbol = Some(Symbol::Reference(reference));
            mapping.set(name, value);
        }
        attrs
    }
}
