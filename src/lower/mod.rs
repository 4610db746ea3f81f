//! From trees to resources: one frontend a format.
//!
//! Owns what the files of a format mean. A frontend parses a tree once and lowers each unit with the inputs of an
//! environment; it returns what it could make of its input and the problems beside it, and never fails as a whole.
//! Knows no checks.

pub mod bake;
mod broken;
mod classify;
pub mod compose;
pub mod dockerfile;
mod environments;
mod frontend;
mod joined;
pub mod kubernetes;
pub mod pieces;
mod secrets;
pub mod terraform;
pub mod yaml;

pub use environments::{EachEnvironment, each, settable};
pub use frontend::{Build, DependsOn, Frontend, FrontendInput, Parsed, UnitPlan};

use crate::discover::Tree;
use crate::model::Lowered;
use crate::source::Sources;

/// The formats that are evaluated, in the order of their resources.
static FRONTENDS: [&dyn Frontend; 5] =
    [&terraform::Terraform, &kubernetes::Kubernetes, &compose::Compose, &bake::Bake, &dockerfile::Dockerfile];

/// What is given from outside and decides the values.
#[derive(Clone, Debug, Default)]
pub struct Inputs {
    /// Values for Terraform's root modules.
    pub variables: terraform::Variables,
    /// `--build-arg NAME=VALUE` for Dockerfiles.
    pub build_args: Vec<(String, String)>,
    /// `--target STAGE` for Dockerfiles.
    pub target: Option<String>,
    /// What charts are rendered with.
    pub charts: kubernetes::ChartInputs,
    /// The directory of the configuration that plans were made of, from the working directory.
    pub plan_for: Option<String>,
    /// Where Terraform's evaluation stops.
    pub limits: terraform::Limits,
}

/// Every resource of the tree in one environment.
pub fn lower(tree: &Tree, sources: &Sources, inputs: &Inputs) -> Lowered {
    each(tree, sources, &[inputs], &[]).next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::{Inputs, lower};
    use crate::discover::Memory;
    use crate::model::Owns;
    use crate::source::Sources;

    #[test]
    fn a_unit_knows_what_it_was_made_from_and_what_is_its_own() {
        let pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {containers: [{name: a, image: b}]}\n";
        let files = [
            ("img/Dockerfile", "FROM scratch\n"),
            ("img/.dockerignore", ".git\n"),
            (
                "infra/main.tf",
                "module \"m\" { source = \"../m\" }\nlocals { k = file(\"key.txt\") }\noutput \"k\" { value = local.k }\n",
            ),
            ("infra/key.txt", "1"),
            ("infra/terraform.tfvars", "a = 1\n"),
            ("m/main.tf", "variable \"a\" { default = 1 }\n"),
            ("over/kustomization.yaml", "resources: [../base]\n"),
            ("base/kustomization.yaml", "resources: [pod.yaml]\n"),
            ("base/pod.yaml", pod),
            ("plain/pod.yaml", pod),
        ];
        let (tree, sources) = (Memory::tree(files), Sources::default());
        let lowered = lower(&tree, &sources, &Inputs::default());
        let reads = |path: &str| {
            let unit = lowered.units.iter().find(|unit| unit.path == path).unwrap();
            let paths = unit.reads.digests(&sources).into_keys();
            (unit.owns, paths.filter(|path| files.iter().any(|(file, _)| file == path)).collect::<Vec<_>>())
        };
        let own = |paths: &[&str]| (Owns::Path, paths.iter().map(|path| (*path).to_owned()).collect::<Vec<_>>());
        assert_eq!(reads("infra"), own(&["infra/key.txt", "infra/main.tf", "infra/terraform.tfvars", "m/main.tf"]));
        assert_eq!(reads("over"), own(&["base/kustomization.yaml", "base/pod.yaml", "over/kustomization.yaml"]));
        assert_eq!(reads("img/Dockerfile"), own(&["img/.dockerignore", "img/Dockerfile"]));
        assert_eq!(reads("").0, Owns::Files);
        assert_eq!(reads("").1, ["plain/pod.yaml"]);
    }
}
