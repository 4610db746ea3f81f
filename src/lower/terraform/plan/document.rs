//! The sections of the JSON that `terraform show` prints, and what each element of them says.
//!
//! A plan is large, and most of it is of no use here: a section is read when it is needed, element by element, and
//! only what is kept becomes a value. Format: "JSON Output Format" of Terraform's documentation; versions 0.1 to 1.2.

use crate::model::Text;
use crate::source::Derived;
use crate::syntax::json::{Error, Kind, Member, Node, Reader, Rules};
use std::collections::BTreeMap;
use std::ops::Range;

/// Deeper nesting is refused, since what is read is walked recursively; and so is an element of more values.
const RULES: Rules = Rules { depth: 512, values: 2_000_000, trailing_commas: false };

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

    /// Calls `visit` with each element of `resource_changes`. Of what is new or stays as it is, the state before is left
    /// out.
    pub fn each_change(&self, mut visit: impl FnMut(Node)) -> Result<(), Error> {
        let name = "resource_changes";
        let Some(mut reader) = self.reader(name).filter(|_| !self.is_null(name)) else { return Ok(()) };
        reader.each_item(|reader| {
            visit(object(reader, &mut |name, reader| if name == "change" { change(reader) } else { reader.value() })?);
            Ok(())
        })
    }

    /// Calls `visit` with each resource of a section that holds values of modules, below the members `way`, of which
    /// `wanted` holds for address and mode.
    pub fn each_resource(
        &self,
        name: &str,
        way: &[&str],
        wanted: &dyn Fn(&str, &str) -> bool,
        visit: &mut dyn FnMut(Node),
    ) -> Result<(), Error> {
        let Some(mut reader) = self.reader(name).filter(|_| !self.is_null(name)) else { return Ok(()) };
        let mut take = |reader: &mut Reader<'_>| {
            _ = reader.is_end();
            let start = reader.offset();
            reader.skip()?;
            let own = || Reader::new(self.text, RULES).starting_at(start);
            let (address, mode) = head(own());
            if wanted(&address, &mode) {
                visit(own().value()?);
            }
            Ok(())
        };
        below(&mut reader, way, &mut take)
    }

    fn is_null(&self, name: &str) -> bool {
        let range = self.sections.get(name).cloned().unwrap_or_default();
        self.text.text().get(range) == Some("null")
    }
}

type Take<'f> = dyn FnMut(&mut Reader<'_>) -> Result<(), Error> + 'f;

fn below(reader: &mut Reader<'_>, way: &[&str], take: &mut Take<'_>) -> Result<(), Error> {
    let Some((next, rest)) = way.split_first() else { return module(reader, take) };
    reader
        .each_member(|name, _, reader| if name == *next { below(reader, rest, take) } else { reader.skip().map(drop) })
}

/// The resources of a module, and of those in it.
fn module(reader: &mut Reader<'_>, take: &mut Take<'_>) -> Result<(), Error> {
    reader.each_member(|name, _, reader| match name {
        "resources" => reader.each_item(&mut *take),
        "child_modules" => reader.each_item(|reader| module(reader, take)),
        _ => reader.skip().map(drop),
    })
}

/// Address and mode of a resource: they stand before its values, which are not read.
fn head(mut reader: Reader<'_>) -> (Text, Text) {
    let (mut address, mut mode) = (Text::new(), Text::new());
    // What is wrong with the rest shows when it is read.
    _ = reader.each_member(|name, _, reader| {
        match name {
            "address" => address = reader.value()?.as_str().unwrap_or_default().into(),
            "mode" => mode = reader.value()?.as_str().unwrap_or_default().into(),
            _ => _ = reader.skip()?,
        }
        let is_found = !address.is_empty() && !mode.is_empty();
        if is_found { Err(Error { message: String::new(), at: 0..0 }) } else { Ok(()) }
    });
    (address, mode)
}

/// An object whose members `read` reads.
fn object(
    reader: &mut Reader<'_>,
    read: &mut dyn FnMut(&str, &mut Reader<'_>) -> Result<Node, Error>,
) -> Result<Node, Error> {
    let mut members = Vec::new();
    _ = reader.is_end();
    let start = reader.offset();
    reader.each_member(|name, name_at, reader| {
        let value = read(name, reader)?;
        members.push(Member { name: name.into(), name_at, value });
        Ok(())
    })?;
    Ok(Node { kind: Kind::Object(members), at: start..reader.offset() })
}

/// The member `change`: the state before matters where it is another one.
fn change(reader: &mut Reader<'_>) -> Result<Node, Error> {
    let mut stays = false;
    object(reader, &mut |name, reader| {
        if stays && name == "before" {
            return Ok(Node { kind: Kind::Null, at: reader.skip()? });
        }
        let value = reader.value()?;
        if name == "actions" {
            let actions: Vec<&str> = value.items().iter().filter_map(Node::as_str).collect();
            stays = matches!(actions.as_slice(), ["no-op" | "create" | "read"]);
        }
        Ok(value)
    })
}
