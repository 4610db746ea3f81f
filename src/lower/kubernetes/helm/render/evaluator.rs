//! The state of one rendering.

use super::failure::{Failure, Outcome};
use super::limits::Limits;
use super::templates::{Templates, Undefined};
use super::{Bound, Evaluator, Frame, Library, TplText};
use crate::limits::charts::{NESTED_INCLUDES, TEMPLATE_DEPTH};
use crate::lower::kubernetes::helm::value::{Data, Map, Notes, Place, PlacedText, TEXT_LIMIT, TextBuilder, Value};
use crate::source::{Derived, SourceId, Span};
use crate::syntax::gotemplate::{self, Node};
use ecow::EcoString;
use std::collections::{HashMap, HashSet};
use std::rc::Rc;
use std::sync::Arc;

/// The number of the texts that `tpl` renders: they stand in no file.
const TPL_SOURCE: SourceId = SourceId(u32::MAX);

impl Frame {
    /// A frame in which `$` and `.` are `dot`.
    pub fn new(dot: Value) -> Self {
        Self::within(dot, None, None)
    }

    fn within(dot: Value, text: Option<Rc<TplText>>, scope: Option<Rc<TplText>>) -> Self {
        let variables = vec![Bound { name: "$".into(), value: dot.clone(), certainty: 0 }];
        Self { dot, is_element: false, variables, text, scope }
    }

    /// The place in a file of something at `span` of the template.
    pub(super) fn span(&self, span: Span) -> Span {
        self.text.as_ref().map_or(span, |text| text.call)
    }

    /// The place of what the action at `span` writes.
    pub(super) fn place(&self, span: Span) -> Place {
        let Some(text) = &self.text else { return Place { span: Some(span), ..Place::default() } };
        let own = text.text.place(span.start as usize);
        Place { span: own.span.or(Some(text.call)), note: own.note.or(text.note), ..Place::default() }
    }

    /// Writes the literal text at `span`.
    pub(super) fn literal(&self, out: &mut TextBuilder, literal: &str, span: Span) {
        match &self.text {
            None => out.push_verbatim(literal, span.source, span.start as usize),
            Some(text) => {
                let default = Place { span: Some(text.call), note: text.note, ..Place::default() };
                out.push_slice(&text.text, span.start as usize..span.end as usize, default);
            }
        }
    }
}

/// The content of a template, and the text of `tpl` that defines it, if one does.
type Found = (Arc<[Node]>, Option<Rc<TplText>>);

impl<'a> Evaluator<'a> {
    /// A rendering with the templates of a chart.
    pub fn new(templates: &'a Templates, library: &'a dyn Library, notes: Notes, limits: Limits) -> Self {
        Self {
            templates,
            library,
            notes,
            limits,
            depth: 0,
            nested: HashMap::new(),
            parsed: HashMap::new(),
            uncertain: Vec::new(),
            values: Map::default(),
            last_read: None,
        }
    }

    /// The same for a chart with those values.
    #[must_use]
    pub fn with_values(self, values: Map) -> Self {
        Self { values, ..self }
    }

    /// The keys that lead, in the values of the whole chart, to what the last argument read, where it is one of them.
    pub fn read_value(&self) -> Option<Vec<EcoString>> {
        let (map, name) = self.last_read.as_ref()?;
        let mut keys = keys_to(&self.values, map, &mut HashSet::new())?;
        keys.push(name.clone());
        Some(keys)
    }

    /// Renders the template `name`. What it writes has its places.
    pub fn render(&mut self, name: &str, data: Value, span: Span) -> Outcome<PlacedText> {
        let Some(body) = self.templates.get(name) else { return Ok(PlacedText::default()) };
        let mut frame = Frame::new(data);
        let mut out = TextBuilder::default();
        self.body(&mut frame, &body, &mut out, span)?;
        Ok(out.finish())
    }

    /// Counts `count` steps.
    pub fn step(&mut self, count: u64, span: Span) -> Outcome<()> {
        match self.limits.steps.checked_sub(count) {
            Some(left) => {
                self.limits.steps = left;
                Ok(())
            }
            None => Err(Failure::limit(span, "steps of a chart's rendering")),
        }
    }

    /// Counts bytes of text that is made.
    pub fn bytes(&mut self, count: usize, span: Span) -> Outcome<()> {
        match self.limits.bytes.checked_sub(count as u64).filter(|_| count <= TEXT_LIMIT) {
            Some(left) => {
                self.limits.bytes = left;
                Ok(())
            }
            None => Err(Failure::limit(span, "text of a chart's rendering")),
        }
    }

    fn find(&self, frame: &Frame, name: &str) -> Option<Found> {
        let mut scopes = std::iter::successors(frame.scope.as_ref(), |text| text.outer.as_ref());
        let found = scopes.find_map(|text| Some((text.defines.get(name)?, Some(text.clone()))));
        found.or_else(|| Some((self.templates.get(name)?, None)))
    }

    /// Evaluates a template's content. The step down is counted.
    fn body(&mut self, frame: &mut Frame, body: &[Node], out: &mut TextBuilder, span: Span) -> Outcome<()> {
        if self.depth >= TEMPLATE_DEPTH {
            return Err(Failure::limit(span, "templates that call each other"));
        }
        self.depth += 1;
        let result = self.walk(frame, body, out);
        self.depth -= 1;
        result.map(|_| ())
    }

    /// Calls the template `name` as `template` does: it writes to `out`.
    pub(super) fn call_template(
        &mut self,
        frame: &Frame,
        name: &str,
        data: Value,
        out: &mut TextBuilder,
        span: Span,
    ) -> Outcome<()> {
        let span = frame.span(span);
        let Some((body, text)) = self.find(frame, name) else {
            return match self.templates.undefined() {
                Undefined::Error => Err(Failure::new(span, format!("template `{name}` is not defined"))),
                Undefined::Unseen(what) => {
                    let note = self.notes.unknown(span, format!("template `{name}` may be defined by {what}"));
                    out.push_unknown(Some(span), Some(note));
                    Ok(())
                }
            };
        };
        let mut inner = Frame::within(data, text, frame.scope.clone());
        self.body(&mut inner, &body, out, span)
    }

    /// `include`: what the template `name` writes, as a string.
    pub fn include(&mut self, frame: &Frame, name: &str, data: Value, span: Span) -> Outcome<PlacedText> {
        let count = self.nested.entry(name.into()).or_default();
        if *count > NESTED_INCLUDES {
            return Err(Failure::new(span, format!("template `{name}` includes itself without end")));
        }
        *count += 1;
        let mut out = TextBuilder::default();
        let result = self.call_template(frame, name, data, &mut out, span);
        if let Some(count) = self.nested.get_mut(name) {
            *count -= 1;
        }
        result?;
        self.bytes(out.len(), span)?;
        Ok(out.finish())
    }

    /// `tpl`: renders a string as a template.
    pub fn tpl(&mut self, frame: &Frame, text: &Value, data: Value, span: Span) -> Outcome<PlacedText> {
        let Some(content) = text.as_text() else { return Ok(PlacedText::default()) };
        if !content.text().contains("{{") {
            let mut out = TextBuilder::default();
            out.push_text(content, Place::noted(text.note));
            return Ok(without_no_value(&out.finish()));
        }
        let parsed = if let Some(parsed) = self.parsed.get(content.text()) {
            parsed.clone()
        } else {
            self.bytes(content.text().len(), span)?;
            let parsed = Rc::new(gotemplate::parse(&Derived::verbatim(TPL_SOURCE, 0, content.text())));
            self.parsed.insert(content.content().clone(), parsed.clone());
            parsed
        };
        if let Some(problem) = parsed.problems.first() {
            return Err(Failure::new(span, format!("the text that `tpl` renders cannot be read: {}", problem.message)));
        }
        if let Some((name, _)) = parsed.functions.iter().find(|(name, _)| self.library.function(name).is_none()) {
            return Err(Failure::new(
                span,
                format!("the text that `tpl` renders calls `{name}`, which does not exist"),
            ));
        }
        let mut defines = Templates::default();
        for define in &parsed.defines {
            defines.define(&define.name, &define.body);
        }
        let call = frame.span(span);
        let text = TplText { text: content.clone(), call, note: text.note, defines, outer: frame.scope.clone() };
        let text = Rc::new(text);
        let mut inner = Frame::within(data, Some(text.clone()), Some(text));
        let mut out = TextBuilder::default();
        self.body(&mut inner, &parsed.body, &mut out, span)?;
        self.bytes(out.len(), span)?;
        Ok(without_no_value(&out.finish()))
    }
}

/// The keys that lead from one map to another one in it. Maps may hold each other: each is looked at once.
fn keys_to(from: &Map, wanted: &Map, seen: &mut HashSet<usize>) -> Option<Vec<EcoString>> {
    if from.is_same(wanted) {
        return Some(Vec::new());
    }
    if seen.len() >= TEMPLATE_DEPTH || !seen.insert(from.identity()) {
        return None;
    }
    from.entries().into_iter().find_map(|(key, value)| {
        let Data::Map(inner) = &value.data else { return None };
        let mut keys = keys_to(inner, wanted, seen)?;
        keys.insert(0, key);
        Some(keys)
    })
}

/// The text without each `<no value>`, which Helm removes from what it renders.
pub fn without_no_value(text: &PlacedText) -> PlacedText {
    const NO_VALUE: &str = "<no value>";
    if !text.text().contains(NO_VALUE) {
        return text.clone();
    }
    let mut out = TextBuilder::default();
    let mut at = 0;
    for (found, _) in text.text().match_indices(NO_VALUE) {
        out.push_slice(text, at..found, Place::default());
        at = found + NO_VALUE.len();
    }
    out.push_slice(text, at..text.text().len(), Place::default());
    out.finish()
}
