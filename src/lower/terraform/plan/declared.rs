//! The section `configuration` of a plan: which arguments are written, and which references stand in them.
//!
//! It has no places and no values of locals. It serves to tell what the configuration sets from what is left to the
//! provider, and to connect resources where ids are not known yet.

use super::super::ids;
use crate::limits::terraform::PLAN_MODULE_DEPTH;
use crate::model::{Address, Key, Reference, Role, Step, Text};
use crate::syntax::json::{Kind, Node};
use std::collections::HashMap;

/// What the modules of a plan declare.
#[derive(Default)]
pub(super) struct Declared {
    /// By their address without keys; the root module has an empty one.
    modules: HashMap<Text, DeclaredModule>,
}

#[derive(Default)]
struct DeclaredModule {
    resources: HashMap<Text, DeclaredResource>,
    /// The arguments of its calls, by name.
    calls: HashMap<Text, Body>,
    outputs: HashMap<Text, Written>,
}

/// One resource block.
pub(super) struct DeclaredResource {
    /// Its arguments and blocks, those of `dynamic` not among them.
    pub body: Body,
    /// The provider configuration that it asks for: `aws`, `aws.west`.
    pub provider: Text,
}

/// Arguments and blocks by name.
pub(super) type Body = HashMap<Text, Written>;

/// What is written for a name.
pub(super) enum Written {
    /// An expression without references.
    Constant,
    /// An expression with these references, each followed by its shorter prefixes.
    References(Box<[Text]>),
    /// Blocks.
    Blocks(Vec<Body>),
    /// A block that may stand there once.
    Block(Body),
}

/// Where an expression stands.
#[derive(Clone, Copy)]
pub(super) struct Site<'a> {
    /// The resource instance.
    pub address: &'a Address,
}

impl Declared {
    /// Reads the section.
    pub fn read(section: &Node) -> Self {
        let mut declared = Self::default();
        if let Some(root) = section.get("root_module") {
            declared.add(Text::new(), root);
        }
        declared
    }

    fn add(&mut self, path: Text, node: &Node) {
        let mut module = DeclaredModule::default();
        for resource in node.get("resources").map(Node::items).unwrap_or_default() {
            let Some(address) = resource.get("address").and_then(Node::as_str) else { continue };
            let body = resource.get("expressions").map(body).unwrap_or_default();
            let key = resource.get("provider_config_key").and_then(Node::as_str).unwrap_or_default();
            let provider = key.rsplit(':').next().unwrap_or_default().into();
            module.resources.insert(address.into(), DeclaredResource { body, provider });
        }
        for (name, output) in node.get("outputs").map(Node::members).unwrap_or_default().iter().map(pair) {
            module.outputs.extend(output.get("expression").map(|expression| (name.clone(), written(expression))));
        }
        for (name, call) in node.get("module_calls").map(Node::members).unwrap_or_default().iter().map(pair) {
            module.calls.insert(name.clone(), call.get("expressions").map(body).unwrap_or_default());
            if let Some(called) = call.get("module") {
                let dot = if path.is_empty() { "" } else { "." };
                self.add(ecow::eco_format!("{path}{dot}module.{name}"), called);
            }
        }
        self.modules.insert(path, module);
    }

    /// The names of what the root module declares: resources by address, calls as `module.NAME`.
    pub fn of_root(&self) -> impl Iterator<Item = Text> {
        let root = self.modules.get("");
        let resources = root.into_iter().flat_map(|root| root.resources.keys().cloned());
        let calls = root.into_iter().flat_map(|root| root.calls.keys());
        resources.chain(calls.map(|name| ecow::eco_format!("module.{name}")))
    }

    /// The block of a resource instance.
    pub fn resource(&self, address: &Address) -> Option<&DeclaredResource> {
        let module = address.module_instance().cloned().unwrap_or_default();
        self.module(&module)?.resources.get(own(address).as_str())
    }

    fn module(&self, instance: &Address) -> Option<&DeclaredModule> {
        self.modules.get(instance.without_keys().as_str())
    }

    /// The attribute of a resource that an unknown value at `path` most likely is: that of the only reference in what
    /// is written there.
    pub fn target(&self, site: Site<'_>, written: &Written, path: &[Step]) -> Option<Reference> {
        let module = site.address.module_instance().cloned().unwrap_or_default();
        self.follow(&module, site.address.key(), written, path, PLAN_MODULE_DEPTH)
    }

    fn follow(&self, module: &Address, key: &Key, written: &Written, path: &[Step], depth: usize) -> Option<Reference> {
        let Written::References(references) = written else { return None };
        let reference = only(references)?;
        let depth = depth.checked_sub(1)?;
        let target = Address::parse(reference);
        let mut steps = reference.split('.');
        match (steps.next()?, steps.next()) {
            ("var", Some(name)) => {
                let call = module.outward().find(|address| address.role() == Role::Module)?;
                let caller = call.module_instance().cloned().unwrap_or_default();
                let argument = self.module(&caller)?.calls.get(call.name())?.get(name)?;
                self.follow(&caller, call.key(), argument, path, depth)
            }
            ("module", Some(_)) => {
                // `module.a["k"].out` is read as a block `out` in the instance.
                let called = target.outward().find(|address| address.role() == Role::Module)?;
                let called = if called.key() == &Key::None { called.with_key(key.clone()) } else { called.clone() };
                let called = [called.within(module), called.without_key().within(module)];
                let output = reference.rsplit('.').next()?;
                called.iter().find_map(|called| {
                    let written = self.module(called)?.outputs.get(output)?;
                    self.follow(called, &Key::None, written, path, depth)
                })
            }
            ("local" | "each" | "count" | "path" | "terraform" | "self", _) => None,
            _ => self.attribute(module, key, reference, path),
        }
    }

    /// The reference `TYPE.NAME.ATTRIBUTE` in a module instance. A key that is an expression is no part of it: that of
    /// the resource that refers is most likely meant.
    fn attribute(&self, module: &Address, key: &Key, reference: &str, path: &[Step]) -> Option<Reference> {
        let steps = if reference.starts_with("data.") { 3 } else { 2 };
        let end = end_of(reference, steps);
        let (block, rest) = (reference.get(..end)?, reference.get(end..)?);
        let block = Address::parse(block);
        let known = self.module(module)?;
        known.resources.get(block.without_key().as_str())?;
        let name = rest.trim_start_matches('.').split(['.', '[']).next().unwrap_or_default();
        let is_keyed = name.is_empty() && block.key() == &Key::None;
        let address = if is_keyed { block.with_key(key.clone()) } else { block };
        let of_path = || {
            let is_arn = matches!(path.last(), Some(Step::Key(name)) if name.ends_with("arn"));
            if is_arn { "arn" } else { "id" }
        };
        let name = if name.is_empty() { of_path() } else { name };
        let type_name = address.kind().to_owned();
        let name = if name == "id" { ids::attribute(&type_name).unwrap_or(name) } else { name };
        Some(Reference { address: address.within(module), path: vec![Step::Key(name.into())] })
    }
}

/// The only reference among several, without those to the repetition of the block; each is followed by its shorter
/// prefixes.
fn only(references: &[Text]) -> Option<&Text> {
    let is_repetition = |text: &Text| text.starts_with("each.") || text.starts_with("count.");
    let mut heads: Vec<&Text> = Vec::new();
    for reference in references.iter().filter(|reference| !is_repetition(reference)) {
        if !heads.iter().any(|head| is_prefix(reference, head)) {
            heads.push(reference);
        }
    }
    if let [only] = heads.as_slice() { Some(only) } else { None }
}

fn is_prefix(short: &str, long: &str) -> bool {
    long.strip_prefix(short).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
}

/// The end of the first dotted steps of a reference, with the key behind them.
fn end_of(reference: &str, steps: usize) -> usize {
    let mut left = steps;
    let mut is_quoted = false;
    let mut is_keyed = false;
    for (at, c) in reference.char_indices() {
        match c {
            '"' => is_quoted = !is_quoted,
            '[' if !is_quoted => is_keyed = true,
            ']' if !is_quoted => is_keyed = false,
            '.' if !is_quoted && !is_keyed => {
                left -= 1;
                if left == 0 {
                    return at;
                }
            }
            _ => {}
        }
    }
    reference.len()
}

/// The address of a block in its module, without key.
fn own(address: &Address) -> Text {
    address.instance(&Address::root(), Key::None).text().clone()
}

fn pair(member: &crate::syntax::json::Member) -> (&Text, &Node) {
    (&member.name, &member.value)
}

fn body(node: &Node) -> Body {
    node.members().iter().map(|member| (member.name.clone(), written(&member.value))).collect()
}

fn written(node: &Node) -> Written {
    match &node.kind {
        Kind::Array(blocks) => Written::Blocks(blocks.iter().map(body).collect()),
        Kind::Object(members) => {
            let references = node.get("references").map(Node::items).unwrap_or_default();
            if !references.is_empty() && references.iter().all(|item| item.as_str().is_some()) {
                Written::References(references.iter().filter_map(Node::as_str).map(Text::from).collect())
            } else if members.is_empty() || node.get("constant_value").is_some() {
                Written::Constant
            } else {
                Written::Block(body(node))
            }
        }
        _ => Written::Constant,
    }
}
