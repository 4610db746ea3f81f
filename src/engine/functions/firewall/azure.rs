//! Azure's rules: the `security_rule` blocks of a network security group, and `azurerm_network_security_rule`.
//!
//! Source: Microsoft's "Network security groups overview". The rules are asked in the order of their priorities, each
//! direction for itself, and the first one that fits decides. The default rules have the priorities 65000 and above, and
//! so are asked after all others; inbound they admit only what comes from the virtual network and from load balancers.

use super::super::arguments::items;
use super::{Direction, Rule, given, going, joined, rules_of_blocks, text};
use crate::model::Value;

/// Arguments that a resource has that is itself a rule.
const OF_RULES: [&str; 2] = ["access", "network_security_group_name"];

/// Prefixes that stand for every address, beside ranges: what the portal calls it, and what is taken for it.
const EVERYWHERE: [&str; 4] = ["*", "any", "0.0.0.0", "::"];

/// The rules of a group or of a resource that is one rule; `None` if the attributes are neither.
pub fn rules(attrs: &Value, direction: Direction) -> Option<Value> {
    if OF_RULES.iter().any(|name| attrs.get(name).is_some()) {
        let rule = rule(attrs, direction);
        return Some(Value::tuple(rule.into_iter().collect(), attrs.origin.span));
    }
    Some(rules_of_blocks(attrs.get("security_rule")?, |block| rule(block, direction)))
}

fn rule(written: &Value, direction: Direction) -> Option<Value> {
    // The provider asks for the direction: a rule without it is taken to go in any.
    if let Err(unknown) = going(written, direction, direction)? {
        return Some(unknown);
    }
    let (far, near) = match direction {
        Direction::Ingress => ("source", "destination"),
        Direction::Egress => ("destination", "source"),
    };
    let prefixes =
        |side: &str| joined(written, &[&format!("{side}_address_prefix"), &format!("{side}_address_prefixes")], prefix);
    let groups = given(written, &format!("{near}_application_security_group_ids"));
    let source_ports = joined(written, &["source_port_range", "source_port_ranges"], Clone::clone);
    let narrowed = |values: &Value, all: &[&str]| {
        let values = items(values);
        let is_all = |value: &Value| {
            value.as_str().is_some_and(|text| all.iter().any(|all| all.eq_ignore_ascii_case(text.trim())))
        };
        if values.iter().any(is_all) { Vec::new() } else { values.to_vec() }
    };
    let rule = Rule {
        name: given(written, "name"),
        number: given(written, "priority"),
        action: given(written, "access").unwrap_or_else(|| text("deny", written.origin.span)),
        protocol: given(written, "protocol"),
        bounds: None,
        ports: Some(joined(written, &["destination_port_range", "destination_port_ranges"], Clone::clone)),
        cidrs: prefixes(far),
        scope: vec![
            // All that a group protects is in a virtual network.
            ("addresses", narrowed(&prefixes(near), &["*", "VirtualNetwork"])),
            ("groups", groups.iter().flat_map(items).cloned().collect()),
            ("source_ports", narrowed(&source_ports, &["*", "0-65535"])),
        ],
    };
    Some(rule.into_value(direction, written))
}

/// Writes a prefix that stands for every address as `*`, unless it is a whole range, and the tag of the internet in
/// one way.
fn prefix(prefix: &Value) -> Value {
    let Some(written) = prefix.as_str().map(str::trim) else { return prefix.clone() };
    let is_range_of_all = written.ends_with("/0") && !matches!(written, "0.0.0.0/0" | "::/0");
    let one = match written {
        _ if is_range_of_all || EVERYWHERE.iter().any(|all| all.eq_ignore_ascii_case(written)) => "*",
        _ if written.eq_ignore_ascii_case("Internet") => "Internet",
        _ => return prefix.clone(),
    };
    text(one, prefix.origin.span).with_origin(prefix.origin.clone())
}
