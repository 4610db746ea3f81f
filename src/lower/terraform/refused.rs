//! What Terraform and OpenTofu refuse of a module's declarations, whatever values it has.
//!
//! Each rule is one that both programs have, as runs of them show; what only one of them refuses is the language of the
//! other one. What is refused is evaluated all the same, as far as it goes.

use super::module::{Mode, Module, version};
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
    module.providers.iter().for_each(|block| provider(block, &mut refuse));
    module.calls.values().for_each(|block| call(block, &mut refuse));
    module.checks.iter().for_each(|block| conditions(block, &["assert"], &mut refuse));
    module.imports.iter().for_each(|block| import(module, block, &mut refuse));
    module.removals.iter().for_each(|block| removed(block, &mut refuse));
    for resource in &module.resources {
        for lifecycle in resource.block.body.blocks_of("lifecycle") {
            conditions(lifecycle, &["precondition", "postcondition"], &mut refuse);
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
    is_literal(block, "deprecated", refuse);
    conditions(block, &["validation"], refuse);
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
    let is_declared = match names.as_slice() {
        [root, call, ..] if root == "module" => module.calls.contains_key(call.as_str()),
        [kind, name] => module.resource_places.contains_key(format!("{kind}.{name}").as_str()),
        _ => true,
    };
    if !is_declared {
        let message = format!("`{}` is not declared, so nothing can be imported to it.", names.join("."));
        refuse(to.value.span, &message);
    }
}

fn removed(block: &Block, refuse: &mut dyn FnMut(Span, &str)) {
    if let Some(from) = block.body.attribute("from")
        && has_key(&from.value)
    {
        refuse(from.value.span, "`from` names a whole resource or module, not an instance of it.");
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
