//! The pages of `docs/` with their pictures, the README and its like.

use crate::frame::{self, text};
use crate::{Files, markdown, paths, texts};
use std::path::Path;
use std::{fs, io};

/// Where files of the repository are that the site does not have.
const REPOSITORY: &str = "https://github.com/gatelint/gatelint/blob/main";
/// Pages at the root of the repository.
const ROOT_PAGES: [&str; 4] = ["README", "CONTRIBUTING", "CHANGELOG", "SECURITY"];
/// The extension of pictures.
const PICTURE: &str = "png";

/// Adds a page for each document, and the list of them.
pub fn pages(root: &Path, files: &mut Files) -> io::Result<()> {
    let documents = texts(&root.join("docs"), "md")?;
    let mut list = String::from("<h1>Documentation</h1>\n<ul>\n");
    for name in ROOT_PAGES.into_iter().filter(|name| root.join(format!("{name}.md")).exists()) {
        let page = fs::read_to_string(root.join(format!("{name}.md")))?;
        list += &add(name, &page, "", files);
    }
    for (name, page) in documents {
        list += &add(&name, &page, "docs/", files);
    }
    for (name, path) in paths(&root.join("docs"), PICTURE)? {
        files.insert(format!("docs/{name}.{PICTURE}"), fs::read(path)?);
    }
    list += "</ul>\n";
    files.insert("docs/index.html".into(), frame::page("Documentation of gatelint", 1, &list).into());
    Ok(())
}

/// Adds one page, whose links count from the folder `from` of the repository. Returns its line in the list.
fn add(name: &str, page: &str, from: &str, files: &mut Files) -> String {
    let title = page.lines().find_map(|line| line.strip_prefix("# ")).unwrap_or(name);
    let depth = name.matches('/').count() + 1;
    let body = markdown::render(page, |url| address(url, from));
    files.insert(format!("docs/{name}.html"), frame::page(title, depth, &body).into());
    format!("<li><a href=\"{}.html\">{}</a></li>\n", text(name), text(title))
}

/// A link of the repository as a link of the site: between documents as it is, elsewhere into the repository.
fn address(url: &str, from: &str) -> String {
    if url.starts_with('#') || url.contains("://") {
        return url.to_owned();
    }
    let (path, anchor) =
        url.split_once('#').map_or((url, String::new()), |(path, anchor)| (path, format!("#{anchor}")));
    let full = match path.strip_prefix("../") {
        Some(above) => above.to_owned(),
        None => format!("{from}{path}"),
    };
    match full.strip_suffix(".md").map(|page| page.strip_prefix("docs/").unwrap_or(page)) {
        Some(page) if full.starts_with("docs/") || ROOT_PAGES.contains(&page) => format!("{page}.html{anchor}"),
        _ => match full.strip_prefix("docs/") {
            Some(picture) if Path::new(picture).extension().is_some_and(|found| found == PICTURE) => picture.to_owned(),
            _ => format!("{REPOSITORY}/{full}{anchor}"),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::address;

    #[test]
    fn links_stay_on_the_site_where_they_can() {
        assert_eq!(address("docs/reports.md#html", ""), "reports.html#html");
        assert_eq!(address("severity.md", "docs/"), "severity.html");
        assert_eq!(address("../CONTRIBUTING.md", "docs/"), "CONTRIBUTING.html");
        assert_eq!(address("editor.png", "docs/"), "editor.png");
        assert_eq!(address("config.schema.json", "docs/"), format!("{}/docs/config.schema.json", super::REPOSITORY));
        assert_eq!(address("https://a/b.md", ""), "https://a/b.md");
    }
}
