//! Roles and bindings that Kubernetes itself ships.
//!
//! An object is one of them only if its content is: a name alone can be given to anything. Source: the bootstrap
//! policy of the API server (`plugin/pkg/auth/authorizer/rbac/bootstrappolicy` of Kubernetes: `policy.go`,
//! `controller_policy.go`, `namespace_policy.go`, from 1.21 on), "Default roles and role bindings" in "Using RBAC
//! Authorization", and kubeadm's binding of its group of administrators. What older releases bound by default and later
//! ones took back (discovery for anonymous users, `system:node` for all nodes) counts as written by somebody. What a shipped role holds differs between releases, so a role is compared by the rights
//! that matter: wildcards, secrets, commands in containers, and rights over other identities.

use super::arguments::{Arguments, items};
use super::rbac::{Wanted, covers};
use crate::expr::EvalError;
use crate::expr::truth::Truth;
use crate::model::Value;

/// `is_default_rbac(object)`: whether a role has the name and no more than the rights of a role that Kubernetes
/// ships, or a binding the name, the role and no more than the subjects of a shipped binding.
pub fn is_default(args: &Arguments) -> Result<Value, EvalError> {
    let object = args.get(0)?;
    let metadata = |field: &str| object.get("metadata").and_then(|metadata| metadata.get(field));
    let name = metadata("name").and_then(Value::as_str).unwrap_or_default();
    let is_default = match object.get("roleRef") {
        Some(role) => is_default_binding(name, role, object.get("subjects")),
        None => is_default_role(name, object.get("rules")),
    };
    Ok(args.truth(is_default))
}

/// Bindings that are not to the role of their own name, or not to the service account of a controller: the name, the
/// role, and the subjects that have it.
const BINDINGS: &[(&str, &str, &[&str])] = &[
    ("cluster-admin", "cluster-admin", &["system:masters"]),
    ("system:basic-user", "system:basic-user", &["system:authenticated"]),
    ("system:discovery", "system:discovery", &["system:authenticated"]),
    ("system:public-info-viewer", "system:public-info-viewer", &["system:authenticated", "system:unauthenticated"]),
    ("system:kube-controller-manager", "system:kube-controller-manager", &["system:kube-controller-manager"]),
    ("system:kube-scheduler", "system:kube-scheduler", &["system:kube-scheduler"]),
    ("system:volume-scheduler", "system:volume-scheduler", &["system:kube-scheduler"]),
    ("system:kube-dns", "system:kube-dns", &["kube-dns"]),
    ("system:node", "system:node", &[]),
    ("system:node-proxier", "system:node-proxier", &["system:kube-proxy", "kube-proxy"]),
    ("system:monitoring", "system:monitoring", &["system:monitoring"]),
    ("system:service-account-issuer-discovery", "system:service-account-issuer-discovery", &["system:serviceaccounts"]),
    ("system:cluster-trust-bundle-discovery", "system:cluster-trust-bundle-discovery", &["system:serviceaccounts"]),
    ("kubeadm:cluster-admins", "cluster-admin", &["kubeadm:cluster-admins"]),
    ("kubeadm:bootstrap-signer-clusterinfo", "kubeadm:bootstrap-signer-clusterinfo", &["system:anonymous"]),
];

/// The prefix of the roles of the controllers, each bound to the service account of its name in `kube-system`.
const CONTROLLER: &str = "system:controller:";

fn is_default_binding(name: &str, role: &Value, subjects: Option<&Value>) -> bool {
    let text = |of: &Value, field: &str| of.get(field).and_then(Value::as_str).unwrap_or_default().to_owned();
    let subjects = subjects.map(items).unwrap_or_default();
    let role = text(role, "name");
    if let Some(controller) = name.strip_prefix(CONTROLLER) {
        let is_account = |subject: &Value| {
            text(subject, "kind") == "ServiceAccount"
                && text(subject, "name") == controller
                && text(subject, "namespace") == "kube-system"
        };
        return role == name && subjects.iter().all(is_account);
    }
    let shipped = BINDINGS.iter().find(|(shipped, ..)| *shipped == name);
    shipped.is_some_and(|(_, shipped, allowed)| {
        let is_allowed = |subject: &Value| {
            let is_elsewhere = text(subject, "kind") == "ServiceAccount" && text(subject, "namespace") != "kube-system";
            allowed.contains(&text(subject, "name").as_str()) && !is_elsewhere
        };
        role == *shipped && subjects.iter().all(is_allowed)
    })
}

/// Shipped roles beside those of the controllers.
const ROLES: &[&str] = &[
    "admin",
    "cluster-admin",
    "edit",
    "extension-apiserver-authentication-reader",
    "kubeadm:bootstrap-signer-clusterinfo",
    "kubeadm:get-nodes",
    "system::leader-locking-kube-controller-manager",
    "system::leader-locking-kube-scheduler",
    "system:aggregate-to-admin",
    "system:aggregate-to-edit",
    "system:aggregate-to-view",
    "system:auth-delegator",
    "system:basic-user",
    "system:certificates.k8s.io:certificatesigningrequests:nodeclient",
    "system:certificates.k8s.io:certificatesigningrequests:selfnodeclient",
    "system:certificates.k8s.io:kube-apiserver-client-approver",
    "system:certificates.k8s.io:kube-apiserver-client-kubelet-approver",
    "system:certificates.k8s.io:kubelet-serving-approver",
    "system:certificates.k8s.io:legacy-unknown-approver",
    "system:cluster-trust-bundle-discovery",
    "system:discovery",
    "system:heapster",
    "system:kube-aggregator",
    "system:kube-controller-manager",
    "system:kube-dns",
    "system:kube-scheduler",
    "system:kubelet-api-admin",
    "system:monitoring",
    "system:node",
    "system:node-bootstrapper",
    "system:node-problem-detector",
    "system:node-proxier",
    "system:persistent-volume-provisioner",
    "system:public-info-viewer",
    "system:service-account-issuer-discovery",
    "system:volume-scheduler",
    "view",
];

/// A right that only some of the shipped roles have.
struct Right {
    groups: &'static [&'static str],
    resources: &'static [&'static str],
    verbs: &'static [&'static str],
    /// Whether the roles that edit a namespace have it.
    editors: bool,
    /// The others that have it.
    roles: &'static [&'static str],
}

impl Right {
    fn is_of(&self, role: &str) -> bool {
        self.editors && EDITORS.contains(&role) || self.roles.contains(&role)
    }
}

const WRITING: &[&str] = &["create", "update", "patch", "delete", "deletecollection"];
const EDITORS: &[&str] = &["admin", "edit", "system:aggregate-to-edit", "system:aggregate-to-admin"];

const RIGHTS: &[Right] = &[
    Right {
        groups: &[""],
        resources: &["secrets"],
        verbs: &["get", "list", "watch", "create", "update", "patch", "delete", "deletecollection"],
        editors: true,
        roles: &[
            "system:kube-controller-manager",
            "system:node",
            "system:controller:bootstrap-signer",
            "system:controller:expand-controller",
            "system:controller:generic-garbage-collector",
            "system:controller:legacy-service-account-token-cleaner",
            "system:controller:namespace-controller",
            "system:controller:persistent-volume-binder",
            "system:controller:resourcequota-controller",
            "system:controller:token-cleaner",
        ],
    },
    Right {
        groups: &[""],
        resources: &["pods/exec", "pods/attach", "pods/portforward"],
        verbs: &["create"],
        editors: true,
        roles: &[],
    },
    Right {
        groups: &[""],
        resources: &["serviceaccounts/token"],
        verbs: &["create"],
        editors: true,
        roles: &["system:kube-controller-manager", "system:node"],
    },
    Right { groups: &[""], resources: &["serviceaccounts"], verbs: &["impersonate"], editors: true, roles: &[] },
    Right { groups: &[""], resources: &["users", "groups"], verbs: &["impersonate"], editors: false, roles: &[] },
    Right {
        groups: &["rbac.authorization.k8s.io"],
        resources: &["roles", "rolebindings"],
        verbs: WRITING,
        editors: false,
        roles: &["admin", "system:aggregate-to-admin"],
    },
    Right {
        groups: &["rbac.authorization.k8s.io"],
        resources: &["clusterroles"],
        verbs: &["create", "update", "patch", "delete", "deletecollection", "escalate"],
        editors: false,
        roles: &["system:controller:clusterrole-aggregation-controller"],
    },
    Right {
        groups: &["rbac.authorization.k8s.io"],
        resources: &["clusterrolebindings"],
        verbs: WRITING,
        editors: false,
        roles: &[],
    },
    Right {
        groups: &["rbac.authorization.k8s.io"],
        resources: &["roles", "clusterroles"],
        verbs: &["bind"],
        editors: false,
        roles: &[],
    },
    Right {
        groups: &["rbac.authorization.k8s.io"],
        resources: &["roles"],
        verbs: &["escalate"],
        editors: false,
        roles: &[],
    },
    Right {
        groups: &["admissionregistration.k8s.io"],
        resources: &["validatingwebhookconfigurations", "mutatingwebhookconfigurations"],
        verbs: WRITING,
        editors: false,
        roles: &[],
    },
    Right {
        groups: &[""],
        resources: &["nodes/proxy"],
        verbs: &["get", "create"],
        editors: false,
        roles: &["system:kubelet-api-admin"],
    },
];

/// Shipped roles that write all resources (`*`) of all groups, with the verbs that they do not have: the garbage
/// collector changes owners, the namespace controller only deletes.
const OF_EVERYTHING: &[(&str, &[&str])] = &[
    ("system:controller:generic-garbage-collector", &["create", "impersonate", "bind", "escalate"]),
    (
        "system:controller:namespace-controller",
        &["create", "update", "patch", "watch", "impersonate", "bind", "escalate"],
    ),
];

fn is_default_role(name: &str, rules: Option<&Value>) -> bool {
    if name == "cluster-admin" {
        return true;
    }
    let is_shipped = ROLES.contains(&name) || name.starts_with(CONTROLLER);
    is_shipped && rules.map(items).unwrap_or_default().iter().all(|rule| is_shipped_rule(name, rule))
}

/// Whether a rule grants none of the rights that the shipped role of this name does not have.
fn is_shipped_rule(name: &str, rule: &Value) -> bool {
    let grants = |group: &str, resources: &[&str], verbs: &[&str]| {
        covers(rule, &Wanted { group, resources: resources.to_vec(), verbs: verbs.to_vec() }) != Truth::Known(false)
    };
    if let Some((_, lacking)) = OF_EVERYTHING.iter().find(|(shipped, _)| *shipped == name) {
        return !grants("*", &["*"], lacking);
    }
    !RIGHTS
        .iter()
        .filter(|right| !right.is_of(name))
        .any(|right| right.groups.iter().any(|group| grants(group, right.resources, right.verbs)))
        && !grants("", &["*"], WRITING)
}

#[cfg(test)]
mod tests {
    use super::{is_default_binding, is_default_role};
    use crate::model::{Text, Value};
    use crate::source::{SourceId, Span};

    const RBAC: &str = "rbac.authorization.k8s.io";
    const HERE: Span = Span { source: SourceId(0), start: 0, end: 0 };

    fn list(items: &[&str]) -> Value {
        Value::tuple(items.iter().map(|item| Value::string(*item, HERE)).collect(), HERE)
    }

    fn object(fields: &[(&str, Value)]) -> Value {
        Value::object(fields.iter().map(|(key, value)| (Text::from(*key), value.clone())).collect(), HERE)
    }

    fn role(name: &str, group: &str, resource: &str, verb: &str) -> bool {
        let fields = [("apiGroups", list(&[group])), ("resources", list(&[resource])), ("verbs", list(&[verb]))];
        is_default_role(name, Some(&Value::tuple(vec![object(&fields)], HERE)))
    }

    fn binding(name: &str, role: &str, subject: [&str; 3]) -> bool {
        let named = |text: &str| Value::string(text, HERE);
        let [kind, subject, namespace] = subject.map(named);
        let subject = object(&[("kind", kind), ("name", subject), ("namespace", namespace)]);
        is_default_binding(name, &object(&[("name", named(role))]), Some(&Value::tuple(vec![subject], HERE)))
    }

    #[test]
    fn a_role_is_shipped_by_name_and_rights() {
        assert!(role("cluster-admin", "*", "*", "*"));
        assert!(role("edit", "", "secrets", "get"));
        assert!(role("system:controller:namespace-controller", "*", "*", "delete"));
        assert!(role("system:controller:resourcequota-controller", "*", "*", "list"));
        assert!(!role("admin", "*", "*", "*"));
        assert!(!role("view", "", "secrets", "get"));
        assert!(role("edit", "", "serviceaccounts", "impersonate"));
        assert!(!role("edit", "", "users", "impersonate"));
        assert!(!role("system:persistent-volume-provisioner", "", "secrets", "get"));
        assert!(!role("system:controller:namespace-controller", "*", "*", "update"));
        assert!(role("system:controller:clusterrole-aggregation-controller", RBAC, "clusterroles", "escalate"));
        assert!(!role("system:controller:clusterrole-aggregation-controller", RBAC, "clusterrolebindings", "update"));
        assert!(!role("system:all", "", "pods", "get"));
        assert!(!role("system:controller:job-controller", "*", "*", "*"));
    }

    #[test]
    fn a_binding_is_shipped_by_name_role_and_subjects() {
        assert!(binding("cluster-admin", "cluster-admin", ["Group", "system:masters", ""]));
        assert!(binding("system:controller:x", "system:controller:x", ["ServiceAccount", "x", "kube-system"]));
        assert!(binding("kubeadm:cluster-admins", "cluster-admin", ["Group", "kubeadm:cluster-admins", ""]));
        assert!(binding("system:discovery", "system:discovery", ["Group", "system:authenticated", ""]));
        assert!(!binding("system:discovery", "system:discovery", ["Group", "system:unauthenticated", ""]));
        assert!(!binding("system:node", "system:node", ["Group", "system:nodes", ""]));
        assert!(!binding("cluster-admin", "cluster-admin", ["ServiceAccount", "robot", "ops"]));
        assert!(!binding("system:discovery", "cluster-admin", ["Group", "system:authenticated", ""]));
        assert!(!binding("system:controller:x", "system:controller:x", ["ServiceAccount", "x", "default"]));
    }
}
