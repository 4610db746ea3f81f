//! A framework: its catalog, and the page that says which checks cover which control.

use crate::check::Check;
use crate::frame::{self, text};
use crate::texts;
use std::io;
use std::path::Path;

/// A file of `frameworks/`.
pub struct Framework {
    /// The name of the file without `.tsv`.
    pub name: String,
    /// The name that the publisher gives it.
    pub title: String,
    source: String,
    /// What the list of controls was checked against.
    checked: String,
    controls: Vec<[String; 3]>,
}

/// All frameworks, sorted by name.
pub fn read_all(dir: &Path) -> io::Result<Vec<Framework>> {
    let read = |(name, text): (String, String)| {
        let mut lines = text.lines().map(str::to_owned);
        let [title, source, checked] = std::array::from_fn(|_| lines.next().unwrap_or_default());
        let cells = |line: String| {
            let mut cells = line.split('\t').map(str::to_owned);
            [cells.next(), cells.next(), cells.next()].map(Option::unwrap_or_default)
        };
        Framework { name, title, source, checked, controls: lines.map(cells).collect() }
    };
    Ok(texts(dir, "tsv")?.into_iter().map(read).collect())
}

impl Framework {
    /// The page of the site.
    pub fn page(&self, checks: &[Check]) -> String {
        let mut body = format!(
            "<h1>{}</h1>\n<p><a href=\"{1}\">{1}</a></p>\n<p class=\"note\">{3}.</p>\n<p>Report by its controls: \
             <code>gatelint report --framework {2}</code></p>\n<table class=\"controls\">\n",
            text(&self.title),
            text(&self.source),
            text(&self.name),
            text(&self.checked)
        );
        for [id, title, selectors] in &self.controls {
            let covers = |check: &&Check| check.front.frameworks.get(&self.name).is_some_and(|ids| ids.contains(id));
            let link = |check: &Check| format!("<a href=\"../checks/{0}.html\">{0}</a>", text(&check.id));
            let mut cells: Vec<String> = checks.iter().filter(covers).map(link).collect();
            if !selectors.is_empty() {
                cells.push(text(selectors));
            }
            let covered = if cells.is_empty() { "<em>not covered</em>".to_owned() } else { cells.join("<br>") };
            body += &format!("<tr><th>{}</th><td>{}</td><td>{covered}</td></tr>\n", text(id), text(title));
        }
        body += "</table>\n";
        frame::page(&self.title, 1, &body)
    }
}
