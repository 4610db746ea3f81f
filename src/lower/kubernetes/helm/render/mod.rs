//! Evaluation of templates, as `text/template/exec` does it with the options that Helm sets.
//!
//! Three-valued: what cannot be known is unknown and has a reason, and text that depends on it is unknown text.
//! Owns the walk over the tree, pipelines, fields and the limits. What a function does is told by the [`Library`]
//! that the evaluation is given.

mod argument;
mod call;
mod evaluator;
mod failure;
mod field;
mod function;
mod limits;
mod pipeline;
mod templates;
mod uncertain;
mod walk;

pub use evaluator::without_no_value;
pub use failure::{Failure, Outcome};
pub use function::{Gives, Knows, Parameter};
pub use limits::{Limits, STACK_BYTES};
pub use templates::{Templates, Undefined};

use super::value::{Map, Notes, PlacedText, Value};
use crate::source::{Note, Span};
use crate::syntax::gotemplate::Template;
use ecow::EcoString;
use std::collections::HashMap;
use std::fmt;
use std::rc::Rc;

/// One rendering of a chart.
#[derive(Debug)]
pub struct Evaluator<'a> {
    templates: &'a Templates,
    library: &'a dyn Library,
    /// What brought the values, and why some are not known.
    pub notes: Notes,
    limits: Limits,
    depth: usize,
    nested: HashMap<EcoString, usize>,
    parsed: HashMap<EcoString, Rc<Template>>,
    /// How many blocks whose condition is not known are open.
    pub(super) uncertain: Vec<Option<Note>>,
    /// The values of the whole chart.
    values: Map,
    /// The key of a map that the command or argument being evaluated read last, if it read one.
    pub(super) last_read: Option<(Map, EcoString)>,
}

/// One template that is being evaluated.
#[derive(Clone, Debug)]
pub struct Frame {
    /// `.`
    pub dot: Value,
    /// Whether dot is an element of a collection: a nil there has no fields.
    pub(super) is_element: bool,
    pub(super) variables: Vec<Bound>,
    /// The text that the evaluated nodes stand in, where it is one of `tpl`.
    text: Option<Rc<TplText>>,
    /// The innermost text of `tpl` whose templates can be called.
    scope: Option<Rc<TplText>>,
}

/// A variable with its value.
#[derive(Clone, Debug)]
pub(super) struct Bound {
    pub name: EcoString,
    pub value: Value,
    /// How many uncertain blocks were open where it was declared.
    pub certainty: usize,
}

/// The text that a `tpl` renders.
#[derive(Debug)]
pub(super) struct TplText {
    text: PlacedText,
    /// The action that called `tpl`.
    call: Span,
    note: Option<Note>,
    /// What the text itself defines, over that of the text around it.
    defines: Templates,
    outer: Option<Rc<TplText>>,
}

/// A call that is being evaluated: the arguments fit the parameters.
#[derive(Debug)]
pub struct Call<'c, 'e> {
    /// The rendering.
    pub evaluator: &'c mut Evaluator<'e>,
    /// The frame of the caller.
    pub frame: &'c Frame,
    /// The arguments; of a method, its receiver first.
    pub arguments: Vec<Value>,
    /// The call, in a file.
    pub span: Span,
}

/// A function or a method.
#[derive(Debug)]
pub struct Function {
    /// Its name.
    pub name: &'static str,
    /// What it takes, without the receiver of a method.
    pub parameters: &'static [Parameter],
    /// What it takes any number of behind them.
    pub rest: Option<Parameter>,
    /// What it must know of its arguments.
    pub knows: Knows,
    /// What is known of its result where an argument is not.
    pub gives: Gives,
    /// What it does.
    pub run: fn(&mut Call<'_, '_>) -> Outcome<Value>,
}

/// The functions that templates may call.
pub trait Library: fmt::Debug {
    /// The function `name`.
    fn function(&self, name: &str) -> Option<&'static Function>;

    /// The method `name` of a value. Its receiver is its first argument.
    fn method(&self, receiver: &Value, name: &str) -> Option<&'static Function>;
}
