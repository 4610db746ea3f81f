//! `terragrunt.stack.hcl`: files that generate units.

use super::config::Context;
use super::evaluation::evaluate_file;
use super::paths::{UNIT_FILE, is_remote, locate};
use super::reader::Reader;
use super::scope::ConfigScope;
use super::unit::deployed;
use crate::lower::terraform::deployed::DeployedUnit;
use crate::model::Value;
use crate::source::{Problem, parent};

/// The directory below which Terragrunt writes the units.
const GENERATED: &str = ".terragrunt-stack";

/// The units of a stack whose sources are in the tree.
pub(super) fn units(reader: &Reader<'_>, file: &str) -> Vec<DeployedUnit> {
    let Some(parsed) = reader.file(file) else { return Vec::new() };
    let directory = parent(file);
    let context = Context::of_unit(reader, (file, directory), None, evaluate_file);
    let scope = ConfigScope::new(&context, &parsed.body);
    let mut units = Vec::new();
    for block in parsed.body.blocks_of("unit") {
        let of = |name: &str| block.body.attribute(name).map(|attribute| scope.evaluate(&attribute.value));
        let source = of("source");
        let written = source.as_ref().and_then(Value::as_str);
        let local = written.filter(|source| !is_remote(source)).and_then(|source| locate(directory, source));
        let configuration = local.map(|source| format!("{source}/{UNIT_FILE}"));
        let Some(configuration) = configuration.filter(|path| reader.files.is_file(path)) else {
            let message = format!("The source of this unit, `{}`, is not in the tree.", written.unwrap_or("?"));
            reader.report(Problem::warning(block.header, message));
            continue;
        };
        reader.add_template(&configuration);
        let path = of("path");
        let name = path.as_ref().and_then(Value::as_str).or_else(|| Some(block.labels.first()?.name.as_str()));
        let place = locate(directory, &format!("{GENERATED}/{}", name.unwrap_or_default()));
        let values = of("values").unwrap_or_else(|| Value::object(Vec::new(), block.header));
        if let Some(mut unit) = place.and_then(|place| deployed(reader, &configuration, Some((place.as_str(), values))))
        {
            unit.read.push(parsed.source);
            file.clone_into(&mut unit.file);
            units.push(unit);
        }
    }
    units
}
