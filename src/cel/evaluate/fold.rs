//! Macros over lists and maps.
//!
//! Elements that a list may have beside the known ones count as one unknown element. Costs are those of the loops that
//! cel-go makes of the macros.

use super::super::compare;
use super::super::error::CelError;
use super::super::function::Failure;
use super::super::library::sorted_by;
use super::super::program::{Fold, FoldKind, Node};
use super::super::text::plain;
use super::super::value::{CelData, CelList, CelMap, CelValue};
use super::{Evaluated, Evaluator, cost, map_of, unknown, written};
use crate::model::{Cause, Step, TraceId};
use crate::source::Span;

/// What one element of a walk is.
struct Element {
    key: CelValue,
    item: CelValue,
}

/// What a walk has found so far.
#[derive(Default)]
struct Walk {
    /// Why the result is not known.
    causes: Vec<Cause>,
    /// The results that the causes come from.
    undecided: Vec<Option<TraceId>>,
    /// The results that give the result, if all are known.
    traces: Vec<Option<TraceId>>,
    error: Option<CelError>,
    sensitive: bool,
}

impl Evaluator<'_> {
    pub(super) fn fold(&mut self, fold: &Fold, span: Span) -> Evaluated {
        let range = self.node(&fold.range)?;
        let Some(elements) = self.elements(&range, fold)? else {
            return Ok(self.computed(range.clone(), [range.trace], span));
        };
        let outer = self.locals.len();
        let result = match fold.kind {
            FoldKind::All => self.quantify(fold, elements, false, range.trace, span),
            FoldKind::Exists => self.quantify(fold, elements, true, range.trace, span),
            FoldKind::ExistsOne => self.exists_one(fold, elements, range.trace, span),
            _ => self.transform(fold, elements, range.trace, span),
        };
        self.locals.truncate(outer);
        let result = result?;
        Ok(CelValue { sensitive: result.sensitive || range.sensitive, ..result })
    }

    /// The elements of a list or a map; `None` if nothing is known of them.
    fn elements(&self, range: &CelValue, fold: &Fold) -> Result<Option<Vec<Element>>, CelError> {
        let rest = |causes: &[Cause]| Element {
            key: unknown(causes.to_vec()).traced(range.trace),
            item: unknown(causes.to_vec()).traced(range.trace),
        };
        match &range.data {
            CelData::List(list) => Ok(Some(self.list_elements(list, range, fold.range.span))),
            CelData::Map(map) => {
                let mut elements = self.map_elements(map, range, fold);
                elements.extend(map.open().map(|causes| rest(causes)));
                Ok(Some(elements))
            }
            CelData::Unknown(unknown) => {
                let Some(known) = unknown.refinement.elements.known() else { return Ok(None) };
                let sequence = crate::model::Sequence::new(crate::model::SequenceKind::Tuple, known.to_vec());
                let mut elements = self.list_elements(&CelList::Model(sequence.into()), range, fold.range.span);
                elements.push(rest(&unknown.causes));
                Ok(Some(elements))
            }
            other => Err(CelError::new(format!("got '{}', expected iterable type", other.ty()))),
        }
    }

    fn list_elements(&self, list: &CelList, range: &CelValue, span: Span) -> Vec<Element> {
        let element = |at: usize| {
            let (item, model) = list.get(at)?;
            let step = Step::Index(at as i64);
            let trace = match item.trace {
                Some(own) => Some(own),
                None => self.element(range.trace, step, || written(model, span), span),
            };
            let key = self.given(CelData::Int(at as i64), span);
            Some(Element { key, item: item.traced(trace) })
        };
        (0..list.len()).filter_map(element).collect()
    }

    fn map_elements(&self, map: &CelMap, range: &CelValue, fold: &Fold) -> Vec<Element> {
        let span = fold.range.span;
        let element = |at: usize| {
            let (key, item, model) = map.entry(at)?;
            let step = Step::Key(plain(&key.data).into());
            let trace = match item.trace {
                Some(own) => Some(own),
                None => self.element(range.trace, step, || written(model, span), span),
            };
            let key = key.traced(trace);
            // With one variable, it is the key that the macro walks.
            let item = if fold.key.is_none() { key.clone() } else { item.traced(trace) };
            Some(Element { key, item })
        };
        (0..map.len()).filter_map(element).collect()
    }

    /// Binds the variables of a macro.
    fn bind(&mut self, fold: &Fold, element: &Element) {
        let first = fold.key.unwrap_or(fold.item);
        self.locals.truncate(first);
        if fold.key.is_some() {
            self.locals.push(element.key.clone());
        }
        self.locals.push(element.item.clone());
    }

    /// Evaluates a part in which the variables of the macros around are bound.
    fn inner(&mut self, node: &Node) -> Evaluated {
        let bound = self.locals.len();
        let result = self.node(node);
        self.locals.truncate(bound);
        result
    }

    /// `all` and `exists`: `decisive` is the truth that decides.
    fn quantify(
        &mut self,
        fold: &Fold,
        elements: Vec<Element>,
        decisive: bool,
        range: Option<TraceId>,
        span: Span,
    ) -> Evaluated {
        let mut walk = Walk::default();
        let check = cost::READ + 1 + u64::from(decisive);
        let count = elements.len();
        for (at, element) in elements.into_iter().enumerate() {
            self.bind(fold, &element);
            self.pay(check + cost::READ)?;
            match self.inner(&fold.body) {
                Err(error) if error.is_final => return Err(error),
                Err(error) => {
                    walk.undecided.push(error.trace);
                    walk.error = walk.error.or(Some(error));
                }
                Ok(value) => match &value.data {
                    CelData::Bool(truth) if *truth == decisive => {
                        // The loop looks once more whether it goes on.
                        self.pay(if at + 1 < count { check } else { 0 } + cost::READ)?;
                        return Ok(self.decided(CelData::Bool(decisive).into(), [value.trace], span));
                    }
                    CelData::Bool(_) => {
                        walk.sensitive |= value.sensitive;
                        walk.traces.push(value.trace);
                    }
                    CelData::Unknown(unknown) => {
                        walk.causes.extend(unknown.causes.iter().cloned());
                        walk.undecided.push(value.trace);
                    }
                    _ => walk.error = walk.error.or_else(|| Some(CelError::new("no such overload"))),
                },
            }
        }
        self.pay(cost::READ)?;
        if walk.traces.is_empty() && walk.causes.is_empty() && walk.error.is_none() {
            walk.traces.push(range);
        }
        self.end(walk, CelData::Bool(!decisive), span)
    }

    /// The result of a walk, unless something is not known or wrong.
    fn end(&self, walk: Walk, data: CelData, span: Span) -> Evaluated {
        let sensitive = walk.sensitive;
        if !walk.causes.is_empty() {
            return Ok(self.decided(CelValue { sensitive, ..unknown(walk.causes) }, walk.undecided, span));
        }
        match walk.error {
            Some(error) => Err(error),
            None => Ok(self.decided(CelValue { sensitive, ..data.into() }, walk.traces, span)),
        }
    }

    /// Whether a condition holds for the bound variables; `None` if that is not known.
    fn holds(&mut self, node: &Node, walk: &mut Walk) -> Result<Option<bool>, CelError> {
        let value = self.inner(node)?;
        walk.sensitive |= value.sensitive;
        match &value.data {
            CelData::Bool(truth) => {
                walk.traces.push(value.trace);
                Ok(Some(*truth))
            }
            CelData::Unknown(unknown) => {
                walk.causes.extend(unknown.causes.iter().cloned());
                walk.undecided.push(value.trace);
                Ok(None)
            }
            _ => Err(CelError::new("no such overload")),
        }
    }

    fn exists_one(&mut self, fold: &Fold, elements: Vec<Element>, range: Option<TraceId>, span: Span) -> Evaluated {
        let mut walk = Walk { traces: vec![range], ..Walk::default() };
        let mut count = 0_usize;
        for element in elements {
            self.bind(fold, &element);
            if self.holds(&fold.body, &mut walk)? == Some(true) {
                count += 1;
                self.pay(cost::READ + 1)?;
            }
        }
        self.pay(cost::READ + 1)?;
        if count > 1 {
            walk.causes.clear();
        }
        self.end(walk, CelData::Bool(count == 1), span)
    }

    /// The macros that make a list or a map.
    fn transform(&mut self, fold: &Fold, elements: Vec<Element>, range: Option<TraceId>, span: Span) -> Evaluated {
        let mut walk = Walk { traces: vec![range], ..Walk::default() };
        let (mut items, mut pairs) = (Vec::new(), Vec::new());
        for element in elements {
            self.bind(fold, &element);
            let condition = if fold.kind == FoldKind::Filter { Some(&fold.body) } else { fold.filter.as_ref() };
            let taken = match condition {
                Some(condition) => self.holds(condition, &mut walk)?,
                None => Some(true),
            };
            if taken != Some(true) {
                continue;
            }
            match fold.kind {
                FoldKind::Filter => {
                    self.pay(cost::READ + cost::LIST + cost::READ + 1)?;
                    items.push(element.item);
                }
                FoldKind::Map => {
                    self.pay(cost::READ + cost::LIST + 1)?;
                    items.push(self.inner(&fold.body)?);
                }
                FoldKind::SortBy => {
                    self.pay(cost::READ + cost::LIST + 1)?;
                    let key = self.inner(&fold.body)?;
                    pairs.push((key, element.item));
                }
                FoldKind::TransformMap => {
                    self.pay(2 * cost::READ + 1)?;
                    let value = self.inner(&fold.body)?;
                    match element.key.data.as_unknown() {
                        Some(unknown) => walk.causes.extend(unknown.causes.iter().cloned()),
                        None => pairs.push((element.key, value)),
                    }
                }
                _ => {
                    self.pay(cost::READ + 1)?;
                    let entry = self.inner(&fold.body)?;
                    insert(&entry, &mut pairs, &mut walk)?;
                }
            }
        }
        self.pay(cost::READ)?;
        let data = match fold.kind {
            FoldKind::Filter | FoldKind::Map => CelData::list_of(items),
            FoldKind::SortBy => match self.sorted(pairs)? {
                Some(sorted) => sorted,
                None => return Ok(self.computed(unknown(walk.causes), [range], span)),
            },
            _ => map_of(pairs),
        };
        self.end(walk, data, span)
    }

    fn sorted(&self, pairs: Vec<(CelValue, CelValue)>) -> Result<Option<CelData>, CelError> {
        let size = pairs.len() as u64;
        self.pay(cost::LIST + 2 * size * size + 3)?;
        let (keys, items) = pairs.into_iter().unzip();
        match sorted_by(items, keys) {
            Ok(value) => Ok(Some(value.data)),
            Err(Failure::Undecided) => Ok(None),
            Err(Failure::Error(message)) => Err(CelError::new(message)),
        }
    }
}

/// Adds the entries of a map to others; a key may be there once only.
fn insert(entry: &CelValue, pairs: &mut Vec<(CelValue, CelValue)>, walk: &mut Walk) -> Result<(), CelError> {
    match &entry.data {
        CelData::Map(map) => {
            for (key, value) in map.iter() {
                if pairs.iter().any(|(other, _)| compare::equal(&other.data, &key.data) == Some(true)) {
                    return Err(CelError::new(format!("insert failed: key {} already exists", plain(&key.data))));
                }
                pairs.push((key, value));
            }
            Ok(())
        }
        CelData::Unknown(unknown) => {
            walk.causes.extend(unknown.causes.iter().cloned());
            walk.undecided.push(entry.trace);
            Ok(())
        }
        _ => Err(CelError::new("no such overload")),
    }
}
