//! The rights of Kubernetes service accounts: `account_rules`, `account_allows`, `account_is_controller`, and the bindings
//! of a role.
//!
//! Owns which cluster role bindings are found by an account. What a rule allows is for `functions::rbac` to say, and is
//! asked once for each role, however many accounts it is bound to.

use super::Index;
use super::functions::arguments::items;
use super::functions::rbac::{Wanted, covers, is_of_controller};
use super::relations::{RelationScope, named, type_argument};
use super::tables::{Accounts, NamedBy};
use crate::expr::EvalError;
use crate::expr::truth::{Truth, any};
use crate::model::{Resource, ResourceId, Text, Type, Value};
use crate::source::Span;

/// The names of the functions, sorted.
pub const RELATIONS: [&str; 4] = ["account_allows", "account_is_controller", "account_rules", "role_bindings"];

/// Calls the function `name`, when it is one of these.
pub fn call(scope: &RelationScope, name: &str, args: &[Value], span: Span) -> Option<Result<Value, EvalError>> {
    match name.strip_prefix("core::").unwrap_or(name) {
        "account_allows" => Some(account_allows(scope, args, span)),
        "account_is_controller" => Some(account_is_controller(scope, args, span)),
        "account_rules" => Some(account_rules(scope, args, span)),
        "role_bindings" => Some(role_bindings(scope, args, span)),
        _ => None,
    }
}

/// The one role that is in every cluster and has all rights.
const ADMINISTRATOR: &str = "cluster-admin";

/// `role_bindings(type)`: the bindings of a type (`RoleBinding` or `ClusterRoleBinding`) that bind the judged role, as
/// far as they are in the unit.
fn role_bindings(scope: &RelationScope, args: &[Value], span: Span) -> Result<Value, EvalError> {
    let type_name = type_argument(args, span)?;
    let role = scope.resource;
    let name = role.meta.get("name").and_then(Value::as_str);
    let named = |name| scope.index.named(role, type_name, NamedBy::Role, name);
    let mut bindings = name.map(named).unwrap_or_default();
    bindings.retain(|id| {
        let field = |field: &str| scope.index.get(*id).attrs.get("roleRef")?.get(field)?.as_str();
        field("name") == name && field("kind") == Some(role.type_name.as_str())
    });
    Ok(Value::tuple(bindings.into_iter().map(|id| scope.index.as_other(id).clone()).collect(), span))
}

/// `account_rules(name)`: the rules that the cluster role bindings of the unit give to a service account in the
/// namespace of the judged resource. `cluster-admin` is in every cluster, so its rule is known without its manifest.
fn account_rules(scope: &RelationScope, args: &[Value], span: Span) -> Result<Value, EvalError> {
    let mut rules = Vec::new();
    for role in roles(scope, type_argument(args, span)?) {
        rules.extend(bound(scope, role).flat_map(|id| rules_of(scope.index, id)).cloned());
        if role.as_str() == Some(ADMINISTRATOR) {
            let all = || Value::tuple(vec![Value::string("*", span)], span);
            let fields = ["apiGroups", "resources", "verbs"].map(|field| (field.into(), all()));
            rules.push(Value::object(fields.to_vec(), span));
        }
    }
    Ok(Value::tuple(rules, span))
}

/// `account_allows(name, group, resources, verbs)`: whether one of the rules of `account_rules(name)` allows one of the
/// verbs on one of the resources of an API group.
fn account_allows(scope: &RelationScope, args: &[Value], span: Span) -> Result<Value, EvalError> {
    let account = type_argument(args, span)?;
    let texts = |at: usize| args.get(at).map(items).unwrap_or_default().iter().filter_map(Value::as_str).collect();
    let group = args.get(1).and_then(Value::as_str).unwrap_or_default();
    let wanted = Wanted { group, resources: texts(2), verbs: texts(3) };
    if wanted.resources.is_empty() || wanted.verbs.is_empty() {
        return Err(EvalError::fatal("`account_allows` takes a name, an API group, resources and verbs.", span));
    }
    let asked = format!("{group}\n{}\n{}", wanted.resources.join(" "), wanted.verbs.join(" "));
    let allows = |role: &Value| {
        let is_administrator = Truth::Known(role.as_str() == Some(ADMINISTRATOR));
        any([is_administrator, any_rule(scope, role, &asked, |rule| covers(rule, &wanted))])
    };
    Ok(answer(any(roles(scope, account).map(allows)), span))
}

/// `account_is_controller(name)`: whether one of the rules of `account_rules(name)` is such as only controllers have.
fn account_is_controller(scope: &RelationScope, args: &[Value], span: Span) -> Result<Value, EvalError> {
    let account = type_argument(args, span)?;
    let controls = |role: &Value| any_rule(scope, role, "controller", is_of_controller);
    Ok(answer(any(roles(scope, account).map(controls)), span))
}

/// Whether a rule of a cluster role is such; `asked` names what is asked of the rules.
fn any_rule(scope: &RelationScope, role: &Value, asked: &str, holds: impl Fn(&Value) -> Truth) -> Truth {
    any(bound(scope, role).map(|id| {
        let truth = || any(rules_of(scope.index, id).iter().map(&holds));
        scope.index.tables.rights.get_or_make((id, asked.into()), truth).as_ref().clone()
    }))
}

fn answer(truth: Truth, span: Span) -> Value {
    match truth {
        Truth::Known(truth) => Value::bool(truth, span),
        Truth::Unknown(causes) => Value::unknown_of(Type::Bool, causes, span),
    }
}

/// The names of the cluster roles that are bound to an account in the namespace of the judged resource.
fn roles<'s>(scope: &'s RelationScope, account: &str) -> impl Iterator<Item = &'s Value> {
    let bindings = scope.index.bindings_of(scope.resource, account).into_iter();
    bindings.filter_map(|id| scope.index.get(id).attrs.get("roleRef")?.get("name"))
}

/// The cluster roles of a name.
fn bound(scope: &RelationScope, role: &Value) -> impl Iterator<Item = ResourceId> {
    named(scope, "ClusterRole", Some(role)).ids.into_iter()
}

/// The rules of a role.
fn rules_of<'a>(index: &Index<'a>, role: ResourceId) -> &'a [Value] {
    index.get(role).attrs.get("rules").map(items).unwrap_or_default()
}

impl Index<'_> {
    /// Returns the cluster role bindings whose subjects may be a service account of that name in the namespace of a
    /// resource, in the order of the model. Where one of the two names no namespace, they are taken to be together.
    fn bindings_of(&self, judged: &Resource, account: &str) -> Vec<ResourceId> {
        let all = self.tables.accounts.get_or_make(judged.unit, || {
            let mut all = Accounts::default();
            for (id, binding) in self.of_type("ClusterRoleBinding", judged.unit) {
                for subject in binding.attrs.get("subjects").map(items).unwrap_or_default() {
                    let Some((name, namespace)) = accounts_of(subject) else { continue };
                    all.entry(name.into()).or_default().entry(namespace.map(Into::into)).or_default().push(id);
                }
            }
            all
        });
        let own = judged.meta.get("namespace").and_then(Value::as_str);
        let together: [Option<Text>; 2] = [own.map(Into::into), None];
        let mut found: Vec<ResourceId> = Vec::new();
        for namespaces in [account, EVERY_ACCOUNT].into_iter().filter_map(|name| all.get(name)) {
            let fits = |namespace: &&Option<Text>| own.is_none() || together.contains(namespace);
            found.extend(namespaces.iter().filter(|(namespace, _)| fits(namespace)).flat_map(|(_, ids)| ids));
        }
        found.sort_unstable();
        found.dedup();
        found
    }
}

/// Stands for the name of every account of a namespace.
const EVERY_ACCOUNT: &str = "";

/// The service accounts that a subject of a binding stands for: a name, or [`EVERY_ACCOUNT`], and a namespace, or none
/// for all. Accounts are users, and members of groups, too.
fn accounts_of(subject: &Value) -> Option<(&str, Option<&str>)> {
    let field = |name: &str| subject.get(name).and_then(Value::as_str);
    let name = field("name")?;
    match field("kind")? {
        "ServiceAccount" => Some((name, field("namespace"))),
        "User" => {
            let (namespace, name) = name.strip_prefix("system:serviceaccount:")?.split_once(':')?;
            Some((name, Some(namespace)))
        }
        "Group" if matches!(name, "system:serviceaccounts" | "system:authenticated") => Some((EVERY_ACCOUNT, None)),
        "Group" => Some((EVERY_ACCOUNT, Some(name.strip_prefix("system:serviceaccounts:")?))),
        _ => None,
    }
}
