//! Charts: what Helm's `template` renders, object by object.

use crate::Judged;
use crate::answer::Answer;
use crate::compare::{Verdict, has_unknown, is_unknown, same};
use crate::kubernetes::{folders, read};
use gatelint::discover::{Disk, Memory, Tree};
use gatelint::lower::Inputs;
use gatelint::lower::kubernetes::{ChartInputs, KubeVersion, SetKind};
use rayon::prelude::*;
use serde_json::Value as Json;
use std::fs;
use std::path::Path;

/// A chart a line of `templates/*.jsonl`.
pub fn templates(folder: &Path) -> Vec<Judged> {
    let mut parts: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    parts.sort();
    let lines: Vec<String> = parts
        .iter()
        .flat_map(|part| fs::read_to_string(part).unwrap().lines().map(str::to_owned).collect::<Vec<_>>())
        .collect();
    let one = |line: &String| {
        let case: Json = serde_json::from_str(line).unwrap();
        let files = case["files"].as_object().unwrap();
        let files: Vec<_> = files.iter().map(|(path, text)| (format!("c/{path}"), text.as_str().unwrap())).collect();
        let tree = Memory::tree(files.iter().map(|(path, text)| (path.as_str(), *text)));
        let is_random = case.get("random").is_some_and(|random| random == &Json::Bool(true));
        let wanted = case["answer"].get("objects").and_then(Json::as_array);
        let (verdict, detail) =
            judge(&tree, &inputs(&case)?, wanted, |_, path| is_random && path.first().is_some_and(|key| key == "data"));
        Some(Judged { id: case["id"].as_str().unwrap().to_owned(), verdict, detail })
    };
    lines.par_iter().filter_map(one).collect()
}

/// A folder a chart, with the options that it is rendered with.
pub fn mechanics(folder: &Path) -> Vec<Judged> {
    let one = |folder: &std::path::PathBuf| {
        let case = read(&folder.join("case.json"))?;
        let expected = read(&folder.join("expected.json"));
        let wanted = expected.as_ref().filter(|_| case["result"] == "ok").and_then(Json::as_array);
        let (verdict, detail) = judge(&tree(folder), &inputs(&case)?, wanted, |_, _| false);
        Some(Judged { id: folder.file_name().unwrap().to_string_lossy().into_owned(), verdict, detail })
    };
    folders(folder).par_iter().filter_map(one).collect()
}

/// A folder a public chart, with several sets of values.
pub fn charts(folder: &Path) -> Vec<Judged> {
    let one = |folder: &std::path::PathBuf| {
        let about = read(&folder.join("cases.json")).unwrap();
        let name = folder.file_name().unwrap().to_string_lossy().into_owned();
        let case = |case: &Json| {
            let mut given = case.clone();
            for key in ["release", "namespace", "kubeVersion"] {
                given[key] = about[key].clone();
            }
            let random = case["random"].as_array().cloned().unwrap_or_default();
            let is_random = |object: usize, path: &[String]| {
                random.iter().filter_map(Json::as_array).any(|place| {
                    let name = |name: &Json| name.as_str().map_or_else(|| name.to_string(), str::to_owned);
                    place[0].as_u64() == Some(object as u64) && place[1..].iter().map(name).eq(path.iter().cloned())
                })
            };
            let wanted = case.get("objects").and_then(Json::as_array);
            let (verdict, detail) = judge(&tree(folder), &inputs(&given)?, wanted, is_random);
            let values: Vec<_> = case["values"].as_array().unwrap().iter().map(|path| path.as_str().unwrap()).collect();
            Some(Judged { id: format!("{name} {}", values.join(" ")).trim().to_owned(), verdict, detail })
        };
        about["cases"].as_array().unwrap().iter().filter_map(case).collect::<Vec<_>>()
    };
    folders(folder).par_iter().flat_map(one).collect()
}

/// The chart of a folder, and the files beside it.
fn tree(folder: &Path) -> Tree {
    Disk::tree(&[folder.to_path_buf()]).unwrap()
}

/// What a case is rendered with; `None` where there is no such option.
fn inputs(case: &Json) -> Option<Inputs> {
    let text = |key: &str, usual: &str| case.get(key).and_then(Json::as_str).unwrap_or(usual).to_owned();
    let texts = |key: &str| case.get(key).and_then(Json::as_array).cloned().unwrap_or_default();
    let mut charts = ChartInputs {
        files: texts("values").iter().map(|path| path.as_str().unwrap().to_owned()).collect(),
        release: Some(text("release", "rel")),
        namespace: Some(text("namespace", "apps")),
        kube_version: KubeVersion::parse(&text("kubeVersion", "1.33.0")),
        leaves_out_crds: true,
        ..ChartInputs::default()
    };
    let mut options = texts("options");
    if options.is_empty() {
        options = texts("set").into_iter().map(|text| Json::from(vec!["--set".into(), text])).collect();
    }
    for option in &options {
        let argument = option[1].as_str().unwrap_or_default().to_owned();
        let kind = match option[0].as_str().unwrap() {
            "--include-crds" => {
                charts.leaves_out_crds = false;
                continue;
            }
            "--no-hooks" => {
                charts.no_hooks = true;
                continue;
            }
            "--skip-tests" => {
                charts.skip_tests = true;
                continue;
            }
            "--is-upgrade" => {
                charts.is_upgrade = true;
                continue;
            }
            "--skip-schema-validation" => {
                charts.skip_schema = true;
                continue;
            }
            "--api-versions" => {
                charts.api_versions.extend(argument.split(',').map(str::to_owned));
                continue;
            }
            "--kube-version" => {
                charts.kube_version = Some(KubeVersion::parse(&argument)?);
                continue;
            }
            "--set" => SetKind::Typed,
            "--set-string" => SetKind::String,
            "--set-json" => SetKind::Json,
            "--set-file" => SetKind::File,
            "--set-literal" => SetKind::Literal,
            _ => return None,
        };
        charts.settings.push((kind, argument));
    }
    // Helm applies its options by kind.
    let order = [SetKind::Json, SetKind::Typed, SetKind::String, SetKind::File, SetKind::Literal];
    charts.settings.sort_by_key(|(kind, _)| order.iter().position(|known| known == kind));
    Some(Inputs { charts, ..Inputs::default() })
}

/// Compares the objects with those of Helm; without any, Helm refuses the chart.
fn judge(
    tree: &Tree,
    inputs: &Inputs,
    wanted: Option<&Vec<Json>>,
    is_random: impl Fn(usize, &[String]) -> bool,
) -> (Verdict, String) {
    let answer = Answer::of(tree, inputs);
    let mut got: Vec<Json> = answer.objects().into_iter().flat_map(items).collect();
    let Some(wanted) = wanted else {
        let refused = !answer.faults().is_empty() || got.iter().any(has_unknown);
        let verdict = match (refused, got.is_empty()) {
            (true, _) => Verdict::Right,
            (false, true) => Verdict::Vague,
            (false, false) => Verdict::Wrong,
        };
        return (verdict, "Helm refuses the chart, we report nothing".to_owned());
    };
    let (mut worst, mut detail) = (Verdict::Right, String::new());
    let mut note = |verdict: Verdict, why: String| {
        if verdict > worst {
            (worst, detail) = (verdict, why);
        }
    };
    let mut rest = Vec::new();
    for (at, object) in wanted.iter().enumerate() {
        let Some(object) = object.get("object") else { continue };
        for object in items(object.clone()) {
            let equal = |found: &Json| compare(&object, found, &mut Vec::new(), &|path| is_random(at, path)).0;
            match got.iter().position(|found| equal(found) == Verdict::Right) {
                Some(found) => drop(got.remove(found)),
                None => rest.push((at, object)),
            }
        }
    }
    for (at, object) in rest {
        let name = format!("{}/{}", object["kind"], object["metadata"]["name"]);
        let namesake = |found: &Json| {
            let named = &found["metadata"]["name"];
            found["kind"] == object["kind"] && (*named == object["metadata"]["name"] || has_unknown(named))
        };
        let Some(found) = got.iter().position(namesake) else {
            let told = !answer.faults().is_empty() || got.iter().any(has_unknown);
            note(if told { Verdict::Vague } else { Verdict::Wrong }, format!("no {name} {:?}", answer.faults()));
            continue;
        };
        let (verdict, why) = compare(&object, &got.remove(found), &mut Vec::new(), &|path| is_random(at, path));
        note(verdict, format!("{name} {why}"));
    }
    if let Some(found) = got.first() {
        note(Verdict::Wrong, format!("Helm has no {}/{}", found["kind"], found["metadata"]["name"]));
    }
    (worst, detail)
}

/// An object; of a list, its items.
fn items(object: Json) -> Vec<Json> {
    match object.get("items").and_then(Json::as_array) {
        Some(items) if object["kind"] == "List" => items.clone(),
        _ => vec![object],
    }
}

/// How a value relates to Helm's, and the worst difference. Where Helm's answer is random, what is unknown is right.
fn compare(
    wanted: &Json,
    got: &Json,
    path: &mut Vec<String>,
    is_random: &dyn Fn(&[String]) -> bool,
) -> (Verdict, String) {
    let told = |why: String| format!("{}: {why}", path.join("."));
    if is_random(path) {
        let is_right = has_unknown(got) || same(wanted, got);
        let verdict = if is_right { Verdict::Right } else { Verdict::Refined };
        return (verdict, told(format!("{got}, which is random")));
    }
    if is_unknown(got) {
        return (Verdict::Vague, told(format!("{wanted}, and not {got}")));
    }
    let pairs: Vec<(String, Option<&Json>, Option<&Json>)> = match (wanted, got) {
        (Json::Object(one), Json::Object(other)) => {
            let keys = one.keys().chain(other.keys().filter(|key| !one.contains_key(*key)));
            keys.map(|key| (key.clone(), one.get(key), other.get(key))).collect()
        }
        (Json::Array(one), Json::Array(other)) if one.len() == other.len() => {
            (0..).zip(one).zip(other).map(|((at, one), other)| (i32::to_string(&at), Some(one), Some(other))).collect()
        }
        _ if same(wanted, got) => return (Verdict::Right, String::new()),
        _ => return (Verdict::Wrong, told(format!("{wanted}, and not {got}"))),
    };
    let mut worst = (Verdict::Right, String::new());
    for (key, one, other) in pairs {
        path.push(key);
        let found = match (one, other) {
            (Some(one), Some(other)) => compare(one, other, path, is_random),
            _ if is_random(path) => (Verdict::Right, String::new()),
            _ => (Verdict::Wrong, format!("{}: only one of both has it", path.join("."))),
        };
        path.pop();
        if found.0 > worst.0 {
            worst = found;
        }
    }
    worst
}
