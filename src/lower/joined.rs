//! A text that decides what values are, and one that says where they are written, as one: a plan and its configuration,
//! what a chart was rendered to and its templates.

use crate::limits::evaluation::JOINED_PAIRS;
use crate::model::{Cause, Data, Hop, HopKind, Mapping, Origin, Sequence, Text, Value, Why};
use crate::source::Span;
use std::sync::Arc;

/// Joins values that one text decides with those that another one writes.
pub(super) struct Joining {
    /// What decided the values.
    pub decided: HopKind,
}

impl Joining {
    /// The decided value, at the place where it is written; `around` is the header of the block for what is not written.
    pub fn value(&self, decided: &Value, written: Option<&Value>, around: Span) -> Value {
        let sensitive = decided.sensitive || written.is_some_and(|written| written.sensitive);
        let Some(written) = written else { return self.unwritten(decided, around) };
        let (data, origin) = match (&decided.data, &written.data) {
            (Data::Unknown(decided), Data::Unknown(unknown)) => {
                let mut unknown = unknown.clone();
                Arc::make_mut(&mut unknown).causes.clone_from(&after_apply(&decided.causes, written.origin.span));
                if unknown.symbol.is_none() && decided.symbol.is_some() {
                    Arc::make_mut(&mut unknown).symbol.clone_from(&decided.symbol);
                }
                (Data::Unknown(unknown), written.origin.clone())
            }
            (Data::Unknown(unknown), _) => {
                let mut unknown = unknown.clone();
                Arc::make_mut(&mut unknown).causes = after_apply(&unknown.causes, written.origin.span);
                (Data::Unknown(unknown), Origin::at(written.origin.span))
            }
            (Data::Mapping(mapping), Data::Mapping(own)) => {
                let header = own.header.unwrap_or(around);
                let entry = |(name, value): &(Text, Value)| (name.clone(), self.value(value, own.get(name), header));
                let entries = mapping.entries.iter().map(entry).collect();
                let joined = Mapping { entries, header: own.header, ..Mapping::clone(mapping) };
                (Data::Mapping(Arc::new(joined)), written.origin.clone())
            }
            (Data::Sequence(sequence), Data::Sequence(own)) => {
                let partners = partners(&sequence.items, &own.items);
                let item = |(item, partner): (&Value, Option<usize>)| {
                    let partner = partner.and_then(|at| own.items.get(at));
                    self.value(item, partner, written.origin.span)
                };
                let items = sequence.items.iter().zip(partners).map(item).collect();
                let joined = Sequence { items, kind: sequence.kind.clone(), header: own.header };
                (Data::Sequence(Arc::new(joined)), written.origin.clone())
            }
            // One block that a plan has as an object, or the other way round.
            (Data::Sequence(sequence), Data::Mapping(_)) if sequence.items.len() == 1 => {
                let items = sequence.items.iter().map(|item| self.value(item, Some(written), around)).collect();
                (Data::Sequence(Arc::new(Sequence::new(sequence.kind.clone(), items))), written.origin.clone())
            }
            (Data::Mapping(_), Data::Sequence(own)) if own.items.len() == 1 => {
                return self.value(decided, own.items.first(), around);
            }
            (Data::Sequence(_) | Data::Mapping(_), _) => {
                let inner = self.unwritten(decided, written.origin.span);
                (inner.data, self.decided_at(decided, &written.origin))
            }
            (data, own) if is_same(data, own) => (data.clone(), written.origin.clone()),
            (data, _) => (data.clone(), self.decided_at(decided, &written.origin)),
        };
        Value { data, origin, sensitive, trace: None }
    }

    /// A value that nothing writes: a provider decided it, or a text that is not here.
    fn unwritten(&self, decided: &Value, around: Span) -> Value {
        let data = match &decided.data {
            Data::Unknown(unknown) => {
                let mut unknown = unknown.clone();
                for cause in &mut Arc::make_mut(&mut unknown).causes {
                    if let Why::AfterApply(path) = &cause.why {
                        cause.why = Why::Computed(path.clone());
                    }
                    cause.span = around;
                }
                Data::Unknown(unknown)
            }
            Data::Sequence(sequence) => {
                let items = sequence.items.iter().map(|item| self.unwritten(item, around)).collect();
                Data::Sequence(Arc::new(Sequence::new(sequence.kind.clone(), items)))
            }
            Data::Mapping(mapping) => {
                let entry = |(name, value): &(Text, Value)| (name.clone(), self.unwritten(value, around));
                let entries = mapping.entries.iter().map(entry).collect();
                Data::Mapping(Arc::new(Mapping { entries, header: Some(around), ..Mapping::clone(mapping) }))
            }
            data => data.clone(),
        };
        Value { data, origin: self.decided_at(decided, &Origin::at(around)), ..decided.clone() }
    }

    /// The origin of a value that is known only where it was decided, and that is written at `written`.
    fn decided_at(&self, decided: &Value, written: &Origin) -> Origin {
        // What the text was encoded from is not wholly known there.
        let is_encoded = written.hops().any(|hop| hop.encoded.is_some());
        let next = written.via.clone().filter(|_| !is_encoded);
        let kind = self.decided.clone();
        let hop = Hop { kind, span: decided.origin.span, next, encoded: None, beside: None };
        Origin { span: written.span, via: Some(Arc::new(hop)) }
    }
}

/// The same causes, where the value is written.
fn after_apply(causes: &[Cause], span: Span) -> Vec<Cause> {
    let cause = |cause: &Cause| match &cause.why {
        Why::Computed(path) | Why::AfterApply(path) => Cause { why: Why::AfterApply(path.clone()), span },
        _ => cause.clone(),
    };
    causes.iter().map(cause).collect()
}

/// Which of the written elements each decided one is. A set has another order in a plan: there, an element is the one
/// that it agrees with most.
fn partners(decided: &[Value], written: &[Value]) -> Vec<Option<usize>> {
    let in_order = || (0..decided.len()).map(|at| (at < written.len()).then_some(at)).collect();
    let agree = |decided: &Value, written: &Value| agreement(decided, written) >= 0;
    let is_ordered =
        decided.len() == written.len() && decided.iter().zip(written).all(|(one, other)| agree(one, other));
    if is_ordered || decided.len().saturating_mul(written.len()) > JOINED_PAIRS {
        return in_order();
    }
    let mut free: Vec<bool> = vec![true; written.len()];
    let mut partner = |value: &Value| {
        let all = written.iter().enumerate().filter(|(at, _)| free.get(*at).copied().unwrap_or_default());
        let best = all.map(|(at, own)| (agreement(value, own), std::cmp::Reverse(at))).max()?;
        let at = best.1.0;
        if best.0 < 0 {
            return None;
        }
        free.get_mut(at).into_iter().for_each(|free| *free = false);
        Some(at)
    };
    let mut partners: Vec<Option<usize>> = decided.iter().map(&mut partner).collect();
    // What is left contradicts each other: what is written was changed since, or a provider changed the value.
    let left = free.iter().enumerate().filter(|(_, free)| **free).map(|(at, _)| at);
    partners.iter_mut().filter(|partner| partner.is_none()).zip(left).for_each(|(partner, at)| *partner = Some(at));
    partners
}

/// How much two values have in common: the number of equal parts, negative where known parts contradict each other.
fn agreement(decided: &Value, written: &Value) -> i64 {
    match (&decided.data, &written.data) {
        (_, Data::Unknown(_)) | (Data::Unknown(_), _) => 0,
        (Data::Mapping(decided), Data::Mapping(written)) => {
            let parts = written.entries.iter().filter_map(|(name, own)| Some(agreement(decided.get(name)?, own)));
            parts.sum()
        }
        (Data::Sequence(decided), Data::Sequence(written)) => {
            let parts = decided.items.iter().zip(&written.items).map(|(one, other)| agreement(one, other));
            let lengths = if decided.items.len() == written.items.len() { 0 } else { -1 };
            parts.sum::<i64>() + lengths
        }
        (one, other) if is_same(one, other) => 1,
        _ => -4,
    }
}

fn is_same(one: &Data, other: &Data) -> bool {
    match (one, other) {
        (Data::Null(_), Data::Null(_)) => true,
        (Data::Bool(one), Data::Bool(other)) => one == other,
        (Data::Number(one), Data::Number(other)) => one == other,
        (Data::String(one), Data::String(other)) => one == other,
        _ => false,
    }
}
