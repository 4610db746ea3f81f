//! A framework: its catalog, and the page that says which checks cover which control.

use crate::check::Check;
use crate::frame::{self, text};
use crate::texts;
use std::collections::BTreeMap;
use std::io;
use std::path::Path;

/// More checks than these for one control are folded.
const MOST_OPEN: usize = 8;

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
    /// The controls that a check covers: those that its page names, and those whose rows in the catalog select it.
    /// A row selects checks that run by default and find more than `info`, as `gatelint report --framework` has it.
    pub fn controls_of<'f>(&'f self, check: &'f Check) -> impl Iterator<Item = &'f str> {
        let named = check.front.frameworks.get(&self.name);
        let is_strict = check.front.default.as_deref() != Some("off") && check.front.severity != "info";
        let covers = move |[id, _, selectors]: &&[String; 3]| {
            named.is_some_and(|ids| ids.contains(id)) || is_strict && selects(selectors, check)
        };
        self.controls.iter().filter(covers).map(|[id, ..]| id.as_str())
    }

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
        let mut covering: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        for check in checks {
            let link = format!("<a href=\"../checks/{0}.html\">{0}</a>", text(&check.id));
            for control in self.controls_of(check) {
                covering.entry(control).or_default().push(link.clone());
            }
        }
        for [id, title, _] in &self.controls {
            let covered = match covering.get(id.as_str()) {
                None => "<em>not covered</em>".to_owned(),
                Some(links) if links.len() > MOST_OPEN => {
                    let links = format!("<summary>{} checks</summary>{}", links.len(), links.join("<br>"));
                    format!("<details>{links}</details>")
                }
                Some(links) => links.join("<br>"),
            };
            body += &format!("<tr><th>{}</th><td>{}</td><td>{covered}</td></tr>\n", text(id), text(title));
        }
        body += "</table>\n";
        frame::page(&self.title, 1, &body)
    }
}

/// Whether the third cell of a row selects a check: `category:NAME`, a glob of ids, or `!` and a glob for checks that
/// no other selector of the row can add.
fn selects(selectors: &str, check: &Check) -> bool {
    let mut is_selected = false;
    for selector in selectors.split(", ") {
        match (selector.strip_prefix("category:"), selector.strip_prefix('!')) {
            (Some(category), _) => is_selected |= category == check.front.category,
            (None, Some(glob)) if matches(glob, &check.id) => return false,
            (None, Some(_)) => {}
            (None, None) => is_selected |= matches(selector, &check.id),
        }
    }
    is_selected
}

/// Whether a glob matches; `*` stands for any text.
fn matches(glob: &str, id: &str) -> bool {
    match glob.split_once('*') {
        None => glob == id,
        Some((start, rest)) => id.strip_prefix(start).is_some_and(|tail| {
            tail.char_indices().map(|(at, _)| at).chain([tail.len()]).any(|at| matches(rest, &tail[at..]))
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn a_star_stands_for_any_text() {
        assert!(matches("*/iam/*admin*", "aws/iam/grants-admin"));
        assert!(matches("azure/waf/*", "azure/waf/detects-only"));
        assert!(!matches("azure/waf/*", "aws/waf/without-rules"));
        assert!(!matches("aws/iam/password-*", "aws/iam/no-password"));
        assert!(!matches("aws/waf/without-rules", "aws/waf/without-rules-at-all"));
    }
}
