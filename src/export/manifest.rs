//! The policy and its binding as YAML.

use super::Refusal;
use super::subject::{Kind, Subject, VARIABLES};
use super::term::quoted;
use super::translate::Translator;
use crate::admission::plural;
use crate::check::{Enforce, Meta, Page, Policy};
use crate::source::prose::sentence;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

/// What the binding does with an object that the policy refuses.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Action {
    /// Refuses it.
    #[default]
    Deny,
    /// Warns the user.
    Warn,
    /// Writes to the audit log.
    Audit,
}

impl Action {
    /// The word of the API for it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Deny => "Deny",
            Self::Warn => "Warn",
            Self::Audit => "Audit",
        }
    }
}

/// A check as a ValidatingAdmissionPolicy.
#[derive(Clone, Debug)]
pub struct Exported {
    /// The name of the policy and of its binding.
    pub name: String,
    /// The kinds that it is about.
    pub kinds: BTreeSet<Kind>,
    meta: std::sync::Arc<Meta>,
    validations: Vec<Validation>,
}

/// What must hold.
#[derive(Clone, Debug)]
struct Validation {
    expression: String,
    /// The message, where it can be said in CEL.
    message: Option<String>,
    /// The kinds that it is about.
    kinds: BTreeSet<Kind>,
}

/// Translates a check.
pub fn of(page: &Page) -> Result<Exported, Refusal> {
    if !page.paths.is_empty() {
        return Err(Refusal::Path);
    }
    if !page.inputs.is_empty() {
        return Err(Refusal::Inputs);
    }
    let mut validations = Vec::new();
    for policy in &page.policies {
        for (subject, kinds) in Subject::of(&policy.patterns)? {
            for enforce in &policy.enforces {
                validations.push(validation(policy, enforce, subject, &kinds)?);
            }
        }
    }
    let kinds: BTreeSet<Kind> = validations.iter().flat_map(|validation| validation.kinds.iter().cloned()).collect();
    if kinds.is_empty() {
        let patterns = page.policies.iter().flat_map(|policy| &policy.patterns);
        let names: Vec<&str> = patterns.map(|pattern| pattern.text.as_str()).collect();
        return Err(Refusal::Kinds(names.join(", ")));
    }
    let name = page.meta.id.as_str().replace(['/', '_'], "-");
    Ok(Exported { name, kinds, meta: page.meta.clone(), validations })
}

fn validation(
    policy: &Policy,
    enforce: &Enforce,
    subject: Subject,
    kinds: &BTreeSet<Kind>,
) -> Result<Validation, Refusal> {
    let outer = Translator::new(subject, &policy.locals);
    let filter = policy.filter.as_ref().map(|filter| Ok(outer.term(filter)?.as_bool())).transpose()?;
    let loops = enforce.for_each.as_ref().map(|each| outer.term(each)).transpose()?;
    let inner = if loops.is_some() {
        outer.within([("each.key".into(), "key".into()), ("each.value".into(), "value".into())])
    } else {
        outer
    };
    let condition = inner.term(&enforce.condition)?.as_bool();
    let mut holds = condition.clone();
    if let Some(each) = &loops {
        holds = format!("{}.all(key, value, {holds})", each.elements());
    }
    if let Some(filter) = &filter {
        holds = format!("(!{filter} || {holds})");
    }
    // The message is of the first violation.
    let message = enforce.error_message.as_ref().and_then(|message| inner.term(message).ok()).map(|message| {
        let mut text = message.as_text();
        if let Some(each) = &loops {
            text = format!("{}.transformList(key, value, !{condition}, {text})[0]", each.elements());
        }
        if subject == Subject::Container {
            text = format!("variables.containers.transformList(i, c, !{holds}, {text})[0]");
        }
        text
    });
    let expression = match subject {
        Subject::Container => format!("variables.containers.all(i, c, {holds})"),
        Subject::Pod | Subject::Object => holds,
    };
    Ok(Validation { expression, message, kinds: kinds.clone() })
}

impl Exported {
    /// Returns the policy and its binding.
    pub fn yaml(&self, action: Action) -> String {
        let mut text = String::new();
        let _ = self.write(action, &mut text);
        text
    }

    fn write(&self, action: Action, out: &mut String) -> std::fmt::Result {
        let Self { name, meta, .. } = self;
        writeln!(out, "apiVersion: admissionregistration.k8s.io/v1\nkind: ValidatingAdmissionPolicy")?;
        writeln!(out, "metadata:\n  name: {name}\n  annotations:")?;
        writeln!(out, "    gatelint.github.io/check: {}", quoted(&meta.id))?;
        writeln!(out, "    gatelint.github.io/severity: {}", meta.severity)?;
        writeln!(
            out,
            "spec:\n  failurePolicy: Fail\n  matchConstraints:\n    matchPolicy: Equivalent\n    resourceRules:"
        )?;
        for (group, resources) in self.resources() {
            writeln!(out, "      - apiGroups: [{}]", quoted(&group))?;
            writeln!(out, "        apiVersions: [\"*\"]\n        operations: [CREATE, UPDATE]")?;
            writeln!(out, "        resources: [{}]", resources.join(", "))?;
        }
        let variables = self.variables();
        if !variables.is_empty() {
            writeln!(out, "  variables:")?;
        }
        for (name, expression) in variables {
            writeln!(out, "    - name: {name}\n      expression: |-\n{}", indented(expression))?;
        }
        writeln!(out, "  validations:")?;
        for validation in &self.validations {
            writeln!(out, "    - expression: |-\n{}", indented(&self.guarded(validation)))?;
            writeln!(out, "      message: {}", quoted(&sentence(&meta.title)))?;
            if let Some(message) = &validation.message {
                writeln!(out, "      messageExpression: |-\n{}", indented(message))?;
            }
            writeln!(out, "      reason: Forbidden")?;
        }
        writeln!(out, "---\napiVersion: admissionregistration.k8s.io/v1\nkind: ValidatingAdmissionPolicyBinding")?;
        writeln!(out, "metadata:\n  name: {name}\nspec:\n  policyName: {name}")?;
        writeln!(out, "  validationActions: [{}]", action.name())
    }

    /// The resources of the kinds, by group.
    fn resources(&self) -> BTreeMap<String, Vec<String>> {
        let mut groups: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (group, kind) in &self.kinds {
            groups.entry(group.clone()).or_default().push(plural(kind));
        }
        groups
    }

    /// A validation of some of the kinds holds for the others.
    fn guarded(&self, validation: &Validation) -> String {
        if validation.kinds == self.kinds {
            return validation.expression.clone();
        }
        let kinds: BTreeSet<String> = validation.kinds.iter().map(|(_, kind)| quoted(kind)).collect();
        let kinds: Vec<String> = kinds.into_iter().collect();
        format!("!(object.kind in [{}]) || {}", kinds.join(", "), validation.expression)
    }

    /// The variables that the validations use, and those that these use.
    fn variables(&self) -> Vec<(&'static str, &'static str)> {
        let mut used: String = self
            .validations
            .iter()
            .flat_map(|validation| [validation.expression.as_str(), validation.message.as_deref().unwrap_or_default()])
            .collect();
        let mut wanted = Vec::new();
        for (name, expression) in VARIABLES.into_iter().rev() {
            if used.contains(&format!("variables.{name}")) {
                used.push_str(expression);
                wanted.push((name, expression));
            }
        }
        wanted.reverse();
        wanted
    }
}

/// The lines of an expression in a block of YAML.
fn indented(text: &str) -> String {
    text.lines().map(|line| format!("        {line}")).collect::<Vec<_>>().join("\n")
}
