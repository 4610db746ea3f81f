//! Blocks that are no resources: `variable`, `output`, `module`, `provider`, `terraform`, `check`.
//!
//! Checks judge them too. They are shown once for each directory, in the context of its first instance;
//! what is wrong with their values is found in all of them.

use super::calls::output_value;
use super::scope::{ModuleScope, written};
use crate::model::{Address, Key, Resource, Text, Value};
use crate::syntax::hcl::{Block, ExprKind};
use ecow::EcoString;

impl ModuleScope<'_, '_> {
    /// Evaluates what this instance declares, so that everything wrong in it is reported.
    pub fn evaluate_declarations(&self) {
        let module = &self.instance.module;
        for (name, attribute) in &module.locals {
            self.local(name, attribute.span);
        }
        for (name, block) in &module.variables {
            self.validate(name, block);
        }
        for (name, block) in &module.outputs {
            output_value(self, name, block);
            for condition in block.body.blocks_of("precondition") {
                self.require(condition, &format!("Output `{name}` fails its precondition"), block.header);
            }
        }
        for condition in module.checks.iter().flat_map(|block| block.body.blocks_of("assert")) {
            self.require(condition, "A check fails", condition.header);
        }
    }

    /// Adds the blocks of this instance's module.
    pub fn declarations(&self, resources: &mut Vec<Resource>) {
        let module = &self.instance.module;
        let mut add = |type_name: Text, address: Address, block: &Block| {
            let attrs = self.body(&block.body, block.header, &[]);
            resources.push(self.make(type_name, address, block, attrs, Vec::new()));
        };
        let own = |kind: &str, name: Text| Address::block(&self.instance.address, kind.into(), name, Key::None);
        for block in &module.settings {
            add("terraform".into(), own("terraform", Text::new()), block);
        }
        for block in &module.providers {
            let name = block.labels.first().map(|label| label.name.clone()).unwrap_or_default();
            let alias = match block.body.attribute("alias").map(|attribute| &attribute.value.kind) {
                Some(ExprKind::String(alias)) => format!(".{alias}"),
                _ => String::new(),
            };
            add(ecow::eco_format!("provider.{name}"), own("provider", ecow::eco_format!("{name}{alias}")), block);
        }
        for (name, block) in &module.outputs {
            add("output".into(), own("output", name.clone()), block);
        }
        resources.extend(module.variables.iter().map(|(name, block)| self.variable_block(name, block)));
        resources.extend(module.calls.iter().filter_map(|(name, block)| self.module_block(name, block)));
    }

    /// A `variable` block: its type as text, its validations left out, and the value that it has here.
    fn variable_block(&self, name: &EcoString, block: &Block) -> Resource {
        let mut attrs = self.body(&block.body, block.header, &["type", "validation"]);
        if let Some(mapping) = attrs.as_mapping_mut() {
            if let Some(ty) = block.body.attribute("type") {
                mapping.set("type", Value::string(written(self, &ty.value), ty.value.span));
            }
            mapping.set("value", self.variable(name, block.header));
        }
        let address = Address::block(&self.instance.address, "var".into(), name.clone(), Key::None);
        self.make("variable".into(), address, block, attrs, Vec::new())
    }

    /// A `module` block with its arguments, as its first instance gets them; nothing when there is none.
    fn module_block(&self, name: &EcoString, block: &Block) -> Option<Resource> {
        let called = self.called_instances(name);
        let (_, repetition) = called.repeats.instances.first()?;
        let owner = ecow::eco_format!("module.{name}");
        let uncertain = self.uncertain || !called.repeats.causes.is_empty();
        let names = ModuleScope { uncertain, ..self.clone().repeated(repetition, &owner) };
        let attrs = names.body(&block.body, block.header, &["count", "for_each", "depends_on", "providers"]);
        let address = Address::module(&self.instance.address, name.clone(), Key::None);
        Some(self.make("module".into(), address, block, attrs, Vec::new()))
    }
}
