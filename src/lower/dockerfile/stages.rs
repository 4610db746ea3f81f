//! Which stage builds on which, and which of them end up in the image.

use crate::lower::pieces::{may_be_null, text_of, unread};
use crate::model::{Text, Type, Value};

/// The stage that `text` names, by name in any case or by number; the latest of that name.
pub(super) fn find(stages: &[(Option<Text>, usize)], text: &str) -> Option<(Option<Text>, usize)> {
    let named = |(name, _): &&(Option<Text>, usize)| name.as_ref().is_some_and(|name| name.eq_ignore_ascii_case(text));
    if let Some(found) = stages.iter().rev().find(named) {
        return Some(found.clone());
    }
    let number: usize = text.parse().ok()?;
    stages.iter().find(|(_, index)| *index == number).cloned()
}

/// What is said of a stage that `reference` names while [`find`] finds none: nothing is there, or unknown
/// where what is not known of the reference may be the name of one.
pub(super) fn unfound(stages: &[(Option<Text>, usize)], reference: &Value) -> Option<Value> {
    let names = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    let may_name =
        reference.is_unknown() && text_of(reference).pieces().flatten().all(|known| known.chars().all(names));
    (may_name && !stages.is_empty()).then(|| may_be_null(unread(reference, Type::Dynamic)))
}

/// What a stage needs.
#[derive(Clone, Debug, Default)]
pub(super) struct Needs {
    /// The stage that it is built from.
    pub base: Option<usize>,
    /// The stages that it copies or mounts from.
    pub sources: Vec<usize>,
}

/// What becomes of a stage.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct StageUse {
    /// It is the one that is built.
    pub is_final: bool,
    /// Its layers are in the image: it is the final one, or that one builds on it.
    pub is_shipped: bool,
    /// It is built at all: the final one builds on it or copies from it.
    pub is_used: bool,
}

/// What becomes of each stage when `target` is built.
pub(super) fn fates(needs: &[Needs], target: usize) -> Vec<StageUse> {
    let mut fates = vec![StageUse::default(); needs.len()];
    let mut shipped = Some(target);
    // A stage needs earlier ones only, so this ends.
    while let Some(index) = shipped {
        if let Some(fate) = fates.get_mut(index) {
            fate.is_shipped = true;
        }
        shipped = needs.get(index).and_then(|needs| needs.base).filter(|base| *base < index);
    }
    let mut open = vec![target];
    while let Some(index) = open.pop() {
        let (Some(fate), Some(needs)) = (fates.get_mut(index), needs.get(index)) else { continue };
        if !std::mem::replace(&mut fate.is_used, true) {
            open.extend(needs.base.iter().chain(&needs.sources).filter(|other| **other < index));
        }
    }
    if let Some(fate) = fates.get_mut(target) {
        fate.is_final = true;
    }
    fates
}
