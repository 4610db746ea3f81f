//! The configurations of a tree: each is parsed once, whatever reads it.

use crate::lower::terraform::load;
use crate::source::{Files, Level, Problem, SourceId, Sources};
use crate::syntax::hcl::{self, Body};
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// One file.
pub(super) struct ParsedFile {
    /// Its text.
    pub source: SourceId,
    /// Its blocks and attributes.
    pub body: Body,
}

/// All files that were asked for.
pub(super) struct Reader<'t> {
    /// The tree.
    pub files: &'t dyn Files,
    /// Where the texts are kept.
    pub sources: &'t Sources,
    /// `None` where there is no such file.
    read: RefCell<BTreeMap<String, Option<Rc<ParsedFile>>>>,
    /// Files that another configuration reads.
    used: RefCell<BTreeSet<String>>,
    /// Files that a stack makes units of.
    templates: RefCell<BTreeSet<String>>,
    problems: RefCell<Vec<Problem>>,
}

impl<'t> Reader<'t> {
    /// Nothing is read yet.
    pub(super) fn new(files: &'t dyn Files, sources: &'t Sources) -> Self {
        let (read, used, templates, problems) = Default::default();
        Self { files, sources, read, used, templates, problems }
    }

    /// The file at a path, if it is there.
    pub(super) fn file(&self, path: &str) -> Option<Rc<ParsedFile>> {
        if let Some(known) = self.read.borrow().get(path) {
            return known.clone();
        }
        let parsed = self.parse(path).map(Rc::new);
        self.read.borrow_mut().insert(path.to_owned(), parsed.clone());
        parsed
    }

    /// The file at a path, which another configuration reads.
    pub(super) fn used_file(&self, path: &str) -> Option<Rc<ParsedFile>> {
        self.used.borrow_mut().insert(path.to_owned());
        self.file(path)
    }

    fn parse(&self, path: &str) -> Option<ParsedFile> {
        if !self.files.is_file(path) {
            return None;
        }
        let mut problems = Vec::new();
        let (source, text) = load::read_text(self.files, self.sources, path, &mut problems).ok()?;
        let (body, faults) = hcl::parse(source, &text);
        problems.extend(faults);
        self.problems.borrow_mut().extend(problems);
        Some(ParsedFile { source, body })
    }

    /// Keeps a problem, once.
    pub(super) fn report(&self, problem: Problem) {
        let mut problems = self.problems.borrow_mut();
        if !problems.contains(&problem) {
            problems.push(problem);
        }
    }

    /// The first error in a file.
    pub(super) fn broken(&self, path: &str) -> Option<String> {
        let source = self.read.borrow().get(path)?.as_ref()?.source;
        let problems = self.problems.borrow();
        let mut errors = problems.iter().filter(|problem| problem.level == Level::Error);
        errors.find(|problem| problem.span.source == source).map(|problem| problem.message.clone())
    }

    /// Whether another configuration reads a file.
    pub(super) fn is_used(&self, path: &str) -> bool {
        self.used.borrow().contains(path)
    }

    /// Notes that a stack makes units of a file.
    pub(super) fn add_template(&self, path: &str) {
        self.templates.borrow_mut().insert(path.to_owned());
        self.used.borrow_mut().insert(path.to_owned());
    }

    /// Whether a stack makes units of a file.
    pub(super) fn is_template(&self, path: &str) -> bool {
        self.templates.borrow().contains(path)
    }

    /// All problems so far.
    pub(super) fn take_problems(&self) -> Vec<Problem> {
        self.problems.take()
    }
}
