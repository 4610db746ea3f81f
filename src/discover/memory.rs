//! A tree in memory: the examples on a check's page, or one object.

use super::{Candidate, Tree, content};
use crate::source::{Entry, Files, Kind, ReadError, is_within};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Files by path.
#[derive(Debug, Default)]
pub struct Memory {
    files: BTreeMap<String, Vec<u8>>,
}

impl Memory {
    /// A tree of `files`: paths from the root with their texts.
    pub fn tree<'a, Content: AsRef<[u8]>>(files: impl IntoIterator<Item = (&'a str, Content)>) -> Tree {
        let files: BTreeMap<String, Vec<u8>> =
            files.into_iter().map(|(path, content)| (path.to_owned(), content.as_ref().to_vec())).collect();
        let candidate = |(path, bytes): (&String, &Vec<u8>)| {
            let kind = content::kind::<()>(path, false, |_| Ok(String::from_utf8_lossy(bytes).into_owned()));
            Some(Candidate { path: path.clone(), kind: kind.ok()?? })
        };
        let candidates = files.iter().filter_map(candidate).collect();
        let starts = vec![String::new()];
        let (files, directory) = (Arc::new(Self { files }), String::new());
        let (apart, repositories) = (Vec::new(), Vec::new());
        Tree { files, candidates, left_out: Vec::new(), starts, apart, repositories, directory }
    }
}

impl Memory {
    /// A tree of one file, whose kind is known.
    pub fn file(path: &str, kind: Kind, content: impl Into<Vec<u8>>) -> Tree {
        Tree {
            files: Arc::new(Self { files: BTreeMap::from([(path.to_owned(), content.into())]) }),
            candidates: vec![Candidate { path: path.to_owned(), kind }],
            left_out: Vec::new(),
            starts: vec![String::new()],
            apart: Vec::new(),
            repositories: Vec::new(),
            directory: String::new(),
        }
    }
}

impl Files for Memory {
    fn read(&self, path: &str) -> Result<Vec<u8>, ReadError> {
        self.files.get(path).cloned().ok_or_else(|| ReadError::Missing(path.to_owned()))
    }

    fn list(&self, dir: &str) -> Result<Vec<Entry>, ReadError> {
        let prefix = if dir.is_empty() { String::new() } else { format!("{dir}/") };
        let inside = self.files.keys().filter_map(|path| path.strip_prefix(&prefix));
        let entry = |rest: &str| match rest.split_once('/') {
            Some((name, _)) => Entry { name: name.to_owned(), is_dir: true },
            None => Entry { name: rest.to_owned(), is_dir: false },
        };
        Ok(inside.map(entry).collect::<BTreeSet<_>>().into_iter().collect())
    }

    fn is_file(&self, path: &str) -> bool {
        self.files.contains_key(path)
    }

    fn is_dir(&self, path: &str) -> bool {
        path.is_empty() || self.files.keys().any(|file| file != path && is_within(file, path))
    }

    fn is_committed(&self, path: &str) -> bool {
        !path.split('/').any(|part| matches!(part, ".terraform" | ".terragrunt-cache"))
    }
}
