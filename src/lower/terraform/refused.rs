//! What Terraform and OpenTofu refuse of a module's declarations, whatever values it has.
//!
//! Each rule is one that both programs have, as runs of them show; what only one of them refuses is the language of the
//! other one. What is refused is evaluated all the same, as far as it goes.

use super::module::{Mode, Module, version};
use super::providers::text;
use super::versions::is_constraint;
use crate::source::{Problem, SourceId, Span};
use crate::syntax::hcl::{Block, Expr, ExprKind, free_names};
use std::path::Path;

/// Names of variables that a `module` block has as arguments of its own.
const RESERVED: [&str; 8] =
    ["source", "version", "providers", "count", "for_each", "lifecycle", "depends_on", "locals"];

/// What is refused of the blocks of a module, in the order of the kinds of blocks.
pub(super) fn of(module: &Module) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut refuse = |span: Span, message: &str| problems.push(Problem::refused(span, message));
    for (name, block) in &module.variables {
        variable(module, name, block, &mut refuse);
    }
    for block in module.outputs.values() {
        if block.body.attribute("value").is_none() {
            refuse(block.header, "An `output` block needs a `value`.");
        }
        is_literal(block, "deprecated", &mut refuse);
        conditions(block, &["precondition"], &mut refuse);
    }
    module.settings.iter().for_each(|block| settings(block, &mut refuse));
    let backends = module.settings.iter().flat_map(|block| block.body.blocks());
    let backends = backends.filter(|block| matches!(block.kind.name.as_str(), "backend" | "cloud"));
    for second in backends.skip(1) {
        refuse(second.header, "The state has one place: a module takes one `backend` or `cloud` block.");
    }
    for (at, block) in module.providers.iter().enumerate() {
        provider(block, &mut refuse);
        if module.providers.iter().take(at).any(|other| name_of(other) == name_of(block)) {
            refuse(block.header, "This provider is configured twice: give one of the two an `alias` of its own.");
        }
    }
    module.calls.values().for_each(|block| call(block, &mut refuse));
    module.checks.iter().for_each(|block| conditions(block, &["assert"], &mut refuse));
    module.imports.iter().for_each(|block| import(module, block, &mut refuse));
    module.removals.iter().for_each(|block| removed(module, block, &mut refuse));
    let depending = module.resources.iter().map(|resource| &resource.block);
    let depending = depending.chain(module.calls.values()).chain(module.outputs.values());
    depending.for_each(|block| depends_on(block, &mut refuse));
    for resource in &module.resources {
        for lifecycle in resource.block.body.blocks_of("lifecycle") {
            conditions(lifecycle, &["precondition", "postcondition"], &mut refuse);
            if let Some(order) = lifecycle.body.attribute("create_before_destroy") {
                free_names(&order.value, &mut |_, span| {
                    refuse(span, "`create_before_destroy` is needed before the plan and refers to nothing.");
                });
            }
            lifecycle.body.blocks_of("action_trigger").for_each(|block| trigger(module, block, &mut refuse));
        }
        let configs = resource.block.body.blocks_of("config");
        if let Some(second) = configs.filter(|_| resource.mode == Mode::Action).nth(1) {
            refuse(second.header, "An `action` block has one `config` block, not several.");
        }
        if let Some(provider) = resource.block.body.attribute("provider") {
            chosen_provider(module, &provider.value, &mut refuse);
        }
    }
    problems
}

fn variable(module: &Module, name: &str, block: &Block, refuse: &mut dyn FnMut(Span, &str)) {
    if RESERVED.contains(&name) {
        let message = format!("`{name}` is no name for a variable: a `module` block has it as an argument of its own.");
        refuse(block.header, &message);
    }
    if let Some(ty) = block.body.attribute("type").filter(|ty| !module.is_json(ty.value.span.source))
        && let ExprKind::String(text) = &ty.value.kind
    {
        refuse(ty.value.span, &format!("A type is written without quotes: `type = {text}`."));
    }
    let attribute = |name: &str| block.body.attribute(name).map(|attribute| &attribute.value);
    if let Some(default) = attribute("default").filter(|default| matches!(default.kind, ExprKind::Null))
        && attribute("nullable").is_some_and(|nullable| matches!(nullable.kind, ExprKind::Bool(false)))
    {
        refuse(default.span, &format!("`{name}` is not nullable, so null is no default for it."));
    }
    is_literal(block, "deprecated", refuse);
    conditions(block, &["validation"], refuse);
}

/// What a `provider` block configures: its label, and its alias as it is written.
fn name_of(provider: &Block) -> (Option<&str>, Option<&str>) {
    let alias = provider.body.attribute("alias").and_then(|alias| text(&alias.value));
    (provider.labels.first().map(|label| label.name.as_str()), alias)
}

/// What a block depends on is named, and not computed.
fn depends_on(block: &Block, refuse: &mut dyn FnMut(Span, &str)) {
    let Some(list) = block.body.attribute("depends_on") else { return };
    let ExprKind::Tuple(items) = &list.value.kind else { return };
    for item in items.iter().filter(|item| names(item).len() < 2) {
        refuse(item.span, "`depends_on` lists addresses, such as `aws_iam_role.app`, and nothing else.");
    }
}

fn is_literal(block: &Block, name: &str, refuse: &mut dyn FnMut(Span, &str)) {
    if let Some(attribute) = block.body.attribute(name)
        && !matches!(attribute.value.kind, ExprKind::String(_) | ExprKind::Null)
    {
        refuse(attribute.value.span, &format!("`{name}` takes a text that is written out, and nothing else."));
    }
}

/// The blocks that hold a condition.
fn conditions(block: &Block, kinds: &[&str], refuse: &mut dyn FnMut(Span, &str)) {
    for holder in block.body.blocks().filter(|block| kinds.contains(&block.kind.name.as_str())) {
        let kind = &holder.kind.name;
        for needed in ["condition", "error_message"] {
            if holder.body.attribute(needed).is_none() {
                refuse(holder.header, &format!("A `{kind}` block needs `{needed}`."));
            }
        }
        let Some(condition) = holder.body.attribute("condition") else { continue };
        let mut names = false;
        free_names(&condition.value, &mut |_, _| names = true);
        if !names {
            refuse(condition.value.span, "This condition refers to nothing, so it says nothing of the configuration.");
        }
    }
}

fn settings(block: &Block, refuse: &mut dyn FnMut(Span, &str)) {
    let encryption = block.body.blocks_of("encryption").flat_map(|encryption| encryption.body.blocks());
    for target in encryption {
        let attribute = |name: &str| target.body.attribute(name).map(|attribute| &attribute.value);
        let is_enforced = attribute("enforced").is_some_and(|enforced| matches!(enforced.kind, ExprKind::Bool(true)));
        let method = attribute("method").filter(|_| is_enforced);
        if let Some(method) =
            method.filter(|method| names(method).starts_with(&["method".into(), "unencrypted".into()]))
        {
            refuse(method.span, "`enforced` demands encryption, and the method `unencrypted` has none.");
        }
    }
    let Some(required) = block.body.attribute("required_version") else { return };
    if text(&required.value).is_some_and(|text| !is_constraint(text)) {
        refuse(required.value.span, "This is no version constraint, such as `>= 1.9, < 2.0`.");
    }
    if version(block).is_some_and(|version| !version.admit_known()) {
        let message = "No known release of Terraform or OpenTofu fits this version; the module is read as one for 0.12 or \
                       later.";
        refuse(required.value.span, message);
    }
}

fn provider(block: &Block, refuse: &mut dyn FnMut(Span, &str)) {
    if let Some(count) = block.body.attribute("count") {
        refuse(count.name.span, "A `provider` block takes no `count`.");
    }
    if let Some(each) = block.body.attribute("for_each").filter(|_| block.body.attribute("alias").is_none()) {
        refuse(each.name.span, "A `provider` block with `for_each` needs an `alias`.");
    }
}

fn call(block: &Block, refuse: &mut dyn FnMut(Span, &str)) {
    for name in ["source", "version"] {
        let Some(attribute) = block.body.attribute(name) else { continue };
        free_names(&attribute.value, &mut |root, span| {
            if !matches!(root, "var" | "local" | "path" | "terraform" | "tofu") {
                refuse(span, &format!("`{name}` is needed before the plan, so it cannot depend on `{root}`."));
            }
        });
    }
    for lifecycle in block.body.blocks_of("lifecycle") {
        for other in lifecycle.body.attributes().filter(|attribute| attribute.name.name != "enabled") {
            let message = format!("`lifecycle` of a `module` block has only `enabled`, not `{}`.", other.name.name);
            refuse(other.name.span, &message);
        }
    }
}

/// Events are keywords, in JSON texts; actions are those of the module.
fn trigger(module: &Module, block: &Block, refuse: &mut dyn FnMut(Span, &str)) {
    for needed in ["events", "actions"] {
        let Some(list) = block.body.attribute(needed) else {
            refuse(block.header, &format!("An `action_trigger` block needs `{needed}`."));
            continue;
        };
        let ExprKind::Tuple(items) = &list.value.kind else { continue };
        if items.is_empty() {
            refuse(list.value.span, &format!("`{needed}` of an `action_trigger` block is empty, so nothing is run."));
        }
        for item in items {
            let is_event = |kind: &ExprKind| matches!(kind, ExprKind::Root(_)) || module.is_json(item.span.source);
            if needed == "events" && !is_event(&item.kind) {
                refuse(item.span, "An event is a word without quotes, such as `after_create`.");
            }
            if needed == "actions" && names(item).first().is_some_and(|root| root != "action") {
                refuse(item.span, "Only actions of the same module can be run here: `action.TYPE.NAME`.");
            }
        }
    }
}

fn import(module: &Module, block: &Block, refuse: &mut dyn FnMut(Span, &str)) {
    let given = ["id", "identity"].into_iter().filter(|name| block.body.attribute(name).is_some()).count();
    if given != 1 {
        refuse(block.header, "An `import` block needs either `id` or `identity`.");
    }
    let Some(to) = block.body.attribute("to") else {
        return refuse(block.header, "An `import` block needs `to`, the resource to import to.");
    };
    let names = names(&to.value);
    let within = |call: &String| module.calls.contains_key(call.as_str());
    let is_in_module = names.first().is_none_or(|root| root != "module") || names.get(1).is_none_or(within);
    if declares(module, &names) == Some(false) || !is_in_module {
        let message = format!("`{}` is not declared, so nothing can be imported to it.", names.join("."));
        refuse(to.value.span, &message);
    }
}

fn removed(module: &Module, block: &Block, refuse: &mut dyn FnMut(Span, &str)) {
    let Some(from) = block.body.attribute("from") else { return };
    if has_key(&from.value) {
        refuse(from.value.span, "`from` names a whole resource or module, not an instance of it.");
    }
    if declares(module, &names(&from.value)) == Some(true) {
        refuse(from.value.span, "What was removed is still declared in this module.");
    }
}

/// Whether a module declares what an address names; nothing where another module would.
fn declares(module: &Module, names: &[String]) -> Option<bool> {
    match names {
        [root, call] if root == "module" => Some(module.calls.contains_key(call.as_str())),
        [root, ..] if root == "module" => None,
        [kind, name] => Some(module.resource_places.contains_key(format!("{kind}.{name}").as_str())),
        _ => None,
    }
}

/// The choice of a provider's configuration by a resource: with a key where that has `for_each`, and only there.
fn chosen_provider(module: &Module, expr: &Expr, refuse: &mut dyn FnMut(Span, &str)) {
    let names = names(expr);
    let [name, alias] = names.as_slice() else { return };
    let is_chosen = |block: &&Block| {
        let own = block.body.attribute("alias").map(|alias| &alias.value.kind);
        block.labels.first().is_some_and(|label| label.name == name.as_str())
            && matches!(own, Some(ExprKind::String(own)) if own == alias.as_str())
    };
    let Some(block) = module.providers.iter().find(is_chosen) else { return };
    let message = match (block.body.attribute("for_each").is_some(), has_key(expr)) {
        (false, true) => format!("`{name}.{alias}` has no `for_each`, so there is no element to choose."),
        (true, false) => {
            format!("`{name}.{alias}` has `for_each`: choose an element, as in `{name}.{alias}[\"key\"]`.")
        }
        _ => return,
    };
    refuse(expr.span, &message);
}

/// The names in an address, without the keys; in JSON an address is a text.
fn names(expr: &Expr) -> Vec<String> {
    match &expr.kind {
        ExprKind::Root(name) => vec![name.to_string()],
        ExprKind::Attribute(base, name) => {
            let mut names = names(base);
            names.push(name.name.to_string());
            names
        }
        ExprKind::Index(base, _) => names(base),
        ExprKind::String(text) => {
            let names = text.split('.').map(|part| part.split('[').next().unwrap_or_default().to_owned());
            names.collect()
        }
        _ => Vec::new(),
    }
}

/// Whether an address chooses an instance.
fn has_key(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Index(..) => true,
        ExprKind::Attribute(base, _) => has_key(base),
        ExprKind::String(text) => text.contains('['),
        _ => false,
    }
}

impl Module {
    /// Whether a file of the module is JSON, where types, addresses and references are texts.
    fn is_json(&self, source: SourceId) -> bool {
        let path = self.files.iter().find(|(_, own, _)| *own == source).map(|(path, ..)| Path::new(path));
        path.and_then(Path::extension).is_some_and(|extension| extension == "json")
    }
}
