//! Names of commits, as `git rev-parse` reads them: as many of its forms as a gate needs.

use super::RevisionError;
use super::history::merge_base;
use super::repository::{Objects, Repository};
use gix_hash::ObjectId;

/// Hex digits of a full id.
const FULL: usize = 40;
/// Hex digits that the beginning of an id has at least.
const LEAST: usize = 4;

/// The commit that `reference` names.
pub(super) fn resolve(repository: &Repository, reference: &str) -> Result<ObjectId, RevisionError> {
    let side = |side: &'_ str| if side.is_empty() { "HEAD".to_owned() } else { side.to_owned() };
    match reference.split_once("...") {
        None => one(repository, reference),
        Some((left, right)) => {
            let (left, right) = (one(repository, &side(left))?, one(repository, &side(right))?);
            merge_base(&repository.objects, left, right, reference)
        }
    }
}

/// `BASE` with any number of `~N`, `^N` and `^{commit}` behind.
fn one(repository: &Repository, reference: &str) -> Result<ObjectId, RevisionError> {
    let end = reference.find(['~', '^']).unwrap_or(reference.len());
    let (name, mut steps) = reference.split_at(end);
    let mut commit = repository.objects.peeled(base(repository, name)?, reference)?;
    while !steps.is_empty() {
        let (step, rest) = Step::read(steps).ok_or_else(|| malformed(reference, format!("`{steps}` is not a step")))?;
        commit = step.follow(&repository.objects, commit, reference)?;
        steps = rest;
    }
    Ok(commit)
}

fn malformed(reference: &str, reason: impl Into<String>) -> RevisionError {
    RevisionError::Malformed { reference: reference.to_owned(), reason: reason.into() }
}

/// A branch, a tag, `HEAD`, or an id.
fn base(repository: &Repository, name: &str) -> Result<ObjectId, RevisionError> {
    if name.contains("@{") || name.contains(':') {
        return Err(malformed(name, "neither reflogs, upstreams nor paths can be named; write the branch, tag or id"));
    }
    let is_hex = name.len() >= LEAST && name.len() <= FULL && name.bytes().all(|byte| byte.is_ascii_hexdigit());
    if let Some(id) = ObjectId::from_hex(name.as_bytes()).ok().filter(|_| is_hex && name.len() == FULL) {
        return if repository.objects.size(&id).is_some() {
            Ok(id)
        } else {
            Err(RevisionError::Unknown(name.to_owned()))
        };
    }
    if let Some(id) = repository.reference(if name == "@" { "HEAD" } else { name })? {
        return Ok(id);
    }
    let found = if is_hex { repository.objects.by_prefix(name)? } else { None };
    found.ok_or_else(|| RevisionError::Unknown(name.to_owned()))
}

/// One step back.
enum Step {
    /// `~N`: that many first parents.
    Back(usize),
    /// `^N`: the N-th parent, or the commit itself for 0.
    Parent(usize),
}

impl Step {
    /// The first step of `text`, and what follows it.
    fn read(text: &str) -> Option<(Self, &str)> {
        for itself in ["^{commit}", "^{}"] {
            if let Some(rest) = text.strip_prefix(itself) {
                return Some((Self::Parent(0), rest));
            }
        }
        let rest = text.strip_prefix(['~', '^'])?;
        let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
        let (digits, rest) = rest.split_at(end);
        let number = if digits.is_empty() { 1 } else { digits.parse().ok()? };
        Some((if text.starts_with('~') { Self::Back(number) } else { Self::Parent(number) }, rest))
    }

    fn follow(&self, objects: &Objects, from: ObjectId, reference: &str) -> Result<ObjectId, RevisionError> {
        match *self {
            Self::Parent(0) => Ok(from),
            Self::Parent(number) => parent(objects, from, number, reference),
            Self::Back(number) => (0..number).try_fold(from, |from, _| parent(objects, from, 1, reference)),
        }
    }
}

fn parent(objects: &Objects, of: ObjectId, number: usize, reference: &str) -> Result<ObjectId, RevisionError> {
    let commit = objects.commit(of, reference)?;
    if commit.is_cut_off {
        return Err(RevisionError::Shallow(reference.to_owned()));
    }
    let parents = commit.parents.len();
    let found = commit.parents.into_iter().nth(number - 1);
    found.ok_or_else(|| malformed(reference, format!("the commit {of} has {parents} parents")))
}
