//! Firewalls whose rules are asked in an order: `rule_admits`.
//!
//! Owns which resources make up one firewall. What a rule says, and how providers write it, is for
//! `functions::firewall`.
//!
//! The rules that deny something are found once for each firewall. A rule is compared with no more than [`FIREWALL_DENIALS`] of
//! them, those that are asked first: so the work grows with the rules, and not with their square.

use super::functions::arguments::items;
use super::functions::firewall::{Denial, Direction, Traffic, denials, lets_through, number, rules};
use super::functions::network::{Transport, integer};
use super::relations::{Found, RelationScope};
use super::tables::{Firewall, FirewallKey};
use crate::expr::EvalError;
use crate::expr::truth::{Truth, all, any};
use crate::expr::unknowns::add_causes;
use crate::limits::evaluation::FIREWALL_DENIALS;
use crate::model::{Cause, ResourceId, Type, Value, Why};
use crate::source::Span;
use std::sync::Arc;

/// The names of the functions, sorted.
pub const RELATIONS: [&str; 1] = ["rule_admits"];

/// Resources of which each is one rule of a firewall.
struct Rules {
    type_name: &'static str,
    /// The attribute that names the firewall.
    firewall: &'static str,
    /// Attributes that tell firewalls of one name apart.
    apart: &'static [&'static str],
}

/// Rules whose firewall is a network. It takes several rules of one number: of those, the ones that deny are asked first.
/// And a module that is not here is given a network to put something into it, not to deny what the unit admits.
const OF_NETWORKS: &str = "google_compute_firewall";

const RULES: [Rules; 6] = [
    Rules { type_name: "aws_network_acl_rule", firewall: "network_acl_id", apart: &[] },
    Rules {
        type_name: "azurerm_network_security_rule",
        firewall: "network_security_group_name",
        apart: &["resource_group_name"],
    },
    Rules { type_name: OF_NETWORKS, firewall: "network", apart: &["project"] },
    Rules { type_name: "google_compute_firewall_policy_rule", firewall: "firewall_policy", apart: &[] },
    Rules {
        type_name: "google_compute_network_firewall_policy_rule",
        firewall: "firewall_policy",
        apart: &["project"],
    },
    Rules {
        type_name: "google_compute_region_network_firewall_policy_rule",
        firewall: "firewall_policy",
        apart: &["project", "region"],
    },
];

/// Calls the function `name`, when it is one of these.
pub fn call(scope: &RelationScope, name: &str, args: &[Value], span: Span) -> Option<Result<Value, EvalError>> {
    (name.strip_prefix("core::").unwrap_or(name) == "rule_admits").then(|| rule_admits(scope, args, span))
}

/// `rule_admits(rule, ports, protocol)`: whether a rule that `network_rules` gives of the judged resource lets one of
/// the ports through: it allows the port, and no rule of the same firewall that comes first denies it. Without ports it is
/// any that the rule allows; without `protocol`, that of TCP or of UDP.
fn rule_admits(scope: &RelationScope, args: &[Value], span: Span) -> Result<Value, EvalError> {
    let wrong = || EvalError::fatal("`rule_admits` takes a rule, ports, and `\"tcp\"` or `\"udp\"`.", span);
    let [rule, ports, protocol @ ..] = args else { return Err(wrong()) };
    let transports: &[Transport] = match protocol.first().map(Value::as_str) {
        None => &Transport::ALL,
        Some(Some("tcp")) => &[Transport::Tcp],
        Some(Some("udp")) => &[Transport::Udp],
        Some(_) => return Err(wrong()),
    };
    let answer = |truth: Truth| match truth {
        Truth::Known(truth) => Value::bool(truth, span),
        Truth::Unknown(causes) => Value::unknown_of(Type::Bool, causes, span),
    };
    if rule.is_unknown() {
        return Ok(answer(Truth::open(rule)));
    }
    let direction = rule.get("direction").and_then(Value::as_str).and_then(Direction::named).ok_or_else(wrong)?;
    let ports: Vec<Option<&Value>> = if ports.is_null() { vec![None] } else { items(ports).iter().map(Some).collect() };
    let kinds = ports.iter().flat_map(|port| transports.iter().map(|transport| (*port, *transport)));
    let kinds = kinds.map(|(port, transport)| Traffic { port, transport });
    let allowed: Vec<(Traffic, Truth)> = kinds
        .map(|traffic| (traffic, lets_through(rule, traffic)))
        .filter(|(_, allowed)| *allowed != Truth::Known(false))
        .collect();
    if allowed.is_empty() {
        return Ok(answer(Truth::Known(false)));
    }
    let earlier = Earlier::of(scope, rule, direction);
    Ok(answer(any(allowed.into_iter().map(|(traffic, allowed)| all([allowed, earlier.denies(traffic).negated()])))))
}

/// What the rules of a firewall that are asked before one of them deny.
struct Earlier<'a> {
    scope: &'a RelationScope<'a>,
    rule: &'a Value,
    firewall: Arc<Firewall>,
    /// The numbers of those that may be about the rule, and whether they are.
    denials: Vec<(usize, Truth)>,
    /// Why there may be more.
    causes: Vec<Cause>,
}

impl<'a> Earlier<'a> {
    fn of(scope: &'a RelationScope<'a>, rule: &'a Value, direction: Direction) -> Self {
        let (firewall, mut causes) = firewall(scope, direction);
        add_causes(&mut causes, &firewall.causes);
        if let Some((first, cause)) = &firewall.left_out
            && first.zip(number(rule).and_then(integer)).is_none_or(|(first, own)| first <= own)
        {
            add_causes(&mut causes, std::slice::from_ref(cause));
        }
        let takes_ties = scope.resource.type_name == OF_NETWORKS;
        let overrules = |(at, (_, is_in, denial)): (usize, &(ResourceId, Truth, Denial))| {
            let truth = denial.overrules(rule, takes_ties);
            let truth = if truth == Truth::Known(false) { truth } else { truth.and(is_in.clone()) };
            (truth != Truth::Known(false)).then_some((at, truth))
        };
        let denials = firewall.denials.iter().enumerate().filter_map(overrules).collect();
        Self { scope, rule, firewall, denials, causes }
    }

    /// Whether one of the rules denies the traffic.
    fn denies(&self, traffic: Traffic) -> Truth {
        let mut found = Found::default();
        for (at, overrules) in &self.denials {
            let Some((id, _, denial)) = self.firewall.denials.get(*at) else { continue };
            found.add(self.scope, *id, denial.covers(self.rule, traffic).and(overrules.clone()));
            if !found.ids.is_empty() {
                return Truth::Known(true);
            }
        }
        add_causes(&mut found.causes, &self.causes);
        if found.causes.is_empty() { Truth::Known(false) } else { Truth::Unknown(found.causes) }
    }
}

/// The firewall of the judged resource: what it holds itself, or else what all resources that are rules of the same one
/// hold. With it, why unseen members of the unit may bring more of its rules.
fn firewall(scope: &RelationScope, direction: Direction) -> (Arc<Firewall>, Vec<Cause>) {
    let (index, resource) = (scope.index, scope.resource);
    let table = &index.tables.firewalls;
    let key = |key: FirewallKey| (resource.unit, key, direction);
    let Some(kind) = RULES.iter().find(|kind| resource.type_name == kind.type_name) else {
        let own = || made(denials(&rules(&resource.attrs, direction)).map(|one| (scope.id, Truth::Known(true), one)));
        return (table.get_or_make(key(FirewallKey::Own(scope.id)), own), Vec::new());
    };
    let Some(name) = resource.attrs.get(kind.firewall).filter(|name| !name.is_null()) else {
        return (Arc::default(), Vec::new());
    };
    let subject = index.subject(name, scope.id);
    let unknown = name.as_unknown();
    let apart = kind.apart.iter().map(|key| Some(resource.attrs.get(key)?.as_str()?.into())).collect();
    let shared = FirewallKey::Shared {
        type_name: kind.type_name,
        subject,
        text: name.as_str().map(Into::into),
        symbol: unknown.and_then(|unknown| unknown.symbol.clone()),
        causes: unknown.map(|unknown| unknown.causes.clone()).unwrap_or_default(),
        apart,
    };
    let firewall = table.get_or_make(key(shared), || shared_firewall(scope, kind, name, subject, direction));
    let openers = match kind.type_name {
        OF_NETWORKS => index.openers(resource.unit, &[], &[]),
        _ => index.openers(resource.unit, subject.as_slice(), &[name]),
    };
    (firewall, openers)
}

/// The rules of all resources that are rules of the firewall of that name.
fn shared_firewall(
    scope: &RelationScope,
    kind: &Rules,
    name: &Value,
    subject: Option<ResourceId>,
    direction: Direction,
) -> Firewall {
    let (index, resource) = (scope.index, scope.resource);
    let candidates = index.candidates(kind.type_name, resource.unit, kind.firewall, name, subject).unwrap_or_default();
    let is_apart = |id: ResourceId| {
        kind.apart.iter().any(|key| {
            let text = |attrs: &Value| attrs.get(key).and_then(Value::as_str).map(str::to_owned);
            text(&resource.attrs).zip(text(&index.get(id).attrs)).is_some_and(|(own, other)| own != other)
        })
    };
    let of = |id: ResourceId| {
        let attrs = &index.get(id).attrs;
        let is_in =
            attrs.get(kind.firewall).map_or(Truth::Known(false), |own| index.joins(own, resource.unit, name, subject));
        let is_out = is_in == Truth::Known(false) || is_apart(id);
        let found: Vec<Denial> = if is_out { Vec::new() } else { denials(&rules(attrs, direction)).collect() };
        found.into_iter().map(move |one| (id, is_in.clone(), one))
    };
    let mut firewall = made(candidates.compared.iter().flat_map(|id| of(*id)));
    if let Some(more) = candidates.more.and_then(|id| index.get(id).attrs.get(kind.firewall))
        && let Truth::Unknown(causes) = Truth::open(more).or_because_of(name)
    {
        add_causes(&mut firewall.causes, &causes);
    }
    firewall
}

/// A firewall with the first of its rules that deny something.
fn made(denials: impl Iterator<Item = (ResourceId, Truth, Denial)>) -> Firewall {
    let mut denials: Vec<_> = denials.collect();
    denials.sort_by_key(|(_, _, denial)| denial.number);
    let left_out = denials.get(FIREWALL_DENIALS).map(|(_, _, first)| {
        let why = Why::Limit("rules of a firewall that deny".into());
        (first.number, Cause { why, span: first.rule.origin.span })
    });
    denials.truncate(FIREWALL_DENIALS);
    Firewall { denials, left_out, causes: Vec::new() }
}
