//! Policies of Gatekeeper: a ConstraintTemplate is a policy, each constraint of its kind binds it with the
//! constraint itself as parameters.
//!
//! Sources, in open-policy-agent/gatekeeper and open-policy-agent/frameworks: `pkg/drivers/k8scel` (what a template means),
//! `pkg/util/enforcement_action.go` (actions), `pkg/client/crds` and `pkg/client/template_client.go` (what is
//! refused).

use super::constraint_match::ConstraintMatch;
use super::parameters::ParameterSchema;
use super::policy::{Binding, BindingMatch, BindingParams, Policy, PolicySource};
use super::rego::{RegoCode, RegoRefusal};
use super::selector::texts;
use crate::model::{Text, Value};
use crate::source::Span;

/// The group of templates.
pub const TEMPLATES: &str = "templates.gatekeeper.sh";

/// The group of constraints.
pub const CONSTRAINTS: &str = "constraints.gatekeeper.sh";

/// The group of Gatekeeper's configuration.
pub const CONFIGURATION: &str = "config.gatekeeper.sh";

/// A ConstraintTemplate.
pub struct Template {
    /// The kind of its constraints.
    pub kind: Text,
    /// The policy; `None` where it is not evaluated, or Gatekeeper refuses it.
    pub policy: Option<Policy>,
    /// Why its code is not evaluated though Gatekeeper takes it, with the place.
    pub unevaluated: Option<(String, Span)>,
    /// Why its code cannot be compiled, with the place.
    pub invalid: Option<(String, Span)>,
    /// Whether Gatekeeper refuses all of it.
    pub is_refused: bool,
    /// What Gatekeeper refuses or ignores, with the places.
    pub refused: Vec<(String, Span)>,
    /// `openAPIV3Schema`, and whether fields that it does not name are kept.
    schema: Option<Value>,
    is_legacy: bool,
}

/// A constraint.
pub struct Constraint {
    /// What it binds; `None` where Gatekeeper refuses it.
    pub binding: Option<Binding>,
    /// What Gatekeeper refuses, with the places.
    pub refused: Vec<(String, Span)>,
    /// The parameters that its template requires and it does not have, with the place.
    pub missing: Vec<(String, Span)>,
}

/// The value at the end of some steps.
fn at<'v>(value: &'v Value, path: &[&str]) -> Option<&'v Value> {
    path.iter().try_fold(value, |value, name| value.get(name)).filter(|value| !value.is_null())
}

fn text<'v>(value: &'v Value, path: &[&str]) -> Option<&'v str> {
    at(value, path)?.as_str()
}

fn items<'v>(value: &'v Value, path: &[&str]) -> &'v [Value] {
    at(value, path).and_then(Value::as_items).unwrap_or_default()
}

/// The engine of policies in CEL. It goes before Rego where a template has both.
const CEL_ENGINE: &str = "K8sNativeValidation";

/// The engine of policies in Rego.
const REGO_ENGINE: &str = "Rego";

/// Variables that a template must not define: Gatekeeper does.
const RESERVED: [&str; 2] = ["params", "anyObject"];

/// What no name in a template may begin with.
const RESERVED_PREFIX: &str = "gatekeeper_internal_";

impl Template {
    /// Reads a template; `None` of an object without a kind of constraints that is known.
    pub fn read(object: &Value, place: Span) -> Option<Self> {
        let kind: Text = text(object, &["spec", "crd", "spec", "names", "kind"])?.into();
        let name = at(object, &["metadata", "name"])?;
        let mut template = Self {
            kind: kind.clone(),
            policy: None,
            unevaluated: None,
            invalid: None,
            is_refused: true,
            refused: Vec::new(),
            schema: at(object, &["spec", "crd", "spec", "validation", "openAPIV3Schema"]).cloned(),
            is_legacy: Self::is_legacy(object),
        };
        let mut refuse = |message: String, place: Span| template.refused.push((message, place));
        if let Some(name) = name.as_str().filter(|name| !name.eq_ignore_ascii_case(&kind)) {
            let wanted = kind.to_lowercase();
            let message = format!("The name '{name}' of the template is not '{wanted}', its kind in lower case");
            refuse(message, at(object, &["metadata", "name"]).map_or(place, |name| name.origin.span));
        }
        let targets = items(object, &["spec", "targets"]);
        let [target] = targets else {
            let place = at(object, &["spec", "targets"]).map_or(place, |targets| targets.origin.span);
            refuse(format!("The template has {} targets instead of one", targets.len()), place);
            return Some(template);
        };
        let code = |engine: &str| {
            let code = items(target, &["code"]).iter().find(|code| text(code, &["engine"]) == Some(engine));
            code.and_then(|code| at(code, &["source"]))
        };
        let Some(source) = code(CEL_ENGINE) else {
            match code(REGO_ENGINE).unwrap_or(target) {
                source if at(source, &["rego"]).is_some() => template.read_rego(source, target, place),
                _ => refuse(format!("The template has code neither for the engine {CEL_ENGINE} nor in Rego"), place),
            }
            return Some(template);
        };
        for variable in items(source, &["variables"]) {
            let name = text(variable, &["name"]).unwrap_or_default();
            if RESERVED.contains(&name) || name.starts_with(RESERVED_PREFIX) {
                let place = variable.get("name").map_or(place, |name| name.origin.span);
                refuse(format!("The variable '{name}' has a name that Gatekeeper keeps for itself"), place);
            }
        }
        if let Some(policy) = at(source, &["failurePolicy"])
            && policy.as_str().is_some_and(|policy| !matches!(policy, "Fail" | "Ignore"))
        {
            refuse("The failure policy is neither Fail nor Ignore".into(), policy.origin.span);
        }
        template.is_refused = !template.refused.is_empty();
        if !template.is_refused {
            let operations = texts(target.get("operations"));
            template.policy = Some(Policy::of_template(kind, source, operations, place));
        }
        if let Some(ignored) = at(source, &["matchConditions"]) {
            let message = "Gatekeeper does not read `matchConditions`: the field of a template is `matchCondition`";
            template.refused.push((message.into(), ignored.origin.span));
        }
        Some(template)
    }

    /// The policy in Rego, if nothing of the template was refused. Source: pkg/client/drivers/rego/schema in
    /// open-policy-agent/frameworks.
    fn read_rego(&mut self, source: &Value, target: &Value, place: Span) {
        self.is_refused = !self.refused.is_empty();
        let Some(code) = at(source, &["rego"]).filter(|_| !self.is_refused) else { return };
        let is_v1 = text(source, &["version"]) == Some("v1");
        match RegoCode::read(code, items(source, &["libs"]), is_v1) {
            Ok(code) => {
                let operations = texts(target.get("operations"));
                self.policy = Some(Policy::of_rego(self.kind.clone(), code, operations, place));
            }
            Err(RegoRefusal { message, is_refused: false }) => self.unevaluated = Some((message, code.origin.span)),
            Err(RegoRefusal { message, .. }) => {
                self.is_refused = true;
                self.invalid = Some((message, code.origin.span));
            }
        }
    }

    /// Whether fields that the schema does not name are kept. The default is false only since v1.
    fn is_legacy(object: &Value) -> bool {
        let given = at(object, &["spec", "crd", "spec", "validation", "legacySchema"]).and_then(Value::as_bool);
        given.unwrap_or_else(|| text(object, &["apiVersion"]).is_some_and(|version| !version.ends_with("/v1")))
    }
}

impl Constraint {
    /// Reads a constraint of a template; `exempt` are the namespaces that the configuration of Gatekeeper leaves out.
    pub fn read(object: &Value, template: &Template, exempt: &[String], place: Span) -> Option<Self> {
        let name: Text = text(object, &["metadata", "name"])?.into();
        let mut constraint = Self { binding: None, refused: Vec::new(), missing: Vec::new() };
        let matching = ConstraintMatch::read(at(object, &["spec", "match"]), exempt);
        constraint.check(object, &matching, place);
        let completed = constraint.completed(object, template, place);
        // A constraint without any parameters is taken, and gives its template null.
        let is_taken =
            constraint.missing.is_empty() || completed.get("spec").is_none_or(|spec| spec.get("parameters").is_none());
        if constraint.refused.is_empty() && is_taken {
            constraint.binding = Some(Binding {
                source: PolicySource::Gatekeeper,
                name,
                policy: template.kind.clone(),
                place,
                actions: actions(object),
                matching: BindingMatch::Constraint(matching),
                params: BindingParams::Object(completed),
            });
        }
        Some(constraint)
    }

    fn check(&mut self, object: &Value, matching: &ConstraintMatch, place: Span) {
        let version = text(object, &["apiVersion"]).and_then(|version| version.rsplit('/').next()).unwrap_or_default();
        if !matches!(version, "v1beta1" | "v1alpha1") {
            let place = object.get("apiVersion").map_or(place, |value| value.origin.span);
            self.refused.push((format!("Constraints have no version '{version}', only v1beta1 and v1alpha1"), place));
        }
        if let Some(action) = at(object, &["spec", "enforcementAction"])
            && let Some(name) = action.as_str()
            && !matches!(name, "deny" | "warn" | "dryrun" | "scoped" | "")
        {
            let message = format!("The enforcement action '{name}' is not deny, warn, dryrun or scoped");
            self.refused.push((message, action.origin.span));
        }
        if text(object, &["spec", "enforcementAction"]) == Some("scoped") {
            self.check_scoped(object, place);
        }
        let selectors = [("labelSelector", &matching.labels), ("namespaceSelector", &matching.namespace_labels)];
        for (name, selector) in selectors {
            if let Some(operator) = selector.wrong_operator() {
                let place = at(object, &["spec", "match", name]).map_or(place, |value| value.origin.span);
                self.refused.push((format!("'{operator}' is not an operator of a label selector"), place));
            }
        }
        if let Some(source) = at(object, &["spec", "match", "source"])
            && source.as_str().is_some_and(|source| !matches!(source, "All" | "Generated" | "Original" | ""))
        {
            self.refused.push(("The source is not All, Generated or Original".into(), source.origin.span));
        }
    }

    fn check_scoped(&mut self, object: &Value, place: Span) {
        let Some(scoped) = at(object, &["spec", "scopedEnforcementActions"]) else {
            let place = at(object, &["spec", "enforcementAction"]).map_or(place, |action| action.origin.span);
            self.refused.push(("The action is scoped, and `scopedEnforcementActions` is absent".into(), place));
            return;
        };
        for one in scoped.as_items().unwrap_or_default() {
            if let Some(action) = at(one, &["action"])
                && action.as_str().is_some_and(|name| action_of(name).is_none())
            {
                let message = "The scoped enforcement action is not deny, warn or dryrun";
                self.refused.push((message.into(), action.origin.span));
            }
            for point in items(one, &["enforcementPoints"]) {
                let Some(name) = text(point, &["name"]).filter(|name| !POINTS.contains(name)) else { continue };
                let place = point.get("name").map_or(place, |value| value.origin.span);
                self.refused.push((format!("'{name}' is not an enforcement point"), place));
            }
        }
    }

    /// The constraint with the defaults of its template's schema.
    fn completed(&mut self, object: &Value, template: &Template, place: Span) -> Value {
        let mut completed = object.clone();
        let given = at(object, &["spec", "parameters"]);
        let Some(schema) = &template.schema else {
            if let Some(given) = given.filter(|given| !template.is_legacy && !given.is_unknown()) {
                let message = "The template has no schema for parameters, and refuses them";
                self.refused.push((message.into(), given.origin.span));
            }
            return completed;
        };
        let parameters = ParameterSchema::new(schema, template.is_legacy);
        let with_defaults = parameters.complete(given);
        match &with_defaults {
            Some(value) => {
                let required = |(message, _): &(String, Span)| message.ends_with("requires it");
                let refused = parameters.refused(value, "parameters");
                let (missing, refused): (Vec<_>, Vec<_>) = refused.into_iter().partition(required);
                self.missing.extend(missing);
                self.refused.extend(refused);
            }
            None if !items(schema, &["required"]).is_empty() => {
                let place = at(object, &["spec"]).and_then(|spec| spec.as_mapping()?.header).unwrap_or(place);
                self.missing.push(("`parameters` is absent, and the template requires some".into(), place));
            }
            None => {}
        }
        if let (Some(with_defaults), Some(fields)) = (with_defaults, completed.as_mapping_mut())
            && let Some(mut spec) = fields.remove("spec")
        {
            if let Some(parts) = spec.as_mapping_mut() {
                parts.set("parameters", with_defaults);
            }
            fields.set("spec", spec);
        }
        completed
    }
}

/// The places where Gatekeeper enforces constraints.
const POINTS: [&str; 5] = ["validation.gatekeeper.sh", "audit.gatekeeper.sh", "gator.gatekeeper.sh", "vap.k8s.io", "*"];

/// The points that decide whether an object comes in.
const ADMISSION_POINTS: [&str; 3] = ["validation.gatekeeper.sh", "vap.k8s.io", "*"];

/// Returns the action of a binding that an enforcement action is.
pub fn action_of(name: &str) -> Option<&'static str> {
    match name {
        "deny" => Some("Deny"),
        "warn" => Some("Warn"),
        "dryrun" => Some("Audit"),
        _ => None,
    }
}

/// What becomes of an object that violates a constraint. An action at another point than admission only records it.
fn actions(object: &Value) -> Vec<String> {
    let action = match text(object, &["spec", "enforcementAction"]).unwrap_or_default() {
        "scoped" => {
            let mut actions: Vec<String> = Vec::new();
            for one in items(object, &["spec", "scopedEnforcementActions"]) {
                for point in items(one, &["enforcementPoints"]) {
                    let name = text(point, &["name"]).unwrap_or_default();
                    let is_admission = ADMISSION_POINTS.contains(&name);
                    let action = if is_admission { text(one, &["action"]).and_then(action_of) } else { Some("Audit") };
                    actions.extend(action.map(str::to_owned));
                }
            }
            actions.sort();
            actions.dedup();
            return actions;
        }
        "" => "Deny",
        name => action_of(name).unwrap_or("Audit"),
    };
    vec![action.into()]
}

/// Returns the patterns of namespaces that a configuration of Gatekeeper leaves out at admission.
pub fn exempt(config: &Value) -> Vec<String> {
    let at_admission =
        |entry: &&Value| texts(entry.get("processes")).iter().any(|process| process == "*" || process == "webhook");
    let entries = items(config, &["spec", "match"]).iter().filter(at_admission);
    entries.flat_map(|entry| texts(entry.get("excludedNamespaces"))).collect()
}
