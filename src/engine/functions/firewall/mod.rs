//! `network_rules`: one form for the ways in which AWS, Azure and Google Cloud write the rules of a firewall.
//!
//! Owns the form, and what a rule of it says beside an earlier one. How each provider writes rules is for the files
//! beside this one; which resources make up one firewall is for `engine::firewalls`.

mod aws;
mod azure;
mod decision;
mod google;

pub use decision::{Denial, Traffic, denials, lets_through, number};

use super::arguments::Arguments;
use crate::expr::EvalError;
use crate::model::{Text, Type, Value};
use crate::source::Span;

/// The way that the packets of a rule go.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Direction {
    Ingress,
    Egress,
}

impl Direction {
    /// The direction of a name, in the words of all providers and in any case.
    pub fn named(name: &str) -> Option<Self> {
        let is = |names: [&str; 2]| names.iter().any(|known| known.eq_ignore_ascii_case(name));
        match name {
            _ if is(["ingress", "inbound"]) => Some(Self::Ingress),
            _ if is(["egress", "outbound"]) => Some(Self::Egress),
            _ => None,
        }
    }

    /// The name in policies.
    pub fn name(self) -> &'static str {
        match self {
            Self::Ingress => "ingress",
            Self::Egress => "egress",
        }
    }
}

/// `network_rules(attrs, direction)`: the rules of the attributes of a firewall, or of a resource that is one rule.
pub fn network_rules(args: &Arguments) -> Result<Value, EvalError> {
    let attrs = args.get(0)?;
    let Some(direction) = args.text(1)? else { return Ok(args.unknown(Type::Dynamic)) };
    let direction = Direction::named(direction).ok_or_else(|| args.wrong("takes \"ingress\" or \"egress\""))?;
    Ok(rules(attrs, direction))
}

/// The rules that attributes hold in one direction, in the one form. A rule that is not known stays so.
pub fn rules(attrs: &Value, direction: Direction) -> Value {
    if attrs.is_unknown() {
        return attrs.clone();
    }
    let of_others = google::rules(attrs, direction).or_else(|| azure::rules(attrs, direction));
    of_others.unwrap_or_else(|| aws::rules(attrs, direction))
}

/// A rule in the one form. What its firewall does not have is null.
struct Rule {
    name: Option<Value>,
    number: Option<Value>,
    action: Value,
    protocol: Option<Value>,
    /// One range, as AWS writes it.
    bounds: Option<[Value; 2]>,
    /// A list of ranges; empty for all ports.
    ports: Option<Value>,
    cidrs: Value,
    /// What else the rule is narrowed to, by respect; an empty list is everything.
    scope: Vec<(&'static str, Vec<Value>)>,
}

impl Rule {
    /// The rule as a block that stands where it was written.
    fn into_value(self, direction: Direction, written: &Value) -> Value {
        let span = written.origin.span;
        let or_null = |value: Option<Value>| value.unwrap_or_else(|| Value::null(span));
        let [from, to] = self.bounds.map_or([None, None], |bounds| bounds.map(Some));
        let object = |fields: Vec<(&str, Value)>| {
            Value::object(fields.into_iter().map(|(key, value)| (Text::from(key), value)).collect(), span)
        };
        let scope = self.scope.into_iter().map(|(respect, values)| (respect, Value::tuple(values, span))).collect();
        let mut rule = object(vec![
            ("name", or_null(self.name)),
            ("number", or_null(self.number)),
            ("direction", Value::string(direction.name(), span)),
            ("action", self.action),
            ("protocol", or_null(self.protocol)),
            ("from", or_null(from)),
            ("to", or_null(to)),
            ("ports", or_null(self.ports)),
            ("cidrs", self.cidrs),
            ("scope", object(scope)),
        ])
        .with_origin(written.origin.clone());
        let header = written.as_mapping().and_then(|mapping| mapping.header);
        if let Some(mapping) = rule.as_mapping_mut() {
            mapping.header = header;
        }
        rule
    }
}

/// The rules that a list of blocks holds. The list stays as open as it is; a block that is not known stays in it.
fn rules_of_blocks(blocks: &Value, read: impl Fn(&Value) -> Option<Value>) -> Value {
    let read = |block: &Value| if block.is_unknown() { Some(block.clone()) } else { read(block) };
    let span = blocks.origin.span;
    match (blocks.as_unknown(), blocks.known_elements()) {
        (Some(unknown), Some(known)) => {
            Value::open_list(known.iter().filter_map(read).collect(), unknown.causes.clone(), span)
        }
        (Some(_), None) => blocks.clone(),
        (None, _) => Value::tuple(super::arguments::items(blocks).iter().filter_map(read).collect(), span),
    }
}

/// The values of some attributes that hold one value or a list each, as one list that stands where the first of them
/// does.
fn joined<'v>(written: &'v Value, names: &[&str], convert: impl Fn(&Value) -> Value) -> Value {
    let lists = || names.iter().filter_map(|name| written.get(name)).filter(|list| !list.is_null());
    let all = lists().flat_map(super::arguments::items).map(convert).collect();
    let is_filled = |list: &&'v Value| !super::arguments::items(list).is_empty();
    let origin = lists().find(is_filled).map_or(&written.origin, |list| &list.origin);
    Value::tuple(all, origin.span).with_origin(origin.clone())
}

/// A field that is written.
fn given(written: &Value, name: &str) -> Option<Value> {
    written.get(name).filter(|value| !value.is_null()).cloned()
}

/// What is left of a block that names its direction: nothing if it goes the other way, and what is not known where that
/// is the direction. A block that names none goes in the direction `absent`.
fn going(block: &Value, direction: Direction, absent: Direction) -> Option<Result<(), Value>> {
    match given(block, "direction") {
        Some(value) if value.is_unknown() => Some(Err(value)),
        Some(value) => (value.as_str().and_then(Direction::named)? == direction).then_some(Ok(())),
        None => (absent == direction).then_some(Ok(())),
    }
}

/// A text that stands for a value that is absent or was written otherwise.
fn text(text: &str, span: Span) -> Value {
    Value::string(text, span)
}
