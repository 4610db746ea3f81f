//! R-LSP-1, R-LSP-2, R-LSP-10, R-LSP-11: how a session begins and ends, what is agreed on, and what is refused.

use crate::client::{Client, Folder, has};
use serde_json::{Value, json};
use std::process::{Command, Stdio};

const BUCKET: &str = "resource \"aws_s3_bucket\" \"b\" {\n  acl = \"public-read\"\n}\n";
const CHECK: &str = "aws/s3/public-acl";

#[test]
fn a_session_begins_and_ends_as_the_protocol_has_it() {
    let mut client = Client::start();
    let early = client.request("textDocument/hover", json!({}));
    assert_eq!(client.answer(early).unwrap_err()["code"], json!(-32002));
    let result = client.ask("initialize", json!({"processId": null, "rootUri": null, "capabilities": {}}));
    assert_eq!(result["serverInfo"]["name"], json!("gatelint"));
    assert_eq!(result["serverInfo"]["version"], json!(env!("CARGO_PKG_VERSION")));
    assert_eq!(result["capabilities"]["textDocumentSync"]["change"], json!(2));
    assert_eq!(result["capabilities"]["positionEncoding"], json!("utf-16"));
    assert!(result["capabilities"].get("diagnosticProvider").is_none(), "it pushes to who does not ask");
    client.tell("initialized", json!({}));
    assert_eq!(client.ask("shutdown", Value::Null), Value::Null);
    let late = client.request("textDocument/hover", json!({}));
    assert_eq!(client.answer(late).unwrap_err()["code"], json!(-32600));
    client.tell("exit", Value::Null);
    assert_eq!(client.exit_code(), 0);
}

#[test]
fn an_end_that_nobody_asked_for_has_exit_code_1() {
    let mut client = Client::of(&[], json!({}));
    client.tell("exit", Value::Null);
    assert_eq!(client.exit_code(), 1);
    let mut client = Client::of(&[], json!({}));
    assert_eq!(client.end(), 1);
}

#[cfg(unix)]
#[test]
fn the_server_ends_with_its_editor() {
    let mut editor = Command::new("sleep").arg("600").stdin(Stdio::null()).spawn().unwrap();
    let mut client = Client::start();
    client.ask("initialize", json!({"processId": editor.id(), "rootUri": null, "capabilities": {}}));
    editor.kill().unwrap();
    editor.wait().unwrap();
    assert_eq!(client.exit_code(), 1);
}

#[test]
fn positions_are_in_the_unit_that_was_agreed_on() {
    let folder = Folder::new("encodings", &[]);
    let text = "locals { x = [\"é😀\", {}] }\nresource \"aws_s3_bucket\" \"b\" { /* é😀 */ acl = \"public-read\" }\n";
    for (offered, chosen, column) in [
        (json!(["utf-16", "utf-8"]), "utf-8", 50),
        (json!(["utf-16"]), "utf-16", 47),
        (json!(null), "utf-16", 47),
        (json!(["utf-32"]), "utf-32", 46),
    ] {
        let mut client = Client::start();
        let general = if offered.is_null() { json!({}) } else { json!({"positionEncodings": offered}) };
        let params = json!({
            "processId": null, "rootUri": folder.uri(""), "capabilities": {"general": general},
        });
        let result = client.ask("initialize", params);
        assert_eq!(result["capabilities"]["positionEncoding"], json!(chosen));
        client.tell("initialized", json!({}));
        let uri = folder.uri("main.tf");
        client.open(&uri, "terraform", text);
        let found = client.pushed(&uri, 1);
        let acl = found.iter().find(|one| one["code"] == json!(CHECK)).expect("the finding");
        assert_eq!(acl["range"]["start"], json!({"line": 1, "character": column}), "{chosen}");
        client.shut_down();
    }
}

#[test]
fn requests_are_cancelled_and_what_is_unknown_is_refused() {
    let folder = Folder::new("cancel", &[("main.tf", BUCKET)]);
    let mut client = Client::of(&[&folder], json!({}));
    // The first evaluation is still on its way when the request is cancelled.
    let uri = folder.uri("main.tf");
    client.open(&uri, "terraform", BUCKET);
    let position = json!({"textDocument": {"uri": uri}, "position": {"line": 1, "character": 10}});
    let id = client.request("textDocument/hover", position);
    client.tell("$/cancelRequest", json!({"id": id}));
    assert_eq!(client.answer(id).unwrap_err()["code"], json!(-32800));
    let unknown = client.request("textDocument/nonsense", json!({}));
    assert_eq!(client.answer(unknown).unwrap_err()["code"], json!(-32601));
    let wrong = client.request("textDocument/hover", json!({"nothing": 1}));
    assert_eq!(client.answer(wrong).unwrap_err()["code"], json!(-32602));
    client.tell("$/unheardOf", json!({"x": 1}));
    client.tell("unheard/of", json!({"x": 1}));
    client.shut_down();
}

#[test]
fn the_nearest_configuration_counts() {
    let disabled = "checks:\n  aws/s3/public-acl: off\n";
    let folder = Folder::new(
        "configurations",
        &[("a/main.tf", BUCKET), ("a/.gatelint.yaml", disabled), ("b/main.tf", BUCKET), ("b/c/main.tf", BUCKET)],
    );
    let other = Folder::new("configurations-2", &[("main.tf", BUCKET), (".gatelint.yaml", disabled)]);
    let mut client = Client::of(&[&folder, &other], json!({}));
    for (folder, file, is_found) in [
        (&folder, "a/main.tf", false),
        (&folder, "b/main.tf", true),
        (&folder, "b/c/main.tf", true),
        (&other, "main.tf", false),
    ] {
        let uri = folder.uri(file);
        client.open(&uri, "terraform", BUCKET);
        assert_eq!(has(&client.pushed(&uri, 1), CHECK), is_found, "{file}");
    }
    client.shut_down();
}

#[test]
fn a_configuration_that_changes_counts_at_once() {
    let folder = Folder::new("configuration-changes", &[("main.tf", BUCKET)]);
    let watching = json!({"workspace": {"didChangeWatchedFiles": {"dynamicRegistration": true}}});
    let mut client = Client::of(&[&folder], watching);
    let registered = client.hear("client/registerCapability");
    assert_eq!(registered["registrations"][0]["method"], json!("workspace/didChangeWatchedFiles"));
    let uri = folder.uri("main.tf");
    client.open(&uri, "terraform", BUCKET);
    assert!(has(&client.pushed(&uri, 1), CHECK));
    folder.write(".gatelint.yaml", "checks:\n  aws/s3/public-acl: off\n");
    let changes = json!([{"uri": folder.uri(".gatelint.yaml"), "type": 1}]);
    client.tell("workspace/didChangeWatchedFiles", json!({"changes": changes}));
    assert!(!has(&client.pushed(&uri, 1), CHECK));
    // One that is wrong is told, and the server goes on.
    folder.write(".gatelint.yaml", "checkz: 1\n");
    client.tell(
        "workspace/didChangeWatchedFiles",
        json!({"changes": [{"uri": folder.uri(".gatelint.yaml"), "type": 2}]}),
    );
    assert!(client.hear("window/showMessage")["message"].as_str().unwrap().contains("checkz"));
    assert!(has(&client.pushed(&uri, 1), CHECK));
    client.shut_down();
}

#[test]
fn settings_come_from_options_questions_and_changes() {
    let folder = Folder::new("settings", &[("main.tf", BUCKET)]);
    let uri = folder.uri("main.tf");
    let mut client = Client::with(&[&folder], json!({}), json!({"skip": [CHECK]}));
    client.open(&uri, "terraform", BUCKET);
    assert!(!has(&client.pushed(&uri, 1), CHECK));
    client.tell("workspace/didChangeConfiguration", json!({"settings": {"gatelint": {}}}));
    assert!(has(&client.pushed(&uri, 1), CHECK));
    client.tell("workspace/didChangeConfiguration", json!({"settings": {"gatelint": {"skip": [CHECK]}}}));
    assert!(!has(&client.pushed(&uri, 1), CHECK));
    client.tell("workspace/didChangeConfiguration", json!({"settings": {"gatelint": {"check": ["no/such"]}}}));
    assert!(client.hear("window/showMessage")["message"].as_str().unwrap().contains("no/such"));
    assert!(has(&client.pushed(&uri, 1), CHECK), "a wrong choice counts for nothing");
    client.tell("workspace/didChangeConfiguration", json!({"settings": {"gatelint": {"skip": [CHECK]}}}));
    assert!(!has(&client.pushed(&uri, 1), CHECK));
    client.shut_down();

    let mut client = Client::of(&[&folder], json!({"workspace": {"configuration": true}}));
    let asked =
        client.wait(&|message: &Value| message["method"] == json!("workspace/configuration")).expect("a question");
    assert_eq!(asked["params"]["items"][0]["section"], json!("gatelint"));
    client.open(&uri, "terraform", BUCKET);
    assert!(has(&client.pushed(&uri, 1), CHECK));
    client.send(&json!({"jsonrpc": "2.0", "id": asked["id"], "result": [{"skip": [CHECK]}]}));
    assert!(!has(&client.pushed(&uri, 1), CHECK));
    client.shut_down();
}

#[test]
fn environments_are_switched() {
    let configuration = "environments:\n  dev:\n    vars: {acl: private}\n  prod:\n    vars: {acl: public-read}\n";
    let text = "variable \"acl\" {}\nresource \"aws_s3_bucket\" \"b\" {\n  acl = var.acl\n}\n";
    let folder = Folder::new("environments", &[("main.tf", text), (".gatelint.yaml", configuration)]);
    let uri = folder.uri("main.tf");
    let mut client = Client::of(&[&folder], json!({}));
    client.open(&uri, "terraform", text);
    assert!(has(&client.pushed(&uri, 1), CHECK));
    let environments = json!({"command": "gatelint.environments", "arguments": [uri]});
    let answer = client.ask("workspace/executeCommand", environments.clone());
    assert_eq!(answer, json!({"all": ["dev", "prod"], "evaluated": ["dev", "prod"]}));
    client.ask("workspace/executeCommand", json!({"command": "gatelint.setEnvironments", "arguments": [["dev"]]}));
    assert!(!has(&client.pushed(&uri, 1), CHECK));
    let answer = client.ask("workspace/executeCommand", environments);
    assert_eq!(answer["evaluated"], json!(["dev"]));
    client.shut_down();
}
