//! `gatelint inspect`: what the analyzer saw.

use super::args::Inspect;
use super::{inspect_admission, inspect_cel, terminal};
use crate::discover::{self, Disk};
use crate::environment;
use crate::gate::Exit;
use crate::model::{Data, Format, Lowered, Resource, Text, UnitId, Value};
use crate::report::{json_string, neutral};
use crate::source::{Level, Problem, ProblemKind, Sources, Span};
use anyhow::Context as _;
use serde_json::Value as Json;
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;

/// Prints the evaluated model.
pub fn run(args: &Inspect) -> anyhow::Result<Exit> {
    if let Some(path) = &args.cel {
        std::io::stdout().lock().write_all(answers(path, inspect_cel::answer)?.as_bytes())?;
        return Ok(Exit::Open);
    }
    if let Some(path) = &args.admission {
        std::io::stdout().lock().write_all(answers(path, |case| Ok(inspect_admission::answer(case)))?.as_bytes())?;
        return Ok(Exit::Open);
    }
    let (paths, standard_input) = args.given.read()?;
    let (mut environment, scope) = args.configuration.one_environment(&paths, &args.values)?;
    // What is shown is what `helm template` would print; a scan evaluates definitions too.
    environment.inputs.charts.leaves_out_crds = !args.values.helm.includes_crds();
    let tree = standard_input.map_or_else(|| Disk::tree(&paths), |input| input.tree(&paths))?.within(&scope);
    let sources = Sources::default();
    let environments = [environment];
    let lowered = environment::each(&tree, &sources, &environments).next().map(|(_, lowered)| lowered);
    let lowered = lowered.unwrap_or_default();
    let writer = Writer { sources: &sources, show_sensitive: args.show_sensitive };
    match args.format.as_str() {
        // Harmless by its own escapes.
        "json" => std::io::stdout().lock().write_all(writer.json(&lowered).as_bytes())?,
        "human" => terminal::print(&writer.human(&lowered))?,
        other => anyhow::bail!("`{other}` is not a format of `inspect`: expected human or json"),
    }
    Ok(Exit::Open)
}

/// What a problem means for the model that is shown. What the tool of the format refuses is an error here, although a
/// scan is complete with it.
fn level(problem: &Problem) -> Level {
    if problem.kind == ProblemKind::Refused { Level::Error } else { problem.level }
}

/// Answers the cases of a file of JSON lines, a line each.
fn answers(path: &Path, answer: impl Fn(&Json) -> anyhow::Result<Json>) -> anyhow::Result<String> {
    let text = discover::read_text(path).with_context(|| format!("`{}` cannot be read", path.display()))?;
    let mut out = String::new();
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        let case = serde_json::from_str(line).with_context(|| format!("`{}` is not JSON lines", path.display()))?;
        let _ = writeln!(out, "{}", answer(&case)?);
    }
    Ok(out)
}

/// Whether a resource has a row of its own: parts of objects, and instructions of stages, stand in their owners.
fn has_row(resource: &Resource) -> bool {
    resource.owner.is_none() || resource.format == Format::Compose || resource.type_name == "dockerfile_stage"
}

/// The resources that have a row of their own. Where there is a plan, what it has counts, and not what else the
/// configuration declares.
fn rows(lowered: &Lowered) -> impl Iterator<Item = &Resource> {
    let is_planned = |unit: UnitId| lowered.units.get(unit.0 as usize).is_some_and(|unit| unit.is_planned);
    lowered.resources.iter().filter(move |resource| {
        let is_whole = has_row(resource);
        let is_there = is_whole && !resource.is_deleted();
        is_there && (resource.planned.is_some() || resource.is_managed() || !is_planned(resource.unit))
    })
}

/// The attributes of a resource: of a planned one all that its type has.
fn shown(resource: &Resource) -> &Value {
    resource.planned.as_ref().map_or(&resource.attrs, |planned| &planned.attrs)
}

struct Writer<'a> {
    sources: &'a Sources,
    show_sensitive: bool,
}

impl Writer<'_> {
    fn json(&self, lowered: &Lowered) -> String {
        let rows = rows(lowered).map(|resource| self.row(resource));
        let roots = lowered.units.iter().filter(|unit| unit.format == Format::Terraform);
        // Of roots that declare the same output, the outermost one is meant.
        let mut named = BTreeSet::new();
        let outputs = roots.flat_map(|unit| &unit.outputs).filter(|output| named.insert(&output.name)).map(|output| {
            let mut text = format!("{}: ", json_string(&output.name));
            self.value(&output.value, &mut text);
            text
        });
        let problems = lowered.problems.iter().map(|problem| self.problem(problem));
        format!(
            "{{\"resources\": [{}], \"outputs\": {{{}}}, \"problems\": [{}]}}\n",
            rows.collect::<Vec<_>>().join(",\n"),
            outputs.collect::<Vec<_>>().join(",\n"),
            problems.collect::<Vec<_>>().join(",\n"),
        )
    }

    fn row(&self, resource: &Resource) -> String {
        let source = self.sources.get(resource.header.source);
        let line = source.lines().line(resource.header.start);
        let mut attributes = String::new();
        self.value(shown(resource), &mut attributes);
        format!(
            "{{\"type\": {}, \"address\": {}, \"file\": {}, \"line\": {line}, \"attributes\": {attributes}}}",
            json_string(&resource.type_name),
            json_string(resource.address.as_str()),
            json_string(&source.path),
        )
    }

    fn problem(&self, problem: &Problem) -> String {
        format!(
            "{{\"level\": {}, \"message\": {}, \"location\": {}}}",
            json_string(level(problem).name()),
            json_string(&problem.message),
            self.location(problem.span)
        )
    }

    fn location(&self, span: Span) -> String {
        let source = self.sources.get(span.source);
        let (start, end) = source.places(span);
        format!(
            "{{\"file\": {}, \"start\": {{\"line\": {}, \"column\": {}}}, \"end\": {{\"line\": {}, \"column\": {}}}}}",
            json_string(&source.path),
            start.line,
            start.column,
            end.line,
            end.column
        )
    }

    fn value(&self, value: &Value, out: &mut String) {
        if value.sensitive && !self.show_sensitive {
            out.push_str("\"<redacted>\"");
            return;
        }
        match &value.data {
            Data::Null(_) => out.push_str("null"),
            Data::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
            // JSON has no infinity.
            Data::Number(number) if number.is_infinite() => out.push_str(&json_string(&number.to_string())),
            Data::Number(number) => {
                let _ = write!(out, "{number}");
            }
            Data::String(text) => out.push_str(&json_string(text)),
            Data::Sequence(sequence) => self.list(&sequence.items, out),
            Data::Mapping(mapping) => self.object(&mapping.entries, out),
            Data::Unknown(unknown) => {
                let why = unknown.causes.first().map(|cause| cause.why.to_string()).unwrap_or_default();
                let _ = write!(out, "{{\"$unknown\": {}}}", json_string(&why));
            }
        }
    }

    fn list(&self, items: &[Value], out: &mut String) {
        out.push('[');
        for (at, item) in items.iter().enumerate() {
            out.push_str(if at == 0 { "" } else { ", " });
            self.value(item, out);
        }
        out.push(']');
    }

    fn object(&self, entries: &[(Text, Value)], out: &mut String) {
        out.push('{');
        for (at, (key, value)) in entries.iter().enumerate() {
            let _ = write!(out, "{}{}: ", if at == 0 { "" } else { ", " }, json_string(key));
            self.value(value, out);
        }
        out.push('}');
    }

    fn human(&self, lowered: &Lowered) -> String {
        let mut out = String::new();
        for resource in rows(lowered) {
            let source = self.sources.get(resource.header.source);
            let line = source.lines().line(resource.header.start);
            let (path, address) = (neutral::path(&source.path), resource.address.to_string());
            let _ = writeln!(out, "{path}:{line}: {}", neutral::inline(&address));
            for (name, value) in shown(resource).as_mapping().into_iter().flat_map(|mapping| &mapping.entries) {
                let _ = write!(out, "    {} = ", neutral::inline(name));
                self.value(value, &mut out);
                out.push('\n');
            }
        }
        for problem in &lowered.problems {
            let source = self.sources.get(problem.span.source);
            let (start, _) = source.places(problem.span);
            let place = format!("{}:{}:{}", neutral::path(&source.path), start.line, start.column);
            let _ = writeln!(out, "{place}: {}: {}", level(problem).name(), neutral::inline(&problem.message));
        }
        out
    }
}
