//! Where a variable without value would be set: the file of values that decides in an environment.

use super::ephemeral::is_declared_ephemeral;
use super::input::{Assignment, Input};
use super::loader::Loader;
use super::placeholder::{attributes, placeholder};
use super::{inputs, load};
use crate::model::{Cause, InputLanguage, SettableInput, Why, secrecy};
use crate::source::parent;
use std::path::Path;

/// The file that Terraform loads by itself, and that is made where there is none.
const USUAL: &str = "terraform.tfvars";

/// The variable of the root module in `root` that a cause names, with the file that would set it.
pub(super) fn variable(loader: &Loader, root: &str, cause: &Cause) -> Option<SettableInput> {
    let Why::Variable(name) = &cause.why else { return None };
    // A variable of a called module is set by the argument of the call, which nobody wrote.
    if parent(&loader.input.sources.get(cause.span.source).path) != root {
        return None;
    }
    let module = loader.module(root);
    let block = module.variables.get(name)?;
    let (placeholder, ty) = placeholder(name, block);
    // What is ephemeral is to be kept nowhere, since it is a secret as a rule.
    let is_secret = inputs::is_secret(name, block)
        || is_declared_ephemeral(block)
        || attributes(&ty).into_iter().any(|name| secrecy::is_secret_name(name));
    let file = file(&loader.input, root);
    let is_json = Path::new(&file).extension().is_some_and(|extension| extension == "json");
    Some(SettableInput {
        name: ecow::eco_format!("var.{name}"),
        language: if is_json { InputLanguage::Json } else { InputLanguage::Hcl },
        file,
        path: vec![name.clone()],
        placeholder,
        is_secret,
    })
}

/// The file of values of an environment: the last of those that are named, since it decides; else one that Terraform
/// loads by itself, which is made where there is none.
fn file(input: &Input<'_>, root: &str) -> String {
    let configured = input.variables.configured.iter().map(|(assignment, _)| assignment);
    let files = configured.chain(&input.variables.command_line).filter_map(|assignment| match assignment {
        Assignment::File(path) if input.files.is_file(path) => Some(path.clone()),
        _ => None,
    });
    files.last().unwrap_or_else(|| {
        let names = load::names(input, root).unwrap_or_default();
        let automatic = inputs::automatic(&names);
        let usual = automatic.iter().find(|name| name.starts_with(USUAL));
        load::within(root, usual.or(automatic.last()).copied().unwrap_or(USUAL))
    })
}
