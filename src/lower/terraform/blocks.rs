//! Blocks that are no resources: `variable`, `output`, `module`, `provider`, `terraform`, `check`.
//!
//! Checks judge them too. They are shown once for each directory, in the context of its first instance;
//! what is wrong with their values is found in all of them.

use super::calls::output_value;
use super::names::SETTINGS;
use super::repetition::Repetition;
use super::scope::{ModuleScope, written};
use super::{repeat, tags};
use crate::model::{Address, Key, Resource, Text, Value};
use crate::syntax::hcl::Block;
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
        for block in &module.imports {
            let repeats = repeat::of(self, block, "import");
            if let Some(each) = block.body.attribute("for_each") {
                self.needs_plan("`for_each`", &self.evaluate(&each.value), each.value.span);
            }
            let (Some((_, repetition)), Some(id)) = (repeats.instances.first(), block.body.attribute("id")) else {
                continue;
            };
            let names = self.clone().repeated(repetition, &"import".into());
            self.needs_plan("`id`", &names.evaluate(&id.value), id.value.span);
        }
        for block in &module.providers {
            if let Some(each) = block.body.attribute("for_each") {
                self.needs_plan("`for_each` of a provider", &self.evaluate(&each.value), each.value.span);
            }
        }
        for condition in module.checks.iter().flat_map(|block| block.body.blocks_of("assert")) {
            self.require(condition, "A check fails", condition.header);
        }
    }

    /// Adds the blocks of this instance's module.
    pub fn declarations(&self, resources: &mut Vec<Resource>) {
        let module = &self.instance.module;
        let own = |kind: &str, name: Text, key: Key| Address::block(&self.instance.address, kind.into(), name, key);
        for block in &module.settings {
            let names = self.clone().repeated(&Repetition::None, &SETTINGS.into());
            let attrs = names.body(&block.body, SETTINGS, block.header, &[]);
            let address = own(SETTINGS, Text::new(), Key::None);
            resources.push(self.make(SETTINGS.into(), address, block, attrs, Vec::new()));
        }
        for block in &module.providers {
            let name = tags::configured_name(block);
            let type_name = name.split('.').next().unwrap_or_default();
            let owner = ecow::eco_format!("provider.{name}");
            for (key, repetition) in &repeat::of(self, block, &owner).instances {
                let names = self.clone().repeated(repetition, &owner);
                let attrs = names.body(&block.body, "provider", block.header, &["for_each"]);
                let address = own("provider", name.clone(), key.clone());
                resources.push(self.make(ecow::eco_format!("provider.{type_name}"), address, block, attrs, Vec::new()));
            }
        }
        for (name, block) in &module.outputs {
            let attrs = self.body(&block.body, "output", block.header, &[]);
            let address = own("output", name.clone(), Key::None);
            resources.push(self.make("output".into(), address, block, attrs, Vec::new()));
        }
        resources.extend(module.variables.iter().map(|(name, block)| self.variable_block(name, block)));
        resources.extend(module.calls.iter().filter_map(|(name, block)| self.module_block(name, block)));
    }

    /// A `variable` block: its type as text, its validations left out, and the value that it has here.
    fn variable_block(&self, name: &EcoString, block: &Block) -> Resource {
        let mut attrs = self.body(&block.body, "variable", block.header, &["type", "validation"]);
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
        let attrs = names.body(&block.body, "module", block.header, &["count", "for_each", "depends_on", "providers"]);
        let address = Address::module(&self.instance.address, name.clone(), Key::None);
        Some(self.make("module".into(), address, block, attrs, Vec::new()))
    }
}
