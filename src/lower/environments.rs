//! A tree in several environments: parsed once, and each unit lowered once for all environments in which its inputs
//! are the same.

use super::classify::{classified, unread};
use super::frontend::{Build, Frontend, FrontendInput, Parsed, UnitPlan};
use super::secrets::Secrets;
use super::{FRONTENDS, Inputs, kubernetes};
use crate::discover::{Candidate, Tree};
use crate::model::{LackedInput, Lowered, SettableInput};
use crate::source::{LedgerEntry, Sources};
use std::collections::BTreeSet;

/// What the tree is with each of the `inputs`, in their order. `deployed` are the paths that a configuration names as
/// what is deployed: each is a unit, even where something else uses it too.
pub fn each<'t>(
    tree: &'t Tree,
    sources: &'t Sources,
    inputs: &[&'t Inputs],
    deployed: &[String],
) -> EachEnvironment<'t> {
    let candidates = if inputs.is_empty() { Vec::new() } else { classified(tree, sources) };
    let formats = FRONTENDS.iter().map(|frontend| Format { frontend: *frontend, parsed: None, kept: Vec::new() });
    EachEnvironment {
        tree,
        sources,
        deployed: deployed.to_vec(),
        candidates,
        inputs: inputs.to_vec(),
        at: 0,
        formats: formats.collect(),
        secrets: Secrets::new(sources),
    }
}

/// Where each of the inputs that units of the tree lack would be set, with the inputs of one environment. Nothing is
/// lowered.
pub fn settable(tree: &Tree, sources: &Sources, inputs: &Inputs, all: &[&LackedInput]) -> Vec<Option<SettableInput>> {
    let each = each(tree, sources, &[inputs], &[]);
    let mut found: Vec<Option<SettableInput>> = vec![None; all.len()];
    for frontend in FRONTENDS {
        let parsed = frontend.read(each.input(frontend, BTreeSet::new(), Vec::new()));
        for (lacked, found) in all.iter().zip(&mut found).filter(|(_, found)| found.is_none()) {
            let mut plans = parsed.plans().iter().filter(|plan| plan.path == lacked.unit.as_str());
            *found = plans.find_map(|plan| parsed.settable(plan, lacked, inputs));
        }
    }
    found
}

/// The environments that are yet to come, and what is shared between them.
pub struct EachEnvironment<'t> {
    tree: &'t Tree,
    sources: &'t Sources,
    deployed: Vec<String>,
    candidates: Vec<Candidate>,
    inputs: Vec<&'t Inputs>,
    at: usize,
    formats: Vec<Format<'t>>,
    secrets: Secrets<'t>,
}

/// One format, with the units that are the same in the next environment.
struct Format<'t> {
    frontend: &'static dyn Frontend,
    /// From the first environment to the last one.
    parsed: Option<Box<dyn Parsed + 't>>,
    /// By number of the plan.
    kept: Vec<Option<Lowered>>,
}

impl<'t> EachEnvironment<'t> {
    /// The candidates of a format, to be read. `taken` are those that another format evaluates, `builds` those that the
    /// formats before it describe.
    fn input(&self, frontend: &dyn Frontend, taken: BTreeSet<String>, builds: Vec<Build>) -> FrontendInput<'t> {
        let own = self.candidates.iter().filter(|candidate| frontend.kinds().contains(&candidate.kind));
        FrontendInput {
            files: self.tree.files.as_ref(),
            sources: self.sources,
            candidates: own.cloned().collect(),
            directory: &self.tree.directory,
            deployed: self.deployed.clone(),
            apart: &self.tree.apart,
            left_out: &self.tree.left_out,
            taken,
            inputs: self.inputs.clone(),
            builds,
        }
    }

    /// The files that no frontend reads.
    fn left_out(&self) -> impl Iterator<Item = LedgerEntry> {
        let is_read = |kind: &_| FRONTENDS.iter().any(|frontend| frontend.kinds().contains(kind));
        let left = self.candidates.iter().filter(move |candidate| !is_read(&candidate.kind)).map(unread);
        self.tree.left_out.iter().cloned().chain(left)
    }
}

impl Iterator for EachEnvironment<'_> {
    type Item = Lowered;

    fn next(&mut self) -> Option<Lowered> {
        let inputs = *self.inputs.get(self.at)?;
        self.at += 1;
        let next = self.inputs.get(self.at).copied();
        let mut lowered = Lowered::default();
        // One after the other: in the only environment, no two formats are in memory as trees at the same time.
        let mut formats = std::mem::take(&mut self.formats);
        let mut taken = BTreeSet::new();
        let mut builds = Vec::new();
        for format in &mut formats {
            let frontend = format.frontend;
            let read = |builds| frontend.read(self.input(frontend, taken.clone(), builds));
            let mut part = format.lower(inputs, next, &mut builds, read);
            taken.extend(kubernetes::add_described(&mut part, self.sources));
            taken.extend(part.units.iter().flat_map(|unit| unit.reads.templates.iter().cloned()));
            lowered.append(part);
        }
        self.formats = formats;
        kubernetes::add_releases(&mut lowered, self.tree.files.as_ref(), self.sources, &inputs.charts);
        for unit in &mut lowered.units {
            unit.repository = self.tree.repository_of(&unit.path).into();
        }
        kubernetes::add_custom_problems(&mut lowered, self.sources);
        lowered.ledger.extend(self.left_out());
        self.secrets.hide(&mut lowered);
        Some(lowered)
    }
}

impl<'t> Format<'t> {
    /// All units with `inputs`. Keeps those that are the same with the inputs of the `next` environment, and drops what
    /// was parsed where there is none.
    fn lower(
        &mut self,
        inputs: &Inputs,
        next: Option<&Inputs>,
        builds: &mut Vec<Build>,
        read: impl FnOnce(Vec<Build>) -> Box<dyn Parsed + 't>,
    ) -> Lowered {
        let parsed = self.parsed.take().unwrap_or_else(|| {
            let parsed = read(builds.clone());
            builds.extend(parsed.builds());
            parsed
        });
        let plans = parsed.plans();
        self.kept.resize(plans.len(), None);
        let missing = plans.iter().zip(&self.kept).filter(|(_, kept)| kept.is_none()).map(|(plan, _)| plan);
        let missing: Vec<&UnitPlan> = missing.collect();
        let mut made = parsed.lower(&missing, inputs).into_iter();
        let mut lowered = Lowered::default();
        for (plan, kept) in plans.iter().zip(&mut self.kept) {
            let unit = kept.take().or_else(|| made.next()).unwrap_or_default();
            if next.is_some_and(|next| plan.depends_on.agrees(inputs, next)) {
                *kept = Some(unit.clone());
            }
            lowered.append(unit);
        }
        parsed.finish(inputs, &mut lowered);
        self.parsed = next.map(|_| parsed);
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
        files: Arc<dyn Files>,
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
        let variables = Variables { command_line: vec![value], ..Variables::default() };
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
        let files = Arc::new(Counting { files: tree.files, counts: Arc::clone(&counts) });
        let tree = Tree { files, ..tree };
        let all = ["a", "b", "b"].map(inputs);
        let all: Vec<&Inputs> = all.iter().collect();
        let sources = Sources::default();
        let lowered: Vec<Lowered> = each(&tree, &sources, &all, &[]).collect();
        let counts = counts.lock().unwrap();
        assert_eq!(counts.len(), 13, "{counts:?}");
        assert!(counts.values().all(|count| *count == 1), "{counts:?}");
        let buckets = lowered.iter().flat_map(|lowered| &lowered.resources);
        let buckets = buckets.filter(|resource| resource.type_name == "aws_s3_bucket");
        let names: Vec<_> = buckets.filter_map(|bucket| bucket.attrs.get("bucket")?.as_str()).collect();
        assert_eq!(names, ["a", "b", "b"]);
        assert!(lowered.iter().all(|each| addresses(each) == addresses(&lowered[0])));
    }

    #[test]
    fn each_environment_hides_its_own_secrets_in_all_files() {
        let (one, two) = ("correct-horse-1", "battery-staple-2");
        let notes = format!("locals {{\n first = \"{one}\"\n second = \"{two}\"\n}}\n");
        let database = "variable \"password\" {}\nresource \"aws_db_instance\" \"d\" {\n password = var.password\n}\n";
        let tree = Memory::tree([("main.tf", database), ("notes.tf", &notes)]);
        let all = [one, two, one].map(|password| {
            let value = Assignment::Value { name: "password".into(), text: password.into() };
            Inputs { variables: Variables { command_line: vec![value], ..Variables::default() }, ..Inputs::default() }
        });
        let all: Vec<&Inputs> = all.iter().collect();
        let sources = Sources::default();
        let hidden = each(&tree, &sources, &all, &[]).map(|lowered| {
            let places = lowered.secrets.iter().filter(|place| sources.get(place.source).path == "notes.tf");
            places.map(|place| sources.get(place.source).slice(*place).to_owned()).collect::<Vec<_>>()
        });
        assert_eq!(hidden.collect::<Vec<_>>(), [[one], [two], [one]]);
    }
}
