//! What a chart renders to becomes objects: values with the key that brought them, and what is not known as such.

use super::helm::chart::{Chart, Document, Rendering};
use super::helm::value::{Notes, Provenance};
use super::object::{Content, Object, told_objects};
use crate::lower::yaml::Telling;
use crate::model::{Address, Call, Cause, Data, Hop, HopKind, Origin, Part, Refinement, Symbol, Text, Type, Unknown};
use crate::model::{Reach, Unseen, Value, Why};
use crate::source::{Derived, Note, PLACEHOLDER, Piece, PieceKind, Problem, SourceId, Sources, Span};
use crate::syntax::yaml::{self, Entry, Node, Stream};
use ecow::eco_format;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::Arc;

/// Values of one text that are followed as hops: a text put together from more is explained by the first ones.
const MOST_KEYS: usize = 16;

/// The objects of one document of a rendering.
#[derive(Default)]
pub(super) struct RenderedObjects {
    /// The objects, and what the loader would refuse.
    pub content: Content,
    /// The dependency that brought them, where its files are not the repository's own.
    pub call: Option<Arc<Call>>,
    /// The object that would be here if more were known.
    pub unseen: Option<Unseen>,
}

/// Makes objects of one document. What is missing from it because it is not known is a problem.
pub(super) fn objects(rendering: &Rendering, document: &Document, chart: &Chart, sources: &Sources) -> RenderedObjects {
    let passages = Passages::new(rendering, document, sources);
    let Some(read) = document.stream.documents.first() else {
        let place = document.stream.problems.first().map(|problem| problem.span);
        let unseen = place.map(|span| unseen_object(&passages.file, "cannot be read", span));
        return RenderedObjects { unseen, ..RenderedObjects::default() };
    };
    let mut content = told_objects(read, &passages.file, &passages);
    for object in &mut content.objects {
        // The whole document: what other templates wrote into it has hops of its own.
        if object.block == read.span {
            object.block = passages.block;
        }
    }
    let mut lost = content.lost;
    content.objects.retain(|object| {
        let is_known = object.field("kind").is_some();
        if !is_known {
            let message = "the kind of this object is not known, so it is not evaluated";
            content.problems.push(Problem::warning(object.header, message));
            lost.get_or_insert(object.header);
        }
        is_known
    });
    if content.objects.is_empty() {
        lost = lost.or(passages.unknown.first().map(|piece| piece.span));
    }
    let unseen = lost.map(|span| unseen_object(&passages.file, "is not known", span));
    content.problems.extend(passages.missing());
    let call = is_foreign(&passages.file).then(|| dependency_call(chart, document));
    RenderedObjects { content, call, unseen }
}

/// An object of a template that is not seen.
fn unseen_object(template: &str, why: &str, span: Span) -> Unseen {
    let what = eco_format!("an object of template `{template}`");
    let cause = Cause { why: Why::Unseen(eco_format!("{what} {why}")), span };
    Unseen { what, cause, reach: Reach::Unit }
}

/// Whether a file stands in an archive, so that nobody edits it here.
fn is_foreign(path: &str) -> bool {
    path.contains(".tgz/")
}

/// The entry of the dependency that a document belongs to.
fn dependency_call(chart: &Chart, document: &Document) -> Arc<Call> {
    let name = document.path.strip_prefix("charts/").and_then(|rest| rest.split('/').next()).unwrap_or_default();
    let listed = chart.metadata.dependencies.iter().flatten();
    let mut own = listed.filter(|listed| listed.alias == name || listed.name == name);
    let entry = own.find_map(|listed| listed.span).unwrap_or(Span::new(chart.source, 0, 0));
    let address = Address::other(None, format!("charts/{name}"));
    Arc::new(Call { address, header: entry, block: entry, committed: false, outer: None })
}

/// What is known of the text that a document was read from.
struct Passages<'a> {
    text: &'a Derived<'static>,
    stream: &'a Stream,
    gaps: &'a [Range<usize>],
    /// Its unknown pieces, in order.
    unknown: Vec<Piece>,
    /// The same, by the number of their source and where they begin there.
    unknown_at: BTreeMap<(u32, u32), Piece>,
    /// Why every mapping may have more entries, where that is so.
    open: Option<Arc<Vec<Cause>>>,
    notes: &'a Notes,
    sources: &'a Sources,
    /// The template that the document belongs to.
    file: Text,
    /// What of that template wrote the document.
    block: Span,
}

impl<'a> Passages<'a> {
    fn new(rendering: &'a Rendering, document: &'a Document, sources: &'a Sources) -> Self {
        let text = &document.text;
        let whole = || text.pieces(0..text.text().len());
        // A document that another template wrote as a whole stands there.
        let own = document.template.filter(|own| whole().any(|piece| piece.span.source == *own));
        let source = own.unwrap_or(text.source());
        let spans = whole().map(|piece| piece.span).filter(|span| span.source == source && span.end > span.start);
        let block = spans.reduce(Span::to).unwrap_or(Span::new(source, 0, 0));
        let file = sources.get(source).path.as_str().into();
        let (stream, notes) = (&document.stream, &rendering.notes);
        let unknown: Vec<Piece> = whole().filter(|piece| piece.kind == PieceKind::Unknown).collect();
        let unknown_at = unknown.iter().map(|piece| ((piece.span.source.0, piece.span.start), piece.clone())).collect();
        let gaps = &document.gaps;
        let mut passages = Self { text, stream, gaps, unknown, unknown_at, open: None, notes, sources, file, block };
        passages.open = document.is_open.then(|| Arc::new(passages.causes(&passages.unknown)));
        passages
    }

    /// Why some pieces are not known, each reason once.
    fn causes(&self, pieces: &[Piece]) -> Vec<Cause> {
        let mut causes: Vec<Cause> = Vec::new();
        for piece in pieces.iter().filter(|piece| piece.kind == PieceKind::Unknown) {
            let (why, span) = self.cause(piece);
            let cause = Cause { why: Why::Template(why), span };
            if causes.len() < MOST_KEYS && !causes.contains(&cause) {
                causes.push(cause);
            }
        }
        causes
    }

    /// The first unknown piece in a key.
    fn unknown_in(&self, key: Span) -> Option<&Piece> {
        let mut within = self.unknown_at.range((key.source.0, key.start)..=(key.source.0, key.end));
        within.next().map(|(_, piece)| piece)
    }

    /// A note on each reason why text is not known, so that what it would add is missing.
    fn missing(&self) -> Vec<Problem> {
        let mut told = BTreeSet::new();
        let mut problems = Vec::new();
        let unknown = self.gaps.iter().flat_map(|gap| self.text.pieces(gap.clone()));
        for piece in unknown.filter(|piece| piece.kind == PieceKind::Unknown) {
            let why = self.cause(&piece).0;
            if told.insert(why.clone()) {
                let message = format!("what stands here is not evaluated: {why}");
                problems.push(Problem::note(piece.span, message));
            }
        }
        problems
    }

    /// Why a piece is not known, and where that is decided.
    fn cause(&self, piece: &Piece) -> (Text, Span) {
        match piece.note.and_then(|note| self.notes.get(note)) {
            Some(Provenance::Unknown { why, span }) => (why.clone(), *span),
            _ => ("this text is known only when Helm renders the chart".into(), piece.span),
        }
    }

    /// The step to the key that a note stands for.
    fn hop(&self, note: Note) -> Option<Hop> {
        let Some(Provenance::Key { span, .. }) = self.notes.get(note) else { return None };
        let path: Text = self.notes.path(note).into();
        let is_foreign = is_foreign(&self.sources.get(span.source).path);
        let kind = if is_foreign { HopKind::ChartDefault(path) } else { HopKind::ValuesKey(path) };
        Some(Hop { kind, span: *span, next: None, encoded: None, beside: None })
    }

    /// The way on to the keys that brought the pieces, one after the other.
    fn way(&self, pieces: &[Piece]) -> Option<Arc<Hop>> {
        let mut seen = BTreeSet::new();
        let notes = pieces.iter().filter_map(|piece| piece.note);
        let fresh = notes.filter(|note| seen.insert(note.0)).take(MOST_KEYS);
        let hops: Vec<Hop> = fresh.filter_map(|note| self.hop(note)).collect();
        hops.into_iter().rev().fold(None, |next, hop| Some(Arc::new(Hop { next, ..hop })))
    }

    /// What is known of a text of which parts are not.
    fn unknown(&self, pieces: &[Piece], value: &Value) -> Data {
        let causes = self.causes(pieces);
        let mut parts = Vec::new();
        let text = value.as_str().unwrap_or_default();
        for (at, known) in text.split(PLACEHOLDER).enumerate() {
            if at > 0 {
                parts.push(Part::Unknown);
            }
            if !known.is_empty() {
                parts.push(Part::Text(known.into()));
            }
        }
        let prefix: Text = text.split(PLACEHOLDER).next().unwrap_or_default().into();
        // Alone, it may be text, a number, or nothing at all.
        let is_text = parts.len() > 1;
        let ty = if is_text { Type::String } else { Type::Dynamic };
        let refinement = Refinement { not_null: is_text, prefix, ..Refinement::default() };
        let symbol = is_text.then_some(Symbol::Template(parts));
        Data::Unknown(Arc::new(Unknown { ty, causes, symbol, refinement }))
    }
}

impl Telling for Passages<'_> {
    fn tell(&self, node: &Node, mut value: Value) -> Value {
        if let Some(passage) = node.passage {
            let pieces: Vec<Piece> = self.text.pieces(self.stream.passage(passage)).collect();
            if let Some(way) = self.way(&pieces) {
                value.origin = with_way(&value.origin, &way);
            }
            if pieces.iter().any(|piece| piece.kind == PieceKind::Unknown) {
                value.data = self.unknown(&pieces, &value);
            }
        }
        if !self.block.contains(value.origin.span) {
            let span = value.origin.span;
            let path = self.sources.get(span.source).path.as_str().into();
            value.origin = value.origin.read_at(span, HopKind::Included(path));
        }
        value
    }

    fn has(&self, entry: &Entry) -> bool {
        !entry.key.contains(PLACEHOLDER) || self.unknown_in(entry.key_span).is_none()
    }

    fn open(&self, mapping: &yaml::Mapping) -> Option<Arc<Vec<Cause>>> {
        if self.open.is_some() || self.unknown.is_empty() {
            return self.open.clone();
        }
        let unknown = mapping.entries.iter().filter(|entry| entry.key.contains(PLACEHOLDER));
        let unknown: Vec<Piece> = unknown.filter_map(|entry| self.unknown_in(entry.key_span)).cloned().collect();
        (!unknown.is_empty()).then(|| Arc::new(self.causes(&unknown)))
    }
}

/// The origin with a way behind all that it has.
fn with_way(origin: &Origin, way: &Arc<Hop>) -> Origin {
    fn behind(hop: &Hop, way: &Arc<Hop>) -> Arc<Hop> {
        let next = hop.next.as_ref().map_or_else(|| way.clone(), |next| behind(next, way));
        Arc::new(Hop { next: Some(next), ..hop.clone() })
    }
    let via = origin.via.as_ref().map_or_else(|| way.clone(), |hop| behind(hop, way));
    Origin { span: origin.span, via: Some(via) }
}

/// All sources that a chart was made from, those of the charts in it included.
pub(super) fn sources_of(chart: &Chart) -> Vec<SourceId> {
    let mut found = vec![chart.source];
    found.extend(chart.values.iter().map(|values| values.span.source));
    found.extend(chart.schema.iter().map(|(_, span)| span.source));
    found.extend(chart.templates.iter().map(|template| template.source));
    found.extend(chart.crds.iter().map(|(_, source)| *source));
    found.extend(chart.dependencies.iter().flat_map(|inner| sources_of(inner)));
    found
}

/// An object that stands for itself.
pub(super) type Placed = (Object, Option<Arc<Call>>);
