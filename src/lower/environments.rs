//! A tree in several environments: parsed once, and each unit lowered once for all environments in which its inputs
//! are the same.

use super::classify::{classified, unread};
use super::frontend::{Frontend, FrontendInput, Parsed, UnitPlan};
use super::{FRONTENDS, Inputs, kubernetes, secrets};
use crate::discover::Tree;
use crate::model::Lowered;
use crate::source::{LedgerEntry, Sources};
use rayon::prelude::*;

/// What the tree is with each of the `inputs`, in their order.
pub fn each<'t>(tree: &'t Tree, sources: &'t Sources, inputs: &[&'t Inputs]) -> EachEnvironment<'t> {
    let candidates = if inputs.is_empty() { Vec::new() } else { classified(tree, sources) };
    let (directory, files) = (tree.directory.as_str(), tree.files.as_ref());
    let read = |frontend: &&dyn Frontend| {
        let own = candidates.iter().filter(|candidate| frontend.kinds().contains(&candidate.kind));
        let parsed = frontend.read(FrontendInput { files, sources, candidates: own.cloned().collect(), directory });
        Format { kept: parsed.plans().iter().map(|_| None).collect(), parsed }
    };
    let formats = FRONTENDS.par_iter().map(read).collect();
    let is_read = |candidate: &_| FRONTENDS.iter().any(|frontend| frontend.kinds().contains(candidate));
    let left = candidates.iter().filter(|candidate| !is_read(&candidate.kind)).map(unread);
    let left_out = tree.left_out.iter().cloned().chain(left).collect();
    EachEnvironment { sources, left_out, inputs: inputs.to_vec(), at: 0, formats }
}

/// The environments that are yet to come, and what is shared between them.
pub struct EachEnvironment<'t> {
    sources: &'t Sources,
    /// The files that no frontend reads.
    left_out: Vec<LedgerEntry>,
    inputs: Vec<&'t Inputs>,
    at: usize,
    formats: Vec<Format<'t>>,
}

/// One format, with the units that are the same in the next environment.
struct Format<'t> {
    parsed: Box<dyn Parsed + 't>,
    /// By number of the plan.
    kept: Vec<Option<Lowered>>,
}

impl Iterator for EachEnvironment<'_> {
    type Item = Lowered;

    fn next(&mut self) -> Option<Lowered> {
        let inputs = *self.inputs.get(self.at)?;
        self.at += 1;
        let next = self.inputs.get(self.at).copied();
        let parts: Vec<Lowered> = if next.is_some() {
            self.formats.par_iter_mut().map(|format| format.lower(inputs, next)).collect()
        } else {
            // What was parsed is dropped as soon as its format is lowered for the last time.
            std::mem::take(&mut self.formats).into_par_iter().map(|mut format| format.lower(inputs, None)).collect()
        };
        let mut lowered = Lowered::default();
        for mut part in parts {
            kubernetes::add_described(&mut part, self.sources);
            lowered.append(part);
        }
        lowered.ledger.extend(self.left_out.iter().cloned());
        secrets::hide(&mut lowered, self.sources);
        Some(lowered)
    }
}

impl Format<'_> {
    /// All units with `inputs`. Keeps those that are the same with the inputs of the `next` environment.
    fn lower(&mut self, inputs: &Inputs, next: Option<&Inputs>) -> Lowered {
        let plans = self.parsed.plans();
        let missing = plans.iter().zip(&self.kept).filter(|(_, kept)| kept.is_none()).map(|(plan, _)| plan);
        let missing: Vec<&UnitPlan> = missing.collect();
        let mut made = self.parsed.lower(&missing, inputs).into_iter();
        let mut lowered = Lowered::default();
        for (plan, kept) in plans.iter().zip(&mut self.kept) {
            let unit = kept.take().or_else(|| made.next()).unwrap_or_default();
            if next.is_some_and(|next| plan.depends_on.agrees(inputs, next)) {
                *kept = Some(unit.clone());
            }
            lowered.append(unit);
        }
        self.parsed.finish(inputs, &mut lowered);
        lowered
    }
}

#[cfg(test)]
mod tests {
    use super::each;
    use crate::discover::{Memory, Tree};
    use crate::lower::Inputs;
    use crate::lower::terraform::{Assignment, Variables};
    use crate::model::Lowered;
    use crate::source::{Entry, Files, ReadError, Sources};
    use std::collections::BTreeMap;
    use std::sync::{Arc, Mutex};

    type Counts = Arc<Mutex<BTreeMap<String, usize>>>;

    /// Counts how often each file is read.
    struct Counting {
        files: Box<dyn Files>,
        counts: Counts,
    }

    impl Files for Counting {
        fn read(&self, path: &str) -> Result<Vec<u8>, ReadError> {
            *self.counts.lock().unwrap().entry(path.to_owned()).or_default() += 1;
            self.files.read(path)
        }

        fn list(&self, dir: &str) -> Result<Vec<Entry>, ReadError> {
            self.files.list(dir)
        }

        fn is_file(&self, path: &str) -> bool {
            self.files.is_file(path)
        }

        fn is_dir(&self, path: &str) -> bool {
            self.files.is_dir(path)
        }

        fn is_committed(&self, path: &str) -> bool {
            self.files.is_committed(path)
        }
    }

    fn inputs(environment: &str) -> Inputs {
        let value = Assignment::Value { name: "environment".into(), text: environment.into() };
        let variables = Variables { configured: vec![value], ..Variables::default() };
        let build_args = vec![("BASE".to_owned(), environment.to_owned())];
        Inputs { variables, build_args, ..Inputs::default() }
    }

    fn addresses(lowered: &Lowered) -> Vec<String> {
        lowered.resources.iter().map(|resource| resource.address.to_string()).collect()
    }

    #[test]
    fn each_file_is_read_once_for_all_environments() {
        let tree = Memory::tree([
            ("main.tf", "variable \"environment\" {}\nmodule \"m\" {\n source = \"./m\"\n name = var.environment\n}\n"),
            ("terraform.tfvars", "region = \"eu\"\n"),
            ("m/main.tf", "variable \"name\" {}\nresource \"aws_s3_bucket\" \"b\" {\n bucket = var.name\n}\n"),
            ("m/tests/a.tftest.hcl", "run \"a\" {}\n"),
            ("Dockerfile", "ARG BASE\nFROM $BASE\n"),
            (".dockerignore", ".git\n"),
            ("base/kustomization.yaml", "resources: [a.yaml]\n"),
            ("base/a.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n"),
            ("one/kustomization.yaml", "namePrefix: one-\nresources: [../base]\n"),
            ("two/kustomization.yaml", "namePrefix: two-\nresources: [../base]\npatches: [{path: p.yaml}]\n"),
            ("two/p.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {k: v}\n"),
            ("plain.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: plain}\n"),
            ("object.json", "{\"apiVersion\": \"v1\", \"kind\": \"ConfigMap\", \"metadata\": {\"name\": \"j\"}}\n"),
        ]);
        let counts = Counts::default();
        let files = Box::new(Counting { files: tree.files, counts: Arc::clone(&counts) });
        let tree = Tree { files, ..tree };
        let all = ["a", "b", "b"].map(inputs);
        let all: Vec<&Inputs> = all.iter().collect();
        let sources = Sources::default();
        let lowered: Vec<Lowered> = each(&tree, &sources, &all).collect();
        let counts = counts.lock().unwrap();
        assert_eq!(counts.len(), 13, "{counts:?}");
        assert!(counts.values().all(|count| *count == 1), "{counts:?}");
        let buckets = lowered.iter().flat_map(|lowered| &lowered.resources);
        let buckets = buckets.filter(|resource| resource.type_name == "aws_s3_bucket");
        let names: Vec<_> = buckets.filter_map(|bucket| bucket.attrs.get("bucket")?.as_str()).collect();
        assert_eq!(names, ["a", "b", "b"]);
        assert!(lowered.iter().all(|each| addresses(each) == addresses(&lowered[0])));
    }
}
