//! What rules of Kubernetes roles allow.

use super::arguments::{Arguments, Truth, any, items};
use crate::expr::EvalError;
use crate::model::Value;

/// `rbac_allows(rule, group, resources, verbs)`: whether a rule of a `Role` or `ClusterRole` allows one of the
/// verbs on one of the resources of an API group, for all names. The core group is `""`; subresources are
/// written `pods/exec`. Source: "Using RBAC Authorization" of the Kubernetes documentation; there, only `*`
/// alone, and `*/scale` for the subresource of all resources, stand for more than themselves.
pub fn allows(args: &Arguments) -> Result<Value, EvalError> {
    let (rule, group) = (args.get(0)?, args.text(1)?.unwrap_or_default());
    let (resources, verbs) = (wanted(args.items(2)?), wanted(args.items(3)?));
    if rule.get("resourceNames").is_some_and(|names| !items(names).is_empty()) {
        return Ok(args.truth(false));
    }
    let field = |name: &str, holds: &dyn Fn(&str) -> bool| {
        let listed = rule.get(name).map(items).unwrap_or_default();
        any(listed, |item| if item.is_unknown() { None } else { Some(item.as_str().is_some_and(holds)) })
    };
    let parts = [
        field("apiGroups", &|listed| listed == "*" || listed == group),
        field("resources", &|listed| resources.iter().any(|resource| covers(listed, resource))),
        field("verbs", &|listed| listed == "*" || verbs.contains(&listed)),
    ];
    Ok(args.answer(all(parts)))
}

fn wanted(values: &[Value]) -> Vec<&str> {
    values.iter().filter_map(Value::as_str).collect()
}

fn covers(listed: &str, resource: &str) -> bool {
    let any_parent = listed
        .strip_prefix("*/")
        .is_some_and(|listed| resource.split_once('/').is_some_and(|(_, subresource)| subresource == listed));
    listed == "*" || listed == resource || any_parent
}

fn all(parts: [Truth; 3]) -> Truth {
    let mut unknown = Vec::new();
    for part in parts {
        match part {
            Truth::Known(true) => {}
            Truth::Known(false) => return Truth::Known(false),
            Truth::Unknown(causes) => unknown.extend(causes),
        }
    }
    if unknown.is_empty() { Truth::Known(true) } else { Truth::Unknown(unknown) }
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
        call("rbac_allows", &args, HERE, &crate::source::Sources::default())?.ok()?.as_bool()
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
