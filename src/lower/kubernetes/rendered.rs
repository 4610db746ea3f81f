//! What `helm template` printed: the chart that it was rendered from gives the places.
//!
//! Helm names the template above each document, as in `# Source: shop/templates/web.yaml`. What was printed decides what a
//! value is. The chart, if it lies in the tree, is rendered here too, and says where the value is written and which key
//! brings it. What is not rendered with the values that are known here is placed at the line of the template that says
//! the kind.

use super::Object;
use super::chart_objects;
use super::chart_values::GivenValues;
use super::helm::chart::{Chart, Charts, Metadata};
use crate::discover::TEMPLATE_MARK;
use crate::limits::charts::MOST_DIRECTORIES;
use crate::lower::FrontendInput;
use crate::lower::joined::Joining;
use crate::lower::yaml::source_of;
use crate::model::HopKind;
use crate::source::{Derived, Files, Problem, Span, join};
use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

/// Places the objects of a printed text in the templates that they were rendered from.
pub(super) fn place(objects: &mut [Object], input: &FrontendInput<'_>) -> Vec<Problem> {
    let Some(printed) = objects.first().map(|object| input.sources.get(object.header.source)) else {
        return Vec::new();
    };
    let templates = Templates::read(&printed.text);
    if templates.is_empty() {
        return Vec::new();
    }
    let inputs = input.inputs.first().map(|inputs| inputs.charts.seen_from_root(input.directory)).unwrap_or_default();
    let given = GivenValues::read(input.files, input.sources, input.directory, &inputs);
    let directories = chart_directories(input.files, input.directory);
    let mut charts: BTreeMap<&str, Option<PrintedChart>> = BTreeMap::new();
    let mut problems = Vec::new();
    for object in objects {
        let Some((name, template)) = templates.of(object.header).and_then(|path| path.split_once('/')) else {
            continue;
        };
        let chart = charts.entry(name).or_insert_with(|| {
            PrintedChart::find(name, template, &directories, input, &given)
                .map_err(|message| problems.push(Problem::note(object.header, message)))
                .ok()
        });
        chart.iter_mut().for_each(|chart| chart.place(object, template, input));
    }
    problems
}

/// Which template each part of a printed text is from.
struct Templates<'t>(Vec<(usize, Option<&'t str>)>);

impl<'t> Templates<'t> {
    fn read(text: &'t str) -> Self {
        let (mut found, mut at) = (Vec::new(), 0);
        for line in text.split_inclusive('\n') {
            if line.starts_with("---") {
                found.push((at, None));
            } else if let Some(path) = line.strip_prefix(TEMPLATE_MARK) {
                found.push((at, Some(path.trim_end())));
            }
            at += line.len();
        }
        Self(found)
    }

    fn is_empty(&self) -> bool {
        self.0.iter().all(|(_, template)| template.is_none())
    }

    /// The template of what is written at `place`: its chart and its path in that chart.
    fn of(&self, place: Span) -> Option<&'t str> {
        let after = self.0.partition_point(|(at, _)| *at <= place.start as usize);
        self.0.get(after.checked_sub(1)?)?.1
    }
}

/// A chart that printed objects are from.
struct PrintedChart {
    directory: String,
    /// What its templates become here, each object once: it is one of the printed ones.
    objects: BTreeMap<String, VecDeque<Object>>,
}

impl PrintedChart {
    /// The chart of the tree that has a name and a template.
    fn find(
        name: &str,
        template: &str,
        directories: &[String],
        input: &FrontendInput<'_>,
        given: &GivenValues<'_>,
    ) -> Result<Self, &'static str> {
        let is_meant = |directory: &&String| {
            Metadata::of_chart(directory, input.files).is_some_and(|metadata| metadata.name == name)
                && (template.starts_with("charts/")
                    || join(directory, template).is_some_and(|path| input.files.is_file(&path)))
        };
        let mut found = directories.iter().filter(is_meant);
        let directory = found.next().ok_or(
            "the chart that this was rendered from is not in this directory, so findings are placed in what was printed",
        )?;
        if found.next().is_some() {
            return Err("several charts here have the name of the one that this was rendered from, so findings are \
                        placed in what was printed");
        }
        let chart = Charts::new(input.files, input.sources, Vec::new()).chart(directory);
        let objects = chart.map(|chart| objects_by_template(&chart, given)).unwrap_or_default();
        Ok(Self { directory: directory.clone(), objects })
    }

    /// Places an object that was printed for a template.
    fn place(&mut self, object: &mut Object, template: &str, input: &FrontendInput<'_>) {
        let printed = input.sources.get(object.header.source).path.as_str().into();
        let joining = Joining { decided: HopKind::Rendered(printed) };
        if let Some(written) = self.take(object, template) {
            object.value = joining.value(&object.value, Some(&written.value), written.header);
            object.file = written.file;
            object.block = written.block;
            object.header = written.header;
            return;
        }
        let Some(path) = join(&self.directory, template) else { return };
        let Ok(source) = source_of(&path, input.files, input.sources) else { return };
        let template = input.sources.get(source);
        let whole = Derived::file(source, &template.text);
        object.block = whole.span(0..whole.text().len());
        object.header = whole.span(line_of_kind(whole.text(), object.field("kind").unwrap_or_default()));
        object.value = joining.value(&object.value, None, object.header);
        object.file = path.as_str().into();
    }

    /// Takes the object that a printed one is: of its kind, and of its name if there is one.
    fn take(&mut self, printed: &Object, template: &str) -> Option<Object> {
        let rendered = self.objects.get_mut(template)?;
        let is_kind = |object: &Object| object.field("kind") == printed.field("kind");
        let is_same = |object: &Object| is_kind(object) && object.metadata("name") == printed.metadata("name");
        let at = rendered.iter().position(is_same).or_else(|| rendered.iter().position(is_kind))?;
        rendered.remove(at)
    }
}

/// The directories with a chart, in and below a directory; nearest first.
fn chart_directories(files: &dyn Files, directory: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut waiting = VecDeque::from([directory.to_owned()]);
    for _ in 0..MOST_DIRECTORIES {
        let Some(directory) = waiting.pop_front() else { break };
        for entry in files.list(&directory).unwrap_or_default() {
            if !entry.is_dir && entry.name == "Chart.yaml" {
                found.push(directory.clone());
            } else if entry.is_dir && !entry.name.starts_with('.') && entry.name != "node_modules" {
                waiting.extend(join(&directory, &entry.name));
            }
        }
    }
    found
}

/// What a chart becomes here, by template.
fn objects_by_template(chart: &Arc<Chart>, given: &GivenValues<'_>) -> BTreeMap<String, VecDeque<Object>> {
    let rendering = given.render(chart);
    let mut all: BTreeMap<String, VecDeque<Object>> = BTreeMap::new();
    for document in &rendering.documents {
        let made = chart_objects::objects(&rendering, document, chart, given.sources);
        all.entry(document.path.clone()).or_default().extend(made.content.objects);
    }
    all
}

/// The line of a template that says a kind, else its first one.
fn line_of_kind(text: &str, kind: &str) -> std::ops::Range<usize> {
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let said = line.strip_prefix("kind:").map(|said| said.trim().trim_matches(['"', '\'']));
        if said == Some(kind) {
            return at..at + line.trim_end().len();
        }
        at += line.len();
    }
    0..text.lines().next().map_or(0, str::len)
}

#[cfg(test)]
mod tests {
    use super::{Templates, line_of_kind};
    use crate::source::{SourceId, Span};

    #[test]
    fn a_document_is_from_the_template_that_is_named_above_it() {
        let text = "---\n# Source: a/templates/x.yaml\nkind: A\n---\nkind: B\n---\n# Source: a/charts/b/templates/y.yaml\n\
                    # own\nkind: C\n";
        let templates = Templates::read(text);
        let of = |what: &str| {
            let at = text.find(what).unwrap();
            templates.of(Span::new(SourceId(0), at as u32, at as u32 + 1))
        };
        assert_eq!(of("kind: A"), Some("a/templates/x.yaml"));
        assert_eq!(of("kind: B"), None);
        assert_eq!(of("kind: C"), Some("a/charts/b/templates/y.yaml"));
        assert!(Templates::read("---\nkind: A\n").is_empty());
    }

    #[test]
    fn a_template_that_renders_to_nothing_here_is_placed_at_its_kind() {
        let text = "{{- if .Values.on }}\napiVersion: v1\nkind: \"Pod\"\n{{- end }}\n";
        assert_eq!(&text[line_of_kind(text, "Pod")], "kind: \"Pod\"");
        assert_eq!(&text[line_of_kind(text, "Secret")], "{{- if .Values.on }}");
    }
}
