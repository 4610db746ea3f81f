//! One walk over directories on disk: what it meets is a candidate, an entry of the ledger, or of no kind we know.
//!
//! Knows names and first bytes. What cannot be walked is an entry with the reason, never dropped.

use super::ignored::{Ignored, Refused};
use super::{Candidate, MAX_PLAN_BYTES, content, regular};
use crate::limits::files::{MAX_CANDIDATES, MAX_ENTRIES};
use crate::source::{Kind, LedgerEntry, Status, is_within};
use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::fs::{self, FileType};
use std::io;
use std::path::{Component, Path, PathBuf};

/// One walk, and what it has collected.
pub(super) struct Walk<'a> {
    root: &'a Path,
    /// The rules that hold in a directory, given from the root.
    rules: &'a dyn Fn(&str) -> Ignored,
    /// The candidates.
    pub candidates: BTreeSet<Candidate>,
    /// What is not read, with the reason.
    pub left_out: BTreeSet<LedgerEntry>,
    /// The directories below the root that are repositories of their own. A submodule is a part of the one around it.
    pub repositories: BTreeSet<String>,
    /// The links to files and directories inside the root, until it is known what else was walked.
    links: Vec<Link>,
    /// The files and directories that may still be looked at.
    left: usize,
}

/// A symbolic link that does not lead out of the root.
struct Link {
    /// Where it stands, from the root.
    path: String,
    /// What the file that it leads to would be.
    kind: Kind,
    /// Where it leads, from the root.
    target: String,
}

impl<'a> Walk<'a> {
    /// A walk below `root` that met nothing yet.
    pub fn new(root: &'a Path, rules: &'a dyn Fn(&str) -> Ignored) -> Self {
        Self {
            root,
            rules,
            candidates: BTreeSet::new(),
            left_out: BTreeSet::new(),
            repositories: BTreeSet::new(),
            links: Vec::new(),
            left: MAX_ENTRIES,
        }
    }

    /// Walks a file or directory inside the root. What is given is walked even where rules pass it by.
    pub fn enter(&mut self, start: &Path) {
        match fs::symlink_metadata(start) {
            Ok(metadata) if metadata.is_dir() => self.descend(start.to_owned()),
            Ok(metadata) => self.meet(start, metadata.file_type(), true),
            Err(error) => self.leave_out(start, Kind::Directory, Status::Failed, unreadable(&error)),
        }
    }

    /// Walks what lies below a directory.
    fn descend(&mut self, start: PathBuf) {
        let mut directories = vec![start];
        while let Some(directory) = directories.pop() {
            let entries = match entries(&directory) {
                Ok(entries) => entries,
                Err(error) => {
                    self.leave_out(&directory, Kind::Directory, Status::Failed, unreadable(&error));
                    continue;
                }
            };
            let (shown, _) = shown(self.root, &directory);
            let rules = (self.rules)(&shown);
            for (path, kind) in entries {
                let Some(left) = self.left.checked_sub(1).filter(|_| self.candidates.len() < MAX_CANDIDATES) else {
                    let reason = format!(
                        "the limit of {MAX_CANDIDATES} files to evaluate, or of {MAX_ENTRIES} files and directories, \
                         was reached here"
                    );
                    return self.leave_out(&directory, Kind::Directory, Status::Failed, reason);
                };
                self.left = left;
                let name = path.file_name().unwrap_or_default();
                let from_root = format!("{shown}{}{}", if shown.is_empty() { "" } else { "/" }, name.to_string_lossy());
                if kind.is_dir() && name == ".git" && !shown.is_empty() {
                    self.repositories.insert(shown.clone());
                }
                if rules.ignores(&from_root, kind.is_dir()) || kind.is_dir() && is_never_entered(name) {
                    continue;
                }
                if kind.is_dir() { directories.push(path) } else { self.meet(&path, kind, false) }
            }
        }
    }

    fn leave_out(&mut self, path: &Path, kind: Kind, status: Status, reason: impl Into<String>) {
        let (shown, _) = shown(self.root, path);
        self.left_out.insert(LedgerEntry::stopped(shown, kind, status, reason));
    }

    /// Takes a file as what it is; `named` says that it was given itself.
    fn meet(&mut self, path: &Path, file_type: FileType, named: bool) {
        if file_type.is_symlink() {
            self.meet_link(path, named);
            return;
        }
        let (shown, is_exact) = shown(self.root, path);
        let kind = match content::kind(&shown, named, |most| regular::head(path, most)) {
            Ok(Some(kind)) => kind,
            Ok(None) => return self.pass_by(path, &shown),
            Err((kind, error)) => return self.leave_out(path, kind, Status::Failed, unreadable(&error)),
        };
        if !file_type.is_file() {
            self.leave_out(path, kind, Status::Failed, regular::NOT_REGULAR);
        } else if is_exact {
            self.candidates.insert(Candidate { path: shown, kind });
        } else {
            let reason = "its path is not UTF-8, so that nothing can name it; rename it";
            self.leave_out(path, kind, Status::Failed, reason);
        }
    }

    /// Notes a file of no kind that is known, if that could not be found out.
    fn pass_by(&mut self, path: &Path, shown: &str) {
        let is_large = || fs::metadata(path).is_ok_and(|metadata| metadata.len() > MAX_PLAN_BYTES);
        if content::is_json(shown) && is_large() {
            let reason = format!("nothing in its first {MAX_PLAN_BYTES} bytes tells what it is");
            self.leave_out(path, Kind::Json, Status::Skipped, reason);
        }
    }

    /// A link to a file counts where the file would be a candidate; a link to a directory that leads out of the root has
    /// an entry.
    fn meet_link(&mut self, path: &Path, named: bool) {
        let target = fs::canonicalize(path);
        let leads_out = target.as_ref().is_ok_and(|target| !target.starts_with(self.root));
        if path.is_dir() {
            if leads_out && !path.file_name().is_some_and(is_never_entered) {
                self.leave_out(path, Kind::Directory, Status::Skipped, LEADS_OUT);
            } else if let Ok(target) = target {
                self.links.extend(self.link(path, Kind::Directory, &target));
            }
            return;
        }
        let (shown, _) = shown(self.root, path);
        let head = |most| if leads_out { Ok(String::new()) } else { regular::head(path, most) };
        let (Ok(Some(kind)) | Err((kind, _))) = content::kind(&shown, named, head) else { return };
        match target {
            Ok(target) => match self.link(path, kind, &target) {
                Some(link) => self.links.push(link),
                None => self.leave_out(path, kind, Status::Skipped, LEADS_OUT),
            },
            Err(_) => self.leave_out(path, kind, Status::Skipped, "symbolic link that leads nowhere"),
        }
    }

    /// A link at a path to a target, if both lie in the root.
    fn link(&self, path: &Path, kind: Kind, target: &Path) -> Option<Link> {
        Some(Link { path: relative(self.root, path)?, kind, target: relative(self.root, target)? })
    }

    /// Decides what links are, once all of the `starts` were entered. A link to a file that was met is left out, since
    /// the file is evaluated where it stands. A link to a file that was not met, because it lies outside the starts or is
    /// ignored, is a candidate itself. Files whose rules were `refused` have an entry.
    pub fn finish(&mut self, starts: &[String], refused: Vec<Refused>) {
        let met: BTreeSet<String> = self.candidates.iter().map(|candidate| candidate.path.clone()).collect();
        for Link { path, kind, target } in std::mem::take(&mut self.links) {
            let reason = if kind != Kind::Directory {
                if !met.contains(&target) {
                    self.candidates.insert(Candidate { path, kind });
                    continue;
                }
                format!("symbolic link to `{target}`, which is evaluated there")
            } else if !starts.iter().any(|start| is_within(&target, start)) {
                format!("symbolic link to `{target}`, which lies outside the scanned paths; name it as well")
            } else {
                continue;
            };
            self.left_out.insert(LedgerEntry::stopped(path, kind, Status::Skipped, reason));
        }
        for Refused { path, reason, leads_out } in refused {
            let status = if leads_out { Status::Skipped } else { Status::Failed };
            self.left_out.insert(LedgerEntry::stopped(path, Kind::IgnoreRules, status, reason));
        }
    }
}

/// What stands in a directory, sorted by name.
fn entries(directory: &Path) -> io::Result<Vec<(PathBuf, FileType)>> {
    let entries = fs::read_dir(directory)?.map(|entry| entry.and_then(|entry| Ok((entry.path(), entry.file_type()?))));
    let mut entries = entries.collect::<io::Result<Vec<_>>>()?;
    entries.sort_by(|(a, _), (b, _)| a.cmp(b));
    Ok(entries)
}

fn unreadable(error: &io::Error) -> String {
    format!("cannot be read: {error}")
}

const LEADS_OUT: &str = "symbolic link that leads out of the scan root";

fn is_never_entered(name: &OsStr) -> bool {
    name == ".git" || name == ".terraform" || name == ".terragrunt-cache"
}

/// `path` from `root`, with `/`; `None` when it lies elsewhere, or is not UTF-8.
pub(super) fn relative(root: &Path, path: &Path) -> Option<String> {
    let normal = |part| if let Component::Normal(name) = part { name.to_str() } else { None };
    let parts: Option<Vec<&str>> = path.strip_prefix(root).ok()?.components().map(normal).collect();
    parts.map(|parts| parts.join("/"))
}

/// `path` from `root`, as it can be shown, and whether that is exactly its name.
fn shown(root: &Path, path: &Path) -> (String, bool) {
    if let Some(exact) = relative(root, path) {
        return (exact, true);
    }
    let rest = path.strip_prefix(root).unwrap_or(path);
    let parts: Vec<_> = rest.components().map(|part| part.as_os_str().to_string_lossy()).collect();
    (parts.join("/"), false)
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use super::super::Disk;
    use crate::source::{Kind, LedgerEntry, ReadError, Status};
    use std::ffi::OsStr;
    use std::fs;
    use std::os::unix::ffi::OsStrExt as _;
    use std::os::unix::fs::{PermissionsExt as _, symlink};
    use std::os::unix::net::UnixListener;
    use std::path::{Path, PathBuf};

    /// A directory of its own, removed at the end.
    struct Folder(PathBuf);

    impl Folder {
        fn new(name: &str) -> Self {
            let path = std::env::temp_dir().join(format!("gatelint-walk-{name}-{}", std::process::id()));
            fs::create_dir_all(path.join("tree/.git")).unwrap();
            Self(path)
        }

        fn tree(&self) -> PathBuf {
            self.0.join("tree")
        }

        fn write(&self, path: impl AsRef<Path>, text: &str) {
            let path = self.tree().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }

        /// Candidates, and what is left out.
        fn walked(&self) -> (Vec<String>, Vec<LedgerEntry>) {
            let tree = Disk::tree(&[self.tree()]).unwrap();
            (tree.candidates.into_iter().map(|candidate| candidate.path).collect(), tree.left_out)
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            _ = fs::remove_dir_all(&self.0);
        }
    }

    fn shown(entries: &[LedgerEntry]) -> Vec<(&str, Kind, Status)> {
        entries.iter().map(|entry| (entry.file.as_str(), entry.kind, entry.status)).collect()
    }

    #[test]
    fn names_that_are_not_utf8_are_in_the_ledger() {
        let folder = Folder::new("names");
        folder.write("a.tf", "");
        folder.write(OsStr::from_bytes(b"\xff.tf"), "");
        folder.write(Path::new(OsStr::from_bytes(b"\xe9")).join("Dockerfile"), "FROM a");
        folder.write(OsStr::from_bytes(b"\xff.txt"), "");
        let (candidates, left_out) = folder.walked();
        assert_eq!(candidates, ["a.tf"]);
        let expected = [
            ("\u{fffd}.tf", Kind::Terraform, Status::Failed),
            ("\u{fffd}/Dockerfile", Kind::Dockerfile, Status::Failed),
        ];
        assert_eq!(shown(&left_out), expected);
    }

    #[test]
    fn repositories_in_the_tree_are_known_and_submodules_belong_to_the_one_around() {
        let folder = Folder::new("repositories");
        folder.write("a/.git/HEAD", "");
        folder.write("a/b/c/.git/HEAD", "");
        folder.write("d/.git", "gitdir: ../.git/modules/d\n");
        let tree = Disk::tree(&[folder.tree()]).unwrap();
        assert_eq!(tree.repositories, ["a", "a/b/c"]);
        let of = |path| tree.repository_of(path);
        assert_eq!((of("a/b/main.tf"), of("a/b/c/main.tf"), of("d/main.tf")), ("a", "a/b/c", ""));
    }

    #[test]
    fn a_directory_that_cannot_be_read_is_in_the_ledger() {
        let folder = Folder::new("locked");
        folder.write("locked/a.tf", "");
        let locked = folder.tree().join("locked");
        fs::set_permissions(&locked, fs::Permissions::from_mode(0o000)).unwrap();
        let (_, left_out) = folder.walked();
        let listed = Disk::tree(&[folder.tree()]).unwrap().files.list("locked");
        let may_read = fs::read_dir(&locked).is_ok();
        fs::set_permissions(&locked, fs::Permissions::from_mode(0o755)).unwrap();
        // The superuser may read it.
        if !may_read {
            assert_eq!(shown(&left_out), [("locked", Kind::Directory, Status::Failed)]);
            assert!(matches!(listed, Err(ReadError::Io { .. })));
        }
    }

    #[test]
    fn a_link_is_a_candidate_where_its_target_is_not() {
        let folder = Folder::new("links");
        let pod = "apiVersion: v1\nkind: Pod\n";
        for path in ["a/own.yaml", "b/other.yaml", "a/build/ignored.yaml"] {
            folder.write(path, pod);
        }
        folder.write(".gitignore", "build\n");
        let links =
            [("own", "own.yaml"), ("other", "../b/other.yaml"), ("ignored", "build/ignored.yaml"), ("none", "no")];
        for (name, target) in links {
            symlink(target, folder.tree().join(format!("a/{name}-link.yaml"))).unwrap();
        }
        symlink("../b", folder.tree().join("a/all")).unwrap();
        let tree = Disk::tree(&[folder.tree().join("a")]).unwrap();
        let candidates: Vec<_> = tree.candidates.iter().map(|candidate| candidate.path.as_str()).collect();
        assert_eq!(candidates, ["a/ignored-link.yaml", "a/other-link.yaml", "a/own.yaml"]);
        let skipped: Vec<_> = tree.left_out.iter().map(|entry| entry.file.as_str()).collect();
        assert_eq!(skipped, ["a/all", "a/none-link.yaml", "a/own-link.yaml"]);
        assert_eq!(tree.files.read("a/other-link.yaml").unwrap(), pod.as_bytes());
        let (candidates, left_out) = folder.walked();
        assert_eq!(candidates, ["a/ignored-link.yaml", "a/own.yaml", "b/other.yaml"]);
        assert_eq!(left_out.len(), 3);
    }

    #[test]
    fn special_files_are_not_opened() {
        let folder = Folder::new("special");
        folder.write("a.tf", "");
        let _socket = UnixListener::bind(folder.tree().join("b.tf")).unwrap();
        symlink("/dev/zero", folder.tree().join("c.tf")).unwrap();
        symlink("/dev/zero", folder.tree().join("d.json")).unwrap();
        symlink("/dev", folder.tree().join("outside")).unwrap();
        let (candidates, left_out) = folder.walked();
        assert_eq!(candidates, ["a.tf"]);
        let expected = [
            ("b.tf", Kind::Terraform, Status::Failed),
            ("c.tf", Kind::Terraform, Status::Skipped),
            ("outside", Kind::Directory, Status::Skipped),
        ];
        assert_eq!(shown(&left_out), expected);
        let files = Disk::tree(&[folder.tree()]).unwrap().files;
        assert!(matches!(files.read("b.tf"), Err(ReadError::Io { .. })));
        assert!(matches!(files.read("c.tf"), Err(ReadError::OutsideRoot(_))));
    }
}
