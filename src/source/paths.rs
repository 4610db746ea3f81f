//! Globs over paths.

use super::parent;
use globset::{GlobBuilder, GlobSet, GlobSetBuilder};

/// A set of globs over paths from the root: `*` stays within a directory, `**` does not, and a glob that fits a
/// directory fits everything below it.
#[derive(Clone, Debug, Default)]
pub struct Paths {
    globs: GlobSet,
    /// The file or directory, for each glob, in or below which everything lies that fits it.
    around: Vec<String>,
}

impl Paths {
    /// The set of `patterns`; the error says what is wrong with one of them.
    pub fn new<'a>(patterns: impl IntoIterator<Item = &'a str>) -> Result<Self, globset::Error> {
        let (mut set, mut around) = (GlobSetBuilder::new(), Vec::new());
        for pattern in patterns {
            let pattern = pattern.strip_prefix("./").unwrap_or(pattern).trim_end_matches('/');
            around.push(plain_part(pattern).to_owned());
            for glob in [pattern, &format!("{pattern}/**")] {
                set.add(GlobBuilder::new(glob).literal_separator(true).build()?);
            }
        }
        Ok(Self { globs: set.build()?, around })
    }

    /// Whether there is no glob at all.
    pub fn is_empty(&self) -> bool {
        self.globs.is_empty()
    }

    /// Whether one of the globs fits `path`, or a directory around it.
    pub fn matches(&self, path: &str) -> bool {
        self.globs.is_match(path)
    }

    /// Returns the files and directories in or below which everything lies that fits; `None` where that is the root.
    pub fn around(&self) -> Option<&[String]> {
        let is_narrow = !self.is_empty() && self.around.iter().all(|path| !path.is_empty());
        is_narrow.then_some(&self.around)
    }
}

/// The part of a glob that stands for itself: all of it, or its first directories.
fn plain_part(pattern: &str) -> &str {
    match pattern.find(['*', '?', '[', ']', '{', '}', '\\']) {
        None => pattern,
        Some(special) => pattern.get(..special).map_or("", parent),
    }
}

#[cfg(test)]
mod tests {
    use super::Paths;

    #[test]
    fn a_directory_stands_for_what_is_below_it() {
        let paths = Paths::new(["vendor/", "./infra/*.tf", "**/testdata"]).unwrap();
        for inside in ["vendor/a/b.tf", "infra/main.tf", "a/testdata/x.yaml", "testdata"] {
            assert!(paths.matches(inside), "{inside}");
        }
        assert_eq!(paths.around(), None);
        let narrow = Paths::new(["vendor/", "./infra/*.tf", "a/b*/c"]).unwrap();
        assert_eq!(narrow.around().unwrap(), ["vendor", "infra", "a"]);
        for outside in ["vendored/a.tf", "infra/modules/a.tf", "a/testdata.yaml"] {
            assert!(!paths.matches(outside), "{outside}");
        }
    }
}
