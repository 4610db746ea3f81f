//! R-LSP-5, R-LSP-8, R-LSP-9: what a diagnostic holds, and what is answered about a place in a document.

use crate::client::{Client, Folder, codes, has};
use serde_json::{Value, json};

const CHECK: &str = "aws/s3/public-acl";

const MAIN: &str = "module \"logs\" {\n  source = \"./logs\"\n  acl    = local.acl\n}\n\nlocals {\n  acl = var.acl\n}\n\nvariable \"acl\" {}\n";
const LOGS: &str = "variable \"acl\" {}\n\nvariable \"owner\" {}\n\nresource \"aws_s3_bucket\" \"this\" {\n  bucket = \"logs-${var.acl}\"\n  acl    = var.acl\n}\n";
const VALUES: &str = "acl = \"public-read\"\n";

fn everything() -> Value {
    json!({
        "textDocument": {
            "publishDiagnostics": {"relatedInformation": true},
            "codeAction": {"codeActionLiteralSupport": {"codeActionKind": {"valueSet": ["quickfix"]}}},
            "hover": {"contentFormat": ["markdown"]},
        },
        "workspace": {"workspaceEdit": {"documentChanges": true}},
    })
}

fn chain(name: &str) -> (Folder, Client) {
    let files = [("main.tf", MAIN), ("logs/main.tf", LOGS), ("terraform.tfvars", VALUES)];
    let folder = Folder::new(name, &files);
    let client = Client::of(&[&folder], everything());
    (folder, client)
}

fn at(uri: &str, line: u64, character: u64) -> Value {
    json!({"textDocument": {"uri": uri}, "position": {"line": line, "character": character}})
}

#[test]
fn a_diagnostic_says_what_where_why_and_which_page() {
    let (folder, mut client) = chain("diagnostic");
    let uri = folder.uri("main.tf");
    client.open(&uri, "terraform", MAIN);
    let found = client.pushed(&uri, 1);
    let one = found.iter().find(|one| one["code"] == json!(CHECK)).expect("the finding");
    assert_eq!(one["range"], json!({"start": {"line": 2, "character": 11}, "end": {"line": 2, "character": 20}}));
    assert_eq!(one["severity"], json!(1));
    assert_eq!(one["source"], json!("gatelint"));
    let page = one["codeDescription"]["href"].as_str().unwrap();
    assert!(page.ends_with("/checks/aws/s3/public-acl.md"), "{page}");
    assert_eq!(one["data"]["fingerprint"].as_str().unwrap().len(), 16);
    let related = one["relatedInformation"].as_array().unwrap();
    let places: Vec<(&str, u64)> = related
        .iter()
        .map(|one| {
            (one["location"]["uri"].as_str().unwrap(), one["location"]["range"]["start"]["line"].as_u64().unwrap())
        })
        .collect();
    let (logs, values) = (folder.uri("logs/main.tf"), folder.uri("terraform.tfvars"));
    assert!(places.contains(&(logs.as_str(), 6)) && places.contains(&(values.as_str(), 0)), "{places:?}");
    client.shut_down();

    // A client that does not know further places is sent none.
    let mut client = Client::of(&[&folder], json!({}));
    client.open(&uri, "terraform", MAIN);
    assert!(client.pushed(&uri, 1).iter().all(|one| one.get("relatedInformation").is_none()));
    client.shut_down();
}

#[test]
fn what_is_unnecessary_or_deprecated_is_tagged() {
    let text = "# gatelint:ignore aws/s3/public-acl -- it was public\nresource \"aws_s3_bucket\" \"b\" {}\n\
                resource \"aws_lambda_function\" \"f\" {\n  runtime = \"python2.7\"\n}\n";
    let folder = Folder::new("tags", &[("main.tf", text)]);
    let mut client = Client::of(&[&folder], everything());
    let uri = folder.uri("main.tf");
    client.open(&uri, "terraform", text);
    let found = client.pushed(&uri, 1);
    let tags = |check: &str| {
        let one = found.iter().find(|one| one["code"] == json!(check));
        one.unwrap_or_else(|| panic!("{check}: {found:?}")).get("tags").cloned()
    };
    assert_eq!(tags("suppression/unused"), Some(json!([1])));
    assert_eq!(tags("aws/lambda/runtime-ended"), Some(json!([2])));
    assert_eq!(tags("aws/s3/without-public-access-block"), None);
    client.shut_down();
}

#[test]
fn the_value_of_an_expression_is_shown_with_the_way_it_came() {
    let (folder, mut client) = chain("hover");
    let uri = folder.uri("logs/main.tf");
    client.open(&uri, "terraform", LOGS);
    let hover = client.ask("textDocument/hover", at(&uri, 6, 13));
    let text = hover["contents"]["value"].as_str().unwrap();
    assert!(text.contains("\"public-read\""), "{text}");
    let way = ["argument `acl` of module `logs`", "local `acl`", "variable `acl`"];
    let places: Vec<Option<usize>> = way.iter().map(|step| text.find(step)).collect();
    assert!(places.iter().all(Option::is_some) && places.is_sorted(), "{text}");
    assert!(text.contains("terraform.tfvars:1"), "{text}");
    assert_eq!(hover["range"]["start"], json!({"line": 6, "character": 11}));
    // A template says what it is the value of.
    let hover = client.ask("textDocument/hover", at(&uri, 5, 12));
    let text = hover["contents"]["value"].as_str().unwrap();
    assert!(text.contains("\"logs-${var.acl}\" = \"logs-public-read\""), "{text}");
    // What it is made from keeps its own value.
    let main = folder.uri("main.tf");
    client.open(&main, "terraform", MAIN);
    let text = client.ask("textDocument/hover", at(&main, 2, 15))["contents"]["value"].clone();
    assert!(text.as_str().unwrap().contains("\"public-read\""), "{text}");
    assert!(!text.as_str().unwrap().contains("logs-public"), "{text}");
    assert_eq!(client.ask("textDocument/hover", at(&uri, 1, 0)), Value::Null);
    client.shut_down();
}

#[test]
fn what_is_missing_and_what_is_secret_is_said_so() {
    let text = "variable \"acl\" {}\nvariable \"secret\" {\n  default   = \"hunter2-hunter2\"\n  sensitive = true\n}\nresource \"aws_s3_bucket\" \"b\" {\n  acl    = var.acl\n  bucket = var.secret\n}\n";
    let folder = Folder::new("unknown", &[("main.tf", text)]);
    let mut client = Client::of(&[&folder], everything());
    let uri = folder.uri("main.tf");
    client.open(&uri, "terraform", text);
    let hints = client.pushed(&uri, 1);
    let hint = hints.iter().find(|one| one["severity"] == json!(4) && one["range"]["start"]["line"] == json!(6));
    let hint = hint.expect("a hint for what is undecided");
    assert!(hint["message"].as_str().unwrap().contains("`var.acl` has no value"), "{hint}");
    let text = client.ask("textDocument/hover", at(&uri, 6, 13))["contents"]["value"].clone();
    assert!(text.as_str().unwrap().contains("`var.acl` has no value"), "{text}");
    let text = client.ask("textDocument/hover", at(&uri, 7, 13))["contents"]["value"].clone();
    assert!(text.as_str().unwrap().contains("<redacted>") && !text.as_str().unwrap().contains("hunter2"), "{text}");
    client.shut_down();
}

#[test]
fn definitions_and_links_follow_the_way_of_a_value() {
    let (folder, mut client) = chain("definition");
    let (logs, main, values) = (folder.uri("logs/main.tf"), folder.uri("main.tf"), folder.uri("terraform.tfvars"));
    client.open(&logs, "terraform", LOGS);
    client.open(&main, "terraform", MAIN);
    let mut step = |uri: &str, line: u64, character: u64| {
        let targets = client.ask("textDocument/definition", at(uri, line, character));
        let target = &targets[0];
        let start = &target["range"]["start"];
        (
            target["uri"].as_str().unwrap_or_default().to_owned(),
            start["line"].as_u64().unwrap(),
            start["character"].as_u64().unwrap(),
        )
    };
    // attribute → module argument → local → tfvars line
    let (uri, line, character) = step(&logs, 6, 13);
    assert_eq!((uri.as_str(), line), (main.as_str(), 2));
    let (uri, line, character) = step(&uri, line, character + 1);
    assert_eq!((uri.as_str(), line), (main.as_str(), 6));
    let (uri, line, _) = step(&uri, line, character + 1);
    assert_eq!((uri.as_str(), line), (values.as_str(), 0));
    let links = client.ask("textDocument/documentLink", json!({"textDocument": {"uri": logs}}));
    let target = format!("{values}#L1,7");
    let links = links.as_array().unwrap();
    assert!(
        links.iter().any(|link| link["target"] == json!(target) && link["range"]["start"]["line"] == json!(6)),
        "{links:?}"
    );
    client.shut_down();
}

#[test]
fn a_field_leads_to_the_patch_and_to_the_values_key() {
    let base = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: p\nspec:\n  containers:\n    - name: c\n      image: nginx:1.27\n";
    let patch = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: p\nspec:\n  containers:\n    - name: c\n      securityContext:\n        privileged: true\n";
    let template = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: q\nspec:\n  hostNetwork: {{ .Values.host }}\n  containers:\n    - name: c\n      image: nginx:1.27\n";
    let folder = Folder::new(
        "patches",
        &[
            ("base/kustomization.yaml", "resources: [pod.yaml]\n"),
            ("base/pod.yaml", base),
            ("prod/kustomization.yaml", "resources: [../base]\npatches:\n  - path: patch.yaml\n"),
            ("prod/patch.yaml", patch),
            ("chart/Chart.yaml", "apiVersion: v2\nname: chart\nversion: 1.0.0\n"),
            ("chart/values.yaml", "host: true\n"),
            ("chart/templates/pod.yaml", template),
        ],
    );
    let mut client = Client::of(&[&folder], everything());
    let uri = folder.uri("prod/patch.yaml");
    client.open(&uri, "yaml", patch);
    let found = client.pushed(&uri, 1);
    assert!(codes(&found).iter().any(|(_, line)| *line == 8), "{found:?}");
    let template_uri = folder.uri("chart/templates/pod.yaml");
    client.open(&template_uri, "helm", template);
    let targets = client.ask("textDocument/definition", at(&template_uri, 5, 20));
    assert_eq!(targets[0]["uri"], json!(folder.uri("chart/values.yaml")), "{targets}");
    client.shut_down();
}

#[test]
fn a_lens_counts_the_checks_of_a_resource() {
    let text = "resource \"aws_s3_bucket\" \"b\" {\n  acl = \"public-read\"\n}\n";
    let folder = Folder::new("lens", &[("main.tf", text)]);
    let mut client = Client::of(&[&folder], everything());
    let uri = folder.uri("main.tf");
    client.open(&uri, "terraform", text);
    let lenses = client.ask("textDocument/codeLens", json!({"textDocument": {"uri": uri}}));
    let title = lenses[0]["command"]["title"].as_str().unwrap();
    assert!(title.contains("passed") && title.contains("failed"), "{title}");
    assert_eq!(lenses[0]["range"]["start"]["line"], json!(0));
    let command = &lenses[0]["command"];
    let run = json!({"command": command["command"], "arguments": command["arguments"]});
    let explained = client.ask("workspace/executeCommand", run);
    assert!(explained.as_str().unwrap().contains(CHECK), "{explained}");
    client.shut_down();
}

/// Makes the edits that an action has, in the only document they are for.
fn applied(text: &str, action: &Value) -> String {
    let edits = action["edit"]["documentChanges"][0]["edits"].as_array().unwrap();
    let mut text = text.to_owned();
    for edit in edits.iter().rev() {
        let byte = |position: &Value| {
            let (line, character) =
                (position["line"].as_u64().unwrap() as usize, position["character"].as_u64().unwrap() as usize);
            text.split_inclusive('\n').take(line).map(str::len).sum::<usize>() + character
        };
        let (start, end) = (byte(&edit["range"]["start"]), byte(&edit["range"]["end"]));
        text.replace_range(start..end, edit["newText"].as_str().unwrap());
    }
    text
}

#[test]
fn a_finding_is_suppressed_here_explained_and_has_a_page() {
    let terraform = "resource \"aws_s3_bucket\" \"b\" {\n  bucket = \"b\"\n  acl    = \"public-read\"\n}\n";
    let pod = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: p\nspec:\n  hostNetwork: true\n  containers:\n    - name: c\n      image: nginx:1.27\n";
    let docker = "FROM ubuntu:22.04\nRUN sudo apt-get update\nUSER app\n";
    let folder = Folder::new("suppress", &[("main.tf", terraform), ("pod.yaml", pod), ("Dockerfile", docker)]);
    let mut client = Client::of(&[&folder], everything());
    let mut tried = 0;
    for (file, language, text) in
        [("main.tf", "terraform", terraform), ("pod.yaml", "yaml", pod), ("Dockerfile", "dockerfile", docker)]
    {
        let uri = folder.uri(file);
        client.open(&uri, language, text);
        for found in client.pushed(&uri, 1) {
            if found["data"].get("fingerprint").is_none() {
                continue;
            }
            let check = found["code"].as_str().unwrap().to_owned();
            let context = json!({"diagnostics": [found], "only": ["quickfix"]});
            let params = json!({"textDocument": {"uri": uri}, "range": found["range"], "context": context});
            let actions = client.ask("textDocument/codeAction", params);
            let actions = actions.as_array().unwrap();
            let titled =
                |start: &str| actions.iter().find(|action| action["title"].as_str().unwrap().starts_with(start));
            let suppress = titled("Suppress").unwrap_or_else(|| panic!("{check} cannot be suppressed in {file}"));
            let changes = &suppress["edit"]["documentChanges"][0];
            assert!(changes["textDocument"]["version"].is_i64(), "{suppress}");
            let suppressed = applied(text, suppress);
            let version = client.change(&uri, json!([{"text": suppressed}]));
            let left = client.pushed(&uri, version);
            let before = client.change(&uri, json!([{"text": text}]));
            client.pushed(&uri, before);
            assert!(!has(&left, &check), "{check}: {suppressed}\n{left:?}");
            let explain = titled("Explain").expect("an explanation");
            let run = json!({"command": explain["command"]["command"], "arguments": explain["command"]["arguments"]});
            let explained = client.ask("workspace/executeCommand", run);
            assert!(explained.as_str().unwrap().contains(&check), "{explained}");
            let page = titled("Open the page").expect("a page");
            let run = json!({"command": page["command"]["command"], "arguments": page["command"]["arguments"]});
            client.ask("workspace/executeCommand", run);
            assert!(client.hear("window/showMessage")["message"].as_str().unwrap().contains(&check));
            tried += 1;
        }
    }
    assert!(tried >= 5, "{tried}");
    client.shut_down();
}

#[test]
fn a_finding_is_fixed_and_all_safe_fixes_are_made_together() {
    let text = "resource \"aws_kms_key\" \"one\" {\n  description = \"é\"\n}\nresource \"aws_kms_key\" \"two\" {\n  enable_key_rotation = false\n}\n";
    let folder = Folder::new("fix", &[("main.tf", text)]);
    let mut client = Client::of(&[&folder], everything());
    let uri = folder.uri("main.tf");
    let check = "aws/kms/key-not-rotated";
    client.open(&uri, "terraform", text);
    let found = client.pushed(&uri, 1);
    let own: Vec<&Value> = found.iter().filter(|one| one["code"] == json!(check)).collect();
    assert_eq!(own.len(), 2, "{found:?}");
    let context = json!({"diagnostics": [own[1]]});
    let params = json!({"textDocument": {"uri": uri}, "range": own[1]["range"], "context": context});
    let actions = client.ask("textDocument/codeAction", params);
    let fix = actions.as_array().unwrap().iter().find(|action| action["title"] == json!(format!("Fix {check}")));
    let fix = fix.unwrap_or_else(|| panic!("{actions}"));
    assert_eq!((&fix["kind"], &fix["isPreferred"]), (&json!("quickfix"), &json!(true)));
    assert_eq!(applied(text, fix), text.replace("rotation = false", "rotation = true"));
    let all = json!({"diagnostics": [], "only": ["source.fixAll"]});
    let params = json!({"textDocument": {"uri": uri}, "range": own[1]["range"], "context": all});
    let actions = client.ask("textDocument/codeAction", params);
    assert_eq!(actions[0]["kind"], json!("source.fixAll.gatelint"), "{actions}");
    let fixed = applied(text, &actions[0]);
    let version = client.change(&uri, json!([{"text": fixed}]));
    assert!(!has(&client.pushed(&uri, version), check), "{fixed}");
    client.shut_down();
}
