//! The walk-through of `docs/admission-policies.md`: the same policy refuses the same object in CI and in the cluster.

use serde_json::{Value as Json, json};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn repository() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// A copy of the repository of the walk-through, with as many replicas.
fn copy(replicas: u32) -> PathBuf {
    let folder = std::env::temp_dir().join(format!("gatelint-walkthrough-{replicas}-{}", std::process::id()));
    let from = repository().join("fixtures/projects/admission");
    for file in [
        "charts/web/Chart.yaml",
        "charts/web/values.yaml",
        "charts/web/templates/deployment.yaml",
        "policies/replicas.yaml",
    ] {
        let to = folder.join(file);
        fs::create_dir_all(to.parent().unwrap()).unwrap();
        let text = fs::read_to_string(from.join(file)).unwrap();
        fs::write(to, text.replace("replicas: 9", &format!("replicas: {replicas}"))).unwrap();
    }
    folder
}

fn gatelint(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_gatelint")).args(arguments).current_dir(folder).env_clear().output().unwrap()
}

/// The blocks of the walk-through: command and what it prints.
fn blocks() -> Vec<Vec<String>> {
    let page = fs::read_to_string(repository().join("docs/admission-policies.md")).unwrap();
    let part = page.split("## Walk-through").nth(1).unwrap().split("\n## ").next().unwrap();
    let blocks = part.split("```console\n").skip(1);
    blocks.map(|block| block.split("```").next().unwrap().lines().map(str::to_owned).collect()).collect()
}

/// What the cluster answers to the objects of the chart.
fn answered(folder: &Path) -> Json {
    let rendered = gatelint(folder, &["inspect", "charts/web", "--format", "json"]);
    let rendered: Json = serde_json::from_slice(&rendered.stdout).unwrap();
    let objects = rendered["resources"].as_array().unwrap().iter().filter(|found| found["type"] == "Deployment");
    let requests: Vec<Json> =
        objects.map(|found| json!({"operation": "CREATE", "manifest": found["attributes"].to_string()})).collect();
    assert_eq!(requests.len(), 1);
    let policies = fs::read_to_string(folder.join("policies/replicas.yaml")).unwrap();
    let namespaces = "---\napiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n";
    let case = json!({
        "id": "walk-through", "policy": policies, "cluster": format!("{policies}{namespaces}"), "requests": requests,
    });
    fs::write(folder.join("case.jsonl"), format!("{case}\n")).unwrap();
    let answer = gatelint(folder, &["inspect", "--admission", "case.jsonl"]);
    fs::remove_file(folder.join("case.jsonl")).unwrap();
    let answer: Json = serde_json::from_slice(&answer.stdout).unwrap();
    answer["requests"][0].clone()
}

#[test]
fn the_policy_of_the_walk_through_refuses_in_ci_and_in_the_cluster() {
    let folder = copy(9);
    let [in_ci, in_cluster] = &blocks()[..] else { panic!("the walk-through has two blocks") };
    let (command, shown) = in_ci.split_first().unwrap();
    let arguments: Vec<&str> = command.strip_prefix("$ gatelint ").unwrap().split(' ').collect();
    let output = gatelint(&folder, &arguments);
    assert_eq!(output.status.code(), Some(1));
    let printed = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    let mut rest = printed.lines();
    for line in shown {
        assert!(rest.any(|found| found == line), "`{line}` does not follow in\n{printed}");
    }
    let answer = answered(&folder);
    assert_eq!(answer["allowed"], false);
    assert_eq!(answer["message"].as_str(), in_cluster.last().map(String::as_str));

    let folder = copy(5);
    let output = gatelint(&folder, &arguments);
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stdout));
    assert_eq!(answered(&folder)["allowed"], true);
}
