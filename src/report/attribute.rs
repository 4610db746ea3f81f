//! What a person calls the attribute that a finding is about, from its path in the model.
//!
//! A path leads through what a policy computed, too: `[1].actions` is an element of a list that stands in no file.

use crate::finding::Finding;

/// Attributes that are named one by one.
const MOST_NAMED: usize = 3;

/// Returns "`acl` of `aws_s3_bucket.logs`" for findings of one resource; the resource only, where the paths mean nothing to
/// a reader.
pub fn subject(findings: &[&Finding]) -> String {
    let resource = findings.first().map(|finding| finding.resource.to_string()).unwrap_or_default();
    let mut names: Vec<String> = Vec::new();
    for name in findings.iter().filter_map(|finding| name(&finding.check.id, &finding.path)) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    let more = names.len().saturating_sub(MOST_NAMED);
    names.truncate(MOST_NAMED);
    if more > 0 {
        names.push(format!("{more} more"));
    }
    match names.as_slice() {
        [] => resource,
        [name] => format!("{name} of {resource}"),
        [first @ .., last] => format!("{} and {last} of {resource}", first.join(", ")),
    }
}

/// What the attribute at `path` is called; `None` where only the check knows what the path means.
fn name(check: &str, path: &str) -> Option<String> {
    let format = check.split('/').next().unwrap_or_default();
    match (format, path) {
        (_, "") | ("suppression", _) => None,
        (_, path) if path.starts_with('[') => statement(path),
        ("dockerfile", path) => part(path),
        (_, path) => Some(path.to_owned()),
    }
}

/// "actions of statement 2" for a part of a policy statement, `[1].actions`.
fn statement(path: &str) -> Option<String> {
    let (number, field) = path.strip_prefix('[')?.split_once("].")?;
    let number = number.parse::<usize>().ok()? + 1;
    let field = field.split(['.', '[']).next().unwrap_or_default();
    let is_statement = matches!(
        field,
        "effect"
            | "actions"
            | "not_actions"
            | "resources"
            | "not_resources"
            | "principals"
            | "not_principals"
            | "conditions"
    );
    is_statement.then(|| format!("{} of statement {number}", field.replace('_', " ")))
}

/// The parts of an instruction by what they are. A variable or label is named by its instruction.
fn part(path: &str) -> Option<String> {
    if !path.contains('[') {
        return Some(path.to_owned());
    }
    let name = if path.contains("commands[") {
        "command"
    } else {
        match path.split('[').next().unwrap_or_default() {
            "images" => "image",
            "sources" => "source",
            "ports" => "port",
            _ => return None,
        }
    };
    Some(name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::name;

    #[test]
    fn paths_are_said_as_a_person_says_them() {
        for (check, path, expected) in [
            ("aws/s3/public-acl", "acl", Some("acl")),
            ("aws/iam/admin-policy", "[1].not_actions", Some("not actions of statement 2")),
            ("terraform/x/y", "[0].at", None),
            ("kubernetes/x/y", "rules[0].verbs", Some("rules[0].verbs")),
            ("dockerfile/x/y", "instructions[2].commands[0].name", Some("command")),
            ("dockerfile/x/y", "images[0].image", Some("image")),
            ("dockerfile/x/y", "pairs[1]", None),
            ("dockerfile/x/y", "base.image", Some("base.image")),
            ("suppression/unused", "fault", None),
        ] {
            assert_eq!(name(check, path).as_deref(), expected, "{check} {path}");
        }
    }
}
