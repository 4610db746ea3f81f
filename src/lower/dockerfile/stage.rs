//! A stage and its instructions, evaluated: what is told of them.

use super::instruction::Evaluated;
use super::object::Object;
use super::settings::Settings;
use super::shell_kind::ShellKind;
use super::stages::{Needs, StageUse};
use crate::model::{Address, Text, Value};
use crate::source::Span;
use crate::syntax::dockerfile::Keyword;
use std::collections::BTreeMap;

/// One instruction, evaluated, with what it met.
pub(super) struct Step {
    pub keyword: Keyword,
    pub header: Span,
    pub evaluated: Evaluated,
    /// The instruction in `ONBUILD`.
    pub trigger: Option<Box<Step>>,
    pub shell: ShellKind,
    pub shell_words: Value,
    pub user: Option<Value>,
    pub workdir: Option<Value>,
    pub is_windows: bool,
}

/// One stage, evaluated.
pub(super) struct Stage {
    pub name: Option<Text>,
    pub index: usize,
    pub header: Span,
    pub span: Span,
    pub base: Value,
    pub platform: Option<Value>,
    pub is_fragment: bool,
    /// The variables that it begins with.
    pub inherited: Vec<Text>,
    pub steps: Vec<Step>,
    pub needs: Needs,
}

/// The stage that an instruction is told with.
#[derive(Clone, Copy)]
pub(super) struct StageRef<'a> {
    pub address: &'a Address,
    pub stage: &'a StageMeta,
    pub index: usize,
}

/// The attributes of a stage, with its settings at the end.
pub(super) fn stage_attrs(stage: &Stage, settings: &Settings) -> Value {
    let mut object = Object::new(stage.header);
    object.set_or_null("name", stage.name.clone().map(|name| Value::string(name, stage.header)));
    object.number("index", stage.index);
    object.set("base", stage.base.clone());
    object.set_or_null("platform", stage.platform.clone());
    settings.describe(&mut object, stage.header);
    object.set("set_by", set_by(stage));
    object.list("instructions", stage.steps.iter().map(|step| step.evaluated.attrs.clone()).collect());
    object.value(stage.span)
}

/// `set_by`: the variables that have a value somewhere in the stage, each with the number of the instruction that
/// first sets it; -1 where the stage inherits it.
fn set_by(stage: &Stage) -> Value {
    let mut first: BTreeMap<Text, i64> = BTreeMap::new();
    for (number, step) in stage.steps.iter().enumerate().rev() {
        if !matches!(step.keyword, Keyword::Env | Keyword::Arg) {
            continue;
        }
        let pairs = step.evaluated.attrs.get("pairs").and_then(Value::as_items).unwrap_or_default();
        let names = pairs.iter().filter_map(|pair| pair.get("name")?.as_str());
        let number = i64::try_from(number).unwrap_or(i64::MAX);
        first.extend(names.map(|name| (Text::from(name), number)));
    }
    first.extend(stage.inherited.iter().map(|name| (name.clone(), -1)));
    let told = first.into_iter().map(|(name, number)| (name, Value::number(number, stage.header)));
    Value::object(told.collect(), stage.header)
}

/// Sets what [`StageMeta::describe`] does, for an instruction that is in no stage.
fn describe_homeless(object: &mut Object) {
    for name in ["stage", "stage_index", "index"] {
        object.set_or_null(name, None);
    }
    for name in ["is_final", "is_shipped", "is_used", "is_build_only", "is_fragment"] {
        object.bool(name, false);
    }
}

/// What is told of a stage to itself and its instructions.
pub(super) struct StageMeta {
    pub name: Option<Text>,
    pub index: usize,
    pub fate: StageUse,
    pub is_fragment: bool,
}

impl StageMeta {
    pub(super) fn describe(&self, object: &mut Object, header: Span) {
        object.set_or_null("stage", self.name.clone().map(|name| Value::string(name, header)));
        object.number("stage_index", self.index);
        object.bool("is_final", self.fate.is_final).bool("is_shipped", self.fate.is_shipped);
        object.bool("is_used", self.fate.is_used).bool("is_fragment", self.is_fragment);
        object.bool("is_build_only", !self.fate.is_shipped && (self.fate.is_used || self.name.is_some()));
    }
}

impl Step {
    /// What is told of the instruction beside its attributes.
    pub(super) fn meta(&self, home: Option<StageRef<'_>>, is_trigger: bool) -> Value {
        let mut meta = Object::new(self.header);
        match home {
            Some(home) => {
                home.stage.describe(&mut meta, self.header);
                meta.number("index", home.index);
            }
            None => describe_homeless(&mut meta),
        }
        meta.text("shell", self.shell.name()).set("shell_words", self.shell_words.clone());
        meta.bool("is_trigger", is_trigger).bool("is_windows", self.is_windows);
        meta.set_or_null("user", self.user.clone()).set_or_null("workdir", self.workdir.clone());
        meta.value(self.header)
    }
}
