//! The reader against Terraform's recorded answers and against hcl-edit on real repositories.

use super::super::*;
use super::{SOURCE, data, files, messages};

#[test]
fn what_terraform_evaluates_parses_and_what_it_cannot_parse_does_not() {
    let Some(dir) = data("GATELINT_VECTORS", "vectors/terraform") else { return };
    let text = std::fs::read_to_string(dir.join("expressions.jsonl")).unwrap();
    let (mut refused, mut accepted, mut count) = (Vec::new(), Vec::new(), 0);
    for line in text.lines() {
        let vector: serde_json::Value = serde_json::from_str(line).unwrap();
        let expr = vector["expr"].as_str().unwrap();
        let (body, problems) = parse(SOURCE, &format!("output \"e\" {{\n  value = (\n{expr}\n)\n}}\n"));
        if vector["ok"] == true && (!problems.is_empty() || body.items.len() != 1) {
            refused.push(format!("{expr}: {:?}", messages(&problems)));
        }
        let summary = vector["err"].as_str().unwrap_or_default();
        let of_names = ["eference", "attribute", "each.value", "Reserved"].iter().any(|word| summary.contains(word));
        if vector["static"] == true && !of_names && problems.is_empty() {
            accepted.push(format!("{expr}: {summary}"));
        }
        count += 1;
    }
    eprintln!("{count} expressions");
    assert!(refused.is_empty(), "{} refused:\n{}", refused.len(), refused.join("\n"));
    assert!(accepted.is_empty(), "{} accepted:\n{}", accepted.len(), accepted.join("\n"));
}

#[test]
fn what_hcl_edit_reads_is_read_the_same() {
    let Some(dir) = data("GATELINT_REALWORLD", "realworld/dev") else { return };
    let (mut count, mut only_ours, mut neither, mut wrong) = (0, Vec::new(), Vec::new(), Vec::new());
    for (path, text) in files(&dir, ".tf") {
        count += 1;
        let (body, problems) = parse(SOURCE, &text);
        match (text.parse::<hcl_edit::structure::Body>(), problems.is_empty()) {
            (Ok(theirs), true) if outline_of(&body) == outline_of_theirs(&theirs) => {}
            (Ok(_), true) => wrong.push(format!("{}: another structure", path.display())),
            (Ok(_), false) => wrong.push(format!("{}: {:?}", path.display(), messages(&problems))),
            (Err(_), true) => only_ours.push(path.display().to_string()),
            (Err(_), false) => neither.push(format!("{}: {:?}", path.display(), messages(&problems))),
        }
    }
    eprintln!("{count} files\nonly ours, {}:\n{}", only_ours.len(), only_ours.join("\n"));
    eprintln!("neither, {}:\n{}", neither.len(), neither.join("\n"));
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

/// Names of attributes and blocks with their labels, in order and nested.
fn outline_of(body: &Body) -> String {
    let items = body.items.iter().map(|item| match item {
        Item::Attribute(attribute) => attribute.name.name.to_string(),
        Item::Block(block) => {
            let labels: Vec<_> = block.labels.iter().map(|label| format!("{:?}", label.name)).collect();
            format!("{} {} {{{}}}", block.kind.name, labels.join(" "), outline_of(&block.body))
        }
    });
    items.collect::<Vec<_>>().join("; ")
}

fn outline_of_theirs(body: &hcl_edit::structure::Body) -> String {
    use hcl_edit::structure::Structure;
    let items = body.iter().map(|structure| match structure {
        Structure::Attribute(attribute) => attribute.key.to_string(),
        Structure::Block(block) => {
            let labels: Vec<_> = block.labels.iter().map(|label| format!("{:?}", label.as_str())).collect();
            format!("{} {} {{{}}}", block.ident.as_str(), labels.join(" "), outline_of_theirs(&block.body))
        }
    });
    items.collect::<Vec<_>>().join("; ")
}
