//! The layout of a Terraform file: blocks, attributes, entries of objects, elements of lists.

use super::{Construct, Part};
use crate::source::{SourceId, Span};
use crate::syntax::hcl::{self, Body, Expr, ExprKind, Item};
use std::ops::Range;

/// The comments and the constructs of a file.
pub(super) fn read(id: SourceId, text: &str) -> (Vec<Range<u32>>, Vec<Construct>) {
    let comments = hcl::comments(text).map(|range| range.start as u32..range.end as u32).collect();
    let (body, _) = hcl::parse(id, text);
    let mut walk = Walk { constructs: Vec::new() };
    walk.body(&body);
    (comments, walk.constructs)
}

struct Walk {
    constructs: Vec<Construct>,
}

impl Walk {
    fn add(&mut self, span: Span, part: Part) {
        self.constructs.push(Construct { range: span.start..span.end, part });
    }

    fn body(&mut self, body: &Body) {
        for item in &body.items {
            match item {
                Item::Attribute(attribute) => {
                    self.add(attribute.span, Part::Item);
                    self.expr(&attribute.value);
                }
                Item::Block(block) => {
                    self.add(block.span, Part::Block(block.body.span.start));
                    self.body(&block.body);
                }
            }
        }
    }

    /// What is written in several lines is written in lists and objects, and in calls around them.
    fn expr(&mut self, expr: &Expr) {
        match &expr.kind {
            ExprKind::Tuple(elements) => {
                for element in elements {
                    self.add(element.span, Part::Item);
                    self.expr(element);
                }
            }
            ExprKind::Object(items) => {
                for item in items {
                    self.add(item.key.span.to(item.value.span), Part::Item);
                    self.expr(&item.value);
                }
            }
            ExprKind::Parens(inner) => self.expr(inner),
            ExprKind::Call(call) => call.args.iter().for_each(|argument| self.expr(argument)),
            ExprKind::Conditional(_, then, otherwise) => {
                self.expr(then);
                self.expr(otherwise);
            }
            ExprKind::For(each) => self.expr(&each.value),
            _ => {}
        }
    }
}
