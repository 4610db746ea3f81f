//! What a provider knows of a resource and the configuration does not set: unknown, with all that is certain of it.

use super::module::{Mode, ResourceBlock};
use super::scope::read;
use crate::model::{Cause, Data, HopKind, Origin, Reference, Step, Symbol, Text, Type, Value, Why};
use crate::schema;
use crate::source::Span;
use crate::syntax::hcl::Item;
use std::sync::Arc;

/// Whether `dynamic` blocks gave no block of a name, so that the provider may fill it: unless its schema says that
/// nothing in such a block is computed.
pub(super) fn is_without_blocks(value: &Value, declared: &ResourceBlock, name: &str) -> bool {
    let places = declared.members.get(name).into_iter().flatten();
    let mut items = places.filter_map(|at| declared.block.body.items.get(*at));
    let is_empty = value.as_items().is_some_and(<[Value]>::is_empty);
    if !is_empty || !items.all(|item| matches!(item, Item::Block(_))) {
        return false;
    }
    let body = declared.schema().and_then(|body| body.get(name)?.body());
    body.is_none_or(|(_, body)| has_computed(body))
}

/// Whether the provider fills anything in a block.
fn has_computed(body: schema::Body) -> bool {
    body.arguments().any(|(_, said)| said.is_computed() || said.body().is_some_and(|(_, inner)| has_computed(inner)))
}

/// Nested blocks as others see them: what is null in them is for the provider to fill.
pub(super) fn without_nulls(mut value: Value) -> Value {
    match &mut value.data {
        Data::Sequence(sequence) if sequence.items.iter().any(has_null) => {
            let items = &mut Arc::make_mut(sequence).items;
            for item in items {
                *item = without_nulls(item.clone());
            }
        }
        Data::Mapping(mapping) if mapping.header.is_some() => {
            let entries = &mut Arc::make_mut(mapping).entries;
            entries.retain(|(_, value)| !value.is_null());
            for (_, value) in entries {
                *value = without_nulls(value.clone());
            }
        }
        _ => {}
    }
    value
}

/// Whether a nested block holds a null.
fn has_null(block: &Value) -> bool {
    let Some(mapping) = block.as_mapping().filter(|mapping| mapping.header.is_some()) else { return false };
    let is_null = |value: &Value| value.is_null() || value.as_items().is_some_and(|items| items.iter().any(has_null));
    mapping.entries.iter().any(|(_, value)| is_null(value))
}

/// An attribute that a nested block of a resource does not set, read from that block: the provider may
/// know it. Only nested blocks have a header.
pub(super) fn computed(block: &Value, name: &str, span: Span) -> Option<Value> {
    let header = block.as_mapping()?.header?;
    let attribute = |kind: &HopKind| if let HopKind::Attribute(path) = kind { Some(path.clone()) } else { None };
    let path = block.origin.hops().find_map(|hop| attribute(&hop.kind));
    let path = path.map_or_else(|| name.into(), |path| ecow::eco_format!("{path}.{name}"));
    let cause = Cause { why: Why::AfterApply(path.clone()), span: header };
    let value = Value::unknown_of(Type::Dynamic, vec![cause], header);
    // It stands for no attribute that two values could share, and still tells which resource it is of.
    Some(read(value, span, HopKind::Attribute(path)))
}

/// The id or the ARN of a resource that nothing declares: whatever is meant, it is never null.
pub(super) fn of_undeclared(base: &Value, name: &str, span: Span) -> Option<Value> {
    let unknown = base.as_unknown()?;
    let reference = unknown.referenced().filter(|reference| reference.path.len() <= 1)?;
    let [Cause { why: Why::Undeclared(written), .. }] = unknown.causes.as_slice() else { return None };
    if ["var.", "local.", "module."].iter().any(|root| written.starts_with(root)) {
        return None;
    }
    let prefix = match name {
        "id" => "",
        "arn" if written.starts_with("aws_") => "arn:",
        _ => return None,
    };
    let path = reference.path.iter().cloned().chain([Step::Key(name.into())]).collect();
    let symbol = Reference { address: reference.address.clone(), path };
    let mut value = Value::reference(symbol, Cause { why: Why::Undeclared(written.clone()), span }, span);
    refine(&mut value, Type::String, prefix);
    Some(value.with_origin(Origin { span, via: base.origin.via.clone() }))
}

/// Why an attribute that nothing sets is not known.
pub(super) fn outside(mode: Mode, path: Text) -> Why {
    if mode == Mode::Data { Why::DataSource(path) } else { Why::AfterApply(path) }
}

/// Sets why an unknown is unknown.
pub(super) fn set_causes(value: &mut Value, causes: Vec<Cause>) {
    if let Data::Unknown(unknown) = &mut value.data {
        Arc::make_mut(unknown).causes = causes;
    }
}

/// Says what an unknown without a symbol stands for.
pub(super) fn symbolize(value: &mut Value, reference: Reference) {
    if let Data::Unknown(unknown) = &mut value.data
        && unknown.symbol.is_none()
    {
        Arc::make_mut(unknown).symbol = Some(Symbol::Reference(reference));
    }
}

/// Says what is known of an unknown: its type, that it is not null, what it begins with.
pub(super) fn refine(value: &mut Value, ty: Type, prefix: &str) {
    if let Data::Unknown(unknown) = &mut value.data {
        let unknown = Arc::make_mut(unknown);
        unknown.ty = ty;
        unknown.refinement.not_null = true;
        unknown.refinement.prefix = prefix.into();
    }
}

/// Says which type an unknown has, where that is known.
pub(super) fn retype(value: &mut Value, ty: Option<Type>) {
    if let (Data::Unknown(unknown), Some(ty)) = (&mut value.data, ty) {
        Arc::make_mut(unknown).ty = ty;
    }
}

pub(super) fn nullable(value: &mut Value) {
    if let Data::Unknown(unknown) = &mut value.data {
        Arc::make_mut(unknown).refinement.not_null = false;
    }
}
