//! Words of the domain that many checks need, as functions of the policy language.
//!
//! A function here knows values only. What it cannot tell because a value is unknown it answers with
//! an unknown of the same causes, never with `false`.

pub mod arguments;
pub mod capability;
mod command;
pub mod firewall;
mod host;
mod iam_condition;
mod iam_document;
mod iam_everybody;
mod iam_reach;
mod iam_statement;
mod iam_text;
mod image;
mod layer;
mod list;
pub mod network;
mod network_policy;
mod node_agent;
mod quantity;
pub mod rbac;
mod rbac_defaults;
mod secret;
pub mod selector;
mod text;
mod version;
mod windows;

use crate::expr::functions::by_length;
use crate::expr::{Budget, EvalError};
use crate::model::Value;
use crate::source::{Sources, Span};
use arguments::Arguments;
use std::sync::LazyLock;

/// A domain function.
type Word = fn(&Arguments) -> Result<Value, EvalError>;

/// All of them, sorted by name.
const WORDS: &[(&str, Word)] = &[
    ("address_count", network::address_count),
    ("baseline_capability", capability::baseline),
    ("capability", capability::capability),
    ("cidr_contains", network::cidr_contains),
    ("cidr_is_any", network::cidr_is_any),
    ("cidr_is_private", network::cidr_is_private),
    ("contains_substring", text::contains_substring),
    ("credentials_in", secret::credentials_in),
    ("duration_seconds", quantity::duration_seconds),
    ("flag", command::flag),
    ("from_json", iam_text::from_json),
    ("glob_match", text::glob_match),
    ("holds_credential", secret::holds_credential),
    ("iam_allows", iam_statement::allows),
    ("iam_covers", iam_reach::covers_actions),
    ("iam_is_public", iam_statement::is_public),
    ("iam_narrowed", iam_condition::is_narrowed),
    ("iam_policy", iam_document::policy),
    ("iam_reaches", iam_reach::reaches),
    ("identity_statements", iam_document::of_identity),
    ("image", image::image),
    ("is_controller_role", rbac::is_controller),
    ("is_default_rbac", rbac_defaults::is_default),
    ("is_placeholder", secret::is_placeholder),
    ("is_written", secret::is_written),
    ("isolates", network_policy::isolates),
    ("last", list::last),
    ("layer_keeps", layer::keeps),
    ("looks_secret", secret::looks_secret),
    ("network_rules", firewall::network_rules),
    ("node_agent", node_agent::node_agent),
    ("ports_include", network::ports_include),
    ("ports_within", network::ports_within),
    ("quantity", quantity::quantity),
    ("rbac_allows", rbac::allows),
    ("rbac_grants", rbac::grants),
    ("regex_match", text::regex_match),
    ("runs", command::runs),
    ("runs_on_windows", windows::runs_on_windows),
    ("runtime_socket", host::runtime_socket),
    ("selects", selector::selects),
    ("semver_cmp", version::compare),
    ("semver_matches", version::matches),
    ("semvercmp", version::compare),
    ("semverconstraint", version::matches),
    ("sensitive_host_path", host::sensitive_host_path),
    ("valuetostring", text::value_to_string),
];

/// Those that walk over the elements of fields, and of an element read single fields only.
const FLAT: [&str; 1] = ["runs_on_windows"];

/// The same, sorted to be found quickly.
static BY_LENGTH: LazyLock<Vec<(&str, Word)>> = LazyLock::new(|| {
    let mut words = WORDS.to_vec();
    words.sort_by_key(|(word, _)| by_length(word));
    words
});

/// The names of all domain functions, sorted.
pub fn names() -> impl Iterator<Item = &'static str> {
    WORDS.iter().map(|(name, _)| *name)
}

/// Calls the domain function `name`, when it is one; it walks over its arguments, which is charged.
pub fn call(
    name: &str,
    args: &[Value],
    span: Span,
    sources: &Sources,
    budget: &Budget,
) -> Option<Result<Value, EvalError>> {
    let name = name.strip_prefix("core::").unwrap_or(name);
    let at = BY_LENGTH.binary_search_by_key(&by_length(name), |(word, _)| by_length(word)).ok()?;
    let (word, run) = BY_LENGTH.get(at)?;
    let charged = if FLAT.contains(word) { budget.walk_fields(args, span) } else { budget.walk(args, span) };
    let result = charged.and_then(|()| run(&Arguments { word, values: args, span, sources }));
    Some(result.map_err(|error| error.on(args)))
}

#[cfg(test)]
mod tests {
    #[test]
    fn words_are_sorted() {
        assert!(super::WORDS.is_sorted_by_key(|(word, _)| word));
    }
}
