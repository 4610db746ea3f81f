//! The tree of a commit, read from the objects of git: no checkout, no `git`, no network.
//!
//! What git does not keep, because it is ignored (`.terraform`, a local `terraform.tfvars`), is no part of any commit:
//! it is read from disk, as it is for the files of today.

mod history;
mod reference;
mod repository;
mod snapshot;

use super::disk::Disk;
use super::ignored::Ignored;
use super::walk::relative;
use super::{Candidate, Tree, WalkError, content};
use crate::limits::git::{MAX_ENTRIES, MAX_PATH};
use crate::source::{Files as _, ancestors};
use repository::Repository;
use snapshot::{Node, Snapshot};
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

/// Why the tree of a revision cannot be had.
#[derive(Debug, thiserror::Error)]
pub enum RevisionError {
    /// The paths cannot be walked.
    #[error(transparent)]
    Walk(#[from] WalkError),
    /// The root is no work tree of git.
    #[error("`{0}` is not a git work tree, so it has no earlier revisions")]
    NoRepository(String),
    /// A form of repository that is not read.
    #[error("the repository of git {0}, which gatelint cannot read")]
    Unsupported(&'static str),
    /// Nothing has that name.
    #[error(
        "there is no branch, tag or commit `{0}` here; where only a part of the repository was cloned, as in CI, fetch \
         it first: `git fetch origin {short}`", short = .0.strip_prefix("origin/").unwrap_or(.0)
    )]
    Unknown(String),
    /// The beginning of an id that several objects have.
    #[error("`{0}` is the beginning of several ids; write more of it")]
    Ambiguous(String),
    /// The name makes no sense.
    #[error("`{reference}` names no commit: {reason}")]
    Malformed {
        /// As it was given.
        reference: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The history is needed and was not cloned.
    #[error(
        "`{0}` lies beyond what was cloned: this is a shallow clone; fetch more with `git fetch --unshallow` (in GitHub \
         Actions `fetch-depth: 0` of the checkout)"
    )]
    Shallow(String),
    /// An object is needed and was not cloned.
    #[error(
        "the object {id} of `{reference}` is not here; fetch it with `git fetch --refetch --no-filter`, or with \
         `git submodule update` where it is of a submodule"
    )]
    Missing {
        /// As it was given.
        reference: String,
        /// Its full id.
        id: String,
    },
    /// Git's files are not as they should be, or the system refused.
    #[error("cannot read the repository of git: {0}")]
    Broken(String),
}

/// A tree as it was.
pub struct Revision {
    /// The tree. A path that did not exist then is empty.
    pub tree: Tree,
    /// What of it could not be read so far.
    pub unreadable: Unreadable,
}

/// The first failure to read an object of the tree.
#[derive(Clone, Default)]
pub struct Unreadable(Arc<Mutex<Option<RevisionError>>>);

impl Unreadable {
    fn note(&self, error: RevisionError) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(error);
    }

    /// Fails when something of the tree could not be read: then it is not known what was in it.
    pub fn check(&self) -> Result<(), RevisionError> {
        let failure = self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
        failure.map_or(Ok(()), Err)
    }
}

impl Revision {
    /// What is below `paths`, with all of the root `around` them where that is wanted, as it was at `reference`: a branch, tag, `HEAD`, `@`, or the beginning of an id, followed by
    /// any number of `~N` and `^N`; or `A...B`, the last commit that both have in common, where each side may be left
    /// out for `HEAD`.
    pub fn of(paths: &[PathBuf], around: bool, reference: &str) -> Result<Self, RevisionError> {
        let (root, starts, here) = Disk::starts(paths)?;
        let mut starts: Vec<String> = starts.iter().filter_map(|start| relative(&root, start)).collect();
        if around {
            starts.push(String::new());
        }
        let repository = Repository::open(&root)?;
        let commit = reference::resolve(&repository, reference)?;
        let tree = repository.objects.commit(commit, reference)?.tree;
        let unreadable = Unreadable::default();
        let snapshot = Snapshot::new(&root, repository.objects, tree, reference, unreadable.clone());
        let mut walk = Walk { snapshot: &snapshot, candidates: BTreeSet::new(), left: MAX_ENTRIES };
        for start in &starts {
            walk.enter(start);
        }
        let candidates = walk.candidates.into_iter().collect();
        let directory = relative(&root, &here).unwrap_or_default();
        let files = Arc::new(snapshot);
        // A commit holds no other repositories.
        let (apart, repositories) = (Vec::new(), Vec::new());
        let tree = Tree { files, candidates, left_out: Vec::new(), starts, apart, repositories, directory };
        Ok(Self { tree, unreadable })
    }
}

/// One walk over a snapshot, as that over the disk.
struct Walk<'a> {
    snapshot: &'a Snapshot,
    candidates: BTreeSet<Candidate>,
    /// The files and directories that may still be looked at.
    left: usize,
}

impl Walk<'_> {
    fn enter(&mut self, start: &str) {
        match self.snapshot.node(start) {
            Some(Node::File(_)) => self.meet(start, true),
            Some(Node::Directory(_) | Node::Submodule(_)) => self.descend(start),
            Some(Node::Link(_)) | None => {}
        }
    }

    /// Walks what lies below a directory.
    fn descend(&mut self, start: &str) {
        let around = ancestors(start).skip(1).collect::<Vec<_>>();
        let rules = around.iter().rev().fold(Ignored::default(), |rules, around| self.rules(&rules, around));
        let mut directories = vec![(start.to_owned(), rules)];
        while let Some((directory, around)) = directories.pop() {
            let rules = self.rules(&around, &directory);
            for (name, node) in self.snapshot.listing(&directory).iter() {
                let path = if directory.is_empty() { name.clone() } else { format!("{directory}/{name}") };
                let Some(left) = self.left.checked_sub(1).filter(|_| path.len() <= MAX_PATH) else {
                    let limits = format!("more than {MAX_ENTRIES} files, or paths of more than {MAX_PATH} bytes");
                    return self.snapshot.unreadable().note(RevisionError::Broken(limits));
                };
                self.left = left;
                let is_directory = matches!(node, Node::Directory(_) | Node::Submodule(_));
                let is_never_entered = matches!(name.as_str(), ".git" | ".terraform" | ".terragrunt-cache");
                if rules.ignores(&path, is_directory) || is_directory && is_never_entered {
                    continue;
                }
                match node {
                    Node::Directory(_) => directories.push((path, rules.clone())),
                    Node::Submodule(_) => directories.push((path, rules.in_repository())),
                    Node::File(_) => self.meet(&path, false),
                    Node::Link(_) => {}
                }
            }
        }
    }

    /// The rules that hold in a directory. Those that do not count today are named by the scan of today.
    fn rules(&self, around: &Ignored, directory: &str) -> Ignored {
        around.below(directory, |path| self.snapshot.read(path), &mut Vec::new())
    }

    fn meet(&mut self, path: &str, named: bool) {
        // What cannot be read is noted by the snapshot.
        let head = |most| self.snapshot.head(path, most).ok_or(());
        if let Ok(Some(kind)) = content::kind(path, named, head) {
            self.candidates.insert(Candidate { path: path.to_owned(), kind });
        }
    }
}
