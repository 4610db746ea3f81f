//! What the evaluator writes into a trace. Without one, each of these costs a branch.

use super::super::value::{CelData, CelValue};
use super::Evaluator;
use crate::expr::trace::Owed;
use crate::model::{Step, TraceId, Value};
use crate::source::Span;

impl Evaluator<'_> {
    fn add(&self, span: Span, owed: impl FnOnce() -> Owed) -> Option<TraceId> {
        self.evaluation.trace.and_then(|trace| trace.add(span, owed()))
    }

    /// A literal, which is owed to nothing.
    pub(super) fn given(&self, data: CelData, span: Span) -> CelValue {
        let trace = self.add(span, || Owed::Computed(Box::default()));
        CelValue::from(data).traced(trace)
    }

    /// The value of a name.
    pub(super) fn named(&self, value: CelValue, name: &str, span: Span) -> CelValue {
        let trace = match value.trace {
            Some(bound) => self.add(span, || Owed::Bound(bound)),
            None => self.add(span, || Owed::Name(name.into())),
        };
        value.traced(trace)
    }

    /// A field or an element that was read.
    pub(super) fn stepped(
        &self,
        base: Option<TraceId>,
        step: Option<Step>,
        key: Option<TraceId>,
        value: impl FnOnce() -> Value,
        span: Span,
    ) -> Option<TraceId> {
        self.add(span, || match step {
            Some(step) => Owed::Step { base, step, key, value: value() },
            None => Owed::Computed([base, key].into_iter().flatten().collect()),
        })
    }

    /// An element of a collection that is walked.
    pub(super) fn element(
        &self,
        of: Option<TraceId>,
        step: Step,
        value: impl FnOnce() -> Value,
        span: Span,
    ) -> Option<TraceId> {
        self.add(span, || Owed::Element { of, step, value: value() })
    }

    /// What was computed of some results.
    pub(super) fn computed(
        &self,
        value: CelValue,
        of: impl IntoIterator<Item = Option<TraceId>>,
        span: Span,
    ) -> CelValue {
        let trace = self.add(span, || Owed::Computed(of.into_iter().flatten().collect()));
        value.traced(trace)
    }

    /// A truth that some results give, whatever the others are.
    pub(super) fn decided(
        &self,
        value: CelValue,
        by: impl IntoIterator<Item = Option<TraceId>>,
        span: Span,
    ) -> CelValue {
        let trace = self.add(span, || Owed::Decided(by.into_iter().flatten().collect()));
        value.traced(trace)
    }

    /// A result that a condition chose.
    pub(super) fn chosen(&self, value: CelValue, condition: &CelValue, span: Span) -> CelValue {
        let (chosen, because) = (value.trace, condition.trace);
        let trace = self.add(span, || Owed::Choice { chosen, because });
        CelValue { sensitive: value.sensitive || condition.sensitive, ..value }.traced(trace)
    }
}
