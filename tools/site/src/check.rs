//! A check: what its page says, and the page of the site.

use crate::frame::{self, text};
use crate::framework::Framework;
use crate::{markdown, texts};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::io;
use std::path::Path;

/// A page of `checks/`.
pub struct Check {
    /// The path without `.md`.
    pub id: String,
    /// What stands between the two `---` lines.
    pub front: FrontMatter,
    /// The types that its policies name, sorted.
    pub targets: Vec<String>,
    body: String,
}

/// The part of the front matter that is shown.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct FrontMatter {
    pub title: String,
    pub severity: String,
    pub category: String,
    #[serde(default)]
    pub default: Option<String>,
    #[serde(default)]
    pub off_because: Option<String>,
    #[serde(default)]
    pub deprecated: Option<String>,
    #[serde(default)]
    pub aliases: BTreeMap<String, Vec<String>>,
    #[serde(default)]
    pub frameworks: BTreeMap<String, Vec<String>>,
    #[serde(default)]
    pub references: Vec<String>,
}

/// All checks, sorted by id.
pub fn read_all(dir: &Path) -> io::Result<Vec<Check>> {
    texts(dir, "md")?.into_iter().map(|(id, page)| Check::read(id, &page)).collect()
}

impl Check {
    fn read(id: String, page: &str) -> io::Result<Self> {
        let wrong = |why: String| io::Error::other(format!("checks/{id}.md: {why}"));
        let parts = page.strip_prefix("---\n").and_then(|rest| rest.split_once("\n---\n"));
        let (front, body) = parts.ok_or_else(|| wrong("no front matter".into()))?;
        let front: FrontMatter = serde_saphyr::from_str(front).map_err(|error| wrong(error.to_string()))?;
        let headers = body.lines().filter_map(|line| line.trim_start().strip_prefix("resource_policy"));
        let mut targets: Vec<String> = headers
            .filter_map(|rest| rest.split('"').nth(1))
            .flat_map(|types| types.split('|'))
            .map(str::to_owned)
            .collect();
        targets.sort();
        targets.dedup();
        Ok(Self { id, front, targets, body: body.to_owned() })
    }

    /// The number of folders that its page of the site lies in.
    fn depth(&self) -> usize {
        self.id.matches('/').count() + 1
    }

    /// The page of the site.
    pub fn page(&self, frameworks: &[Framework]) -> String {
        let FrontMatter { title, severity, category, .. } = &self.front;
        let up = "../".repeat(self.depth());
        let mut body = format!(
            "<p class=\"id\">{}</p>\n<h1>{}</h1>\n<p><span class=\"badge {severity}\">{severity}</span> \
             <a href=\"{up}index.html?q={2}\">{2}</a></p>\n",
            text(&self.id),
            text(title),
            text(category)
        );
        if let Some(deprecated) = &self.front.deprecated {
            body += &format!("<p class=\"note\">Deprecated: {}</p>\n", text(deprecated));
        }
        if self.front.default.as_deref() == Some("off") {
            let because = self.front.off_because.as_deref().unwrap_or_default();
            body += &format!(
                "<p class=\"note\">Off by default: <code>--check {}</code> or the \
                 <a href=\"{up}docs/configuration.html\">configuration</a> turns it on. {}</p>\n",
                text(&self.id),
                text(because)
            );
        }
        body += &markdown::render(&self.body, str::to_owned);
        body += "<h2>Names, controls and resource types</h2>\n<table>\n";
        for (tool, ids) in &self.front.aliases {
            body += &format!("<tr><th>{}</th><td>{}</td></tr>\n", text(tool), text(&ids.join(", ")));
        }
        for (name, controls) in self.controls(frameworks) {
            let known = frameworks.iter().find(|framework| framework.name == name);
            let shown = match known {
                Some(framework) => {
                    format!("<a href=\"{up}frameworks/{}.html\">{}</a>", text(name), text(&framework.title))
                }
                None => text(name),
            };
            body += &format!("<tr><th>{shown}</th><td>{}</td></tr>\n", text(&controls.join(", ")));
        }
        let search = |name: &String| format!("<a href=\"{up}index.html?q={0}\">{0}</a>", text(name));
        let targets: Vec<String> = self.targets.iter().map(search).collect();
        body += &format!("<tr><th>resource types</th><td>{}</td></tr>\n</table>\n", targets.join(", "));
        if !self.front.references.is_empty() {
            body += "<h2>References</h2>\n<ul>\n";
            for url in &self.front.references {
                body += &format!("<li><a href=\"{0}\">{0}</a></li>\n", text(url));
            }
            body += "</ul>\n";
        }
        frame::page(&format!("{title} ({})", self.id), self.depth(), &body)
    }

    /// The controls that it covers: by framework or taxonomy, with their ids.
    pub fn controls<'c>(&'c self, frameworks: &'c [Framework]) -> BTreeMap<&'c str, Vec<&'c str>> {
        let named =
            self.front.frameworks.iter().map(|(name, ids)| (name.as_str(), ids.iter().map(String::as_str).collect()));
        let mut all: BTreeMap<&str, Vec<&str>> = named.collect();
        for framework in frameworks {
            let controls: Vec<&str> = framework.controls_of(self).collect();
            if !controls.is_empty() {
                all.insert(&framework.name, controls);
            }
        }
        all
    }

    /// The page under an id that the check had before.
    pub fn moved(&self, old: &str) -> String {
        let depth = old.matches('/').count() + 1;
        let to = format!("{}checks/{}.html", "../".repeat(depth), self.id);
        frame::page(
            &format!("{old} is now {}", self.id),
            depth,
            &format!("<p>{} is now <a href=\"{to}\">{}</a>.</p>", text(old), text(&self.id)),
        )
    }
}
