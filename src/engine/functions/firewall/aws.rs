//! AWS's rules: blocks inside security groups and network ACLs, and the resources that stand for one rule each.

use super::{Direction, Rule, given, joined, rules_of_blocks, text};
use crate::expr::convert::convert;
use crate::expr::unknowns::unknown_because;
use crate::model::{Type, Value};

/// The attributes that hold the addresses of the other side.
const ADDRESSES: [&str; 6] =
    ["cidr_blocks", "ipv6_cidr_blocks", "cidr_block", "ipv6_cidr_block", "cidr_ipv4", "cidr_ipv6"];

/// The rules of a security group, a network ACL, or a resource that is one rule of them. `number` is null and `action` is
/// `allow` where they cannot be written.
pub fn rules(attrs: &Value, direction: Direction) -> Value {
    let own = |attrs: &Value| Some(rule(attrs, direction));
    match attrs.get(direction.name()) {
        _ if is_rule(attrs) => match goes(attrs, direction) {
            Some(true) => Value::tuple(own(attrs).into_iter().collect(), attrs.origin.span),
            Some(false) => Value::tuple(Vec::new(), attrs.origin.span),
            None => unknown_because(Type::Dynamic, [attrs], attrs.origin.span),
        },
        Some(blocks) => rules_of_blocks(blocks, own),
        None => Value::tuple(Vec::new(), attrs.origin.span),
    }
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
fn goes(attrs: &Value, direction: Direction) -> Option<bool> {
    if let Some(written) = given(attrs, "type") {
        return written.as_str().map(|written| written == direction.name());
    }
    if given(attrs, "rule_action").or_else(|| given(attrs, "rule_number")).is_some() {
        let egress = given(attrs, "egress").map_or(Some(false), |egress| convert(&egress, &Type::Bool).ok()?.as_bool());
        return egress.map(|egress| egress == (direction == Direction::Egress));
    }
    Some(true)
}

/// A block or a resource in the one form.
fn rule(written: &Value, direction: Direction) -> Value {
    let first = |names: [&str; 2]| names.iter().find_map(|name| written.get(name)).cloned();
    let bound = |name: &str| written.get(name).cloned().unwrap_or_else(|| Value::null(written.origin.span));
    let action = first(["action", "rule_action"]).filter(|action| !action.is_null());
    let rule = Rule {
        name: None,
        number: first(["rule_no", "rule_number"]),
        action: action.unwrap_or_else(|| text("allow", written.origin.span)),
        protocol: first(["protocol", "ip_protocol"]),
        bounds: Some([bound("from_port"), bound("to_port")]),
        ports: None,
        cidrs: joined(written, &ADDRESSES, Clone::clone),
        scope: Vec::new(),
    };
    rule.into_value(direction, written)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Text;
    use crate::source::{SourceId, Span};

    const HERE: Span = Span { source: SourceId(0), start: 0, end: 0 };

    fn object(entries: &[(&str, Value)]) -> Value {
        Value::object(entries.iter().map(|(key, value)| (Text::from(*key), value.clone())).collect(), HERE)
    }

    fn read(attrs: &Value, direction: Direction) -> Vec<Value> {
        rules(attrs, direction).as_items().unwrap().to_vec()
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
        let found = read(&group, Direction::Ingress);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].get("cidrs").and_then(Value::as_items).map(<[Value]>::len), Some(2));
        assert_eq!(found[0].get("action").and_then(Value::as_str), Some("allow"));
        assert!(read(&group, Direction::Egress).is_empty());
    }

    #[test]
    fn a_resource_that_is_a_rule_goes_one_way() {
        let of_group = object(&[("type", Value::string("egress", HERE)), ("protocol", Value::string("-1", HERE))]);
        assert_eq!((read(&of_group, Direction::Ingress).len(), read(&of_group, Direction::Egress).len()), (0, 1));
        let of_acl = object(&[("rule_action", Value::string("deny", HERE)), ("protocol", Value::number(-1, HERE))]);
        assert_eq!((read(&of_acl, Direction::Ingress).len(), read(&of_acl, Direction::Egress).len()), (1, 0));
        assert!(read(&object(&[("name", Value::string("web", HERE))]), Direction::Ingress).is_empty());
    }
}
