//! The evaluator: a program and what its names stand for, to a value, an error or an unknown.
//!
//! Three-valued: `false && unknown` is false, an unknown operand of anything else makes its result unknown, with the
//! causes of the operand. An error stands back behind an operand that decides, and behind an unknown one, as in the
//! language's definition. With a trace, each result has a node that says what it is owed to.

mod access;
mod cost;
mod fold;
mod note;

use super::compare;
use super::environment::Activation;
use super::error::CelError;
use super::function::{Failure, Overload};
use super::program::{Node, NodeKind, Program};
use super::value::{CelData, CelValue};
use crate::expr::trace::Trace;
use crate::model::{Cause, Data, Value};
use crate::source::Span;
use std::cell::Cell;
use std::sync::Arc;

/// What one evaluation may use.
pub struct Evaluation<'a> {
    /// What the names stand for.
    pub activation: &'a dyn Activation,
    /// Where each result notes what it is owed to.
    pub trace: Option<&'a Trace>,
    /// What the expression has cost so far.
    pub cost: &'a Cell<u64>,
    /// What it may cost.
    pub limit: u64,
}

/// Evaluates a program.
pub fn evaluate(program: &Program, evaluation: &Evaluation<'_>) -> Result<CelValue, CelError> {
    Evaluator { evaluation, locals: Vec::new() }.node(&program.root)
}

struct Evaluator<'a> {
    evaluation: &'a Evaluation<'a>,
    /// The values of the variables of the macros around.
    locals: Vec<CelValue>,
}

type Evaluated = Result<CelValue, CelError>;

impl Evaluator<'_> {
    fn pay(&self, cost: u64) -> Result<(), CelError> {
        let total = self.evaluation.cost.get().saturating_add(cost);
        self.evaluation.cost.set(total);
        if total <= self.evaluation.limit {
            return Ok(());
        }
        let message = "operation cancelled: actual cost limit exceeded".into();
        Err(CelError { message, trace: None, is_final: true })
    }

    fn node(&mut self, node: &Node) -> Evaluated {
        match &node.kind {
            NodeKind::Constant(data) => Ok(self.given(data.clone(), node.span)),
            NodeKind::Name(name) => {
                self.pay(cost::READ * name.split('.').count() as u64)?;
                let value = self.evaluation.activation.value(name)?;
                Ok(self.named(value, name, node.span))
            }
            NodeKind::Local(number) => {
                self.pay(cost::READ)?;
                self.locals.get(*number).cloned().ok_or_else(|| CelError::new("no such variable"))
            }
            NodeKind::Select { base, field, read } => {
                let base = self.base(base)?;
                self.select(&base, field, *read, node.span)
            }
            NodeKind::Index { base, key, read } => {
                let base = self.base(base)?;
                let key = self.node(key)?;
                self.index(&base, &key, *read, node.span)
            }
            NodeKind::Call { name, overloads, is_member, args } => {
                let args = args.iter().map(|arg| self.node(arg)).collect::<Result<Vec<_>, _>>()?;
                self.call(name, overloads, *is_member, &args, node)
            }
            NodeKind::And(operands) => self.logical(operands, false, node.span),
            NodeKind::Or(operands) => self.logical(operands, true, node.span),
            NodeKind::Conditional(operands) => self.conditional(operands, node.span),
            NodeKind::List(elements) => self.list(elements, node.span),
            NodeKind::Map(entries) => self.map(entries, node.span),
            NodeKind::Fold(fold) => self.fold(fold, node.span),
            NodeKind::Otherwise { operands, value } => self.otherwise(operands, *value, node.span),
            NodeKind::OptionalMap { operands, local, flat } => self.optional_map(operands, *local, *flat, node.span),
        }
    }

    /// What a field or an element is read from. A chain that begins with a computed value costs one more.
    fn base(&mut self, node: &Node) -> Evaluated {
        let value = self.node(node)?;
        let is_chain = matches!(
            node.kind,
            NodeKind::Name(_) | NodeKind::Local(_) | NodeKind::Select { .. } | NodeKind::Index { .. }
        );
        if !is_chain {
            self.pay(cost::READ)?;
        }
        Ok(value)
    }

    fn call(
        &self,
        name: &str,
        overloads: &[&'static Overload],
        is_member: bool,
        args: &[CelValue],
        node: &Node,
    ) -> Evaluated {
        let traces = args.iter().map(|arg| arg.trace);
        if let Some(arg) = args.iter().find(|arg| arg.data.as_unknown().is_some()) {
            if let Some(truth) = decided_by_known_part(name, args) {
                return Ok(self.computed(truth.into(), traces, node.span));
            }
            let causes = args.iter().filter_map(|arg| arg.data.as_unknown()).flat_map(|unknown| unknown.causes.clone());
            let unknown = CelValue { sensitive: arg.sensitive, ..unknown(causes.collect()) };
            return Ok(self.computed(unknown, traces, node.span));
        }
        let result = match overloads.iter().find(|overload| overload.takes(args, is_member)) {
            Some(overload) => (overload.run)(args),
            None => Err(super::function::no_overload()),
        };
        let is_set = name == "@in" && is_literal_set(node);
        self.pay(if is_set { 0 } else { cost::call(name, args, result.as_ref().ok()) })?;
        let sensitive = args.iter().any(|arg| arg.sensitive);
        match result {
            Ok(value) => {
                let value = CelValue { sensitive: sensitive || value.sensitive, ..value };
                // What is passed on as it is keeps its node.
                if value.trace.is_some() { Ok(value) } else { Ok(self.computed(value, traces, node.span)) }
            }
            Err(Failure::Undecided) => {
                let causes = args.iter().flat_map(|arg| causes_in(&arg.data)).collect();
                Ok(self.computed(CelValue { sensitive, ..unknown(causes) }, traces, node.span))
            }
            Err(Failure::Error(message)) => {
                let trace = self.computed(CelData::Null.into(), traces, node.span).trace;
                Err(CelError { message, trace, is_final: false })
            }
        }
    }

    /// `&&` and `||`: `decisive` is the truth of an operand that decides.
    fn logical(&mut self, operands: &[Node], decisive: bool, span: Span) -> Evaluated {
        let mut causes: Vec<Cause> = Vec::new();
        let mut error: Option<CelError> = None;
        let (mut traces, mut undecided, mut sensitive) = (Vec::new(), Vec::new(), false);
        for operand in operands {
            match self.node(operand) {
                Err(found) if found.is_final => return Err(found),
                Err(found) => {
                    undecided.push(found.trace);
                    error = error.or(Some(found));
                }
                Ok(value) => {
                    sensitive |= value.sensitive;
                    match &value.data {
                        CelData::Bool(truth) if *truth == decisive => {
                            return Ok(self.decided(CelData::Bool(decisive).into(), [value.trace], span));
                        }
                        CelData::Bool(_) => traces.push(value.trace),
                        CelData::Unknown(unknown) => {
                            causes.extend(unknown.causes.iter().cloned());
                            undecided.push(value.trace);
                        }
                        _ => error = error.or_else(|| Some(CelError::new("no such overload"))),
                    }
                }
            }
        }
        if !causes.is_empty() {
            return Ok(self.decided(CelValue { sensitive, ..unknown(causes) }, undecided, span));
        }
        match error {
            Some(error) => Err(error),
            None => Ok(self.decided(CelData::Bool(!decisive).into(), traces, span)),
        }
    }

    fn conditional(&mut self, operands: &[Node; 3], span: Span) -> Evaluated {
        let [condition, chosen, otherwise] = operands;
        let condition = self.node(condition)?;
        let branch = match &condition.data {
            CelData::Bool(true) => chosen,
            CelData::Bool(false) => otherwise,
            CelData::Unknown(_) => return self.undecided_conditional(&condition, chosen, otherwise, span),
            _ => return Err(CelError::new("no such overload")),
        };
        // A name that is passed on as it is is not read for itself.
        if matches!(branch.kind, NodeKind::Name(_) | NodeKind::Local(_)) {
            self.evaluation.cost.set(self.evaluation.cost.get().saturating_sub(cost::READ));
        }
        let value = self.node(branch)?;
        Ok(self.chosen(value, &condition, span))
    }

    /// What both branches give alike is known, whatever chooses.
    fn undecided_conditional(&mut self, condition: &CelValue, a: &Node, b: &Node, span: Span) -> Evaluated {
        let (a, b) = (self.node(a), self.node(b));
        if let Some(error) = [&a, &b].into_iter().filter_map(|side| side.as_ref().err()).find(|error| error.is_final) {
            return Err(error.clone());
        }
        if let (Ok(a), Ok(b)) = (a, b)
            && compare::equal(&a.data, &b.data) == Some(true)
        {
            return Ok(self.chosen(a, condition, span));
        }
        Ok(self.computed(condition.clone(), [condition.trace], span))
    }

    fn list(&mut self, elements: &[(Node, bool)], span: Span) -> Evaluated {
        let mut items = Vec::with_capacity(elements.len());
        for (element, optional) in elements {
            let value = self.node(element)?;
            match (&value.data, optional) {
                (CelData::Optional(inner), true) => items.extend(inner.as_deref().cloned()),
                (CelData::Unknown(_), true) => return Ok(value),
                _ => items.push(value),
            }
        }
        self.pay(cost::LIST)?;
        let traces: Vec<_> = items.iter().map(|item| item.trace).collect();
        let sensitive = items.iter().any(|item| item.sensitive);
        Ok(self.computed(CelValue { sensitive, ..CelData::list_of(items).into() }, traces, span))
    }

    fn map(&mut self, entries: &[(Node, Node, bool)], span: Span) -> Evaluated {
        let mut pairs = Vec::with_capacity(entries.len());
        for (key, value, optional) in entries {
            let (key, value) = (self.node(key)?, self.node(value)?);
            if key.data.as_unknown().is_some() {
                return Ok(key);
            }
            match (&value.data, optional) {
                (CelData::Optional(inner), true) => pairs.extend(inner.as_deref().map(|value| (key, value.clone()))),
                (CelData::Unknown(_), true) => return Ok(value),
                _ => pairs.push((key, value)),
            }
        }
        self.pay(cost::MAP)?;
        let traces: Vec<_> = pairs.iter().map(|(_, value)| value.trace).collect();
        let sensitive = pairs.iter().any(|(key, value)| key.sensitive || value.sensitive);
        Ok(self.computed(CelValue { sensitive, ..map_of(pairs).into() }, traces, span))
    }

    fn otherwise(&mut self, operands: &[Node; 2], value: bool, span: Span) -> Evaluated {
        let [optional, other] = operands;
        let optional = self.node(optional)?;
        match &optional.data {
            CelData::Optional(Some(inner)) if value => Ok(self.chosen((**inner).clone(), &optional, span)),
            CelData::Optional(Some(_)) | CelData::Unknown(_) => Ok(optional),
            CelData::Optional(None) => {
                let other = self.node(other)?;
                Ok(self.chosen(other, &optional, span))
            }
            _ => Err(CelError::new("no such overload")),
        }
    }

    fn optional_map(&mut self, operands: &[Node; 2], local: usize, flat: bool, span: Span) -> Evaluated {
        let [optional, body] = operands;
        let optional = self.node(optional)?;
        let inner = match &optional.data {
            CelData::Optional(Some(inner)) => (**inner).clone(),
            CelData::Optional(None) | CelData::Unknown(_) => return Ok(optional),
            _ => return Err(CelError::new("no such overload")),
        };
        let value = self.with_local(local, inner, body)?;
        if flat || value.data.as_unknown().is_some() {
            return Ok(value);
        }
        let trace = value.trace;
        Ok(self.computed(CelData::Optional(Some(Arc::new(value))).into(), [trace], span))
    }

    /// Evaluates a part in which a variable has a value.
    fn with_local(&mut self, local: usize, value: CelValue, body: &Node) -> Evaluated {
        self.locals.truncate(local);
        self.locals.push(value);
        let result = self.node(body);
        self.locals.truncate(local);
        result
    }
}

/// An unknown, for these causes without repetitions.
fn unknown(causes: Vec<Cause>) -> CelValue {
    let mut unique: Vec<Cause> = Vec::with_capacity(causes.len());
    for cause in causes {
        if !unique.contains(&cause) {
            unique.push(cause);
        }
    }
    CelData::unknown(unique).into()
}

/// What a call gives although an argument is not known: the beginning of a text may be.
fn decided_by_known_part(name: &str, args: &[CelValue]) -> Option<CelData> {
    let [text, part] = args else { return None };
    let prefix = &text.data.as_unknown()?.refinement.prefix;
    let part = part.data.as_str()?;
    match name {
        "startsWith" if prefix.starts_with(part) => Some(CelData::Bool(true)),
        "startsWith" | "_==_" if !prefix.starts_with(part) && !part.starts_with(prefix.as_str()) => {
            Some(CelData::Bool(false))
        }
        "_!=_" if !part.starts_with(prefix.as_str()) => Some(CelData::Bool(true)),
        "contains" if !part.is_empty() && prefix.contains(part) => Some(CelData::Bool(true)),
        _ => None,
    }
}

/// Whether the second argument of `in` is a literal of scalars, which is looked up at no cost.
fn is_literal_set(node: &Node) -> bool {
    let NodeKind::Call { args, .. } = &node.kind else { return false };
    let Some(NodeKind::Constant(CelData::List(list))) = args.get(1).map(|arg| &arg.kind) else { return false };
    list.iter().all(|item| !matches!(item.data, CelData::List(_) | CelData::Map(_)))
}

/// Why a value is not known in some part.
fn causes_in(data: &CelData) -> Vec<Cause> {
    match data {
        CelData::Unknown(unknown) => unknown.causes.clone(),
        CelData::List(list) => list.iter().flat_map(|item| causes_in(&item.data)).collect(),
        CelData::Map(map) => {
            let open = map.open().into_iter().flat_map(|causes| causes.iter().cloned());
            open.chain(map.iter().flat_map(|(_, value)| causes_in(&value.data))).collect()
        }
        CelData::Optional(Some(inner)) => causes_in(&inner.data),
        _ => Vec::new(),
    }
}

/// Returns a map with these entries; of a key that is there twice the last counts.
pub fn map_of(entries: Vec<(CelValue, CelValue)>) -> CelData {
    let mut unique: Vec<(CelValue, CelValue)> = Vec::with_capacity(entries.len());
    for (key, value) in entries {
        match unique.iter_mut().find(|(other, _)| compare::equal(&other.data, &key.data) == Some(true)) {
            Some(entry) => entry.1 = value,
            None => unique.push((key, value)),
        }
    }
    CelData::map_of(unique)
}

/// The value of the model that stands where something was read; null where there is none.
fn written(value: Option<&Value>, span: Span) -> Value {
    value.cloned().unwrap_or_else(|| Value::new(Data::Null(crate::model::Type::Dynamic), span))
}
