//! Module trees, a folder a case: resources and outputs of a plan.

use crate::Judged;
use crate::answer::{Answer, of_value};
use crate::compare::{Verdict, has_unknown, known_part};
use crate::kubernetes::{folders, from_root};
use gatelint::discover::Disk;
use gatelint::lower::Inputs;
use gatelint::lower::terraform::{Assignment, Variables};
use serde_json::{Map, Value as Json, json};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// Plans every tree.
pub fn judge(cases: &Path) -> Vec<Judged> {
    let one = |case: &std::path::PathBuf| {
        let read =
            |name: &str| fs::read_to_string(case.join(name)).ok().map(|text| serde_json::from_str(&text).unwrap());
        let want: Json = read("expected.json").unwrap();
        let command: Json = read("cmd.json").unwrap_or_default();
        let inputs = inputs(&command, &from_root(case));
        let answer = Answer::of(&Disk::tree(std::slice::from_ref(case)).unwrap(), &inputs);
        let id = case.file_name().unwrap().to_string_lossy().into_owned();
        let (verdict, detail) = if want["ok"] == Json::Bool(true) { planned(&want, &answer) } else { refused(&answer) };
        Judged { id, verdict, detail }
    };
    folders(cases).iter().map(one).collect()
}

/// The options of a run of Terraform in a directory: `args`, `env`, `workspace`.
fn inputs(command: &Json, directory: &str) -> Inputs {
    let mut command_line = Vec::new();
    let mut words = command["args"].as_array().into_iter().flatten().filter_map(Json::as_str);
    while let Some(word) = words.next() {
        let (option, value) = word.split_once('=').unwrap_or_else(|| (word, words.next().unwrap_or_default()));
        command_line.push(match option {
            "-var" => {
                let (name, text) = value.split_once('=').unwrap();
                Assignment::Value { name: name.to_owned(), text: text.to_owned() }
            }
            "-var-file" => Assignment::File(format!("{directory}{value}")),
            other => panic!("no such option here: {other}"),
        });
    }
    let given = command["env"].as_object().into_iter().flatten();
    let given = given.filter_map(|(name, value)| Some((name.strip_prefix("TF_VAR_")?, value.as_str()?)));
    let environment = given.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    // Terraform recorded its answers in the workspace `default`.
    let workspace = Some(command["workspace"].as_str().unwrap_or("default").to_owned());
    Inputs {
        variables: Variables { environment, command_line, workspace, ..Variables::default() },
        ..Inputs::default()
    }
}

/// What Terraform refuses must not pass silently.
fn refused(answer: &Answer) -> (Verdict, String) {
    let outputs = answer.outputs().values().any(|value| !value.is_wholly_known());
    let told = !answer.problems().is_empty() || outputs || answer.resources().any(|row| has_unknown(&row.2));
    (if told { Verdict::Right } else { Verdict::Wrong }, "Terraform refuses, we report nothing".to_owned())
}

fn planned(want: &Json, answer: &Answer) -> (Verdict, String) {
    let mut why = Vec::new();
    let mut worst = Verdict::Right;
    let mut note = |verdict: Verdict, detail: String| {
        worst = worst.max(verdict);
        if verdict != Verdict::Right {
            why.push(detail);
        }
    };
    let mut got: BTreeMap<&str, Json> = BTreeMap::new();
    for (type_name, address, attributes) in answer.resources() {
        if type_name == "terraform_data" {
            got.insert(address, attributes);
        }
    }
    let empty = Map::new();
    let resources = want["resources"].as_object().unwrap_or(&empty);
    let ours = |address: &str| format!(".{address}").contains(".terraform_data.") && !address.starts_with("data.");
    for (address, resource) in resources.iter().filter(|(address, _)| ours(address)) {
        let Some(found) = got.remove(address.as_str()) else {
            note(Verdict::Wrong, format!("{address} is missing"));
            continue;
        };
        for name in ["input", "triggers_replace"] {
            let want = &resource["attrs"][name];
            let verdict = if want.is_null() { Verdict::Right } else { known_part(want, &found[name]) };
            note(verdict, format!("{address}.{name}: want {want}, got {}", found[name]));
        }
    }
    for address in got.keys() {
        note(Verdict::Wrong, format!("{address} is not planned"));
    }
    let outputs = answer.outputs();
    for (name, output) in want["outputs"].as_object().unwrap_or(&empty) {
        let wholly_unknown = output["unknown"].as_array().is_some_and(|paths| paths.contains(&json!("")));
        let found = outputs.get(name.as_str()).map_or_else(|| json!({"$unknown": "absent"}), |value| of_value(value));
        let verdict = if wholly_unknown { Verdict::Right } else { known_part(&output["value"], &found) };
        note(verdict, format!("output {name}: want {}, got {found}", output["value"]));
    }
    (worst, why.join("; "))
}
