//! Which properties of a `.tf.json` file are blocks.
//!
//! Only Terraform's own blocks are known here. The nested blocks of providers are attributes in JSON:
//! objects, or arrays of objects.

/// How many labels the block `name` has inside of the blocks `within`; `None` when it is an argument.
pub(super) fn labels(within: &[&str], name: &str) -> Option<usize> {
    match (within, name) {
        ([], "resource" | "data" | "ephemeral" | "action") | (["check"], "data") => Some(2),
        ([], "variable" | "output" | "module" | "provider" | "check")
        | (["terraform"], "backend" | "provider_meta")
        | (["resource"], "provisioner")
        | (["resource" | "data" | "provider" | "dynamic" | "content", ..] | [.., "content"], "dynamic") => Some(1),
        ([], "locals" | "terraform" | "moved" | "removed" | "import")
        | (["terraform"], "required_providers" | "cloud")
        | (["terraform", "cloud"], "workspaces")
        | (["variable"], "validation")
        | (["output"], "precondition")
        | (["check"], "assert")
        | (["action"], "config")
        | (["resource" | "data" | "ephemeral" | "module" | "removed"], "lifecycle")
        | (["resource", "lifecycle"], "action_trigger")
        | (["resource"] | [.., "provisioner"], "connection")
        | ([.., "lifecycle"], "precondition" | "postcondition")
        | ([.., "dynamic"], "content") => Some(0),
        _ => None,
    }
}
