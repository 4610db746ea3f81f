//! `network_rules`: one form for the ways in which AWS firewall rules are written.
//!
//! Blocks inside security groups and network ACLs, and the resources that stand for one rule each.

use super::arguments::{Arguments, items};
use super::network::{contains, includes_any, integer};
use crate::expr::EvalError;
use crate::expr::convert::convert;
use crate::expr::truth::{Truth, all, any};
use crate::model::{Text, Type, Value};

/// The attributes that hold the addresses of the other side.
const ADDRESSES: [&str; 6] =
    ["cidr_blocks", "ipv6_cidr_blocks", "cidr_block", "ipv6_cidr_block", "cidr_ipv4", "cidr_ipv6"];

/// `network_rules(attrs, direction)`: `[{ number, action, protocol, from, to, cidrs }]` of the attributes of a
/// security group, a network ACL, or a resource that is one rule of them; `direction` is `"ingress"` or
/// `"egress"`. `number` is null and `action` is `allow` where they cannot be written.
pub fn network_rules(args: &Arguments) -> Result<Value, EvalError> {
    let attrs = args.get(0)?;
    if attrs.is_unknown() {
        return Ok(args.unknown(Type::Dynamic));
    }
    let Some(direction) = args.text(1)? else { return Ok(args.unknown(Type::Dynamic)) };
    if !matches!(direction, "ingress" | "egress") {
        return Err(args.wrong("takes \"ingress\" or \"egress\""));
    }
    let rules = match attrs.get(direction) {
        _ if is_rule(attrs) => match goes(attrs, direction) {
            Some(true) => vec![rule(attrs)],
            Some(false) => Vec::new(),
            None => return Ok(args.unknown(Type::Dynamic)),
        },
        Some(blocks) if blocks.is_unknown() => return Ok(blocks.clone()),
        Some(blocks) => items(blocks).iter().map(rule).collect(),
        None => Vec::new(),
    };
    Ok(Value::tuple(rules, attrs.origin.span))
}

/// `acl_admits(rules, rule, ports)`: whether an `allow` among the rules of a network ACL lets one of the ports through.
/// They are taken in the order of their numbers, and the first that fits decides.
pub fn admits(args: &Arguments) -> Result<Value, EvalError> {
    let (rules, rule, ports) = (args.items(0)?, args.get(1)?, args.items(2)?);
    let admitted = any(ports.iter().map(|port| {
        let port = std::slice::from_ref(port);
        let denied = any(rules.iter().map(|other| {
            // Lazily: an access list may have many rules, and most of them allow.
            let conditions: [&dyn Fn() -> Truth; 4] =
                [&|| acts(other, "deny"), &|| comes_before(other, rule), &|| includes_any(other, port), &|| {
                    is_within(rule, other)
                }];
            all(conditions.iter().map(|holds| holds()))
        }));
        all([includes_any(rule, port), denied.negated()])
    }));
    Ok(args.answer(all([acts(rule, "allow"), admitted])))
}

fn acts(rule: &Value, action: &str) -> Truth {
    match rule.get("action") {
        _ if rule.is_unknown() => Truth::open(rule),
        Some(written) if written.is_unknown() => Truth::open(written),
        written => {
            Truth::Known(written.and_then(Value::as_str).is_some_and(|written| written.eq_ignore_ascii_case(action)))
        }
    }
}

fn comes_before(one: &Value, other: &Value) -> Truth {
    let number = |rule: &Value| integer(rule.get("number")?);
    match (number(one), number(other)) {
        (Some(one), Some(other)) => Truth::Known(one < other),
        _ => any([Truth::open(one), Truth::open(other)]),
    }
}

/// Whether every address of a rule is one of another.
fn is_within(rule: &Value, other: &Value) -> Truth {
    let [inner, outer] = [rule, other].map(|rule| rule.get("cidrs").map(items).unwrap_or_default());
    all(inner.iter().map(|inner| any(outer.iter().map(|outer| contains(outer, inner)))))
}

/// Arguments that only resources have that are themselves a rule, beside addresses.
const OF_RULES: [&str; 7] =
    ["protocol", "ip_protocol", "from_port", "to_port", "rule_action", "rule_number", "security_group_id"];

/// Whether a resource is itself a rule. One without protocol is one too: the provider refuses it, and as it is
/// written it limits nothing.
fn is_rule(attrs: &Value) -> bool {
    OF_RULES.iter().chain(&ADDRESSES).any(|name| attrs.get(name).is_some())
}

/// Whether a resource that is a rule goes in `direction`: security group rules say it in `type`, those of
/// network ACLs in `egress`, and the newer ones by their resource type, which the policy has chosen.
fn goes(attrs: &Value, direction: &str) -> Option<bool> {
    let given = |name: &str| attrs.get(name).filter(|value| !value.is_null());
    if let Some(written) = given("type") {
        return written.as_str().map(|written| written == direction);
    }
    if given("rule_action").or(given("rule_number")).is_some() {
        let egress = given("egress").map_or(Some(false), |egress| convert(egress, &Type::Bool).ok()?.as_bool());
        return egress.map(|egress| egress == (direction == "egress"));
    }
    Some(true)
}

/// A block or a resource in the one form; one that is not known stays so.
fn rule(written: &Value) -> Value {
    if written.is_unknown() {
        return written.clone();
    }
    let first = |names: [&str; 2]| names.iter().find_map(|name| written.get(name)).cloned();
    let nothing = || Value::null(written.origin.span);
    let action = first(["action", "rule_action"]).filter(|action| !action.is_null());
    let fields = vec![
        ("number", first(["rule_no", "rule_number"]).unwrap_or_else(nothing)),
        ("action", action.unwrap_or_else(|| Value::string("allow", written.origin.span))),
        ("protocol", first(["protocol", "ip_protocol"]).unwrap_or_else(nothing)),
        ("from", written.get("from_port").cloned().unwrap_or_else(nothing)),
        ("to", written.get("to_port").cloned().unwrap_or_else(nothing)),
        ("cidrs", cidrs(written)),
    ];
    let fields = fields.into_iter().map(|(key, value)| (Text::from(key), value)).collect();
    let mut rule = Value::object(fields, written.origin.span).with_origin(written.origin.clone());
    let header = written.as_mapping().and_then(|mapping| mapping.header);
    if let Some(mapping) = rule.as_mapping_mut() {
        mapping.header = header;
    }
    rule
}

/// All addresses of a rule, written where the first of them is.
fn cidrs(written: &Value) -> Value {
    let lists = ADDRESSES.iter().filter_map(|name| written.get(name)).filter(|list| !list.is_null());
    let all = lists.clone().flat_map(items).cloned().collect();
    let origin = lists.clone().find(|list| !items(list).is_empty()).map_or(&written.origin, |list| &list.origin);
    Value::tuple(all, origin.span).with_origin(origin.clone())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{SourceId, Span};

    const HERE: Span = Span { source: SourceId(0), start: 0, end: 0 };

    fn object(entries: &[(&str, Value)]) -> Value {
        Value::object(entries.iter().map(|(key, value)| (Text::from(*key), value.clone())).collect(), HERE)
    }

    fn rules(attrs: &Value, direction: &str) -> Vec<Value> {
        let values = [attrs.clone(), Value::string(direction, HERE)];
        let rules = network_rules(&Arguments {
            word: "network_rules",
            values: &values,
            span: HERE,
            sources: &crate::source::Sources::default(),
        })
        .unwrap();
        rules.as_items().unwrap().to_vec()
    }

    #[test]
    fn blocks_of_a_group_have_the_addresses_of_both_families() {
        let block = object(&[
            ("protocol", Value::string("tcp", HERE)),
            ("from_port", Value::number(22, HERE)),
            ("cidr_blocks", Value::tuple(vec![Value::string("10.0.0.0/8", HERE)], HERE)),
            ("ipv6_cidr_blocks", Value::tuple(vec![Value::string("::/0", HERE)], HERE)),
        ]);
        let group = object(&[("ingress", Value::tuple(vec![block], HERE))]);
        let found = rules(&group, "ingress");
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].get("cidrs").and_then(Value::as_items).map(<[Value]>::len), Some(2));
        assert_eq!(found[0].get("action").and_then(Value::as_str), Some("allow"));
        assert!(rules(&group, "egress").is_empty());
    }

    #[test]
    fn a_resource_that_is_a_rule_goes_one_way() {
        let of_group = object(&[("type", Value::string("egress", HERE)), ("protocol", Value::string("-1", HERE))]);
        assert_eq!((rules(&of_group, "ingress").len(), rules(&of_group, "egress").len()), (0, 1));
        let of_acl = object(&[("rule_action", Value::string("deny", HERE)), ("protocol", Value::number(-1, HERE))]);
        assert_eq!((rules(&of_acl, "ingress").len(), rules(&of_acl, "egress").len()), (1, 0));
        assert!(rules(&object(&[("name", Value::string("web", HERE))]), "ingress").is_empty());
    }
}
