//! One Dockerfile to its resources.

use super::address::{self, Addresses};
use super::evaluation::{Evaluation, Shared};
use super::from;
use super::instruction::trigger;
use super::object::Object;
use super::settings::{Root, Settings};
use super::stage::{Stage, StageMeta, StageRef, Step, stage_attrs};
use super::stages::{self, Needs, StageUse};
use crate::limits::dockerfile::{MAX_INSTRUCTIONS, MAX_STAGES, MAX_WORDS};
use crate::model::{Address, Format, Lowered, Resource, ResourceId, Text, UnitId, Value};
use crate::source::{Problem, Span};
use crate::syntax::dockerfile::{Dockerfile, Instruction, Keyword};

/// What is asked of one file.
pub(super) struct Request<'a> {
    /// The unit of the file.
    pub unit: UnitId,
    /// The place of the whole file.
    pub span: Span,
    /// `--target`
    pub target: Option<&'a str>,
    /// The images that something in the tree says it builds.
    pub images: Vec<Value>,
    /// The name of its directory, or null.
    pub directory: Value,
    /// The patterns of its `.dockerignore`, or null.
    pub dockerignore: Value,
}

/// Adds the resources of `file`.
pub(super) fn lower(file: &Dockerfile<'_>, request: &Request<'_>, shared: &mut Shared<'_>, lowered: &mut Lowered) {
    let mut walk = Walk { shared, loose: Vec::new(), stages: Vec::new(), settings: Vec::new(), waiting: Vec::new() };
    walk.run(file, request.span);
    let Walk { shared, loose, stages, settings, .. } = walk;
    let names: Vec<_> = stages.iter().map(|stage| (stage.name.clone(), stage.index)).collect();
    let wanted = request.target.and_then(|target| stages::find(&names, target));
    let target = wanted.map_or(stages.len().saturating_sub(1), |(_, index)| index);
    let needs: Vec<_> = stages.iter().map(|stage| stage.needs.clone()).collect();
    let fates = stages::fates(&needs, target);
    let attrs: Vec<_> = stages.iter().zip(&settings).map(|(stage, settings)| stage_attrs(stage, settings)).collect();
    let mut emitter = Emitter { request, lowered, addresses: Addresses::default() };
    let root = emitter.file(file, &shared.globals, &attrs, target);
    for step in loose {
        emitter.step(step, None, root);
    }
    let last = stages.len().saturating_sub(1);
    for ((stage, attrs), fate) in stages.into_iter().zip(attrs).zip(fates) {
        let is_last = stage.index == last;
        emitter.stage(stage, is_last, attrs, fate, root);
    }
}

struct Walk<'a, 'b> {
    shared: &'a mut Shared<'b>,
    /// Instructions before the first `FROM`.
    loose: Vec<Step>,
    stages: Vec<Stage>,
    /// The settings at the end of each stage.
    settings: Vec<Settings>,
    /// The triggers of the current stage, with the number of the `ONBUILD` among its steps.
    waiting: Vec<(usize, Instruction<'static>)>,
}

impl Walk<'_, '_> {
    fn run(&mut self, file: &Dockerfile<'_>, whole: Span) {
        let is_fragment = file.instructions.iter().all(|instruction| instruction.keyword != Keyword::From);
        let mut globals = Settings::of(Root::Scratch, false);
        globals.scope = from::global_scope(self.shared, whole);
        let mut words = 0;
        for (number, instruction) in file.instructions.iter().enumerate() {
            words += instruction.words();
            if words > MAX_WORDS {
                let message = format!("the instructions have more than {MAX_WORDS} words; the rest is not read");
                self.shared.problems.push(Problem::error(instruction.header, message));
                break;
            }
            if number >= MAX_INSTRUCTIONS {
                let message = format!("the file has more than {MAX_INSTRUCTIONS} instructions; the rest is not read");
                self.shared.problems.push(Problem::error(instruction.header, message));
                break;
            }
            match instruction.keyword {
                Keyword::From if self.stages.len() >= MAX_STAGES => {
                    let message = format!("the file has more than {MAX_STAGES} stages; the rest is not read");
                    self.shared.problems.push(Problem::error(instruction.header, message));
                    break;
                }
                Keyword::From => self.begin(instruction),
                Keyword::Arg if self.stages.is_empty() && !is_fragment => {
                    let step = self.evaluate(instruction, &mut globals);
                    self.shared.globals = globals_of(&globals);
                    self.loose.push(step);
                }
                _ if self.stages.is_empty() && !is_fragment => {
                    let message =
                        format!("{} stands before the first FROM, where only ARG may", instruction.keyword.name());
                    self.shared.problems.push(Problem::warning(instruction.header, message));
                    let mut none = Settings::of(Root::Fragment, false);
                    let step = self.evaluate(instruction, &mut none);
                    self.loose.push(step);
                }
                _ => {
                    if self.stages.is_empty() {
                        self.begin_fragment(instruction.header, self.shared.escape == '`');
                    }
                    self.add(instruction);
                }
            }
        }
        self.end_stage();
    }

    fn begin(&mut self, instruction: &Instruction<'_>) {
        self.end_stage();
        self.shared.stages = self.stages.iter().map(|stage| (stage.name.clone(), stage.index)).collect();
        let from = from::read(instruction, self.shared, &self.settings);
        let mut settings = from.settings;
        let mut step = self.evaluate(instruction, &mut settings);
        let mut attrs = step.evaluated.attrs.clone();
        if let (Some(object), Some(base)) = (attrs.as_mapping_mut(), from.base.as_mapping()) {
            for (name, value) in &base.entries {
                object.set(name.clone(), value.clone());
            }
            let alias = from.name.clone().map(|(name, span)| Value::string(name, span));
            let is_image = from.stage.is_none() && from.base.get("is_scratch").and_then(Value::as_bool) != Some(true);
            let images = if is_image { vec![from.base.clone()] } else { Vec::new() };
            object.set("images", Value::tuple(images, instruction.header));
            object.set("alias", alias.unwrap_or_else(|| Value::null(instruction.header)));
        }
        step.evaluated.attrs = attrs;
        let index = self.stages.len();
        self.stages.push(Stage {
            name: from.name.map(|(name, _)| name),
            index,
            header: instruction.span,
            span: instruction.span,
            base: from.base,
            platform: from.platform,
            is_fragment: false,
            inherited: settings.scope.env().map(|(name, _)| name.clone()).collect(),
            steps: vec![step],
            needs: Needs { base: from.stage, sources: Vec::new() },
        });
        self.settings.push(settings);
    }

    fn begin_fragment(&mut self, header: Span, is_windows: bool) {
        self.stages.push(Stage {
            name: None,
            index: 0,
            header,
            span: header,
            base: Value::null(header),
            platform: None,
            is_fragment: true,
            inherited: Vec::new(),
            steps: Vec::new(),
            needs: Needs::default(),
        });
        self.settings.push(Settings::of(Root::Fragment, is_windows));
    }

    /// Adds an instruction to the current stage.
    fn add(&mut self, instruction: &Instruction<'_>) {
        let Some(mut settings) = self.settings.pop() else { return };
        let step = self.evaluate(instruction, &mut settings);
        self.settings.push(settings);
        let mut sources = Vec::new();
        let attrs = &step.evaluated.attrs;
        let from = attrs.get("from_stage").and_then(|stage| stage.get("index"));
        sources.extend(from.and_then(index_of));
        for mount in attrs.get("mounts").and_then(Value::as_items).unwrap_or_default() {
            let from = mount.get("from").and_then(Value::as_str);
            sources.extend(from.and_then(|from| stages::find(&self.shared.stages, from)).map(|(_, index)| index));
        }
        if let Some(stage) = self.stages.last_mut() {
            stage.span = stage.span.to(instruction.span);
            stage.needs.sources.extend(sources);
            self.waiting.extend(trigger(instruction).map(|inner| (stage.steps.len(), inner)));
            stage.steps.push(step);
        }
    }

    /// Evaluates the triggers of the stage that ends: in order, and on what the image has when it is finished.
    fn end_stage(&mut self) {
        let waiting = std::mem::take(&mut self.waiting);
        let Some(mut settings) = self.settings.pop() else { return };
        let mut built_on = if waiting.is_empty() { Settings::of(Root::Fragment, false) } else { settings.built_on() };
        for (number, inner) in waiting {
            let step = self.evaluate_in(&inner, &mut built_on, true);
            settings.triggers.push(step.evaluated.attrs.clone());
            if let Some(outer) = self.stages.last_mut().and_then(|stage| stage.steps.get_mut(number)) {
                if let Some(attrs) = outer.evaluated.attrs.as_mapping_mut() {
                    attrs.set("trigger", step.evaluated.attrs.clone());
                }
                outer.trigger = Some(Box::new(step));
            }
        }
        self.settings.push(settings);
    }

    fn evaluate(&mut self, instruction: &Instruction<'_>, settings: &mut Settings) -> Step {
        self.evaluate_in(instruction, settings, false)
    }

    fn evaluate_in(&mut self, instruction: &Instruction<'_>, settings: &mut Settings, is_trigger: bool) -> Step {
        let (shell, shell_words) = (settings.shell, settings.shell_words(instruction.header));
        let (user, workdir) = (settings.declared("user").cloned(), settings.declared("workdir").cloned());
        let is_windows = settings.is_windows;
        let mut evaluation = Evaluation { shared: self.shared, settings, is_trigger };
        let evaluated = evaluation.run(instruction);
        let (keyword, header) = (instruction.keyword, instruction.header);
        Step { keyword, header, evaluated, trigger: None, shell, shell_words, user, workdir, is_windows }
    }
}

fn index_of(value: &Value) -> Option<usize> {
    if let crate::model::Data::Number(number) = &value.data { usize::try_from(number.as_i64()?).ok() } else { None }
}

fn globals_of(settings: &Settings) -> Vec<(Text, Value)> {
    settings.scope.args().map(|(name, value)| (name.clone(), value.clone())).collect()
}

/// The image or stage that a stage begins with, without its version.
fn base_name(base: &Value) -> &str {
    let of_image = base.get("repository").and_then(Value::as_str);
    let of_stage = || base.get("stage")?.get("name")?.as_str();
    of_image.or_else(of_stage).unwrap_or_default()
}

struct Emitter<'a, 'b> {
    request: &'a Request<'a>,
    lowered: &'b mut Lowered,
    addresses: Addresses,
}

impl Emitter<'_, '_> {
    fn add(
        &mut self,
        type_name: &str,
        address: &Address,
        attrs: Value,
        meta: Value,
        header: Span,
        owner: Option<ResourceId>,
    ) -> ResourceId {
        self.lowered.add(Resource {
            format: Format::Dockerfile,
            type_name: type_name.into(),
            families: &[],
            address: self.addresses.unique(address),
            block: attrs.origin.span,
            attrs,
            meta,
            header,
            owner,
            unit: self.request.unit,
            call: None,
            doubt: None,
            planned: None,
        })
    }

    fn file(
        &mut self,
        file: &Dockerfile<'_>,
        globals: &[(Text, Value)],
        stages: &[Value],
        target: usize,
    ) -> ResourceId {
        let header = file.instructions.first().map_or(self.request.span.at_start(), |first| first.header);
        let mut object = Object::new(header);
        object.number("stage_count", stages.len());
        for name in ["syntax", "escape", "check"] {
            let directive = file.directives.iter().find(|directive| directive.name == name);
            let value = directive.map(|directive| Value::string(directive.value.text.clone(), directive.value.span));
            object.set_or_null(name, value);
        }
        let globals = globals.iter().filter(|(_, value)| value.origin.span != self.request.span).cloned().collect();
        object.set("args", Value::object(globals, header));
        object.list("stages", stages.to_vec());
        object.set_or_null("final_stage", stages.get(target).cloned());
        object.set("dockerignore", self.request.dockerignore.clone());
        object.list("images", self.request.images.clone());
        object.set("directory", self.request.directory.clone());
        let attrs = object.value(self.request.span);
        let meta = Object::new(header).value(header);
        let address = Address::stage("dockerfile".into(), "dockerfile".into());
        self.add("dockerfile", &address, attrs, meta, header, None)
    }

    fn stage(&mut self, stage: Stage, is_last: bool, attrs: Value, fate: StageUse, root: ResourceId) {
        let base = base_name(&stage.base);
        let address = address::stage(stage.name.as_deref(), stage.index, base, is_last);
        let meta = StageMeta { name: stage.name, index: stage.index, fate, is_fragment: stage.is_fragment };
        let mut object = Object::new(stage.header);
        meta.describe(&mut object, stage.header);
        let owner = self.add("dockerfile_stage", &address, attrs, object.value(stage.header), stage.header, Some(root));
        let Some(added) = self.lowered.resources.get(owner.0 as usize) else { return };
        let address = added.address.clone();
        for (index, step) in stage.steps.into_iter().enumerate() {
            self.step(step, Some(StageRef { address: &address, stage: &meta, index }), owner);
        }
    }

    fn step(&mut self, step: Step, home: Option<StageRef<'_>>, owner: ResourceId) {
        let label = step.evaluated.label.as_deref();
        let address = address::instruction(home.map(|home| home.address), step.keyword, label);
        let own = step.meta(home, false);
        if let Some(trigger) = step.trigger {
            let address = Address::instruction(Some(&address), trigger.keyword.name(), None, true);
            let meta = trigger.meta(home, true);
            self.add("dockerfile_instruction", &address, trigger.evaluated.attrs, meta, trigger.header, Some(owner));
        }
        self.add("dockerfile_instruction", &address, step.evaluated.attrs, own, step.header, Some(owner));
    }
}
