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

/// Says how many labels the block `name` has inside of the blocks `within` (their kinds, outermost
/// first); `None` when it is no block but an attribute.
pub type Labels<'l> = dyn Fn(&[&str], &str) -> Option<usize> + 'l;

/// Reads a file of JSON syntax. `labels` tells blocks from attributes; in a file of variables, none is
/// a block. A file that is not JSON gives an empty body and a problem.
///
/// A block is an object, or an array with one object for each; its labels are properties around it.
/// An attribute that could be a block of a provider is an object, or a tuple of objects.
pub fn parse_json(source: SourceId, text: &str, labels: &Labels<'_>) -> (Body, Vec<Problem>) {
    let text = &Derived::file(source, text);
    let span = text.span(0..text.text().len());
    match json::read(text, RULES) {
        Ok(root) => {
            let mut tree = Tree { text, labels, depth: 0, problems: Vec::new() };
            let items = tree.items(&root, &mut Vec::new());
            (Body { items, span }, tree.problems)
        }
        Err(error) => {
            let problem = Problem::error(error.span(text), error.message);
            (Body { items: Vec::new(), span }, vec![problem])
        }
    }
}

struct Tree<'t> {
    text: &'t Derived<'t>,
    labels: &'t Labels<'t>,
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
            if let Some(labels) = (self.labels)(within, &name.name) {
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
            for label in objects.into_iter().flatten() {
                labels.push(self.name(label));
                self.blocks(kind, &label.value, labels, missing - 1, within, items);
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
