//! Which properties of a `.tf.json` file are blocks.
//!
//! Only Terraform's own blocks are known here. The nested blocks of providers are attributes in JSON:
//! objects, or arrays of objects.

/// How many labels the block `name` has inside of the blocks `within`; `None` when it is an argument.
pub(super) fn labels(within: &[&str], name: &str) -> Option<usize> {
    match (within, name) {
        ([], "resource" | "data" | "ephemeral") | (["check"], "data") => Some(2),
        ([], "variable" | "output" | "module" | "provider" | "check") => Some(1),
        ([], "locals" | "terraform" | "moved" | "removed" | "import") => Some(0),
        (["terraform"], "backend" | "provider_meta") => Some(1),
        (["terraform"], "required_providers" | "cloud") | (["terraform", "cloud"], "workspaces") => Some(0),
        (["variable"], "validation") | (["output"], "precondition") | (["check"], "assert") => Some(0),
        (["resource" | "data" | "ephemeral"], "lifecycle" | "connection") | (["removed"], "lifecycle") => Some(0),
        ([.., "lifecycle"], "precondition" | "postcondition") | ([.., "provisioner"], "connection") => Some(0),
        (["resource"], "provisioner") => Some(1),
        (["resource" | "data" | "provider", ..] | ["dynamic" | "content", ..], "dynamic")
        | ([.., "content"], "dynamic") => Some(1),
        ([.., "dynamic"], "content") => Some(0),
        _ => None,
    }
}
