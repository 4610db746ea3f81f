//! The last commit that two have in common.

use super::RevisionError;
use super::repository::Objects;
use gix_hash::ObjectId;
use std::collections::{BinaryHeap, HashMap};

/// Reached from the left side.
const LEFT: u8 = 1;
/// Reached from the right side.
const RIGHT: u8 = 2;
/// Reached from a commit that both sides have: an older common one at best.
const OLDER: u8 = 4;

/// The best common ancestor of two commits: where there are several, the youngest of those that no other one reaches.
///
/// Both histories are walked together, youngest first, until all that is left is older than what was found.
pub(super) fn merge_base(
    objects: &Objects,
    left: ObjectId,
    right: ObjectId,
    reference: &str,
) -> Result<ObjectId, RevisionError> {
    let mut marks: HashMap<ObjectId, u8> = HashMap::new();
    let mut waiting = BinaryHeap::new();
    for (id, mark) in [(left, LEFT), (right, RIGHT)] {
        *marks.entry(id).or_default() |= mark;
        waiting.push((objects.commit(id, reference)?.time, id));
    }
    let mut common = Vec::new();
    let mut is_cut_off = false;
    while waiting.iter().any(|(_, id)| marks.get(id).is_none_or(|mark| mark & OLDER == 0)) {
        let Some((_, id)) = waiting.pop() else { break };
        let mut mark = marks.get(&id).copied().unwrap_or_default();
        if mark & (LEFT | RIGHT) == LEFT | RIGHT {
            if mark & OLDER == 0 {
                common.push(id);
            }
            mark |= OLDER;
        }
        let commit = objects.commit(id, reference)?;
        is_cut_off |= commit.is_cut_off;
        for parent in commit.parents {
            let known = marks.entry(parent).or_default();
            if *known | mark != *known {
                *known |= mark;
                waiting.push((objects.commit(parent, reference)?.time, parent));
            }
        }
    }
    let best = common.into_iter().find(|id| marks.get(id).is_some_and(|mark| mark & OLDER == 0));
    best.ok_or_else(|| {
        if is_cut_off {
            return RevisionError::Shallow(reference.to_owned());
        }
        RevisionError::Malformed { reference: reference.to_owned(), reason: "the two have no commit in common".into() }
    })
}
