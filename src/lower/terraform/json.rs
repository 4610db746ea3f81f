//! Which properties of a `.tf.json` file are blocks.
//!
//! Terraform's own blocks are known here, the nested blocks of providers from their schemas.

use crate::schema;
use crate::syntax::hcl::Property;

/// What the property `name` is inside of the blocks `within`: their kinds, outermost first, each followed by its first
/// label where it has one.
pub(super) fn property(within: &[&str], name: &str) -> Property {
    match labels(within, name) {
        Some(labels) => Property::Block { labels },
        None if is_nested(within, name) => Property::Nested,
        None => Property::Argument,
    }
}

/// How many labels a block of Terraform's own has; `None` when it is none.
fn labels(within: &[&str], name: &str) -> Option<usize> {
    match (within, name) {
        ([], "resource" | "data" | "ephemeral" | "action") | (["check", _], "data") => Some(2),
        ([], "variable" | "output" | "module" | "provider" | "check")
        | (["terraform"], "backend" | "provider_meta")
        | (["resource", _], "provisioner")
        | (["resource" | "data" | "provider", ..], "dynamic") => Some(1),
        ([], "locals" | "terraform" | "moved" | "removed" | "import")
        | (["terraform"], "required_providers" | "cloud")
        | (["terraform", "cloud"], "workspaces")
        | (["variable", _], "validation")
        | (["output", _], "precondition")
        | (["check", _], "assert")
        | (["action", _], "config")
        | (["resource" | "data" | "ephemeral" | "module", _] | ["removed"], "lifecycle")
        | (["resource", _, "lifecycle"], "action_trigger")
        | (["resource", _] | [.., "provisioner", _], "connection")
        | ([.., "lifecycle"], "precondition" | "postcondition")
        | ([.., "dynamic", _], "content") => Some(0),
        _ => None,
    }
}

/// Whether a provider has a nested block of that name there, or an argument that may be written as one.
fn is_nested(within: &[&str], name: &str) -> bool {
    let (ty, mut path) = match within {
        ["resource", ty, path @ ..] => (schema::terraform(ty), path),
        ["data", ty, path @ ..] | ["check", _, "data", ty, path @ ..] => {
            (schema::terraform(&format!("data.{ty}")), path)
        }
        _ => return false,
    };
    let mut body = ty.map(schema::TypeSchema::body);
    loop {
        let (step, rest) = match path {
            ["dynamic", block, "content", rest @ ..] => (block, rest),
            [block, rest @ ..] => (block, rest),
            [] => break,
        };
        body = body.and_then(|body| body.get(step)?.body()).map(|(_, body)| body);
        path = rest;
    }
    body.and_then(|body| body.get(name)).is_some_and(|argument| argument.may_be_block() && argument.is_list_of_blocks())
}
