//! One file: what it is, and the objects in it.

use super::object::{Foreign, Object, objects};
use crate::model::{Cause, Reach, Text, Unseen, Why};
use crate::source::{Derived, Files, Kind, LedgerEntry, Level, Problem, Sources, Span, Status, extension, parent};
use crate::syntax::yaml::{self, Dialect, Stream};
use ecow::eco_format;

/// What became of one file.
#[derive(Debug)]
pub struct Manifest {
    /// Its line in the ledger.
    pub ledger: LedgerEntry,
    /// What could not be read.
    pub problems: Vec<Problem>,
    /// Its objects in order.
    pub objects: Vec<Object>,
    /// What of it would give further objects, if it could be read.
    pub unseen: Option<Unseen>,
}

impl Manifest {
    fn stopped(path: &str, kind: Kind, status: Status, reason: impl Into<String>) -> Self {
        let ledger = LedgerEntry::stopped(path, kind, status, reason);
        Self { ledger, problems: Vec::new(), objects: Vec::new(), unseen: None }
    }
}

impl Manifest {
    /// Nothing but an entry in the ledger: another format evaluates its objects.
    pub fn evaluated_elsewhere(path: &str) -> Self {
        let ledger = LedgerEntry::evaluated(path, Kind::Kubernetes);
        Self { ledger, problems: Vec::new(), objects: Vec::new(), unseen: None }
    }

    /// Nothing but an entry in the ledger: its objects are not applied.
    pub fn left_out(self, reason: &str) -> Self {
        Self::stopped(&self.ledger.file, Kind::Kubernetes, Status::Skipped, reason)
    }
}

/// Reads the file at `path`.
pub fn read(files: &dyn Files, sources: &Sources, path: &str, kind: Kind) -> Manifest {
    if kind == Kind::Helm
        && let Some(reason) = part_of_chart(files, path)
    {
        return Manifest::stopped(path, Kind::Helm, Status::Skipped, reason);
    }
    let kind = if extension(path) == "json" { Kind::Json } else { Kind::Yaml };
    let read = || files.read(path).map(|bytes| sources.add(path, yaml::decode(&bytes).text));
    let source = match sources.of_file(path).map_or_else(read, Ok) {
        Ok(source) => source,
        Err(error) => {
            let unseen = Some(unread(sources, "file", path));
            return Manifest { unseen, ..Manifest::stopped(path, kind, Status::Failed, error.to_string()) };
        }
    };
    let text = sources.get(source);
    let stream = yaml::read(&Derived::file(source, &text.text), Dialect::Kubernetes);
    judge(path, kind, &text.text, &stream)
}

/// A file or directory of which nothing can be read.
pub fn unread(sources: &Sources, what: &str, path: &str) -> Unseen {
    let span = Span::new(sources.add(path, ""), 0, 0);
    unseen(&format!("{what} `{path}`"), "cannot be read", span)
}

fn unseen(what: &str, why: &str, span: Span) -> Unseen {
    let cause = Cause { why: Why::Unseen(eco_format!("{what} {why}")), span };
    Unseen { what: what.into(), cause, reach: Reach::Unit }
}

/// Tells a manifest from other YAML by what could be read of it, and by what could not.
fn judge(path: &str, kind: Kind, text: &str, stream: &Stream) -> Manifest {
    let file = Text::from(path);
    let (mut found, mut problems, mut foreign) = (Vec::new(), Vec::new(), Vec::new());
    let broken = stream.problems.iter().find(|problem| problem.level == Level::Error);
    let mut lost = broken.map(|problem| problem.span);
    for document in &stream.documents {
        let content = objects(document, &file);
        let refused = content.problems.first().filter(|_| content.objects.is_empty());
        lost = lost.or(content.lost).or(refused.map(|problem| problem.span));
        found.extend(content.objects);
        problems.extend(content.problems);
        match content.foreign {
            None | Some(Foreign::Empty) => {}
            Some(what) => foreign.push((document.root.span, what)),
        }
    }
    let is_manifest = !found.is_empty() || !problems.is_empty();
    if !is_manifest && stream.problems.is_empty() {
        return without_objects(path, kind, &foreign);
    }
    if !is_manifest && !announces_object(text) {
        let reason = "no Kubernetes object: not valid YAML, and no apiVersion and kind";
        return downgraded(Manifest::stopped(path, kind, Status::Skipped, reason), &stream.problems);
    }
    if !is_manifest && is_template(text) {
        let reason = "a template, which has to be rendered first";
        let place = stream.problems.first().map(|problem| problem.span);
        let unseen = place.map(|place| unseen(&format!("template `{path}`"), "is not rendered", place));
        let manifest = Manifest { unseen, ..Manifest::stopped(path, Kind::Helm, Status::Skipped, reason) };
        return downgraded(manifest, &stream.problems);
    }
    let why = if found.is_empty() { "cannot be read" } else { "could be read only in part" };
    let unseen = lost.map(|place| unseen(&format!("file `{path}`"), why, place));
    for (span, _) in foreign {
        problems.push(Problem::error(span, "this document has no `apiVersion` and `kind`; `kubectl` refuses the file"));
    }
    problems.extend(stream.problems.iter().cloned());
    problems.sort_by_key(|problem| (problem.span.start, problem.span.end));
    let ledger = match problems.first() {
        None => LedgerEntry::evaluated(path, Kind::Kubernetes),
        Some(first) => {
            let status = if found.is_empty() { Status::Failed } else { Status::Partial };
            LedgerEntry::stopped(path, Kind::Kubernetes, status, first.message.clone())
        }
    };
    Manifest { ledger, problems, objects: found, unseen }
}

/// A file that was read whole and holds no object.
fn without_objects(path: &str, kind: Kind, foreign: &[(Span, Foreign)]) -> Manifest {
    let reason = if foreign.is_empty() { "empty" } else { "no apiVersion and kind" };
    let mut manifest = Manifest::stopped(path, kind, Status::Skipped, reason);
    let shapeless = foreign.iter().filter(|(_, what)| *what == Foreign::Shapeless);
    manifest.problems.extend(
        shapeless.map(|(span, _)| {
            Problem::note(*span, "no Kubernetes object: it is no mapping with `apiVersion` and `kind`")
        }),
    );
    manifest
}

/// The problems of a file that is left out for a stated reason are no failures of the scan.
fn downgraded(manifest: Manifest, problems: &[Problem]) -> Manifest {
    let problems = problems.iter().map(|problem| Problem { level: Level::Warning, ..problem.clone() }).collect();
    Manifest { problems, ..manifest }
}

/// Whether some line of the text begins with `apiVersion:` or holds it as a JSON key.
fn announces_object(text: &str) -> bool {
    text.lines().any(|line| {
        let line = line.trim_start_matches([' ', '\t', '-', '{', '"', '\'', '\u{feff}']);
        line.starts_with("apiVersion") || line.starts_with("kind:") || line.contains("\"apiVersion\"")
    })
}

/// Whether the text holds the actions of a template engine: `{{ … }}` of Helm, `{% … %}` of Jinja.
fn is_template(text: &str) -> bool {
    text.contains("{{") && text.contains("}}") || text.contains("{%") && text.contains("%}")
}

/// Whether a file belongs to a Helm chart, so that it is no manifest by itself.
pub fn is_part_of_chart(files: &dyn Files, path: &str) -> bool {
    part_of_chart(files, path).is_some()
}

/// Why a file of a Helm chart is left out, when it is one that a chart's rendering reads.
fn part_of_chart(files: &dyn Files, path: &str) -> Option<&'static str> {
    let name = path.rsplit('/').next().unwrap_or(path);
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    let directory = parent(path);
    let is_chart = |directory: &str| files.is_file(&within(directory, "Chart.yaml"));
    if matches!(name, "Chart.yaml" | "Chart.lock") || name == "requirements.yaml" && is_chart(directory) {
        return Some("metadata of a Helm chart");
    }
    if (stem == "values" || stem.starts_with("values-") || stem.starts_with("values.") || name == "values.schema.json")
        && is_chart(directory)
    {
        return Some("values of a Helm chart");
    }
    let mut ancestor = directory;
    while !ancestor.is_empty() {
        let above = parent(ancestor);
        if ancestor.rsplit('/').next() == Some("templates") && is_chart(above) {
            return Some("Helm templates are not rendered yet");
        }
        ancestor = above;
    }
    None
}

fn within(directory: &str, name: &str) -> String {
    if directory.is_empty() { name.to_owned() } else { format!("{directory}/{name}") }
}
