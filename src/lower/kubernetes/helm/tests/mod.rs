//! Charts through the whole rendering: where each part of the output came from, what is unknown, and what ends.

mod hostile;
mod places;
mod unknown;

use super::chart::{Charts, Given, Input, KubeVersion, Release, Rendering, SetKind, Setting, render};
use super::render::Limits;
use crate::source::{Derived, Entry, Files, ReadError, Sources, Span, join};
use crate::syntax::yaml::{self, Dialect};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// A tree in memory.
struct Tree(BTreeMap<String, Vec<u8>>);

impl Files for Tree {
    fn read(&self, path: &str) -> Result<Vec<u8>, ReadError> {
        self.0.get(path).cloned().ok_or_else(|| ReadError::Missing(path.into()))
    }

    fn list(&self, directory: &str) -> Result<Vec<Entry>, ReadError> {
        let prefix = if directory.is_empty() { String::new() } else { format!("{directory}/") };
        let below = self.0.keys().filter_map(|path| path.strip_prefix(&prefix));
        let entry = |rest: &str| match rest.split_once('/') {
            Some((name, _)) => Entry { name: name.into(), is_dir: true },
            None => Entry { name: rest.into(), is_dir: false },
        };
        Ok(below.map(entry).collect::<BTreeSet<_>>().into_iter().collect())
    }

    fn is_file(&self, path: &str) -> bool {
        self.0.contains_key(path)
    }

    fn is_dir(&self, path: &str) -> bool {
        self.0.keys().any(|key| key.starts_with(&format!("{path}/")))
    }

    fn is_committed(&self, _: &str) -> bool {
        true
    }
}

/// A chart that was rendered.
struct Rendered {
    sources: Sources,
    rendering: Rendering,
    loading: Vec<String>,
}

impl Rendered {
    /// Renders the chart `c` of some files; `Chart.yaml` is there already. `set` are arguments of `--set`.
    fn new(files: &[(&str, &str)], values: Option<&str>, set: &[&str]) -> Self {
        let mut tree = BTreeMap::from([("c/Chart.yaml".to_owned(), b"name: c\nversion: 1.0.0\n".to_vec())]);
        tree.extend(files.iter().map(|(path, text)| (join("c", path).unwrap(), text.as_bytes().to_vec())));
        let (tree, sources) = (Tree(tree), Sources::default());
        let mut charts = Charts::new(&tree, &sources, Vec::new());
        let chart = charts.chart("c").unwrap();
        let value_files = values.map(|text| {
            let source = sources.add("prod.yaml", text);
            let stream = yaml::read_first(&Derived::file(source, text), Dialect::Kubernetes);
            Given::File(Arc::new(stream.documents[0].root.clone()))
        });
        let settings = set.iter().map(|text| {
            let span = Span::new(sources.add_input("--set", *text), 0, text.len() as u32);
            Given::Setting(Setting { kind: SetKind::Typed, text: (*text).to_owned(), span })
        });
        let release = Release {
            name: "rel".into(),
            namespace: "apps".into(),
            is_upgrade: false,
            kube_version: KubeVersion::parse("1.33.0").unwrap(),
            api_versions: Vec::new(),
        };
        let rendering = render(&Input {
            release,
            given: value_files.into_iter().chain(settings).collect(),
            setting_files: Vec::new(),
            skips_schema: false,
            limits: Limits::default(),
            chart: &chart,
        });
        let loading = charts.take_problems().into_iter().map(|problem| problem.message).collect();
        Self { sources, rendering, loading }
    }

    /// The only rendered text.
    fn text(&self) -> &Derived<'static> {
        &self.rendering.texts[0].1
    }

    /// What stands in a file at `span`, behind its path.
    fn at(&self, span: Span) -> String {
        let source = self.sources.get(span.source);
        format!("{}: {}", source.path.trim_start_matches("c/"), source.slice(span))
    }

    /// Of each piece of `needle` in the text: the text, where it stands, and the key that brought it.
    fn pieces(&self, needle: &str) -> Vec<(String, String, String)> {
        let text = self.text();
        let at = text.text().find(needle).unwrap_or_else(|| panic!("{needle} is not in {:?}", text.text()));
        let pieces = text.pieces(at..at + needle.len()).map(|piece| {
            let key = piece.note.map(|note| self.rendering.notes.path(note)).unwrap_or_default();
            (text.text()[piece.range.clone()].to_owned(), self.at(piece.span), key)
        });
        pieces.collect()
    }

    fn problems(&self) -> Vec<&str> {
        let stopped = self.rendering.stopped.iter().map(|stopped| &stopped.problem);
        self.rendering.problems.iter().chain(stopped).map(|problem| problem.message.as_str()).collect()
    }
}
