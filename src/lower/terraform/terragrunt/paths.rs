//! Paths as Terragrunt has them: absolute ones, and those between configurations.
//!
//! Where the tree lies is not known, and no value may tell it: absolute paths are as if its root lay at [`ROOT`].

use crate::source::join;

/// The root of the tree in absolute paths.
pub(super) const ROOT: &str = "/repository";

/// The name of the file that is a unit.
pub(super) const UNIT_FILE: &str = "terragrunt.hcl";
/// The name of the file that generates units.
pub(super) const STACK_FILE: &str = "terragrunt.stack.hcl";

/// The name of the file in which a stack writes what it passes to a unit.
pub(super) const VALUES_FILE: &str = "terragrunt.values.hcl";
/// The directory below which Terragrunt fetches modules.
pub(super) const CACHE: &str = ".terragrunt-cache";

/// The last part of a path.
pub(super) fn name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// The absolute path of a path from the root.
pub(super) fn absolute(path: &str) -> String {
    if path.is_empty() { ROOT.to_owned() } else { format!("{ROOT}/{path}") }
}

/// The path from the root of one that is absolute, or that counts from `directory`. `None` if it leaves the tree.
pub(super) fn locate(directory: &str, path: &str) -> Option<String> {
    match path.strip_prefix(ROOT).filter(|rest| rest.is_empty() || rest.starts_with('/')) {
        Some(rest) => join("", rest.trim_start_matches('/')),
        None => join(directory, path),
    }
}

/// The way from one directory to another: `../prod/app`, `.` where they are the same.
pub(super) fn relative(from: &str, to: &str) -> String {
    let parts = |path: &str| path.split('/').filter(|part| !part.is_empty()).map(str::to_owned).collect::<Vec<_>>();
    let (from, to) = (parts(from), parts(to));
    let shared = from.iter().zip(&to).take_while(|(a, b)| a == b).count();
    let up = std::iter::repeat_n("..", from.len() - shared).map(str::to_owned);
    let way: Vec<String> = up.chain(to.into_iter().skip(shared)).collect();
    if way.is_empty() { ".".to_owned() } else { way.join("/") }
}

/// Whether a source of a module has to be fetched.
pub(super) fn is_remote(source: &str) -> bool {
    let scheme = source.split("::").count() > 1 || source.contains("://") || source.starts_with("git@");
    let host = source.split('/').next().unwrap_or_default();
    scheme || source.contains("?ref=") || matches!(host, "github.com" | "gitlab.com" | "bitbucket.org")
}

#[cfg(test)]
mod tests {
    use super::{is_remote, locate, relative};

    #[test]
    fn paths_between_configurations() {
        assert_eq!(relative("live", "live/prod/app"), "prod/app");
        assert_eq!(relative("live/prod/app", "live"), "../..");
        assert_eq!(relative("a", "a"), ".");
        assert_eq!(locate("live/prod", "../root.hcl").as_deref(), Some("live/root.hcl"));
        assert_eq!(locate("live/prod", "/repository/modules//vpc").as_deref(), Some("modules/vpc"));
        assert_eq!(locate("live", "../../outside"), None);
        assert_eq!(locate("live", "/etc/passwd"), None);
        assert!(is_remote("git::git@github.com:acme/modules.git//vpc?ref=v1"));
        assert!(is_remote("tfr:///terraform-aws-modules/vpc/aws?version=5.0.0"));
        assert!(!is_remote("../../modules//vpc"));
    }
}
