//! `terragrunt.stack.hcl`: files that generate units, and further stacks.

use super::config::Context;
use super::evaluation::evaluate_file;
use super::paths::{STACK_FILE, UNIT_FILE, is_remote, locate};
use super::reader::Reader;
use super::scope::ConfigScope;
use super::unit::deployed;
use crate::limits::terragrunt::MAX_STACKS;
use crate::lower::terraform::deployed::DeployedUnit;
use crate::model::Value;
use crate::source::{Problem, SourceId, parent};
use crate::syntax::hcl::Block;

/// The directory below which Terragrunt writes the units.
const GENERATED: &str = ".terragrunt-stack";

/// The units of a stack whose sources are in the tree.
pub(super) fn units(reader: &Reader<'_>, file: &str) -> Vec<DeployedUnit> {
    let mut units = Vec::new();
    let stack = Stack { reader, outermost: file, file, directory: parent(file).to_owned(), values: None, depth: 0 };
    stack.add_units(&mut Vec::new(), &mut units);
    units
}

/// A stack, in the directory in which it stands or into which another one copies it.
struct Stack<'a> {
    reader: &'a Reader<'a>,
    /// The file that is no other one's copy.
    outermost: &'a str,
    /// Its own file.
    file: &'a str,
    directory: String,
    /// What the stack around it passes.
    values: Option<Value>,
    depth: usize,
}

impl Stack<'_> {
    fn add_units(&self, read: &mut Vec<SourceId>, units: &mut Vec<DeployedUnit>) {
        let Some(parsed) = self.reader.file(self.file) else { return };
        read.push(parsed.source);
        let place = (self.file, self.directory.as_str());
        let context = Context::of_unit(self.reader, place, self.values.clone(), evaluate_file);
        let scope = ConfigScope::new(&context, &parsed.body);
        for block in parsed.body.blocks_of("unit") {
            let Some(Copy { source, place, values }) = self.copy(&scope, block, UNIT_FILE) else { continue };
            if let Some(mut unit) = deployed(self.reader, &source, Some((place.as_str(), values))) {
                unit.read.extend(read.iter());
                self.outermost.clone_into(&mut unit.file);
                units.push(unit);
            }
        }
        for block in parsed.body.blocks_of("stack").filter(|_| self.depth < MAX_STACKS) {
            let Some(Copy { source, place, values }) = self.copy(&scope, block, STACK_FILE) else { continue };
            let (directory, values, depth) = (place, Some(values), self.depth + 1);
            let (reader, outermost) = (self.reader, self.outermost);
            Stack { reader, outermost, file: &source, directory, values, depth }.add_units(read, units);
        }
        read.pop();
    }

    /// What a block copies, if that is in the tree.
    fn copy(&self, scope: &ConfigScope<'_>, block: &Block, name: &str) -> Option<Copy> {
        let of = |name: &str| block.body.attribute(name).map(|attribute| scope.evaluate(&attribute.value));
        let source = of("source");
        let written = source.as_ref().and_then(Value::as_str);
        let local = written.filter(|source| !is_remote(source));
        let found = [self.directory.as_str(), parent(self.file)].into_iter().find_map(|directory| {
            let path = format!("{}/{name}", locate(directory, local?)?);
            self.reader.files.is_file(&path).then_some(path)
        });
        let Some(source) = found else {
            let kind = &block.kind.name;
            let message = format!("The source of this {kind}, `{}`, is not in the tree.", written.unwrap_or("?"));
            self.reader.report(Problem::warning(block.header, message));
            return None;
        };
        self.reader.add_template(&source);
        let path = of("path");
        let path = path.as_ref().and_then(Value::as_str).or_else(|| Some(block.labels.first()?.name.as_str()))?;
        let is_beside = of("no_dot_terragrunt_stack").and_then(|flag| flag.as_bool()) == Some(true);
        let place = if is_beside { path.to_owned() } else { format!("{GENERATED}/{path}") };
        let place = locate(&self.directory, &place)?;
        let values = of("values").unwrap_or_else(|| Value::object(Vec::new(), block.header));
        Some(Copy { source, place, values })
    }
}

/// A configuration that a stack copies.
struct Copy {
    /// The file of the configuration.
    source: String,
    /// The directory into which it is copied.
    place: String,
    /// What is passed to it.
    values: Value,
}
