//! The reader against Terraform's recorded answers and against hcl-edit on real repositories.

use super::super::*;
use super::{SOURCE, data, files, messages};
use std::collections::BTreeSet;
use unicode_normalization::UnicodeNormalization;

/// `verdicts.jsonl`: texts at the edges of the grammar, each with whether `terraform fmt` 1.11.4 reads it.
#[test]
fn texts_at_the_edges_have_terraforms_verdict() {
    for line in include_str!("verdicts.jsonl").lines() {
        let case: serde_json::Value = serde_json::from_str(line).unwrap();
        let (_, problems) = parse(SOURCE, case["text"].as_str().unwrap());
        assert_eq!(case["ok"], problems.is_empty(), "{} {:?}", case["text"], messages(&problems));
    }
}

/// The recorded expressions, where they are at hand.
fn vectors() -> Option<Vec<serde_json::Value>> {
    let text =
        std::fs::read_to_string(data("GATELINT_VECTORS", "vectors/terraform")?.join("expressions.jsonl")).unwrap();
    Some(text.lines().map(|line| serde_json::from_str(line).unwrap()).collect())
}

/// A file that holds `expr` as the recording had it.
fn output(expr: &str) -> String {
    format!("output \"e\" {{\n  value = (\n{expr}\n)\n}}\n")
}

#[test]
fn what_terraform_evaluates_parses_and_what_it_cannot_parse_does_not() {
    let (mut refused, mut accepted) = (Vec::new(), Vec::new());
    for vector in vectors().into_iter().flatten() {
        let expr = vector["expr"].as_str().unwrap();
        let (body, problems) = parse(SOURCE, &output(expr));
        if vector["ok"] == true && (!problems.is_empty() || body.items.len() != 1) {
            refused.push(format!("{expr}: {:?}", messages(&problems)));
        }
        let summary = vector["err"].as_str().unwrap_or_default();
        let of_names = ["eference", "attribute", "each.value", "Reserved"].iter().any(|word| summary.contains(word));
        if vector["static"] == true && !of_names && problems.is_empty() {
            accepted.push(format!("{expr}: {summary}"));
        }
    }
    assert!(refused.is_empty(), "{} refused:\n{}", refused.len(), refused.join("\n"));
    assert!(accepted.is_empty(), "{} accepted:\n{}", accepted.len(), accepted.join("\n"));
}

/// Strings that need no evaluation: escapes, heredocs, trims and indentation are the reader's.
#[test]
fn plain_strings_have_terraforms_value() {
    for vector in vectors().into_iter().flatten() {
        let expr = vector["expr"].as_str().unwrap();
        let Ok(Expr { kind: ExprKind::String(value), .. }) = parse_expression(SOURCE, expr, 0) else { continue };
        if let Some(expected) = vector["value"].as_str() {
            assert_eq!(value.nfc().collect::<String>(), expected, "{expr}");
        }
    }
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

/// Real files and expressions with something small broken, against the verdict of `terraform fmt`, which
/// parses first.
#[test]
#[ignore = "needs terraform on the path"]
fn broken_files_are_refused_when_terraform_refuses_them() {
    let Some(dir) = data("GATELINT_REALWORLD", "realworld/dev") else { return };
    let mut all: Vec<_> = files(&dir, ".tf").into_iter().map(|(_, text)| text).collect();
    all.retain(|text| (200..8000).contains(&text.len()));
    let outputs = vectors().into_iter().flatten().map(|vector| output(vector["expr"].as_str().unwrap_or_default()));
    all.extend(outputs);
    let scratch = std::env::temp_dir().join("gatelint-parser-mutations");
    std::fs::create_dir_all(&scratch).unwrap();
    let mut ours = Vec::new();
    let mut seed = std::env::var("GATELINT_SEED").map_or(42, |seed| seed.parse::<u64>().unwrap());
    for number in 0..5000 {
        let mutated = mutate(&all[random(&mut seed, all.len())], &mut seed);
        let name = format!("{number:05}.tf");
        std::fs::write(scratch.join(&name), &mutated).unwrap();
        let (_, problems) = parse(SOURCE, &mutated);
        ours.push((name, mutated, messages(&problems)));
    }
    let fmt = std::process::Command::new("terraform")
        .args(["fmt", "-no-color", "-check", "-list=false"])
        .arg(&scratch)
        .env("CHECKPOINT_DISABLE", "1")
        .env("TF_CLI_CONFIG_FILE", "/dev/null")
        .output();
    let errors = String::from_utf8_lossy(&fmt.unwrap().stderr).into_owned();
    // Every error names its file: `on …/00042.tf line 3:`.
    let named = errors.match_indices(".tf line ").filter_map(|(at, _)| errors.get(at - 5..at + 3));
    let theirs: BTreeSet<&str> = named.collect();
    let mut differ = 0;
    for (name, text, problems) in &ours {
        if theirs.contains(name.as_str()) == problems.is_empty() {
            differ += 1;
            eprintln!("{name}: ours {problems:?}\n{text}");
        }
    }
    let refused = theirs.len();
    eprintln!("{} files, {refused} refused, {differ} verdicts differ", ours.len());
    assert!(differ * 200 <= ours.len(), "more than one in 200 differs");
}

/// A small linear congruential generator: the same files in every run.
fn random(seed: &mut u64, below: usize) -> usize {
    *seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    ((*seed >> 33) as usize) % below.max(1)
}

/// `text` with one to three characters, words or lines removed, doubled, swapped or put in.
fn mutate(text: &str, seed: &mut u64) -> String {
    const INSERTED: &[&str] = &[
        "\"",
        "{",
        "}",
        "[",
        "]",
        "(",
        ")",
        "${",
        "%{",
        "~",
        "=",
        "==",
        ":",
        "::",
        "?",
        ",",
        ".",
        "...",
        "*",
        "-",
        "!",
        "\n",
        " ",
        "\t",
        "\r\n",
        "\\",
        "#",
        "//",
        "/*",
        "*/",
        "<<EOT\n",
        "<<-EOT\n",
        "EOT\n",
        "1",
        "1.5e3",
        "a",
        "é",
        "'",
        ";",
        "null",
        "for",
        " in ",
        "if",
        "=>",
        "\u{feff}",
        "|",
        "&",
        "%{ if true }",
        "%{ endif }",
        "$${",
        "%%{",
        "[*]",
        ".*",
    ];
    let mut characters: Vec<char> = text.chars().collect();
    for _ in 0..=random(seed, 3) {
        let at = random(seed, characters.len());
        match random(seed, 5) {
            0 => drop(characters.remove(at)),
            1 => characters.insert(at, characters[at]),
            2 => {
                let line = characters.iter().skip(at).position(|c| *c == '\n').map_or(characters.len(), |end| at + end);
                characters.drain(at..line);
            }
            _ => {
                let inserted = INSERTED[random(seed, INSERTED.len())];
                characters.splice(at..at, inserted.chars());
            }
        }
    }
    characters.into_iter().collect()
}
