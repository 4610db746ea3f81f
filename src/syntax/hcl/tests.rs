//! The native syntax against its specification and against Terraform's recorded answers.

use super::*;

fn source() -> SourceId {
    SourceId(0)
}

/// The recorded answers of the real Terraform; `None`, with a message, where they are not at hand.
fn vectors() -> Option<Vec<serde_json::Value>> {
    let shared = std::env::var("GATELINT_SHARED").unwrap_or(concat!(env!("CARGO_MANIFEST_DIR"), "/../shared").into());
    let archive = format!("{shared}/vectors/terraform/expressions.jsonl");
    let unpacked =
        std::env::var("GATELINT_VECTORS").map_or(archive, |dir| format!("{dir}/terraform/expressions.jsonl"));
    let Ok(text) = std::fs::read_to_string(&unpacked) else {
        eprintln!("skipped: no {unpacked}");
        return None;
    };
    Some(text.lines().map(|line| serde_json::from_str(line).unwrap()).collect())
}

#[test]
fn what_terraform_evaluates_parses_and_what_it_cannot_parse_does_not() {
    let Some(vectors) = vectors() else { return };
    let (mut refused, mut accepted) = (Vec::new(), Vec::new());
    for vector in &vectors {
        let expr = vector["expr"].as_str().unwrap();
        let text = format!("output \"e\" {{\n  value = (\n{expr}\n)\n}}\n");
        let (body, problems) = parse(source(), &text);
        if vector["ok"] == true && (!problems.is_empty() || body.items.len() != 1) {
            refused.push(format!("{expr}: {problems:?}"));
        }
        let summary = vector["err"].as_str().unwrap_or_default();
        let of_names = ["eference", "attribute", "each.value", "Reserved"].iter().any(|word| summary.contains(word));
        if vector["static"] == true && !of_names && problems.is_empty() {
            accepted.push(format!("{expr}: {summary}"));
        }
    }
    eprintln!("{} vectors", vectors.len());
    assert!(refused.is_empty(), "{} refused:\n{}", refused.len(), refused.join("\n"));
    assert!(accepted.is_empty(), "{} accepted:\n{}", accepted.len(), accepted.join("\n"));
}
