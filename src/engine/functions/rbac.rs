//! What rules of Kubernetes roles allow.

use super::arguments::{Arguments, items, items_of};
use crate::expr::EvalError;
use crate::expr::truth::{Truth, all, any};
use crate::model::Value;

/// `rbac_allows(rule, group, resources, verbs)`: whether a rule of a `Role` or `ClusterRole` allows one of the
/// verbs on one of the resources of an API group, for all names. The core group is `""`; subresources are
/// written `pods/exec`. Source: "Using RBAC Authorization" of the Kubernetes documentation; there, only `*`
/// alone, and `*/scale` for the subresource of all resources, stand for more than themselves.
pub fn allows(args: &Arguments) -> Result<Value, EvalError> {
    Ok(args.answer(asked(args)?))
}

/// `rbac_grants(rule, group, resources, verbs)`: the same of a rule that does not write all resources of the core
/// group: such a rule is reported once, as a wildcard, and not by the check of each resource in it.
pub fn grants(args: &Arguments) -> Result<Value, EvalError> {
    let everything = Wanted { group: "", resources: vec!["*"], verbs: vec!["create", "update", "patch"] };
    Ok(args.answer(all([asked(args)?, covers(args.get(0)?, &everything).negated()])))
}

/// `is_controller_role(role)`: whether a role is that of a controller. Only a controller updates the status or the
/// finalizers of resources outside the groups of Kubernetes' workloads (custom resources, Ingresses, webhooks), and
/// only programs with several replicas take part in a leader election, by updating Leases.
pub fn is_controller(args: &Arguments) -> Result<Value, EvalError> {
    let rules = items_of(args.get(0)?, "rules");
    Ok(args.answer(any(rules.iter().map(is_of_controller))))
}

/// Whether a rule is one that only controllers have.
pub fn is_of_controller(rule: &Value) -> Truth {
    any([controls(rule), elects(rule)])
}

fn controls(rule: &Value) -> Truth {
    all([
        listed(rule, "apiGroups", &|group| group.contains('.')),
        listed(rule, "resources", &|resource| resource.ends_with("/status") || resource.ends_with("/finalizers")),
        listed(rule, "verbs", &|verb| ["*", "update", "patch"].contains(&verb)),
    ])
}

fn elects(rule: &Value) -> Truth {
    all([
        listed(rule, "apiGroups", &|group| group == "coordination.k8s.io"),
        listed(rule, "resources", &|resource| resource == "leases"),
        listed(rule, "verbs", &|verb| ["*", "update", "patch"].contains(&verb)),
    ])
}

/// Whether one of the items of a field of a rule is such.
fn listed(rule: &Value, name: &str, holds: &dyn Fn(&str) -> bool) -> Truth {
    any(items_of(rule, name).iter().map(|item| Truth::of(item.as_str().map(holds), item)))
}

/// Rights that are asked for.
pub struct Wanted<'a> {
    /// The API group; the core group is empty.
    pub group: &'a str,
    /// Any of these resources.
    pub resources: Vec<&'a str>,
    /// Any of these verbs.
    pub verbs: Vec<&'a str>,
}

fn asked(args: &Arguments) -> Result<Truth, EvalError> {
    let texts = |at: usize| Ok(args.items(at)?.iter().filter_map(Value::as_str).collect());
    let wanted = Wanted { group: args.text(1)?.unwrap_or_default(), resources: texts(2)?, verbs: texts(3)? };
    Ok(covers(args.get(0)?, &wanted))
}

/// Whether a rule allows any of the wanted verbs on any of the wanted resources, whatever their names.
pub fn covers(rule: &Value, wanted: &Wanted) -> Truth {
    if rule.is_unknown() {
        return Truth::open(rule);
    }
    let for_all_names = match rule.get("resourceNames") {
        Some(names) if names.is_unknown() => Truth::open(names),
        names => Truth::Known(names.is_none_or(|names| items(names).is_empty())),
    };
    let field = |name: &str, holds: &dyn Fn(&str) -> bool| {
        let listed = rule.get(name).map(items).unwrap_or_default();
        any(listed.iter().map(|item| match item.as_str() {
            None if item.is_unknown() => Truth::open(item),
            text => Truth::Known(text.is_some_and(holds)),
        }))
    };
    all([
        for_all_names,
        field("apiGroups", &|listed| listed == "*" || listed == wanted.group),
        field("resources", &|listed| wanted.resources.iter().any(|resource| stands_for(listed, resource))),
        field("verbs", &|listed| listed == "*" || wanted.verbs.contains(&listed)),
    ])
}

/// Whether a resource that a rule lists is or includes the one that is asked for.
fn stands_for(listed: &str, resource: &str) -> bool {
    let any_parent = listed
        .strip_prefix("*/")
        .is_some_and(|listed| resource.split_once('/').is_some_and(|(_, subresource)| subresource == listed));
    listed == "*" || listed == resource || any_parent
}

#[cfg(test)]
mod tests {
    use super::super::call;
    use crate::model::{Text, Value};
    use crate::source::{SourceId, Span};

    const HERE: Span = Span { source: SourceId(0), start: 0, end: 0 };

    fn list(items: &[&str]) -> Value {
        Value::tuple(items.iter().map(|item| Value::string(*item, HERE)).collect(), HERE)
    }

    fn exec(fields: [&[&str]; 4]) -> Option<bool> {
        let names = ["apiGroups", "resources", "verbs", "resourceNames"].map(Text::from);
        let rule = Value::object(names.into_iter().zip(fields.map(list)).collect(), HERE);
        let args = [rule, Value::string("", HERE), list(&["pods/exec"]), list(&["create", "get"])];
        call("rbac_allows", &args, HERE, &crate::source::Sources::default(), &crate::expr::Budget::new())?
            .ok()?
            .as_bool()
    }

    #[test]
    fn a_rule_covers_what_it_lists_and_what_stars_stand_for() {
        assert_eq!(exec([&[""], &["pods/exec"], &["create"], &[]]), Some(true));
        assert_eq!(exec([&["*"], &["*"], &["*"], &[]]), Some(true));
        assert_eq!(exec([&[""], &["*/exec"], &["get"], &[]]), Some(true));
        assert_eq!(exec([&[""], &["pods"], &["create"], &[]]), Some(false));
        assert_eq!(exec([&[""], &["pods/*"], &["create"], &[]]), Some(false));
        assert_eq!(exec([&["apps"], &["pods/exec"], &["create"], &[]]), Some(false));
        assert_eq!(exec([&[""], &["pods/exec"], &["delete"], &[]]), Some(false));
        assert_eq!(exec([&[""], &["pods/exec"], &["create"], &["one"]]), Some(false));
    }
}
