//! Compose projects to resources: the model that checks are written against.
//!
//! Owns what Compose files mean: variables, `extends`, `include`, files that override others, the short forms. Knows no
//! check and no engine: a service is what its project says.
//!
//! The resources are `compose_project`, and owned by it one `compose_service`, `compose_network`, `compose_volume`,
//! `compose_secret` and `compose_config` for each name below `services`, `networks`, …; `meta.name` is that name. Services
//! of all profiles are among them. Attributes have the names that they have in the file, and each is in its long form:
//!
//! | attribute of a service | |
//! |---|---|
//! | `ports` | `{host_ip, published, published_end, target, target_end, protocol, mode}`, numbers; the ends are those of a range. `published` is null where the engine chooses, `host_ip` where all addresses of the host are bound |
//! | `volumes` | `{type, source, target, read_only, …}` with `host_path`: the path of the host that is shown, also through a named volume that binds one |
//! | `environment` | name → text; what `env_file` sets is among it, and where such a file is not here there may be more |
//! | `labels` `annotations` `sysctls` `extra_hosts` `build.args` `build.labels` | name → text |
//! | `command` `entrypoint` | words |
//! | `networks` `depends_on` | name → settings |
//! | `devices` | `{source, target, permissions}` |
//! | `secrets` `configs` | `{source, target, …}` |
//! | `env_file` | `{path, required, format}`; this path, and those of `build.context` and of secrets, count from the root of the tree |
//! | `ulimits` | name → `{soft, hard}` |
//! | `healthcheck.test` | words, `CMD-SHELL` first where a text is written |
//! | `limits` | `{memory, cpus, pids}`: what `deploy.resources.limits` says, else the older attributes |
//! | other lists | lists, also where a single text is written |
//!
//! **Values** know the line that wrote them, with hops for a variable of an env file, an anchor, an extended service and
//! an overriding file. A variable that no env file sets and that has no default is unknown, since the shell may set it.

mod builds;
mod canonical;
mod dotenv;
mod interpolation;
mod library;
mod loading;
mod merge;
mod mounts;
mod ports;
mod project;
mod resources;
mod shape;
mod variables;

use super::{Build, DependsOn, Frontend, FrontendInput, Inputs, Parsed, UnitPlan};
use crate::model::{Format, InputLanguage, LackedInput, Lowered, Reads, SettableInput, Unit, Value, Why, secrecy};
use crate::source::{Kind, LedgerEntry, Level, Recording, Status, join};
use library::Library;
use project::Project;
use rayon::prelude::*;
use std::collections::BTreeSet;

/// The format. Its units are projects: a default file with its override, or a file of its own.
pub struct Compose;

impl Frontend for Compose {
    fn kinds(&self) -> &'static [Kind] {
        &[Kind::Compose]
    }

    fn read<'t>(&self, input: FrontendInput<'t>) -> Box<dyn Parsed + 't> {
        let library = Library::new(input.files, input.sources);
        let paths: Vec<String> = input.candidates.into_iter().map(|candidate| candidate.path).collect();
        paths.par_iter().for_each(|path| _ = library.file(path));
        let projects = project::projects(&library, &paths, &input.deployed);
        let plan = |(index, project): (usize, &Project)| UnitPlan {
            index,
            path: project.path.clone(),
            depends_on: DependsOn::Nothing,
        };
        let plans = projects.iter().enumerate().map(plan).collect();
        Box::new(Projects { library, paths, all: projects, plans })
    }
}

/// The projects of a tree.
struct Projects<'t> {
    library: Library<'t>,
    /// The candidates.
    paths: Vec<String>,
    /// By number of the plan.
    all: Vec<Project>,
    plans: Vec<UnitPlan>,
}

impl Parsed for Projects<'_> {
    fn plans(&self) -> &[UnitPlan] {
        &self.plans
    }

    fn lower(&self, plans: &[&UnitPlan], _: &Inputs) -> Vec<Lowered> {
        let unit = |plan: &&UnitPlan| self.all.get(plan.index).map(|project| self.project(project));
        plans.par_iter().map(|plan| unit(plan).unwrap_or_default()).collect()
    }

    fn builds(&self) -> Vec<Build> {
        let of_project = |project: &Project| {
            let model = loading::load(&self.library, project, self.library.files);
            model.map(|model| builds::of_model(&model)).unwrap_or_default()
        };
        self.all.par_iter().flat_map_iter(of_project).collect()
    }

    /// A variable that no file sets: the `.env` of the project would, which counts for what it includes too.
    fn settable(&self, plan: &UnitPlan, lacked: &LackedInput, _: &Inputs) -> Option<SettableInput> {
        let Why::Environment(name) = &lacked.cause.why else { return None };
        let project = self.all.get(plan.index)?;
        Some(SettableInput {
            name: name.clone(),
            file: join(&project.directory, ".env")?,
            language: InputLanguage::Env,
            path: vec![name.clone()],
            placeholder: Value::string("", lacked.cause.span),
            is_secret: secrecy::is_secret_name(name),
        })
    }

    fn finish(&self, _: &Inputs, lowered: &mut Lowered) {
        for path in &self.paths {
            match self.library.file(path) {
                Ok(file) => {
                    let source = file.source;
                    let text = self.library.sources.get(source);
                    if file.is_broken() && is_template(&text.text) {
                        let reason = "a template, which has to be rendered first";
                        lowered.ledger.push(LedgerEntry::stopped(path, Kind::Compose, Status::Skipped, reason));
                        continue;
                    }
                    lowered.problems.extend(file.problems.iter().cloned());
                    let of_file = |span: crate::source::Span| span.source == source;
                    let mut all = lowered.problems.iter().filter(|problem| of_file(problem.span));
                    let error = all.find(|problem| problem.level == Level::Error);
                    let entry = match error {
                        None => LedgerEntry::evaluated(path, Kind::Compose),
                        Some(error) => {
                            let status = if file.documents.is_empty() { Status::Failed } else { Status::Partial };
                            LedgerEntry::stopped(path, Kind::Compose, status, error.message.clone())
                        }
                    };
                    lowered.ledger.push(entry);
                }
                Err(reason) => {
                    lowered.ledger.push(LedgerEntry::stopped(path, Kind::Compose, Status::Failed, reason));
                }
            }
        }
    }
}

impl Projects<'_> {
    fn project(&self, project: &Project) -> Lowered {
        let mut lowered = Lowered::default();
        let files = Recording::new(self.library.files);
        let Some(model) = loading::load(&self.library, project, &files) else { return lowered };
        let sources: BTreeSet<_> = model.read.iter().copied().collect();
        let (sources, answers) = (sources.into_iter().collect(), files.answers());
        let reads = Reads { sources, answers, ..Reads::default() };
        let unseen = model.unseen.clone();
        let unit = lowered.add_unit(Unit { reads, unseen, ..Unit::new(Format::Compose, project.path.as_str()) });
        resources::add(&model, unit, &mut lowered);
        lowered.problems = model.problems;
        lowered
    }
}

/// Whether a template engine has to render the text first.
fn is_template(text: &str) -> bool {
    text.contains("{{") || text.contains("{%")
}

#[cfg(test)]
mod tests;
