//! Addresses of resources: what names a resource among the others of its unit.
//!
//! Owns the parts of an address, the text that users of each format know it by, and the stable form that identities
//! are made of. The only file that builds this text from parts, or reads parts from it.
//!
//! | format | text |
//! |---|---|
//! | Terraform | `module.logs["eu"].aws_s3_bucket.this[0]`, as Terraform prints it |
//! | Kubernetes | `Kind/namespace/name`, without an absent namespace; parts follow: `/pod`, `/container/app` |
//! | Dockerfile | `stage[0]`, `stage.build.RUN["apt-get update"]` |

use super::Text;
use super::key::{Key, split_key};
use ecow::eco_format;
use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::{Arc, LazyLock};

/// The address of a resource, of a module instance, or of a value that a reference names. Cheap to clone; compared,
/// ordered and hashed by its text.
#[derive(Clone)]
pub struct Address(Arc<Parts>);

struct Parts {
    /// The module instance around a block, the object or stage that a part belongs to.
    around: Option<Address>,
    role: Role,
    kind: Text,
    name: Text,
    key: Key,
    text: Text,
    stable: Text,
}

/// What an address names within the address around it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// The root module; its text is empty.
    Root,
    /// An instance of a `module` block of Terraform.
    Module,
    /// A block of Terraform, or one instance of it.
    Block,
    /// A Kubernetes object.
    Object,
    /// A part of an object: a pod, a container.
    Part,
    /// A stage of a Dockerfile, or the Dockerfile itself.
    Stage,
    /// An instruction of a Dockerfile.
    Instruction,
    /// Anything else, named by its text only.
    Other,
}

impl Address {
    /// The root module.
    pub fn root() -> Self {
        static ROOT: LazyLock<Address> = LazyLock::new(|| Address::other(None, Text::new()));
        ROOT.clone()
    }

    /// An instance of a called module: `module.logs["eu"]`.
    pub fn module(outer: &Self, name: Text, key: Key) -> Self {
        Self::terraform(Role::Module, Some(outer), "module".into(), name, key)
    }

    /// A block in a module instance: `aws_s3_bucket.this[0]`, `data.aws_ami.web`, `var.acl`; `kind` has no name for
    /// `terraform`.
    pub fn block(module: &Self, kind: Text, name: Text, key: Key) -> Self {
        Self::terraform(Role::Block, Some(module), kind, name, key)
    }

    /// A Kubernetes object. `stem` is its name without a hash of its contents, if it has one.
    pub fn object(kind: &str, namespace: Option<&str>, name: &str, stem: Option<&str>) -> Self {
        let of = |name: &str| match namespace {
            None => eco_format!("{kind}/{name}"),
            Some(namespace) => eco_format!("{kind}/{namespace}/{name}"),
        };
        let text = of(name);
        let stable = stem.map_or_else(|| text.clone(), of);
        // The key of an object within its kind is its namespace.
        let key = namespace.map_or(Key::None, |namespace| Key::Text(namespace.into()));
        Self::new(None, Role::Object, (kind.into(), name.into(), key), (text, stable))
    }

    /// A part of an object: `pod`, `container/app`.
    #[must_use]
    pub fn part(&self, kind: &str, name: Option<&str>) -> Self {
        let own = name.map_or_else(|| kind.into(), |name| eco_format!("{kind}/{name}"));
        let texts = (eco_format!("{self}/{own}"), eco_format!("{}/{own}", self.stable()));
        Self::new(Some(self), Role::Part, (kind.into(), name.unwrap_or_default().into(), Key::None), texts)
    }

    /// A stage of a Dockerfile by its text, and by what stays when stages are added before it.
    pub fn stage(text: Text, stable: Text) -> Self {
        Self::new(None, Role::Stage, ("stage".into(), Text::new(), Key::None), (text, stable))
    }

    /// An instruction in a stage or in another instruction, or directly in the file. The stable address has the label
    /// only if `is_stable`.
    pub fn instruction(around: Option<&Self>, keyword: &str, label: Option<&str>, is_stable: bool) -> Self {
        let labelled =
            |label: Option<&str>| label.map_or_else(|| keyword.into(), |l| eco_format!("{keyword}[\"{l}\"]"));
        let within = |around: Option<&str>, own: Text| around.map_or_else(|| own.clone(), |a| eco_format!("{a}.{own}"));
        let text = within(around.map(Self::as_str), labelled(label));
        let stable = within(around.map(|around| around.stable().as_str()), labelled(label.filter(|_| is_stable)));
        Self::new(
            around,
            Role::Instruction,
            (keyword.into(), label.unwrap_or_default().into(), Key::None),
            (text, stable),
        )
    }

    /// Anything that is named by its text only, in a module instance if there is one.
    pub fn other(module: Option<&Self>, text: impl Into<Text>) -> Self {
        let text = text.into();
        let role = if text.is_empty() { Role::Root } else { Role::Other };
        Self::terraform(role, module, text, Text::new(), Key::None)
    }

    /// The same address with a number behind its text, if others before it had the same. The stable address has none.
    #[must_use]
    pub fn numbered(&self, before: usize) -> Self {
        if before == 0 {
            return self.clone();
        }
        let own = (self.0.kind.clone(), self.0.name.clone(), self.0.key.clone());
        Self::new(self.0.around.as_ref(), self.0.role, own, (eco_format!("{self}[{before}]"), self.0.stable.clone()))
    }

    /// The same block or module in another module instance, and with another key.
    #[must_use]
    pub fn instance(&self, module: &Self, key: Key) -> Self {
        Self::terraform(self.0.role, Some(module), self.0.kind.clone(), self.0.name.clone(), key)
    }

    /// The same block or module with another key.
    #[must_use]
    pub fn with_key(&self, key: Key) -> Self {
        Self::terraform(self.0.role, self.0.around.as_ref(), self.0.kind.clone(), self.0.name.clone(), key)
    }

    /// All instances of the same block or module.
    #[must_use]
    pub fn without_key(&self) -> Self {
        if matches!(self.0.role, Role::Module | Role::Block) { self.with_key(Key::None) } else { self.clone() }
    }

    /// The same address, which lies in the root module, in the module instance `module`.
    #[must_use]
    pub fn within(&self, module: &Self) -> Self {
        let Some(around) = &self.0.around else { return self.instance(module, self.0.key.clone()) };
        self.placed(&around.within(module))
    }

    /// The same block in all instances of the modules around.
    #[must_use]
    pub fn without_keys(&self) -> Self {
        let own = self.without_key();
        own.0.around.as_ref().map_or_else(|| own.clone(), |around| own.placed(&around.without_keys()))
    }

    /// Reads an address of Terraform, which may have parts of an object behind it.
    pub fn parse(text: &str) -> Self {
        let (block, parts) = split_parts(text);
        let mut module = Self::root();
        let mut steps = steps(block).into_iter().peekable();
        while let Some(name) = steps.next_if(|(step, _)| *step == "module").and_then(|_| steps.next()) {
            module = Self::module(&module, name.0.into(), name.1);
        }
        let mut address = module;
        let rest: Vec<(&str, Key)> = steps.collect();
        if let Some(((name, key), kind)) = rest.split_last() {
            let kind: Vec<&str> = kind.iter().map(|(step, _)| *step).collect();
            address = match kind.as_slice() {
                [] => Self::block(&address, (*name).into(), Text::new(), key.clone()),
                kind => Self::block(&address, kind.join(".").into(), (*name).into(), key.clone()),
            };
        }
        parts.into_iter().fold(address, |address, part| address.part(part, None))
    }

    fn terraform(role: Role, module: Option<&Self>, kind: Text, name: Text, key: Key) -> Self {
        let module = module.filter(|module| module.0.role != Role::Root);
        let dot = if name.is_empty() { "" } else { "." };
        let (text, is_stable) = match module {
            None => (eco_format!("{kind}{dot}{name}{key}"), true),
            Some(module) => (eco_format!("{module}.{kind}{dot}{name}{key}"), module.as_str() == module.stable()),
        };
        let is_stable = is_stable && key != Key::Index(0);
        let stable = || match (module, if key.is_stable() { &key } else { &Key::None }) {
            (None, key) => eco_format!("{kind}{dot}{name}{key}"),
            (Some(module), key) => eco_format!("{}.{kind}{dot}{name}{key}", module.stable()),
        };
        let stable = if is_stable { text.clone() } else { stable() };
        Self::new(module, role, (kind, name, key), (text, stable))
    }

    fn new(
        around: Option<&Self>,
        role: Role,
        (kind, name, key): (Text, Text, Key),
        (text, stable): (Text, Text),
    ) -> Self {
        Self(Arc::new(Parts { around: around.cloned(), role, kind, name, key, text, stable }))
    }

    /// The text that users know it by.
    pub fn as_str(&self) -> &str {
        &self.0.text
    }

    /// The text that users know it by, shared.
    pub fn text(&self) -> &Text {
        &self.0.text
    }

    /// The stable text: without list indexes and content hashes, so unrelated edits do not change it. Several
    /// resources of one kind can share it.
    pub fn stable(&self) -> &Text {
        &self.0.stable
    }

    /// What it names.
    pub fn role(&self) -> Role {
        self.0.role
    }

    /// The type of a block with its mode (`data.aws_ami`), `module`, the kind of an object or part, the keyword of an
    /// instruction.
    pub fn kind(&self) -> &str {
        &self.0.kind
    }

    /// The name within the kind; empty if there is none.
    pub fn name(&self) -> &str {
        &self.0.name
    }

    /// The key of an instance.
    pub fn key(&self) -> &Key {
        &self.0.key
    }

    /// The namespace of a Kubernetes object.
    pub fn namespace(&self) -> Option<&str> {
        match &self.0.key {
            Key::Text(namespace) if self.0.role == Role::Object => Some(namespace),
            _ => None,
        }
    }

    /// The address itself, then those around it: objects, stages, module instances.
    pub fn outward(&self) -> impl Iterator<Item = &Self> {
        std::iter::successors(Some(self), |address| address.0.around.as_ref())
    }

    /// The address of the whole that a part belongs to: an object, or the block that describes it; itself if it is no
    /// part.
    pub fn whole(&self) -> &Self {
        self.outward().find(|address| address.0.role != Role::Part).unwrap_or(self)
    }

    /// The innermost module instance that it lies in.
    pub fn module_instance(&self) -> Option<&Self> {
        self.outward().skip(1).find(|address| address.0.role == Role::Module)
    }

    /// The address after a change of name: `renamed` gives the new address of what it is asked for, innermost first.
    pub fn renamed(&self, renamed: &impl Fn(&Self) -> Option<Self>) -> Option<Self> {
        if let Some(address) = renamed(self) {
            return Some(address);
        }
        Some(self.placed(&self.0.around.as_ref()?.renamed(renamed)?))
    }

    /// The same part, block or module in another whole or module instance.
    fn placed(&self, around: &Self) -> Self {
        let name = Some(self.name()).filter(|name| !name.is_empty());
        match self.0.role {
            Role::Part => around.part(self.kind(), name),
            _ => self.instance(around, self.0.key.clone()),
        }
    }
}

/// The dotted steps of an address, each with its key.
fn steps(text: &str) -> Vec<(&str, Key)> {
    let mut steps = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let end = rest.find(['.', '[']).unwrap_or(rest.len());
        let (name, behind) = rest.split_at(end);
        let (key, behind) = match behind.strip_prefix('[').and_then(|key| split_key(key)) {
            Some((key, behind)) => (key, behind),
            None => (Key::None, behind),
        };
        steps.push((name, key));
        // A bracket that nothing closes ends the address.
        rest = behind.strip_prefix('.').unwrap_or_default();
    }
    steps
}

/// The address of a block, and the parts of the object that it describes: `/` within a key divides nothing.
fn split_parts(text: &str) -> (&str, Vec<&str>) {
    let mut is_quoted = false;
    let mut is_escaped = false;
    let slash = text.find(|c: char| {
        let is_mark = !is_escaped && c == '"';
        is_quoted ^= is_mark;
        is_escaped = is_quoted && !is_escaped && c == '\\';
        c == '/' && !is_quoted
    });
    match slash.and_then(|at| Some((text.get(..at)?, text.get(at + 1..)?))) {
        Some((block, parts)) => (block, parts.split('/').collect()),
        None => (text, Vec::new()),
    }
}

impl Default for Address {
    fn default() -> Self {
        Self::root()
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), f)
    }
}

impl PartialEq for Address {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0) || self.0.text == other.0.text
    }
}

impl Eq for Address {}

impl PartialEq<str> for Address {
    fn eq(&self, other: &str) -> bool {
        self.as_str() == other
    }
}

impl PartialEq<&str> for Address {
    fn eq(&self, other: &&str) -> bool {
        self.as_str() == *other
    }
}

impl PartialOrd for Address {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Address {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.text.cmp(&other.0.text)
    }
}

impl Hash for Address {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.text.hash(state);
    }
}

impl From<&Address> for Text {
    fn from(address: &Address) -> Self {
        address.0.text.clone()
    }
}

impl From<Address> for Text {
    fn from(address: Address) -> Self {
        address.0.text.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_read_as_it_is_built() {
        let texts = [
            "aws_s3_bucket.b",
            "data.aws_ami.web[3]",
            "terraform",
            "module.a[\"x.y/z]\"].module.b.aws_s3_bucket.this[\"q\\\"\\\\$${n}\\n\"]",
            "module.logs[0]",
            "kubernetes_deployment_v1.web[\"a/b\"]/container/app",
        ];
        for text in texts {
            assert_eq!(Address::parse(text).as_str(), text);
        }
        assert_eq!(Address::parse("module.m[0].aws_s3_bucket.b[0]").stable(), "module.m.aws_s3_bucket.b");
        assert_eq!(Address::parse("aws_s3_bucket.b[\"a[0]\"]").stable(), "aws_s3_bucket.b[\"a[0]\"]");
    }

    #[test]
    fn parts_belong_to_their_object() {
        let object = Address::object("ConfigMap", Some("web"), "settings-x7", Some("settings"));
        let part = object.part("container", Some("app"));
        assert_eq!(
            (part.as_str(), part.stable().as_str()),
            ("ConfigMap/web/settings-x7/container/app", "ConfigMap/web/settings/container/app")
        );
        assert_eq!((part.whole(), part.whole().namespace()), (&object, Some("web")));
    }
}
