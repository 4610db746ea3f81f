//! The variables that an instruction sees: `ARG` and `ENV`, by stage.

use crate::model::{Cause, HopKind, Text, Value, Why};
use crate::source::Span;
use std::collections::BTreeMap;

/// The variables in force at one place.
#[derive(Clone, Debug, Default)]
pub(super) struct Scope {
    args: BTreeMap<Text, Value>,
    env: BTreeMap<Text, Value>,
    /// The image that may set variables of its own; `None` where nothing else can.
    base: Option<Text>,
}

/// What a name means.
pub(super) enum Lookup<'a> {
    /// It has this value, unknown ones included.
    Set(&'a Value, HopKind),
    /// It is declared by `ARG` without default, and no value was given.
    Unset(Cause),
    /// The base image may set it.
    Base(Why),
    /// Nothing sets it: it is empty.
    Nothing,
}

impl Scope {
    /// A scope over an image that may set variables of its own.
    pub(super) fn over(base: Option<Text>) -> Self {
        Self { base, ..Self::default() }
    }

    /// Declares an `ARG`.
    pub(super) fn set_arg(&mut self, name: Text, value: Value) {
        self.args.insert(name, value);
    }

    /// Sets an `ENV`, which wins over an `ARG` of the same name.
    pub(super) fn set_env(&mut self, name: Text, value: Value) {
        self.env.insert(name, value);
    }

    /// The `ENV` variables, sorted.
    pub(super) fn env(&self) -> impl Iterator<Item = (&Text, &Value)> {
        self.env.iter()
    }

    /// The `ARG`s, sorted.
    pub(super) fn args(&self) -> impl Iterator<Item = (&Text, &Value)> {
        self.args.iter()
    }

    /// How many variables there are.
    pub(super) fn count(&self) -> usize {
        self.args.len() + self.env.len()
    }

    /// What a stage built from this one starts with: the `ENV`, each inherited at `span` from stage `name`.
    pub(super) fn inherited(&self, name: &str, span: Span) -> Self {
        let inherit = |value: &Value| {
            let origin = value.origin.read_at(span, HopKind::Inherited(name.into()));
            value.clone().with_origin(origin)
        };
        let env = self.env.iter().map(|(name, value)| (name.clone(), inherit(value))).collect();
        Self { args: BTreeMap::new(), env, base: self.base.clone() }
    }

    /// The same without the `ARG`s.
    pub(super) fn without_args(&self) -> Self {
        Self { args: BTreeMap::new(), ..self.clone() }
    }

    /// Whether neither `ARG` nor `ENV` says anything of `name`.
    pub(super) fn is_silent_on(&self, name: &str) -> bool {
        !self.args.contains_key(name) && !self.env.contains_key(name)
    }

    /// What `name` means.
    pub(super) fn get(&self, name: &str) -> Lookup<'_> {
        if let Some(value) = self.env.get(name) {
            return Lookup::Set(value, HopKind::Env(name.into()));
        }
        if let Some(value) = self.args.get(name) {
            let unset = |cause: &&Cause| cause.why == Why::BuildArg(name.into());
            return match value.as_unknown().and_then(|unknown| unknown.causes.iter().find(unset)) {
                Some(cause) => Lookup::Unset(cause.clone()),
                None => Lookup::Set(value, HopKind::Arg(name.into())),
            };
        }
        match &self.base {
            Some(image) => Lookup::Base(Why::BaseImage(ecow::eco_format!("`${name}` (of `{image}`)"))),
            None => Lookup::Nothing,
        }
    }
}
