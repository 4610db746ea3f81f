//! The files of one commit, directories read when they are asked for.

use super::repository::{Objects, Repository};
use super::{RevisionError, Unreadable};
use crate::discover::Disk;
use crate::discover::regular::MAX_FILE_BYTES;
use crate::limits::git::MOST_LINKS;
use crate::source::{Entry, Files, ReadError, join, parent};
use gix_hash::{Kind, ObjectId};
use gix_object::TreeRefIter;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

/// One entry of a directory.
#[derive(Clone)]
pub(super) enum Node {
    /// A directory.
    Directory(Held),
    /// A file.
    File(Held),
    /// A symbolic link.
    Link(Held),
    /// A repository of its own; its files are there when it was checked out.
    Submodule(ObjectId),
}

/// An object, and the repository that has it.
#[derive(Clone)]
pub(super) struct Held {
    id: ObjectId,
    objects: Arc<Objects>,
}

/// A directory: its entries by name.
pub(super) type Listing = BTreeMap<String, Node>;

/// The tree of one commit, with what git does not keep from disk.
pub(super) struct Snapshot {
    root: PathBuf,
    tree: Held,
    disk: Disk,
    reference: String,
    listings: Mutex<HashMap<String, Arc<Listing>>>,
    unreadable: Unreadable,
}

impl Snapshot {
    /// The tree `tree` of the work tree at `root`, which `reference` led to.
    pub(super) fn new(root: &Path, objects: Objects, tree: ObjectId, reference: &str, unreadable: Unreadable) -> Self {
        Self {
            root: root.to_owned(),
            tree: Held { id: tree, objects: Arc::new(objects) },
            disk: Disk::unwalked(root.to_owned()),
            reference: reference.to_owned(),
            listings: Mutex::default(),
            unreadable,
        }
    }

    /// What stands at a path, links not followed.
    pub(super) fn node(&self, path: &str) -> Option<Node> {
        if path.is_empty() {
            return Some(Node::Directory(self.tree.clone()));
        }
        let name = path.rsplit('/').next().unwrap_or(path);
        self.listing(parent(path)).get(name).cloned()
    }

    /// The entries of a directory; none where there is none.
    pub(super) fn listing(&self, directory: &str) -> Arc<Listing> {
        let known = || self.listings.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(listing) = known().get(directory) {
            return Arc::clone(listing);
        }
        let tree = match self.node(directory) {
            Some(Node::Directory(tree)) => Some(tree),
            Some(Node::Submodule(commit)) => self.submodule(directory, commit),
            Some(Node::File(_) | Node::Link(_)) | None => None,
        };
        let listing = Arc::new(tree.map(|tree| self.entries(&tree)).unwrap_or_default());
        known().insert(directory.to_owned(), Arc::clone(&listing));
        listing
    }

    fn entries(&self, tree: &Held) -> Listing {
        let Some(data) = self.data(tree) else { return Listing::new() };
        let entries = TreeRefIter::from_bytes(&data, Kind::Sha1).filter_map(Result::ok).filter_map(|entry| {
            let held = || Held { id: entry.oid.to_owned(), objects: Arc::clone(&tree.objects) };
            let node = match entry.mode {
                mode if mode.is_tree() => Node::Directory(held()),
                mode if mode.is_link() => Node::Link(held()),
                mode if mode.is_commit() => Node::Submodule(entry.oid.to_owned()),
                _ => Node::File(held()),
            };
            Some((std::str::from_utf8(entry.filename).ok()?.to_owned(), node))
        });
        entries.collect()
    }

    /// The tree of a commit of a submodule, when that is checked out: else there are no files on disk either.
    fn submodule(&self, path: &str, commit: ObjectId) -> Option<Held> {
        let objects = Repository::open(&self.root.join(path)).ok()?.objects;
        let commit = self.noted(objects.commit(commit, &format!("{}:{path}", self.reference)))?;
        Some(Held { id: commit.tree, objects: Arc::new(objects) })
    }

    /// The bytes of an object.
    fn data(&self, held: &Held) -> Option<Vec<u8>> {
        self.noted(held.objects.object(&held.id, &self.reference)).map(|object| object.data)
    }

    /// The first failure stays; what comes of it is no matter then.
    fn noted<T>(&self, result: Result<T, RevisionError>) -> Option<T> {
        result.map_err(|error| self.unreadable.note(error)).ok()
    }

    /// What could not be read so far.
    pub(super) fn unreadable(&self) -> &Unreadable {
        &self.unreadable
    }

    /// At most so many of the first bytes of a file.
    pub(super) fn head(&self, path: &str, most: u64) -> Option<String> {
        let bytes = self.read(path).ok()?;
        let head = bytes.get(..most as usize).unwrap_or(&bytes);
        Some(String::from_utf8_lossy(head).into_owned())
    }

    /// The path that `path` leads to through all links, with what stands there.
    fn follow(&self, path: &str) -> Result<(String, Node), ReadError> {
        let missing = || ReadError::Missing(path.to_owned());
        let mut way = path.to_owned();
        for _ in 0..MOST_LINKS {
            let Some((link, target)) = self.first_link(&way) else {
                let node = self.node(&way).ok_or_else(missing)?;
                return Ok((way, node));
            };
            let rest = way.get(link.len()..).unwrap_or_default();
            let outside = || ReadError::OutsideRoot(path.to_owned());
            way = join(parent(&link), &format!("{target}{rest}")).ok_or_else(outside)?;
        }
        Err(missing())
    }

    /// The first link on the way, and its target.
    fn first_link(&self, way: &str) -> Option<(String, String)> {
        let ends = way.match_indices('/').map(|(at, _)| at).chain([way.len()]);
        let prefixes = ends.filter_map(|end| way.get(..end));
        let mut links = prefixes.filter_map(|prefix| match self.node(prefix) {
            Some(Node::Link(held)) => Some((prefix.to_owned(), String::from_utf8(self.data(&held)?).ok()?)),
            _ => None,
        });
        links.next()
    }

    /// Whether git does not keep what is at `path`, so that it is what it is on disk.
    fn is_on_disk(&self, path: &str) -> bool {
        !self.disk.is_committed(path)
    }
}

impl Files for Snapshot {
    fn read(&self, path: &str) -> Result<Vec<u8>, ReadError> {
        let held = match self.follow(path) {
            Ok((_, Node::File(held))) => held,
            Err(ReadError::OutsideRoot(path)) => return Err(ReadError::OutsideRoot(path)),
            _ if self.is_on_disk(path) => return self.disk.read(path),
            _ => return Err(ReadError::Missing(path.to_owned())),
        };
        let size = held.objects.size(&held.id).unwrap_or_default();
        if size > MAX_FILE_BYTES {
            return Err(ReadError::TooLarge { path: path.to_owned(), size, limit: MAX_FILE_BYTES });
        }
        self.data(&held).ok_or_else(|| ReadError::Missing(path.to_owned()))
    }

    fn list(&self, dir: &str) -> Result<Vec<Entry>, ReadError> {
        let mut entries = BTreeSet::new();
        if let Ok((dir, Node::Directory(_) | Node::Submodule(_))) = self.follow(dir) {
            for (name, node) in self.listing(&dir).iter() {
                let path = if dir.is_empty() { name.clone() } else { format!("{dir}/{name}") };
                let is_dir = match node {
                    Node::Directory(_) | Node::Submodule(_) => true,
                    Node::File(_) => false,
                    Node::Link(_) => self.is_dir(&path),
                };
                entries.insert(Entry { name: name.clone(), is_dir });
            }
        }
        let kept: BTreeSet<String> = entries.iter().map(|entry| entry.name.clone()).collect();
        let path = |name: &str| if dir.is_empty() { name.to_owned() } else { format!("{dir}/{name}") };
        let on_disk = self.disk.list(dir)?.into_iter();
        entries.extend(on_disk.filter(|entry| !kept.contains(&entry.name) && self.is_on_disk(&path(&entry.name))));
        Ok(entries.into_iter().collect())
    }

    fn is_file(&self, path: &str) -> bool {
        match self.follow(path) {
            Ok((_, node)) => matches!(node, Node::File(_)),
            Err(_) => self.is_on_disk(path) && self.disk.is_file(path),
        }
    }

    fn is_dir(&self, path: &str) -> bool {
        match self.follow(path) {
            Ok((_, node)) => matches!(node, Node::Directory(_) | Node::Submodule(_)),
            Err(_) => self.is_on_disk(path) && self.disk.is_dir(path),
        }
    }

    fn is_committed(&self, path: &str) -> bool {
        self.node(path).is_some() || !self.is_on_disk(path)
    }

    fn resolved(&self, path: &str) -> String {
        match self.follow(path) {
            Ok((path, _)) => path,
            Err(_) if self.is_on_disk(path) => self.disk.resolved(path),
            Err(_) => path.to_owned(),
        }
    }
}
