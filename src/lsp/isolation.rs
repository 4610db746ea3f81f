//! Which part of a tree makes its evaluation panic, so that the rest is evaluated without it.

use crate::discover::Tree;
use crate::source::parent;
use std::collections::BTreeSet;

/// The directories that hold candidates of a tree, sorted.
pub fn directories(tree: &Tree) -> Vec<String> {
    let all: BTreeSet<&str> = tree.candidates.iter().map(|candidate| parent(&candidate.path)).collect();
    all.into_iter().map(str::to_owned).collect()
}

/// A tree with those candidates only that lie right in some directories, or outside of them.
pub fn part(tree: &Tree, directories: &BTreeSet<String>, inside: bool) -> Tree {
    let mut part = tree.clone();
    part.candidates.retain(|candidate| directories.contains(parent(&candidate.path)) == inside);
    part
}

/// The smallest groups of neighbouring directories that panic by themselves, all in one. Each half is tried; where
/// neither panics without the other one, both are meant.
pub fn culprits(directories: &[String], panics: &mut dyn FnMut(&BTreeSet<String>) -> bool) -> BTreeSet<String> {
    let all: BTreeSet<String> = directories.iter().cloned().collect();
    if !panics(&all) {
        return BTreeSet::new();
    }
    if directories.len() < 2 {
        return all;
    }
    let (first, second) = directories.split_at(directories.len() / 2);
    let mut found = culprits(first, panics);
    found.extend(culprits(second, panics));
    if found.is_empty() { all } else { found }
}

#[cfg(test)]
mod tests {
    use super::culprits;
    use std::collections::BTreeSet;

    #[test]
    fn what_panics_is_found_in_halves() {
        let all: Vec<String> = (0..40).map(|number| format!("{number:02}")).collect();
        let found = |bad: &[&[&str]]| {
            let mut tried = 0;
            let mut panics = |some: &BTreeSet<String>| {
                tried += 1;
                bad.iter().any(|group| group.iter().all(|one| some.contains(*one)))
            };
            let found = culprits(&all, &mut panics);
            (found.into_iter().collect::<Vec<_>>(), tried)
        };
        assert_eq!(found(&[]), (vec![], 1));
        let (one, tried) = found(&[&["17"]]);
        assert_eq!(one, ["17"]);
        assert!(tried < 15, "{tried}");
        assert_eq!(found(&[&["00"], &["39"]]).0, ["00", "39"]);
        // Two that panic only together: the smallest group that has both.
        assert_eq!(found(&[&["04", "05"]]).0, all.get(..10).unwrap());
    }
}
