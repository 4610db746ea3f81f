//! Fixes as edits: from what would be changed to texts in place of bytes, in the layout that the file has.
//!
//! Proves nothing: whether the finding goes away is for whoever evaluates the result.

mod addition;
mod applied;
mod dockerfile;
mod hcl;
mod inputs;
mod literal;
mod yaml;

use crate::discover::kind_of;
use crate::finding::{Change, FixPlan};
use crate::model::{Origin, Value};
use crate::source::{Derived, Files, Kind, Source, SourceId, Sources, Span};
use crate::syntax::yaml::{Dialect, Node};
use addition::Addition;
pub use applied::{applied, difference};
pub use inputs::{WithInputs, with_inputs};
use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;

/// A text in place of some bytes of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// The bytes; empty for what is added.
    pub span: Span,
    /// What stands there afterwards.
    pub text: String,
}

impl Edit {
    /// Whether both change the same bytes, or add something at the same place.
    pub fn overlaps(&self, other: &Self) -> bool {
        let end = |edit: &Self| edit.span.end.max(edit.span.start + 1);
        self.span.source == other.span.source && other.span.start < end(self) && self.span.start < end(other)
    }
}

/// Makes edits of plans. A file is parsed once, however many edits it gets.
pub struct Editor<'s> {
    sources: &'s Sources,
    files: &'s dyn Files,
    read: RefCell<HashMap<SourceId, Option<Rc<Text>>>>,
}

/// A file that can be edited.
struct Text {
    source: Arc<Source>,
    language: Language,
}

enum Language {
    Hcl(crate::syntax::hcl::Body),
    Yaml(Vec<Node>),
    Dockerfile,
}

impl<'s> Editor<'s> {
    /// An editor of the files that were read as `sources`; only committed files are edited.
    pub fn new(sources: &'s Sources, files: &'s dyn Files) -> Self {
        Self { sources, files, read: RefCell::default() }
    }

    /// The ways to make the changes of a plan, the best first: at the place where a value is written, if that is a
    /// literal in a file of the repository, else where it is read. None of them is sure to help.
    pub fn ways(&self, plan: &FixPlan) -> Vec<Vec<Edit>> {
        let mut ways: Vec<Vec<Edit>> =
            [true, false].into_iter().filter_map(|written| self.all(plan, written)).collect();
        ways.dedup();
        ways
    }

    /// All changes, or none.
    fn all(&self, plan: &FixPlan, written: bool) -> Option<Vec<Edit>> {
        let mut edits: Vec<Edit> = Vec::new();
        let mut additions: Vec<(Span, Option<Span>, Addition)> = Vec::new();
        let place = |origin: &Origin| if written { origin.written() } else { origin.span };
        for change in &plan.changes {
            match change {
                Change::Add { around, header, path, value } => {
                    let around = place(around);
                    let at = additions.iter().position(|(span, ..)| *span == around).unwrap_or_else(|| {
                        additions.push((around, *header, Addition::default()));
                        additions.len() - 1
                    });
                    additions.get_mut(at)?.2.add(path, value)?;
                }
                Change::Replace { old, new } => edits.push(self.replaced(place(&old.origin), old, new, written)?),
                Change::Remove(origin) => edits.push(self.removed(place(origin))?),
                Change::Insert { after, word } => edits.push(self.inserted(place(&after.origin), after, word)?),
            }
        }
        for (around, header, addition) in &additions {
            edits.extend(self.added(*around, *header, addition)?);
        }
        let mut later =
            edits.iter().enumerate().flat_map(|(at, edit)| edits.iter().skip(at + 1).map(move |other| (edit, other)));
        let is_apart = later.all(|(edit, other)| !edit.overlaps(other));
        (is_apart && !edits.is_empty()).then_some(edits)
    }

    fn replaced(&self, span: Span, old: &Value, new: &Value, written: bool) -> Option<Edit> {
        let read = self.read(span.source)?;
        let text = &read.source.text;
        match &read.language {
            Language::Hcl(_) if written && !hcl::is_literal(span, text) => None,
            Language::Hcl(_) => Some(Edit { span, text: literal::hcl(new, 0)? }),
            Language::Yaml(roots) => yaml::replaced(span, new, roots, text),
            Language::Dockerfile => dockerfile::replaced(span, old, new, text),
        }
    }

    fn removed(&self, span: Span) -> Option<Edit> {
        let read = self.read(span.source)?;
        match &read.language {
            Language::Hcl(body) => hcl::removed(span, body, &read.source.text),
            Language::Yaml(roots) => yaml::removed(span, roots, &read.source.text),
            Language::Dockerfile => None,
        }
    }

    fn inserted(&self, span: Span, after: &Value, word: &Value) -> Option<Edit> {
        let read = self.read(span.source)?;
        match &read.language {
            Language::Dockerfile => dockerfile::inserted(span, after, word, &read.source.text),
            Language::Hcl(_) | Language::Yaml(_) => None,
        }
    }

    fn added(&self, around: Span, header: Option<Span>, addition: &Addition) -> Option<Vec<Edit>> {
        let read = self.read(around.source)?;
        match &read.language {
            Language::Hcl(body) => match header {
                Some(header) if header.source != around.source => None,
                Some(header) => hcl::added(header, addition, body, &read.source.text),
                None => hcl::added_to_object(around, addition, body, &read.source.text),
            },
            Language::Yaml(roots) => yaml::added(around, addition, roots, &read.source.text),
            Language::Dockerfile => None,
        }
    }

    /// A file of the repository, parsed; none for what is not edited.
    fn read(&self, id: SourceId) -> Option<Rc<Text>> {
        if let Some(known) = self.read.borrow().get(&id) {
            return known.clone();
        }
        let source = self.sources.get(id);
        let is_ours = source.is_file && self.files.is_committed(&source.path);
        let language = kind_of(&source.path).filter(|_| is_ours).and_then(|kind| language(kind, id, &source));
        let read = language.map(|language| Rc::new(Text { source, language }));
        self.read.borrow_mut().insert(id, read.clone());
        read
    }
}

fn language(kind: Kind, id: SourceId, source: &Source) -> Option<Language> {
    match kind {
        Kind::Terraform | Kind::TerraformVariables => {
            Some(Language::Hcl(crate::syntax::hcl::parse(id, &source.text).0))
        }
        Kind::Yaml | Kind::Kubernetes | Kind::Kustomization | Kind::Helm | Kind::Compose => {
            let stream = crate::syntax::yaml::read(&Derived::file(id, &source.text), Dialect::Kubernetes);
            Some(Language::Yaml(stream.documents.into_iter().map(|document| document.root).collect()))
        }
        Kind::Dockerfile => Some(Language::Dockerfile),
        _ => None,
    }
}

/// The line that holds a byte: where it begins, and where its content ends.
fn line_around(text: &str, at: usize) -> (usize, usize) {
    let start = text.get(..at).and_then(|before| before.rfind('\n')).map_or(0, |end| end + 1);
    let end = text.get(at..).and_then(|rest| rest.find('\n')).map_or(text.len(), |end| at + end);
    let end = if text.as_bytes().get(end.wrapping_sub(1)) == Some(&b'\r') && end > start { end - 1 } else { end };
    (start, end)
}
