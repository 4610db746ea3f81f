//! Where a finding is, from what was read, and the labels that lead on from there.

use super::access_path::AccessPath;
use crate::finding::Label;
use crate::model::{Call, Format, Hop, HopKind, Origin, Resource, Text};
use crate::source::{SourceId, Span};

/// Where a finding is.
#[derive(Clone, Debug)]
pub struct Place {
    /// The value at fault, or the header of the block that lacks it.
    pub span: Span,
    /// The way from there.
    pub labels: Vec<Label>,
    /// Attribute path in the resource.
    pub path: Text,
    /// The same with elements by what names them.
    pub stable: Text,
}

/// The place of a finding on `resource` that was decided by the best of `accesses`.
pub fn place(accesses: &[AccessPath], resource: &Resource) -> Place {
    let best = accesses.iter().find(|access| access.is_present()).or_else(|| accesses.first());
    let Some(access) = best else {
        let nothing = Place { span: resource.header, labels: Vec::new(), path: Text::new(), stable: Text::new() };
        return outward(nothing, &[], resource);
    };
    let way = access.way();
    let span = access.place();
    let (path, stable) = (access.path.as_str().into(), access.stable.as_str().into());
    let mut labels = labels(span, &way);
    if way.first().is_some_and(|origin| origin.span == span && origin.is_overlaid()) {
        let message = format!("`{}` begins here", resource.address);
        add(&mut labels, span, Label { message, span: resource.header, hop: false });
    }
    outward(Place { span, labels, path, stable }, &way, resource)
}

/// The place of what a policy decided, without what the policy put together itself: that stands on its `page`, where
/// nothing is to be changed.
pub fn place_apart(mut accesses: Vec<AccessPath>, resource: &Resource, page: SourceId) -> Place {
    accesses.retain(|access| access.place().source != page);
    let mut place = place(&accesses, resource);
    place.labels.retain(|label| label.span.source != page);
    place
}

/// One label for each step of the way, nearest first, without repetitions. Where the value is an
/// element of something that was followed, the step ends at the element.
pub fn labels(place: Span, way: &[Origin]) -> Vec<Label> {
    let mut labels: Vec<Label> = Vec::new();
    for (number, origin) in way.iter().enumerate() {
        if number > 0 {
            match labels.last_mut().filter(|last| last.span.contains(origin.span)) {
                Some(last) => last.span = origin.span,
                None => add(&mut labels, place, hop("written here".to_owned(), origin.span)),
            }
        }
        for Hop { kind, span, .. } in origin.hops() {
            add(&mut labels, place, hop(kind.to_string(), *span));
        }
    }
    labels
}

fn hop(message: String, span: Span) -> Label {
    Label { message, span, hop: true }
}

fn add(labels: &mut Vec<Label>, place: Span, label: Label) {
    if label.span != place && labels.iter().all(|other| other.span != label.span) {
        labels.push(label);
    }
}

/// Moves the place out of a called module to where it must be fixed: the argument that brought the
/// value in, or the `module` block when the module's files are nobody's to change.
fn outward(place: Place, way: &[Origin], resource: &Resource) -> Place {
    let Some(call) = resource.call.as_deref() else { return place };
    let argument = way.iter().flat_map(Origin::hops).filter(is_argument).last();
    let foreign = foreign_call(call);
    let span = match (argument, foreign) {
        (Some(hop), None) => hop.span,
        (Some(hop), Some(call)) if outside(call, hop.span) || is_values_key(hop) => hop.span,
        (_, Some(call)) => call.header,
        (None, None) => return place,
    };
    let whole = if resource.format == Format::Kubernetes { "chart" } else { "module" };
    let inner = Label { message: format!("`{}` in the {whole}", resource.address), span: place.span, hop: true };
    let labels = std::iter::once(inner).chain(place.labels.into_iter().filter(|label| label.span != span)).collect();
    Place { span, labels, ..place }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the shape of a filter")]
fn is_argument(hop: &&Hop) -> bool {
    matches!(hop.kind, HopKind::ModuleArgument(..) | HopKind::ValuesKey(_))
}

/// Whether a key of the repository's own values brought it, into a chart that is not the repository's.
fn is_values_key(hop: &Hop) -> bool {
    matches!(hop.kind, HopKind::ValuesKey(_))
}

/// The innermost call from a file of the repository, when the resource's own file is not one.
fn foreign_call(call: &Call) -> Option<&Call> {
    std::iter::successors(Some(call), |call| call.outer.as_deref()).take_while(|call| !call.committed).last()
}

/// Whether `span` stands in a file of the repository, as seen from the module that `call` calls.
fn outside(call: &Call, span: Span) -> bool {
    call.block.source == span.source || call.outer.as_deref().is_some_and(|outer| outside(outer, span))
}
