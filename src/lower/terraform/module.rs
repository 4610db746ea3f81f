//! A module as it is declared: the blocks of one directory, by kind and name.
//!
//! Evaluates nothing, and is made once however often the module is called.

use super::input::Input;
use super::load::{self, ConfigFile, Loaded};
use super::overrides;
use super::providers::{self, Provider};
use super::versions::Constraints;
use crate::model::{Address, Cause, Doubt, Key, Reach, Unseen, Why};
use crate::schema;
use crate::source::{Level, Problem, ReadError, SourceId, Span};
use crate::syntax::hcl::{Attribute, Block, ExprKind, Item};
use ecow::EcoString;
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::fmt::Write as _;
use std::sync::Arc;

/// The declarations of one directory.
#[derive(Debug, Default)]
pub(super) struct Module {
    /// The directory, from the root.
    pub dir: String,
    /// Whether its files belong to the repository.
    pub committed: bool,
    /// Its variables by name.
    pub variables: BTreeMap<EcoString, Block>,
    /// Its local values by name.
    pub locals: BTreeMap<EcoString, Attribute>,
    /// Managed, data and ephemeral resources and actions in source order; a name may stand there twice.
    pub resources: Vec<ResourceBlock>,
    /// Where a resource stands in `resources`, by its address in the module.
    pub resource_places: BTreeMap<EcoString, usize>,
    /// Its `module` blocks by name.
    pub calls: BTreeMap<EcoString, Block>,
    /// Its outputs by name.
    pub outputs: BTreeMap<EcoString, Block>,
    /// Its `provider` blocks.
    pub providers: Vec<Block>,
    /// Its `terraform` blocks.
    pub settings: Vec<Block>,
    /// Whether it may be run with Terraform 1.12 or later, or OpenTofu 1.10 or later, in which one side of `&&` and `||`
    /// decides alone.
    pub short_circuits: bool,
    /// Its `check` blocks.
    pub checks: Vec<Block>,
    /// Its `import` blocks.
    pub imports: Vec<Block>,
    /// Its `moved` blocks.
    pub moves: Vec<Block>,
    /// Its `removed` blocks.
    pub removals: Vec<Block>,
    /// What is wrong with the declarations.
    pub problems: Vec<Problem>,
    /// The files that were read: path, number, and whether anything was found in it.
    pub files: Vec<(String, SourceId, bool)>,
    /// Bytes of all of them.
    pub bytes: usize,
    /// Files that another one replaces: the hidden one and the one that counts.
    pub hidden: Vec<(String, String)>,
    /// Files that could not be read.
    pub failed: Vec<(String, ReadError)>,
    /// The files of which not all could be read: they may declare anything.
    pub unseen: Vec<Unseen>,
    /// The override files of which not all could be read: they may change any block.
    pub doubt: Option<Arc<Doubt>>,
}

/// A `resource`, `data`, `ephemeral` or `action` block.
#[derive(Debug)]
pub(super) struct ResourceBlock {
    /// Which of the four.
    pub mode: Mode,
    /// `aws_s3_bucket`
    pub type_name: EcoString,
    /// Address in the module, without instance key: `data.aws_ami.web`.
    pub address: Address,
    /// The block.
    pub block: Block,
    /// Where in the body an attribute, a nested block or a `dynamic` block gives a member of that name.
    pub members: BTreeMap<EcoString, Vec<usize>>,
    /// What is known of its provider.
    pub provider: Option<Provider>,
}

/// What a resource block asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mode {
    /// `resource`
    Managed,
    /// `data`
    Data,
    /// `ephemeral`
    Ephemeral,
    /// `action`
    Action,
}

impl Mode {
    /// What stands before type and name in an address.
    pub fn prefix(self) -> &'static str {
        match self {
            Self::Managed => "",
            Self::Data => "data.",
            Self::Ephemeral => "ephemeral.",
            Self::Action => "action.",
        }
    }
}

impl ResourceBlock {
    /// What the schema of its type has in it.
    pub fn schema(&self) -> Option<schema::Body> {
        Some(self.provider?.ty?.body())
    }

    fn new(mode: Mode, block: Block) -> Option<Self> {
        let [type_label, name_label] = block.labels.as_slice() else { return None };
        let kind = ecow::eco_format!("{}{}", mode.prefix(), type_label.name);
        let address = Address::block(&Address::root(), kind, name_label.name.clone(), Key::None);
        let mut members: BTreeMap<EcoString, Vec<usize>> = BTreeMap::new();
        for (at, item) in block.body.items.iter().enumerate() {
            members.entry(member_name(item).clone()).or_default().push(at);
        }
        Some(Self { mode, type_name: type_label.name.clone(), address, members, block, provider: None })
    }
}

/// The name of the member that an item of a body gives.
pub(super) fn member_name(item: &Item) -> &EcoString {
    match item {
        Item::Attribute(attribute) => &attribute.name.name,
        Item::Block(block) => match block.labels.first() {
            Some(label) if block.kind.name == "dynamic" => &label.name,
            _ => &block.kind.name,
        },
    }
}

impl Module {
    /// Reads the module in `dir`.
    pub fn read(input: &Input, dir: &str) -> Self {
        Self::of(input, dir, load::load(input, dir))
    }

    /// The module in `dir`, of the files that were read for it.
    pub fn of(input: &Input, dir: &str, loaded: Loaded) -> Self {
        let unread = unread(input, &loaded);
        let overriding = unread.iter().filter(|(path, _)| load::is_override(path));
        let causes: Vec<Cause> = overriding.map(|(_, unseen)| unseen.cause.clone()).collect();
        let doubt = (!causes.is_empty()).then(|| Arc::new(Doubt { causes, conditional: true }));
        let unseen = unread.into_iter().map(|(_, unseen)| unseen).collect();
        let mut module = Self { dir: dir.to_owned(), problems: loaded.problems, unseen, doubt, ..Self::default() };
        (module.hidden, module.failed) = (loaded.hidden, loaded.failed);
        module.files = loaded.files.iter().map(|f| (f.path.clone(), f.source, !f.body.items.is_empty())).collect();
        module.bytes = loaded.files.iter().map(|file| file.body.span.end as usize).sum();
        module.committed = module.files.first().is_none_or(|(path, ..)| input.files.is_committed(path));
        module.short_circuits = true;
        for block in module.merged(loaded.files) {
            module.declare(block);
        }
        for declared in &mut module.resources {
            let prefix = declared.mode.prefix();
            declared.provider = providers::of(&module.settings, prefix, &declared.type_name, &declared.block);
        }
        module
    }

    fn merged(&mut self, files: Vec<ConfigFile>) -> Vec<Block> {
        let mut blocks = Vec::new();
        for file in files {
            let mut own = Vec::new();
            for item in file.body.items {
                match item {
                    Item::Block(block) => own.push(block),
                    Item::Attribute(attribute) => self.problems.push(Problem::refused(
                        attribute.span,
                        format!(
                            "`{}` stands outside of any block, where Terraform takes no arguments; it was ignored.",
                            attribute.name.name
                        ),
                    )),
                }
            }
            if file.is_override {
                overrides::merge(&mut blocks, own, &mut self.problems);
            } else {
                blocks.append(&mut own);
            }
        }
        blocks
    }

    fn declare(&mut self, block: Block) {
        let kind = block.kind.name.clone();
        let wanted = match kind.as_str() {
            "resource" | "data" | "ephemeral" | "action" | "list" => 2,
            "variable" | "output" | "module" | "provider" | "check" => 1,
            _ => 0,
        };
        if block.labels.len() != wanted {
            let message =
                format!("A `{kind}` block has {}, not {}; the block was left out.", labels(wanted), block.labels.len());
            self.problems.push(Problem::error(block.header, message));
            return;
        }
        for label in block.labels.iter().filter(|label| !is_identifier(&label.name) && kind != "locals") {
            let message = format!(
                "`{}` is no valid name: a name starts with a letter or underscore and has only letters, digits, underscores and dashes.",
                label.name
            );
            self.problems.push(Problem::refused(label.span, message));
        }
        let name = block.labels.last().map(|label| label.name.clone()).unwrap_or_default();
        match kind.as_str() {
            "variable" => insert(&mut self.variables, name, block, &mut self.problems),
            "output" => insert(&mut self.outputs, name, block, &mut self.problems),
            "module" => insert(&mut self.calls, name, block, &mut self.problems),
            "locals" => self.declare_locals(block),
            "resource" => self.declare_resource(Mode::Managed, block),
            "data" => self.declare_resource(Mode::Data, block),
            "ephemeral" => self.declare_resource(Mode::Ephemeral, block),
            "provider" => self.providers.push(block),
            "terraform" => {
                self.short_circuits &= version(&block).is_none_or(|version| version.admit_short_circuits());
                self.settings.push(block);
            }
            "check" => self.declare_check(block),
            "import" => self.imports.push(block),
            "moved" => self.moves.push(block),
            "action" => self.declare_resource(Mode::Action, block),
            "removed" => self.removals.push(block),
            // It says which programs read the configuration, not what that asks for.
            "language" => {}
            "list" => {
                let message = "A `list` block belongs into a query file, `.tfquery.hcl`; it was ignored.";
                self.problems.push(Problem::refused(block.header, message));
            }
            _ => {
                let message = format!("`{kind}` is no kind of block that Terraform knows; it was ignored.");
                self.problems.push(Problem::refused(block.header, message));
            }
        }
    }

    fn declare_locals(&mut self, block: Block) {
        for item in block.body.items {
            let Item::Attribute(attribute) = item else { continue };
            match self.locals.entry(attribute.name.name.clone()) {
                Entry::Vacant(entry) => _ = entry.insert(attribute),
                Entry::Occupied(_) => {
                    let message =
                        format!("`local.{}` is declared twice; the first declaration counts.", attribute.name.name);
                    self.problems.push(Problem::refused(attribute.name.span, message));
                }
            }
        }
    }

    /// A `check` block may hold one data source of its own, which is known in the whole module here.
    fn declare_check(&mut self, mut block: Block) {
        let (scoped, rest) = std::mem::take(&mut block.body.items)
            .into_iter()
            .partition(|item| matches!(item, Item::Block(inner) if inner.kind.name == "data"));
        block.body.items = rest;
        for item in scoped {
            if let Item::Block(inner) = item {
                self.declare_resource(Mode::Data, inner);
            }
        }
        self.checks.push(block);
    }

    fn declare_resource(&mut self, mode: Mode, block: Block) {
        let header = block.header;
        let Some(resource) = ResourceBlock::new(mode, block) else { return };
        match self.resource_places.entry(resource.address.text().clone()) {
            Entry::Vacant(entry) => _ = entry.insert(self.resources.len()),
            Entry::Occupied(_) => {
                let message = format!(
                    "`{}` is declared twice; both are judged, and references mean the first.",
                    resource.address
                );
                self.problems.push(Problem::refused(header, message));
            }
        }
        self.resources.push(resource);
    }
}

/// The files of a directory of which not all could be read, by path.
fn unread(input: &Input, loaded: &Loaded) -> Vec<(String, Unseen)> {
    let unseen = |path: &str, why: Why, span: Span| {
        let what = ecow::eco_format!("file `{path}`");
        (path.to_owned(), Unseen { what, cause: Cause { why, span }, reach: Reach::Unit })
    };
    let failed = loaded.failed.iter().map(|(path, _)| {
        let source = input.sources.add(path.as_str(), "");
        unseen(path, Why::File(path.as_str().into()), Span::new(source, 0, 0))
    });
    let broken = loaded.files.iter().filter_map(|file| {
        let is_error = |problem: &&Problem| problem.level == Level::Error && problem.span.source == file.source;
        let problem = loaded.problems.iter().find(is_error)?;
        let why = Why::Unseen(ecow::eco_format!("file `{}` could be read only in part", file.path));
        Some(unseen(&file.path, why, problem.span))
    });
    failed.chain(broken).collect()
}

/// The versions that a `terraform` block asks for; `None` where it does not say, or not as Terraform reads it.
pub(super) fn version(settings: &Block) -> Option<Constraints> {
    match &settings.body.attribute("required_version")?.value.kind {
        ExprKind::String(constraints) => Constraints::read(constraints),
        _ => None,
    }
}

fn insert(blocks: &mut BTreeMap<EcoString, Block>, name: EcoString, block: Block, problems: &mut Vec<Problem>) {
    match blocks.entry(name) {
        Entry::Vacant(entry) => _ = entry.insert(block),
        Entry::Occupied(entry) => {
            let message =
                format!("{} `{}` is declared twice; the first declaration counts.", block.kind.name, entry.key());
            problems.push(Problem::refused(block.header, message));
        }
    }
}

fn labels(count: usize) -> String {
    let mut text = String::new();
    _ = match count {
        0 => write!(text, "no labels"),
        1 => write!(text, "one label"),
        n => write!(text, "{n} labels"),
    };
    text
}

fn is_identifier(name: &str) -> bool {
    let mut chars = name.chars();
    let starts = chars.next().is_some_and(|c| c.is_alphabetic() || c == '_');
    starts && chars.all(|c| c.is_alphanumeric() || matches!(c, '_' | '-'))
}
