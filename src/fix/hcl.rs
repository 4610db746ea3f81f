//! Edits of HCL: of an attribute, and of a block that lacks something.

use super::addition::{Added, Addition};
use super::{Edit, line_around, literal};
use crate::source::Span;
use crate::syntax::hcl::{self, Block, Body, Expr, ExprKind, Item, ObjectItem};

/// Whether nothing but a literal is written at a place.
pub fn is_literal(span: Span, text: &str) -> bool {
    let written = text.get(span.start as usize..span.end as usize).unwrap_or_default();
    hcl::parse_expression(span.source, written, span.start).is_ok_and(|expr| is_constant(&expr))
}

fn is_constant(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Null | ExprKind::Bool(_) | ExprKind::Number(_) | ExprKind::String(_) => true,
        ExprKind::Tuple(items) => items.iter().all(is_constant),
        ExprKind::Parens(inner) | ExprKind::Unary(_, inner) => is_constant(inner),
        _ => false,
    }
}

/// Removes the attribute whose expression stands at `value`, or the block that does.
pub fn removed(value: Span, body: &Body, text: &str) -> Option<Edit> {
    let item = find(body, &|item| match item {
        Item::Attribute(attribute) => attribute.value.span == value,
        Item::Block(block) => block.span == value || block.header == value,
    })?;
    let span = span_of(item);
    let (start, _) = line_around(text, span.start as usize);
    let (_, end) = line_around(text, span.end as usize);
    let before = text.get(start..span.start as usize)?;
    if !before.trim().is_empty() || !is_blank_or_comment(text.get(span.end as usize..end)?) {
        return None;
    }
    let end = text.get(end..)?.find('\n').map_or(text.len(), |line_end| end + line_end + 1);
    Some(Edit { span: Span::new(value.source, start as u32, end as u32), text: String::new() })
}

/// Adds what is absent from the block with a header: attributes below its last attribute, blocks at its end.
pub fn added(header: Span, addition: &Addition, body: &Body, text: &str) -> Option<Vec<Edit>> {
    let is_it = |item: &Item| matches!(item, Item::Block(block) if block.header == header);
    let Item::Block(block) = find(body, &is_it)? else { return None };
    let top = body.blocks().find(|top| top.span.contains(block.span))?;
    // Terraform's resources for Kubernetes have the fields of an object in snake case, and its mappings as blocks.
    let of_kubernetes = top.labels.first().is_some_and(|label| label.name.starts_with("kubernetes_"));
    let (line, _) = line_around(text, block.span.start as usize);
    let around = text.get(line..)?.len() - text.get(line..)?.trim_start_matches(' ').len();
    let layout = Layout { indent: indent_of(block, text).unwrap_or(around + 2), of_kubernetes };
    let (attributes, blocks) = layout.lines(addition)?;
    let close = block.span.end as usize - 1;
    let open = text.get(block.header.end as usize..)?.find('{')? + block.header.end as usize;
    let content = text.get(open + 1..close)?;
    let edit = |start: usize, end: usize, text: String| Edit {
        span: Span::new(header.source, start as u32, end as u32),
        text,
    };
    if !content.contains('\n') {
        // A block on one line holds one attribute at most.
        let kept = content.trim();
        let kept = if kept.is_empty() { String::new() } else { format!("{}{kept}\n", " ".repeat(layout.indent)) };
        let gap = if blocks.is_empty() || kept.is_empty() && attributes.is_empty() { "" } else { "\n" };
        let text = format!("\n{kept}{attributes}{gap}{blocks}{}", " ".repeat(around));
        return Some(vec![edit(open + 1, close, text)]);
    }
    let (closing_line, _) = line_around(text, close);
    if !text.get(closing_line..close)?.trim().is_empty() {
        return None;
    }
    let last = block.body.attributes().last();
    let mut edits = Vec::new();
    if let Some(last) = last.filter(|_| !attributes.is_empty()) {
        let written = text.get(..last.span.end as usize)?.trim_end().len();
        let (_, end) = line_around(text, written);
        if !is_blank_or_comment(text.get(written..end)?) {
            return None;
        }
        edits.push(edit(end, end, format!("\n{}", attributes.trim_end_matches('\n'))));
    }
    let with_blocks = !blocks.is_empty();
    if last.is_none() && !(attributes.is_empty() && with_blocks && !block.body.items.is_empty()) {
        // Attributes stand before blocks.
        let (_, end) = line_around(text, open);
        let gap = if attributes.is_empty() { "" } else { "\n" };
        let new = match (with_blocks, block.body.items.is_empty()) {
            (true, true) => format!("{attributes}{gap}{blocks}"),
            (true, false) => format!("{attributes}{gap}{blocks}\n"),
            (false, true) => attributes,
            (false, false) => format!("{attributes}\n"),
        };
        edits.push(edit(end, end, format!("\n{}", new.strip_suffix('\n').unwrap_or(&new))));
    } else if with_blocks {
        edits.push(edit(closing_line, closing_line, format!("\n{blocks}")));
    }
    Some(edits)
}

/// Adds keys to the object expression that stands at `around`.
pub fn added_to_object(around: Span, addition: &Addition, body: &Body, text: &str) -> Option<Vec<Edit>> {
    let has_it = |item: &Item| matches!(item, Item::Attribute(attribute) if object(&attribute.value, around).is_some());
    let Item::Attribute(attribute) = find(body, &has_it)? else { return None };
    let items = object(&attribute.value, around)?;
    let written = text.get(around.start as usize..around.end as usize)?;
    let (line, _) = line_around(text, around.start as usize);
    let outside = text.get(line..)?.len() - text.get(line..)?.trim_start_matches(' ').len();
    let (keys, blocks) = Layout { indent: outside + 2, of_kubernetes: false }.lines(addition)?;
    if !blocks.is_empty() {
        return None;
    }
    let edit = |start: usize, end: usize, text: String| {
        Some(vec![Edit { span: Span::new(around.source, start as u32, end as u32), text }])
    };
    let Some(last) = items.last() else {
        return edit(around.start as usize, around.end as usize, format!("{{\n{keys}{}}}", " ".repeat(outside)));
    };
    let end = last.value.span.end as usize;
    if written.contains('\n') {
        let (_, line_end) = line_around(text, end);
        let rest = text.get(end..line_end)?;
        let is_last = is_blank_or_comment(rest.trim_start().trim_start_matches(','));
        return if is_last { edit(line_end, line_end, format!("\n{}", keys.trim_end_matches('\n'))) } else { None };
    }
    let keys: Vec<&str> = keys.lines().map(str::trim).collect();
    edit(end, end, format!(", {}", keys.join(", ")))
}

/// The entries of the object expression that stands at a place, inside an expression.
fn object(expr: &Expr, around: Span) -> Option<&[ObjectItem]> {
    match &expr.kind {
        ExprKind::Object(items) if expr.span == around => Some(items),
        ExprKind::Object(items) => items.iter().find_map(|item| object(&item.value, around)),
        ExprKind::Tuple(items) => items.iter().find_map(|item| object(item, around)),
        ExprKind::Parens(inner) => object(inner, around),
        _ => None,
    }
}

/// How what is added is written.
#[derive(Clone, Copy)]
struct Layout {
    indent: usize,
    of_kubernetes: bool,
}

impl Layout {
    /// The lines of attributes, and those of blocks.
    fn lines(self, addition: &Addition) -> Option<(String, String)> {
        let blanks = " ".repeat(self.indent);
        let mut attributes: Vec<(String, String)> = Vec::new();
        let mut blocks: Vec<String> = Vec::new();
        for (name, added) in &addition.0 {
            let name = if self.of_kubernetes { snake_case(name) } else { name.to_string() };
            match added {
                Added::Value(value) => attributes.push((name, literal::hcl(value, self.indent)?)),
                Added::Inside { is_block, addition } => {
                    let inner = Self { indent: self.indent + 2, ..self };
                    let (inner_attributes, inner_blocks) = inner.lines(addition)?;
                    let gap = if inner_attributes.is_empty() || inner_blocks.is_empty() { "" } else { "\n" };
                    let inside = format!("{{\n{inner_attributes}{gap}{inner_blocks}{blanks}}}");
                    if *is_block || self.of_kubernetes {
                        blocks.push(format!("{blanks}{name} {inside}\n"));
                    } else {
                        attributes.push((name, inside));
                    }
                }
            }
        }
        let single = attributes.iter().filter(|(_, value)| !value.contains('\n'));
        let width = single.map(|(name, _)| name.len()).max().unwrap_or_default();
        let line = |(name, value): &(String, String)| {
            let width = if value.contains('\n') { 0 } else { width };
            format!("{blanks}{name:<width$} = {value}\n")
        };
        Some((attributes.iter().map(line).collect(), blocks.join("\n")))
    }
}

fn snake_case(name: &str) -> String {
    let mut snake = String::new();
    for char in name.chars() {
        if char.is_ascii_uppercase() {
            snake.push('_');
        }
        snake.push(char.to_ascii_lowercase());
    }
    snake
}

/// The blanks before the first item of a block.
fn indent_of(block: &Block, text: &str) -> Option<usize> {
    let start = span_of(block.body.items.first()?).start as usize;
    let (line, _) = line_around(text, start);
    let before = text.get(line..start)?;
    before.chars().all(|char| char == ' ').then_some(before.len())
}

fn span_of(item: &Item) -> Span {
    match item {
        Item::Attribute(attribute) => attribute.span,
        Item::Block(block) => block.span,
    }
}

fn is_blank_or_comment(rest: &str) -> bool {
    let rest = rest.trim_start();
    rest.is_empty() || rest.starts_with('#') || rest.starts_with("//")
}

fn find<'b>(body: &'b Body, is_it: &dyn Fn(&Item) -> bool) -> Option<&'b Item> {
    body.items.iter().find_map(|item| match item {
        item if is_it(item) => Some(item),
        Item::Block(block) => find(&block.body, is_it),
        Item::Attribute(_) => None,
    })
}
