//! The JSON form of HCL, read into the same tree.
//!
//! JSON does not say which properties are blocks; the caller does, with a function. Everything else is
//! an attribute, whose strings are templates.

mod reader;

use super::ast::{Attribute, Block, Body, Expr, ExprKind, Ident, Item, ObjectItem, UnaryOp};
use super::parser::{MAX_DEPTH, Place};
use super::template_at;
use crate::source::{Problem, SourceId, Span};
use ecow::EcoString;
use reader::{Json, JsonKind, read, unescape};

/// Says how many labels the block `name` has inside of the blocks `within` (their kinds, outermost
/// first); `None` when it is no block but an attribute.
pub type Labels<'l> = dyn Fn(&[&str], &str) -> Option<usize> + 'l;

/// Reads a file of JSON syntax. `labels` tells blocks from attributes; in a file of variables, none is
/// a block. A file that is not JSON gives an empty body and a problem.
///
/// A block is an object, or an array with one object for each; its labels are properties around it.
/// An attribute that could be a block of a provider is an object, or a tuple of objects.
pub fn parse_json(source: SourceId, text: &str, labels: &Labels<'_>) -> (Body, Vec<Problem>) {
    let place = Place::new(source, 0);
    let span = place.span(0, text.len());
    match read(place, text) {
        Ok(root) => {
            let mut tree = Tree { text, labels, depth: 0, problems: Vec::new() };
            let items = tree.items(&root, &mut Vec::new());
            (Body { items, span }, tree.problems)
        }
        Err(problem) => (Body { items: Vec::new(), span }, vec![problem]),
    }
}

struct Tree<'t> {
    text: &'t str,
    labels: &'t Labels<'t>,
    /// Of the value at hand, so that templates in it cannot make the tree too high.
    depth: u32,
    problems: Vec<Problem>,
}

impl Tree<'_> {
    /// The properties of `json` as items of a body. An array of objects is one object in several parts.
    fn items<'j>(&mut self, json: &'j Json, within: &mut Vec<&'j str>) -> Vec<Item> {
        let mut items = Vec::new();
        let objects = self.objects(json, "an object with arguments and blocks");
        for (name, value) in objects.into_iter().flatten().filter(|(name, _)| name.name != "//") {
            if let Some(labels) = (self.labels)(within, &name.name) {
                within.push(&name.name);
                self.blocks(name, value, &mut Vec::new(), labels, within, &mut items);
                within.pop();
            } else {
                let value = self.expression(value);
                let span = name.span.to(value.span);
                items.push(Item::Attribute(Attribute { name: name.clone(), value, span }));
            }
        }
        items
    }

    /// The properties of an object, or of each object of an array.
    fn objects<'j>(&mut self, json: &'j Json, expected: &str) -> Vec<&'j [(Ident, Json)]> {
        let elements =
            if let JsonKind::Array(elements) = &json.kind { elements.as_slice() } else { std::slice::from_ref(json) };
        let mut objects = Vec::with_capacity(elements.len());
        for element in elements {
            match &element.kind {
                JsonKind::Object(properties) => objects.push(properties.as_slice()),
                JsonKind::Null => {}
                _ => self.problems.push(Problem::error(element.span, format!("Expected {expected}."))),
            }
        }
        objects
    }

    /// The blocks that `json` stands for, below `labels` labels and with `missing` more in `json`.
    fn blocks<'j>(
        &mut self,
        kind: &'j Ident,
        json: &'j Json,
        labels: &mut Vec<Ident>,
        missing: usize,
        within: &mut Vec<&'j str>,
        items: &mut Vec<Item>,
    ) {
        if missing > 0 {
            let objects = self.objects(json, &format!("an object with the labels of `{}` as properties", kind.name));
            for (label, value) in objects.into_iter().flatten() {
                labels.push(label.clone());
                self.blocks(kind, value, labels, missing - 1, within, items);
                labels.pop();
            }
            return;
        }
        let name = labels.last().unwrap_or(kind).span;
        if let JsonKind::Array(elements) = &json.kind {
            for element in elements {
                let header = if elements.len() > 1 { brace(element.span) } else { name };
                items.extend(self.block(kind, element, labels, header, within));
            }
        } else {
            items.extend(self.block(kind, json, labels, name, within));
        }
    }

    /// The block whose content is `json`; `null` is no block.
    fn block<'j>(
        &mut self,
        kind: &Ident,
        json: &'j Json,
        labels: &[Ident],
        header: Span,
        within: &mut Vec<&'j str>,
    ) -> Option<Item> {
        match json.kind {
            JsonKind::Object(_) | JsonKind::Array(_) => {}
            JsonKind::Null => return None,
            _ => {
                let message = format!("Expected an object with the content of `{}`.", kind.name);
                self.problems.push(Problem::error(json.span, message));
                return None;
            }
        }
        let inside = Span::new(json.span.source, json.span.start + 1, json.span.end.saturating_sub(1));
        let body = Body { items: self.items(json, within), span: inside };
        let span = header.to(json.span);
        Some(Item::Block(Block { kind: kind.clone(), labels: labels.to_vec(), body, header, span }))
    }

    fn expression(&mut self, json: &Json) -> Expr {
        self.depth += 1;
        let kind = match &json.kind {
            JsonKind::Null => ExprKind::Null,
            JsonKind::Bool(value) => ExprKind::Bool(*value),
            JsonKind::Number(digits) => number(digits, json.span),
            JsonKind::String(text) => self.template(text, json.span),
            JsonKind::Array(elements) => {
                ExprKind::Tuple(elements.iter().map(|element| self.expression(element)).collect())
            }
            JsonKind::Object(properties) => ExprKind::Object(
                properties
                    .iter()
                    .map(|(name, value)| ObjectItem {
                        key: Expr { kind: self.template(&name.name, name.span), span: name.span },
                        value: self.expression(value),
                    })
                    .collect(),
            ),
        };
        self.depth -= 1;
        Expr { kind, span: json.span }
    }

    /// The template that a string is. A wrong one stays as plain text, beside its problem.
    fn template(&mut self, text: &EcoString, span: Span) -> ExprKind {
        if !text.contains("${") && !text.contains("%{") {
            return ExprKind::String(text.clone());
        }
        let raw = self.text.get(span.start as usize + 1..(span.end as usize).saturating_sub(1)).unwrap_or_default();
        let (decoded, shifts) = unescape(raw).unwrap_or_default();
        let place = Place { source: span.source, offset: span.start + 1, shifts: &shifts };
        match template_at(place, &decoded, MAX_DEPTH.saturating_sub(self.depth)) {
            Ok(expr) => expr.kind,
            Err(problem) => {
                self.problems.push(problem);
                ExprKind::String(text.clone())
            }
        }
    }
}

fn number(digits: &EcoString, span: Span) -> ExprKind {
    match digits.strip_prefix('-') {
        Some(digits) => {
            let number = Expr { kind: ExprKind::Number(EcoString::from(digits)), span };
            ExprKind::Unary(UnaryOp::Negate, Box::new(number))
        }
        None => ExprKind::Number(digits.clone()),
    }
}

/// The opening brace of an object.
fn brace(object: Span) -> Span {
    Span { end: object.start + 1, ..object }
}
