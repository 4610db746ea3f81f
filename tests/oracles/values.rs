//! Single expressions, each in its environment of variables, files and resources.

use crate::Judged;
use crate::answer::{Answer, of_value};
use crate::compare::{Verdict, masked};
use gatelint::discover::Memory;
use gatelint::expr::json::to_json;
use gatelint::lower::Inputs;
use gatelint::lower::terraform::Variables;
use gatelint::model::{Type, Value};
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// How many expressions share one module.
const BATCH: usize = 400;

/// Evaluates every row of a recording.
pub fn judge(recording: &Path) -> Vec<Judged> {
    let text = fs::read_to_string(recording).unwrap();
    let mut groups: BTreeMap<String, Vec<Json>> = BTreeMap::new();
    for line in text.lines() {
        let row: Json = serde_json::from_str(line).unwrap();
        let keys = ["vars", "var_types", "var_sensitive", "files", "files_b64", "setup"];
        groups.entry(json!(keys.map(|key| &row[key])).to_string()).or_default().push(row);
    }
    groups.values().flat_map(|rows| rows.chunks(BATCH)).flat_map(|rows| evaluate(rows, environment(&rows[0]))).collect()
}

/// Evaluates every row of a recording, all in the environment that a folder of files is.
pub fn judge_in(recording: &Path, folder: &Path) -> Vec<Judged> {
    let text = fs::read_to_string(recording).unwrap();
    let rows: Vec<Json> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let mut files = Vec::new();
    let mut directories = vec![folder.to_owned()];
    while let Some(directory) = directories.pop() {
        for path in fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path()) {
            match path.strip_prefix(folder) {
                Ok(inside) if path.is_file() => {
                    files.push((inside.to_string_lossy().into_owned(), fs::read(&path).unwrap()));
                }
                _ => directories.push(path),
            }
        }
    }
    evaluate(&rows, files)
}

/// The rows as outputs of one module.
fn evaluate(rows: &[Json], mut files: Vec<(String, Vec<u8>)>) -> Vec<Judged> {
    for (at, row) in rows.iter().enumerate() {
        let text = format!("output \"e{at}\" {{\n  value = (\n{}\n)\n}}\n", row["expr"].as_str().unwrap());
        files.push((format!("e{at}.tf"), text.into_bytes()));
    }
    let tree = Memory::tree(files.iter().map(|(path, content)| (path.as_str(), content)));
    // Terraform recorded its answers in the workspace `default`.
    let variables = Variables { workspace: Some("default".to_owned()), ..Variables::default() };
    let answer = Answer::of(&tree, &Inputs { variables, ..Inputs::default() });
    let outputs = answer.outputs();
    let one = |(at, row): (usize, &Json)| {
        let got = outputs.get(format!("e{at}").as_str()).copied();
        let id = row["id"].as_str().unwrap_or_else(|| row["expr"].as_str().unwrap()).to_owned();
        let verdict = relate(row, got);
        let got = got.map_or_else(|| "nothing".to_owned(), |value| format!("{} {}", value.ty(), of_value(value)));
        Judged { id, verdict, detail: format!("{} gave {got}, and the oracle {}", row["expr"], outcome(row)) }
    };
    rows.iter().enumerate().map(one).collect()
}

fn outcome(row: &Json) -> String {
    ["err", "json", "value"].iter().find_map(|key| row.get(key)).map_or_else(|| "nothing".to_owned(), Json::to_string)
}

fn relate(row: &Json, got: Option<&Value>) -> Verdict {
    let refused = got.is_none_or(|value| !value.is_wholly_known());
    if row["ok"] != Json::Bool(true) {
        return if refused { Verdict::Right } else { Verdict::Wrong };
    }
    let Some(value) = got else { return Verdict::Wrong };
    if row["unknown"] != Json::Null && row["unknown"] != Json::Bool(false) && row["known"] != Json::Bool(true) {
        return masked(&row["value"], &row["unknown"], &of_value(value));
    }
    if !value.is_wholly_known() {
        return Verdict::Vague;
    }
    if row["no_json"] == Json::Bool(true) {
        return if to_json(value).is_err() { Verdict::Right } else { Verdict::Wrong };
    }
    let Some(want) = row["json"].as_str() else { return masked(&row["value"], &Json::Bool(false), &of_value(value)) };
    // The recording has no types of nulls.
    let same_type = row["type"].is_null() || value.is_null() || row["type"] == type_json(&value.ty());
    // More may be marked here: all that reads like a secret of the same tree is hidden. `issensitive` is asked too.
    let same_mark = value.sensitive || !row["sensitive"].as_bool().unwrap_or(false);
    if to_json(value).as_deref() == Ok(want) && same_type && same_mark { Verdict::Right } else { Verdict::Wrong }
}

/// The files and variables that a row asks for.
fn environment(row: &Json) -> Vec<(String, Vec<u8>)> {
    use base64::Engine as _;
    let none = serde_json::Map::new();
    let object = |key: &str| row[key].as_object().unwrap_or(&none);
    let mut files: Vec<(String, Vec<u8>)> = Vec::new();
    for (path, text) in object("files") {
        files.push((path.clone(), text.as_str().unwrap().as_bytes().to_vec()));
    }
    for (path, text) in object("files_b64") {
        let content = base64::engine::general_purpose::STANDARD.decode(text.as_str().unwrap()).unwrap();
        files.push((path.clone(), content));
    }
    if let Some(setup) = row["setup"].as_str() {
        files.push(("setup.tf".to_owned(), setup.as_bytes().to_vec()));
    }
    let mut names: Vec<&String> = object("vars").keys().chain(object("var_types").keys()).collect();
    names.sort();
    names.dedup();
    for name in names {
        let ty = object("var_types").get(name).and_then(Json::as_str).unwrap_or("any");
        let sensitive = row["var_sensitive"].as_array().is_some_and(|names| names.contains(&json!(name)));
        let text = format!("variable \"{name}\" {{\n  type      = {ty}\n  sensitive = {sensitive}\n}}\n");
        files.push((format!("var_{name}.tf"), text.into_bytes()));
    }
    if row["vars"].is_object() {
        files.push(("terraform.tfvars.json".to_owned(), row["vars"].to_string().into_bytes()));
    }
    files
}

/// A type in the form of Terraform's JSON.
fn type_json(ty: &Type) -> Json {
    match ty {
        Type::Dynamic | Type::Bool | Type::Number | Type::String => json!(ty.to_string()),
        Type::List(element) => json!(["list", type_json(element)]),
        Type::Set(element) => json!(["set", type_json(element)]),
        Type::Map(element) => json!(["map", type_json(element)]),
        Type::Tuple(items) => json!(["tuple", items.iter().map(type_json).collect::<Vec<_>>()]),
        Type::Object(object) => {
            let fields = object.fields.iter().map(|(key, ty)| (key.to_string(), type_json(ty)));
            json!(["object", fields.collect::<serde_json::Map<_, _>>()])
        }
    }
}
