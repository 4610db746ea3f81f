//! `gatelint init check ID`: a page to start from.

use crate::cli::args::InitCheck;
use crate::gate::Exit;
use anyhow::Context as _;
use std::fs;
use std::io::Write as _;

/// A page whose examples pass, for its author to change piece by piece.
const PAGE: &str = include_str!("page.md");

/// Writes the page, never over one that is there.
pub fn run(check: &InitCheck) -> anyhow::Result<Exit> {
    let parts: Vec<&str> = check.id.split('/').collect();
    let is_word = |part: &&str| {
        !part.is_empty() && part.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
    };
    if !parts.iter().all(is_word) {
        anyhow::bail!("`{}` is no id: lower-case words joined by - and /, such as team/bucket-owner", check.id);
    }
    let path = check.checks.join(format!("{}.md", check.id));
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).with_context(|| format!("cannot make `{}`", folder.display()))?;
    }
    let file = fs::File::options().write(true).create_new(true).open(&path);
    let mut file = file.with_context(|| format!("cannot write `{}`", path.display()))?;
    file.write_all(PAGE.as_bytes())?;
    writeln!(std::io::stderr(), "wrote {0}; run its examples with: gatelint test {0}", path.display())?;
    Ok(Exit::Open)
}

#[cfg(test)]
mod tests {
    use crate::engine::{self, CustomPage};
    use crate::examples;
    use crate::source::Sources;

    #[test]
    fn the_examples_of_the_page_pass() {
        let page = CustomPage { id: "own/check".into(), path: "own/check.md".into(), text: super::PAGE.into() };
        let read = engine::load_custom(&page, &Sources::default()).expect("the page can be read");
        assert_eq!(read.examples.len(), 4);
        for example in &read.examples {
            examples::verify("own/check", Some(&page), example).expect("the example holds");
        }
    }
}
