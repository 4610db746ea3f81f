//! Google's rules: `google_compute_firewall`, and the rules of firewall policies.
//!
//! Source: Google Cloud's "VPC firewall rules" and "Firewall policy rules". VPC firewall rules are asked in the order of
//! their priorities, 1000 where none is written; of two with one priority, the one that denies decides. What no rule
//! admits is denied on its way in, and admitted on its way out.

use super::super::arguments::items;
use super::{Direction, Rule, given, going, joined, rules_of_blocks, text};
use crate::expr::unknowns::unknown_because;
use crate::model::{Text, Type, Value};

/// The priority of a VPC firewall rule that names none.
const PRIORITY: i64 = 1000;

/// What narrows a rule to some of the machines of a network, and how rules of one form call it.
const TARGETS: [(&str, &[&str]); 3] = [
    ("tags", &["target_tags", "target_secure_tags", "target_secure_tag"]),
    ("accounts", &["target_service_accounts"]),
    ("resources", &["target_resources", "target_forwarding_rules"]),
];

/// Contexts of a network from which nothing of the internet comes.
const INSIDE: [&str; 3] = ["NON_INTERNET", "INTRA_VPC", "VPC_NETWORKS"];

/// The rules of attributes; `None` if they are not Google's.
pub fn rules(attrs: &Value, direction: Direction) -> Option<Value> {
    let one = |rule: Option<Value>| Some(Value::tuple(rule.into_iter().collect(), attrs.origin.span));
    if attrs.get("match").is_some() {
        return one(policy_rule(attrs, direction));
    }
    if let Some((action, layers)) = decision(attrs) {
        return one(vpc_rule(attrs, direction, action, layers));
    }
    Some(rules_of_blocks(attrs.get("rule")?, |block| policy_rule(block, direction)))
}

/// What a `google_compute_firewall` does, and the blocks that say with what. It has blocks of one kind only.
fn decision(attrs: &Value) -> Option<(Value, &Value)> {
    let blocks = |action: &str| attrs.get(action).filter(|blocks| !items(blocks).is_empty());
    let is_sure = |blocks: &Value| items(blocks).iter().any(|block| !block.is_unknown());
    let action = |name: &str| text(name, attrs.origin.span);
    match (blocks("allow"), blocks("deny")) {
        (Some(allow), Some(deny)) if !is_sure(allow) && !is_sure(deny) => {
            Some((unknown_because(Type::String, [allow, deny], attrs.origin.span), allow))
        }
        (Some(allow), deny) if is_sure(allow) || deny.is_none_or(|deny| !is_sure(deny)) => {
            Some((action("allow"), allow))
        }
        (_, Some(deny)) => Some((action("deny"), deny)),
        _ => None,
    }
}

/// A `google_compute_firewall`.
fn vpc_rule(attrs: &Value, direction: Direction, action: Value, layers: &Value) -> Option<Value> {
    let (far, near) = match direction {
        Direction::Ingress => ("source_ranges", "destination_ranges"),
        Direction::Egress => ("destination_ranges", "source_ranges"),
    };
    let priority = given(attrs, "priority").unwrap_or_else(|| Value::number(PRIORITY, attrs.origin.span));
    let cidrs = joined(attrs, &[far], Clone::clone);
    let parts = Parts { number: Some(priority), action, layers, protocol: "protocol", cidrs };
    rule(attrs, direction, parts, attrs.get(near))
}

/// A rule of a firewall policy, as a resource or as a block.
fn policy_rule(written: &Value, direction: Direction) -> Option<Value> {
    let nothing = Value::null(written.origin.span);
    let matched = written.get("match").and_then(|blocks| items(blocks).first()).unwrap_or(&nothing);
    if matched.is_unknown() {
        return Some(matched.clone());
    }
    let (far, near) = match direction {
        Direction::Ingress => ("src", "dest"),
        Direction::Egress => ("dest", "src"),
    };
    let ranges = |side: &str| format!("{side}_ip_ranges");
    let context = given(matched, &format!("{far}_network_context"));
    let cidrs = match context {
        Some(context) if context.is_unknown() => Value::tuple(vec![context], matched.origin.span),
        Some(context) if context.as_str().is_some_and(|context| INSIDE.contains(&context)) => {
            Value::tuple(Vec::new(), matched.origin.span)
        }
        _ => joined(matched, &[&ranges(far)], Clone::clone),
    };
    let layers = matched.get("layer4_configs").or(matched.get("layer4_config")).unwrap_or(&nothing);
    let action = given(written, "action").unwrap_or_else(|| nothing.clone());
    let parts = Parts { number: given(written, "priority"), action, layers, protocol: "ip_protocol", cidrs };
    rule(written, direction, parts, matched.get(&ranges(near)))
}

/// What rules of the two forms write in different ways.
struct Parts<'a> {
    number: Option<Value>,
    action: Value,
    layers: &'a Value,
    /// The name of the protocol in the layers.
    protocol: &'static str,
    cidrs: Value,
}

fn rule(written: &Value, direction: Direction, form: Parts, near: Option<&Value>) -> Option<Value> {
    if let Err(unknown) = going(written, direction, Direction::Ingress)? {
        return Some(unknown);
    }
    match given(written, "disabled") {
        Some(disabled) if disabled.is_unknown() => return Some(disabled),
        Some(disabled) if disabled.as_bool() == Some(true) => return None,
        _ => {}
    }
    let ports = items(form.layers).iter().map(|layer| ports_of(layer, form.protocol)).collect();
    let targets = TARGETS.map(|(respect, names)| {
        let values = names.iter().filter_map(|name| written.get(name)).flat_map(items);
        (respect, values.map(|value| value.get("name").unwrap_or(value).clone()).collect())
    });
    let mut scope = vec![("addresses", near.into_iter().flat_map(items).cloned().collect())];
    scope.extend(targets);
    let rule = Rule {
        name: given(written, "name").or_else(|| given(written, "rule_name")),
        number: form.number,
        action: form.action,
        protocol: None,
        bounds: None,
        ports: Some(Value::tuple(ports, form.layers.origin.span)),
        cidrs: form.cidrs,
        scope,
    };
    Some(rule.into_value(direction, written))
}

/// A protocol with its ports, as one of the ranges of a rule.
fn ports_of(layer: &Value, protocol: &str) -> Value {
    if layer.is_unknown() {
        return layer.clone();
    }
    let field = |name: &str| layer.get(name).cloned().unwrap_or_else(|| Value::null(layer.origin.span));
    let fields: Vec<(Text, Value)> = vec![("protocol".into(), field(protocol)), ("ports".into(), field("ports"))];
    Value::object(fields, layer.origin.span).with_origin(layer.origin.clone())
}
