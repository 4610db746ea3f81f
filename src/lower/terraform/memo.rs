//! Values that are computed once, and known to be under way until then.
//!
//! Knows nothing of what is computed, nor what a cycle means; `evaluation` says that.

use std::cell::RefCell;
use std::collections::HashMap;
use std::hash::Hash;

/// Values by key that are computed once.
pub(super) struct Memo<K, T>(RefCell<HashMap<K, Progress<T>>>);

/// How far a value is.
#[derive(Clone)]
pub(super) enum Progress<T> {
    /// Being computed: to ask for it now is a cycle.
    Running,
    /// Computed.
    Done(T),
}

impl<K, T> Default for Memo<K, T> {
    fn default() -> Self {
        Self(RefCell::default())
    }
}

impl<K: Hash + Eq + Clone, T: Clone> Memo<K, T> {
    /// Returns how far the value of `key` is; `None` when nobody asked for it yet.
    pub fn progress(&self, key: &K) -> Option<Progress<T>> {
        self.0.borrow().get(key).cloned()
    }

    /// Whether the value of `key` is being computed right now.
    pub fn is_running(&self, key: &K) -> bool {
        matches!(self.0.borrow().get(key), Some(Progress::Running))
    }

    /// Computes the value of `key` and keeps it.
    pub fn compute(&self, key: &K, compute: impl FnOnce() -> T) -> T {
        self.0.borrow_mut().insert(key.clone(), Progress::Running);
        let value = compute();
        self.0.borrow_mut().insert(key.clone(), Progress::Done(value.clone()));
        value
    }
}
