//! Bodies of blocks as values: attributes, nested blocks as lists of objects, `dynamic` expanded.

use super::module::member_name;
use super::scope::{ModuleScope, written};
use super::typed::as_nested;
use crate::model::{Cause, Data, HopKind, Mapping, Origin, SequenceKind, Text, Type, Value, Why};
use crate::schema;
use crate::source::{Problem, Span};
use crate::syntax::hcl::{Attribute, Block, Body, Expr, ExprKind, Item};
use ecow::EcoString;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Whether an argument of a block of some kind holds references, types or keywords, which are not evaluated.
fn is_words(kind: &str, name: &str) -> bool {
    match name {
        "depends_on"
        | "ignore_changes"
        | "replace_triggered_by"
        | "provider"
        | "providers"
        | "configuration_aliases" => true,
        "when" | "on_failure" => matches!(kind, "provisioner" | "action_trigger"),
        "events" | "actions" => kind == "action_trigger",
        "type" => kind == "output",
        _ => false,
    }
}

/// What `dynamic` and static blocks of one kind give: the elements, and why there may be more.
#[derive(Default)]
struct Elements {
    items: Vec<Value>,
    causes: Vec<Cause>,
}

impl ModuleScope<'_, '_> {
    /// A block as an object with its header. The first label, where it has one, is its `type`.
    fn object(&self, block: &Block, schema: Option<schema::Body>) -> Value {
        let kind = &block.kind.name;
        let mut value = self.members(&block.body, kind, block.header, &[], schema).with_origin(Origin::at(block.span));
        if let (Some(label), Some(mapping)) = (block.labels.first(), value.as_mapping_mut())
            && mapping.get("type").is_none()
        {
            mapping.set("type", Value::string(label.name.clone(), label.span));
        }
        value
    }

    /// What `required_providers` holds is no expression: aliases in it name what the caller passes.
    fn required_providers(&self, block: &Block) -> Value {
        let entry = |attribute: &Attribute| (attribute.name.name.clone(), self.references(&attribute.value));
        let entries = block.body.attributes().map(entry).collect();
        Value::new(Data::Mapping(Arc::new(Mapping::object(entries, Some(block.header)))), block.header)
    }

    /// The body of a block of some kind as an object, without the members named.
    pub fn body(&self, body: &Body, kind: &str, header: Span, without: &[&str]) -> Value {
        self.members(body, kind, header, without, None)
    }

    fn members(&self, body: &Body, kind: &str, header: Span, without: &[&str], schema: Option<schema::Body>) -> Value {
        let mut members: BTreeMap<&EcoString, Vec<&Item>> = BTreeMap::new();
        for item in body.items.iter().filter(|item| !without.contains(&member_name(item).as_str())) {
            members.entry(member_name(item)).or_default().push(item);
        }
        let said = |name: &str| schema.and_then(|body| body.get(name));
        let member = |(name, items): (&EcoString, Vec<&Item>)| {
            (name.clone(), self.member(kind, name, &items, header, said(name)))
        };
        let entries = members.into_iter().map(member).collect();
        Value::new(Data::Mapping(Arc::new(Mapping::object(entries, Some(header)))), header)
    }

    /// An attribute, or the list of nested blocks, that `items` of one name give in the block `header` of some kind, for
    /// which the provider's schema says what is `said`.
    pub fn member(
        &self,
        kind: &str,
        name: &str,
        items: &[&Item],
        header: Span,
        said: Option<schema::Argument>,
    ) -> Value {
        let attribute =
            items.iter().find_map(|item| if let Item::Attribute(attribute) = item { Some(attribute) } else { None });
        match attribute {
            Some(attribute) if is_words(kind, name) => self.references(&attribute.value),
            Some(attribute) => {
                let value = self.written_in(attribute, header);
                let Some(said) = said else { return value };
                let value = self.as_argument(attribute, value, said);
                if said.is_block() && items.len() > 1 { self.beside(items, header, said, &value) } else { value }
            }
            None => match items {
                [Item::Block(block)] if is_old_map(block) => self.body(&block.body, name, block.header, &[]),
                _ => self.blocks(items, header, said),
            },
        }
    }

    /// The value of an argument of the block `header`, which may stand in an override file.
    fn written_in(&self, attribute: &Attribute, header: Span) -> Value {
        let value = self.evaluate(&attribute.value);
        if attribute.value.span.source == header.source {
            return value;
        }
        let path = self.evaluation.input.sources.get(attribute.value.span.source).path.as_str().into();
        let origin = value.origin.read_at(value.origin.span, HopKind::Override(path));
        value.with_origin(origin)
    }

    /// Blocks beside an argument of their name, which the provider refuses: it may stand for any more of them.
    fn beside(&self, items: &[&Item], header: Span, said: schema::Argument, refused: &Value) -> Value {
        let mut blocks = self.blocks(items, header, Some(said));
        blocks.as_items_mut().into_iter().for_each(|items| items.push(refused.clone()));
        blocks
    }

    /// References as the strings that they are written as.
    fn references(&self, expr: &Expr) -> Value {
        match &expr.kind {
            ExprKind::Tuple(items) => Value::tuple(items.iter().map(|item| self.references(item)).collect(), expr.span),
            ExprKind::Object(items) => {
                let entries = items.iter().map(|item| (written(self, &item.key), self.references(&item.value)));
                Value::object(entries.collect(), expr.span)
            }
            ExprKind::String(text) => Value::string(text.clone(), expr.span),
            _ => Value::string(written(self, expr), expr.span),
        }
    }

    /// Nested blocks of one kind as a list. With a `dynamic` block whose `for_each` is not known, the
    /// list is unknown as a whole; but beside blocks that are certainly there it is a list of those and
    /// one unknown element, so that what is wrong in them is still found.
    fn blocks(&self, items: &[&Item], header: Span, said: Option<schema::Argument>) -> Value {
        let schema = said.and_then(schema::Argument::body).map(|(_, body)| body);
        let mut elements = Elements::default();
        for block in items.iter().filter_map(|item| if let Item::Block(block) = item { Some(block) } else { None }) {
            match block.kind.name.as_str() {
                "dynamic" => self.dynamic(block, schema, &mut elements),
                "required_providers" => elements.items.push(self.required_providers(block)),
                _ => elements.items.push(self.object(block, schema)),
            }
        }
        let first = items.iter().find_map(|item| if let Item::Block(block) = item { Some(block.header) } else { None });
        let span = first.unwrap_or(header);
        if !elements.causes.is_empty() {
            let unknown = Value::unknown_of(Type::Dynamic, elements.causes, span);
            if elements.items.is_empty() {
                return unknown;
            }
            elements.items.push(unknown);
        }
        as_nested(Value::tuple(elements.items, span), said)
    }

    /// The blocks that a `dynamic` block stands for.
    fn dynamic(&self, block: &Block, schema: Option<schema::Body>, elements: &mut Elements) {
        let Some(for_each) = block.body.attribute("for_each") else {
            self.report(Problem::error(block.header, "A `dynamic` block needs `for_each`."));
            return;
        };
        let Some(content) = block.body.blocks_of("content").next() else {
            self.report(Problem::error(block.header, "A `dynamic` block needs a `content` block."));
            return;
        };
        let collection = self.evaluate(&for_each.value);
        let Some(entries) = entries(&collection) else {
            if let Some(unknown) = collection.as_unknown() {
                // Of a collection that may be larger, the known elements give blocks.
                let known = collection.known_elements().unwrap_or_default();
                let key = || Value::unknown_of(Type::Dynamic, unknown.causes.clone(), collection.origin.span);
                let is_set = matches!(unknown.ty, Type::Set(_));
                let key = |value: &Value| if is_set { value.clone() } else { key() };
                let known = known.iter().map(|value| (key(value), value.clone())).collect();
                self.add_blocks((block, content), schema, known, elements);
                elements.causes.extend(unknown.causes.iter().cloned());
            } else {
                let written = written(self, &for_each.value);
                let message = match &collection.data {
                    Data::Null(_) => format!("`{written}` is null. `for_each` needs a list, a set or a map."),
                    _ => format!("`{written}` is {}. `for_each` needs a list, a set or a map.", collection.ty()),
                };
                self.report(Problem::error(for_each.value.span, message.clone()));
                elements.causes.push(Cause { why: Why::Invalid(message.into()), span: for_each.value.span });
            }
            return;
        };
        self.add_blocks((block, content), schema, entries, elements);
    }

    /// Adds a block for each element, given as key and value.
    fn add_blocks(
        &self,
        (block, content): (&Block, &Block),
        schema: Option<schema::Body>,
        entries: Vec<(Value, Value)>,
        elements: &mut Elements,
    ) {
        // An object with its header takes about as much room as this many elements of a list.
        let room = entries.len().saturating_mul(content.body.items.len() + 8);
        if let Err(error) = self.evaluation.budget.elements(room, block.header) {
            elements.causes.push(Cause { why: Why::Limit("elements of dynamic blocks".into()), span: error.span });
            self.report(Problem::error(error.span, error.message));
            return;
        }
        let iterator = match block.body.attribute("iterator").map(|attribute| &attribute.value.kind) {
            Some(ExprKind::Root(name) | ExprKind::String(name)) => name.clone(),
            _ => block.labels.first().map(|label| label.name.clone()).unwrap_or_default(),
        };
        for (key, value) in entries {
            let mut inner = self.clone();
            inner.iterators.push((iterator.clone(), key, value));
            let kind = block.labels.first().map(|label| label.name.as_str()).unwrap_or_default();
            let object = inner.members(&content.body, kind, block.header, &[], schema);
            let mut object = object.with_origin(Origin::at(block.span));
            if let (Some(labels), Some(mapping)) = (block.body.attribute("labels"), object.as_mapping_mut()) {
                let labels = inner.evaluate(&labels.value);
                if let Some(label) = labels.as_items().and_then(<[Value]>::first) {
                    mapping.set("type", label.clone());
                }
            }
            elements.items.push(object);
        }
    }
}

/// Whether a block is a map as versions before 0.12 wrote it, and no nested block of a provider.
fn is_old_map(block: &Block) -> bool {
    let is_pair = block.body.attribute("key").is_some() && block.body.attribute("value").is_some();
    matches!(block.kind.name.as_str(), "tags" | "labels") && !is_pair
}

/// Keys and values of what `for_each` of a `dynamic` block may be; `None` when it is nothing of that. Of a sensitive
/// collection, all of them are sensitive.
fn entries(collection: &Value) -> Option<Vec<(Value, Value)>> {
    let mut entries = pairs(collection)?;
    for (key, value) in &mut entries {
        key.sensitive |= collection.sensitive;
        value.sensitive |= collection.sensitive;
    }
    Some(entries)
}

fn pairs(collection: &Value) -> Option<Vec<(Value, Value)>> {
    match &collection.data {
        Data::Mapping(mapping) => {
            let entry = |(key, value): &(Text, Value)| (Value::string(key.clone(), value.origin.span), value.clone());
            Some(mapping.entries.iter().map(entry).collect())
        }
        Data::Sequence(sequence) => {
            let is_set = matches!(sequence.kind, SequenceKind::Set(_));
            let key = |at: usize, item: &Value| {
                if is_set {
                    item.clone()
                } else {
                    Value::number(i64::try_from(at).unwrap_or(i64::MAX), item.origin.span)
                }
            };
            Some(sequence.items.iter().enumerate().map(|(at, item)| (key(at, item), item.clone())).collect())
        }
        _ => None,
    }
}
