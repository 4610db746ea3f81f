//! The JSON form of HCL, made into the same tree.
//!
//! JSON does not say which properties are blocks; the caller does, with a function. Everything else is
//! an attribute, whose strings are templates.

use super::ast::{Attribute, Block, Body, Expr, ExprKind, Ident, Item, ObjectItem, UnaryOp};
use super::parser::{MAX_DEPTH, MAX_NODES};
use super::template_at;
use crate::source::{Derived, Problem, SourceId, Span};
use crate::syntax::json::{self, Kind, Member, Node, Rules};
use ecow::EcoString;

const RULES: Rules = Rules { depth: MAX_DEPTH as usize, values: MAX_NODES as usize, trailing_commas: false };

/// What a property is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Property {
    /// A block with that many labels, whatever its value is.
    Block {
        /// How many.
        labels: usize,
    },
    /// Blocks, if the value is an object or an array of objects; else an attribute.
    Nested,
    /// An attribute.
    Argument,
}

/// Says what the property `name` is inside of the blocks `within`: their kinds, outermost first, each followed by its
/// first label where it has one.
pub type Properties<'l> = dyn Fn(&[&str], &str) -> Property + 'l;

/// Reads a file of JSON syntax. `properties` tells blocks from attributes; in a file of variables, none is
/// a block. A file that is not JSON gives an empty body and a problem.
///
/// A block is an object, or an array with one object for each; its labels are properties around it.
pub fn parse_json(source: SourceId, text: &str, properties: &Properties<'_>) -> (Body, Vec<Problem>) {
    let text = &Derived::file(source, text);
    let span = text.span(0..text.text().len());
    match json::read(text, RULES) {
        Ok(root) => {
            let mut tree = Tree { text, properties, depth: 0, problems: Vec::new() };
            let items = tree.items(&root, &mut Vec::new());
            (Body { items, span }, Problem::of_syntax(tree.problems))
        }
        Err(error) => {
            let problem = Problem::error(error.span(text), error.message);
            (Body { items: Vec::new(), span }, Problem::of_syntax(vec![problem]))
        }
    }
}

struct Tree<'t> {
    text: &'t Derived<'t>,
    properties: &'t Properties<'t>,
    /// Of the value at hand, so that templates in it cannot make the tree too high.
    depth: u32,
    problems: Vec<Problem>,
}

impl Tree<'_> {
    /// The properties of `json` as items of a body. An array of objects is one object in several parts.
    fn items<'j>(&mut self, json: &'j Node, within: &mut Vec<&'j str>) -> Vec<Item> {
        let mut items = Vec::new();
        let objects = self.objects(json, "an object with arguments and blocks");
        for member in objects.into_iter().flatten().filter(|member| member.name != "//") {
            let (name, value) = (self.name(member), &member.value);
            let labels = match (self.properties)(within, &name.name) {
                Property::Block { labels } => Some(labels),
                Property::Nested if is_objects(value) => Some(0),
                Property::Nested | Property::Argument => None,
            };
            if let Some(labels) = labels {
                within.push(&member.name);
                self.blocks(&name, value, &mut Vec::new(), labels, within, &mut items);
                within.pop();
            } else {
                let value = self.expression(value);
                let span = name.span.to(value.span);
                items.push(Item::Attribute(Attribute { name, value, span }));
            }
        }
        items
    }

    fn span(&self, json: &Node) -> Span {
        self.text.span(json.at.clone())
    }

    fn name(&self, member: &Member) -> Ident {
        Ident { name: member.name.clone(), span: self.text.span(member.name_at.clone()) }
    }

    /// The properties of an object, or of each object of an array.
    fn objects<'j>(&mut self, json: &'j Node, expected: &str) -> Vec<&'j [Member]> {
        let elements =
            if let Kind::Array(elements) = &json.kind { elements.as_slice() } else { std::slice::from_ref(json) };
        let mut objects = Vec::with_capacity(elements.len());
        for element in elements {
            match &element.kind {
                Kind::Object(properties) => objects.push(properties.as_slice()),
                Kind::Null => {}
                _ => self.problems.push(Problem::error(self.span(element), format!("Expected {expected}."))),
            }
        }
        objects
    }

    /// The blocks that `json` stands for, below `labels` labels and with `missing` more in `json`.
    fn blocks<'j>(
        &mut self,
        kind: &Ident,
        json: &'j Node,
        labels: &mut Vec<Ident>,
        missing: usize,
        within: &mut Vec<&'j str>,
        items: &mut Vec<Item>,
    ) {
        if missing > 0 {
            let objects = self.objects(json, &format!("an object with the labels of `{}` as properties", kind.name));
            let is_first = labels.is_empty();
            for label in objects.into_iter().flatten() {
                labels.push(self.name(label));
                if is_first {
                    within.push(&label.name);
                }
                self.blocks(kind, &label.value, labels, missing - 1, within, items);
                if is_first {
                    within.pop();
                }
                labels.pop();
            }
            return;
        }
        let name = labels.last().unwrap_or(kind).span;
        if let Kind::Array(elements) = &json.kind {
            for element in elements {
                let header = if elements.len() > 1 { brace(self.span(element)) } else { name };
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
        json: &'j Node,
        labels: &[Ident],
        header: Span,
        within: &mut Vec<&'j str>,
    ) -> Option<Item> {
        match json.kind {
            Kind::Object(_) | Kind::Array(_) => {}
            Kind::Null => return None,
            _ => {
                let message = format!("Expected an object with the content of `{}`.", kind.name);
                self.problems.push(Problem::error(self.span(json), message));
                return None;
            }
        }
        let whole = self.span(json);
        let inside = Span::new(whole.source, whole.start + 1, whole.end.saturating_sub(1));
        let body = Body { items: self.items(json, within), span: inside };
        let span = header.to(whole);
        Some(Item::Block(Block { kind: kind.clone(), labels: labels.to_vec(), body, header, span }))
    }

    fn expression(&mut self, json: &Node) -> Expr {
        self.depth += 1;
        let kind = match &json.kind {
            Kind::Null => ExprKind::Null,
            Kind::Bool(value) => ExprKind::Bool(*value),
            Kind::Number(digits) => number(digits, self.span(json)),
            Kind::String(text) => self.template(text, json.at.clone()),
            Kind::Unknown => ExprKind::Null,
            Kind::Array(elements) => ExprKind::Tuple(elements.iter().map(|element| self.expression(element)).collect()),
            Kind::Object(properties) => ExprKind::Object(
                properties
                    .iter()
                    .map(|member| ObjectItem {
                        key: Expr {
                            kind: self.template(&member.name, member.name_at.clone()),
                            span: self.text.span(member.name_at.clone()),
                        },
                        value: self.expression(&member.value),
                    })
                    .collect(),
            ),
        };
        self.depth -= 1;
        Expr { kind, span: self.span(json) }
    }

    /// The template that a string is. A wrong one stays as plain text, beside its problem.
    fn template(&mut self, text: &EcoString, at: std::ops::Range<usize>) -> ExprKind {
        if !text.contains("${") && !text.contains("%{") {
            return ExprKind::String(text.clone());
        }
        match template_at(&json::decode(self.text, at), MAX_DEPTH.saturating_sub(self.depth)) {
            Ok(expr) => expr.kind,
            Err(problem) => {
                self.problems.push(problem);
                ExprKind::String(text.clone())
            }
        }
    }
}

/// Whether a value can stand for blocks.
fn is_objects(value: &Node) -> bool {
    let is_object = |node: &Node| matches!(node.kind, Kind::Object(_) | Kind::Null);
    match &value.kind {
        Kind::Object(_) | Kind::Null => true,
        Kind::Array(elements) => elements.iter().all(is_object),
        _ => false,
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
