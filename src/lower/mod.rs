//! From trees to resources: one frontend a format.
//!
//! Owns what the files of a format mean. Each frontend returns what it could make of its input and
//! the problems beside it; none fails as a whole. Knows no checks.

pub mod dockerfile;
pub mod kubernetes;
mod secrets;
pub mod terraform;

use crate::discover::Tree;
use crate::model::Lowered;
use crate::source::{Kind, Sources, parent};
use std::collections::BTreeMap;

/// What is given from outside and decides the values.
#[derive(Clone, Debug, Default)]
pub struct Inputs {
    /// Values for Terraform's root modules.
    pub variables: terraform::Variables,
    /// `--build-arg NAME=VALUE` for Dockerfiles.
    pub build_args: Vec<(String, String)>,
    /// `--target STAGE` for Dockerfiles.
    pub target: Option<String>,
    /// Where Terraform's evaluation stops.
    pub limits: terraform::Limits,
}

/// Every resource of the tree.
pub fn lower(tree: &Tree, sources: &Sources, inputs: &Inputs) -> Lowered {
    let files = tree.files.as_ref();
    let directories = terraform_directories(tree);
    let dockerfiles: Vec<String> = tree.of(&[Kind::Dockerfile]).map(|candidate| candidate.path.clone()).collect();
    let manifests: Vec<_> = tree.of(&[Kind::Yaml, Kind::Json, Kind::Kustomization]).cloned().collect();
    let terraform = || {
        let mut lowered = terraform::lower(&terraform::Input {
            files,
            sources,
            directories: &directories,
            variables: &inputs.variables.from_directory(&tree.directory),
            limits: inputs.limits,
        });
        kubernetes::add_described(&mut lowered, sources);
        lowered
    };
    let kubernetes = || kubernetes::lower(&kubernetes::Input { files, sources, candidates: &manifests });
    let dockerfile = || {
        dockerfile::lower(&dockerfile::Input {
            files,
            sources,
            candidates: &dockerfiles,
            build_args: &inputs.build_args,
            target: inputs.target.as_deref(),
        })
    };
    let (mut lowered, (kubernetes, dockerfile)) = rayon::join(terraform, || rayon::join(kubernetes, dockerfile));
    lowered.append(kubernetes);
    lowered.append(dockerfile);
    lowered.ledger.extend(tree.left_out.iter().cloned());
    secrets::hide(&mut lowered, sources);
    lowered
}

/// The directories that hold Terraform files, sorted, each with its files.
fn terraform_directories(tree: &Tree) -> Vec<terraform::Directory> {
    let mut directories: BTreeMap<&str, Vec<(String, Kind)>> = BTreeMap::new();
    for file in tree.of(&[Kind::Terraform, Kind::TerraformJson, Kind::TerraformVariables]) {
        directories.entry(parent(&file.path)).or_default().push((file.path.clone(), file.kind));
    }
    let directory = |(path, files): (&str, _)| terraform::Directory { path: path.to_owned(), files };
    directories.into_iter().map(directory).collect()
}
