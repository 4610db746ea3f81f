//! `gatelint init check ID`: a page to start from.

use crate::cli::args::InitCheck;
use crate::discover::{self, Disk};
use crate::gate::Exit;
use crate::source::Kind;
use anyhow::Context as _;
use std::fs;
use std::io::Write as _;

/// Pages whose examples pass, for their author to change piece by piece, with the languages that they are about.
const PAGES: [(&str, &str); 3] = [
    ("Terraform", include_str!("terraform.md")),
    ("Kubernetes", include_str!("kubernetes.md")),
    ("Dockerfile", include_str!("dockerfile.md")),
];

/// Writes a page about the language that the repository holds most files of.
pub fn run(check: &InitCheck) -> anyhow::Result<Exit> {
    let parts: Vec<&str> = check.id.split('/').collect();
    let is_word = |part: &&str| {
        !part.is_empty() && part.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
    };
    if !parts.iter().all(is_word) {
        anyhow::bail!(
            "`{}` is not an id: expected lower-case words joined by - and /, such as team/bucket-owner",
            check.id
        );
    }
    let path = check.checks.join(format!("{}.md", check.id));
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).with_context(|| format!("cannot make `{}`", folder.display()))?;
    }
    let mut file = super::create(&path)?;
    file.write_all(fitting()?.as_bytes())?;
    let (folder, path) = (check.checks.display(), path.display());
    writeln!(
        std::io::stderr(),
        "wrote {path}\n  its examples: gatelint test {path}\n  in a scan:    gatelint scan --checks {folder}, or \
         `check-folders: [{folder}]` in .gatelint.yaml"
    )?;
    Ok(Exit::Open)
}

/// The page about the language of most files around the working directory; of Terraform where there are none.
fn fitting() -> anyhow::Result<&'static str> {
    let (root, _) = discover::upwards(&[], &[])?;
    let tree = Disk::tree(&[root])?;
    let language = |kind: Kind| match kind {
        Kind::Terraform | Kind::TerraformJson => Some("Terraform"),
        Kind::Kubernetes | Kind::Kustomization => Some("Kubernetes"),
        Kind::Dockerfile => Some("Dockerfile"),
        _ => None,
    };
    let files = |name: &str| tree.candidates.iter().filter(|file| language(file.kind) == Some(name)).count();
    // Of several with as many files the first one counts.
    let most = PAGES.iter().rev().max_by_key(|(name, _)| files(name));
    Ok(most.map_or("", |(_, page)| page))
}

#[cfg(test)]
mod tests {
    use crate::engine::{self, CustomPage};
    use crate::examples;
    use crate::source::Sources;

    #[test]
    fn the_examples_of_the_pages_pass() {
        for (language, text) in super::PAGES {
            let page = CustomPage { id: "own/check".into(), path: "own/check.md".into(), text: text.into() };
            let read = engine::load_custom(&page, &Sources::default()).expect("the page can be read");
            assert!(read.examples.len() >= 3, "{language}");
            for example in &read.examples {
                examples::verify("own/check", Some(&page), example).expect("the example holds");
            }
        }
    }
}
