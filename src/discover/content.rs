//! What the content of a file says that its name does not.
//!
//! Looks for words only; whether the content is well formed is for the parsers to say.

use super::names::kind_of;
use super::regular::{HEAD_BYTES, MAX_PLAN_BYTES};
use crate::source::Kind;
use std::borrow::Cow;

/// What a file is; `None` when it is no candidate. `read` gives at most so many of its first bytes as text, and is called
/// only where the name does not decide; `named` says that the file itself was given on the command line. The error of
/// `read` comes with the kind that the name suggests.
pub(super) fn kind<E>(
    path: &str,
    named: bool,
    read: impl Fn(u64) -> Result<String, E>,
) -> Result<Option<Kind>, (Kind, E)> {
    let head = || read(HEAD_BYTES);
    let by_name = kind_of(path);
    match by_name {
        Some(Kind::Json) => {
            let whole = |most| read(most).map_err(|error| (Kind::Json, error));
            let head = whole(HEAD_BYTES)?;
            let of = |text: &str| json(text).or_else(|| mentions_kubernetes(text));
            let mut kind = of(&head);
            // A program may write the names behind all else.
            if kind.is_none() && head.len() as u64 >= HEAD_BYTES {
                kind = of(&whole(MAX_PLAN_BYTES)?);
            }
            Ok(kind.or_else(|| named.then_some(Kind::Json)))
        }
        Some(kind) => Ok(Some(kind)),
        // Editors' backups and our own configuration have endings of their own.
        None => match extension(path) {
            _ if named => head().map_or(Ok(None), |head| Ok(any(&head))),
            "hcl" => head().map_or(Ok(None), |head| Ok(is_terragrunt(&head).then_some(Kind::Terragrunt))),
            "template" => head().map_or(Ok(None), |head| Ok(cloudformation(&head))),
            _ => Ok(None),
        },
    }
}

/// What YAML is that is not for a cluster; `None` when it may be, or is of no kind we know.
pub fn kind_of_yaml(path: &str, text: &str) -> Option<Kind> {
    let is_object = |text: &str| has_line(text, "apiVersion") && has_line(text, "kind");
    if is_object(text) {
        return None;
    }
    cloudformation(text).or_else(|| is_compose(path, text).then_some(Kind::Compose))
}

/// What a text without a name is.
pub(super) fn of_text(head: &str) -> Option<Kind> {
    any(head).or_else(|| is_terraform(head).then_some(Kind::Terraform))
}

/// What `helm template` writes before the path of a template, above each document.
pub const TEMPLATE_MARK: &str = "# Source: ";

/// What YAML on standard input is: `helm template` may have printed it.
pub(super) fn printed(kind: Kind, head: &str) -> Kind {
    let is_printed = kind == Kind::Yaml && head.lines().any(|line| line.starts_with(TEMPLATE_MARK));
    if is_printed { Kind::RenderedChart } else { kind }
}

/// Whether a line begins a block of Terraform.
fn is_terraform(head: &str) -> bool {
    const LABELLED: [&str; 6] = ["resource \"", "data \"", "module \"", "variable \"", "output \"", "provider \""];
    const PLAIN: [&str; 2] = ["locals {", "terraform {"];
    head.lines().any(|line| LABELLED.iter().chain(&PLAIN).any(|start| line.starts_with(start)))
}

/// What a file of any name is.
fn any(head: &str) -> Option<Kind> {
    // A saved plan is an archive.
    if head.starts_with("PK") && head.contains("tfplan") {
        return Some(Kind::TerraformPlan);
    }
    let head = head.trim_start_matches(['\u{feff}', '\u{fffd}']);
    let first = head.lines().map(str::trim).find(|line| !line.is_empty() && !line.starts_with('#'))?;
    let word = first.split_whitespace().next()?;
    if ["from", "arg"].contains(&word.to_ascii_lowercase().as_str()) {
        return Some(Kind::Dockerfile);
    }
    if word.starts_with('{')
        && let Some(kind) = json(head)
    {
        return Some(kind);
    }
    if head.contains("apiVersion") { Some(Kind::Yaml) } else { cloudformation(head) }
}

/// Whether JSON can hold a Kubernetes object: other JSON is no candidate.
fn mentions_kubernetes(head: &str) -> Option<Kind> {
    let head = plain(head);
    (head.contains("\"apiVersion\"") && head.contains("\"kind\"")).then_some(Kind::Json)
}

/// What JSON is by the names in it.
fn json(head: &str) -> Option<Kind> {
    let head = plain(head);
    let has = |key: &str| head.contains(&format!("\"{key}\""));
    if let Some(kind) = shown_by_terraform(&has) {
        Some(kind)
    } else if head.contains("schema.management.azure.com") && head.contains("eploymentTemplate.json") {
        Some(Kind::Arm)
    } else if has("AWSTemplateFormatVersion") || has("Resources") && head.contains("\"AWS::") {
        Some(Kind::CloudFormation)
    } else {
        None
    }
}

/// Returns a text with its names as they are usually written: Windows `PowerShell` writes what a program prints as
/// UTF-16, and JSON may escape any letter.
fn plain(text: &str) -> Cow<'_, str> {
    let narrow = if text.contains('\0') { Cow::Owned(text.replace('\0', "")) } else { Cow::Borrowed(text) };
    if !narrow.contains("\\u00") {
        return narrow;
    }
    let mut parts = narrow.split("\\u00");
    let mut plain = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let letter = part.get(..2).and_then(|digits| u8::from_str_radix(digits, 16).ok());
        match letter.filter(u8::is_ascii_alphabetic) {
            Some(letter) => {
                plain.extend([char::from(letter).encode_utf8(&mut [0; 4]), part.get(2..).unwrap_or_default()]);
            }
            None => plain.extend(["\\u00", part]),
        }
    }
    Cow::Owned(plain)
}

/// Whether the name of a file says that it is JSON of no certain kind.
pub(super) fn is_json(path: &str) -> bool {
    kind_of(path) == Some(Kind::Json)
}

/// A plan or a state of Terraform. With sorted keys the head of a large plan ends in its configuration.
fn shown_by_terraform(has: &impl Fn(&str) -> bool) -> Option<Kind> {
    const OF_PLANS: [&str; 6] = [
        "planned_values",
        "resource_changes",
        "output_changes",
        "resource_drift",
        "prior_state",
        "relevant_attributes",
    ];
    let is_plan = || OF_PLANS.into_iter().any(has);
    let is_log = || has("@level") && has("@message") && (has("terraform") || has("tofu"));
    let is_sorted_plan = || has("configuration") && has("provider_config") && has("root_module");
    let is_plan = has("format_version") && (is_plan() || has("terraform_version") && has("variables"));
    if is_plan || is_sorted_plan() || is_log() {
        Some(Kind::TerraformPlan)
    } else if has("format_version") && has("terraform_version") && has("values")
        || has("terraform_version") && has("lineage") && has("serial")
    {
        Some(Kind::TerraformState)
    } else {
        None
    }
}

/// Functions and blocks that only Terragrunt has.
fn is_terragrunt(head: &str) -> bool {
    const WORDS: [&str; 6] = [
        "find_in_parent_folders(",
        "path_relative_to_include(",
        "get_terragrunt_dir(",
        "get_parent_terragrunt_dir(",
        "read_terragrunt_config(",
        "get_repo_root(",
    ];
    let has_block = || head.lines().any(|line| line.starts_with("remote_state {") || line.starts_with("generate \""));
    WORDS.iter().any(|word| head.contains(word)) || has_block()
}

fn cloudformation(text: &str) -> Option<Kind> {
    let is_template = has_line(text, "AWSTemplateFormatVersion")
        || has_line(text, "Resources") && (text.contains("Type: AWS::") || text.contains("\"AWS::"))
        || text.trim_start().starts_with('{') && json(text) == Some(Kind::CloudFormation);
    is_template.then_some(Kind::CloudFormation)
}

/// Services that are built or pulled, in a file of a Compose name, or of a name without that word.
fn is_compose(path: &str, text: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path).to_ascii_lowercase();
    let is_named = name.starts_with("docker-compose") || name.starts_with("compose.") || name.starts_with("compose-");
    let has_service = || {
        const WORDS: [&str; 9] = [
            "image:",
            "build:",
            "extends:",
            "environment:",
            "env_file:",
            "ports:",
            "depends_on:",
            "cap_drop:",
            "privileged:",
        ];
        let mut inner = text.lines().filter(|line| line.starts_with([' ', '\t'])).map(str::trim_start);
        let is_list = inner.clone().next().is_some_and(|line| line.starts_with("- "));
        !is_list
            && inner.any(|line| WORDS.iter().any(|word| line.starts_with(word) || line.contains(&format!("{{{word}"))))
    };
    let only_compose = || {
        const KEYS: [&str; 9] =
            ["version", "name", "services", "networks", "volumes", "configs", "secrets", "include", "models"];
        let keys = text.lines().filter(|line| line.starts_with(|first: char| first.is_ascii_alphabetic()));
        keys.filter_map(|line| line.split(':').next()).all(|key| KEYS.contains(&key) || key.starts_with("x-"))
    };
    (has_line(text, "services") || is_named && has_line(text, "include"))
        && (is_named || has_service() && only_compose())
}

/// Whether a line begins with that key, plain or quoted.
fn has_line(text: &str, key: &str) -> bool {
    text.lines().any(|line| {
        let rest = line.trim_start_matches(['\u{feff}', '"', '\'']).strip_prefix(key);
        rest.is_some_and(|rest| rest.trim_start_matches(['"', '\'', ' ']).starts_with(':'))
    })
}

fn extension(path: &str) -> &str {
    let name = path.rsplit('/').next().unwrap_or(path);
    let is_backup = name.ends_with('~') || name.starts_with(['#', '.']);
    name.rsplit_once('.').filter(|_| !is_backup).map_or("", |(_, extension)| extension)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(path: &str, head: &str) -> Option<Kind> {
        kind::<()>(path, false, |_| Ok(head.to_owned())).unwrap()
    }

    #[test]
    fn json_is_a_candidate_by_what_it_holds() {
        let plan = r#"{"format_version":"1.2","planned_values":{}}"#;
        let arm = r#"{"$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#"}"#;
        let stack = r#"{"Resources": {"Queue": {"Type": "AWS::SQS::Queue"}}}"#;
        assert_eq!(of("a.json", plan), Some(Kind::TerraformPlan));
        let utf16: String = plan.chars().flat_map(|c| [c, '\0']).collect();
        assert_eq!(of("a.json", &format!("\u{fffd}\u{fffd}{utf16}")), Some(Kind::TerraformPlan));
        let state = r#"{"format_version":"1.0","terraform_version":"1.9.0","values":{"root_module":{}}}"#;
        assert_eq!(of("a.json", state), Some(Kind::TerraformState));
        let raw = r#"{"version": 4, "terraform_version": "1.9.0", "serial": 1, "lineage": "x", "resources": []}"#;
        assert_eq!(of("a.json", raw), Some(Kind::TerraformState));
        let log = r#"{"@level":"info","@message":"Terraform 1.9.0","terraform":"1.9.0","type":"version"}"#;
        assert_eq!(of("a.json", log), Some(Kind::TerraformPlan));
        assert_eq!(of("a.json", r#"{"format_version":"1.0","provider_schemas":{}}"#), None);
        assert_eq!(of("a.json", arm), Some(Kind::Arm));
        assert_eq!(of("a.json", stack), Some(Kind::CloudFormation));
        assert_eq!(of("a.json", r#"{"apiVersion": "v1", "kind": "Pod"}"#), Some(Kind::Json));
        let escaped = r#"{"api\u0056ersion": "v1", "\u006bind": "Pod"}"#;
        assert_eq!(of("a.json", escaped), Some(Kind::Json));
        let late = format!(r#"{{"data": "{}", "kind": "Pod", "apiVersion": "v1"}}"#, "x".repeat(1 << 20));
        let read = |most: u64| Ok::<_, ()>(late.chars().take(most as usize).collect());
        assert_eq!(kind("a.json", false, read), Ok(Some(Kind::Json)));
        assert_eq!(of("package.json", r#"{"name": "site", "resources": []}"#), None);
    }

    #[test]
    fn what_cannot_be_read_is_said_with_the_kind_that_it_may_have() {
        assert_eq!(kind("a.json", false, |_| Err("locked")), Err((Kind::Json, "locked")));
        assert_eq!(kind("a.tf", false, |_| Err("never asked")), Ok(Some(Kind::Terraform)));
    }

    #[test]
    fn hcl_is_terragrunt_by_its_functions_and_blocks() {
        assert_eq!(of("root.hcl", "remote_state {\n  backend = \"s3\"\n}\n"), Some(Kind::Terragrunt));
        assert_eq!(of("a/env.hcl", "locals { x = read_terragrunt_config(\"y\") }"), Some(Kind::Terragrunt));
        assert_eq!(of("policy.hcl", "path \"secret/*\" { capabilities = [\"read\"] }"), None);
        assert_eq!(of(".terraform.lock.hcl", "provider \"x\" { hashes = [] }"), None);
    }

    #[test]
    fn yaml_of_other_tools() {
        let stack = "Resources:\n  Queue:\n    Type: AWS::SQS::Queue\n";
        assert_eq!(kind_of_yaml("a.yaml", stack), Some(Kind::CloudFormation));
        assert_eq!(kind_of_yaml("a.yaml", "AWSTemplateFormatVersion: '2010-09-09'\n"), Some(Kind::CloudFormation));
        let compose = "services:\n  web:\n    image: nginx\n";
        assert_eq!(kind_of_yaml("docker-compose.prod.yml", compose), Some(Kind::Compose));
        assert_eq!(kind_of_yaml("stack.yml", compose), Some(Kind::Compose));
        assert_eq!(kind_of_yaml("ci.yml", "stages: [a]\nservices:\n  - image: docker\n"), None);
        let object = "apiVersion: v1\nkind: ConfigMap\ndata:\n  a: |\n    Resources:\n      Type: AWS::SQS::Queue\n";
        assert_eq!(kind_of_yaml("a.yaml", object), None);
    }
}
