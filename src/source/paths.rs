//! Globs over paths.

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};

/// A set of globs over paths from the root: `*` stays within a directory, `**` does not, and a glob that fits a
/// directory fits everything below it.
#[derive(Clone, Debug, Default)]
pub struct Paths(GlobSet);

impl Paths {
    /// The set of `patterns`; the error says what is wrong with one of them.
    pub fn new<'a>(patterns: impl IntoIterator<Item = &'a str>) -> Result<Self, globset::Error> {
        let mut set = GlobSetBuilder::new();
        for pattern in patterns {
            let pattern = pattern.strip_prefix("./").unwrap_or(pattern).trim_end_matches('/');
            for glob in [pattern, &format!("{pattern}/**")] {
                set.add(GlobBuilder::new(glob).literal_separator(true).build()?);
            }
        }
        Ok(Self(set.build()?))
    }

    /// Whether there is no glob at all.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether one of the globs fits `path`, or a directory around it.
    pub fn matches(&self, path: &str) -> bool {
        self.0.is_match(path)
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
        for outside in ["vendored/a.tf", "infra/modules/a.tf", "a/testdata.yaml"] {
            assert!(!paths.matches(outside), "{outside}");
        }
    }
}
