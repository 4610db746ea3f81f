//! Which value of an object decided: read from the trace of an evaluation.

use crate::expr::Trace;
use crate::expr::trace::Owed;
use crate::limits::admission::TRACE_NODES;
use crate::model::{Step, TraceId, Value};
use crate::source::Span;
use std::collections::HashSet;

/// Returns the value of `object` that decided the result of a node, with its origin; of one that is absent, null at the
/// place that should hold it. Without a trace, or where nothing of the object was read, null at `header`.
pub fn deciding(trace: &Trace, node: Option<TraceId>, object: &Value, header: Span) -> Value {
    let mut reader = Reader { trace, seen: HashSet::new(), paths: Vec::new() };
    node.into_iter().for_each(|node| reader.visit(node));
    // What an object is called says which one it is, seldom what is wrong with it.
    let names_it = |path: &&Vec<Step>| {
        let first = |name: &str| matches!(path.first(), Some(Step::Key(key)) if key == name);
        first("kind")
            || first("apiVersion")
            || first("metadata") && matches!(path.get(1), Some(Step::Key(key)) if key == "name" || key == "namespace")
    };
    let path = reader.paths.iter().find(|path| !names_it(path)).or(reader.paths.first());
    path.map_or_else(|| Value::null(header), |path| at(object, path, header))
}

/// The value at the end of a path, or null where it should stand.
fn at(object: &Value, path: &[Step], header: Span) -> Value {
    let (mut value, mut place) = (object, header);
    for step in path {
        let next = value.at(std::slice::from_ref(step));
        place = value.as_mapping().and_then(|mapping| mapping.header).unwrap_or(place);
        match next {
            Some(next) => value = next,
            None => return Value::null(place),
        }
    }
    value.clone()
}

struct Reader<'a> {
    trace: &'a Trace,
    seen: HashSet<TraceId>,
    /// The paths in the object that were read, in the order of the expression.
    paths: Vec<Vec<Step>>,
}

impl Reader<'_> {
    fn visit(&mut self, id: TraceId) {
        let mut open = vec![id];
        while let Some(id) = open.pop() {
            if self.seen.len() >= TRACE_NODES || !self.seen.insert(id) {
                continue;
            }
            if let Some(path) = self.path(id) {
                self.paths.push(path);
                continue;
            }
            let Some(node) = self.trace.node(id) else { continue };
            let mut next: Vec<TraceId> = match &node.owed {
                Owed::Decided(of) | Owed::Computed(of) | Owed::FirstValid { tried: of, .. } => of.to_vec(),
                Owed::Choice { chosen, because } => chosen.iter().chain(because).copied().collect(),
                Owed::Bound(of) => vec![*of],
                Owed::Step { base, key, .. } => base.iter().chain(key).copied().collect(),
                Owed::Element { of, .. } => of.iter().copied().collect(),
                Owed::Name(_) | Owed::Given(_) => Vec::new(),
            };
            next.reverse();
            open.append(&mut next);
        }
    }

    /// The path from the object to what a node read; `None` when it read something else.
    fn path(&self, id: TraceId) -> Option<Vec<Step>> {
        let (mut id, mut steps) = (id, Vec::new());
        loop {
            let node = self.trace.node(id)?;
            id = match &node.owed {
                Owed::Name(name) if name == "object" => {
                    steps.reverse();
                    return Some(steps);
                }
                Owed::Step { base: Some(base), step, .. } | Owed::Element { of: Some(base), step, .. } => {
                    steps.push(step.clone());
                    *base
                }
                Owed::Bound(of) | Owed::Choice { chosen: Some(of), .. } => *of,
                _ => return None,
            };
        }
    }
}
