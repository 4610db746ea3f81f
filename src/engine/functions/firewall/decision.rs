//! What a rule does with a kind of traffic, and whether an earlier rule has denied that.

use super::super::arguments::{items, items_of};
use super::super::network::{Ports, Transport, carries, contains, includes_any, integer, is_private_text, ports};
use crate::expr::truth::{Truth, all, any};
use crate::model::Value;

/// A kind of traffic.
#[derive(Clone, Copy)]
pub struct Traffic<'a> {
    /// Its port; without one, all ports of the rule that is asked about.
    pub port: Option<&'a Value>,
    /// Its protocol.
    pub transport: Transport,
}

/// A rule that may deny something, read for many questions.
#[derive(Debug)]
pub struct Denial {
    /// The rule.
    pub rule: Value,
    /// What orders it; `None` if that is not known.
    pub number: Option<i64>,
    ports: [Option<Ports>; 2],
}

/// Whether a rule allows the traffic, or some of it where no port is named.
pub fn lets_through(rule: &Value, traffic: Traffic) -> Truth {
    let covers = || match traffic.port {
        Some(port) => includes_any(rule, std::slice::from_ref(port), Some(traffic.transport)),
        None => Truth::of(carries(rule, traffic.transport), rule),
    };
    let conditions: [&dyn Fn() -> Truth; 2] = [&|| acts(rule, "allow"), &covers];
    all(conditions.iter().map(|holds| holds()))
}

/// The rules of a list that may deny something. One without a number is asked by nobody.
pub fn denials(rules: &Value) -> impl Iterator<Item = Denial> {
    let is_asked = |rule: &&Value| rule.is_unknown() || number(rule).is_some();
    let may_deny = |rule: &&Value| acts(rule, "deny") != Truth::Known(false);
    items(rules).iter().filter(is_asked).filter(may_deny).map(|rule| Denial {
        rule: rule.clone(),
        number: number(rule).and_then(integer),
        ports: Transport::ALL.map(|transport| ports(rule, Some(transport))),
    })
}

impl Denial {
    /// Whether the rule is asked before `rule`, or beside it where the firewall takes several rules of one number, and
    /// denies all that comes from the same addresses to the same targets, as far as its ports go.
    pub fn overrules(&self, rule: &Value, takes_ties: bool) -> Truth {
        let other = &self.rule;
        if other.is_unknown() {
            return Truth::open(other);
        }
        let conditions: [&dyn Fn() -> Truth; 4] = [
            &|| self.comes_before(rule, takes_ties),
            &|| acts(other, "deny"),
            &|| is_within(items_of(rule, "cidrs"), items_of(other, "cidrs")),
            &|| is_in_scope(rule, other),
        ];
        all(conditions.iter().map(|holds| holds()))
    }

    /// Whether the ports of the rule are those of the traffic of `rule`.
    pub fn covers(&self, rule: &Value, traffic: Traffic) -> Truth {
        let own = Transport::ALL.iter().zip(&self.ports).find(|(transport, _)| **transport == traffic.transport);
        let own = own.and_then(|(_, ports)| ports.as_ref());
        match (own, traffic.port) {
            (Some(own), Some(port)) => Truth::of(integer(port).map(|port| own.contains(port)), port),
            (None, Some(port)) => includes_any(&self.rule, std::slice::from_ref(port), Some(traffic.transport)),
            (Some(own), None) => {
                Truth::of(ports(rule, Some(traffic.transport)).map(|asked| own.contains_all(&asked)), rule)
            }
            (None, None) => Truth::open(&self.rule).or_because_of(rule),
        }
    }

    fn comes_before(&self, rule: &Value, takes_ties: bool) -> Truth {
        let (Some(own), Some(other)) = (number(&self.rule), number(rule)) else { return Truth::Known(false) };
        match (self.number, integer(other)) {
            (Some(one), Some(other)) => Truth::Known(one < other || takes_ties && one == other),
            _ => any([Truth::open(own), Truth::open(other)]),
        }
    }
}

/// What orders a rule; `None` if nothing does.
pub fn number(rule: &Value) -> Option<&Value> {
    rule.get("number").filter(|number| !number.is_null())
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

/// Whether all that a rule is narrowed to lies in what another is narrowed to, in each respect.
fn is_in_scope(rule: &Value, other: &Value) -> Truth {
    let nothing = Value::null(rule.origin.span);
    let [own, others] = [rule, other].map(|rule| rule.get("scope").unwrap_or(&nothing));
    let respects = others.as_mapping().map(|scope| scope.entries.as_slice()).unwrap_or_default();
    all(respects.iter().map(|(respect, outer)| match (items_of(own, respect), items(outer)) {
        (_, []) => Truth::Known(true),
        // What is not known may be everything.
        ([], outer) if outer.iter().any(Value::is_unknown) => Truth::open(others),
        (inner, outer) => is_within(inner, outer),
    }))
}

/// Whether there are inner ends, and each of them lies in one of the outer ends.
fn is_within(inner: &[Value], outer: &[Value]) -> Truth {
    if inner.is_empty() {
        return Truth::Known(false);
    }
    all(inner.iter().map(|inner| any(outer.iter().map(|outer| holds(outer, inner)))))
}

/// Whether an end of the traffic (a range of addresses, a service tag, a network tag) holds another one. Of all addresses,
/// only those of IPv4 are asked about, unless a rule names those of IPv6.
fn holds(outer: &Value, inner: &Value) -> Truth {
    match (outer.as_str(), inner.as_str()) {
        (Some("*"), Some(_)) => Truth::Known(true),
        (Some(outer), Some(inner)) if outer.eq_ignore_ascii_case(inner) => Truth::Known(true),
        (Some("Internet"), Some(inner)) => Truth::Known(inner == "*" || !is_private_text(inner)),
        (Some("0.0.0.0/0"), Some("*" | "Internet")) => Truth::Known(true),
        _ => contains(outer, inner),
    }
}
