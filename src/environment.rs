//! Environments: the same files, evaluated with the values of each.
//!
//! Owns what each environment holds. Knows nothing of checks.

use crate::admission;
use crate::discover::Tree;
use crate::lower::{self, Inputs};
use crate::model::{Lowered, Resource, Text};
use crate::source::{Problem, Sources, Span, is_within};
use std::collections::BTreeSet;

/// One set of values from outside, such as those of production.
#[derive(Clone, Debug, Default)]
pub struct Environment {
    /// Its name; empty where there is only one and nobody named it.
    pub name: Text,
    /// Its values.
    pub inputs: Inputs,
    /// Paths from the root of the overlays, or directories of manifests, that belong to it.
    pub overlays: Vec<String>,
    /// Those that belong to other environments of the configuration, whether or not they are evaluated.
    pub elsewhere: Vec<String>,
}

impl Environment {
    /// Whether what lives at the path `home` is deployed in it: what an environment names is deployed in those that
    /// name it, and what none names is deployed in each.
    fn deploys(&self, home: &str) -> bool {
        let named = |overlays: &[String]| overlays.iter().any(|overlay| is_within(home, overlay));
        named(&self.overlays) || !named(&self.elsewhere)
    }
}

/// Lowers the tree in each of the environments, in their order, without the resources that are deployed elsewhere, and
/// evaluates the admission policies among the resources on the others.
pub fn each<'a>(
    tree: &'a Tree,
    sources: &'a Sources,
    environments: &'a [Environment],
) -> impl Iterator<Item = (&'a Environment, Lowered)> {
    let inputs: Vec<&Inputs> = environments.iter().map(|environment| &environment.inputs).collect();
    let named = environments.iter().flat_map(|environment| environment.overlays.iter().chain(&environment.elsewhere));
    let deployed: BTreeSet<String> = named.cloned().collect();
    let deployed: Vec<String> = deployed.into_iter().collect();
    environments.iter().zip(lower::each(tree, sources, &inputs, &deployed)).map(|(environment, mut lowered)| {
        if !environment.elsewhere.is_empty() {
            let deployed =
                |lowered: &Lowered, resource: &Resource| environment.deploys(&lowered.home(resource, sources));
            let is_empty = lowered.resources.is_empty();
            lowered.retain(deployed);
            if lowered.resources.is_empty() && !is_empty {
                lowered.problems.push(nothing_deployed(&environment.name, sources));
            }
        }
        admission::review(&mut lowered);
        (environment, lowered)
    })
}

/// An environment in which nothing is judged, though there are resources.
fn nothing_deployed(name: &Text, sources: &Sources) -> Problem {
    let span = Span::new(sources.add_input(format!("environment {name}"), ""), 0, 0);
    let message =
        format!("Nothing is deployed in the environment `{name}`: all resources belong to other environments.");
    Problem::warning(span, message).with_help("Correct the `overlays` of the environments.")
}

#[cfg(test)]
mod tests {
    use super::{Environment, each};
    use crate::discover::Memory;
    use crate::source::Sources;

    #[test]
    fn an_environment_in_which_nothing_is_judged_is_told() {
        let object = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n";
        let tree = Memory::tree([("dev/README.md", "Nothing yet.\n"), ("prod/a.yaml", object)]);
        let environment = |name: &str, own: &str, other: &str| Environment {
            name: name.into(),
            overlays: vec![own.into()],
            elsewhere: vec![other.into()],
            ..Environment::default()
        };
        let environments = [environment("dev", "dev", "prod"), environment("prod", "prod", "dev")];
        let sources = Sources::default();
        let told: Vec<(usize, usize)> = each(&tree, &sources, &environments)
            .map(|(_, lowered)| (lowered.resources.len(), lowered.problems.len()))
            .collect();
        assert_eq!(told, [(0, 1), (1, 0)]);
    }

    #[test]
    fn a_policy_that_is_not_evaluated_is_told_and_counted() {
        let template = "apiVersion: templates.gatekeeper.sh/v1\nkind: ConstraintTemplate\nmetadata: {name: k8sowners}\nspec:\n  \
                        crd: {spec: {names: {kind: K8sOwners}}}\n  targets:\n  - target: admission.k8s.gatekeeper.sh\n    \
                        rego: |\n      package k8sowners\n      violation[{\"msg\": \"x\"}] { time.now_ns() < 1 }\n";
        let policy = |name: &str, expression: &str| {
            format!(
                "---\napiVersion: policies.kyverno.io/v1\nkind: ValidatingPolicy\nmetadata: {{name: {name}}}\nspec:\n  \
                 matchConstraints:\n    resourceRules:\n    - {{apiGroups: [''], apiVersions: [v1], operations: [CREATE], \
                 resources: [pods]}}\n  validations:\n  - expression: {expression}\n"
            )
        };
        let (own, plain) =
            (policy("own", "resource.Get('v1', 'pods', 'a', 'b') == object"), policy("plain", "object.spec.a == 1"));
        let old = "---\napiVersion: kyverno.io/v1\nkind: ClusterPolicy\nmetadata: {name: old}\nspec: {rules: []}\n";
        let tree = Memory::tree([("policies.yaml", format!("{template}{own}{plain}{old}"))]);
        let sources = Sources::default();
        let [environment] = [Environment::default()];
        let environments = [environment];
        let (_, lowered) = each(&tree, &sources, &environments).next().unwrap();
        let told: Vec<(&str, u32)> = lowered
            .problems
            .iter()
            .map(|problem| (problem.message.as_str(), sources.get(problem.span.source).places(problem.span).0.line))
            .collect();
        assert_eq!(
            told,
            [
                ("The ValidatingPolicy 'own' is not evaluated: only Kyverno knows `resource`.", 20),
                ("This ClusterPolicy of Kyverno is not evaluated: its policy is not one in CEL on objects.", 33),
                ("ConstraintTemplate 'k8sowners' is not evaluated: the function `time.now_ns` is not supported.", 8),
            ]
        );
        let counted = lowered.resources.iter().filter_map(|resource| resource.meta.get("unevaluated")?.as_str());
        assert_eq!(counted.count(), 3);
    }
}
