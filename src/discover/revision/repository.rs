//! A repository of git: where its parts lie, its references, its objects.

use super::RevisionError;
use crate::discover::regular::{self, read_text};
use crate::limits::git::{MAX_OBJECT_BYTES, MAX_TEXT_BYTES};
use gix_hash::{Kind, ObjectId};
use gix_object::{CommitRefIter, Find as _, FindHeader as _, TagRefIter};
use gix_odb::HandleArc;
use gix_ref::file::Store;
use std::collections::{BTreeSet, HashSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// A repository, opened for reading.
pub(super) struct Repository {
    references: Store,
    /// Its objects.
    pub objects: Objects,
}

/// The objects of a repository.
pub(super) struct Objects {
    database: Mutex<HandleArc>,
    /// The commits whose parents were not cloned.
    shallow: HashSet<ObjectId>,
}

/// What of a commit matters here.
pub(super) struct Commit {
    /// Its tree.
    pub tree: ObjectId,
    /// Its parents in order; none where they were not cloned.
    pub parents: Vec<ObjectId>,
    /// Whether its parents were not cloned.
    pub is_cut_off: bool,
    /// When it was committed, in seconds.
    pub time: i64,
}

/// An object with what it is.
pub(super) struct Object {
    /// What it is.
    pub kind: gix_object::Kind,
    /// Its bytes.
    pub data: Vec<u8>,
}

impl Repository {
    /// The repository of the work tree at `root`.
    pub(super) fn open(root: &Path) -> Result<Self, RevisionError> {
        let own = git_directory(root).ok_or_else(|| RevisionError::NoRepository(root.display().to_string()))?;
        // A linked work tree has its own HEAD, and all else in common with the others.
        let common = named_in(&own.join("commondir"), &own, "");
        let shared = common.clone().unwrap_or_else(|| own.clone());
        for directory in BTreeSet::from([&own, &shared]) {
            expect_regular(directory)?;
        }
        if let Some(form) = unreadable(&shared) {
            return Err(RevisionError::Unsupported(form));
        }
        let references = match common {
            Some(common) => Store::for_linked_worktree(own, common, Kind::Sha1),
            None => Store::at(own, Kind::Sha1),
        };
        let objects = gix_odb::at(shared.join("objects"), Kind::Sha1).and_then(gix_odb::Handle::into_arc);
        let objects = objects.map_err(|error| RevisionError::Broken(error.to_string()))?;
        let shallow = read_text(&shared.join("shallow")).unwrap_or_default();
        let shallow = shallow.lines().filter_map(|line| ObjectId::from_hex(line.trim().as_bytes()).ok()).collect();
        Ok(Self { references, objects: Objects { database: Mutex::new(objects), shallow } })
    }

    /// What the reference `name` leads to, annotated tags followed; `None` when there is none of that name.
    pub(super) fn reference(&self, name: &str) -> Result<Option<ObjectId>, RevisionError> {
        // What is no valid name is none that exists.
        let Ok(found) = self.references.try_find(name) else { return Ok(None) };
        let Some(mut reference) = found else { return Ok(None) };
        let peeled =
            gix_ref::file::ReferenceExt::peel_to_id(&mut reference, &self.references, &*self.objects.database());
        peeled.map(Some).map_err(|error| RevisionError::Broken(format!("`{name}`: {error}")))
    }
}

impl Objects {
    fn database(&self) -> MutexGuard<'_, HandleArc> {
        self.database.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The object whose id begins with `hex`.
    pub(super) fn by_prefix(&self, hex: &str) -> Result<Option<ObjectId>, RevisionError> {
        let Ok(prefix) = gix_hash::Prefix::from_hex(hex) else { return Ok(None) };
        match self.database().lookup_prefix(prefix, None) {
            Ok(None) => Ok(None),
            Ok(Some(Ok(id))) => Ok(Some(id)),
            Ok(Some(Err(()))) => Err(RevisionError::Ambiguous(hex.to_owned())),
            Err(error) => Err(RevisionError::Broken(error.to_string())),
        }
    }

    /// The size of an object in bytes; `None` when it is not there.
    pub(super) fn size(&self, id: &ObjectId) -> Option<u64> {
        self.database().try_header(id).ok().flatten().map(|header| header.size)
    }

    /// An object that `reference` needs.
    pub(super) fn object(&self, id: &ObjectId, reference: &str) -> Result<Object, RevisionError> {
        // Little that is compressed can hold much.
        if let Some(size) = self.size(id).filter(|size| *size > MAX_OBJECT_BYTES) {
            let message = format!("the object {id} has {size} bytes, over the limit of {MAX_OBJECT_BYTES}");
            return Err(RevisionError::Broken(message));
        }
        let mut data = Vec::new();
        let found = self.database().try_find(id, &mut data).map(|found| found.map(|object| object.kind));
        match found {
            Ok(Some(kind)) => Ok(Object { kind, data }),
            Ok(None) => Err(RevisionError::Missing { reference: reference.to_owned(), id: id.to_string() }),
            Err(error) => Err(RevisionError::Broken(error.to_string())),
        }
    }

    /// The commit at `id`, or at the end of the tags that begin there.
    pub(super) fn peeled(&self, mut id: ObjectId, reference: &str) -> Result<ObjectId, RevisionError> {
        loop {
            let object = self.object(&id, reference)?;
            match object.kind {
                gix_object::Kind::Commit => return Ok(id),
                gix_object::Kind::Tag => {
                    let target = TagRefIter::from_bytes(&object.data, Kind::Sha1).target_id();
                    id = target.map_err(|error| RevisionError::Broken(error.to_string()))?;
                }
                gix_object::Kind::Tree | gix_object::Kind::Blob => {
                    let reason = format!("it is a {}", object.kind);
                    return Err(RevisionError::Malformed { reference: reference.to_owned(), reason });
                }
            }
        }
    }

    /// A commit that `reference` needs.
    pub(super) fn commit(&self, id: ObjectId, reference: &str) -> Result<Commit, RevisionError> {
        let object = self.object(&id, reference)?;
        let broken = || RevisionError::Broken(format!("the commit {id} cannot be read"));
        let commit = || CommitRefIter::from_bytes(&object.data, Kind::Sha1);
        let tree = commit().tree_id().map_err(|_| broken())?;
        let time = commit().committer().map_err(|_| broken())?.seconds();
        let is_cut_off = self.shallow.contains(&id);
        let parents = if is_cut_off { Vec::new() } else { commit().parent_ids().collect() };
        Ok(Commit { tree, parents, is_cut_off, time })
    }
}

/// The directory of git of a work tree: `.git`, or what a file of that name says.
fn git_directory(root: &Path) -> Option<PathBuf> {
    let dot_git = root.join(".git");
    let directory = if dot_git.is_dir() { dot_git } else { named_in(&dot_git, root, "gitdir:")? };
    directory.join("HEAD").exists().then_some(directory)
}

/// Refuses a directory of git in which there is anything but regular files and directories, or a file of references that
/// is too large: the library that reads them opens whatever is there.
fn expect_regular(directory: &Path) -> Result<(), RevisionError> {
    let objects = directory.join("objects");
    let mut directories = vec![directory.to_owned()];
    while let Some(inner) = directories.pop() {
        let broken = |path: &Path, error: io::Error| RevisionError::Broken(format!("`{}`: {error}", path.display()));
        for entry in fs::read_dir(&inner).map_err(|error| broken(&inner, error))? {
            let entry = entry.map_err(|error| broken(&inner, error))?;
            let (path, kind) = (entry.path(), entry.file_type().map_err(|error| broken(&inner, error))?);
            let is_object = inner.starts_with(&objects) && inner != objects.join("info");
            if kind.is_dir() {
                directories.push(path);
            } else if !(path.is_dir() || is_object && kind.is_file()) {
                let (_, size) = regular::open(&path).map_err(|error| broken(&path, error))?;
                if size > MAX_TEXT_BYTES && !is_object && path.file_name().is_none_or(|name| name != "index") {
                    let error = format!("{size} bytes are over the limit of {MAX_TEXT_BYTES}");
                    return Err(broken(&path, io::Error::other(error)));
                }
            }
        }
    }
    Ok(())
}

/// The directory that a file of git names after `prefix`, relative to `from`.
fn named_in(file: &Path, from: &Path, prefix: &str) -> Option<PathBuf> {
    let text = read_text(file).ok()?;
    Some(from.join(text.strip_prefix(prefix)?.trim()))
}

/// What about the form of a repository is not read, by its configuration.
fn unreadable(shared: &Path) -> Option<&'static str> {
    let configuration = read_text(&shared.join("config")).unwrap_or_default().to_ascii_lowercase();
    let sets = |name: &str, value: &str| {
        let mut settings = configuration.lines().filter_map(|line| line.split_once('='));
        settings.any(|(key, set)| key.trim() == name && set.trim().trim_matches('"') == value)
    };
    if sets("objectformat", "sha256") {
        Some("has SHA-256 ids")
    } else if sets("refstorage", "reftable") {
        Some("keeps its references in a reftable")
    } else {
        None
    }
}
