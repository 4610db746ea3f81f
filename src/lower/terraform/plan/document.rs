//! The sections of the JSON that `terraform show` prints, and what each element of them says.
//!
//! A plan is large, and most of it is of no use here: a section is read when it is needed, element by element, and
//! only what is kept becomes a value. Format: "JSON Output Format" of Terraform's documentation; versions 0.1 to 1.2.

use crate::source::Derived;
use crate::syntax::json::{Error, Node, Reader, Rules};
use std::collections::BTreeMap;
use std::ops::Range;

/// Deeper nesting is refused: what is read is walked recursively.
const RULES: Rules = Rules { depth: 512, values: usize::MAX, trailing_commas: false };

/// Which document it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Content {
    /// A plan.
    Plan,
    /// A state, printed by `terraform show -json`.
    State,
    /// The file in which a program keeps its state.
    RawState,
    /// Something else.
    Other,
}

/// The top of a document: where its sections are.
pub(super) struct Document<'t> {
    text: &'t Derived<'t>,
    sections: BTreeMap<String, Range<usize>>,
}

impl<'t> Document<'t> {
    /// Finds the sections of a text.
    pub fn read(text: &'t Derived<'t>) -> Result<Self, Error> {
        let mut sections = BTreeMap::new();
        let mut reader = Reader::new(text, RULES);
        reader.each_member(|name, _, reader| {
            let range = reader.skip()?;
            // Of a repeated name the last counts.
            sections.insert(name.to_owned(), range);
            Ok(())
        })?;
        if !reader.is_end() {
            let message = "Text follows the end of the JSON.".to_owned();
            return Err(Error { message, at: reader.offset()..reader.offset() });
        }
        Ok(Self { text, sections })
    }

    /// Which document it is.
    pub fn content(&self) -> Content {
        let has = |name: &str| self.sections.contains_key(name);
        if has("lineage") || has("serial") && has("version") {
            Content::RawState
        } else if !has("format_version") {
            Content::Other
        } else if ["planned_values", "resource_changes", "resource_drift", "output_changes", "prior_state"]
            .into_iter()
            .any(has)
        {
            Content::Plan
        } else if has("values") || self.sections.len() <= 2 {
            // The state of nothing has a version only.
            Content::State
        } else {
            Content::Other
        }
    }

    /// The bytes of a section.
    pub fn section(&self, name: &str) -> Option<Range<usize>> {
        self.sections.get(name).cloned()
    }

    /// A section as a tree: for those that are small.
    pub fn tree(&self, name: &str) -> Result<Option<Node>, Error> {
        self.reader(name).map(|mut reader| reader.value()).transpose()
    }

    fn reader(&self, name: &str) -> Option<Reader<'t>> {
        let range = self.sections.get(name)?;
        Some(Reader::new(self.text, RULES).starting_at(range.start))
    }

    /// Calls `visit` with each item of an array.
    pub fn each_item(&self, name: &str, mut visit: impl FnMut(Node)) -> Result<(), Error> {
        let Some(mut reader) = self.reader(name) else { return Ok(()) };
        if self.is_null(name) {
            return Ok(());
        }
        reader.each_item(|reader| {
            visit(reader.value()?);
            Ok(())
        })
    }

    /// Calls `visit` with each resource of a section that holds values of modules, below the members `way`.
    pub fn each_resource(&self, name: &str, way: &[&str], visit: &mut dyn FnMut(Node)) -> Result<(), Error> {
        let Some(mut reader) = self.reader(name) else { return Ok(()) };
        if self.is_null(name) {
            return Ok(());
        }
        below(&mut reader, way, visit)
    }

    fn is_null(&self, name: &str) -> bool {
        let range = self.sections.get(name).cloned().unwrap_or_default();
        self.text.text().get(range) == Some("null")
    }
}

fn below(reader: &mut Reader<'_>, way: &[&str], visit: &mut dyn FnMut(Node)) -> Result<(), Error> {
    let Some((next, rest)) = way.split_first() else { return module(reader, visit) };
    reader
        .each_member(|name, _, reader| if name == *next { below(reader, rest, visit) } else { reader.skip().map(drop) })
}

/// The resources of a module, and of those in it.
fn module(reader: &mut Reader<'_>, visit: &mut dyn FnMut(Node)) -> Result<(), Error> {
    reader.each_member(|name, _, reader| match name {
        "resources" => reader.each_item(|reader| {
            visit(reader.value()?);
            Ok(())
        }),
        "child_modules" => reader.each_item(|reader| module(reader, visit)),
        _ => reader.skip().map(drop),
    })
}
