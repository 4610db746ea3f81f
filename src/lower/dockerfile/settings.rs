//! What the instructions of a stage set, and what a stage takes over from the one it is built from.

use super::object::Object;
use super::published;
use super::scope::Scope;
use super::shell_kind::{self, ShellKind};
use crate::limits::dockerfile::MAX_SETTINGS;
use crate::lower::pieces::text_of;
use crate::model::{HopKind, Text, Value, Why};
use crate::source::Span;
use std::collections::BTreeMap;

/// The names of the settings that have one value.
const SINGLE: [&str; 7] = ["cmd", "entrypoint", "healthcheck", "shell", "stopsignal", "user", "workdir"];

/// What a stage is built on in the end.
#[derive(Clone, Debug)]
pub(super) enum Root {
    /// `FROM scratch`: nothing.
    Scratch,
    /// An image, as the first stage of the chain names it.
    Image(Value),
    /// A file without `FROM`.
    Fragment,
}

/// The state of a stage after some of its instructions.
#[derive(Clone, Debug)]
pub(super) struct Settings {
    /// The variables.
    pub scope: Scope,
    /// What it is built on.
    pub root: Root,
    /// What the file says, by the names of [`SINGLE`].
    declared: BTreeMap<&'static str, Value>,
    /// `LABEL`s.
    pub labels: BTreeMap<Text, Value>,
    /// Ports of `EXPOSE`.
    pub ports: Vec<Value>,
    /// Paths of `VOLUME`.
    pub volumes: Vec<Value>,
    /// Triggers of `ONBUILD`.
    pub triggers: Vec<Value>,
    /// The language of the shell form.
    pub shell: ShellKind,
    /// Whether the shell runs with `pipefail`.
    pub pipefail: bool,
    /// Whether the image is one of Windows.
    pub is_windows: bool,
    /// The Dockerfile of the tree that builds the image at the root.
    pub built_by: Option<Text>,
}

impl Settings {
    /// What an image gives.
    pub(super) fn of(root: Root, is_windows: bool) -> Self {
        let base = match &root {
            Root::Scratch => None,
            Root::Image(value) => Some(text_of(value).shown()),
            Root::Fragment => Some("the image it is added to".into()),
        };
        Self {
            scope: Scope::over(base),
            root,
            declared: BTreeMap::new(),
            labels: BTreeMap::new(),
            ports: Vec::new(),
            volumes: Vec::new(),
            triggers: Vec::new(),
            shell: if is_windows { ShellKind::Cmd } else { ShellKind::Posix },
            pipefail: false,
            is_windows,
            built_by: None,
        }
    }

    /// What a stage that says `FROM` this one, at `span`, starts with.
    pub(super) fn inherited(&self, name: &str, span: Span) -> Self {
        let inherit = |value: &Value| {
            let origin = value.origin.read_at(span, HopKind::Inherited(name.into()));
            value.clone().with_origin(origin)
        };
        Self {
            scope: self.scope.inherited(name, span),
            root: self.root.clone(),
            declared: self.declared.iter().map(|(name, value)| (*name, inherit(value))).collect(),
            labels: self.labels.iter().map(|(name, value)| (name.clone(), inherit(value))).collect(),
            ports: self.ports.iter().map(inherit).collect(),
            volumes: self.volumes.iter().map(inherit).collect(),
            triggers: Vec::new(),
            shell: self.shell,
            pipefail: self.pipefail,
            is_windows: self.is_windows,
            built_by: self.built_by.clone(),
        }
    }

    /// What a build on top of the image starts with, before the triggers run: its `ARG`s are those of another build.
    pub(super) fn built_on(&self) -> Self {
        Self { scope: self.scope.without_args(), triggers: Vec::new(), ..self.clone() }
    }

    /// Sets one of [`SINGLE`].
    pub(super) fn declare(&mut self, name: &'static str, value: Value) {
        self.declared.insert(name, value);
    }

    /// What the file says of one of [`SINGLE`].
    pub(super) fn declared(&self, name: &str) -> Option<&Value> {
        self.declared.get(name)
    }

    /// The shell that the shell form of a command at `header` is given to.
    pub(super) fn shell_words(&self, header: Span) -> Value {
        self.declared("shell").cloned().unwrap_or_else(|| self.default("shell", header))
    }

    /// Returns the program that the shell form is given to where that is no POSIX shell.
    pub(super) fn foreign_shell(&self) -> Option<Text> {
        if self.shell == ShellKind::Posix {
            return None;
        }
        let program = self.declared("shell").and_then(|words| words.as_items()?.first()?.as_str());
        Some(program.map_or("cmd".into(), |program| shell_kind::program_name(program).into()))
    }

    /// Whether so much is set that nothing more is taken in.
    pub(super) fn is_full(&self) -> bool {
        self.labels.len() + self.ports.len() + self.volumes.len() + self.scope.count() >= MAX_SETTINGS
    }

    /// Sets the attributes of the stage that tell its settings. Each of [`SINGLE`] is what holds in the
    /// image; `declared` has the same as the file says it, null where only the base image may.
    pub(super) fn describe(&self, object: &mut Object, header: Span) {
        let mut declared = Object::new(header);
        for name in SINGLE {
            let value = self.declared.get(name).cloned();
            object.set(name, value.clone().unwrap_or_else(|| self.default(name, header)));
            declared.set_or_null(name, value);
        }
        object.set("declared", declared.value(header)).bool("is_windows", self.is_windows);
        object.set_or_null("base_user", Some(self.default("user", header)).filter(|_| !self.is_silent_on_user()));
        object.set_or_null("first_image", self.first_image(header)).bool("has_no_shell", self.has_no_shell());
        object.set_or_null("built_by", self.built_by.clone().map(|path| Value::string(path, header)));
        let map = |entries: Vec<(Text, Value)>| Value::object(entries, header);
        let pairs = |(name, value): (&Text, &Value)| (name.clone(), value.clone());
        object.set("env", map(self.scope.env().map(pairs).collect()));
        object.set("args", map(self.scope.args().map(pairs).collect()));
        object.set("labels", map(self.labels.iter().map(pairs).collect()));
        object.list("exposed_ports", self.ports.clone());
        object.list("volumes", self.volumes.clone());
        object.list("onbuild", self.triggers.clone());
    }

    /// The image at the root, null in a file without `FROM`.
    fn first_image(&self, header: Span) -> Option<Value> {
        match &self.root {
            Root::Scratch => Some(Value::string("scratch", header)),
            Root::Image(image) => Some(image.clone()),
            Root::Fragment => None,
        }
    }

    /// Whether the image at the root has no shell.
    fn has_no_shell(&self) -> bool {
        match &self.root {
            Root::Scratch => true,
            Root::Image(image) => published::has_no_shell(&text_of(image)),
            Root::Fragment => false,
        }
    }

    /// Whether the name of the image is known and does not tell its user.
    fn is_silent_on_user(&self) -> bool {
        let Root::Image(image) = &self.root else { return false };
        !image.is_unknown() && published::user_of(&text_of(image)).is_none()
    }

    /// What holds where the file says nothing.
    fn default(&self, name: &str, header: Span) -> Value {
        let platform = |text: &str, by: &str| {
            let value = Value::string(text, header);
            let origin = value.origin.read_at(header, HopKind::PlatformDefault(by.into()));
            value.with_origin(origin)
        };
        if name == "shell" {
            let words: &[&str] = if self.shell == ShellKind::Cmd { &["cmd", "/S", "/C"] } else { &["/bin/sh", "-c"] };
            return Value::tuple(words.iter().map(|word| platform(word, "BuildKit")).collect(), header);
        }
        match (&self.root, name) {
            (Root::Scratch, "user") => platform("root", "BuildKit"),
            (Root::Scratch, "workdir") => platform("/", "BuildKit"),
            (Root::Scratch, _) => Value::null(header),
            (Root::Image(value), _) => match published::user_of(&text_of(value)).filter(|_| name == "user") {
                Some(user) => platform(user, "the base image"),
                None => Value::unknown(Why::BaseImage(ecow::eco_format!("`{name}`")), value.origin.span),
            },
            (Root::Fragment, _) => Value::unknown(Why::BaseImage(ecow::eco_format!("`{name}`")), header),
        }
    }
}
