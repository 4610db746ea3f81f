//! Bake files: builds of images, as `docker buildx bake` reads them.
//!
//! Owns `docker-bake.hcl` and `docker-bake.json`: variables, functions, targets with what they inherit and their
//! matrices, and the override file beside them. Gives one `bake_target` for each target, with the attributes of the file
//! (`dockerfile` and `context` count from the root of the tree), and the builds of Dockerfiles that the targets are.
//! `meta.name` is the name of the target. A variable without a default is unknown, since the environment sets it.

mod scope;
mod target;

use super::{Build, DependsOn, Frontend, FrontendInput, Inputs, Parsed, UnitPlan};
use crate::model::{Address, Format, Lowered, Reads, Resource, Unit, Value};
use crate::source::{Files, Kind, LedgerEntry, Level, Problem, SourceId, Sources, Status, extension, join, parent};
use crate::syntax::hcl::{self, Body};
use ecow::eco_format;
use std::collections::BTreeSet;
use target::Target;

/// The format. Each file is a unit, with the override file beside it.
pub struct Bake;

impl Frontend for Bake {
    fn kinds(&self) -> &'static [Kind] {
        &[Kind::Bake]
    }

    fn read<'t>(&self, input: FrontendInput<'t>) -> Box<dyn Parsed + 't> {
        let (files, sources) = (input.files, input.sources);
        let all: BTreeSet<&str> = input.candidates.iter().map(|candidate| candidate.path.as_str()).collect();
        let mut read = Vec::new();
        for candidate in input.candidates.iter().filter(|candidate| override_of(&candidate.path, &all).is_none()) {
            let beside = all.iter().filter(|path| override_of(path, &all) == Some(candidate.path.as_str()));
            let paths = std::iter::once(candidate.path.as_str()).chain(beside.copied());
            read.push(BakeFile::read(paths, files, sources));
        }
        let plan = |(index, file): (usize, &BakeFile)| UnitPlan {
            index,
            path: file.path.clone(),
            depends_on: DependsOn::Nothing,
        };
        let plans = read.iter().enumerate().map(plan).collect();
        Box::new(BakeFiles { files, read, plans })
    }
}

/// The file that another one overrides, where both are there.
fn override_of<'p>(path: &str, all: &BTreeSet<&'p str>) -> Option<&'p str> {
    let (stem, _) = path.rsplit_once(".override.")?;
    ["hcl", "json"].iter().find_map(|ending| all.get(format!("{stem}.{ending}").as_str()).copied())
}

/// The files of a tree.
struct BakeFiles<'t> {
    files: &'t dyn Files,
    /// By number of the plan.
    read: Vec<BakeFile>,
    plans: Vec<UnitPlan>,
}

/// A file, with the one that overrides it.
struct BakeFile {
    path: String,
    sources: Vec<SourceId>,
    targets: Vec<Target>,
    problems: Vec<Problem>,
    ledger: Vec<LedgerEntry>,
}

impl BakeFile {
    fn read<'p>(paths: impl Iterator<Item = &'p str>, files: &dyn Files, sources: &Sources) -> Self {
        let (mut bodies, mut problems, mut read, mut ledger): (Vec<Body>, Vec<Problem>, Vec<_>, Vec<_>) =
            Default::default();
        let mut first = String::new();
        for path in paths {
            if first.is_empty() {
                path.clone_into(&mut first);
            }
            let text = files.read(path).map(String::from_utf8);
            let Ok(Ok(text)) = text else {
                let reason =
                    text.map_or_else(|error| error.to_string(), |_| "it is not UTF-8; save it as UTF-8".to_owned());
                ledger.push(LedgerEntry::stopped(path, Kind::Bake, Status::Failed, reason));
                continue;
            };
            let source = sources.of_file(path).unwrap_or_else(|| sources.add(path, text.as_str()));
            let (body, faults) = if extension(path) == "json" {
                hcl::parse_json(source, &text, &target::property)
            } else {
                hcl::parse(source, &text)
            };
            let error = faults.iter().find(|problem| problem.level == Level::Error);
            ledger.push(match error {
                Some(error) => LedgerEntry::stopped(path, Kind::Bake, Status::Partial, error.message.clone()),
                None => LedgerEntry::evaluated(path, Kind::Bake),
            });
            read.push(source);
            bodies.push(body);
            problems.extend(faults);
        }
        let targets = target::targets(&bodies, sources, &mut problems);
        Self { path: first, sources: read, targets, problems, ledger }
    }
}

impl Parsed for BakeFiles<'_> {
    fn plans(&self) -> &[UnitPlan] {
        &self.plans
    }

    fn lower(&self, plans: &[&UnitPlan], _: &Inputs) -> Vec<Lowered> {
        let unit = |plan: &&UnitPlan| self.read.get(plan.index).map(lowered).unwrap_or_default();
        plans.iter().map(unit).collect()
    }

    fn builds(&self) -> Vec<Build> {
        let built = |file: &BakeFile| {
            let targets = file.targets.iter().filter(|target| target.is_built);
            targets.filter_map(|target| self.build(target, parent(&file.path))).collect::<Vec<_>>()
        };
        self.read.iter().flat_map(built).collect()
    }

    fn finish(&self, _: &Inputs, lowered: &mut Lowered) {
        for file in &self.read {
            lowered.ledger.extend(file.ledger.iter().cloned());
            lowered.problems.extend(file.problems.iter().cloned());
        }
    }
}

/// The targets of a file as resources.
fn lowered(file: &BakeFile) -> Lowered {
    let mut lowered = Lowered::default();
    let reads = Reads { sources: file.sources.clone(), ..Reads::default() };
    let unit = lowered.add_unit(Unit { reads, ..Unit::new(Format::Compose, file.path.as_str()) });
    for target in &file.targets {
        lowered.add(Resource {
            format: Format::Compose,
            type_name: "bake_target".into(),
            families: &[],
            address: Address::other(None, eco_format!("target.{}", target.name)),
            attrs: target.attrs.clone(),
            meta: Value::object(
                vec![("name".into(), Value::string(target.name.clone(), target.header))],
                target.header,
            ),
            block: target.block,
            header: target.header,
            owner: None,
            unit,
            call: None,
            doubt: None,
            planned: None,
        });
    }
    lowered
}

impl BakeFiles<'_> {
    /// The build that a target is. Paths count from where Bake is started: the directory of the file, or the root.
    fn build(&self, target: &Target, directory: &str) -> Option<Build> {
        let text = |name: &str| target.attrs.get(name).and_then(Value::as_str);
        let is_inline = target.attrs.get("dockerfile-inline").is_some();
        let context = text("context").unwrap_or(".");
        if is_inline || context.contains("://") || context.contains("target:") {
            return None;
        }
        let file = text("dockerfile").unwrap_or("Dockerfile");
        let below = |start: &str| join(&join(start, context)?, file);
        let found = [directory, ""].into_iter().filter_map(below).find(|path| self.files.is_file(path))?;
        let args = target.attrs.get("args").and_then(Value::as_mapping);
        let args = args.into_iter().flat_map(|args| args.entries.iter().cloned()).filter(|(_, value)| !value.is_null());
        let images = target.attrs.get("tags").and_then(Value::as_items).unwrap_or_default();
        Some(Build {
            dockerfile: found,
            target: text("target").map(str::to_owned),
            args: args.collect(),
            images: images.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        })
    }
}

#[cfg(test)]
mod tests {
    use crate::discover::Memory;
    use crate::lower::{Inputs, lower};
    use crate::model::{Lowered, Value};
    use crate::source::{Sources, Status};

    fn lowered(files: &[(&str, &str)]) -> Lowered {
        lower(&Memory::tree(files.iter().copied()), &Sources::default(), &Inputs::default())
    }

    const FILE: &str = r#"
variable "TAG" { default = "1.2" }
variable "REGISTRY" {}
function "image" {
  params = [name]
  result = "example.com/${name}:${TAG}"
}
group "default" { targets = ["web", "jobs"] }
target "base" {
  args   = { VERSION = TAG, MODE = "base" }
  labels = { team = "shop" }
}
target "web" {
  inherits = ["base"]
  target   = "web"
  args     = { MODE = "web" }
  tags     = [image("web"), "${REGISTRY}/web"]
}
target "jobs" {
  name     = "jobs-${os}"
  inherits = ["base"]
  matrix   = { os = ["debian", "alpine"] }
  args     = { OS = os }
}
"#;

    fn shown(lowered: &Lowered, address: &str, name: &str) -> Vec<String> {
        let target = lowered.resources.iter().find(|resource| resource.address.as_str() == address).unwrap();
        let values = target.attrs.get(name).unwrap().elements();
        let text = |value: &Value| value.as_str().unwrap_or("?").to_owned();
        values.map(|(key, value)| format!("{}={}", key.as_str().unwrap_or_default(), text(value))).collect()
    }

    #[test]
    fn targets_inherit_and_are_multiplied() {
        let lowered = lowered(&[("docker-bake.hcl", FILE)]);
        assert_eq!(shown(&lowered, "target.web", "args"), ["MODE=web", "VERSION=1.2"]);
        assert_eq!(shown(&lowered, "target.web", "tags"), ["=example.com/web:1.2", "=?"]);
        assert_eq!(shown(&lowered, "target.jobs-alpine", "args"), ["MODE=base", "OS=alpine", "VERSION=1.2"]);
        assert_eq!(lowered.ledger[0].status, Status::Evaluated);
        assert!(lowered.problems.is_empty(), "{:?}", lowered.problems);
    }

    #[test]
    fn targets_decide_how_their_dockerfile_is_evaluated() {
        let dockerfile = "ARG VERSION\nARG MODE\nFROM example.com/${MODE}:${VERSION} AS web\nFROM web AS test\n";
        let json = r#"{"target": {"web": {"args": {"VERSION": "7", "MODE": "web"}, "target": "web"}}}"#;
        let lowered = lowered(&[("docker-bake.json", json), ("Dockerfile", dockerfile)]);
        let stages = lowered.resources.iter().filter(|resource| resource.type_name == "dockerfile_stage");
        let images = stages.filter_map(|stage| stage.attrs.get("base")?.get("image")?.as_str());
        let images: Vec<_> = images.filter(|image| *image != "web").collect();
        assert_eq!(images, ["example.com/web:7"], "the plain build has no arguments");
        let finals = lowered
            .resources
            .iter()
            .filter(|resource| resource.meta.get("is_final").and_then(Value::as_bool) == Some(true));
        let names: Vec<_> =
            finals.filter_map(|stage| stage.meta.get("name").or(stage.meta.get("stage"))?.as_str()).collect();
        assert!(names.contains(&"web") && names.contains(&"test"), "{names:?}");
    }
}
